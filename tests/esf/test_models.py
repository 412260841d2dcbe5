"""Rules about one row of a project."""

from datetime import date
from decimal import Decimal

import pytest

from broker.companies.models import Company
from broker.esf.models import Actor, Call, Contribution, Project


@pytest.mark.parametrize(
    ("starts_on", "ends_on", "months"),
    [
        (date(2027, 1, 1), date(2028, 12, 31), 24),
        (date(2027, 3, 1), date(2027, 3, 31), 1),
        (date(2027, 1, 15), date(2028, 1, 14), 12),
        (date(2027, 1, 15), date(2028, 1, 15), 13),
    ],
)
def test_a_project_counts_a_begun_month_as_one(starts_on, ends_on, months):
    assert Project(starts_on=starts_on, ends_on=ends_on).months == months


def test_prices_of_a_call_are_exact():
    assert Call(unit_costs={"Projektledare": "592.10"}).prices == {"Projektledare": Decimal("592.10")}


def test_the_hours_of_a_need_are_those_of_everybody():
    assert Contribution(women=3, men=2, unknown_sex=1, hours=40).participant_hours == 240


def test_the_price_is_shown_in_kronor():
    assert Contribution(price_per_participant_ore=1_999_950).price == Decimal("19999.50")


def test_a_sole_trader_has_only_a_hint_of_a_number():
    company = Company(name="Kim Exempelsson", organisation_number=None, identity_hash="hash")
    assert Actor(company=company, organisation_number=None).shown_number == "personal"
