"""Tables of the rules by which records are destroyed, of records that are exempted, and of what has been decided."""

from calendar import monthrange
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import JSON, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from broker import clock
from broker.access import Private
from broker.accounts.models import User
from broker.extensions import Base, Key, WrittenOnce


class RecordKind(StrEnum):
    """A kind of record that has a time of its own; the value is stored, and never reused for another kind."""

    CONTACTS = "contacts"
    TASKS = "tasks"
    PEOPLE = "people"
    RELATIONS = "relations"
    SENT_LEADS = "sent_leads"
    RECEIVED_LEADS = "received_leads"
    TIPS = "tips"
    NEEDS = "needs"
    ANALYSES = "analyses"
    ANSWERS = "answers"
    APPLICATIONS = "applications"
    CONFIRMATIONS = "confirmations"
    EVALUATION_TEXTS = "evaluation_texts"
    SCORE_REPLIES = "score_replies"

    @property
    def label(self) -> Any:
        """Give the Swedish words."""
        return _KIND_LABELS[self]


_KIND_LABELS = {
    RecordKind.CONTACTS: _l("Kontakter"),
    RecordKind.TASKS: _l("Klara uppgifter"),
    RecordKind.PEOPLE: _l("Inaktiva kontaktpersoner"),
    RecordKind.RELATIONS: _l("Avslutade relationer till företag"),
    RecordKind.SENT_LEADS: _l("Skickade leads som är avslutade"),
    RecordKind.RECEIVED_LEADS: _l("Mottagna leads som är avslutade"),
    RecordKind.TIPS: _l("Tips som är besvarade"),
    RecordKind.NEEDS: _l("Avslutade behov"),
    RecordKind.ANALYSES: _l("Behovsanalyser"),
    RecordKind.ANSWERS: _l("Hanterade svar i behovsformulär"),
    RecordKind.APPLICATIONS: _l("Besvarade anmälningar från anordnare"),
    RecordKind.CONFIRMATIONS: _l("Företagens svar om deltagare"),
    RecordKind.EVALUATION_TEXTS: _l("Texter i utvärderingar"),
    RecordKind.SCORE_REPLIES: _l("Anordnares svar på omdömen"),
}


class RetentionRule(Private, WrittenOnce, Base):
    """How long one kind of record is kept by the organisation's plan, from a day on; without years it is kept for ever.

    A rule is never changed: another one follows it.
    """

    __table_args__ = (Index("ix_retention_rule_kind", "organisation_id", "kind", "valid_from"),)

    kind: Mapped[RecordKind]
    years: Mapped[int | None]
    reference: Mapped[str]
    decided_on: Mapped[date]
    valid_from: Mapped[date]
    noted_by_id: Mapped[int] = mapped_column(Key, ForeignKey("user.id"))
    noted_at: Mapped[datetime] = mapped_column(default=clock.now)

    noted_by: Mapped[User] = relationship()

    def last_day(self, today: date) -> date | None:
        """Give the last day from which records have been kept long enough today, or nothing if they always are."""
        if self.years is None:
            return None
        year = today.year - self.years
        return date(year, today.month, min(today.day, monthrange(year, today.month)[1]))


class RetentionExemption(Private, Base):
    """One record that is not destroyed for now, and why: a request for it, a dispute, a project that goes on."""

    __table_args__ = (
        Index(
            "uq_retention_exemption_now",
            "organisation_id",
            "kind",
            "record_id",
            unique=True,
            sqlite_where=text("ended_at is null"),
            postgresql_where=text("ended_at is null"),
        ),
    )

    kind: Mapped[RecordKind]
    record_id: Mapped[int] = mapped_column(Key)
    reason: Mapped[str]
    made_by_id: Mapped[int] = mapped_column(Key, ForeignKey("user.id"))
    made_at: Mapped[datetime] = mapped_column(default=clock.now)
    ended_by_id: Mapped[int | None] = mapped_column(Key, ForeignKey("user.id"))
    ended_at: Mapped[datetime | None]

    made_by: Mapped[User] = relationship(foreign_keys="RetentionExemption.made_by_id")


class Destruction(Private, Base):
    """One decision to destroy, and how far it has come; kept for ever, without a word of what was destroyed.

    `last_id` is the newest record that was counted, `waiting_files` the hashes of contents that nothing points at any
    more and that may still lie on the disk.
    """

    __table_args__ = (
        Index(
            "uq_destruction_running",
            "organisation_id",
            "kind",
            unique=True,
            sqlite_where=text("finished_at is null"),
            postgresql_where=text("finished_at is null"),
        ),
    )

    kind: Mapped[RecordKind]
    rule_id: Mapped[int] = mapped_column(Key, ForeignKey("retention_rule.id"), index=True)
    through_on: Mapped[date]
    last_id: Mapped[int] = mapped_column(Key)
    counted: Mapped[int]
    destroyed: Mapped[int] = mapped_column(default=0)
    reference: Mapped[str]
    decided_by_id: Mapped[int] = mapped_column(Key, ForeignKey("user.id"))
    decided_at: Mapped[datetime] = mapped_column(default=clock.now)
    finished_at: Mapped[datetime | None]
    job_id: Mapped[int | None] = mapped_column(Key, ForeignKey("job.id"))
    waiting_files: Mapped[list[str]] = mapped_column(JSON, default=list)

    rule: Mapped[RetentionRule] = relationship()
    decided_by: Mapped[User] = relationship()

    @property
    def is_finished(self) -> bool:
        """Tell whether everything that was decided has been done."""
        return self.finished_at is not None
