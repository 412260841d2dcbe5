"""Tables of the decision on a project, of changes and deviations after it, and of papers that prove what was done."""

from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import ForeignKey, Numeric, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from broker import clock, files
from broker.access import ProjectRow
from broker.accounts.models import User
from broker.esf.snapshots.models import Snapshot
from broker.extensions import Base, Key, Versioned


class GrantOutcome(StrEnum):
    """What was decided on an application."""

    GRANTED = "granted"
    PARTLY = "partly"
    REFUSED = "refused"

    @property
    def label(self) -> Any:
        """Give the Swedish words."""
        return _GRANT_LABELS[self]


_GRANT_LABELS = {
    GrantOutcome.GRANTED: _l("Beviljad"),
    GrantOutcome.PARTLY: _l("Beviljad till en del"),
    GrantOutcome.REFUSED: _l("Avslagen"),
}


class ChangeState(StrEnum):
    """How far a change that needs a decision has come."""

    PLANNED = "planned"
    ASKED = "asked"
    APPROVED = "approved"
    REFUSED = "refused"

    @property
    def label(self) -> Any:
        """Give the Swedish words."""
        return _CHANGE_LABELS[self]


_CHANGE_LABELS = {
    ChangeState.PLANNED: _l("Planerad, inte begärd"),
    ChangeState.ASKED: _l("Begärd, väntar på beslut"),
    ChangeState.APPROVED: _l("Godkänd"),
    ChangeState.REFUSED: _l("Avslagen"),
}


class EvidenceKind(StrEnum):
    """What a paper proves."""

    DECISION = "decision"
    AGREEMENT = "agreement"
    ATTENDANCE = "attendance"
    COST = "cost"
    PROCUREMENT = "procurement"
    RESULT = "result"
    PUBLICITY = "publicity"
    OTHER = "other"

    @property
    def label(self) -> Any:
        """Give the Swedish words."""
        return _EVIDENCE_LABELS[self]


_EVIDENCE_LABELS = {
    EvidenceKind.DECISION: _l("Beslut och ändringar"),
    EvidenceKind.AGREEMENT: _l("Projektåtagande"),
    EvidenceKind.ATTENDANCE: _l("Närvaro"),
    EvidenceKind.COST: _l("Kostnad"),
    EvidenceKind.PROCUREMENT: _l("Inköp"),
    EvidenceKind.RESULT: _l("Resultat"),
    EvidenceKind.PUBLICITY: _l("Information om stödet"),
    EvidenceKind.OTHER: _l("Annat"),
}


class GrantDecision(ProjectRow, Versioned, Base):
    """What the fund has decided on a project's application; the export that it answers, if it is known which."""

    __table_args__ = (UniqueConstraint("project_id"),)

    outcome: Mapped[GrantOutcome]
    decided_on: Mapped[date]
    diary_no: Mapped[str | None]
    snapshot_id: Mapped[int | None] = mapped_column(Key, ForeignKey("snapshot.id"))
    starts_on: Mapped[date | None]
    ends_on: Mapped[date | None]
    total_cost_kr: Mapped[Decimal | None] = mapped_column(Numeric(14, 2))
    support_kr: Mapped[Decimal | None] = mapped_column(Numeric(14, 2))
    conditions: Mapped[str | None]
    agreement_on: Mapped[date | None]
    final_payment_on: Mapped[date | None]

    snapshot: Mapped[Snapshot | None] = relationship(lazy="joined")

    @property
    def is_granted(self) -> bool:
        """Tell whether the project has support."""
        return self.outcome is not GrantOutcome.REFUSED


class ChangeRequest(ProjectRow, Versioned, Base):
    """A change of the granted project that needs a decision first; its kind is one of the rules'."""

    kind: Mapped[str]
    text: Mapped[str]
    reason: Mapped[str | None]
    state: Mapped[ChangeState]
    asked_on: Mapped[date | None]
    decided_on: Mapped[date | None]
    diary_no: Mapped[str | None]
    is_active: Mapped[bool] = mapped_column(default=True)

    def state_on(self, day: date) -> ChangeState | None:
        """Give how far it had come on a day; nothing before it was asked for, or while it is only planned."""
        if self.state is ChangeState.PLANNED or self.asked_on is None or self.asked_on > day:
            return None
        return self.state if self.decided_on is not None and self.decided_on <= day else ChangeState.ASKED


class Deviation(ProjectRow, Versioned, Base):
    """Something that has not gone as planned, what is done about it, and when it was settled."""

    text: Mapped[str]
    noticed_on: Mapped[date]
    consequence: Mapped[str | None]
    response: Mapped[str | None]
    owner_role: Mapped[str | None]
    settled_on: Mapped[date | None]
    is_active: Mapped[bool] = mapped_column(default=True)


class Evidence(ProjectRow, Versioned, Base):
    """A paper that proves something of the project, stored once under its hash; a month or milestone says of what."""

    kind: Mapped[EvidenceKind]
    title: Mapped[str]
    month: Mapped[date | None]
    milestone_id: Mapped[int | None] = mapped_column(Key, ForeignKey("milestone.id"), index=True)
    content_hash: Mapped[str]
    file_name: Mapped[str]
    size: Mapped[int] = mapped_column(Key)
    uploaded_by_id: Mapped[int] = mapped_column(Key, ForeignKey("user.id"))
    uploaded_at: Mapped[datetime] = mapped_column(default=clock.now)

    uploaded_by: Mapped[User] = relationship(lazy="joined")


files.count_as_used(Evidence.content_hash)
