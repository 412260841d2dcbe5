"""What comes next with companies: the nearest open task or planned contact of each, and whom nobody met for long."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, time, timedelta
from itertools import starmap
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import ColumnElement, Subquery, func, select
from sqlalchemy.orm import InstrumentedAttribute, joinedload

from broker import clock, database
from broker.companies.models import Engagement, EngagementStatus, InteractionKind, Task
from broker.extensions import db


@dataclass(frozen=True)
class Step:
    """The nearest open task or planned contact of one company."""

    task_id: int
    company_id: int
    title: str
    kind: InteractionKind | None
    due_on: date
    starts_at: time | None
    is_late: bool

    @property
    def name(self) -> str:
        """Give what is to be done, for a planned contact with how."""
        return _("%(kind)s: %(title)s", kind=self.kind.label, title=self.title) if self.kind else self.title

    @property
    def as_text(self) -> str:
        """Give the step as one cell of a file, which sorts by the day."""
        text = f"{self.due_on}: {self.name}"
        return _("%(step)s (försenat)", step=text) if self.is_late else text


def nearest_steps(company_ids: Collection[int]) -> dict[int, Step]:
    """Give the nearest step of each of these companies that has one, by company; in one question however many."""
    is_late = Task.due_on < clock.today()
    facts = (Task.id, Task.company_id, Task.title, Task.kind, Task.due_on, Task.starts_at, is_late)
    left = select(*facts).where(Task.done_at.is_(None), database.among(Task.company_id, company_ids))
    # The last of a company to be put in is the nearest.
    latest_first = [column.desc() for column in by_time()]
    return {step.company_id: step for step in starmap(Step, db.session.execute(left.order_by(*latest_first)))}


def nearest_days() -> Subquery:
    """Select the companies where something is planned or left to do, each with the nearest day."""
    left = select(Task.company_id, func.min(Task.due_on).label("due_on"))
    return left.where(Task.company_id.is_not(None), Task.done_at.is_(None)).group_by(Task.company_id).subquery()


def has_no_step(company_id: InstrumentedAttribute[int]) -> ColumnElement[bool]:
    """Give the condition that nothing is planned or left to do with the company that has this key."""
    # A list of keys is made once; asking for each company anew took a hundred times as long.
    left = select(Task.company_id).where(Task.company_id.is_not(None), Task.done_at.is_(None))
    return company_id.not_in(left)


def by_time() -> list[Any]:
    """Give the order of tasks: by day and time, what has no time first of its day, where the databases disagree."""
    return [Task.due_on, func.coalesce(Task.starts_at, time()), Task.id]


def list_not_met(*, today: date, days: int, limit: int = 10) -> list[Engagement]:
    """List active companies that nobody has met for so many days, the longest ago first."""
    long_ago = today - timedelta(days=days)
    query = (
        select(Engagement)
        .options(joinedload(Engagement.company))
        .where(Engagement.status == EngagementStatus.ACTIVE, Engagement.last_contact_on < long_ago)
    )
    return list(db.session.scalars(query.order_by(Engagement.last_contact_on, Engagement.id).limit(limit)))
