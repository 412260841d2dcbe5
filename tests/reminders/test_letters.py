"""The letter of a weekday morning: to whom, when, what it says, and only once."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from flask_babel import force_locale
from sqlalchemy import event, select

from broker import access, database
from broker.access import Role
from broker.accounts import service as accounts
from broker.extensions import db
from broker.mail import OutgoingMail
from broker.reminders import letters, service
from tests import factories, factories_procurement
from tests.reminders.conftest import WEDNESDAY

SATURDAY, MONDAY = WEDNESDAY + timedelta(days=3), WEDNESDAY + timedelta(days=5)


def wish(person, *, is_mailed=True):
    service.choose_reminders(is_mailed=is_mailed, shows_titles=False, shows_companies=False, by=person)
    db.session.commit()


def write():
    db.session.commit()
    with database.writing():
        letters.write_due()


def sent():
    return list(db.session.scalars(select(OutgoingMail).order_by(OutgoingMail.id)))


@pytest.fixture
def wished(at, user, scope):
    at(WEDNESDAY - timedelta(days=1), 15)
    wish(user)
    at(WEDNESDAY, 6)


def test_the_letter_sorts_what_is_due_this_week_and_leads_to_the_companies(wished, add_task, user, scope, company):
    for days in (-8, 0, 4, 5):
        add_task(WEDNESDAY + timedelta(days=days), company=company if days else None)

    write()

    [letter] = sent()
    page = f"http://localhost/foretag/{company.id}"
    assert (letter.recipient, letter.subject) == (user.email, f"Det som väntar på dig hos {scope.name}")
    assert letter.body.split("\n\n\n")[:3] == [
        f"Försenat\n\nExempel Svets AB, senast 24 nov. 2026\n{page}",
        "Idag\n\nUppgift utan företag, senast 2 dec. 2026\nhttp://localhost/",
        f"Senare i veckan\n\nExempel Svets AB, senast 6 dec. 2026\n{page}",
    ]


def test_the_letter_names_no_person_and_is_in_swedish_whoever_writes_it(wished, add_task, company):
    factories.person(company, "Anna Exempelsson")
    add_task(WEDNESDAY, "Ring Anna Exempelsson")

    with force_locale("en"):
        write()

    [letter] = sent()
    assert "Anna" not in letter.body + letter.subject and letter.body.startswith("Idag")


def test_a_sole_traders_firm_which_may_bear_a_name_is_not_named(wished, add_task):
    add_task(WEDNESDAY, company=factories.company("Anna Exempelssons Måleri", identity_hash="hash"))
    write()

    assert "Enskild firma, senast 2 dec. 2026" in sent()[0].body and "Anna" not in sent()[0].body


def test_it_is_written_once_a_day_however_often_the_upkeep_runs(wished, add_task, at):
    add_task(WEDNESDAY)
    write()
    at(WEDNESDAY, 6, 1)
    write()
    assert len(sent()) == 1

    at(WEDNESDAY + timedelta(days=1), 6)
    write()
    assert len(sent()) == 2


def test_two_workers_at_once_write_one_letter(app, wished, add_task):
    add_task(WEDNESDAY)
    db.session.rollback()

    def work(number):
        with app.app_context():
            letters.write_due()

    with ThreadPoolExecutor(2) as threads:
        list(threads.map(work, range(2)))

    assert len(sent()) == 1


def test_nothing_is_written_when_nothing_waits_nor_later_the_same_day(wished, add_task):
    add_task(MONDAY)
    write()
    add_task(WEDNESDAY)
    write()

    assert sent() == []


@pytest.mark.parametrize(
    ("day", "hour", "minute", "count"), [(WEDNESDAY, 5, 59, 0), (SATURDAY, 8, 0, 0), (MONDAY, 6, 0, 1)]
)
def test_no_letter_comes_before_six_or_on_a_weekend(wished, add_task, at, day, hour, minute, count):
    add_task(WEDNESDAY)
    at(day, hour, minute)
    write()

    assert len(sent()) == count


def test_who_has_not_asked_for_it_or_has_left_gets_nothing(at, scope, user, company, add_task):
    at(WEDNESDAY - timedelta(days=1), 15)
    people = [factories.user(organisation=scope, roles=[Role.BROKER]) for _number in range(4)]
    for person in people[:3]:
        wish(person)
    wish(people[0], is_mailed=False)
    accounts.set_roles(scope, people[1], [], by=user)
    people[2].is_active = False
    for person in people:
        add_task(WEDNESDAY, by=person)

    at(WEDNESDAY, 6)
    write()

    assert sent() == []


def test_a_letter_asked_for_in_the_afternoon_comes_the_next_morning(at, add_task, user):
    add_task(WEDNESDAY)
    at(WEDNESDAY, 15)
    wish(user)
    write()
    assert sent() == []

    at(WEDNESDAY + timedelta(days=1), 6)
    write()
    assert len(sent()) == 1


def test_a_letter_is_about_one_organisation_alone(wished, add_task, user):
    add_task(WEDNESDAY)
    other = factories.organisation()
    accounts.set_roles(other, user, [Role.BROKER], by=None)
    with access.acting_in(other.id):
        add_task(WEDNESDAY, company=factories.company("Hemligt Bygg AB"))
    write()

    [letter] = sent()
    assert "Exempel Svets" in letter.body and "Hemligt" not in letter.body


def test_one_letter_that_fails_does_not_stop_the_rest_and_is_tried_again(wished, add_task, at, scope, caplog):
    colleague = factories.user(organisation=scope, roles=[Role.BROKER])
    at(WEDNESDAY - timedelta(days=1), 15)
    wish(colleague)
    at(WEDNESDAY, 6)
    add_task(WEDNESDAY)
    add_task(WEDNESDAY, by=colleague)
    failures = iter(["insert into nowhere values (1)"])

    def fail_once(connection, cursor, statement, parameters, context, executemany):
        if statement.startswith("INSERT INTO outgoing_mail") and (failing := next(failures, None)):
            return failing, None if db.engine.dialect.name == "postgresql" else ()
        return statement, parameters

    event.listen(db.engine, "before_cursor_execute", fail_once, retval=True)
    try:
        write()
    finally:
        event.remove(db.engine, "before_cursor_execute", fail_once)
    assert [letter.recipient for letter in sent()] == [colleague.email]
    assert "broker.reminders.letters" in caplog.text

    write()
    assert len(sent()) == 2


def test_the_letter_tells_the_handler_of_a_purchase_what_it_must_have_done(wished, user, scope, organisation):
    colleague = factories.user(organisation=organisation, roles=list(Role))
    sent_on = (WEDNESDAY - timedelta(days=29)).isoformat()
    values = {"state": "contracted", "contract_date": sent_on, "contract_value_sek": "240000"}
    mine = factories_procurement.purchase(by=user, title="Truck", **values)
    factories_procurement.purchase(by=colleague, title="Kollegans", **values)
    factories_procurement.purchase(by=user, title="Senare", state="contracted", contract_date=WEDNESDAY.isoformat())

    write()

    [letter] = sent()
    told = f"Senare i veckan\n\nTruck: Dokumentation slutförd, 3 dec. 2026\nhttp://localhost/inkop/{mine.id}"
    assert told in letter.body
    assert "Kollegans" not in letter.body and "Senare:" not in letter.body
