"""Reads whose an account at the sign-in service is."""

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from broker.accounts.single_sign_on.models import SignOnAccount
from broker.extensions import db


def find_account(issuer: str, subject: str) -> SignOnAccount | None:
    """Give the known account with this name at the service, with its user."""
    query = select(SignOnAccount).options(joinedload(SignOnAccount.user))
    return db.session.scalars(
        query.where(SignOnAccount.issuer == issuer, SignOnAccount.subject == subject)
    ).one_or_none()


def find_account_of(user_id: int, issuer: str) -> SignOnAccount | None:
    """Give the account that a user has at the service."""
    query = select(SignOnAccount).where(SignOnAccount.user_id == user_id, SignOnAccount.issuer == issuer)
    return db.session.scalars(query).one_or_none()
