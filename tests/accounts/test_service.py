"""What people do about accounts, with the events that tell of it."""

import threading
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from broker import clock
from broker.access import Permission, Role
from broker.accounts import passwords, queries, service
from broker.accounts.models import Invitation, Organisation, PasswordReset, SignInFailure, User, UserSession
from broker.accounts.second_factor import service as second_factor
from broker.actions import Action
from broker.audit import AuditEvent
from broker.errors import NotAllowedError, NotFoundError, RefusedError
from broker.extensions import db
from broker.mail import OutgoingMail
from tests import factories
from tests.conftest import signed_in_client


def last_event():
    return db.session.scalars(select(AuditEvent).order_by(AuditEvent.sequence.desc()).limit(1)).one()


def invite(organisation, by, email="ny@larcentrum.example", roles=(Role.BROKER,)):
    invitation = service.invite(organisation, email=email, roles=list(roles), link="http://x/{token}", by=by)
    letter = (
        db.session.scalars(select(OutgoingMail).order_by(OutgoingMail.id)).all()[-1]
        if db.session.flush() is None
        else None
    )
    db.session.commit()
    return invitation, letter.body.rsplit("http://x/", 1)[1].strip()


def test_an_invited_person_gets_in_once_with_the_roles_of_the_invitation(organisation, user):
    _invitation, token = invite(organisation, user)

    invitation = queries.get_invitation_by_token(token)
    added = service.identify_invited(invitation, name="Ny Mäklare", password="x" * 12, address="")
    second_factor.enter(added, invitation=invitation)
    db.session.commit()

    assert queries.list_memberships(organisation.id)[0].user_id == added.id
    assert last_event().action == Action.INVITATION_ACCEPTED
    with pytest.raises(NotFoundError):
        queries.get_invitation_by_token(token)


def test_an_invitation_is_useless_after_seven_days(organisation, user):
    invitation, token = invite(organisation, user)
    invitation.expires_at = clock.now() - timedelta(seconds=1)
    db.session.commit()

    with pytest.raises(NotFoundError):
        queries.get_invitation_by_token(token)


def test_a_revoked_invitation_is_useless(organisation, user):
    invitation, token = invite(organisation, user)
    service.revoke_invitation(invitation, by=user)
    db.session.commit()

    with pytest.raises(NotFoundError):
        queries.get_invitation_by_token(token)


def test_the_token_of_an_invitation_is_not_stored(organisation, user):
    invite(organisation, user)

    stored = db.session.scalars(select(Invitation)).one()

    assert len(stored.token_hash) == 64


def test_only_an_administrator_may_invite(organisation):
    broker = factories.user(organisation=organisation, roles=[Role.BROKER])

    with pytest.raises(NotAllowedError):
        invite(organisation, broker)


def test_somebody_with_an_account_joins_with_the_password_he_has(organisation, user):
    known = factories.user(email="kand@larcentrum.example")
    _invitation, token = invite(organisation, user, email="Kand@Larcentrum.example")

    with pytest.raises(passwords.WrongPasswordError):
        service.identify_invited(
            queries.get_invitation_by_token(token), name="", password="fel lösenord här", address=""
        )
    joined = service.identify_invited(
        queries.get_invitation_by_token(token), name="", password=factories.PASSWORD, address=""
    )

    assert joined.id == known.id


def test_a_short_password_is_refused_with_what_to_do():
    with pytest.raises(RefusedError, match="12 till 256"):
        passwords.hash_password("kort")


def test_ten_failures_close_the_door_for_a_quarter(user):
    for _attempt in range(10):
        with pytest.raises(passwords.WrongPasswordError):
            service.identify(email=user.email, password="fel", address="192.0.2.1")
        db.session.commit()

    with pytest.raises(passwords.TooManyAttemptsError):
        service.identify(email=user.email, password=factories.PASSWORD, address="192.0.2.2")


def test_signing_in_gives_a_session_whose_token_is_not_stored(user):
    second_factor.enter(service.identify(email=user.email.upper(), password=factories.PASSWORD, address="192.0.2.1"))
    db.session.commit()

    stored = db.session.scalars(select(UserSession)).one()
    assert stored.token_hash == queries.token_hash(user.session.token)
    assert last_event().action == Action.SIGNED_IN


def test_the_last_administrator_stays(organisation, user):
    with pytest.raises(service.LastAdministratorError):
        service.set_roles(organisation, user, [Role.READER], by=user)


@pytest.mark.parametrize("database_app", ["postgresql"], indirect=True)
def test_of_two_administrators_who_take_each_others_role_at_once_one_stays(app, organisation, user):
    service.set_roles(organisation, user, [Role.ADMINISTRATOR], by=None)
    other = factories.user(organisation=organisation, roles=[Role.ADMINISTRATOR])
    user_id, other_id, answers = user.id, other.id, []

    def take_back():
        with app.app_context():
            one, two = (db.session.get_one(User, key) for key in (user_id, other_id))
            queries.list_memberships(organisation.id)
            try:
                service.set_roles(db.session.get_one(Organisation, organisation.id), one, [Role.READER], by=two)
                db.session.commit()
            except service.LastAdministratorError as refused:
                answers.append(refused)

    service.set_roles(organisation, other, [Role.READER], by=user)
    thread = threading.Thread(target=take_back)
    thread.start()
    thread.join(timeout=0.7)
    db.session.commit()
    thread.join()

    assert len(answers) == 1


