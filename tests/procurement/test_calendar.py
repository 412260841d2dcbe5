"""Days as the law counts them."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from broker.procurement import calendar

days = st.dates(date(2020, 1, 1), date(2099, 12, 31))


@pytest.mark.parametrize(
    "day", ["2020-04-12", "2024-03-31", "2025-04-20", "2026-04-05", "2027-03-28", "2038-04-25", "2076-04-19"]
)
def test_easter_falls_where_the_church_calendar_puts_it(day):
    easter = date.fromisoformat(day)
    assert calendar.easter_day(easter.year) == easter


@pytest.mark.parametrize(
    ("day", "name"),
    [
        ("2026-01-01", "New Year"),
        ("2026-01-06", "Epiphany"),
        ("2026-04-03", "Good Friday"),
        ("2026-04-06", "Easter Monday"),
        ("2026-05-01", "May Day"),
        ("2026-05-14", "Ascension"),
        ("2026-05-24", "Whit Sunday"),
        ("2026-06-06", "National Day"),
        ("2026-06-20", "Midsummer Day"),
        ("2026-10-31", "All Saints"),
        ("2026-12-25", "Christmas"),
        ("2026-12-26", "Boxing Day"),
    ],
)
def test_the_public_holidays_of_2026(day, name):
    assert date.fromisoformat(day) in calendar.public_holidays(2026), name


def test_a_year_has_thirteen_holidays_unless_two_meet():
    assert len(calendar.public_holidays(2026)) == 13
    # In 2008 Ascension Day was May Day.
    assert len(calendar.public_holidays(2008)) == 12


@pytest.mark.parametrize(
    ("sent", "last"),
    [
        ("2026-03-02", "2026-03-12"),
        ("2026-03-04", "2026-03-16"),
        ("2026-03-24", "2026-04-07"),
        ("2026-04-21", "2026-05-04"),
        ("2026-06-09", "2026-06-22"),
        ("2026-12-14", "2026-12-28"),
        ("2026-12-21", "2027-01-04"),
    ],
)
def test_ten_days_end_on_a_weekday(sent, last):
    assert calendar.add_days(date.fromisoformat(sent), 10) == date.fromisoformat(last)


def test_a_longer_time_in_the_notification_wins_and_a_shorter_does_not():
    sent = date(2026, 3, 2)
    assert calendar.standstill_end(sent, days=10, stated=[date(2026, 3, 20)]) == date(2026, 3, 20)
    assert calendar.standstill_end(sent, days=10, stated=[date(2026, 3, 5), None]) == date(2026, 3, 12)


@pytest.mark.parametrize(
    ("day", "last"),
    [("2026-01-01", "2026-03-31"), ("2026-06-30", "2026-06-30"), ("2026-11-25", "2026-12-31")],
)
def test_a_quarter_ends_on_its_last_day(day, last):
    assert calendar.quarter_end(date.fromisoformat(day)) == date.fromisoformat(last)


@given(days, st.integers(0, 60))
def test_a_time_is_never_cut_short_and_moves_at_most_a_week(start, length):
    last = calendar.add_days(start, length)
    assert calendar.is_weekday(last)
    assert timedelta(0) <= last - (start + timedelta(days=length)) <= timedelta(days=7)


@given(days)
def test_easter_is_a_sunday_in_spring(day):
    easter = calendar.easter_day(day.year)
    assert easter.weekday() == 6
    assert date(day.year, 3, 22) <= easter <= date(day.year, 4, 25)
