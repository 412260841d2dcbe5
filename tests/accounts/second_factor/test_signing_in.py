"""The sign-in in two steps: what the second one opens, and what never leads around it."""

import re
from datetime import timedelta
from threading import Thread

import pytest
from sqlalchemy import select

from broker import clock, database
from broker.access import Role
from broker.accounts import queries as accounts
from broker.accounts import service as accounts_service
from broker.accounts.models import SignInFailure, UserSession
from broker.accounts.second_factor import queries, service
from broker.accounts.second_factor.models import HalfSignIn
from broker.accounts.second_factor.service import WrongCodeError
from broker.actions import Action
from broker.audit import AuditEvent
from broker.errors import BrokerError, NotFoundError
from broker.extensions import db
from tests import factories
from tests.accounts.second_factor.steps import CODE, OFF, PAPER, SIGN_IN, code_of, next_code, secret_of, turned_on
from tests.client import form_values
from tests.mailbox import read_invitation, read_link


@pytest.fixture
def paper(wait, user):
    """Give the recovery codes of the user, who has turned it on."""
    return turned_on(user)


@pytest.fixture
def half(app, paper, user):
    """Give a browser in which the right password was given."""
    return half_way(app, user)


def half_way(app, user, url=SIGN_IN, password=factories.PASSWORD):
    client = app.test_client()
    response = client.submit(url, email=user.email, password=password)
    assert response.status_code == 302 and response.location.startswith(CODE)
    return client


def sessions():
    return db.session.scalars(select(UserSession)).all()


def halves():
    return db.session.scalars(select(HalfSignIn)).all()


def test_the_password_alone_opens_nothing(half, user):
    assert sessions() == []
    assert half.get("/konto").location.startswith(SIGN_IN)
    assert half.get("/foretag").status_code == 302
    (row,) = halves()
    assert row.user_id == user.id and row.expires_at - clock.now() == timedelta(minutes=10)


def test_the_code_lets_in_where_the_person_was_heading(app, paper, user):
    client = half_way(app, user, f"{SIGN_IN}?next=/jobb?sida=2")
    page = client.get(f"{CODE}?next=/jobb?sida%3D2").text
    assert 'autocomplete="one-time-code"' in page and 'inputmode="numeric"' in page
    assert 'href="/logga-in/aterstallningskod?next=/jobb?sida%3D2"' in page
    code = next_code(user)

    response = client.submit(f"{CODE}?next=/jobb?sida%3D2", code=f" {code[:3]} {code[3:]} ")

    assert response.location == "/jobb?sida=2"
    assert user.name in client.get("/konto").text
    assert halves() == []
    last = db.session.scalars(select(AuditEvent).order_by(AuditEvent.id)).all()[-1]
    assert (last.action, last.facts) == (Action.SIGNED_IN, {"second_factor": "code"})


def test_the_second_step_never_leads_outside(half, user):
    assert half.submit(f"{CODE}?next=//evil.example", code=next_code(user)).location == "/"


def test_the_token_is_not_stored_and_the_cookie_opens_once(half, app, user):
    cookie = half.get_cookie("broker").value
    with half.session_transaction() as kept:
        token = kept["half_sign_in"]
    assert halves()[0].token_hash == accounts.token_hash(token)
    half.submit(CODE, code=next_code(user))

    thief = app.test_client()
    thief.set_cookie("broker", cookie)
    response = thief.get(CODE)

    assert response.location == SIGN_IN
    assert "Logga in igen" in thief.get(SIGN_IN).text


def test_after_ten_minutes_one_begins_anew(half, user, wait):
    wait(601)

    assert half.get(f"{CODE}?next=/jobb").location == f"{SIGN_IN}?next=/jobb"
    accounts_service.tidy()
    assert halves() == []


def test_without_a_password_there_is_no_second_step(app, paper):
    visitor = app.test_client()

    assert visitor.get(CODE).location == visitor.get(PAPER).location == SIGN_IN
    assert visitor.press(CODE, page=SIGN_IN, code="123456").location == SIGN_IN


