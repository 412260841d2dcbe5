"""Turning the second factor on and off, and its recovery codes, under one's own account."""

import re
from html import unescape
from pathlib import Path
from urllib.parse import unquote

import lxml.html
import pytest
from sqlalchemy import select

from broker import access
from broker.accounts.second_factor import codes, queries, service
from broker.accounts.second_factor.models import RecoveryCode, SecondFactor
from broker.actions import Action
from broker.audit import AuditEvent
from broker.extensions import db
from broker.mail import OutgoingMail
from tests import factories
from tests.accounts.second_factor.steps import OFF, ON, PAPER, RENEW, SIGN_IN, code_of, next_code, turned_on
from tests.client import form_values
from tests.conftest import signed_in_client
from tests.factories import PASSWORD

pytestmark = pytest.mark.usefixtures("wait")


def secret_on(page):
    """Give the secret that the page shows for typing."""
    return re.search(r"<strong>((?:[A-Z2-7]{4} ?){8})</strong>", page).group(1).replace(" ", "")


def shown_codes(page):
    text = lxml.html.document_fromstring(page).find(".//textarea[@id='koder']").text
    return text.split()


def actions():
    return db.session.scalars(select(AuditEvent.action).order_by(AuditEvent.id)).all()


def test_it_is_on_once_the_first_code_is_right_and_ten_codes_are_shown_once(client, user):
    page = client.get(ON).text
    assert db.session.scalars(select(SecondFactor)).all() == []

    fields = form_values(page) | {"password": PASSWORD, "code": code_of(secret_on(page))}
    response = client.post(ON, data=fields)

    shown = shown_codes(response.text)
    assert len(set(shown)) == 10 and all(re.fullmatch(r"(\w{4}-){3}\w{4}", code) for code in shown)
    assert all(code in unquote(unescape(response.text.split("data:text/plain")[1].split('"')[0])) for code in shown)
    assert queries.count_recovery_codes(user.id) == 10
    assert "På sedan" in client.get("/konto").text
    assert Action.SECOND_FACTOR_TURNED_ON in actions()
    letter = db.session.scalars(select(OutgoingMail)).one()
    assert letter.recipient == user.email and "på i Broker" in letter.subject


def test_a_wrong_first_code_turns_nothing_on_and_the_page_keeps_its_secret(client):
    page = client.get(ON).text
    fields = form_values(page) | {"password": PASSWORD, "code": code_of(secret_on(page), steps=5)}

    response = client.post(ON, data=fields)

    assert response.status_code == 422 and "Koden stämmer inte" in response.text
    assert secret_on(response.text) == secret_on(page)
    assert db.session.scalars(select(SecondFactor)).all() == []


def test_whoever_comes_by_an_open_computer_turns_nothing_on(client):
    page = client.get(ON).text
    fields = form_values(page) | {"password": "gissat lösenord", "code": code_of(secret_on(page))}

    response = client.post(ON, data=fields)

    assert response.status_code == 422 and "Det är inte ditt lösenord." in response.text
    assert secret_on(response.text) == secret_on(page)
    assert db.session.scalars(select(SecondFactor)).all() == []


def test_the_square_holds_what_the_page_says_for_typing(client, user):
    page = client.get(ON).text

    address = unescape(re.search(r'href="(otpauth:[^"]+)"', page).group(1))
    assert f"secret={secret_on(page)}" in address and "issuer=Broker" in address
    assert user.email in unquote(address)


def test_what_was_proposed_to_somebody_else_or_too_long_ago_is_proposed_anew(client, wait):
    other = factories.user()
    fields = form_values(client.get(ON).text) | {
        "sealed": service.propose_secret(other),
        "password": PASSWORD,
        "code": "123456",
    }
    db.session.rollback()

    assert client.post(ON, data=fields).location == ON
    assert client.post(ON, data=fields | {"sealed": "påhittat"}).location == ON
    late = form_values(client.get(ON).text)
    wait(3601)
    assert client.post(ON, data=late | {"code": "123456"}).location == ON
    assert "Sidan var för gammal" in client.get(ON).text


def test_turning_it_on_ends_the_other_sessions_and_no_more(client, app, user):
    elsewhere = signed_in_client(app, user)
    page = client.get(ON).text

    client.post(ON, data=form_values(page) | {"password": PASSWORD, "code": code_of(secret_on(page))})

    assert elsewhere.get("/").status_code == 302
    assert client.get("/").status_code == 200


def test_who_has_it_is_not_shown_another_secret(client, user):
    turned_on(user)
    client.enter(user)

    assert client.get(ON).location == "/konto"


