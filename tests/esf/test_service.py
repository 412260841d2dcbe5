"""What people do to calls and projects: results, events and refusals."""

from datetime import timedelta
from decimal import Decimal

import pytest
from sqlalchemy import select

from broker import access, audit
from broker.actions import Action
from broker.errors import NotAllowedError, NotFoundError, RefusedError
from broker.esf import answer_service, joining, plan_service, queries, service
from broker.esf.budgets import figures
from broker.esf.budgets import service as budget_service
from broker.esf.chain import queries as chain_queries
from broker.esf.chain import service as chain
from broker.esf.join_service import GroundMissingError
from broker.esf.kinds import PARTICIPANT, Sector
from broker.esf.models import Activity, Actor, Commitment, Contribution
from broker.extensions import db
from broker.procurement.models import Purchase
from tests import factories, factories_esf, factories_procurement


def actions(project):
    db.session.commit()
    return [event.action for event in audit.history_of(project)]


def actor_values(**changes):
    return {
        "role": "samverkanspart",
        "name": "Region Sörmland",
        "organisation_number": "2321000032",
        "legal_form": "84",
        "sector": Sector.PUBLIC,
        "municipality_code": None,
        "reason": "Har nätverk",
    } | changes


def test_a_call_is_added_with_its_closing_moment_in_sweden(scope, user):
    call = factories_esf.call(user)

    assert call.closes_at.astimezone(factories_esf.clock.SWEDEN).hour == 16
    assert [event.action for event in audit.history_of(call)] == [Action.CALL_ADDED]


def test_the_same_version_of_a_call_is_refused(scope, user):
    call = factories_esf.call(user)

    with pytest.raises(service.DuplicateCallError):
        factories_esf.call(user, diary_no=call.diary_no)


def test_a_starting_project_has_its_owner_as_member_and_actor(scope, user):
    project = factories_esf.project(scope, user)

    assert [row.id for row in queries.list_members(project)] == [scope.id]
    assert [(row.role, row.name) for row in queries.list_actors(project)] == [("projektagare", scope.name)]
    assert Action.PROJECT_STARTED in actions(project)


def test_a_start_outside_the_call_is_refused(scope, user):
    call = factories_esf.call(user)

    with pytest.raises(service.OutsideCallError):
        factories_esf.project(scope, user, call_row=call, starts_on=call.latest_start + timedelta(days=1))


def test_only_the_owner_lets_others_in(scope, user):
    project = factories_esf.project(scope, user)
    other, third = factories.organisation(), factories.organisation()
    service.add_member(project, other, by=user)
    db.session.commit()

    with access.acting_in(other.id), pytest.raises(NotAllowedError):
        service.add_member(queries.get_project(project.id), third, by=user)


def test_who_comes_later_sees_what_companies_told_only_on_a_recorded_ground(client, scope, user):
    project, other = factories_esf.joined_project(scope, user), factories.organisation()
    address = f"/projekt/{project.id}/medlemmar"
    refused = client.submit(address, organisation_id=other.id)
    assert refused.status_code == 422
    assert "Skriv på vilken grund" in refused.text

    assert client.submit(address, organisation_id=other.id, ground_note="Samtycke per brev").status_code == 302
    event = audit.history_of(project, shared=True)[0]
    assert (event.facts["member"], event.facts["ground_note"]) == (other.name, "Samtycke per brev")


def test_a_joined_cohort_brings_needs_commitments_actors_and_an_activity(scope, user):
    project = factories_esf.joined_project(scope, user)

    application = queries.load_application(project.id)
    assert (application.women, application.men) == (8, 4)
    assert [row.hours for row in application.commitments] == [240, 240]
    assert sum(row.role == PARTICIPANT for row in application.actors) == 2
    assert len(application.needs_of(application.activities[0])) == 2
    assert {row.contacted_on for row in application.contributions} == {factories_esf.TODAY}


def test_a_joined_cohort_is_recorded_with_its_ground(scope, user):
    project = factories_esf.joined_project(scope, user)

    event = audit.history_of(project)[0]
    assert event.action == Action.COHORT_JOINED_PROJECT
    assert event.facts["ground_note"] == "Företagen sade ja vid besöken"


def test_a_cohort_without_a_ground_is_refused(scope, user):
    project = factories_esf.project(scope, user)
    cohort = factories_esf.cohort(user, factories_esf.need(factories_esf.company(), user))

    with pytest.raises(GroundMissingError):
        factories_esf.join(project, cohort, user, ground_note="  ")
    assert db.session.scalars(select(Contribution)).all() == []


