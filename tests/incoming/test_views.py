"""The pages of the private address, and of letters that wait for their company."""

import re
import threading

import pytest
from sqlalchemy import select

from broker import access
from broker.access import Role
from broker.accounts import service as accounts
from broker.audit import AuditEvent
from broker.companies.letters import read_letter
from broker.companies.models import Interaction
from broker.extensions import db
from broker.incoming import queries, receiving, service
from broker.incoming.models import IncomingLetter, LetterAddress, LetterState
from tests import factories
from tests.client import form_values
from tests.conftest import signed_in_client
from tests.factories_letters import letter, waiting

PAGE = "/konto/brev-till-loggen"


def shown_address(client):
    found = re.search(r'readonly value="(logg\+[^"]+)"', client.get(PAGE).text)
    return found and found.group(1)


@pytest.fixture
def row(user, scope):
    return waiting(user, subject="Fråga om kurs", text="Har ni något i vår?")


def test_the_address_is_shown_once_and_only_its_hash_is_stored(client, scope):
    assert client.get("/konto").text.count(PAGE) == 1
    assert client.press(f"{PAGE}/adress").location == PAGE
    address = shown_address(client)
    secret = address.partition("+")[2].partition("@")[0]

    assert address.endswith("@larcentrum.example") and len(secret) == 20 and shown_address(client) is None
    assert secret not in db.session.scalars(select(LetterAddress)).one().secret_hash
    assert secret not in str([event.facts for event in db.session.scalars(select(AuditEvent))])


def test_an_address_is_changed_and_removed(client, scope):
    client.press(f"{PAGE}/adress")
    first = shown_address(client)
    client.press(f"{PAGE}/adress")
    second = shown_address(client)
    assert receiving.receive(letter(), first) is receiving.Answer.UNKNOWN
    assert receiving.receive(letter(), second) is receiving.Answer.TAKEN

    client.press(f"{PAGE}/adress/ta-bort")
    assert receiving.receive(letter(), second) is receiving.Answer.UNKNOWN


def test_without_an_address_of_the_installation_the_page_leads_to_saved_letters(client, app, monkeypatch, scope):
    monkeypatch.setitem(app.config, "MAIL_IN_ADDRESS", "")
    client.press(f"{PAGE}/adress")
    page = client.get(PAGE)

    assert "Logga ett brev" in page.text and "Skapa privat adress" not in page.text
    assert db.session.scalars(select(LetterAddress)).all() == []


def test_waiting_letters_are_counted_on_the_first_page(client, row):
    assert "1 brev att placera" in client.get("/").text
    assert "Fråga om kurs" in client.get("/brev").text


def test_a_letter_is_placed_with_the_company_that_is_looked_for(client, row, scope):
    company = factories.company("Exempel Plåt AB")
    page = client.get(f"/brev/{row.id}?q=exempel+plåt")
    assert "Har ni något i vår?" in page.text

    done = client.submit(f"/brev/{row.id}?q=exempel+plåt", company_id=str(company.id))

    [contact] = db.session.scalars(select(Interaction))
    assert (contact.company_id, contact.summary) == (company.id, "Fråga om kurs\n\nHar ni något i vår?")
    assert "Ingen adress i brevet finns hos företaget." in client.get(done.location).text
    assert "Avsändare enligt brevet" in client.get(done.location).text
    assert db.session.scalars(select(IncomingLetter)).one().state is LetterState.LOGGED
    assert client.get(f"/brev/{row.id}").location == "/brev"


def test_the_companies_that_a_letter_can_be_about_are_offered(client, scope, user):
    names = ["Exempel Ett AB", "Exempel Två AB"]
    for name in names:
        factories.person(factories.company(name), email="asa@svets.example")
    row = waiting(user)
    page = client.get(f"/brev/{row.id}")
    assert all(name in page.text for name in names)
    chosen = re.search(r'name="company_id" type="radio" value="(\d+)"', page.text).group(1)

    done = client.submit(f"/brev/{row.id}", company_id=chosen)

    assert "Ingen adress" not in client.get(done.location).text


def test_a_letter_sent_twice_is_placed_once(client, row, scope):
    company = factories.company("Exempel Plåt AB")
    url = f"/brev/{row.id}?q=exempel+plåt"
    token = re.search(r'name="token" value="([^"]+)"', client.get(url).text).group(1)
    sent = [client.press(url, token=token, company_id=str(company.id)) for _time in range(2)]

    assert sent[0].location == sent[1].location and len(list(db.session.scalars(select(Interaction)))) == 1