@pytest.mark.parametrize(("steps", "is_right"), [(-2, False), (-1, True), (0, True), (1, True), (2, False)])
def test_a_clock_may_be_half_a_minute_wrong(app, user, wait, steps, is_right):
    turned_on(user)
    wait(90)
    client, code = half_way(app, user), code_of(secret_of(user), steps=steps)
    db.session.rollback()

    assert (client.submit(CODE, code=code).status_code == 302) == is_right


def test_a_code_opens_once_and_the_next_one_again(half, app, user, wait):
    code = next_code(user)
    assert half.submit(CODE, code=code).status_code == 302

    again = half_way(app, user)
    response = again.submit(CODE, code=code)
    assert response.status_code == 422 and "redan använd" in response.text
    wait(30)
    assert again.submit(CODE, code=next_code(user)).status_code == 302


def test_a_code_that_turned_it_on_does_not_sign_in(app, user, wait):
    turned_on(user)
    code = code_of(secret_of(user), steps=-1)
    db.session.rollback()

    assert half_way(app, user).submit(CODE, code=code).status_code == 422


def test_nobody_comes_in_with_the_code_of_somebody_else(half, user):
    other = factories.user()
    turned_on(other)

    assert half.submit(CODE, code=next_code(other)).status_code == 422


def test_a_recovery_code_opens_once_however_it_is_typed(app, paper, user):
    written = paper[0].upper().replace("-", " ")

    assert half_way(app, user).submit(PAPER, code=written).location == "/"
    assert half_way(app, user).submit(PAPER, code=paper[0]).status_code == 422
    last = db.session.scalars(select(AuditEvent).order_by(AuditEvent.id)).all()[-1]
    assert last.facts == {"second_factor": "recovery_code"}


def meeting(app, first, second):
    """Do both at once, the second in a thread before the first has committed; give what came of the second."""
    outcomes = []

    def run():
        with app.app_context(), database.writing():
            try:
                second()
                db.session.commit()
                outcomes.append(None)
            except BrokerError as error:
                outcomes.append(type(error))
            finally:
                db.session.remove()

    first()
    db.session.flush()
    thread = Thread(target=run)
    thread.start()
    thread.join(timeout=0.7)
    assert outcomes == []
    db.session.commit()
    thread.join(timeout=20)
    return outcomes[0]


@pytest.mark.parametrize("on_paper", [False, True])
def test_of_two_uses_of_one_code_at_the_same_moment_one_lets_in(app, paper, user, on_paper):
    tokens = [service.enter(user).token for _browser in range(2)]
    code = paper[0] if on_paper else code_of(secret_of(user))
    db.session.commit()

    def using(token):
        return lambda: service.finish_sign_in(token, code=code, address="192.0.2.1", on_paper=on_paper)

    assert meeting(app, *(using(token) for token in tokens)) is WrongCodeError
    assert len(sessions()) == 1


def test_of_two_codes_for_one_half_done_sign_in_at_the_same_moment_one_lets_in(app, paper, user):
    token = service.enter(user).token
    db.session.commit()

    def using(code):
        return lambda: service.finish_sign_in(token, code=code, address="192.0.2.1", on_paper=True)

    assert meeting(app, *(using(code) for code in paper[:2])) is NotFoundError
    assert len(sessions()) == 1


def test_wrong_codes_close_the_same_door_as_wrong_passwords(half, app, user):
    for number in range(6):
        assert half.submit(CODE, code=f"00000{number}").status_code == 422
    for number in range(4):
        app.test_client().submit(SIGN_IN, email=user.email, password=f"gissning {number}")

    assert half.submit(CODE, code=next_code(user)).status_code == 429
    assert app.test_client().submit(SIGN_IN, email=user.email, password=factories.PASSWORD).status_code == 429


def test_a_right_code_is_no_failure(half, user):
    half.submit(CODE, code=next_code(user))

    assert db.session.scalars(select(SignInFailure)).all() == []


