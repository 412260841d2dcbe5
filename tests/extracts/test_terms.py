"""How a person is recognised in fields and in texts: written differently it is the same, and no more than that."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from broker.extracts.terms import Reason, Terms

ASA = Terms("Åsa Öst", "asa@exempel.example", "070-174 06 05", "198001019802")
_LETTERS = st.text("abcdefghijklmnopqrstuvwxyzåäöéüABCDEÅÄÖ", min_size=1, max_size=8)


@pytest.mark.parametrize(
    ("field", "reason"),
    [
        ("Åsa Öst", Reason.SAME_NAME),
        ("ÖST, Asa", Reason.SAME_NAME),
        ("Åsa-Lena Österman", Reason.LIKE_NAME),
        ("Åsa Öst (vd)", Reason.LIKE_NAME),
        ("Lars Öst", None),
        ("", None),
        (None, None),
    ],
)
def test_a_name_is_the_same_or_like_it(field, reason):
    assert ASA.reason_of_name(field) is reason


@pytest.mark.parametrize(
    "number", ["0701740605", "+46 70 174 06 05", "0046701740605", "+46 (0)70-174 06 05", "070/174 0605"]
)
def test_a_telephone_number_is_the_same_however_it_is_written(number):
    assert ASA.reason_of_phone(number) is Reason.SAME_PHONE
    assert Reason.PHONE_IN_TEXT in ASA.reasons_of_text(f"Nås på {number} efter tre")


@pytest.mark.parametrize(
    ("text", "reasons"),
    [
        ("Talade med ÅSA ÖST om svets", {Reason.NAME_IN_TEXT}),
        ("Åsa Östs lokal", {Reason.NAME_IN_TEXT}),
        ("Öst, Åsa", {Reason.NAME_IN_TEXT}),
        ("Åsa Österman", set()),
        ("Åsa. Kör mot Öst", set()),
        ("Öst om Åsa", set()),
        ("skriv till ASA@exempel.example.", {Reason.EMAIL_IN_TEXT}),
        ("skriv till vasa@exempel.example", set()),
        ("070-174 06 055", set()),
        ("pnr 800101-9802", {Reason.NUMBER_IN_TEXT}),
        ("pnr 19800101-9802", {Reason.NUMBER_IN_TEXT}),
        ("", set()),
    ],
)
def test_a_text_names_the_person_or_not(text, reasons):
    assert set(ASA.reasons_of_text(text)) == reasons


def test_one_word_alone_finds_names_but_is_in_too_many_texts():
    bo = Terms("Bo")

    assert bo.reason_of_name("Bo Ek") is Reason.LIKE_NAME
    assert not list(bo.reasons_of_text("Var ska de bo?"))


@given(st.lists(_LETTERS, min_size=2, max_size=3), _LETTERS, _LETTERS)
def test_a_whole_name_is_found_in_any_text_that_has_it(words, before, after):
    name = " ".join(words)

    assert Reason.NAME_IN_TEXT in Terms(name).reasons_of_text(f"{before} {name.upper()}, {after}")
    assert Terms(name).reason_of_name(" ".join(reversed(words))) is Reason.SAME_NAME
