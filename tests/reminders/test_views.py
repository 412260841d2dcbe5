"""What a person chooses, and the calendar at its secret address: made, shown once, changed, removed."""

import re

import pytest
from sqlalchemy import select

from broker import access
from broker.access import Role
from broker.accounts import service as accounts
from broker.audit import AuditEvent
from broker.companies import service as companies
from broker.companies.merging import service as merging
from broker.extensions import db
from broker.reminders.models import ReminderChoice
from tests import factories, factories_procurement
from tests.app.test_routes import plain
from tests.reminders.conftest import WEDNESDAY
from tests.test_calendars import unfolded

PAGE = "/konto/paminnelser"


def shown_address(client):
    found = re.search(r'value="http://localhost(/kalender/[^"]+\.ics)"', client.get(PAGE).text)
    return found and found.group(1)


@pytest.fixture
def address(client):
    assert client.press(f"{PAGE}/kalender").location == PAGE
    return shown_address(client)


@pytest.fixture
def subscriber(app):
    """Give a program that has not signed in."""
    return app.test_client()


def titles(answer):
    return [line.removeprefix("SUMMARY:") for line in unfolded(answer.text) if line.startswith("SUMMARY:")]


def test_the_choice_of_a_letter_is_kept(client, scope):
    assert client.get("/konto").text.count(PAGE) == 1
    assert client.submit(PAGE, is_mailed="y").location == PAGE
    assert 'id="is_mailed" name="is_mailed" type="checkbox" value="y"' in client.get(PAGE).text
    choice = db.session.scalars(select(ReminderChoice)).one()
    assert (choice.is_mailed, choice.mails_mentions, choice.mails_corrections) == (True, True, False)

    client.submit(PAGE, is_mailed=[], mails_mentions=[], mails_corrections="y")
    choice = db.session.scalars(select(ReminderChoice)).one()
    assert (choice.is_mailed, choice.mails_mentions, choice.mails_corrections) == (False, False, True)


def test_the_secret_address_is_shown_once_and_only_its_hash_is_stored(client, address, scope):
    token = address.removeprefix("/kalender/").removesuffix(".ics")

    assert shown_address(client) is None
    assert token not in db.session.scalars(select(ReminderChoice)).one().token_hash
    assert token not in str([event.facts for event in db.session.scalars(select(AuditEvent))])


def test_a_calendar_shows_open_tasks_as_days_without_words_until_they_are_chosen(
    client, subscriber, address, add_task, company, user
):
    factories.person(company, "Anna-Karin Exempelsson")
    task = add_task(WEDNESDAY, "Ring Anna-Karins chef Exempelsson, fråga Annas svåger")
    companies.finish_task(add_task(WEDNESDAY, "Gjort"), by=user)
    factories.person(factories.company(), "Bo Ström")
    add_task(WEDNESDAY, "Skriv till Bo Ströms kollega på torget", company=None)
    db.session.commit()

    answer = subscriber.get(address)
    assert answer.content_type == "text/calendar; charset=utf-8; method=PUBLISH"
    assert titles(answer) == ["Uppgift i Broker", "Uppgift i Broker"]
    assert {f"UID:uppgift-{task.id}@localhost", "DTSTART;VALUE=DATE:20261202"} <= set(unfolded(answer.text))
    assert f"URL:http://localhost/uppgifter/{task.id}" in answer.text and "Exempel" not in answer.text

    client.submit(PAGE, shows_companies="y")
    assert titles(subscriber.get(address)) == ["Uppgift i Broker – Exempel Svets AB", "Uppgift i Broker"]

    client.submit(PAGE, shows_titles="y", shows_companies=[])
    assert titles(subscriber.get(address)) == ["Ring …-… chef …\\, fråga … svåger", "Skriv till … kollega på torget"]


def test_a_name_that_a_merge_gave_up_is_struck_out_too(client, subscriber, address, add_task, company, user):
    kept, gone = factories.person(company, "Anna Exempelsson"), factories.person(company, "Hanna Exämplesson")
    merging.merge_people(kept, gone, {}, by=user)
    db.session.commit()
    add_task(WEDNESDAY, "Ring Hanna om kursen")
    client.submit(PAGE, shows_titles="y")

    assert titles(subscriber.get(address)) == ["Ring … om kursen"]


def test_a_sole_traders_firm_is_not_named_in_a_calendar(client, subscriber, address, add_task):
    add_task(WEDNESDAY, company=factories.company("Anna Exempelssons Måleri", identity_hash="hash"))
    client.submit(PAGE, shows_companies="y")

    assert titles(subscriber.get(address)) == ["Uppgift i Broker – Enskild firma"]


def test_a_changed_task_keeps_its_identity_and_gets_a_higher_version(subscriber, address, add_task, user):
    task = add_task(WEDNESDAY)
    before = unfolded(subscriber.get(address).text)
    companies.edit_task(task, {"title": "Ring igen"}, by=user)
    db.session.commit()
    after = unfolded(subscriber.get(address).text)

    assert [line for line in before if line.startswith("UID:")] == [line for line in after if line.startswith("UID:")]
    assert "SEQUENCE:1" in before and "SEQUENCE:2" in after


def test_a_calendar_holds_one_persons_tasks_in_one_organisation(subscriber, address, add_task, scope, user):
    add_task(WEDNESDAY, by=factories.user(organisation=scope))
    other = factories.organisation()
    accounts.set_roles(other, user, [Role.BROKER], by=None)
    with access.acting_in(other.id):
        add_task(WEDNESDAY)

    assert titles(subscriber.get(address)) == []


def test_an_address_that_was_changed_or_removed_is_the_same_page_as_none(client, subscriber, address):
    client.press(f"{PAGE}/kalender")
    changed = shown_address(client)
    assert changed != address and subscriber.get(changed).status_code == 200

    client.press(f"{PAGE}/kalender/ta-bort")

    answers = [subscriber.get(url) for url in (address, changed, "/kalender/okand.ics")]
    assert [answer.status_code for answer in answers] == [404, 404, 404]
    assert len({plain(answer.text) for answer in answers}) == 1


def test_who_has_left_the_organisation_has_no_calendar_there(subscriber, address, scope, user):
    factories.user(organisation=scope, roles=[Role.ADMINISTRATOR])
    accounts.set_roles(scope, user, [], by=None)
    db.session.commit()

    assert subscriber.get(address).status_code == 404


def test_no_cache_keeps_a_calendar_and_no_log_tells_its_address(subscriber, address, caplog):
    caplog.set_level("DEBUG")
    answers = [subscriber.get(url) for url in (address, "/kalender/okand.ics")]

    assert [answer.headers["Cache-Control"] for answer in answers] == ["no-store", "no-store"]
    assert address not in caplog.text and "okand" not in caplog.text


def test_a_calendar_holds_the_days_of_the_purchases_that_one_handles(client, subscriber, address, scope, user):
    values = {"state": "contracted", "contract_date": "2026-11-30", "contract_value_sek": "240000"}
    purchase = factories_procurement.purchase(by=user, title="Truck", **values)
    factories_procurement.purchase(by=factories.user(organisation=scope), title="Kollegans", **values)

    answer = subscriber.get(address)
    assert titles(answer) == ["Dokumentation slutförd"]
    assert f"URL:http://localhost/inkop/{purchase.id}" in answer.text
    client.submit(PAGE, shows_titles="y")
    assert titles(subscriber.get(address)) == ["Truck: Dokumentation slutförd"]
