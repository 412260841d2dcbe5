"""What people do about accounts, with the events that tell of it."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from broker import clock
from broker.access import Role
from broker.accounts import queries, service
from broker.accounts.models import Invitation, UserSession
from broker.audit import Action, AuditEvent
from broker.errors import NotAllowedError, NotFoundError, RefusedError
from broker.extensions import db
from broker.mail import OutgoingMail
from tests import factories


def last_event():
    return db.session.scalars(select(AuditEvent).order_by(AuditEvent.sequence.desc()).limit(1)).one()


def invite(organisation, by, email="ny@larcentrum.example", roles=(Role.BROKER,)):
    invitation = service.invite(organisation, email=email, roles=list(roles), link="http://x/{token}", by=by)
    letter = db.session.scalars(select(OutgoingMail)).all()[-1] if db.session.flush() is None else None
    db.session.commit()
    return invitation, letter.body.rsplit("http://x/", 1)[1].strip()


def test_an_invited_person_gets_in_once_with_the_roles_of_the_invitation(organisation, user):
    _invitation, token = invite(organisation, user)

    added = service.accept_invitation(
        queries.get_invitation_by_token(token), name="Ny Mäklare", password="x" * 12, address=""
    )
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

    with pytest.raises(service.WrongPasswordError):
        service.accept_invitation(
            queries.get_invitation_by_token(token), name="", password="fel lösenord här", address=""
        )
    joined = service.accept_invitation(
        queries.get_invitation_by_token(token), name="", password=factories.PASSWORD, address=""
    )

    assert joined.id == known.id


def test_a_short_password_is_refused_with_what_to_do():
    with pytest.raises(RefusedError, match="12 till 256"):
        service.hash_password("kort")


def test_ten_failures_close_the_door_for_a_quarter(user):
    for _attempt in range(10):
        with pytest.raises(service.WrongPasswordError):
            service.sign_in(email=user.email, password="fel", address="192.0.2.1")
        db.session.commit()

    with pytest.raises(service.TooManyAttemptsError):
        service.sign_in(email=user.email, password=factories.PASSWORD, address="192.0.2.2")


def test_signing_in_gives_a_session_whose_token_is_not_stored(user):
    service.sign_in(email=user.email.upper(), password=factories.PASSWORD, address="192.0.2.1")
    db.session.commit()

    stored = db.session.scalars(select(UserSession)).one()
    assert stored.token_hash == queries.token_hash(user.session.token)
    assert last_event().action == Action.SIGNED_IN


def test_the_last_administrator_stays(organisation, user):
    with pytest.raises(service.LastAdministratorError):
        service.set_roles(organisation, user, [Role.READER], by=user)


def test_nobody_acts_for_an_organisation_without_a_part_in_it(user):
    other = factories.organisation()
    service.start_session(user)
    db.session.commit()

    with pytest.raises(NotAllowedError):
        service.act_for(user, other.id)


def test_a_taken_organisation_name_is_refused(organisation):
    with pytest.raises(RefusedError):
        factories.organisation(organisation.name)
