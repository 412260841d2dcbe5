"""How the register is asked: with a token, in turn, with patience, and never more often than it allows."""

import threading
from contextlib import suppress
from datetime import date, timedelta

import pytest
from sqlalchemy import insert, select

from broker import clock, database
from broker.access import Role
from broker.companies import queries
from broker.companies.numbers import parse_number
from broker.companies.register import service
from broker.companies.register.client import UnreachableRegisterError, init_app
from broker.companies.register.models import RegisterQuestion
from broker.extensions import db
from broker.reference.models import DocumentKind, ReferenceDocument
from tests.companies.register.stub import BANKRUPT, NUMBER, PAGE, access_to, only_company, sample


def test_the_token_is_fetched_once_and_again_when_it_is_over(stub, client, scope):
    client.submit(PAGE, number=NUMBER)
    client.submit(PAGE, number=BANKRUPT)
    assert stub.token_requests == 1

    stub.tokens.clear()
    company = queries.find_company_by_number(NUMBER)
    answer = client.press(f"/foretag/{company.id}/hamta", page=f"/foretag/{company.id}")
    assert "Inget är ändrat i registret." in client.get(answer.location).text
    assert stub.token_requests == 2


@pytest.mark.parametrize("lifetime", [1, None, "en timme", []])
def test_a_token_with_a_short_or_unknown_life_is_not_used_after_it(stub, client, scope, lifetime):
    stub.lifetime = lifetime
    answers = [client.submit(PAGE, number=number).status_code for number in (NUMBER, BANKRUPT)]

    assert answers == [302, 302] and stub.token_requests == 2


def test_wrong_credentials_are_told_to_who_can_ask_for_others(stub, app, client):
    init_app(app, access_to(stub, client_secret="fel"))

    assert "Registret godtar inte installationens nycklar." in client.submit(PAGE, number=NUMBER).text
    assert stub.asked == []


def test_a_short_pause_that_the_register_asks_for_is_taken(stub, client, scope):
    stub.first, stub.headers = [sample("for_manga_anrop")], {"Retry-After": "0"}

    client.submit(PAGE, number=NUMBER)

    assert only_company().organisation_number == NUMBER
    assert stub.asked == [NUMBER, NUMBER]


@pytest.mark.parametrize("told", [{}, {"Retry-After": "60"}, {"Retry-After": "Wed, 21 Oct 2026 07:28:00 GMT"}])
def test_a_register_that_has_had_enough_is_left_alone(stub, client, told):
    stub.first, stub.headers = [sample("for_manga_anrop")], told

    assert "Vänta en minut och försök igen." in client.submit(PAGE, number=NUMBER).text
    assert stub.asked == [NUMBER]


def test_a_failure_that_passes_is_asked_past_and_one_that_stays_is_told(stub, client, scope):
    stub.first = [(503, None)]
    client.submit(PAGE, number=NUMBER)
    assert only_company().organisation_number == NUMBER

    stub.first = [(503, None), (503, None)]
    assert "Registret svarar inte just nu." in client.submit(PAGE, number=BANKRUPT).text


def test_a_register_that_is_not_there_or_does_not_answer_in_time_is_told(stub, app, client):
    with_short_patience(0.2)
    stub.delay = 1
    assert "Registret svarar inte just nu." in client.submit(PAGE, number=NUMBER).text

    init_app(app, access_to(stub, url="http://127.0.0.1:9", token_url="http://127.0.0.1:9"))
    assert "Registret svarar inte just nu." in client.submit(PAGE, number=NUMBER).text


def test_the_credentials_follow_no_redirect(stub, client):
    stub.first, stub.headers = [(302, None)], {"Location": f"{stub.address}/v1/annat"}

    assert "Registret svarar inte just nu." in client.submit(PAGE, number=NUMBER).text
    assert stub.asked == [NUMBER]


def test_an_address_that_is_not_encrypted_is_never_used(stub, app, client):
    init_app(app, access_to(stub, url="http://register.example/v1"))

    assert not service.is_available()
    assert "Installationen har inga nycklar till registret." in client.get(PAGE).text


def test_an_installation_asks_no_more_often_than_it_may_whoever_asks(stub, client, client_for):
    with_limit(2)
    for _time in range(2):
        client.submit(PAGE, number="5299999960")

    answer = client_for(Role.BROKER).submit(PAGE, number=NUMBER)

    assert "Registret har fått så många frågor som det tar emot." in answer.text
    assert stub.asked == ["5299999960"] * 2


def test_two_questions_at_the_same_moment_are_both_counted(stub, app, scope):
    with_limit(1)
    told = []

    def ask_beside():
        with app.app_context(), suppress(UnreachableRegisterError):
            told.append(service.ask(parse_number(NUMBER)))

    beside = threading.Thread(target=ask_beside)
    with database.writing(), db.engine.begin() as connection:
        connection.execute(insert(RegisterQuestion).values(asked_at=clock.now()))
        beside.start()
        beside.join(0.2)
    beside.join()

    assert told == [] and stub.asked == []


def test_questions_are_counted_for_a_minute_and_forgotten_after_an_hour(stub, client, scope):
    with_limit(1)
    for age in (timedelta(seconds=61), timedelta(minutes=61)):
        db.session.add(RegisterQuestion(asked_at=clock.now() - age))
    db.session.commit()

    client.submit(PAGE, number=NUMBER)

    assert only_company().organisation_number == NUMBER
    assert len(db.session.scalars(select(RegisterQuestion)).all()) == 2


def test_nobody_else_waits_while_the_register_thinks(stub, app, client, scope):
    written = []

    def write_beside():
        with app.app_context(), database.writing(), db.engine.begin() as connection:
            connection.execute(insert(RegisterQuestion).values(asked_at=clock.now()))
            written.append(True)

    stub.meanwhile = write_beside
    client.submit(PAGE, number=NUMBER)

    assert written == [True]
    assert only_company().organisation_number == NUMBER


def with_limit(most):
    _add_rules(questions={"per_minute": most})


def with_short_patience(seconds):
    _add_rules(seconds={"answer": seconds, "pause": 0})


def _add_rules(**changes):
    kind = DocumentKind.REGISTER_SERVICE
    known = db.session.scalars(select(ReferenceDocument).where(ReferenceDocument.kind == kind)).first()
    content = known.content | changes
    rules = {"kind": kind, "version": "test", "valid_from": date(2026, 1, 1), "source": "test: ett annat tal"}
    db.session.add(ReferenceDocument(**rules, content=content))
    db.session.commit()
