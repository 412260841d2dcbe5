"""A question to a colleague elsewhere: one letter, two logs, no more than a person asks."""

import pytest
from flask_babel import force_locale
from sqlalchemy import select

from broker import access, audit
from broker.actions import Action
from broker.extensions import db
from broker.formatting import event_entries
from broker.mail import OutgoingMail
from broker.sentences import Sentence
from broker.traces import queries
from tests import factories, factories_traces
from tests.client import form_values


@pytest.fixture
def agreement(scope, user, neighbour):
    return factories_traces.agreement(proposer=scope, receiver=neighbour, by=user, has_sole_traders=True)


@pytest.fixture
def url(agreement, neighbour, eva, company):
    factories_traces.contact(neighbour, company, by=eva)
    return f"/foretag/{company.id}/kontaktspar/{neighbour.id}/fraga"


def letters():
    query = select(OutgoingMail).where(OutgoingMail.subject.like("En fråga%"))
    return list(db.session.scalars(query.order_by(OutgoingMail.id)))


def test_the_colleague_gets_the_question_with_the_company_and_where_to_answer(client, url, eva, user, company):
    answer = client.submit(url, text="Kan vi åka dit tillsammans?")

    assert answer.location == f"/foretag/{company.id}"
    (letter,) = letters()
    assert letter.recipient == eva.email
    for part in ("Exempel Svets AB", "Kan vi åka dit", user.email, f"http://localhost/foretag/{company.id}"):
        assert part in letter.body


def test_both_organisations_log_that_it_was_asked_but_not_what(client, url, scope, neighbour, company):
    client.submit(url, text="hemligt-fråga")

    for organisation, other in ((scope, neighbour), (neighbour, scope)):
        with access.acting_in(organisation.id):
            event = audit.history_of(company)[0]
            assert event.action == Action.COLLEAGUE_ASKED
            assert event.facts == {"company": company.name, "organisation": other.name}


def test_the_same_form_sent_twice_is_one_letter(client, url):
    sent = form_values(client.get(url).text) | {"text": "Kan vi åka dit?"}
    answers = [client.post(url, data=sent) for _time in range(2)]

    assert [answer.status_code for answer in answers] == [302, 302]
    assert len(letters()) == 1


def test_a_sole_traders_name_is_not_written_out(client, agreement, neighbour, eva, sole_trader):
    factories_traces.contact(neighbour, sole_trader, by=eva)
    client.submit(f"/foretag/{sole_trader.id}/kontaktspar/{neighbour.id}/fraga", text="Vet du mer?")

    (letter,) = letters()
    assert "Enskild firma" in letter.body and "Kim" not in letter.body + letter.subject
    assert "Kim" not in str(audit.history_of(sole_trader)[0].facts)


def test_what_is_logged_and_sent_of_a_sole_trader_is_swedish_whoever_asks(
    app, client, agreement, scope, neighbour, eva, sole_trader
):
    factories_traces.contact(neighbour, sole_trader, by=eva)
    client.get("/sprak/en")
    client.submit(f"/foretag/{sole_trader.id}/kontaktspar/{neighbour.id}/fraga", text="Vet du mer?")

    assert "Enskild firma" in letters()[0].body
    for organisation in (scope, neighbour):
        with access.acting_in(organisation.id):
            facts = audit.history_of(sole_trader)[0].facts
            assert str(Sentence.of(facts["company"])) == "Enskild firma"
            with force_locale("en"):
                assert "Sole trader" in event_entries(audit.history_of(sole_trader))[0]["text"]


def test_when_the_colleague_has_left_all_who_could_answer_are_asked(client, url, neighbour, eva):
    factories.user(organisation=neighbour, email="per@sala.example")
    eva.is_active = False
    db.session.commit()
    client.submit(url, text="Vet ni mer?")

    assert [letter.recipient for letter in letters()] == ["per@sala.example"]


@pytest.mark.parametrize(("text", "sentence"), [("", "Skriv din fråga"), ("x" * 2001, "högst 2000 tecken")])
def test_a_question_is_asked_for_and_not_too_long(client, url, text, sentence):
    answer = client.submit(url, text=text)

    assert answer.status_code == 422 and sentence in answer.text


def test_nobody_asks_more_than_the_rules_let(client, url, user):
    rules = queries.trace_rules(factories.clock.today())
    most, minutes = rules.per_person, int(rules.window.total_seconds() / 60)
    for _number in range(most):
        assert client.submit(url, text="Vet du mer?").status_code == 302
    answer = client.submit(url, text="En till?")

    assert answer.status_code == 429 and f"{most} på {minutes} minuter" in answer.text and "En till?" in answer.text
    assert len(letters()) == most


def test_nobody_outside_the_trace_can_be_asked(client, url, neighbour, company):
    stranger = factories.user(organisation=neighbour)
    assert client.submit(url, to=stranger.id, text="Hej").status_code == 422
    other = factories.organisation()
    assert client.get(f"/foretag/{company.id}/kontaktspar/{other.id}/fraga").status_code == 404


def test_without_an_agreement_any_more_the_page_is_gone(client, url, agreement, scope, user):
    factories_traces.end(agreement, scope, by=user)

    assert client.get(url).status_code == 404


def test_the_page_tells_what_colleagues_have_asked_already(client, url, user):
    client.submit(url, text="Vet du mer?")

    text = client.get(url).text
    assert "Ni har redan frågat" in text and f"{user.name} frågade Eva Granne den" in text


def test_the_page_tells_that_all_who_could_answer_were_asked(client, url, user, neighbour, eva):
    eva.is_active = False
    db.session.commit()
    client.submit(url, text="Vet ni mer?")

    assert f"{user.name} frågade alla som kan svara den" in client.get(url).text