def test_a_letter_sent_twice_at_once_is_placed_once(app, client, user, row, scope, monkeypatch):
    company = factories.company("Exempel Plåt AB")
    url = f"/brev/{row.id}?q=exempel+plåt"
    other, filled = signed_in_client(app, user), form_values(client.get(url).text) | {"company_id": str(company.id)}
    same = form_values(other.get(url).text) | {"company_id": str(company.id), "token": filled["token"]}
    answers = []

    def send_beside():
        with app.app_context():
            answers.append(other.post(url, data=same))

    def reading(content):
        if not answers:
            monkeypatch.setattr(service, "read_letter", read_letter)
            thread = threading.Thread(target=send_beside)
            thread.start()
            thread.join()
        return read_letter(content)

    monkeypatch.setattr(service, "read_letter", reading)
    answers.append(client.post(url, data=filled))

    assert answers[0].location == answers[1].location and len(list(db.session.scalars(select(Interaction)))) == 1


def test_nobody_who_writes_waits_while_a_letter_is_read(client, row, scope, monkeypatch):
    holding = []
    monkeypatch.setattr(
        service, "read_letter", lambda content: holding.append(db.session().in_transaction()) or read_letter(content)
    )
    company = factories.company("Exempel Plåt AB")

    client.submit(f"/brev/{row.id}?q=exempel+plåt", company_id=str(company.id))

    assert holding == [False, False] and db.session.scalars(select(Interaction)).one().company_id == company.id


def test_a_company_that_was_not_offered_is_refused(client, row, scope):
    company = factories.company("Exempel Plåt AB")

    assert client.press(f"/brev/{row.id}", company_id=str(company.id)).status_code == 422
    assert db.session.scalars(select(Interaction)).all() == []


def test_a_letter_is_thrown_away_and_does_not_come_back(client, row, user, scope):
    key = row.key
    assert client.press(f"/brev/{row.id}/kasta").location == "/brev"

    kept = db.session.scalars(select(IncomingLetter)).one()
    assert kept.state is LetterState.THROWN
    assert queries.find_letter(user.id, key) is not None and queries.count_waiting(user.id) == 0


def test_a_letter_that_was_thrown_away_by_mistake_is_taken_back(client, client_for, row, scope):
    thrown = client.press(f"/brev/{row.id}/kasta")
    assert f"/brev/{row.id}/angra" in client.get(thrown.location).text
    assert client_for(*Role).press(f"/brev/{row.id}/angra").status_code == 404

    client.press(f"/brev/{row.id}/angra")

    assert "Har ni något i vår?" in client.get(f"/brev/{row.id}").text
    assert client.press(f"/brev/{row.id}/angra").status_code == 404


def test_nobody_else_sees_a_letter_that_waits(client_for, row):
    colleague = client_for(*Role)

    assert "Fråga om kurs" not in colleague.get("/brev").text
    assert "brev att placera" not in colleague.get("/").text
    assert colleague.get(f"/brev/{row.id}").status_code == 404
    assert colleague.press(f"/brev/{row.id}/kasta").status_code == 404


def test_a_letter_of_one_organisation_is_not_seen_while_working_for_another(client, row, user):
    other = factories.organisation("Aaa")
    accounts.set_roles(other, user, [Role.BROKER], by=None)
    db.session.commit()
    with access.acting_in(other.id):
        assert queries.list_waiting(user.id, limit=9) == []


def test_who_wrote_a_letter_is_hidden_once_their_identity_is_protected(client_for, scope, user):
    company = factories.company()
    person = factories.person(company, email="asa@svets.example")
    waiting(user)
    [contact] = db.session.scalars(select(Interaction))
    reader = client_for(Role.READER)
    assert "asa@svets.example" in reader.get(f"/kontakter/{contact.id}").text
    person = db.session.merge(person)
    person.is_protected = True
    db.session.commit()

    assert "asa@svets.example" not in reader.get(f"/kontakter/{contact.id}").text
    assert "asa@svets.example" in client_for(Role.ADMINISTRATOR).get(f"/kontakter/{contact.id}").text


@pytest.mark.parametrize("act", ["get", "place", "throw"])
def test_a_letter_that_waits_no_more_leads_back_to_those_that_do(client, row, act):
    client.press(f"/brev/{row.id}/kasta")
    answers = {
        "get": lambda: client.get(f"/brev/{row.id}"),
        "place": lambda: client.press(f"/brev/{row.id}"),
        "throw": lambda: client.press(f"/brev/{row.id}/kasta"),
    }

    assert answers[act]().location == "/brev"
    assert "Brevet väntar inte längre" in client.get("/brev").text


def test_what_the_address_is_for_is_said_when_it_is_shown(client, scope):
    client.press(f"{PAGE}/adress")
    assert "Lägg adressen som hemlig kopia" in client.get(PAGE).text
