"""Reads private addresses, the letters that wait, and the rules of how much is taken in."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ScalarSelect, func, select

from broker import access
from broker.access import Permission
from broker.accounts import queries as accounts
from broker.errors import NotFoundError
from broker.extensions import db
from broker.incoming.models import IncomingLetter, LetterAddress, LetterState
from broker.reference import queries as reference
from broker.reference.models import DocumentKind


@dataclass(frozen=True)
class IncomingRules:
    """How large a letter may be, how many are taken, how long they wait, and which addresses tell of no company."""

    largest_megabytes: int
    window_minutes: int
    per_person: int
    waiting_per_person: int
    per_round: int
    days_waiting: int
    hours_to_undo: int
    days_known: int
    public_domains: frozenset[str]

    @property
    def largest(self) -> int:
        """Give how many bytes a letter may have."""
        return self.largest_megabytes * 1024 * 1024

    @property
    def window(self) -> timedelta:
        """Give the time in which a person's letters are counted."""
        return timedelta(minutes=self.window_minutes)


def incoming_rules(today: date) -> IncomingRules:
    """Give the rules that are valid on a day."""
    content: dict[str, Any] = reference.get_document(DocumentKind.INCOMING_RULES, on=today).content
    return IncomingRules(
        largest_megabytes=content["largest_megabytes"],
        public_domains=frozenset(content["public_domains"]),
        **content["limits"],
        **content["kept"],
    )


def find_address(user_id: int) -> LetterAddress | None:
    """Give a person's address in the organisation in scope, also one that leads nowhere any more."""
    return db.session.scalars(select(LetterAddress).where(LetterAddress.user_id == user_id)).one_or_none()


def get_address_by_secret(secret: str) -> LetterAddress:
    """Give the address with this secret, or raise NotFoundError; so too for who has left or may not log contacts."""
    query = select(LetterAddress).where(LetterAddress.secret_hash == accounts.token_hash(secret))
    with access.every_organisation():
        address = db.session.scalars(query).one_or_none()
    if address is None or not accounts.may(address.user_id, address.organisation_id, Permission.EDIT):
        raise NotFoundError
    return address


def find_letter(user_id: int, key: str) -> IncomingLetter | None:
    """Give the letter with this key if it has come to a person before."""
    query = select(IncomingLetter).where(IncomingLetter.user_id == user_id, IncomingLetter.key == key)
    return db.session.scalars(query).one_or_none()


def get_waiting(letter_id: int, user_id: int, *, to_change: bool = False) -> IncomingLetter:
    """Give a letter that waits for a person, or raise NotFoundError; nobody else changes what is read to be changed."""
    query = select(IncomingLetter).where(IncomingLetter.id == letter_id, *_waiting_for(user_id))
    letter = db.session.scalars(query.with_for_update() if to_change else query).one_or_none()
    if letter is None:
        raise NotFoundError
    return letter


def is_settled(letter_id: int, user_id: int) -> bool:
    """Tell whether a letter has come to a person and waits no more."""
    query = select(IncomingLetter.id).where(IncomingLetter.id == letter_id, IncomingLetter.user_id == user_id)
    return db.session.scalar(query.where(IncomingLetter.state != LetterState.WAITING)) is not None


def get_thrown(letter_id: int, user_id: int) -> IncomingLetter:
    """Give a letter that a person has thrown away and can still take back, or raise NotFoundError."""
    query = select(IncomingLetter).where(IncomingLetter.id == letter_id, IncomingLetter.user_id == user_id)
    query = query.where(IncomingLetter.state == LetterState.THROWN, IncomingLetter.content_hash.is_not(None))
    letter = db.session.scalars(query.with_for_update()).one_or_none()
    if letter is None:
        raise NotFoundError
    return letter


def list_waiting(user_id: int, *, limit: int) -> list[IncomingLetter]:
    """List the letters that wait for a person, the oldest first."""
    query = select(IncomingLetter).where(*_waiting_for(user_id))
    return list(db.session.scalars(query.order_by(IncomingLetter.id).limit(limit)))


def count_waiting(user_id: int) -> int:
    """Count the letters that wait for a person."""
    return db.session.scalar(select(waiting_count(user_id))) or 0


def waiting_count(user_id: int) -> ScalarSelect[int]:
    """Give the count of the letters that wait for a person, as a part of a larger question."""
    return select(func.count(IncomingLetter.id)).where(*_waiting_for(user_id)).scalar_subquery()


def count_received(user_id: int, *, since: datetime) -> int:
    """Count the letters that have come to a person since a moment."""
    query = select(func.count(IncomingLetter.id)).where(IncomingLetter.user_id == user_id)
    return db.session.scalar(query.where(IncomingLetter.received_at > since)) or 0


def _waiting_for(user_id: int) -> tuple[Any, ...]:
    return (IncomingLetter.user_id == user_id, IncomingLetter.state == LetterState.WAITING)
