"""Colleagues who took part in a contact, and those who come along to a planned one."""

import pytest
from sqlalchemy import select

from broker import access, clock
from broker.companies import queries, service
from broker.companies.merging import service as merging
from broker.companies.models import InteractionKind, interaction_colleague
from broker.companies.queries import InteractionFilter
from broker.extensions import db
from tests import factories
from tests.client import form_values


@pytest.fixture
def company(scope):
    return factories.company("Exempel Svets AB")


@pytest.fixture
def contact(company, user, karin):
    return factories.interaction(company, by=user, colleagues=[karin])


def test_a_colleague_is_chosen_in_the_ordinary_form_and_seen_wherever_the_contact_is(client, company, karin):
    page = client.get(f"/foretag/{company.id}/kontakter/ny").text
    assert page.index("Kollegor som var med") > page.index("Senast") and "<details" in page

    done = client.submit(f"/foretag/{company.id}/kontakter/ny", kind="visit", summary="Gick runt", colleagues=karin.id)

    [contact] = queries.list_interactions(company.id).rows
    for address in (done.location, f"/kontakter/{contact.id}", "/kontakter"):
        assert "Karin Kollega" in client.get(address).text, address


def test_nobody_is_offered_as_a_colleague_of_oneself_nor_from_elsewhere(client, company, user, karin):
    stranger = factories.user(organisation=factories.organisation(), name="Stina Främling")
    address = f"/foretag/{company.id}/kontakter/ny"

    assert "Stina Främling" not in client.get(address).text
    for other in (stranger, user):
        assert client.submit(address, kind="call", summary="Ringde", colleagues=other.id).status_code == 422


def test_who_works_alone_is_not_asked_for_colleagues(client, company):
    assert "Kollegor som var med" not in client.get(f"/foretag/{company.id}/kontakter/ny").text


def test_colleagues_are_corrected_and_a_later_edit_of_the_old_version_is_met(client, contact, karin):
    address = f"/kontakter/{contact.id}/andra"
    before = form_values(client.get(address).text)
    assert before["colleague_ids"] == [str(karin.id)]

    assert client.submit(address, colleague_ids=[]).status_code == 302

    assert queries.get_interaction(contact.id).colleagues == []
    assert client.post(address, data=before | {"summary": "Ny text"}).status_code == 409


def test_one_colleague_is_exchanged_for_another(client, contact, organisation):
    other = factories.user(organisation=organisation, name="Olle Annan")

    assert client.submit(f"/kontakter/{contact.id}/andra", colleague_ids=other.id).status_code == 302

    assert [user.name for user in queries.get_interaction(contact.id).colleagues] == ["Olle Annan"]


def test_a_colleague_who_has_left_stays_in_a_contact_that_is_corrected(client, contact, karin):
    karin.is_active = False
    db.session.commit()

    client.submit(f"/kontakter/{contact.id}/andra", summary="Ny text")

    assert [user.name for user in queries.get_interaction(contact.id).colleagues] == ["Karin Kollega"]


def test_the_colleagues_own_list_and_figures_count_the_contact(client_for, contact, karin, user, app):
    chosen = InteractionFilter(first=clock.today(), last=clock.today(), user_id=karin.id)

    assert [row.id for row in queries.filtered_interactions(chosen).rows] == [contact.id]
    assert queries.count_interactions(chosen) == 1


def test_a_planned_contact_is_on_the_colleagues_list_and_presets_who_was_there(client, company, user, karin):
    client.submit(
        f"/foretag/{company.id}/planera",
        kind="visit",
        due_on=f"{clock.today()}",
        title="Se verkstaden",
        colleague_ids=karin.id,
    )

    [task] = queries.list_open_tasks(karin.id, until=clock.today())
    page = client.get(f"/foretag/{company.id}/kontakter/ny?uppgift={task.id}").text
    assert form_values(page)["colleagues"] == [str(karin.id)]
    assert "Karin Kollega" in client.get(f"/foretag/{company.id}").text


def test_who_takes_a_plan_over_is_not_his_own_colleague(client, company, user, karin):
    plan = service.plan_contact(
        company, kind=InteractionKind.VISIT, due_on=clock.today(), title="Se", colleagues=[karin], by=user
    )
    db.session.commit()

    client.submit(f"/uppgifter/{plan.id}/andra", owner_id=karin.id)

    task = queries.get_task(plan.id)
    assert (task.owner_id, task.colleagues) == (karin.id, [])


def test_colleagues_come_along_when_two_companies_become_one(client, contact, company, user, karin):
    wrong = service.add_company(number=None, name="Exempel Svets", by=user)
    moved = factories.interaction(wrong, by=user, colleagues=[karin])

    merging.merge_companies(company, wrong, {}, by=user)
    db.session.commit()

    row = queries.get_interaction(moved.id)
    assert (row.company_id, [colleague.id for colleague in row.colleagues]) == (company.id, [karin.id])


@pytest.mark.parametrize("database_app", ["postgresql"], indirect=True)
def test_the_database_hides_the_colleagues_of_others(app, contact, organisation):
    def seen_by(row):
        with access.acting_in(row.id):
            return len(db.session.execute(select(interaction_colleague)).all())

    assert (seen_by(organisation), seen_by(factories.organisation())) == (1, 0)
