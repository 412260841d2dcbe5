"""Tables of the budget: what beneficiaries spend, and how the project is financed."""

from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import JSON, ForeignKey, Numeric, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from broker import clock
from broker.access import ProjectRow
from broker.esf.models import Actor
from broker.extensions import Base, Key, Versioned

_Money = Numeric(14, 2)
_Share = Numeric(6, 4)


class BudgetRow(ProjectRow, Versioned, Base):
    """One cost in one beneficiary's part of the budget; without days it lies where its activity or project does."""

    actor_id: Mapped[int] = mapped_column(Key, ForeignKey("actor.id"), index=True)
    activity_id: Mapped[int | None] = mapped_column(Key, ForeignKey("activity.id"), index=True)
    cost_type: Mapped[str]
    title: Mapped[str]
    rate_id: Mapped[str | None]
    hours: Mapped[Decimal | None] = mapped_column(_Money)
    share: Mapped[Decimal | None] = mapped_column(_Share)
    persons: Mapped[int] = mapped_column(default=1)
    amount_kr: Mapped[Decimal | None] = mapped_column(_Money)
    # A price for each participant, such as a seat in a course; one for a group stays whoever comes.
    follows_participants: Mapped[bool] = mapped_column(default=False)
    starts_on: Mapped[date | None]
    ends_on: Mapped[date | None]
    is_active: Mapped[bool] = mapped_column(default=True)

    actor: Mapped[Actor] = relationship()


class CoFinancingRow(ProjectRow, Versioned, Base):
    """One contribution to the financing: hours, something in kind, cash, or a share of own costs.

    Participants' hours are written down, or follow the groups that are in the project.
    """

    actor_id: Mapped[int | None] = mapped_column(Key, ForeignKey("actor.id"), index=True)
    activity_id: Mapped[int | None] = mapped_column(Key, ForeignKey("activity.id"), index=True)
    kind: Mapped[str]
    title: Mapped[str]
    contributor: Mapped[str | None]
    hours: Mapped[Decimal | None] = mapped_column(_Money)
    follows_groups: Mapped[bool] = mapped_column(default=False)
    amount_kr: Mapped[Decimal | None] = mapped_column(_Money)
    starts_on: Mapped[date | None]
    ends_on: Mapped[date | None]
    is_active: Mapped[bool] = mapped_column(default=True)

    actor: Mapped[Actor | None] = relationship(lazy="joined")

    @property
    def given_by(self) -> str:
        """Give who contributes: an actor of the project, or somebody else by name."""
        return self.actor.name if self.actor else self.contributor or ""


class TakenOutCohort(ProjectRow, Base):
    """A cohort that was taken out of a project, with what had been written about its needs until it comes back.

    What is kept is by need the values of its contribution, and by company what its commitment lost.
    """

    __table_args__ = (UniqueConstraint("project_id", "cohort_id"),)

    cohort_id: Mapped[int] = mapped_column(Key, ForeignKey("cohort.id"), index=True)
    reason: Mapped[str]
    taken_out_on: Mapped[date] = mapped_column(default=clock.today)
    kept: Mapped[dict[str, Any]] = mapped_column(JSON)
