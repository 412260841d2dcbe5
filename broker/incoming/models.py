"""Tables of letters on their way to the log: the private address of each person, and what has come there."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from broker import clock, files
from broker.access import Private
from broker.extensions import Base, Key


class LetterAddress(Private, Base):
    """The private address of one person in one organisation; whoever knows its secret may send there."""

    __table_args__ = (UniqueConstraint("organisation_id", "user_id"),)

    user_id: Mapped[int] = mapped_column(Key, ForeignKey("user.id"), index=True)
    secret_hash: Mapped[str | None] = mapped_column(unique=True)


class LetterState(StrEnum):
    """What has become of a letter."""

    WAITING = "waiting"
    LOGGED = "logged"
    THROWN = "thrown"


class IncomingLetter(Private, Base):
    """A letter that has come for one person; what it says is kept only while it waits."""

    __table_args__ = (
        UniqueConstraint("organisation_id", "user_id", "key"),
        Index("ix_incoming_letter_waiting", "organisation_id", "user_id", "state"),
    )

    user_id: Mapped[int] = mapped_column(Key, ForeignKey("user.id"), index=True)
    key: Mapped[str]
    state: Mapped[LetterState]
    received_at: Mapped[datetime] = mapped_column(default=clock.now, index=True)
    sender: Mapped[str | None]
    subject: Mapped[str | None]
    sent_on: Mapped[date | None]
    # When the person threw it away: for a while it can be taken back.
    thrown_at: Mapped[datetime | None]
    content_hash: Mapped[str | None] = mapped_column(index=True)


files.count_as_used(IncomingLetter.content_hash)
