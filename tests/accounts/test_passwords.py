"""Changing the own password, and choosing a new one by way of a letter."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from broker import clock
from broker.accounts.models import PasswordReset, SignInFailure, UserSession
from broker.actions import Action
from broker.audit import AuditEvent
from broker.extensions import db
from broker.mail import OutgoingMail
from tests import factories
from tests.client import form_values
from tests.conftest import signed_in_client
from tests.mailbox import read_link

NEW = "ett helt nytt lösenord"


def change(client, present=factories.PASSWORD, new=NEW, repeated=None):
    return client.submit("/konto", present=present, password=new, repeated=repeated or new)


def ask(app, email):
    return app.test_client().submit("/glomt-losenord", email=email)


def sign_in(app, user, password):
    return app.test_client().submit("/logga-in", email=user.email, password=password).status_code


def letters():
    return db.session.scalars(select(OutgoingMail).order_by(OutgoingMail.id)).all()


def test_a_person_changes_the_own_password(client, app, user):
    response = change(client)

    assert response.location == "/konto"
    assert "Lösenordet är bytt" in client.get("/konto").text
    assert sign_in(app, user, factories.PASSWORD) == 422
    assert sign_in(app, user, NEW) == 302
    actions = db.session.scalars(select(AuditEvent.action)).all()
    assert Action.PASSWORD_CHANGED in actions


def test_changing_the_password_ends_the_other_sessions(client, app, user):
    elsewhere = signed_in_client(app, user)

    change(client)

    assert elsewhere.get("/").status_code == 302
    assert client.get("/").status_code == 200


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"present": "inte mitt lösenord"}, "inte ditt nuvarande lösenord"),
        ({"new": "kort"}, "minst 12"),
        ({"repeated": "något helt annat"}, "samma lösenord två gånger"),
    ],
)
def test_a_password_is_changed_only_with_the_present_one_and_a_good_new_one(client, app, user, fields, sentence):
    response = change(client, **fields)

    assert response.status_code == 422
    assert sentence in response.text
    assert sign_in(app, user, factories.PASSWORD) == 302


def test_guessing_the_present_password_is_slowed_down_as_at_the_sign_in(client):
    for _attempt in range(10):
        change(client, present="inte mitt lösenord")

    assert change(client).status_code == 429


def test_a_forgotten_password_is_replaced_by_way_of_a_letter(app, user):
    elsewhere = signed_in_client(app, user)
    page = app.test_client().get("/logga-in").text
    assert 'href="/glomt-losenord"' in page

    ask(app, user.email.upper())
    link = read_link(app, "nytt-losenord")
    response = app.test_client().submit(link, password=NEW, repeated=NEW)

    assert response.location == "/logga-in"
    assert sign_in(app, user, NEW) == 302
    assert elsewhere.get("/").status_code == 302


def test_a_link_works_once(app, user):
    ask(app, user.email)
    ask(app, user.email)
    link = read_link(app, "nytt-losenord")
    app.test_client().submit(link, password=NEW, repeated=NEW)

    response = app.test_client().get(link)

    assert response.status_code == 404
    assert "Glömt lösenord?" in response.text
    assert all(reset.used_at for reset in db.session.scalars(select(PasswordReset)))


def test_a_link_is_useless_after_an_hour(app, user):
    ask(app, user.email)
    link = read_link(app, "nytt-losenord")
    reset = db.session.scalars(select(PasswordReset)).one()
    assert reset.expires_at - clock.now() <= timedelta(hours=1)
    reset.expires_at = clock.now() - timedelta(seconds=1)
    db.session.commit()

    assert app.test_client().get(link).status_code == 404


def test_the_answer_does_not_tell_whether_an_address_is_known(app, user):
    known, unknown = ask(app, user.email), ask(app, "ingen@larcentrum.example")

    assert (known.status_code, known.location) == (unknown.status_code, unknown.location)
    assert [letter.recipient for letter in letters()] == [user.email]


def test_somebody_who_may_not_come_in_gets_no_letter(app, user):
    user.is_active = False
    db.session.commit()

    ask(app, user.email)

    assert letters() == []


def test_an_address_gets_three_letters_an_hour(app, user):
    for _time in range(4):
        assert ask(app, user.email).status_code == 302

    assert len(letters()) == 3


def test_the_link_leads_to_the_known_address_of_the_installation(app, user):
    client = app.test_client()
    page = client.get("/glomt-losenord", base_url="http://evil.example")
    fields = form_values(page.text) | {"email": user.email}
    client.post("/glomt-losenord", data=fields, base_url="http://evil.example")

    assert read_link(app, "nytt-losenord").startswith("/nytt-losenord/")


def test_one_visitor_cannot_ask_without_end(app, user):
    now = clock.now() + timedelta(minutes=30)
    rows = [PasswordReset(address="127.0.0.1", token_hash=str(number), expires_at=now) for number in range(100)]
    db.session.add_all(rows)
    db.session.commit()

    assert ask(app, user.email).status_code == 429


def test_a_new_password_opens_a_door_that_wrong_ones_had_closed(app, user):
    db.session.add_all(SignInFailure(email=user.email, address="192.0.2.1") for _attempt in range(10))
    db.session.commit()
    ask(app, user.email)

    app.test_client().submit(read_link(app, "nytt-losenord"), password=NEW, repeated=NEW)

    assert sign_in(app, user, NEW) == 302
    assert len(db.session.scalars(select(UserSession)).all()) == 1