def test_a_cohort_joins_once(scope, user):
    project = factories_esf.project(scope, user)
    cohort = factories_esf.cohort(user, factories_esf.need(factories_esf.company(), user))
    factories_esf.join(project, cohort, user)

    with pytest.raises(RefusedError):
        factories_esf.join(project, cohort, user)


def test_a_second_cohort_adds_to_the_commitment_of_the_same_company(scope, user):
    project = factories_esf.project(scope, user)
    company = factories_esf.company()
    for _ in range(2):
        factories_esf.join(project, factories_esf.cohort(user, factories_esf.need(company, user)), user)

    commitment = db.session.scalars(select(Commitment)).one()
    assert (commitment.women, commitment.men, commitment.hours) == (8, 4, 480)


def test_an_answer_is_saved_over_the_former_one(scope, user):
    project = factories_esf.project(scope, user)
    answer_service.save_answer(project, "problem", text="Först", by=user)
    db.session.flush()
    answer_service.save_answer(project, "problem", text="Sedan", by=user)
    db.session.commit()

    assert [row.text for row in queries.get_project(project.id).answers] == ["Sedan"]
    assert actions(project).count(Action.ANSWER_SAVED) == 2


def test_an_answer_to_no_question_of_the_form_is_not_found(scope, user):
    with pytest.raises(NotFoundError):
        answer_service.save_answer(factories_esf.project(scope, user), "vader", text="Sol", by=user)


def test_only_the_cited_sources_are_kept(scope, user):
    project = factories_esf.joined_project(scope, user)
    draft = answer_service.suggest_text(project, "behov")
    answer = answer_service.save_answer(project, "behov", text="Kort [1]", sources=draft.sources, by=user)

    assert [source["number"] for source in answer.sources] == [1]


def test_a_partner_that_is_a_trading_partnership_is_refused(scope, user):
    project = factories_esf.project(scope, user)

    with pytest.raises(plan_service.WrongLegalFormError):
        plan_service.save_actor(project, None, actor_values(legal_form="HB"), by=user)


def test_a_partner_becomes_a_beneficiary(scope, user):
    project = factories_esf.project(scope, user)

    actor = plan_service.save_actor(project, None, actor_values(), by=user)

    assert actor.is_beneficiary
    assert Action.ACTOR_SAVED in actions(project)


def test_two_beneficiaries_have_two_names_since_the_budget_calls_them_by_name(scope, user):
    project = factories_esf.project(scope, user)
    first = plan_service.save_actor(project, None, actor_values(), by=user)

    plan_service.save_actor(project, first, actor_values(), by=user)
    with pytest.raises(RefusedError, match="heter så"):
        plan_service.save_actor(project, None, actor_values(name=first.name.upper()), by=user)


def test_a_personal_number_is_not_taken_for_an_actor(scope, user):
    project = factories_esf.project(scope, user)

    with pytest.raises(RefusedError, match="personnummer"):
        plan_service.save_actor(project, None, actor_values(organisation_number="189312249833"), by=user)


def test_a_second_owner_is_refused(scope, user):
    project = factories_esf.project(scope, user)

    with pytest.raises(RefusedError):
        plan_service.save_actor(project, None, actor_values(role="projektagare"), by=user)


def test_a_removed_activity_lets_its_needs_go_and_stays_in_the_history(scope, user):
    project = factories_esf.joined_project(scope, user)
    activity = chain_queries.list_activities(project)[0]
    plan_service.remove_row(project, activity, by=user)
    db.session.commit()

    assert chain_queries.list_activities(project) == []
    assert {row.activity_id for row in queries.list_contributions(project)} == {None}
    assert db.session.scalars(select(Activity)).one().title == activity.title
    assert Action.ACTIVITY_SAVED in actions(project)


def test_the_owner_cannot_be_removed(scope, user):
    project = factories_esf.project(scope, user)

    with pytest.raises(RefusedError):
        plan_service.remove_row(project, queries.list_actors(project)[0], by=user)


def test_an_activity_that_ends_before_it_starts_is_refused(scope, user):
    project = factories_esf.project(scope, user)
    values = {"title": "Kurs", "starts_on": factories_esf.END, "ends_on": factories_esf.START}

    with pytest.raises(RefusedError):
        chain.save_activity(project, None, values, contribution_ids=[], by=user)


def test_the_worked_example_entered_by_people_recalculates_to_the_ore(scope, user):
    project = factories_esf.project(scope, user)
    factories_esf.worked_budget(project, user)

    application = queries.load_application(project.id)
    result = figures.compute(application).result
    example = application.form["budget"]["worked_example"]
    letters = {
        "P": result.personnel,
        "I": result.flat_rate_cost,
        "D": result.direct_cost,
        "W": result.in_kind,
        "T": result.total_cost,
        "C": result.cofinancing,
        "K": result.owner_share,
        "S": result.support,
    }
    assert letters == {letter: Decimal(str(example[letter])) for letter in letters}
    assert result.hours_missing == Decimal("9266.35")
    assert actions(project).count(Action.BUDGET_SAVED) == 7


