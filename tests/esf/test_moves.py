"""Cohorts out of a project and in again: every figure is shown before, and comes back as it was."""

from decimal import Decimal

import pytest

from broker import access
from broker.actions import Action
from broker.audit import history_of
from broker.errors import NotAllowedError, RefusedError
from broker.esf import join_service, moves, plan_service, queries, service
from broker.esf.budgets import figures
from broker.esf.budgets import service as budgets
from broker.esf.chain import queries as chain
from broker.esf.chain import service as chain_service
from broker.esf.moves import effects, groups_in, with_cohort, without_cohort
from broker.extensions import db
from tests import factories, factories_esf
from tests.client import form_values

FOLLOWING = {"kind": "deltagare", "title": "Deltagarnas tid", "follows_groups": True}


@pytest.fixture
def project(scope, user):
    """Give a project with two cohorts that have a company in common, and one that has only its own."""
    row = factories_esf.project(scope, user)
    shared, own, other = (factories_esf.company() for _number in range(3))
    first = factories_esf.cohort(user, factories_esf.need(shared, user), factories_esf.need(own, user, women=9))
    second = factories_esf.cohort(user, factories_esf.need(shared, user, men=7), factories_esf.need(other, user))
    factories_esf.join(row, first, user)
    factories_esf.join(row, second, user)
    factories_esf.complete(row, user)
    budgets.save_cofinancing_row(row, None, FOLLOWING, by=user)
    share = {"cost_type": "personal", "title": "Kursledare", "rate_id": "Ekonom", "share": Decimal("0.3"), "persons": 1}
    activity, other = chain.list_activities(row)
    # The second activity meets every need beside the first.
    needs = [need.id for need in queries.list_contributions(row)]
    chain_service.save_activity(row, other, {}, contribution_ids=needs, by=user)
    owner = queries.list_actors(row)[0]
    budgets.save_budget_row(row, None, owner, share | {"activity_id": activity.id}, by=user)
    db.session.commit()
    return row


def loaded(project):
    db.session.expire_all()
    return queries.load_application(project.id)


def everything(application):
    """Give every figure of an application, of its companies and of its needs."""
    return (
        effects(application, application),
        figures.compute(application).monthly,
        sorted((row.company_id, row.women, row.men, row.hours) for row in application.commitments),
        sorted((row.need_id, row.women, row.men, row.cause, row.price) for row in application.contributions),
        sorted(row.name for row in application.actors),
        sorted((row.id, row.title, len(application.needs_of(row))) for row in application.activities),
        sorted((cause.id, len(cause.need_links)) for cause in application.causes),
    )


def shown(rows):
    return {str(row.title): (row.now, row.then) for row in rows}


@pytest.mark.parametrize("place", [0, 1])
def test_a_cohort_moved_out_and_in_again_restores_every_figure(project, user, place):
    contribution = queries.list_contributions(project)[0]
    join_service.edit_contribution(project, contribution, {"women": 3, "cause": "Skriven för hand"}, by=user)
    commitment = queries.list_commitments(project)[1]
    plan_service.save_commitment(project, commitment, {"women": 1, "hours": 50}, by=user)
    db.session.commit()
    before = everything(loaded(project))
    cohort_id = groups_in(loaded(project))[place].cohort_id

    join_service.take_out_cohort(project, cohort_id, reason="Prövar", by=user)
    db.session.commit()
    assert everything(loaded(project)) != before
    factories_esf.join(project, queries.get_cohort(cohort_id), user, price_per_participant_ore=None)

    assert everything(loaded(project)) == before
    assert queries.find_taken_out(project, cohort_id) is None


