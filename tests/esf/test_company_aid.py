"""State aid to the companies of an application: what is judged together, by which rules, and what is missing."""

from copy import deepcopy
from datetime import date, timedelta
from decimal import Decimal

import pytest

from broker import audit
from broker.actions import Action
from broker.esf import aid, plan_service, queries
from broker.esf.kinds import AidBasis
from broker.esf.models import DeMinimisAid
from broker.esf.state_aid import AidStatus
from broker.extensions import db
from broker.reference.models import DocumentKind, ReferenceDocument
from broker.reference.queries import read_yaml
from tests import factories_esf


def test_aid_of_twelve_seats_is_judged_with_earlier_aid(scope, user):
    project = factories_esf.project(scope, user)
    need = factories_esf.need(factories_esf.company(), user, women=6, men=6)
    factories_esf.join(project, factories_esf.cohort(user, need), user)
    factories_esf.complete(project, user)
    commitment = queries.list_commitments(project)[0]
    plan_service.add_earlier_aid(
        project,
        commitment,
        giver="Regionen",
        amount_eur=Decimal(60_000),
        granted_on=factories_esf.TODAY,
        by=user,
    )
    db.session.commit()

    verdict = aid.assess(queries.load_application(project.id))[0]
    assert (verdict.aid_sek, verdict.aid_eur) == (Decimal(236_000), Decimal("21454.55"))
    assert (verdict.left_eur, verdict.status) == (Decimal("218545.45"), AidStatus.PASSED)
    db.session.commit()
    assert Action.STATE_AID_SAVED in [event.action for event in audit.history_of(project)]


def test_aid_without_a_rate_or_a_certificate_says_what_to_bring(scope, user):
    project = factories_esf.joined_project(scope, user)

    verdict = aid.assess(queries.load_application(project.id))[0]

    assert verdict.status == AidStatus.REFUSED
    assert len(verdict.reasons) == 2


def test_companies_of_one_group_share_one_ceiling(scope, user):
    project = factories_esf.joined_project(scope, user)
    factories_esf.complete(project, user)
    first, second = queries.list_commitments(project)
    group = {"group_numbers": [second.company.organisation_number]}
    plan_service.save_commitment(project, first, group, by=user)
    db.session.commit()

    rows = {row.commitment.id: row for row in aid.assess(queries.load_application(project.id))}
    assert rows[first.id].earlier_eur == rows[second.id].aid_eur
    assert rows[second.id].earlier_eur == rows[first.id].aid_eur, "whichever of them says that they hang together"


def test_what_one_of_a_group_had_before_takes_room_from_all_of_it_once(scope, user):
    project = factories_esf.joined_project(scope, user)
    factories_esf.complete(project, user)
    first, second = queries.list_commitments(project)
    number = second.company.organisation_number
    plan_service.save_commitment(project, first, {"group_numbers": [number]}, by=user)
    before = {row.commitment.id: row.earlier_eur for row in aid.assess(queries.load_application(project.id))}
    had = {"amount_eur": Decimal(90_000), "granted_on": factories_esf.TODAY, "by": user}
    plan_service.add_earlier_aid(project, second, giver="Almi", **had)
    plan_service.add_earlier_aid(project, first, giver="ALMI", organisation_number=number, **had)
    db.session.commit()

    rows = {row.commitment.id: row for row in aid.assess(queries.load_application(project.id))}
    assert {key: row.earlier_eur - before[key] for key, row in rows.items()} == dict.fromkeys(rows, 90_000)

    unread = DeMinimisAid(
        project_id=project.id, commitment_id=second.id, giver="Region", granted_on=factories_esf.TODAY
    )
    unread.amount_kr = Decimal(1000)
    db.session.add(unread)
    db.session.commit()
    assert {row.status for row in aid.assess(queries.load_application(project.id))} == {AidStatus.REFUSED}


def rules_until(last):
    """Read in rules of training aid that hold until a day."""
    content = deepcopy(read_yaml("state_aid_rules"))
    content["training_aid"][0]["valid_to"] = str(last)
    kind = DocumentKind.STATE_AID_RULES
    db.session.add(
        ReferenceDocument(kind=kind, version="2", valid_from=date(2026, 1, 1), source="test:aid", content=content)
    )
    db.session.commit()


@pytest.mark.parametrize(("days", "status"), [(-1, AidStatus.REFUSED), (0, AidStatus.PASSED)])
def test_training_aid_is_judged_only_by_rules_that_hold_on_the_day_of_the_grant(scope, user, days, status):
    project = factories_esf.joined_project(scope, user)
    factories_esf.complete(project, user)
    commitment = queries.list_commitments(project)[0]
    plan_service.save_commitment(project, commitment, {"aid_basis": AidBasis.TRAINING_AID}, by=user)
    db.session.commit()
    rules_until(factories_esf.START + timedelta(days=days))

    verdict = aid.assess(queries.load_application(project.id))[0]

    assert verdict.status == status and str(verdict.status.label)


def test_training_aid_counts_the_participants_own_time_where_the_call_prices_it(scope, user):
    project = factories_esf.joined_project(scope, user)
    factories_esf.complete(project, user)
    rules_until(factories_esf.START)
    application = queries.load_application(project.id)
    # 6 seats à 20 000 kr and 240 hours à 290 kr: of 189 600 kr 70 % may be aid, and 116 000 kr is.
    verdict = aid.assess_alternative(application.commitments[0], application)
    assert verdict.status == AidStatus.PASSED and "58.5" in str(verdict.reasons[-1])

    project.call.unit_costs = {name: price for name, price in factories_esf.PRICES.items() if name != "deltagare"}

    assert aid.assess_alternative(application.commitments[0], application).status == AidStatus.STOPPED