def test_a_price_that_the_call_does_not_have_is_refused(scope, user):
    project = factories_esf.project(scope, user)
    owner = queries.list_actors(project)[0]
    values = {
        "cost_type": "personal",
        "title": "Coach",
        "rate_id": "Coach",
        "hours": Decimal(10),
        "persons": 1,
    }

    with pytest.raises(budget_service.UnknownPriceError):
        budget_service.save_budget_row(project, None, owner, values, by=user)


def test_a_cost_of_a_company_that_only_takes_part_is_refused(scope, user):
    project = factories_esf.joined_project(scope, user)
    company = next(row for row in queries.list_actors(project) if row.role == PARTICIPANT)
    values = {"cost_type": "resor", "title": "Resa", "amount_kr": Decimal(100), "persons": 1}

    with pytest.raises(RefusedError):
        budget_service.save_budget_row(project, None, company, values, by=user)


def test_a_gate_that_the_form_does_not_have_is_not_found(scope, user):
    with pytest.raises(NotFoundError):
        plan_service.save_gate(factories_esf.project(scope, user), "g77", is_met=True, note=None, by=user)


def test_a_recorded_gate_says_who_and_when(scope, user):
    project = factories_esf.project(scope, user)
    gate = plan_service.save_gate(project, "g5", is_met=True, note="Kreditupplysning", by=user)

    assert (gate.recorded_by_id, gate.recorded_on) == (user.id, factories_esf.TODAY)
    assert Action.GATE_SAVED in actions(project)


def test_a_sole_trader_has_no_number_in_the_project(scope, user):
    project = factories_esf.project(scope, user)
    trader = factories_esf.company("Berits Svets", identity_hash="abc")
    factories_esf.join(project, factories_esf.cohort(user, factories_esf.need(trader, user)), user)

    actor = db.session.scalars(select(Actor).where(Actor.company_id == trader.id)).one()
    assert actor.organisation_number is None


@pytest.mark.parametrize(("state", "chosen"), [("cancelled", "Svetsskolan"), ("contracted", "Den nya skolan")])
def test_the_provider_of_a_cancelled_purchase_does_not_come_along(scope, user, state, chosen):
    cohort = factories_esf.cohort(user, factories_esf.need(factories_esf.company(), user))
    for name, purchase_state in (("Svetsskolan", "contracted"), ("Den nya skolan", state)):
        provider = factories_procurement.provider(by=user, name=name)
        values = {"workflow_version": "1", "route": "direct_award", "state": purchase_state, "values": {}}
        factories.add(Purchase(title=name, cohort_id=cohort.id, provider_id=provider.id, handler=user, **values))
    project = factories_esf.project(scope, user)

    factories_esf.join(project, cohort, user)

    assert [row.provider_name for row in chain_queries.list_activities(project)] == [chosen]


def test_a_cohort_whose_only_purchase_was_cancelled_has_no_provider(scope, user):
    cohort = factories_esf.cohort(user, factories_esf.need(factories_esf.company(), user))
    provider = factories_procurement.provider(by=user, name="Svetsskolan")
    values = {"workflow_version": "1", "route": "direct_award", "state": "cancelled", "values": {}}
    factories.add(Purchase(title="Svets", cohort_id=cohort.id, provider_id=provider.id, handler=user, **values))

    assert joining.find_provider_of(queries.get_cohort(cohort.id)) is None


def test_the_provider_and_training_that_a_cohort_is_planned_with_come_along_and_its_page_names_the_project(
    client, scope, user
):
    project = factories_esf.project(scope, user)
    provider = factories_procurement.provider(by=user, name="Planerade skolan")
    cohort = factories_esf.cohort(user, factories_esf.need(factories_esf.company(), user))
    _cheap, planned = (
        factories_procurement.offering(
            provider, by=user, topic_id=cohort.topic_id, title=title, price_per_participant_ore=price
        )
        for title, price in (("Billig", 100_000), ("Planerad", 300_000))
    )
    cohort.offering = planned
    planned.fixed_price_ore = 100_000 * cohort.participants
    db.session.commit()

    (brought,) = factories_esf.join(project, cohort, user, price_per_participant_ore=None)

    activity = chain_queries.list_activities(project)[0]
    assert (activity.provider_name, activity.title) == ("Planerade skolan", "Planerad")
    assert brought.price_per_participant_ore == planned.price_per_participant_ore + 100_000
    assert project.name in client.get(f"/behov/grupper/{cohort.id}").text
