"""Hashes and checks passwords, and closes the door after too many wrong ones."""

import secrets
import threading
from datetime import timedelta

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from flask_babel import gettext as _
from sqlalchemy import Delete, delete, insert

from broker import clock, database
from broker.accounts import queries
from broker.accounts.models import SignInFailure, User
from broker.errors import RefusedError
from broker.extensions import db

SHORTEST_PASSWORD, LONGEST_PASSWORD = 12, 256
FAILURE_WINDOW = timedelta(minutes=15)
# A user's own door closes after ten; an address can be a whole town hall behind one router.
_MOST_FAILURES, _MOST_FAILURES_OF_ADDRESS = 10, 100
_HASHER = PasswordHasher(time_cost=2, memory_cost=19456, parallelism=1)
# Each hash takes 19 MB; more than two at once would let a flood of sign-ins eat the memory.
_HASHING = threading.BoundedSemaphore(2)
_UNKNOWN_USER_HASH = _HASHER.hash(secrets.token_hex(16))


class TooManyAttemptsError(RefusedError):
    """Ten failed attempts in a quarter of an hour, for the user or from the address."""

    status = 429


class WrongPasswordError(RefusedError):
    """No such user or not the password: the same answer in the same time."""


def hash_password(password: str) -> str:
    """Give the argon2id hash of a password of 12 to 256 characters; there are no other demands on it."""
    if not SHORTEST_PASSWORD <= len(password) <= LONGEST_PASSWORD:
        raise RefusedError(
            _("Välj ett lösenord med %(least)s till %(most)s tecken.", least=SHORTEST_PASSWORD, most=LONGEST_PASSWORD)
        )
    with _HASHING:
        return _HASHER.hash(password)


def check_password(email: str, password: str, address: str) -> User | None:
    """Give the active user whose password this is; counts a wrong one, and refuses to look after too many."""
    # Hashing takes its time on purpose; nobody else's writing waits for it.
    db.session.rollback()
    attempt_id = begin_attempt(email, address)
    with database.writing(False):
        user = queries.find_user_by_email(email)
        is_right = _is_password(user.password_hash if user else _UNKNOWN_USER_HASH, password)
        is_his = user is not None and user.is_active and is_right
        db.session.rollback()
    if is_his:
        db.session.execute(attempt_undone(attempt_id))
    return user if is_his else None


def begin_attempt(email: str, address: str) -> int:
    """Count an attempt as failed before it is judged, so that many at the same moment see each other.

    Gives its key, or raises TooManyAttemptsError. No transaction may be open.
    """
    attempt = insert(SignInFailure).values(email=queries.fold_email(email)[:200], address=address)
    with database.writing(), db.engine.begin() as connection:
        attempt_id = connection.execute(attempt.returning(SignInFailure.id)).scalar_one()
    with database.writing(False):
        by_user, by_address = queries.count_failures(email, address, since=clock.now() - FAILURE_WINDOW)
        db.session.rollback()
    if by_user > _MOST_FAILURES or by_address > _MOST_FAILURES_OF_ADDRESS:
        with database.writing(), db.engine.begin() as connection:
            connection.execute(attempt_undone(attempt_id))
        raise TooManyAttemptsError(_("För många försök. Vänta en kvart och försök igen."))
    return attempt_id


def attempt_undone(attempt_id: int) -> Delete:
    """Give the statement that takes an attempt back, for the transaction in which it turned out right."""
    return delete(SignInFailure).where(SignInFailure.id == attempt_id)


def _is_password(stored_hash: str, password: str) -> bool:
    with _HASHING:
        try:
            return _HASHER.verify(stored_hash, password[: LONGEST_PASSWORD + 1])
        except (VerificationError, InvalidHashError):
            return False
