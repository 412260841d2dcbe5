"""Contacts that were logged wrongly: taken back as if they had never been, or moved to the right company."""

import io
from datetime import timedelta

import pytest
from sqlalchemy import select

from broker import audit, clock, files
from broker.access import Role
from broker.companies import corrections, queries, service
from broker.companies.letters import Letter
from broker.companies.models import EngagementStatus, Interaction, InteractionKind, Task
from broker.errors import RefusedError
from broker.extensions import db
from broker.meetings.models import ImportedEvent
from broker.needs import states
from broker.needs.models import NeedStatus
from broker.retention import service as retention
from broker.retention.kinds import KINDS
from broker.retention.models import RecordKind
from tests import factories, factories_needs


@pytest.fixture
def company(scope):
    return factories.company("Exempel Svets AB")


@pytest.fixture
def other(scope):
    return factories.company("Exempel Plåt AB")


def log(company, user, **facts):
    defaults = {"kind": InteractionKind.VISIT, "happened_on": clock.today(), "summary": "Tre vill ha truckkort"}
    contact = service.log_interaction(company, **(defaults | facts), by=user)
    db.session.commit()
    return contact


def relation(company):
    engagement = queries.find_engagement(company.id)
    return engagement.status, engagement.last_contact_on, engagement.owner_id


def test_a_contact_is_taken_back_over_a_page_that_says_what_follows(client, company, user):
    contact = log(company, user, next_step="Skicka förslag")
    gone, address = f"/kontakter/{contact.id}", f"/kontakter/{contact.id}/ta-bort"
    assert f'href="{address}"' in client.get(f"/kontakter/{contact.id}/andra").text
    page = client.get(address).text
    assert "Skicka förslag" in page and "Tre vill ha truckkort" in page

    done = client.submit(address)

    assert done.location == f"/foretag/{company.id}"
    card = client.get(done.location).text
    assert "Tre vill ha truckkort" not in card and "Skicka förslag" in card
    assert client.get(gone).status_code == 404
    history = client.get(f"/foretag/{company.id}/historik").text
    assert "Felaktig kontakt borttagen" in history and "Tre vill ha truckkort" not in history


def test_a_saved_contact_offers_at_once_to_change_or_undo_it(client, company):
    done = client.submit(f"/foretag/{company.id}/kontakter/ny", kind="visit", summary="Fel knapp")
    card = client.get(done.location).text
    [contact] = db.session.scalars(select(Interaction))
    assert f'href="/kontakter/{contact.id}/andra"' in card and f'href="/kontakter/{contact.id}/ta-bort"' in card


def test_a_contact_that_somebody_has_changed_meanwhile_is_not_taken_back(client, company, user):
    contact = log(company, user)
    address = f"/kontakter/{contact.id}/ta-bort"
    assert client.submit(address, version="0").status_code == 409
    assert db.session.get(Interaction, contact.id)


def test_readers_and_other_organisations_take_nothing_back(client_for, company, user):
    contact = log(company, user)
    stranger = client_for(Role.BROKER, organisation=factories.organisation())
    for page in ("ta-bort", "flytta"):
        assert client_for(Role.READER).get(f"/kontakter/{contact.id}/{page}").status_code == 403
        assert stranger.get(f"/kontakter/{contact.id}/{page}").status_code == 404


def test_the_relation_is_as_if_the_contact_had_never_been(company, user):
    contact = log(company, user)
    assert relation(company) == (EngagementStatus.CONTACTED, clock.today(), user.id)

    corrections.remove_interaction(contact, with_steps=False, by=user)
    db.session.commit()

    assert relation(company) == (EngagementStatus.NEW, None, None)


def test_what_was_chosen_by_hand_and_what_earlier_contacts_say_stays(company, user):
    earlier = log(company, user, happened_on=clock.today() - timedelta(days=9))
    contact = log(company, user)
    corrections.remove_interaction(contact, with_steps=False, by=user)
    assert relation(company) == (EngagementStatus.CONTACTED, earlier.happened_on, user.id)

    engagement = queries.find_engagement(company.id)
    service.edit_engagement(engagement, {"status": EngagementStatus.ACTIVE}, by=user)
    service.edit_engagement(engagement, {"status": EngagementStatus.CONTACTED, "owner_id": None}, by=user)
    service.edit_engagement(engagement, {"owner_id": user.id}, by=user)
    db.session.commit()
    corrections.remove_interaction(earlier, with_steps=False, by=user)
    assert relation(company) == (EngagementStatus.CONTACTED, None, user.id)


def test_the_key_of_a_contact_that_is_gone_is_never_given_again(company, user):
    contact = log(company, user)
    corrections.remove_interaction(contact, with_steps=False, by=user)
    db.session.commit()
    assert log(company, user).id > contact.id


def test_its_plan_stands_again_and_its_step_is_closed_when_that_is_asked_for(client, company, user):
    plan = service.plan_contact(
        company, kind=InteractionKind.VISIT, due_on=clock.today(), title="Se verkstaden", by=user
    )
    contact = log(company, user, plan=plan, next_step="Skicka förslag")

    client.submit(f"/kontakter/{contact.id}/ta-bort", with_steps="y")

    assert queries.list_tasks_of_company(company.id) == [plan]
    closed = db.session.scalars(select(Task).where(Task.title == "Skicka förslag")).one()
    assert closed.done_at and closed.interaction_id is None
    assert [event.action for event in audit.history_of(closed)][:1] == ["task:closed"]


