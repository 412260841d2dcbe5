"""Signing in by way of the service where people have their account already."""

from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from joserfc.jwk import RSAKey
from sqlalchemy import event, insert, select

from broker import clock
from broker.access import Role
from broker.accounts import queries as accounts
from broker.accounts import service as accounts_service
from broker.accounts.models import User, UserSession
from broker.accounts.single_sign_on import service
from broker.accounts.single_sign_on.installed import find_sign_on, init_app
from broker.accounts.single_sign_on.models import SignOnAccount
from broker.actions import Action
from broker.audit import AuditEvent
from broker.extensions import db
from broker.installation import list_findings
from broker.mail import OutgoingMail
from tests import factories
from tests.accounts.second_factor.steps import turned_on
from tests.accounts.single_sign_on.stub import serving_stub
from tests.conftest import make_settings, signed_in_client

LEAVE = "/logga-in/tjanst"


@pytest.fixture
def stub(app, tmp_path):
    with serving_stub() as stub:
        install(app, tmp_path, stub)
        yield stub
    app.extensions["broker_sign_on"] = None


def install(app, folder, stub, **changes):
    known = {"oidc_issuer": stub.issuer, "oidc_client_id": stub.client_id, "oidc_client_secret": stub.client_secret}
    init_app(app, make_settings(folder, "sqlite://", oidc_label="kommunkontot", **(known | changes)))


def go(app, stub, leave=LEAVE, answer=None, **claims):
    """Go to the service and back as the person whom the claims tell of; give the browser and where it was led."""
    client = app.test_client()
    stub.claims = {"sub": "a1", "name": "Anna Exempelsson"} | claims
    there = client.get(leave).location
    assert there.startswith(f"{stub.issuer}/authorize?")
    back = urlsplit((answer or stub.answer)(there))
    return client, client.get(f"{back.path}?{back.query}")


def said(client):
    return client.get("/logga-in").text


def test_somebody_with_an_account_here_comes_in_and_is_known_by_the_account_there_from_then_on(app, user, stub):
    client, response = go(app, stub, leave=f"{LEAVE}?next=/jobb", email=user.email.upper())

    assert (response.status_code, response.location) == (302, "/jobb")
    assert user.name in client.get("/konto").text
    # The address changes there, as when somebody marries: it is the same person.
    client, response = go(app, stub, email="annat.namn@kommun.example")
    assert response.location == "/"
    assert user.name in client.get("/konto").text
    (account,) = db.session.scalars(select(SignOnAccount)).all()
    assert (account.user_id, account.issuer, account.subject) == (user.id, stub.issuer, "a1")
    told = db.session.scalars(select(AuditEvent.action).order_by(AuditEvent.id)).all()
    assert told[-3:] == [Action.SIGN_ON_CHANGED, Action.SIGNED_IN, Action.SIGNED_IN]


def test_who_comes_by_the_service_is_not_asked_for_a_code_of_ours_and_the_session_knows_it(app, user, stub):
    turned_on(user)

    client, response = go(app, stub, email=user.email)

    assert response.location == "/"
    assert db.session.scalars(select(UserSession.with_sign_on)).all() == [True]
    assert "Loggar du in med kommunkontot frågas du inte" in client.get("/konto").text


def test_who_came_with_a_password_where_more_is_demanded_is_told_of_the_service_too(app, organisation, user, stub):
    organisation.demands_second_factor = True
    db.session.commit()
    client = signed_in_client(app, user)

    assert "logga in med kommunkontot: då behövs den inte" in client.get(client.get("/").location).text


def test_the_page_names_the_service_and_leads_on_to_where_the_person_was_heading(app, stub):
    page = app.test_client().get("/logga-in?next=/behov").text

    assert "Logga in med kommunkontot" in page
    assert f'href="{LEAVE}?next=/behov"' in page


def test_who_is_not_known_is_told_whom_to_ask(app, stub):
    client, response = go(app, stub, email="ny@kommun.example")

    assert response.location == "/logga-in"
    assert "ny@kommun.example har inget konto i Broker" in said(client)
    assert db.session.scalars(select(User).where(User.email == "ny@kommun.example")).first() is None