def test_nobody_is_told_of_it_before_the_password_is_right(app, paper, user):
    without = factories.user()

    pages = [app.test_client().submit(SIGN_IN, email=one.email, password="fel").text for one in (user, without)]

    told = [re.sub(r'name="csrf_token" value="[^"]+"', "", page) for page in pages]
    assert told[0].replace(user.email, "") == told[1].replace(without.email, "")


def test_a_new_password_by_letter_neither_signs_in_nor_removes_it(app, half, user):
    app.test_client().submit("/glomt-losenord", email=user.email)
    visitor = app.test_client()
    new = "ett helt nytt lösenord"

    assert visitor.submit(read_link(app, "nytt-losenord"), password=new, repeated=new).location == SIGN_IN

    assert sessions() == [] and queries.find_second_factor(user.id)
    # What was begun with the earlier password is over.
    assert half.get(CODE).location == SIGN_IN
    half_way(app, user, password=new).submit(CODE, code=next_code(user))
    assert len(sessions()) == 1


def test_a_new_password_by_letter_gives_no_new_guesses(app, half, user):
    for number in range(10):
        half.submit(CODE, code=f"00000{number}")
    app.test_client().submit("/glomt-losenord", email=user.email)
    new = "ett helt nytt lösenord"
    app.test_client().submit(read_link(app, "nytt-losenord"), password=new, repeated=new)

    assert app.test_client().submit(SIGN_IN, email=user.email, password=new).status_code == 429


def test_an_invitation_asks_for_the_code_before_it_lets_anybody_in(client, app, wait):
    known = factories.user()
    turned_on(known)
    client.submit("/administration/bjud-in", email=known.email, roles=["broker"])
    invited = app.test_client()
    said = {"name": "Någon", "password": factories.PASSWORD, "repeated": factories.PASSWORD}

    assert invited.submit(read_invitation(app), **said).location == CODE

    before = len(sessions())
    assert accounts.find_user_by_email(known.email).memberships == []
    assert invited.get("/foretag").status_code == 302
    assert invited.submit(CODE, code=next_code(known)).location == "/"
    assert len(sessions()) == before + 1
    assert [row.roles for row in accounts.find_user_by_email(known.email).memberships] == [[Role.BROKER]]
    assert invited.get("/foretag").status_code == 200


def test_an_invitation_that_is_revoked_meanwhile_lets_nobody_in(organisation, user, wait):
    known = factories.user()
    turned_on(known)
    told = {"email": known.email, "roles": [Role.BROKER], "link": "{token}", "by": user}
    invitation = accounts_service.invite(organisation, **told)
    token = service.enter(known, invitation=invitation).token
    accounts_service.revoke_invitation(invitation, by=user)
    db.session.commit()

    with pytest.raises(BrokerError):
        service.finish_sign_in(token, code=next_code(known), address="")


def test_a_closed_account_is_not_opened_by_the_second_step(half, user):
    user.is_active = False
    db.session.commit()

    assert half.get(CODE).location == SIGN_IN


def test_with_another_secret_key_a_sentence_says_what_to_do_and_paper_still_opens(app, paper, user, monkeypatch):
    client = half_way(app, user)
    with client.session_transaction() as kept:
        told = dict(kept)
    monkeypatch.setitem(app.config, "SECRET_KEY", "en helt annan nyckel än den förra")
    with client.session_transaction() as kept:
        kept.update(told)
    fields = form_values(client.get(CODE).text) | {"code": "123456"}

    for _time in range(11):
        response = client.post(CODE, data=fields)
        assert response.status_code == 422 and "be den som driver Broker" in response.text
    assert client.submit(PAPER, code=paper[0]).location == "/"
    assert client.submit(OFF, password=factories.PASSWORD, code="123456").status_code == 422
    assert client.submit(OFF, password=factories.PASSWORD, code=paper[1]).location == "/konto"
