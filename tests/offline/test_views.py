"""What a device fetches: the page without anybody in it, what it may know, and how it sends."""

import json
import re

import pytest
from sqlalchemy import select

from broker import clock
from broker.access import Role
from broker.companies.models import Interaction
from broker.extensions import db
from broker.offline.queries import list_known_companies, sealing_key
from tests import factories

TOKEN = "0123456789abcdef0123456789abcdef"


@pytest.fixture
def company(scope):
    row = factories.company("Exempel Verkstad AB", municipality_code="0482")
    db.session.commit()
    return row


def send(client, company, **values):
    person = client.get("/utan-nat/person").json
    data = {"kind": "call", "happened_on": str(clock.today()), "summary": "Behöver två svetsare", "token": TOKEN}
    data |= {"csrf_token": person["csrf_token"], "acting": person["acting"]} | values
    address = f"/foretag/{company.id}/kontakter/ny"
    return client.post(address, data=data, headers={"Accept": "application/json"})


def contacts():
    return list(db.session.scalars(select(Interaction)))


def test_the_page_is_the_same_for_everybody(app, client):
    stranger = app.test_client().get("/utan-nat")

    assert stranger.status_code == 200
    assert stranger.text == client.get("/utan-nat").text
    assert "Set-Cookie" not in stranger.headers
    assert "csrf" not in stranger.text


def test_the_page_is_kept_in_both_languages(client):
    assert "Log without network" in client.get("/utan-nat?sprak=en").text
    assert "Logga utan nät" in client.get("/utan-nat?sprak=sv").text


def test_the_worker_names_files_that_exist_and_a_version(app):
    client = app.test_client()
    script = client.get("/service-worker.js")
    known = json.loads(re.match(r"const SHELL = (.*);", script.text).group(1))

    assert script.mimetype == "text/javascript"
    assert known["version"]
    for address in [*known["files"], *known["pages"].values()]:
        assert client.get(address).status_code == 200, address
    assert re.fullmatch(known["contact"], "/foretag/17/kontakter/ny")


def test_the_manifest_names_icons_that_exist(app):
    client = app.test_client()
    manifest = client.get("/manifest.webmanifest")

    assert manifest.mimetype == "application/manifest+json"
    assert {icon["purpose"] for icon in manifest.json["icons"]} == {"any", "maskable"}
    for icon in manifest.json["icons"]:
        assert client.get(icon["src"]).mimetype == "image/png", icon


def test_a_device_learns_the_companies_that_the_person_had_to_do_with(client, client_for, company, user):
    factories.interaction(company, by=user, summary="Första besöket")
    db.session.commit()

    assert [known["label"] for known in client.get("/utan-nat/person").json["companies"]] == [
        "Exempel Verkstad AB · Flen"
    ]
    assert client_for(Role.BROKER).get("/utan-nat/person").json["companies"] == []


def test_a_sole_trader_is_not_named_on_a_device(company, user):
    sole = factories.company("Anna Exempelsson Smide", identity_hash="x")
    factories.interaction(sole, by=user, summary="Besök")

    [known] = list_known_companies(user.id)
    assert known.company_id == sole.id
    assert known.label.startswith("Enskild firma") and "Anna" not in known.label


def test_companies_that_would_be_called_the_same_are_left_out(scope, user):
    for _number in range(2):
        factories.interaction(factories.company("Exempel Handel AB"), by=user, summary="Besök")

    assert list_known_companies(user.id) == []


def test_only_who_may_log_contacts_learns_anything(client_for, app):
    assert client_for(Role.READER).get("/utan-nat/person").status_code == 403
    assert app.test_client().get("/utan-nat/person").status_code == 302


def test_each_person_has_a_key_of_his_own_in_each_organisation():
    keys = {
        sealing_key(secret, user_id=user_id, organisation_id=organisation_id)
        for secret, user_id, organisation_id in [("a", 1, 1), ("a", 1, 2), ("a", 2, 1), ("b", 1, 1), ("a", 1, 1)]
    }

    assert len(keys) == 4 and {len(key) for key in keys} == {32}


def test_a_device_that_sends_twice_makes_one_contact_and_is_told_where_it_is(client, company):
    first, second = send(client, company), send(client, company)

    assert [answer.status_code for answer in (first, second)] == [200, 200]
    assert first.json == second.json
    assert [f"/kontakter/{contact.id}" for contact in contacts()] == [first.json["location"]]


def test_a_contact_that_is_saved_stays_so_whatever_is_sent_with_its_token(client, company):
    first = send(client, company)

    assert send(client, company, people="987654").json == first.json


def test_a_device_is_told_where_the_need_is_registered_that_should_come_after_a_contact(client, company):
    first, second = send(client, company, then="need"), send(client, company, then="need")

    [contact] = contacts()
    assert first.json["need"] == second.json["need"] == f"/foretag/{company.id}/behov/nytt?kontakt={contact.id}"
    assert client.get(first.json["need"]).status_code == 200


def test_a_page_says_whom_it_is_for_only_when_it_knows(app, client, client_for):
    address = "/finns-inte"

    assert "data-owner" not in client.get(address).text
    assert "data-user" in client.get(address).text
    assert re.search(r'data-owner="\d+-\d+"', client.get("/").text)
    assert 'data-owner=""' in client_for(Role.READER).get("/").text
    assert 'data-owner=""' in app.test_client().get(address).text
    assert "data-user" not in app.test_client().get("/logga-in").text


def test_a_device_is_told_why_a_contact_is_refused(client, company):
    answer = send(client, company, summary="")

    assert answer.status_code == 422
    assert answer.json == {"reasons": ["Vad sades: Skriv med några ord vad som sades."]}
    assert contacts() == []


def test_a_device_sends_for_no_other_organisation_than_the_person_acts_for(client, company):
    other = factories.organisation()

    assert send(client, company, acting=str(other.id)).status_code == 409
    assert contacts() == []


def test_the_form_that_was_filled_in_from_the_device_tells_it_to_forget(client, company):
    answer = client.submit(f"/foretag/{company.id}/kontakter/ny?vantar={TOKEN}", summary="Behöver två svetsare")

    assert f"waiting-saved={TOKEN}" in "".join(answer.headers.getlist("Set-Cookie"))


def test_the_choice_of_company_remembers_which_contact_it_is_for(client, company):
    page = client.get(f"/kontakter/ny?q=exempel&vantar={TOKEN}").text

    assert f"/foretag/{company.id}/kontakter/ny?vantar={TOKEN}" in page
    assert "<b>" not in client.get("/kontakter/ny?q=exempel&vantar=<b>").text