def test_who_is_invited_comes_in_without_a_password(app, scope, user, stub):
    for role in (Role.READER, Role.BROKER):
        accounts_service.invite(
            scope,
            email="Ny@kommun.example",
            roles=[role],
            link="{token}",
            by=factories.user(organisation=scope, roles=[Role.ADMINISTRATOR]),
        )
    db.session.commit()

    client, response = go(app, stub, email="ny@kommun.example")

    assert response.location == "/"
    known = accounts.find_user_by_email("ny@kommun.example")
    assert known.name == "Anna Exempelsson"
    assert [row.roles for row in known.memberships] == [[Role.READER, Role.BROKER]]
    assert accounts.list_open_invitations(scope.id) == []
    assert client.get("/foretag").status_code == 200


@pytest.mark.parametrize(
    "claims",
    [{"email_verified": False}, {"email_verified": None}, {"email": ""}, {"email": "x" * 9999 + "@kommun.example"}],
)
def test_an_address_that_the_service_does_not_vouch_for_opens_nothing(app, user, stub, claims):
    client, _response = go(app, stub, **({"email": user.email} | claims))

    assert "lämnade ingen e-postadress" in said(client)
    assert db.session.scalars(select(UserSession)).all() == []


def test_another_account_there_with_the_same_address_is_nobody_here_until_the_first_is_let_go(app, user, stub):
    first, _response = go(app, stub, email=user.email)

    client, _response = go(app, stub, sub="b2", email=user.email)
    assert "hör till en annan inloggning" in said(client)

    assert service.let_go(user, by=None)
    assert not service.let_go(user, by=None)
    db.session.commit()
    assert first.get("/konto").status_code == 302
    _client, response = go(app, stub, sub="b2", email=user.email)
    assert response.location == "/"


def test_a_closed_account_stays_closed(app, user, stub):
    go(app, stub, email=user.email)
    user.is_active = False
    db.session.commit()

    client, _response = go(app, stub, email=user.email)

    assert "Ditt konto i Broker är spärrat" in said(client)


FORGED = {
    "for somebody else": {"aud": "annan"},
    "by somebody else": {"iss": "https://annan.example"},
    "too old": {"exp": int((clock.now() - timedelta(hours=1)).timestamp())},
    "of another sign-in": {"nonce": "annan"},
    "of nobody": {"sub": ""},
    "of no text": {"sub": "a\x001"},
}


@pytest.mark.parametrize("claims", FORGED.values(), ids=FORGED)
def test_an_answer_that_is_not_for_this_sign_in_is_not_believed(app, user, stub, claims):
    client, response = go(app, stub, email=user.email, **claims)

    assert response.location == "/logga-in"
    assert "gick inte att slutföra" in said(client)
    assert db.session.scalars(select(UserSession)).all() == []


def test_an_answer_that_the_service_has_not_signed_is_not_believed(app, user, stub):
    stub.signing = RSAKey.generate_key(2048, {"kid": "1"})

    client, _response = go(app, stub, email=user.email)

    assert "gick inte att slutföra" in said(client)


def test_the_answer_of_one_browser_lets_no_other_in(app, user, stub):
    stub.claims = {"sub": "a1", "email": user.email}
    back = urlsplit(stub.answer(app.test_client().get(LEAVE).location))
    other = app.test_client()

    assert other.get(f"{back.path}?{back.query}").location == "/logga-in"
    assert "gick inte att slutföra" in said(other)


def test_who_changes_his_mind_or_meets_a_service_that_is_down_is_told_so(app, user, stub, tmp_path):
    client, _response = go(app, stub, answer=stub.refuse)
    assert "Inloggningen avbröts" in said(client)

    for is_down, told in ((True, {}), (False, {}), (False, [])):
        install(app, tmp_path, stub)
        stub.is_down, stub.discovery = is_down, lambda told=told: told
        client = app.test_client()
        assert client.get(LEAVE).location == "/logga-in"
        assert "svarar inte just nu" in said(client)


