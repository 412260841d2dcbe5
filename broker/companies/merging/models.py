"""Tables of what was merged and how to take it apart, and of pairs that only look alike."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from broker import clock
from broker.access import Private
from broker.accounts.models import User
from broker.extensions import Base, Key


class MergeKind(StrEnum):
    """What can be there twice."""

    COMPANY = "company"
    PERSON = "person"


class Merge(Private, Base):
    """One thing of ours that went into another: which rows moved, and which fields became what.

    `moved` holds keys of rows by table and column, `had` how many rows the kept thing had before. `fields` tells what
    each field was and became, for as long as that can be undone; `parked_id` is our relation to the company that went,
    if it had to stand aside.
    """

    __table_args__ = (
        Index("ix_merge_gone", "organisation_id", "kind", "gone_id"),
        Index("ix_merge_kept", "organisation_id", "kind", "kept_id"),
    )

    kind: Mapped[MergeKind]
    kept_id: Mapped[int] = mapped_column(Key)
    gone_id: Mapped[int] = mapped_column(Key)
    parked_id: Mapped[int | None] = mapped_column(Key)
    moved: Mapped[dict[str, Any]] = mapped_column(JSON)
    had: Mapped[dict[str, Any]] = mapped_column(JSON)
    fields: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    merged_by_id: Mapped[int] = mapped_column(Key, ForeignKey("user.id"))
    merged_at: Mapped[datetime] = mapped_column(default=clock.now)
    undo_until: Mapped[date]
    undone_by_id: Mapped[int | None] = mapped_column(Key, ForeignKey("user.id"))
    undone_at: Mapped[datetime | None]

    merged_by: Mapped[User] = relationship(foreign_keys="Merge.merged_by_id")
    undone_by: Mapped[User | None] = relationship(foreign_keys="Merge.undone_by_id")

    def can_be_undone(self, today: date) -> bool:
        """Tell whether the merge stands and the time to take it apart has not run out."""
        return self.undone_at is None and today <= self.undo_until


class NotDuplicate(Private, Base):
    """A pair that somebody has looked at and that is two different things; the lower key is the first."""

    __table_args__ = (UniqueConstraint("organisation_id", "kind", "first_id", "second_id"),)

    kind: Mapped[MergeKind]
    first_id: Mapped[int] = mapped_column(Key)
    second_id: Mapped[int] = mapped_column(Key)
    decided_by_id: Mapped[int] = mapped_column(Key, ForeignKey("user.id"))
    decided_at: Mapped[datetime] = mapped_column(default=clock.now)
