"""What is read about purchases, and for whom."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from broker import access, clock
from broker.accounts.models import User
from broker.errors import NotFoundError
from broker.extensions import db
from broker.needs.models import Cohort
from broker.procurement import queries
from broker.providers.models import Language, Level, Mode
from tests import factories as general
from tests import factories_procurement as factories

TODAY = date(2026, 3, 9)


@pytest.fixture
def stranger(app):
    """Give a purchase of another organisation, which nobody else may see."""
    other = general.organisation()
    colleague = general.user(organisation=other)
    row = factories.purchase(by=colleague, organisation=other, title="hemligt-inköp", contract_date="2026-03-02")
    return row.id


def cohort(user: User):
    row = Cohort(
        topic_id="T001",
        level=Level.BASIC,
        language=Language.SWEDISH,
        mode=Mode.ON_SITE,
        hours=16,
        municipality_code="0482",
        starts_on=date(2026, 4, 7),
        ends_on=date(2026, 6, 12),
        reason=[],
        formed_by_id=user.id,
    )
    db.session.add(row)
    db.session.commit()
    return row


def test_purchases_are_listed_the_newest_first_with_what_comes_next(stranger, scope, user):
    factories.purchase(by=user, title="Först")
    factories.purchase(by=user, title="Sedan", state="contracted", contract_date="2026-03-02")
    newest, oldest = queries.list_purchases(today=TODAY).rows
    assert (newest.purchase.title, newest.state_label, newest.next_step.to) == (
        "Sedan",
        "Avtal tecknat",
        "documented",
    )
    assert (newest.deadline.id, newest.deadline.on) == ("documentation", date(2026, 4, 1))
    assert (oldest.purchase.title, oldest.route_label, oldest.deadline) == (
        "Först",
        "Direktupphandling",
        None,
    )


def test_ended_purchases_have_a_list_of_their_own(scope, user):
    factories.purchase(by=user, title="Klart", state="closed")
    factories.purchase(by=user, title="Pågår")
    assert [row.purchase.title for row in queries.list_purchases(today=TODAY).rows] == ["Pågår"]
    assert [row.purchase.title for row in queries.list_purchases(today=TODAY, is_ended=True).rows] == ["Klart"]


def test_a_long_list_goes_on_where_it_stopped(scope, user, monkeypatch):
    monkeypatch.setattr(queries, "PAGE", 2)
    for title in ("A", "B", "C"):
        factories.purchase(by=user, title=title)
    first = queries.list_purchases(today=TODAY)
    rest = queries.list_purchases(today=TODAY, after=first.next_after)
    assert [row.purchase.title for row in first.rows + rest.rows] == ["C", "B", "A"]
    assert rest.next_after is None


def test_deadlines_within_the_days_are_listed_the_earliest_first(stranger, scope, user):
    late = factories.purchase(by=user, title="Sent", state="contracted", contract_date="2026-01-12")
    soon = factories.purchase(by=user, title="Snart", state="contracted", contract_date="2026-02-16")
    factories.purchase(by=user, title="Långt bort", state="contracted", contract_date="2026-03-06")
    factories.purchase(
        by=user,
        title="Klart",
        state="documented",
        contract_date="2026-02-16",
        documentation_done_date="2026-02-20",
    )
    found = queries.list_upcoming_deadlines(TODAY, 14)
    assert [(row[0].id, row[1], row[2]) for row in found] == [
        (late.id, "Dokumentation slutförd", date(2026, 2, 11)),
        (soon.id, "Dokumentation slutförd", date(2026, 3, 18)),
    ]
    assert "LOU 19 a kap. 11 §" in found[0][3]


def test_a_cancelled_purchase_is_not_overdue_forever(scope, user):
    factories.purchase(by=user, state="cancelled", cancel_date="2026-02-16")
    assert len(queries.list_upcoming_deadlines(TODAY, 14)) == 1
    assert queries.list_upcoming_deadlines(TODAY + timedelta(days=30), 14) == []


def test_the_latest_purchase_of_each_cohort_is_found(stranger, scope, user):
    with_one, without = cohort(user), cohort(user)
    factories.purchase(by=user, title="Äldre").cohort_id = with_one.id
    latest = factories.purchase(by=user, title="Nyare")
    latest.cohort_id = with_one.id
    db.session.commit()
    found = queries.list_purchases_of_cohorts([with_one.id, without.id])
    assert {key: row.id for key, row in found.items()} == {with_one.id: latest.id}


def test_what_is_called_off_counts_for_the_framework_agreement_by_its_name(scope, user):
    values = {"framework": "Ramavtal Truck 2025", "contract_value_sek": "150000.50"}
    route = "call_off_without_competition"
    own = factories.purchase(by=user, route_id=route, **values)
    factories.purchase(by=user, route_id=route, **(values | {"framework": "ramavtal truck 2025"}))
    factories.purchase(by=user, route_id=route, state="cancelled", **values)
    factories.purchase(by=user, route_id=route, **(values | {"framework": "Annat"}))
    assert queries.framework_used("Ramavtal Truck 2025", but=own.id) == Decimal("150000.50")


def test_a_purchase_and_a_cohort_of_another_organisation_do_not_exist(stranger, scope, user):
    other = general.organisation()
    with access.acting_in(other.id):
        foreign = cohort(general.user(organisation=other)).id
    with pytest.raises(NotFoundError):
        queries.get_cohort(foreign)
    with pytest.raises(NotFoundError):
        queries.get_purchase(stranger)
    assert queries.list_purchases(today=clock.today()).rows == []
    assert queries.list_upcoming_deadlines(clock.today(), 4000) == []