def test_where_the_service_is_the_only_way_in_a_password_opens_for_those_who_run_the_installation_alone(
    app, scope, user, stub, tmp_path
):
    install(app, tmp_path, stub, oidc_only=True)
    operator = factories.user(organisation=scope, is_operator=True)
    invitation = accounts_service.invite(
        scope, email="ny@kommun.example", roles=[Role.READER], link="{token}", by=operator
    )
    token = "abc"
    invitation.token_hash = accounts.token_hash(token)
    db.session.commit()

    refused = app.test_client().submit("/logga-in", email=user.email, password=factories.PASSWORD)
    assert refused.status_code == 403
    assert "Lösenord öppnar bara för den som driver installationen" in refused.text
    assert app.test_client().submit("/logga-in", email=operator.email, password=factories.PASSWORD).status_code == 302
    assert "losenord" not in app.test_client().get(f"/inbjudan/{token}").text
    for person in (user, operator):
        app.test_client().submit("/glomt-losenord", email=person.email)
    letters = db.session.scalars(select(OutgoingMail.recipient).where(OutgoingMail.subject.like("Nytt lösenord%")))
    assert letters.all() == [operator.email]
    client, _response = go(app, stub, email=user.email)
    assert "Byt lösenord" not in client.get("/konto").text


def test_an_installation_without_a_service_has_no_way_there(app):
    client = app.test_client()

    assert find_sign_on() is None
    assert client.get(LEAVE).location == "/logga-in"
    page = said(client)
    assert "Här finns ingen inloggningstjänst" in page
    assert LEAVE not in page


def test_somebody_with_an_account_joins_nobody_who_merely_invites_him(app, scope, user, stub):
    other = factories.organisation("Aktiv lärcentrum")
    boss = factories.user(organisation=other, roles=[Role.ADMINISTRATOR])
    invitation = accounts_service.invite(other, email=user.email, roles=[Role.BROKER], link="{token}", by=boss)
    invitation.token_hash = accounts.token_hash("abc")
    db.session.commit()

    client, _response = go(app, stub, email=user.email)
    assert "Aktiv lärcentrum" not in client.get("/").text
    page = app.test_client().get("/inbjudan/abc").text
    assert f'href="{LEAVE}?inbjudan=abc"' in page
    client, _response = go(app, stub, leave=f"{LEAVE}?inbjudan=abc", email=user.email)
    assert "Aktiv lärcentrum" in client.get("/").text
    assert client.get("/inbjudan/abc").status_code == 404
    invitation.accepted_at, invitation.email = None, "nagon.annan@kommun.example"
    db.session.commit()
    client, _response = go(app, stub, leave=f"{LEAVE}?inbjudan=abc", email=user.email)
    assert "Inbjudan är skickad till en annan adress" in said(client)


def test_whoever_turns_back_many_times_can_still_come_in(app, user, stub):
    stub.claims = {"sub": "a1", "email": user.email}
    client = app.test_client()
    for _time in range(12):
        there = client.get(f"{LEAVE}?next=/{'x' * 3000}").location
    back = urlsplit(stub.answer(there))

    assert client.get(f"{back.path}?{back.query}").location == "/"


@pytest.mark.parametrize("database_app", ["postgresql"], indirect=True)
def test_two_first_sign_ins_that_meet_both_come_in(app, user, stub):
    user_id = user.id

    def come_first(mapper, connection, row):
        known = {"user_id": user_id, "issuer": row.issuer, "subject": row.subject, "created_at": clock.now()}
        with db.engine.begin() as other:
            other.execute(insert(SignOnAccount).values(known))

    event.listen(SignOnAccount, "before_insert", come_first, once=True)
    _client, response = go(app, stub, email=user.email)

    assert response.location == "/"
    assert len(db.session.scalars(select(SignOnAccount)).all()) == 1


def test_a_right_password_is_told_from_a_wrong_one_only_to_those_who_may_use_it(app, scope, user, stub, tmp_path):
    install(app, tmp_path, stub, oidc_only=True)

    for password in (factories.PASSWORD, "fel lösenord här"):
        refused = app.test_client().submit("/logga-in", email=user.email, password=password)
        assert refused.status_code == 403
        assert "Lösenord öppnar bara för den som driver installationen" in refused.text


@pytest.mark.parametrize(
    ("settings", "sentence"),
    [
        ({"oidc_only": True}, "lösenord öppnar för alla"),
        ({"oidc_issuer": "https://a.example"}, "OIDC_CLIENT_ID"),
        ({"oidc_issuer": "http://a.example"}, "https://"),
    ],
)
@pytest.mark.parametrize("database_app", ["sqlite"], indirect=True)
def test_settings_that_leave_the_door_open_are_said(app, tmp_path, settings, sentence):
    findings = list_findings(make_settings(tmp_path, app.config["SQLALCHEMY_DATABASE_URI"], **settings))

    assert any(sentence in finding for finding in findings)
