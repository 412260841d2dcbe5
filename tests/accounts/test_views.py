"""Signing in and administering people, as a browser does it."""

import email.policy
from pathlib import Path

import pytest
from sqlalchemy import select

from broker.access import Role
from broker.accounts import service
from broker.accounts.models import UserSession
from broker.extensions import db
from broker.mail import OutgoingMail
from tests import factories


def test_signing_in_leads_to_where_the_person_was_heading(app, user):
    client = app.test_client()

    response = client.submit("/logga-in?next=/jobb", email=user.email, password=factories.PASSWORD)

    assert response.location == "/jobb"


def test_signing_in_never_leads_outside(app, user):
    client = app.test_client()

    for target in ("https://evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)"):
        response = client.submit(f"/logga-in?next={target}", email=user.email, password=factories.PASSWORD)
        assert response.location == "/"


def test_a_wrong_password_says_what_to_do(app, user):
    response = app.test_client().submit("/logga-in", email=user.email, password="inte rätt alls")

    assert response.status_code == 422
    assert "Fel e-postadress eller lösenord" in response.text


def test_the_cookie_of_a_signed_out_person_opens_nothing(client, app, user):
    cookie = client.get_cookie("broker")
    client.press("/logga-ut")

    thief = app.test_client()
    thief.set_cookie("broker", cookie.value)

    assert thief.get("/").status_code == 302
    assert db.session.scalars(select(UserSession)).all() == []


def test_a_session_from_before_the_sign_in_is_not_the_one_after(app, user):
    client = app.test_client()
    client.get("/logga-in")
    before = client.get_cookie("broker").value
    client.sign_in(user)

    assert client.get_cookie("broker").value != before


def test_an_invitation_is_sent_and_accepted(client, app, organisation):
    response = client.submit("/administration/bjud-in", email="ny@larcentrum.example", roles=["broker", "reader"])
    assert response.status_code == 302
    assert "ny@larcentrum.example" in client.get("/administration").text

    letter = db.session.scalars(select(OutgoingMail)).one()
    assert letter.sent_at and letter.body == ""
    link = f"/inbjudan/{_token_in_mail(app)}"
    invited = app.test_client()
    response = invited.submit(link, name="Ny Person", password="tolv tecken minst", repeated="tolv tecken minst")

    assert response.location == "/"
    assert "Ny Person" in invited.get("/").text


def _token_in_mail(app):
    folder = Path(app.config["MAIL_URL"].removeprefix("folder:"))
    newest = max(folder.glob("*.eml"), key=lambda path: path.stat().st_mtime_ns)
    text = email.message_from_bytes(newest.read_bytes(), policy=email.policy.default).get_content()
    return text.split("/inbjudan/")[1].split()[0]


def test_a_second_sending_of_the_invitation_form_invites_once(client):
    client.submit("/administration/bjud-in", email="a@larcentrum.example", roles=["broker"], token="samma")
    client.submit("/administration/bjud-in", email="a@larcentrum.example", roles=["broker"], token="samma")

    assert client.get("/administration").text.count("a@larcentrum.example") == 1


def test_switching_organisation_changes_what_the_person_acts_for(client, user):
    other = factories.organisation("Annat lärcentrum")
    service.set_roles(other, user, [Role.BROKER], by=None)
    db.session.commit()

    client.press("/byt-organisation", organisation_id=other.id)

    assert "Annat lärcentrum" in client.get("/").text


def test_the_list_of_people_says_who_is_locked_out(client, organisation, user):
    person = factories.user(organisation=organisation, roles=[Role.READER])
    assert "Spärrad" not in client.get("/administration").text

    service.lock_user(person, by=user)
    db.session.commit()

    assert client.get("/administration").text.count("Spärrad") == 1


def test_two_administrators_changing_roles_at_once_get_the_conflict_page(client, organisation):
    person = factories.user(organisation=organisation, roles=[Role.READER])
    membership = person.memberships[0]
    url = f"/administration/personer/{membership.id}"

    assert client.submit(url, roles=["broker"]).status_code == 302
    response = client.submit(url, roles=["reader"], version="1")

    assert response.status_code == 409
    assert "Någon annan hann spara" in response.text


def test_who_gives_up_the_own_administration_is_warned_and_led_home(client, organisation, user):
    factories.user(organisation=organisation, roles=[Role.ADMINISTRATOR])
    url = f"/administration/personer/{user.memberships[0].id}"
    assert "Det här är dina egna roller." in client.get(url).text

    home = client.submit(url, roles=["broker"]).location
    assert home == "/" and "är sparade" in client.get(home).text


def test_only_an_operator_sees_the_organisations(client, app):
    assert client.get("/organisationer").status_code == 403
    operator = factories.user(is_operator=True)
    other = app.test_client()
    other.sign_in(operator)

    assert other.get("/organisationer").status_code == 200


def test_the_own_account_is_found_from_every_page(client):
    assert 'href="/konto"' in client.get("/").text


@pytest.mark.parametrize("acting", ["987654", "inget", "9" * 5_000])
def test_a_form_that_was_opened_for_another_organisation_is_not_stored(client, acting):
    token = client.csrf_token()

    refused = client.post("/foretag/nytt", data={"csrf_token": token, "acting": acting, "name": "Exempel Svets AB"})

    assert refused.status_code == 409 and "Exempel Svets AB" in refused.text


def test_a_tab_that_is_open_for_another_organisation_can_still_sign_out(client):
    token = client.csrf_token()

    response = client.post("/logga-ut", data={"csrf_token": token, "acting": "987654"})

    assert response.location == "/logga-in"