@pytest.mark.parametrize(("url", "action"), [(OFF, "TURNED_OFF"), (RENEW, "RENEWED")])
@pytest.mark.parametrize(
    ("fields", "sentence"),
    [({"password": "inte mitt lösenord"}, "inte ditt lösenord"), ({"code": "000000"}, "Koden stämmer inte")],
)
def test_it_is_changed_only_with_the_password_and_a_code(client, user, url, action, fields, sentence):
    turned_on(user)
    client.enter(user)

    response = client.submit(url, **({"password": factories.PASSWORD, "code": next_code(user)} | fields))

    assert response.status_code == 422 and sentence in response.text
    assert not any(action.lower() in told for told in actions())
    assert queries.find_second_factor(user.id)


def test_a_wrong_code_beside_a_right_password_is_counted_and_closes_the_door(client, user):
    turned_on(user)
    client.enter(user)
    for _attempt in range(10):
        assert client.submit(OFF, password=factories.PASSWORD, code="000000").status_code == 422

    response = client.submit(OFF, password=factories.PASSWORD, code=next_code(user))

    assert response.status_code == 429
    assert queries.find_second_factor(user.id)


def test_turned_off_a_password_is_enough_and_the_person_is_told(client, app, user):
    turned_on(user)
    client.enter(user)
    elsewhere = signed_in_client(app, user)

    response = client.submit(OFF, password=factories.PASSWORD, code=next_code(user))

    assert response.location == "/konto"
    assert "Slå på tvåstegsinloggning" in client.get("/konto").text
    assert elsewhere.get("/").status_code == 302
    assert db.session.scalars(select(RecoveryCode)).all() == []
    assert actions()[-1] == Action.SECOND_FACTOR_TURNED_OFF
    assert "avstängd" in db.session.scalars(select(OutgoingMail.subject).order_by(OutgoingMail.id)).all()[-1]
    assert app.test_client().submit(SIGN_IN, email=user.email, password=factories.PASSWORD).location == "/"


def test_new_recovery_codes_take_the_place_of_the_earlier_ones(client, app, user):
    earlier = turned_on(user)
    client.enter(user)

    response = client.submit(RENEW, password=factories.PASSWORD, code=earlier[0].upper().replace("-", " "))

    visitor = app.test_client()
    visitor.submit(SIGN_IN, email=user.email, password=factories.PASSWORD)
    assert visitor.submit(PAPER, code=earlier[1]).status_code == 422
    assert visitor.submit(PAPER, code=shown_codes(response.text)[0]).location == "/"
    assert "Nya återställningskoder" in db.session.scalars(select(OutgoingMail.subject)).all()[-1]


def test_few_codes_left_is_said_after_a_sign_in_with_one_and_on_the_account(client, app, user):
    paper = turned_on(user)
    pages = []
    for code in paper[:7]:
        visitor = app.test_client()
        visitor.submit(SIGN_IN, email=user.email, password=factories.PASSWORD)
        assert visitor.submit(PAPER, code=code).location == "/"
        pages.append(visitor.get("/").text)

    assert "4 återställningskoder kvar" not in pages[5]
    assert "Du har 3 återställningskoder kvar. Gör nya under Ditt konto." in pages[6]
    assert "Gör nya, så att du kommer in" in visitor.get("/konto").text


def test_the_secret_and_the_codes_are_in_no_table_letter_log_or_extract(client, app, user, caplog):
    page = client.get(ON).text
    secret = secret_on(page)
    paper = shown_codes(client.post(ON, data=form_values(page) | {"password": PASSWORD, "code": code_of(secret)}).text)
    visitor = app.test_client()
    visitor.submit(SIGN_IN, email=user.email, password=factories.PASSWORD)
    visitor.submit(PAPER, code="0" * 16)
    visitor.submit(PAPER, code=paper[0])
    found = client.submit("/administration/registerutdrag", email=user.email)
    extract = client.post("/administration/registerutdrag/utdrag", data=form_values(found.text)).text

    letters = [path.read_text() for path in Path(app.config["MAIL_URL"].removeprefix("folder:")).glob("*.eml")]
    everything = "\n".join((extract, caplog.text, *letters, *every_row()))
    assert "Tvåstegsinloggning på sedan" in extract and any("Broker" in letter for letter in letters)
    folded = [codes.fold_recovery_code(code) for code in paper]
    assert [word for word in (secret, *paper, *folded) if word in everything] == []


def every_row():
    with access.every_organisation():
        for table in db.metadata.sorted_tables:
            yield from (str(row) for row in db.session.execute(table.select()))
