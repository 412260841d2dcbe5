"""In which ways the name of one company is written: the rules alone."""

import pytest

from broker.companies.merging.spellings import spellings
from broker.swedish import company_key


def is_same(typed, known):
    return company_key(known) in spellings(typed)


@pytest.mark.parametrize(
    ("typed", "known"),
    [
        ("Exempel Roesnlund El", "Exempel Rosenlund El AB"),
        ("Exempel Rosenlnd El", "Exempel Rosenlund El AB"),
        ("Exempel Rosenlundd El", "Exempel Rosenlund El AB"),
        ("Exempel Rosenlynd El", "Exempel Rosenlund El AB"),
        ("Exempel Rosenlundel", "Exempel Rosenlund El AB"),
        ("Exempel Rosen lund El", "Exempel Rosenlund El AB"),
        ("Vassby Svets och Smide AB", "Vassby Svets & Smide"),
        ("Vassby Svets o Smide", "Vassby Svets & Smide AB"),
        ("Vassby Svets & Smide", "Vassby Svets och Smide AB"),
        ("Vassby Svets Smide", "Vassby Svets o Smide HB"),
        ("Vassby Svest och Smide", "Vassby Svets & Smide AB"),
        ("Svets & Smide & Plåt", "Svets och Smide och Plåt AB"),
        ("Och", "Och AB"),
    ],
)
def test_a_name_is_the_same_but_for_a_slip_a_space_or_how_it_says_and(typed, known):
    assert is_same(typed, known)


@pytest.mark.parametrize(
    ("typed", "known"),
    [
        ("Svets AB", "Svets i Flen AB"),
        ("Svets AB", "Flens Svets AB"),
        ("Rosenlund El", "Rosenlund Ek AB"),
        ("Bygg 2400", "Bygg 2401 AB"),
        ("Rosenlund El", "Roselund Eld AB"),
        ("Svets och Smide", "Smide och Svets AB"),
    ],
)
def test_a_name_of_other_words_or_of_two_slips_is_another(typed, known):
    assert not is_same(typed, known)


def test_a_long_name_has_few_spellings_and_none_has_no_name():
    assert len(spellings(f"{'Svets och Smide ' * 60}AB")) <= 4
    assert spellings("  & ") == frozenset()
