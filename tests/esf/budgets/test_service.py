"""Rows of the budget as people write them, with days, shares of full time and the groups that they follow."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from broker.errors import RefusedError
from broker.esf import queries, service
from broker.esf.budgets import figures
from broker.esf.budgets import service as budgets
from broker.esf.chain import service as chain
from broker.extensions import db
from tests import factories_esf
from tests.factories_esf import START

ONE_YEAR, TWO_YEARS = (START.replace(year=START.year + years) - timedelta(days=1) for years in (1, 2))


def staff(**changes):
    return {"cost_type": "personal", "title": "Ledare", "rate_id": "Projektledare", "persons": 1} | changes


def hours(**changes):
    return {"kind": "deltagare", "title": "Deltagarnas tid"} | changes


def computed(project):
    return figures.compute(queries.load_application(project.id))


@pytest.fixture
def project(scope, user):
    return factories_esf.project(scope, user, ends_on=TWO_YEARS)


@pytest.fixture
def owner(project):
    return queries.list_actors(project)[0]


def test_half_of_full_time_follows_the_days_of_the_project(project, owner, user):
    budgets.save_budget_row(project, None, owner, staff(share=Decimal("0.5")), by=user)
    assert computed(project).lines[0].hours == 1720

    service.edit_project(project, {"ends_on": ONE_YEAR}, by=user)
    db.session.flush()

    assert computed(project).lines[0].hours == 860


def test_hours_and_a_share_together_are_refused(project, owner, user):
    with pytest.raises(RefusedError, match="antingen timmar eller andel"):
        budgets.save_budget_row(project, None, owner, staff(share=Decimal("0.5"), hours=Decimal(10)), by=user)
    with pytest.raises(RefusedError, match="eller andelen av heltid"):
        budgets.save_budget_row(project, None, owner, staff(), by=user)


@pytest.mark.parametrize(
    ("starts_on", "ends_on"),
    [(START - timedelta(days=1), None), (None, TWO_YEARS + timedelta(days=1)), (TWO_YEARS, START)],
)
def test_days_outside_the_project_or_in_the_wrong_order_are_refused(project, owner, user, starts_on, ends_on):
    values = staff(hours=Decimal(10), starts_on=starts_on, ends_on=ends_on)
    with pytest.raises(RefusedError, match="inom projektets tid"):
        budgets.save_budget_row(project, None, owner, values, by=user)


def test_a_cost_of_an_activity_is_spent_in_its_days(project, owner, user):
    first, last = START + timedelta(days=31), START + timedelta(days=60)
    activity = chain.save_activity(
        project, None, {"title": "Kurs", "starts_on": first, "ends_on": last}, contribution_ids=[], by=user
    )
    db.session.flush()
    values = {"cost_type": "externa_tjanster", "title": "Kurs", "amount_kr": Decimal(9000), "persons": 1}
    budgets.save_budget_row(project, None, owner, values | {"activity_id": activity.id}, by=user)
    db.session.flush()

    spent = {month: figure.other_costs for month, figure in computed(project).monthly.total.items()}
    assert {month for month, amount in spent.items() if amount} == {first.replace(day=1)}


def test_a_role_of_full_time_for_half_a_year_may_not_have_a_whole_years_hours(project, owner, user):
    half = staff(hours=Decimal(900), starts_on=START, ends_on=date(START.year, 8, 31))
    budgets.save_budget_row(project, None, owner, half, by=user)
    db.session.flush()

    check = next(row for row in computed(project).result.checks if row.id == "b5")
    assert not check.passed
    assert "860" in str(check.sentence)


def test_participants_hours_follow_the_groups_in_the_project(scope, user):
    project = factories_esf.joined_project(scope, user)
    budgets.save_cofinancing_row(project, None, hours(follows_groups=True), by=user)
    db.session.flush()
    assert computed(project).result.participant_hours == 480

    contribution = queries.list_contributions(project)[0]
    contribution.left_out_reason = "Kunde inte frigöra personal"
    db.session.flush()

    assert computed(project).result.participant_hours == 240


def test_what_comes_from_an_actor_bears_its_name_of_today(project, owner, user):
    row = budgets.save_cofinancing_row(
        project,
        None,
        {"kind": "kontant", "title": "Kontant", "amount_kr": Decimal(10), "actor_id": owner.id, "contributor": "Annan"},
        by=user,
    )
    db.session.flush()
    owner.name = "Nytt namn"

    assert (row.contributor, computed(project).cofinancing[0].actor) == (None, "Nytt namn")


def test_a_lump_sum_is_the_only_cost_that_its_model_offers(project):
    form = queries.get_form(project.form_version)

    assert figures.offered_cost_types(form, "klumpsumma") == {"klumpsumma": "Klumpsumma (förstudie)"}
    assert "indirekta" not in figures.offered_cost_types(form, "yrkeskategori")
    assert list(figures.offered_cost_types(form, "funktion")) == ["personal", "intakter"]
