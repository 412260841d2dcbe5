"""Tables of the chain: causes and what they come from, milestones, links, risks, the steering group, follow-up."""

from datetime import date
from enum import StrEnum
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from broker.access import ProjectRow
from broker.extensions import Base, Key, Versioned
from broker.needs.models import CauseLevel


def _link(column: str, *, index: bool = False) -> Mapped[int]:
    # A link goes with either of its ends: a need that leaves the project leaves its causes too.
    return mapped_column(Key, ForeignKey(column, ondelete="CASCADE"), index=index)


class EvaluationKind(StrEnum):
    """Who evaluates the project, beside the project's own follow-up."""

    EXTERNAL = "external"
    INTERNAL = "internal"
    NONE = "none"

    @property
    def label(self) -> Any:
        """Give the Swedish words."""
        return _EVALUATION_LABELS[self]


_EVALUATION_LABELS = {
    EvaluationKind.EXTERNAL: _l("En extern utvärderare"),
    EvaluationKind.INTERNAL: _l("Projektet självt"),
    EvaluationKind.NONE: _l("Ingen, utlysningen kräver det inte"),
}


class Cause(ProjectRow, Versioned, Base):
    """Why there is a problem; on which level the cause lies, and whether the project can do anything about it."""

    text: Mapped[str]
    level: Mapped[CauseLevel | None]
    is_within_reach: Mapped[bool | None]
    is_active: Mapped[bool] = mapped_column(default=True)

    need_links: Mapped[list["CauseNeed"]] = relationship(order_by="CauseNeed.id", viewonly=True)


class CauseNeed(ProjectRow, Base):
    """A need in which a cause was told."""

    __table_args__ = (UniqueConstraint("cause_id", "contribution_id"),)

    cause_id: Mapped[int] = _link("cause.id")
    contribution_id: Mapped[int] = _link("contribution.id", index=True)


class GoalCause(ProjectRow, Base):
    """A cause that a goal answers."""

    __table_args__ = (UniqueConstraint("goal_id", "cause_id"),)

    goal_id: Mapped[int] = _link("goal.id")
    cause_id: Mapped[int] = _link("cause.id", index=True)


class Milestone(ProjectRow, Versioned, Base):
    """How far a goal has been reached on a day, by which measure, from where to where, and where that is read."""

    goal_id: Mapped[int] = mapped_column(Key, ForeignKey("goal.id"), index=True)
    indicator: Mapped[str]
    baseline: Mapped[str | None]
    target: Mapped[str | None]
    due_on: Mapped[date | None]
    data_source: Mapped[str | None]
    is_active: Mapped[bool] = mapped_column(default=True)

    @property
    def is_complete(self) -> bool:
        """Tell whether it can be followed up: check k2b of the form."""
        return all((self.indicator, self.baseline, self.target, self.due_on, self.data_source))


class EffectKind(StrEnum):
    """How far from the activities something lies that a goal leads to."""

    RESULT = "result"
    EFFECT = "effect"

    @property
    def label(self) -> Any:
        """Give the Swedish words."""
        return _EFFECT_LABELS[self]


_EFFECT_LABELS = {
    EffectKind.RESULT: _l("Resultat eller effekt på kort sikt"),
    EffectKind.EFFECT: _l("Effekt på lång sikt"),
}


class GoalEffect(ProjectRow, Versioned, Base):
    """What a goal leads to, when it shows, by what it is seen, and in which role somebody answers for it."""

    goal_id: Mapped[int] = mapped_column(Key, ForeignKey("goal.id"), index=True)
    kind: Mapped[EffectKind]
    text: Mapped[str]
    due_on: Mapped[date | None]
    sign: Mapped[str | None]
    owner_role: Mapped[str | None]
    is_active: Mapped[bool] = mapped_column(default=True)


class ActivityGoal(ProjectRow, Base):
    """A goal that an activity serves."""

    __table_args__ = (UniqueConstraint("activity_id", "goal_id"),)

    activity_id: Mapped[int] = _link("activity.id")
    goal_id: Mapped[int] = _link("goal.id", index=True)


class ActivityNeed(ProjectRow, Base):
    """A need that an activity meets beside another one; the need's hours are counted at that other one alone."""

    __table_args__ = (UniqueConstraint("activity_id", "contribution_id"),)

    activity_id: Mapped[int] = _link("activity.id")
    contribution_id: Mapped[int] = _link("contribution.id", index=True)


class Risk(ProjectRow, Versioned, Base):
    """What can go wrong, how likely and how bad from 1 to 5, and who does what about it."""

    usual_id: Mapped[str | None]
    text: Mapped[str]
    likelihood: Mapped[int | None]
    impact: Mapped[int | None]
    response: Mapped[str | None]
    owner_role: Mapped[str | None]
    reviewed_on: Mapped[date | None]
    is_active: Mapped[bool] = mapped_column(default=True)

    @property
    def weight(self) -> int | None:
        """Give likelihood times impact, or nothing until somebody has judged both."""
        return self.likelihood * self.impact if self.likelihood and self.impact else None


class SteeringMember(ProjectRow, Versioned, Base):
    """A seat in the steering group; the name of the person in it stays out of every export."""

    role: Mapped[str]
    organisation: Mapped[str | None]
    name: Mapped[str | None]
    actor_role: Mapped[str | None]
    is_active: Mapped[bool] = mapped_column(default=True)

    @property
    def seat(self) -> str:
        """Give role and organisation, without the person."""
        return ", ".join(filter(None, [self.role, self.organisation]))


class SteeringMeeting(ProjectRow, Versioned, Base):
    """A day when the steering group meets, and what it is to decide then."""

    held_on: Mapped[date]
    note: Mapped[str | None]
    is_active: Mapped[bool] = mapped_column(default=True)


class FollowUp(ProjectRow, Versioned, Base):
    """How a project follows itself up, who evaluates it, and how long it needs for closing."""

    __table_args__ = (UniqueConstraint("project_id"),)

    responsible: Mapped[str | None]
    frequency: Mapped[str | None]
    data: Mapped[str | None]
    deviation: Mapped[str | None]
    evaluation: Mapped[EvaluationKind | None]
    evaluation_note: Mapped[str | None]
    closing_months: Mapped[int | None]

    @property
    def is_complete(self) -> bool:
        """Tell whether it says who follows up, how often, with which data, what then, and who evaluates."""
        return all((self.responsible, self.frequency, self.data, self.deviation, self.evaluation))
