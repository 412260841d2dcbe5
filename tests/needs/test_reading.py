"""What companies say tells how many people and when; a person confirms it."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from broker.needs.reading import read_people, read_period

TODAY = date(2026, 11, 25)


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("fyra personer till våren", 4),
        ("Tre på lagret behöver truckkort", 3),
        ("HLR för hela personalen (14 pers)", 14),
        ("Ledarskap för nya arbetsledare, 2 st", 2),
        ("CNC-programmering Heidenhain, en person", 1),
        ("YKB-fortbildning 3 chaufförer", 3),
        ("Heta arbeten går ut i höst för sex montörer", 6),
        ("Fallskydd och lift, 5 montörer", 5),
        ("Svenska för fyra medarbetare", 4),
        ("tjugofem anställda ska gå", 25),
        ("5–6 personer i två dagar", 6),
        ("Två nya svetsare", 2),
        ("12 deltagare, 16 timmar", 12),
    ],
)
def test_a_number_of_people_is_read(text, count):
    assert read_people(text).total == count


def test_women_and_men_are_read_and_summed():
    found = read_people("Två kvinnor och 3 män behöver truckkort")

    assert (found.women, found.men, found.total) == (2, 3, 5)


@pytest.mark.parametrize(
    "text",
    ["", "16 timmar", "ISO 14001", "två dagar", "kurs i mars 2027", "en kurs i Excel", "5S i verkstaden", "3 truckar"],
)
def test_what_is_no_number_of_people_is_left_alone(text):
    assert read_people(text) is None


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("fyra personer till våren", date(2027, 1, 1), date(2027, 6, 30)),
        ("i vår", date(2027, 1, 1), date(2027, 6, 30)),
        ("hösten 2027", date(2027, 7, 1), date(2027, 12, 31)),
        ("i höst", date(2026, 11, 25), date(2026, 12, 31)),
        ("nästa höst", date(2027, 7, 1), date(2027, 12, 31)),
        ("vt 2027", date(2027, 1, 1), date(2027, 6, 30)),
        ("HT-27", date(2027, 7, 1), date(2027, 12, 31)),
        ("i mars", date(2027, 3, 1), date(2027, 3, 31)),
        ("februari–april", date(2027, 2, 1), date(2027, 4, 30)),
        ("mellan november och januari", date(2026, 11, 25), date(2027, 1, 31)),
        ("i februari 2028", date(2028, 2, 1), date(2028, 2, 29)),
        ("kvartal 2", date(2027, 4, 1), date(2027, 6, 30)),
        ("Q1 2028", date(2028, 1, 1), date(2028, 3, 31)),
        ("andra kvartalet", date(2027, 4, 1), date(2027, 6, 30)),
        ("till sommaren", date(2027, 6, 1), date(2027, 8, 31)),
        ("i vinter", date(2026, 12, 1), date(2027, 2, 28)),
        ("före sommaren", None, date(2027, 5, 31)),
        ("innan mars", None, date(2027, 2, 28)),
        ("senast i maj", None, date(2027, 5, 31)),
        ("efter mars", date(2027, 4, 1), None),
        ("från april", date(2027, 4, 1), None),
    ],
)
def test_a_period_is_read(text, first, last):
    found = read_period(text, TODAY)

    assert (found.first, found.last) == (first, last)


@pytest.mark.parametrize("text", ["", "vår personal", "truckkort", "q9", "majoren", "marsipan"])
def test_what_is_no_period_is_left_alone(text):
    assert read_period(text, TODAY) is None


def test_what_was_read_is_quoted():
    assert read_people("Fyra nya personer till våren").phrase == "Fyra nya personer"
    assert read_period("Fyra personer till våren 2027", TODAY).phrase == "till våren 2027"


WORDS = "före innan senast efter från nästa i mars maj december våren höst vintern vt ht27 q4 kvartal 2 2027 fyra män"


@given(
    st.lists(st.sampled_from(WORDS.split()), max_size=8).map(" ".join) | st.text(max_size=80),
    st.dates(date(2020, 1, 1), date(2090, 1, 1)),
)
def test_any_text_is_read_without_a_fault_and_no_period_is_over(text, today):
    found = read_period(text, today)
    read_people(text)

    if found and found.last:
        assert found.last >= today or any(char.isdigit() for char in found.phrase)
    if found and found.first and found.last:
        assert found.first <= found.last
