"""Tables of agreements between two organisations and of questions to colleagues, and what a trace is."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from broker import clock
from broker.access import Mutual, Private
from broker.accounts.models import Organisation, User
from broker.companies.models import InteractionKind
from broker.extensions import Base, Key, Versioned


class AgreementState(StrEnum):
    """What has been said about an agreement."""

    PROPOSED = "proposed"
    WITHDRAWN = "withdrawn"
    DECLINED = "declined"
    ACCEPTED = "accepted"
    ENDED = "ended"

    @property
    def label(self) -> Any:
        """Give the Swedish word."""
        return _STATE_LABELS[self]


_STATE_LABELS = {
    AgreementState.PROPOSED: _l("Väntar på svar"),
    AgreementState.WITHDRAWN: _l("Återtaget"),
    AgreementState.DECLINED: _l("Avböjt"),
    AgreementState.ACCEPTED: _l("Gäller"),
    AgreementState.ENDED: _l("Avslutad"),
}
_TONES = {AgreementState.PROPOSED: "warn", AgreementState.ACCEPTED: "ok"}
# While one of these lasts, the two organisations need no other agreement.
OPEN = (AgreementState.PROPOSED, AgreementState.ACCEPTED)


class Agreement(Mutual, Versioned, Base):
    """The recorded ground on which two organisations show each other traces of their contacts (OSL 7:2, 8:1, 30:27)."""

    reference: Mapped[str]
    basis: Mapped[str]
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    months: Mapped[int]
    has_sole_traders: Mapped[bool] = mapped_column(default=False)
    state: Mapped[AgreementState] = mapped_column(default=AgreementState.PROPOSED)
    proposed_by: Mapped[str]
    proposed_at: Mapped[datetime] = mapped_column(default=clock.now)
    answered_by: Mapped[str | None]
    answered_at: Mapped[datetime | None]
    reason: Mapped[str | None]
    ended_by: Mapped[str | None]
    ended_at: Mapped[datetime | None]

    proposer: Mapped[Organisation] = relationship(foreign_keys="Agreement.proposer_id")
    receiver: Mapped[Organisation] = relationship(foreign_keys="Agreement.receiver_id")

    def other(self, organisation_id: int) -> Organisation:
        """Give the organisation on the other side."""
        return self.receiver if organisation_id == self.proposer_id else self.proposer

    def awaits(self, organisation_id: int) -> bool:
        """Tell whether this organisation has to answer."""
        return self.state is AgreementState.PROPOSED and organisation_id == self.receiver_id

    def is_in_force(self, today: date) -> bool:
        """Tell whether it counts: accepted, not ended, and within its days."""
        return self.state is AgreementState.ACCEPTED and self.starts_on <= today <= self.ends_on

    def is_over(self, today: date) -> bool:
        """Tell whether nothing can follow from it any more."""
        return self.state not in OPEN or self.ends_on < today

    def label(self, today: date) -> str:
        """Give where it stands, in Swedish."""
        if self.state in OPEN and self.ends_on < today:
            return _("Har löpt ut")
        if self.state is AgreementState.ACCEPTED and today < self.starts_on:
            return _("Antagen, gäller inte än")
        return str(self.state.label)

    def tone(self, today: date) -> str:
        """Give the colour that goes with the word."""
        return "off" if self.is_over(today) else _TONES[self.state]


class TraceQuestion(Private, Base):
    """That somebody has asked another organisation about a company; what was asked is in the letter alone."""

    __table_args__ = (Index("ix_trace_question_asker", "organisation_id", "asked_by_id", "asked_at"),)

    company_id: Mapped[int] = mapped_column(Key, ForeignKey("company.id"), index=True)
    receiver_id: Mapped[int] = mapped_column(Key, ForeignKey("organisation.id"))
    # Without a colleague it went to all who could answer.
    colleague_id: Mapped[int | None] = mapped_column(Key, ForeignKey("user.id"))
    asked_by_id: Mapped[int] = mapped_column(Key, ForeignKey("user.id"))
    asked_at: Mapped[datetime] = mapped_column(default=clock.now)

    colleague: Mapped[User | None] = relationship(foreign_keys="TraceQuestion.colleague_id")
    asked_by: Mapped[User] = relationship(foreign_keys="TraceQuestion.asked_by_id")


class VisitNotice(Private, Base):
    """That the owner of a planned visit has been told of another organisation's in the same month.

    Told once; again when both move to another month, or when somebody else takes the visit over.
    """

    __table_args__ = (UniqueConstraint("task_id", "other_task_id", "month", "owner_id"),)

    task_id: Mapped[int] = mapped_column(Key, ForeignKey("task.id"))
    other_task_id: Mapped[int] = mapped_column(Key, ForeignKey("task.id"))
    month: Mapped[date]
    owner_id: Mapped[int] = mapped_column(Key, ForeignKey("user.id"))
    told_at: Mapped[datetime] = mapped_column(default=clock.now)


@dataclass(frozen=True)
class Colleague:
    """Whom to ask in another organisation."""

    user_id: int
    name: str
    email: str


@dataclass(frozen=True)
class UntoldVisit:
    """A planned visit whose owner has not been told of another organisation's in the same month."""

    organisation_id: int
    task_id: int
    other_task_id: int
    other: "Trace"


@dataclass(frozen=True)
class Trace:
    """All that one organisation sees of another's contacts of a kind, or of its planned visit, in a month.

    Without a colleague, whoever logged or planned it has left.
    """

    organisation_id: int
    organisation_name: str
    kind: InteractionKind
    month: date
    colleague: Colleague | None
