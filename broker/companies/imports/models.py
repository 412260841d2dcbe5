"""Table of how the rows of lists ended."""

from collections.abc import Collection
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import JSON, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from broker.access import Private
from broker.companies.imports.changes import Change
from broker.companies.models import Company
from broker.extensions import Base, Key


class RowOutcome(StrEnum):
    """What a usable row of a list means to what is stored."""

    NEW = "new"
    CHANGED = "changed"
    UNCHANGED = "unchanged"
    CONFLICT = "conflict"
    REFUSED = "refused"
    SKIPPED = "skipped"
    # Of a list that was undone: what stays because somebody has worked with it.
    KEPT = "kept"

    @property
    def label(self) -> Any:
        """Give the Swedish word."""
        return _OUTCOME_LABELS[self]

    @classmethod
    def of(cls, changes: Collection[Change]) -> "RowOutcome":
        """Give how a row about something known ends: a conflict as soon as one value of ours is kept."""
        if any(change.by_hand_on for change in changes):
            return cls.CONFLICT
        return cls.CHANGED if changes else cls.UNCHANGED


_OUTCOME_LABELS = {
    RowOutcome.NEW: _l("Ny"),
    RowOutcome.CHANGED: _l("Ändrad"),
    RowOutcome.UNCHANGED: _l("Oförändrad"),
    RowOutcome.CONFLICT: _l("Konflikt, vår uppgift behålls"),
    RowOutcome.REFUSED: _l("Går inte att använda"),
    RowOutcome.SKIPPED: _l("Överhoppad"),
    RowOutcome.KEPT: _l("Kvar efter ångrandet"),
}


class ImportedRow(Private, Base):
    """How one row of a list ended and what it changed, for the month in which somebody may ask.

    Each change is a field, what it was and what it became, and the day of ours where that is kept; of a person only
    which field, so that details of people are kept in one place alone.
    """

    __table_args__ = (Index("ix_imported_row_job", "job_id", "outcome", "row"),)

    job_id: Mapped[int] = mapped_column(Key, ForeignKey("job.id"))
    row: Mapped[int]
    # A row that was only tried has no company yet, if it would be a new one.
    company_id: Mapped[int | None] = mapped_column(Key, ForeignKey("company.id"), index=True)
    name: Mapped[str]
    outcome: Mapped[RowOutcome]
    changes: Mapped[list[Any]] = mapped_column(JSON)
    # What was before, for as long as the list can be undone: kind, key, version, and each field before and after; no
    # fields of what the row brought.
    images: Mapped[list[Any] | None] = mapped_column(JSON(none_as_null=True))

    company: Mapped[Company | None] = relationship()


class ImportedList(Private, Base):
    """A list that was stored, and whether it can be undone still."""

    job_id: Mapped[int] = mapped_column(Key, ForeignKey("job.id"), unique=True)
    undo_until: Mapped[date]
    # What was before each row is there until the list is undone or the time for that has run out.
    is_open: Mapped[bool] = mapped_column(default=True)
    undone_by_id: Mapped[int | None] = mapped_column(Key, ForeignKey("user.id"))
    undone_at: Mapped[datetime | None]

    def can_be_undone(self, today: date) -> bool:
        """Tell whether the list stands and the time to undo it has not run out."""
        return self.is_open and self.undone_at is None and today <= self.undo_until
