"""The databases hold what they promise: settings read back, no lost update, no half write."""

import fcntl
import re
import threading

import pytest
from flask import request
from sqlalchemy import event, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm.exc import StaleDataError

from broker import UPKEEP, access, audit, create_app, database
from broker.accounts import service as accounts
from broker.accounts.models import Organisation, User
from broker.accounts.passwords import WrongPasswordError
from broker.companies import service as companies
from broker.companies.models import Company, Engagement
from broker.errors import RefusedError
from broker.extensions import db
from tests import factories
from tests.client import form_values
from tests.conftest import make_settings

EXPECTED = {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "busy_timeout": 5000, "trusted_schema": 0}


def test_the_settings_of_the_engine_are_as_measured(app):
    with db.engine.connect() as connection:
        if db.engine.dialect.name == "sqlite":
            read = {name: connection.execute(text(f"pragma {name}")).scalar() for name in EXPECTED}
            assert read == EXPECTED
        else:
            assert connection.execute(text("show lock_timeout")).scalar() == "10s"
            assert connection.execute(text("show timezone")).scalar() == "UTC"


def in_threads(app, work, count):
    failures = []

    def run(number):
        try:
            with app.app_context(), database.writing():
                work(number)
                db.session.remove()
        except Exception as error:
            failures.append(error)

    threads = [threading.Thread(target=run, args=(number,)) for number in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return failures


@pytest.mark.parametrize("database_app", ["postgresql"], indirect=True)
def test_a_policy_reads_whose_rows_are_seen_once_for_a_statement(app):
    rules = db.session.execute(text("select tablename, qual, with_check from pg_policies")).all()
    within_a_query = re.compile(r"SELECT \W*(?:NULLIF\(+)*current_setting")
    for table, *conditions in rules:
        for condition in conditions:
            assert condition.count("current_setting(") == len(within_a_query.findall(condition)), table
            # Compared outside the query, the database believes that next to no row fits.
            assert "AS current_setting) = '*'" not in condition, table
    assert len(rules) > 30


def test_sixteen_writers_at_once_lose_nothing(app, organisation, user):
    organisation_id, user_id = organisation.id, user.id
    company_ids = [factories.company().id for _number in range(16)]
    db.session.commit()

    def work(number):
        for _round in range(5):
            with access.acting_in(organisation_id):
                company = db.session.get_one(Company, company_ids[number])
                person = db.session.get_one(User, user_id)
                factories.interaction(company, by=person)

    assert in_threads(app, work, 16) == []
    with access.acting_in(organisation_id):
        assert db.session.scalar(text("select count(*) from interaction")) == 80
        assert audit.find_break() is None


def test_two_first_contacts_at_once_make_one_relation(app, organisation, user):
    organisation_id, company_id = organisation.id, factories.company().id
    db.session.commit()

    def work(number):
        with access.acting_in(organisation_id):
            companies.engage(db.session.get_one(Company, company_id))
            db.session.commit()

    in_threads(app, work, 4)

    with access.acting_in(organisation_id):
        assert db.session.query(Engagement).count() == 1


def test_a_burst_of_guesses_gets_no_more_tries_than_one_by_one(app, user):
    email, answers = user.email, []
    db.session.rollback()

    def work(number):
        try:
            accounts.identify(email=email, password=f"gissning {number}", address="192.0.2.1")
        except RefusedError as error:
            db.session.commit()
            answers.append(error.status)

    assert in_threads(app, work, 16) == []
    assert len(answers) == 16
    assert answers.count(WrongPasswordError.status) <= 10


def test_a_row_with_a_stale_version_is_not_overwritten(app, organisation):
    organisation_id = organisation.id
    db.session.commit()

    def rename(number):
        db.session.get_one(Organisation, organisation_id).name = "Ändrad av en annan"
        db.session.commit()

    mine = db.session.get_one(Organisation, organisation_id)
    assert mine.version == 1
    db.session.commit()
    assert in_threads(app, rename, 1) == []

    mine.name = "Min ändring"
    with pytest.raises(StaleDataError):
        db.session.commit()
    db.session.rollback()


@pytest.mark.parametrize("database_app", ["sqlite"], indirect=True)
def test_a_writer_whose_turn_does_not_come_is_told_to_try_again(app, client, organisation, monkeypatch):
    monkeypatch.setattr(database, "LONGEST_WAIT", 0.2)
    company = factories.company()
    page = client.get(f"/foretag/{company.id}/kontakter/ny")
    db.session.rollback()
    with open(f"{db.engine.url.database}.lock", "w") as turn:
        fcntl.flock(turn, fcntl.LOCK_EX)
        response = client.post(f"/foretag/{company.id}/kontakter/ny", data=form_values(page.text))

    assert response.status_code == 503
    assert "försök igen" in response.text


def test_what_people_wrote_never_reaches_the_log(app, caplog):
    organisation = factories.organisation("hemligt-namn")
    db.session.add(Organisation(name=organisation.name, kind=organisation.kind, municipality_codes=[]))

    with pytest.raises(IntegrityError) as refusal:
        db.session.commit()
    db.session.rollback()

    assert "hemligt-namn" not in str(refusal.value).split("[SQL")[-1]


def test_a_forged_address_is_believed_only_from_a_named_proxy(tmp_path):
    for proxies, believed in ((0, "192.0.2.9"), (1, "198.51.100.7")):
        settings = make_settings(tmp_path, f"sqlite:///{tmp_path / 'x.db'}", proxies=proxies)
        app = create_app(settings)
        seen = []
        app.before_request(lambda seen=seen: seen.append(request.remote_addr))
        headers = {"X-Forwarded-For": "198.51.100.7"}
        app.test_client().get("/halsa", headers=headers, environ_overrides={"REMOTE_ADDR": "192.0.2.9"})
        assert seen == [believed]


# Only SQLite has a turn to take before writing.
@pytest.mark.parametrize("database_app", ["sqlite"], indirect=True)
@pytest.mark.parametrize("upkeep", UPKEEP, ids=lambda upkeep: f"{upkeep.__module__}.{upkeep.__name__}")
def test_the_upkeep_takes_its_turn_before_it_reads_what_it_then_writes(app, upkeep):
    begun, faults = [], []

    def note(connection, cursor, statement, parameters, context, executemany):
        if statement.startswith("BEGIN"):
            begun.append(statement)
        elif statement.startswith(("INSERT", "UPDATE", "DELETE")) and begun[-1] != "BEGIN IMMEDIATE":
            faults.append(statement)

    db.session.rollback()
    event.listen(db.engine, "before_cursor_execute", note)
    try:
        with database.writing(False):
            upkeep()
    finally:
        event.remove(db.engine, "before_cursor_execute", note)
    assert faults == []
    assert not db.session().in_transaction(), "what is open would be what the next one writes in"
