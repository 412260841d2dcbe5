"""The law's limits by kind of service and day."""

from datetime import date
from decimal import Decimal

import pytest

from broker.procurement.thresholds import (
    ANNEX_2,
    GENERAL,
    NoThresholdError,
    category_of,
    get_threshold,
    read_thresholds,
)
from tests.factories_procurement import document

ROWS = read_thresholds(document("procurement_thresholds"))


def limits(day, category=GENERAL):
    return get_threshold(ROWS, category=category, started_on=date.fromisoformat(day))


@pytest.mark.parametrize(
    ("day", "general", "annex2"),
    [
        ("2020-01-01", 615312, 615312),
        ("2022-01-31", 626284, 626284),
        ("2022-02-01", 700000, 7802550),
        ("2025-12-31", 700000, 8109450),
        ("2026-01-01", 700000, 8513250),
        ("2027-12-31", 700000, 8513250),
    ],
)
def test_the_limit_is_that_of_the_day_when_the_procurement_started(day, general, annex2):
    assert limits(day).direct_award_limit == general
    assert limits(day, ANNEX_2).direct_award_limit == annex2


def test_the_limit_itself_was_low_enough_until_february_2022_and_is_not_any_more():
    assert limits("2022-01-31").allows_direct_award(Decimal(626284))
    assert not limits("2022-01-31").allows_direct_award(Decimal("626284.01"))
    assert not limits("2022-02-01").allows_direct_award(Decimal(700000))
    assert limits("2022-02-01").allows_direct_award(Decimal("699999.99"))


def test_the_threshold_is_reached_at_its_own_amount():
    assert limits("2026-03-01").is_reached_by(Decimal(2451816))
    assert not limits("2026-03-01").is_reached_by(Decimal(2451815))


@pytest.mark.parametrize("day", ["2019-12-31", "2028-01-01"])
def test_a_day_without_limits_is_refused_with_what_to_do(day):
    with pytest.raises(NoThresholdError, match="Kontrollera datumet"):
        limits(day)


def test_what_is_unclear_follows_the_lower_limits():
    assert category_of("yes") == ANNEX_2
    assert {category_of(answer) for answer in ("no", "unclear", None)} == {GENERAL}