@pytest.mark.parametrize("place", [0, 1])
def test_what_was_shown_before_is_what_comes(project, user, place):
    before = loaded(project)
    cohort_id = groups_in(before)[place].cohort_id
    foretold = shown(effects(before, without_cohort(before, cohort_id)))
    join_service.take_out_cohort(project, cohort_id, reason="Prövar", by=user)
    db.session.commit()
    out = loaded(project)
    assert {title: now for title, (now, _then) in shown(effects(out, out)).items()} == {
        title: then for title, (_now, then) in foretold.items()
    }

    back = shown(effects(out, with_cohort(out, queries.get_cohort(cohort_id))))
    assert back == {title: (then, now) for title, (now, then) in foretold.items()}


def test_a_company_whose_need_is_left_out_promises_nothing_on_either_side(project, user):
    application = loaded(project)
    first, second = (group.cohort_id for group in groups_in(application))
    only = next(row for row in application.contributions if row.cohort_id == first and row.women == 9)
    only.commitment.signed_on = factories_esf.TODAY
    join_service.edit_contribution(project, only, {"left_out_reason": "Lär sina egna"}, by=user)
    db.session.commit()
    before = loaded(project).committed_hours
    join_service.take_out_cohort(project, second, reason="Ändrad plan", by=user)
    db.session.commit()
    application = loaded(project)

    told = shown(effects(application, moves.with_cohort(application, queries.get_cohort(second))))

    assert told["Undertecknade timmar"] == (application.committed_hours, before)


def test_looking_at_what_would_come_stores_nothing(project):
    application = loaded(project)
    cohort_id = groups_in(application)[0].cohort_id
    moves.without_cohort(application, cohort_id)
    db.session.flush()

    assert len(loaded(project).contributions) == 4
    assert len(queries.list_commitments(project)) == 3


def test_a_company_with_nothing_left_leaves_the_actors_and_the_activity_goes_too(project, user):
    first, second = groups_in(loaded(project))
    join_service.take_out_cohort(project, first.cohort_id, reason="Prövar", by=user)
    db.session.commit()
    application = loaded(project)

    left = set(first.companies) - set(second.companies)
    assert not left & {row.name for row in application.actors}
    assert [row.cohort_id for row in application.activities] == [second.cohort_id]
    assert history_of(project)[0].action == Action.COHORT_LEFT_PROJECT


def test_a_cohort_is_taken_out_only_for_a_reason_and_only_by_who_brought_it_or_owns_the_project(project, scope, user):
    neighbour = factories.organisation(name="Grannen")
    service.add_member(project, neighbour, ground_note="Samtycke", by=user)
    db.session.commit()
    cohort_id = groups_in(loaded(project))[0].cohort_id
    with pytest.raises(RefusedError, match="Skriv varför"):
        join_service.take_out_cohort(project, cohort_id, reason=" ", by=user)

    with access.acting_in(neighbour.id), pytest.raises(NotAllowedError, match="projektägaren att ta ut"):
        join_service.take_out_cohort(project, cohort_id, reason="Prövar", by=user)


def test_the_pages_show_the_figures_before_and_move_the_group(client, project):
    group = groups_in(loaded(project))[0]
    address = f"/projekt/{project.id}/utbildningsgrupper/{group.cohort_id}/ta-ut"
    page = client.get(address).text
    assert "Vad som ändras om gruppen tas ut" in page
    assert "Be dem underteckna på nytt" in page

    assert client.submit(address, reason="").status_code == 422
    fields = form_values(client.get(address).text) | {"reason": "För få anmälda"}
    assert client.post(address, data=fields).status_code == client.post(address, data=fields).status_code == 302
    assert client.get(address).status_code == 404

    back = f"/projekt/{project.id}/utbildningsgrupper/ny?utbildningsgrupp={group.cohort_id}"
    page = client.get(back).text
    assert "För få anmälda" in page
    looked = client.submit(back, ground="consent", ground_note="Ja", visa="1")
    assert looked.status_code == 200
    assert "Vad som ändras om" in looked.text
    assert len(queries.list_contributions(project)) == 2
    assert client.submit(back, ground="consent", ground_note="Ja").status_code == 302
    assert len(queries.list_contributions(project)) == 4
