"""Reads the chain of a project: causes, goals with milestones, activities; risks, the steering group, follow-up."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from broker.esf.chain.models import (
    ActivityGoal,
    ActivityNeed,
    Cause,
    CauseNeed,
    FollowUp,
    GoalCause,
    Risk,
    SteeringMeeting,
    SteeringMember,
)
from broker.esf.models import Activity, Goal, Project
from broker.esf.together import read_together
from broker.extensions import db


@dataclass(frozen=True)
class Steering:
    """Who steers a project, what can go wrong in it, and how it is followed up."""

    members: Sequence[SteeringMember]
    risks: Sequence[Risk]
    follow_up: FollowUp | None


def list_causes(project: Project) -> list[Cause]:
    """List the causes of a project with the keys of the needs in which they were told."""
    query = (
        select(Cause)
        .options(joinedload(Cause.need_links))
        .where(Cause.project_id == project.id, Cause.is_active)
        .execution_options(populate_existing=True)
    )
    return list(db.session.scalars(query.order_by(Cause.id)).unique())


def list_cause_links(contribution_ids: Sequence[int]) -> list[CauseNeed]:
    """List in which causes these needs were told."""
    query = select(CauseNeed).where(CauseNeed.contribution_id.in_(contribution_ids))
    return list(db.session.scalars(query.order_by(CauseNeed.id)))


def list_need_links(contribution_ids: Sequence[int]) -> list[ActivityNeed]:
    """List which activities meet these needs beside the one at which their hours are counted, the first first."""
    query = select(ActivityNeed).where(ActivityNeed.contribution_id.in_(contribution_ids))
    return list(db.session.scalars(query.order_by(ActivityNeed.id)))


def list_goals(project: Project) -> list[Goal]:
    """List the goals of a project with their milestones, the project's own first."""
    query = (
        select(Goal)
        .options(joinedload(Goal.cause_links), joinedload(Goal.milestones), joinedload(Goal.effects))
        .where(Goal.project_id == project.id, Goal.is_active)
        .execution_options(populate_existing=True)
    )
    return in_order(db.session.scalars(query.order_by(Goal.id)).unique())


def in_order(goals: Iterable[Goal]) -> list[Goal]:
    """Give goals as people read them, the project's own first."""
    return sorted(goals, key=lambda goal: (goal.actor_id is not None, goal.actor_id or 0, goal.id))


def list_activities(project: Project) -> list[Activity]:
    """List the activities of a project by their first day."""
    query = (
        select(Activity)
        .options(joinedload(Activity.goal_links), joinedload(Activity.need_links))
        .where(Activity.project_id == project.id, Activity.is_active)
        .execution_options(populate_existing=True)
    )
    return by_first_day(db.session.scalars(query).unique())


def by_first_day(activities: Iterable[Activity]) -> list[Activity]:
    """Give activities by their first day; those without one come last."""
    return sorted(activities, key=lambda row: (row.starts_on is None, row.starts_on or date.max, row.id))


def load_steering(project: Project) -> Steering:
    """Give who steers the project, its risks with the heaviest first, and its follow-up."""
    return steering_of(*read_together([project], (SteeringMember, Risk, FollowUp)))


def steering_of(members: Sequence[SteeringMember], risks: Sequence[Risk], follow_ups: Sequence[FollowUp]) -> Steering:
    """Give what was read of the steering of a project, in the order that people read it."""
    return Steering(
        members=members,
        # What nobody has judged may be the worst.
        risks=sorted(risks, key=lambda risk: (-26 if risk.weight is None else -risk.weight, risk.id)),
        follow_up=next(iter(follow_ups), None),
    )


def list_meetings(project: Project) -> list[SteeringMeeting]:
    """List when the steering group meets, the first day first."""
    query = select(SteeringMeeting).where(SteeringMeeting.project_id == project.id, SteeringMeeting.is_active)
    return list(db.session.scalars(query.order_by(SteeringMeeting.held_on, SteeringMeeting.id)))


def find_follow_up(project: Project) -> FollowUp | None:
    """Give how the project is followed up, if somebody has written it."""
    return db.session.scalars(select(FollowUp).where(FollowUp.project_id == project.id)).one_or_none()


def find_usual_risk(project: Project, usual_id: str) -> Risk | None:
    """Give the risk that was taken in from the usual ones, unless it was taken out again."""
    query = select(Risk).where(Risk.project_id == project.id, Risk.usual_id == usual_id, Risk.is_active)
    return db.session.scalars(query).first()


def list_links(model: type[CauseNeed] | type[GoalCause] | type[ActivityGoal], end: str, row_id: int) -> list[Any]:
    """List the links of one row, by the end that it holds."""
    return list(db.session.scalars(select(model).where(getattr(model, end) == row_id).order_by(model.id)))
