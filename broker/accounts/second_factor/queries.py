"""Reads who has a second factor, and half-done sign-ins."""

from flask_babel import gettext as _
from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from broker import clock
from broker.accounts.models import Membership, User
from broker.accounts.queries import token_hash
from broker.accounts.second_factor.models import HalfSignIn, RecoveryCode, SecondFactor
from broker.errors import NotFoundError
from broker.extensions import db


def find_second_factor(user_id: int) -> SecondFactor | None:
    """Give what a user has turned on."""
    return db.session.scalars(select(SecondFactor).where(SecondFactor.user_id == user_id)).one_or_none()


def get_second_factor(user_id: int) -> SecondFactor:
    """Give what a user has turned on, or raise NotFoundError."""
    second_factor = find_second_factor(user_id)
    if second_factor is None:
        raise NotFoundError(_("Tvåstegsinloggningen är inte på. Slå på den under Ditt konto."))
    return second_factor


def count_recovery_codes(user_id: int) -> int:
    """Count the recovery codes that a user has left."""
    count = select(func.count(RecoveryCode.id)).where(RecoveryCode.user_id == user_id)
    return db.session.scalar(count) or 0


def list_holders(organisation_id: int) -> set[int]:
    """Give the keys of those users of an organisation who have a second factor."""
    query = select(SecondFactor.user_id).join(Membership, Membership.user_id == SecondFactor.user_id)
    return set(db.session.scalars(query.where(Membership.organisation_id == organisation_id)))


def get_half_sign_in(token: str) -> HalfSignIn:
    """Give the half-done sign-in behind a token, with its user, or raise NotFoundError; a used or old one is none."""
    query = (
        select(HalfSignIn)
        .join(HalfSignIn.user)
        .options(joinedload(HalfSignIn.user))
        .where(HalfSignIn.token_hash == token_hash(token), HalfSignIn.expires_at > clock.now(), User.is_active)
    )
    half = db.session.scalars(query).one_or_none()
    if half is None:
        raise NotFoundError(_("Det har gått för lång tid sedan du skrev lösenordet. Logga in igen."))
    return half