def test_an_unanswered_call_that_never_was_takes_its_new_call_with_it(client, company, user):
    contact, _again = service.log_no_answer(company, by=user)
    db.session.commit()

    client.submit(f"/kontakter/{contact.id}/ta-bort")

    assert queries.list_tasks_of_company(company.id) == []


def test_files_go_with_the_contact(app, client, company, user):
    contact = log(company, user)
    row = files.attach(contact, io.BytesIO(b"%PDF-1.4 x"), file_name="x.pdf", media_type="application/pdf", by=user)
    db.session.commit()
    path, address, link = files.path_of(row.content_hash), f"/kontakter/{contact.id}/ta-bort", f"/filer/{row.id}"
    assert path.exists() and "x.pdf" in client.get(address).text

    client.submit(address)

    assert not path.exists() and client.get(link).status_code == 404


def test_a_need_that_came_of_a_contact_holds_it_until_the_need_is_mended_or_ended(client, company, user):
    contact = log(company, user)
    need = factories_needs.need(by=user, company=company, interaction_id=contact.id)
    db.session.commit()

    refused = client.submit(f"/kontakter/{contact.id}/ta-bort")
    assert refused.status_code == 422 and "kom av kontakten" in refused.text
    assert db.session.get(Interaction, contact.id)

    states.move(need, NeedStatus.IN_COHORT)
    with pytest.raises(RefusedError, match="utbildningsgrupp"):
        corrections.remove_interaction(contact, with_steps=False, by=user)
    states.move(need, NeedStatus.WITHDRAWN, reason="Fel företag")
    corrections.remove_interaction(contact, with_steps=False, by=user)
    db.session.commit()
    assert need.interaction_id is None


def test_an_event_of_a_calendar_can_be_read_in_anew(company, user):
    contact = log(company, user)
    db.session.add(ImportedEvent(key="k", interaction_id=contact.id))
    db.session.commit()

    corrections.remove_interaction(contact, with_steps=False, by=user)
    db.session.commit()

    assert db.session.scalars(select(ImportedEvent)).all() == []


def test_what_is_exempted_from_destruction_is_not_taken_back(company, user):
    contact = log(company, user)
    retention.exempt(KINDS[RecordKind.CONTACTS], contact, reason="Tvist", by=user)
    db.session.commit()
    with pytest.raises(RefusedError, match="undantagen"):
        corrections.remove_interaction(contact, with_steps=False, by=user)


def test_a_contact_is_moved_with_its_step_file_and_need(client, company, other, user):
    anna = factories.person(company)
    contact = log(company, user, next_step="Skicka förslag", people=[anna])
    need = factories_needs.need(by=user, company=company, interaction_id=contact.id)
    db.session.commit()
    address = f"/kontakter/{contact.id}/flytta"

    page = client.get(f"{address}?q=plåt")
    assert "Exempel Plåt AB" in page.text
    done = client.submit(f"{address}?q=plåt", company_id=other.id)

    assert done.location == f"/kontakter/{contact.id}"
    assert "Exempel Plåt AB" in client.get(done.location).text
    moved = queries.get_interaction(contact.id)
    assert (moved.company_id, moved.people, need.company_id) == (other.id, [], other.id)
    assert [task.title for task in queries.list_tasks_of_company(other.id)] == ["Skicka förslag"]
    assert relation(other) == (EngagementStatus.CONTACTED, clock.today(), user.id)
    assert relation(company) == (EngagementStatus.NEW, None, None)
    assert "Kontakt flyttad till ett annat företag" in client.get(f"/foretag/{other.id}/historik").text


def test_a_move_without_a_company_says_what_to_do(client, company, other, user):
    contact = log(company, user)
    page = client.submit(f"/kontakter/{contact.id}/flytta?q=plåt")
    assert page.status_code == 422 and "Välj ett av alternativen i listan." in page.text
    assert "Inget företag passar" in client.get(f"/kontakter/{contact.id}/flytta?q=finnsinte").text


def test_a_need_in_a_group_keeps_its_contact_where_it_is(company, other, user):
    contact = log(company, user)
    need = factories_needs.need(by=user, company=company, interaction_id=contact.id)
    factories_needs.cohort(need, factories_needs.need(by=user, women=2), by=user)
    db.session.commit()
    with pytest.raises(RefusedError, match="andra bygger på det"):
        corrections.move_interaction(contact, other, by=user)


def test_a_letter_that_is_logged_there_already_is_not_moved(company, other, user):
    contact, _left = service.log_letter(company, letter(), known=[], by=user)
    service.log_letter(other, letter(), known=[], by=user)
    db.session.commit()
    with pytest.raises(RefusedError, match="redan loggat"):
        corrections.move_interaction(contact, other, by=user)
    with pytest.raises(RefusedError, match="redan med"):
        corrections.move_interaction(contact, company, by=user)


def letter():
    return Letter(
        key="k", sender="a@b.example", addresses=frozenset(), told=frozenset(), sent_on=clock.today(), subject="Hej",
        text="Hej", is_shortened=False, files=(),
    )  # fmt: skip
