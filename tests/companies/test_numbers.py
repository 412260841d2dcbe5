"""Organisation numbers: every usual form is read, every wrong one is refused with what to do."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from broker.companies.numbers import (
    InvalidNumberError,
    Number,
    find_organisation_number,
    format_number,
    has_check_digit,
    mask_number,
    parse_number,
)

ORGANISATION = "5299304179"
PERSON = "189312249833"


def with_check_digit(nine: str) -> str:
    return next(nine + digit for digit in "0123456789" if has_check_digit(nine + digit))


organisation_digits = st.from_regex(r"[1-9][0-9][2-9][0-9]{6}", fullmatch=True).map(with_check_digit)


@pytest.mark.parametrize(
    "text",
    [
        "5299304179",
        "529930-4179",
        "529930 4179",
        " 529930–4179\t",
        "529930\u00a04179",
        "165299304179",
        "16529930-4179",
        "SE529930417901",
        "se 529930 4179 01",
        "5299304179.0",
        "5299304179,00",
        "'5299304179",
        "\ufeff5299304179",
        "５２９９３０４１７９",
    ],
)
def test_every_usual_form_of_an_organisation_number_is_read(text):
    assert parse_number(text) == Number(ORGANISATION)


@pytest.mark.parametrize("text", [PERSON, "18931224-9833", "18931224 9833", "189312249833.0"])
def test_a_personal_number_keeps_its_twelve_digits(text):
    number = parse_number(text)
    assert number.digits == PERSON
    assert number.is_personal


def test_a_samordningsnummer_is_personal():
    digits = "19" + with_check_digit("701263238")
    assert parse_number(digits).is_personal


@pytest.mark.parametrize("text", ["931224-9833", "9312249833", "931224+9833", "SE931224983301"])
def test_a_personal_number_without_century_is_asked_for_with_twelve_digits(text):
    with pytest.raises(InvalidNumberError, match="tolv siffror") as refusal:
        parse_number(text)
    assert refusal.value.is_personal


@pytest.mark.parametrize(
    ("text", "advice"),
    [
        ("", "Ange tio siffror"),
        ("   ", "Ange tio siffror"),
        ("529930417", "inledande nolla"),
        ("52993041790", "11 siffror"),
        ("5299304170", "Kontrollsiffran"),
        ("5,3E+09", "Gör kolumnen till text"),
        ("5.299304179E9", "Gör kolumnen till text"),
        ("52993O-4179", "annat än siffror"),
        ("vet ej", "annat än siffror"),
        ("5299-304179", "fel plats"),
        ("175299304179", "tio siffror"),
        ("189313249833", "födelsedatum"),
        ("189312249834", "kontrollsiffra"),
        ("5213304179", "tredje siffran"),
    ],
)
def test_a_wrong_number_is_refused_with_what_to_do(text, advice):
    with pytest.raises(InvalidNumberError, match=advice):
        parse_number(text)


def test_a_personal_number_is_never_written_out_by_mistake():
    number = parse_number(PERSON)
    assert mask_number(number) == "18••••••-••••"
    assert "9833" not in repr(number) and "9833" not in str(number)
    with pytest.raises(InvalidNumberError) as refusal:
        parse_number("189312249834")
    assert "9834" not in str(refusal.value)


def test_an_organisation_number_is_shown_in_full():
    number = parse_number(ORGANISATION)
    assert mask_number(number) == format_number(number) == "529930-4179"
    assert format_number(parse_number(PERSON)) == "18931224-9833"


def test_the_fast_way_takes_only_ten_plain_digits_of_an_organisation():
    assert find_organisation_number(ORGANISATION) == Number(ORGANISATION)
    for digits in ("9312249833", "529930417", "52993041x9", "5299304170", "²299304179", ""):
        assert find_organisation_number(digits) is None


@given(organisation_digits)
def test_what_is_written_can_be_read_again(digits):
    number = parse_number(digits)
    assert parse_number(format_number(number)) == number == parse_number(f"16{digits}")


@given(organisation_digits, st.integers(0, 9), st.integers(1, 9))
def test_one_wrong_digit_is_always_noticed(digits, place, step):
    wrong = digits[:place] + str((int(digits[place]) + step) % 10) + digits[place + 1 :]
    with pytest.raises(InvalidNumberError):
        parse_number(wrong)


@given(st.text(max_size=30) | st.from_regex(r"[0-9+. SEe,-]{0,20}", fullmatch=True))
def test_any_text_gives_a_number_or_a_sentence(text):
    try:
        number = parse_number(text)
    except InvalidNumberError as error:
        assert str(error).endswith(".")
    else:
        assert len(number.digits) in (10, 12)
