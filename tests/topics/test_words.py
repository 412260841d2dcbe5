"""The words that an organisation knows its topics by: taught by choices, added by hand, forgotten on request."""

import threading

import pytest
from sqlalchemy import select

from broker import audit
from broker.access import Role, acting_in
from broker.accounts.models import User
from broker.actions import Action
from broker.audit import history_of
from broker.extensions import db
from broker.needs.service import edit_need
from broker.topics import queries, service
from broker.topics.models import TopicWord
from tests import factories
from tests import factories_needs as make
from tests.client import form_values
from tests.conftest import signed_in_client

SAID = "Grejen med klumpen hos Exempelgruset"


@pytest.fixture
def coordinator(app, organisation):
    return signed_in_client(app, factories.user(organisation=organisation, roles=[Role.COORDINATOR]))


def first(text):
    found = queries.topic_matcher().propose(text)
    return found[0][0].id if found else None


def words():
    return list(db.session.scalars(select(TopicWord).order_by(TopicWord.id)))


def test_what_a_person_chooses_for_a_text_is_proposed_first_next_time(client, scope):
    company = factories.company()
    address = f"/foretag/{company.id}/behov/nytt"
    page = client.submit(address, text=SAID)
    assert 'name="proposed"' not in page.text
    data = form_values(page.text) | {"topic_id": "T068", "participants": "2"}
    assert client.post(address, data=data).status_code == 302

    again = client.submit(address, text=SAID.upper() + "!").text

    assert "Grävmaskin. Liknar ”grejen klumpen exempelgruset”." in again
    assert first("klumpen hos exempelgruset") == "T068"


def test_a_corrected_need_teaches_too_and_the_later_or_more_frequent_choice_wins(scope, user):
    need = make.need(by=user, description=SAID, topic_id="T067")
    assert first(SAID) == "T067"

    edit_need(need, make.need_values(topic_id="T068", description=SAID), by=user)
    assert first(SAID) == "T068"
    make.need(by=user, description=SAID, topic_id="T067")

    assert first(SAID) == "T067"
    assert [(row.topic_id, row.uses) for row in words()] == [("T067", 2), ("T068", 1)]


@pytest.mark.parametrize("database_app", ["postgresql"], indirect=True)
def test_what_two_people_say_at_once_is_remembered_once_and_loses_no_event(app, scope, user):
    organisation_id, user_id = scope.id, user.id
    db.session.rollback()

    def say_too():
        with app.app_context(), acting_in(organisation_id):
            person = db.session.get_one(User, user_id)
            audit.record(Action.TOPIC_WORD_ADDED, person, by=person)
            service.remember(SAID, "T068", by=person)
            db.session.commit()

    service.remember(SAID, "T068", by=user)
    thread = threading.Thread(target=say_too)
    thread.start()
    thread.join(timeout=0.7)
    db.session.commit()
    thread.join()

    assert len(words()) == 1 and len(history_of(user)) == 1


@pytest.mark.parametrize("text", ["truckkort", "kurs för personalen", None])
def test_what_is_clear_says_nothing_or_is_a_long_story_is_not_remembered(scope, user, text):
    make.need(by=user, description=text, topic_id="T001")
    make.need(by=user, topic_id="T001", description=" ".join(f"ord{number}" for number in range(9)))

    assert words() == []


def test_what_one_organisation_has_been_told_is_nothing_to_another(app, scope, user):
    make.need(by=user, description=SAID, topic_id="T068")
    other = factories.organisation()
    stranger = signed_in_client(app, factories.user(organisation=other, roles=list(Role)))

    assert "exempelgruset" not in stranger.get("/kompetensomraden/T068").text
    with acting_in(other.id):
        assert first(SAID) is None
        assert words() == []


def test_a_word_is_added_found_and_removed_without_a_trace_of_what_it_said(coordinator, scope, organisation):
    address = "/kompetensomraden/T068"
    assert coordinator.submit(address, text="Klumpen hos Anna").status_code == 405
    data = form_values(coordinator.get(address).text) | {"text": "Grejen med Annas klump"}
    assert coordinator.post(f"{address}/ord", data=data).location == address
    assert coordinator.post(f"{address}/ord", data=data).location == address
    assert first("annas klump") == "T068"

    (word,) = words()
    page = coordinator.get(address).text
    assert "Grejen med Annas klump" in page and "Tillagt av" in page
    coordinator.press(f"/kompetensomraden/ord/{word.id}/ta-bort", address)

    assert "Grejen med Annas klump" not in coordinator.get(address).text
    assert first("annas klump") is None
    removed = [row.facts for row in history_of(organisation) if row.action == "topic:word_removed"]
    assert removed == [{"topic": "Grävmaskin"}]


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "Skriv ett ord som företag använder."),
        ("grävmaskin", "Kompetensområdet är redan känt som ”grävmaskin”."),
        ("en kurs", "Skriv ord som säger vad utbildningen handlar om"),
        ("x" * 81, "med högst 80 tecken."),
    ],
)
def test_a_word_that_helps_nobody_is_refused(coordinator, scope, text, sentence):
    data = form_values(coordinator.get("/kompetensomraden/T068").text) | {"text": text}
    answer = coordinator.post("/kompetensomraden/T068/ord", data=data)

    assert answer.status_code == 422 and sentence in answer.text
    assert words() == []
