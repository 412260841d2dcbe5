"""Correcting what was logged: a contact, a task, and a task that was marked as done too early."""

import re
from datetime import date, timedelta

import pytest

from broker import clock
from broker.access import Role
from broker.companies import queries, service
from broker.extensions import db
from tests import factories


@pytest.fixture
def company(app):
    return factories.company("Exempel Plåt AB")


@pytest.fixture
def contact(scope, user, company):
    return factories.interaction(company, by=user, happened_on=date(2026, 11, 2), summary="Fel företag.")


@pytest.fixture
def task(scope, user, company):
    row = service.add_task(title="Ring om kursen", due_on=clock.today(), company=company, by=user)
    db.session.commit()
    return row


def test_a_contact_is_corrected_and_its_history_tells_which_fields(client, contact):
    assert f'href="/kontakter/{contact.id}/andra"' in client.get(f"/kontakter/{contact.id}").text

    response = client.submit(f"/kontakter/{contact.id}/andra", kind="call", summary="Rätt företag.")

    assert response.location == f"/kontakter/{contact.id}"
    page = client.get(response.location).text
    assert "Rätt företag." in page
    assert "Kontakt ändrad" in page
    assert "Fel företag." not in page


def test_a_corrected_day_moves_the_last_contact_of_the_relation(client, user, contact, company):
    factories.interaction(company, by=user, happened_on=date(2026, 10, 1))
    client.submit(f"/kontakter/{contact.id}/andra", happened_on="2026-09-15")

    assert queries.find_engagement(company.id).last_contact_on == date(2026, 10, 1)


def test_a_correction_of_what_somebody_else_saved_meanwhile_meets_the_conflict_page(client, contact):
    client.submit(f"/kontakter/{contact.id}/andra", summary="Först.")

    response = client.submit(f"/kontakter/{contact.id}/andra", summary="Sedan.", version="1")

    assert response.status_code == 409
    assert "Först." in response.text and "Sedan." in response.text


def test_the_conflict_page_shows_choices_days_and_names_as_other_pages_do(client, contact, company):
    person = factories.person(company, "Anna Exempelsson")
    address = f"/kontakter/{contact.id}/andra"
    client.submit(address, kind="call", happened_on="2026-02-01", person_ids=str(person.id))

    page = client.submit(address, kind="email", happened_on="2026-03-01", person_ids=[], version="1").text

    table = re.search("<tbody.*</tbody>", page, re.DOTALL)[0]
    for text in ("Samtal", "E-post", "1 feb. 2026", "1 mars 2026", "Anna Exempelsson"):
        assert text in table
    for raw in (">call<", ">email<", "2026-02-01", "2026-03-01"):
        assert raw not in table


def test_a_yes_or_no_is_a_word_on_the_conflict_page(client, scope, company):
    person = factories.person(company, "Anna Exempelsson")
    client.submit(f"/personer/{person.id}", is_active="")

    page = client.submit(f"/personer/{person.id}", is_active="y", version="1").text

    assert re.search(r">Visas i listor.*>Ja<.*>Nej<", page, re.DOTALL)
    assert "True" not in page


def test_a_contact_is_not_emptied_by_a_correction(client, contact):
    response = client.submit(f"/kontakter/{contact.id}/andra", summary=" ")

    assert response.status_code == 422
    assert "Skriv med några ord vad som sades." in response.text


def test_who_was_there_is_corrected(client, contact, company):
    person = factories.person(company, "Anna Exempelsson")

    client.submit(f"/kontakter/{contact.id}/andra", person_ids=str(person.id))

    assert "Anna Exempelsson" in client.get(f"/kontakter/{contact.id}").text


def test_somebody_with_protected_identity_stays_in_a_contact_that_others_correct(client_for, user, scope, company):
    hidden = factories.person(company, "Skyddad Person", is_protected=True)
    contact = factories.interaction(company, by=user, people=[hidden])
    broker = client_for(Role.BROKER)

    assert "Skyddad Person" not in broker.get(f"/kontakter/{contact.id}/andra").text
    broker.submit(f"/kontakter/{contact.id}/andra", summary="Ny text.")

    assert [person.id for person in queries.get_interaction(contact.id).people] == [hidden.id]


def test_a_task_is_changed_and_given_to_a_colleague(client, organisation, task):
    colleague = factories.user(organisation=organisation, name="Karin Kollega")
    day = clock.today() + timedelta(days=3)

    response = client.submit(
        f"/uppgifter/{task.id}/andra", title="Ring om truckkursen", due_on=day.isoformat(), owner_id=colleague.id
    )

    assert response.location == f"/foretag/{task.company_id}"
    page = client.get(response.location).text
    assert "Ring om truckkursen" in page and "Karin Kollega" in page
    changed = queries.get_task(task.id)
    assert (changed.owner_id, changed.due_on) == (colleague.id, day)


def test_a_task_is_given_only_to_a_colleague(client, user, task):
    stranger = factories.user(organisation=factories.organisation())

    assert client.submit(f"/uppgifter/{task.id}/andra", owner_id=stranger.id).status_code == 422
    assert queries.get_task(task.id).owner_id == user.id


def test_a_task_that_somebody_else_changed_meanwhile_is_not_overwritten(client, task):
    client.submit(f"/uppgifter/{task.id}/andra", title="Först")

    assert client.submit(f"/uppgifter/{task.id}/andra", title="Sedan", version="1").status_code == 409


def test_a_task_that_was_not_done_after_all_is_opened_again(client, task):
    page = client.get(client.press(f"/uppgifter/{task.id}/klar").location).text
    assert f'action="/uppgifter/{task.id}/ogor"' in page

    response = client.press(f"/uppgifter/{task.id}/ogor")

    page = client.get(response.location).text
    assert "Uppgiften är öppen igen: Ring om kursen" in page
    assert f'action="/uppgifter/{task.id}/klar"' in page
    assert "ogor" not in page