def test_who_has_no_role_is_nobodys_colleague(organisation, user):
    other = factories.user(organisation=organisation, roles=[Role.BROKER])
    assert other in queries.list_users(organisation.id)

    service.set_roles(organisation, other, [], by=user)
    assert other not in queries.list_users(organisation.id)


def test_nobody_acts_for_an_organisation_without_a_part_in_it(user):
    other = factories.organisation()
    service.start_session(user)
    db.session.commit()

    with pytest.raises(NotAllowedError):
        service.act_for(user, other.id)


def test_a_taken_organisation_name_is_refused(organisation):
    with pytest.raises(RefusedError):
        factories.organisation(organisation.name)


def test_a_session_that_is_used_lives_on(app, user):
    client = signed_in_client(app, user)
    stored = db.session.scalars(select(UserSession)).one()
    stored.seen_at = clock.now() - timedelta(hours=7)
    db.session.commit()
    client.get("/konto")

    db.session.expire_all()
    assert clock.now() - db.session.scalars(select(UserSession)).one().seen_at < timedelta(minutes=1)


def test_a_session_idle_for_eight_hours_is_over(app, user):
    client = signed_in_client(app, user)
    db.session.scalars(select(UserSession)).one().seen_at = clock.now() - timedelta(hours=8, minutes=1)
    db.session.commit()

    assert client.get("/").location.startswith("/logga-in")


def test_who_is_locked_out_is_signed_out_and_gets_no_way_in_until_unlocked(app, organisation, user):
    person = factories.user(organisation=organisation, roles=[Role.BROKER])
    client = signed_in_client(app, person)
    assert client.get("/").status_code == 200

    service.ask_for_reset(email=person.email, link="http://x/{token}", address="192.0.2.1")
    db.session.commit()
    earlier_link = db.session.scalars(select(OutgoingMail)).all()[-1].body.rpartition("http://x/")[2].split()[0]
    assert queries.get_reset_by_token(earlier_link)

    assert service.lock_user(person, by=user) and not service.lock_user(person, by=user)
    db.session.commit()

    assert client.get("/").location.startswith("/logga-in")
    assert last_event().action == Action.USER_LOCKED
    with pytest.raises(passwords.WrongPasswordError):
        service.identify(email=person.email, password=factories.PASSWORD, address="192.0.2.1")
    letters = db.session.scalar(select(func.count(OutgoingMail.id)))
    service.ask_for_reset(email=person.email, link="http://x/{token}", address="192.0.2.1")
    assert db.session.scalar(select(func.count(OutgoingMail.id))) == letters
    assert not queries.may(person.id, organisation.id, Permission.READ)
    with pytest.raises(NotFoundError):
        service.reset_password(earlier_link, "ett alldeles nytt lösenord")

    assert service.unlock_user(person, by=user) and not service.unlock_user(person, by=user)
    db.session.commit()
    assert service.identify(email=person.email, password=factories.PASSWORD, address="192.0.2.1").id == person.id
    assert queries.may(person.id, organisation.id, Permission.READ)


def test_sessions_that_are_over_and_old_failures_are_removed(user):
    service.start_session(user).seen_at = clock.now() - timedelta(hours=9)
    long_ago = clock.now() - timedelta(hours=1)
    db.session.add(SignInFailure(email="x", address="y", failed_at=long_ago))
    db.session.add(PasswordReset(address="y", token_hash="x", expires_at=long_ago))
    db.session.commit()

    service.tidy()

    assert db.session.scalars(select(UserSession)).all() == []
    assert db.session.scalars(select(SignInFailure)).all() == []
    assert db.session.scalars(select(PasswordReset)).all() == []


def test_guessing_the_password_of_a_known_person_by_an_invitation_is_counted(organisation, user):
    known = factories.user(email="kand@larcentrum.example")
    _invitation, token = invite(organisation, user, email=known.email)
    for _attempt in range(10):
        with pytest.raises(passwords.WrongPasswordError):
            service.identify_invited(queries.get_invitation_by_token(token), name="", password="fel", address="")
        db.session.commit()

    with pytest.raises(passwords.TooManyAttemptsError):
        service.identify_invited(
            queries.get_invitation_by_token(token), name="", password=factories.PASSWORD, address=""
        )


def test_one_office_is_not_locked_out_by_one_person_who_forgot(organisation, user):
    other = factories.user(organisation=organisation)
    for _attempt in range(10):
        with pytest.raises(passwords.WrongPasswordError):
            service.identify(email=user.email, password="fel", address="192.0.2.1")
        db.session.commit()

    assert service.identify(email=other.email, password=factories.PASSWORD, address="192.0.2.1").id == other.id
