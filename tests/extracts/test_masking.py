"""Other people stay out of the texts that are handed out; whoever asked stays in."""

import pytest

from broker.extracts.masking import Mask, Other

LISA = Other("Lisa Berg", "lisa@svets.example", "070-111 22 33")
LARS = Other("Lars Öst", None, None)
MASK = Mask((LISA, LARS), frozenset({"asa", "ost"}))


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("Åsa Öst och Lisa Berg var med.", "Åsa Öst och [annan person] var med."),
        ("LISA BERG ringer", "[annan person] ringer"),
        ("Lisa vill ha mer. Lisas chef också.", "[annan person] vill ha mer. [annan person] chef också."),
        ("Skriv till lisa@svets.example, 070-111 22 33", "Skriv till [annan person]"),
        ("Ring 0701112233 eller +46 70-111 22 33.", "Ring [annan person] eller [annan person]."),
        ("Lars Öst är bror till Åsa Öst", "[annan person] är bror till Åsa Öst"),
        ("Bergslagen och ett berg", "Bergslagen och ett berg"),
        ("Ingen alls", "Ingen alls"),
    ],
)
def test_a_text_loses_others_and_keeps_the_rest(app, text, told):
    assert MASK.over(text) == told


def test_the_same_person_at_another_company_is_not_somebody_else(app):
    assert Mask((Other("Åsa Öst"),), frozenset({"asa", "ost"})).over("Åsa Öst") == "Åsa Öst"
