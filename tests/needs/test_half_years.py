"""A need counts in one half-year: the one of its middle day, and so the one with most of its days."""

from collections import Counter
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Date, literal, select

from broker.extensions import db
from broker.needs import queries
from broker.needs.half_years import first_and_last_day, half_year_code, half_year_of, middle_day, read_half_year
from broker.needs.queries import NeedFilter
from tests import factories_needs as make

DAYS = st.dates(date(2020, 1, 1), date(2060, 12, 31))


def days_by_half_year(first, last):
    return Counter(half_year_of(first + timedelta(days=number)) for number in range((last - first).days + 1))


@pytest.fixture
def middle(app):
    """Give a function that asks the database for the middle of a period."""

    def ask(first, last):
        return db.session.scalar(select(middle_day(literal(first, Date), literal(last, Date))))

    return ask


@pytest.mark.parametrize(
    ("first", "last", "half_year"),
    [
        (date(2026, 12, 1), date(2027, 6, 30), (2027, 1)),
        (date(2027, 6, 30), date(2027, 7, 1), (2027, 1)),
        (date(2027, 6, 30), date(2027, 6, 30), (2027, 1)),
        (date(2027, 3, 1), date(2028, 8, 1), (2027, 2)),
        (date(2028, 2, 29), date(2028, 12, 31), (2028, 2)),
    ],
)
def test_a_period_counts_where_its_middle_lies(middle, first, last, half_year):
    assert half_year_of(middle(first, last)) == half_year


def test_most_days_of_a_period_over_at_most_two_half_years_lie_in_the_chosen_one(middle):
    @given(DAYS, st.integers(0, 364))
    def holds(first, length):
        last = first + timedelta(days=length)
        days = days_by_half_year(first, last)
        if len(days) <= 2:
            assert days[half_year_of(middle(first, last))] == max(days.values())

    holds()


def test_the_middle_has_as_many_days_before_as_after(middle):
    @given(DAYS, st.integers(0, 4000))
    def holds(first, length):
        last = first + timedelta(days=length)
        day = middle(first, last)
        assert 0 <= (last - day).days - (day - first).days <= 1

    holds()


@given(st.integers(2000, 2099), st.sampled_from([1, 2]))
def test_a_half_year_goes_through_an_address_and_holds_its_own_days(year, half):
    assert read_half_year(half_year_code((year, half))) == (year, half)
    assert {half_year_of(day) for day in first_and_last_day((year, half))} == {(year, half)}


def test_the_sum_and_the_list_count_a_need_in_the_same_half_year(scope, user):
    make.need(by=user, earliest_on=date(2026, 12, 1), latest_on=date(2027, 6, 30))

    (row,) = queries.sum_needs_by_half_year()

    assert row.half_year == (2027, 1)
    assert queries.count_needs(NeedFilter(half_year=(2027, 1))).needs == 1
    assert queries.count_needs(NeedFilter(half_year=(2026, 2))).needs == 0
