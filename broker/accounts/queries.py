"""Reads organisations, people, their sessions and rights."""

import hashlib
from collections.abc import Iterable
from datetime import datetime, timedelta

from flask_babel import gettext as _
from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import contains_eager, joinedload

from broker import clock
from broker.access import Acting, Permission, permissions_of
from broker.accounts.models import Invitation, Membership, Organisation, PasswordReset, SignInFailure, User, UserSession
from broker.accounts.second_factor.models import SecondFactor
from broker.errors import NotFoundError
from broker.extensions import db

IDLE = timedelta(hours=8)


def token_hash(token: str) -> str:
    """Give what is stored of a token; the token itself is nowhere."""
    return hashlib.sha256(token.encode()).hexdigest()


def find_session(token: str) -> UserSession | None:
    """Give the living session with this token, with its active user, and whether he has a second factor."""
    now = clock.now()
    has_second_factor = select(SecondFactor.id).where(SecondFactor.user_id == UserSession.user_id).exists()
    query = (
        select(UserSession, has_second_factor)
        .join(UserSession.user)
        # Every page asks next what the person may do: the answer comes along.
        .options(contains_eager(UserSession.user).joinedload(User.memberships).joinedload(Membership.organisation))
        .where(
            UserSession.token_hash == token_hash(token),
            UserSession.expires_at > now,
            UserSession.seen_at > now - IDLE,
            User.is_active,
        )
    )
    found = db.session.execute(query).unique().one_or_none()
    if found is None:
        return None
    user_session, user_session.has_second_factor = found[0], found[1]
    return user_session


def find_user_by_email(email: str) -> User | None:
    """Give the user with this address, however it is written."""
    return db.session.scalars(select(User).where(User.email == fold_email(email))).one_or_none()


def fold_email(email: str) -> str:
    """Give the one form of an address that is stored and compared."""
    return email.strip().casefold()


def get_organisation(organisation_id: int) -> Organisation:
    """Give the organisation, or raise NotFoundError."""
    organisation = db.session.get(Organisation, organisation_id)
    if organisation is None:
        raise NotFoundError
    return organisation


def find_organisation_by_name(name: str) -> Organisation | None:
    """Give the organisation with exactly this name."""
    return db.session.scalars(select(Organisation).where(Organisation.name == name)).one_or_none()


def list_organisations() -> list[Organisation]:
    """List every organisation of the installation in Swedish order."""
    return list(db.session.scalars(select(Organisation).order_by(Organisation.sort_key)))


def list_memberships(organisation_id: int) -> list[Membership]:
    """List the people of an organisation in Swedish order."""
    query = (
        select(Membership)
        .join(Membership.user)
        .options(joinedload(Membership.user))
        .where(Membership.organisation_id == organisation_id)
        .order_by(User.sort_key, User.id)
    )
    # As they are now, also of those whom the page has read before somebody else changed them.
    return list(db.session.scalars(query.execution_options(populate_existing=True)))


def list_users(organisation_id: int) -> list[User]:
    """List the active users who may do something in an organisation, in Swedish order."""
    rows = list_memberships(organisation_id)
    return [membership.user for membership in rows if membership.user.is_active and membership.roles]


def names_of(user_ids: Iterable[int]) -> dict[int, str]:
    """Give the names of these users by their keys, also of those who have left."""
    keys = list(user_ids)
    return dict(db.session.execute(select(User.id, User.name).where(User.id.in_(keys))).all()) if keys else {}


def list_users_with(organisation_id: int, permission: Permission) -> list[User]:
    """List the active users who may do this in an organisation, in Swedish order."""
    return [
        membership.user
        for membership in list_memberships(organisation_id)
        if membership.user.is_active and permission in permissions_of(membership.roles)
    ]


def get_membership(membership_id: int, organisation_id: int) -> Membership:
    """Give a membership of this organisation, or raise NotFoundError."""
    query = (
        select(Membership)
        .options(joinedload(Membership.user))
        .where(Membership.id == membership_id, Membership.organisation_id == organisation_id)
    )
    membership = db.session.scalars(query).one_or_none()
    if membership is None:
        raise NotFoundError
    return membership


def list_open_invitations(organisation_id: int) -> list[Invitation]:
    """List the invitations that can still be accepted, newest first."""
    query = select(Invitation).where(Invitation.organisation_id == organisation_id, *_is_open())
    return list(db.session.scalars(query.order_by(Invitation.id.desc())))


def list_invitations_to(email: str) -> list[Invitation]:
    """List the invitations to an address that can still be accepted, whichever organisation has sent them."""
    query = select(Invitation).where(Invitation.email == fold_email(email), *_is_open())
    return list(db.session.scalars(query.order_by(Invitation.id)))


def _is_open() -> tuple[ColumnElement[bool], ...]:
    return Invitation.accepted_at.is_(None), Invitation.revoked_at.is_(None), Invitation.expires_at > clock.now()


def get_invitation(invitation_id: int, organisation_id: int) -> Invitation:
    """Give an invitation of this organisation, or raise NotFoundError."""
    query = select(Invitation).where(Invitation.id == invitation_id, Invitation.organisation_id == organisation_id)
    invitation = db.session.scalars(query).one_or_none()
    if invitation is None:
        raise NotFoundError
    return invitation


def get_open_invitation(invitation_id: int) -> Invitation:
    """Give an invitation that can still be accepted, or raise NotFoundError."""
    query = select(Invitation).where(Invitation.id == invitation_id, *_is_open())
    invitation = db.session.scalars(query).one_or_none()
    if invitation is None:
        raise NotFoundError
    return invitation


def get_invitation_by_token(token: str) -> Invitation:
    """Give the open invitation behind a link, or raise NotFoundError; a used or old one looks like none."""
    query = (
        select(Invitation)
        .options(joinedload(Invitation.organisation))
        .where(Invitation.token_hash == token_hash(token))
    )
    invitation = db.session.scalars(query).one_or_none()
    if invitation is None or not invitation.is_open(clock.now()):
        raise NotFoundError
    return invitation


def count_failures(email: str, address: str, *, since: datetime) -> tuple[int, int]:
    """Count the failed attempts for this user, and those from this address, since a moment."""
    recent = select(func.count(SignInFailure.id)).where(SignInFailure.failed_at > since)
    by_user = recent.where(SignInFailure.email == fold_email(email)).scalar_subquery()
    by_address = recent.where(SignInFailure.address == address).scalar_subquery()
    counted = db.session.execute(select(by_user, by_address)).one()
    return counted[0], counted[1]


def count_resets(user_id: int | None, address: str) -> tuple[int, int]:
    """Count the links for a new password of the last hour: for this user, and asked for from this address."""
    recent = select(func.count(PasswordReset.id)).where(PasswordReset.expires_at > clock.now())
    of_user = recent.where(PasswordReset.user_id == user_id).scalar_subquery()
    of_address = recent.where(PasswordReset.address == address).scalar_subquery()
    counted = db.session.execute(select(of_user, of_address)).one()
    return counted[0], counted[1]


def get_reset_by_token(token: str) -> PasswordReset:
    """Give the open link for a new password, or raise NotFoundError; a used or old one looks like none."""
    query = select(PasswordReset).where(
        PasswordReset.token_hash == token_hash(token),
        PasswordReset.user_id.is_not(None),
        PasswordReset.used_at.is_(None),
        PasswordReset.expires_at > clock.now(),
    )
    reset = db.session.scalars(query).one_or_none()
    if reset is None:
        raise NotFoundError(_("Länken har använts eller är för gammal. Gå till Logga in och välj Glömt lösenord?"))
    return reset


def find_acting(user: User) -> Acting | None:
    """Give the organisation that a signed-in user acts for and his rights there; None without any membership."""
    memberships = [membership for membership in user.memberships if membership.roles]
    memberships.sort(key=lambda membership: membership.organisation.sort_key)
    if not memberships:
        return None
    chosen_id = user.session.organisation_id if user.session else None
    chosen = next((row for row in memberships if row.organisation_id == chosen_id), memberships[0])
    return Acting(
        organisation_id=chosen.organisation_id,
        organisation_name=chosen.organisation.name,
        permissions=permissions_of(chosen.roles, is_operator=user.is_operator),
        organisations=tuple((row.organisation_id, row.organisation.name) for row in memberships),
        lacks_second_factor=chosen.organisation.demands_second_factor and not _has_proved_more(user.session),
    )


def _has_proved_more(user_session: UserSession | None) -> bool:
    """Tell whether more than a password stands behind a session: our second factor, or the sign-in service's own."""
    return user_session is not None and (user_session.with_sign_on or user_session.has_second_factor)


def may(user_id: int, organisation_id: int, permission: Permission) -> bool:
    """Tell whether a user has a permission in an organisation right now; for jobs, which run later."""
    query = (
        select(Membership)
        .join(Membership.user)
        .where(Membership.user_id == user_id, Membership.organisation_id == organisation_id, User.is_active)
    )
    membership = db.session.scalars(query.options(joinedload(Membership.user))).one_or_none()
    if membership is None:
        return False
    return permission in permissions_of(membership.roles, is_operator=membership.user.is_operator)
