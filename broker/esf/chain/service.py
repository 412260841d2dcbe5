"""What people write into the chain: causes, goals, milestones, activities and effects, and what serves what."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from flask_babel import gettext as _
from sqlalchemy.orm.attributes import flag_modified

from broker import audit
from broker.accounts.models import User
from broker.actions import Action
from broker.errors import RefusedError
from broker.esf import queries
from broker.esf.chain import queries as chain
from broker.esf.chain.models import ActivityGoal, ActivityNeed, Cause, CauseNeed, GoalCause, GoalEffect, Milestone
from broker.esf.models import Activity, Contribution, Goal, Project
from broker.esf.service import save_row
from broker.extensions import db
from broker.formatting import day
from broker.swedish import search_key


class OutsideProjectError(RefusedError):
    """The day of a milestone lies outside the project."""


class AlreadyThereError(RefusedError):
    """The project has this cause already; two of them would part its needs."""


def save_cause(
    project: Project, cause: Cause | None, values: dict[str, Any], *, contribution_ids: Iterable[int], by: User
) -> Cause:
    """Save a cause, new or old, and in which needs it was told; refuses one that the project has already."""
    text = values.get("text") or (cause.text if cause else "")
    twins = [row for row in chain.list_causes(project) if row is not cause and search_key(row.text) == search_key(text)]
    if twins:
        raise AlreadyThereError(_("Orsaken finns redan. Öppna den och koppla fler behov till den."))
    cause = cause or Cause(project_id=project.id)
    is_told = save_row(project, cause, values, action=Action.CAUSE_SAVED, by=by, title=text)
    if _link(project, cause, CauseNeed, ("cause_id", "contribution_id"), contribution_ids) and not is_told:
        audit.record(Action.CAUSE_SAVED, project, by=by, title=text)
    return cause


def gather_causes(project: Project, *, by: User) -> tuple[int, int]:
    """Make causes of what the needs say, and link each need to its cause; give how many causes and needs were new.

    Needs that say the same in other capitals or signs share a cause. A level, or whether it is within reach, that
    they do not agree on is left for people to say.
    """
    causes = chain.list_causes(project)
    linked = {link.contribution_id for cause in causes for link in cause.need_links}
    known = {search_key(cause.text): cause for cause in causes}
    found: dict[str, list[Contribution]] = {}
    for row in queries.list_contributions(project):
        if row.cause and not row.left_out_reason and row.id not in linked:
            found.setdefault(search_key(row.cause), []).append(row)
    made = 0
    for key, rows in found.items():
        cause = known.get(key)
        if cause is None:
            values = {
                "text": str(rows[0].cause).strip(),
                "level": _agreed(row.cause_level for row in rows),
                "is_within_reach": _agreed(row.is_cause_within_reach for row in rows),
            }
            cause = Cause(project_id=project.id)
            save_row(project, cause, values, action=Action.CAUSE_SAVED, by=by, title=values["text"])
            made += 1
        else:
            audit.record(Action.CAUSE_SAVED, project, by=by, title=cause.text)
        before = [link.contribution_id for link in cause.need_links]
        _link(project, cause, CauseNeed, ("cause_id", "contribution_id"), [*before, *(row.id for row in rows)])
    return made, sum(len(rows) for rows in found.values())


def save_goal(
    project: Project, goal: Goal | None, values: dict[str, Any], *, cause_ids: Iterable[int] | None = None, by: User
) -> Goal:
    """Save a goal, new or old, and which causes it answers; without causes given they stay as they are."""
    goal = goal or Goal(project_id=project.id)
    title = values.get("text") or goal.text
    is_told = save_row(project, goal, values, action=Action.GOAL_SAVED, by=by, title=title)
    is_linked = cause_ids is not None and _link(project, goal, GoalCause, ("goal_id", "cause_id"), cause_ids)
    if is_linked and not is_told:
        audit.record(Action.GOAL_SAVED, project, by=by, title=title)
    return goal


def save_milestone(
    project: Project, goal: Goal, milestone: Milestone | None, values: dict[str, Any], *, by: User
) -> Milestone:
    """Save a milestone of a goal, new or old; refuses a day outside the project."""
    due_on: date | None = values.get("due_on")
    if due_on and not project.starts_on <= due_on <= project.ends_on:
        first, last = day(project.starts_on), day(project.ends_on)
        raise OutsideProjectError(_("Ange en dag inom projektet, %(first)s till %(last)s.", first=first, last=last))
    milestone = milestone or Milestone(project_id=project.id, goal_id=goal.id)
    save_row(project, milestone, values, action=Action.MILESTONE_SAVED, by=by, title=goal.text)
    return milestone


def save_effect(project: Project, goal: Goal, effect: GoalEffect | None, values: dict[str, Any], *, by: User) -> None:
    """Save what a goal leads to, new or old; it may show long after the project."""
    effect = effect or GoalEffect(project_id=project.id, goal_id=goal.id)
    save_row(project, effect, values, action=Action.EFFECT_SAVED, by=by, title=goal.text)


def save_activity(
    project: Project,
    activity: Activity | None,
    values: dict[str, Any],
    *,
    contribution_ids: Iterable[int],
    goal_ids: Iterable[int] | None = None,
    by: User,
) -> Activity:
    """Save an activity, new or old, which needs it meets and which goals it serves; refuses days in the wrong order.

    Without goals given they stay as they are.
    """
    starts_on, ends_on = values.get("starts_on"), values.get("ends_on")
    if starts_on and ends_on and ends_on < starts_on:
        raise RefusedError(_("Ange ett slut som inte ligger före starten."))
    activity = activity or Activity(project_id=project.id)
    title = values.get("title", activity.title)
    is_told = save_row(project, activity, values, action=Action.ACTIVITY_SAVED, by=by, title=title)
    is_linked = goal_ids is not None and _link(project, activity, ActivityGoal, ("activity_id", "goal_id"), goal_ids)
    if is_linked and not is_told:
        audit.record(Action.ACTIVITY_SAVED, project, by=by, title=title)
    db.session.flush()
    meet_needs(project, activity, contribution_ids)
    return activity


def meet_needs(project: Project, activity: Activity, contribution_ids: Iterable[int]) -> None:
    """Let an activity meet exactly these needs.

    The hours of a need are counted once, at the activity that met it first. When that one no longer does, they are
    counted at the next one that meets it.
    """
    chosen, active = set(contribution_ids), {row.id for row in chain.list_activities(project)}
    rows = queries.list_contributions(project)
    links = chain.list_need_links([row.id for row in rows])
    has_changed = False
    for row in rows:
        own = next((link for link in links if (link.contribution_id, link.activity_id) == (row.id, activity.id)), None)
        others = [link for link in links if link.contribution_id == row.id and link is not own]
        counted = row.activity_id if row.activity_id in active | {activity.id} else None
        if row.id in chosen:
            row.activity_id = counted or activity.id
            is_new = row.activity_id != activity.id and own is None
            if is_new:
                link = ActivityNeed(project_id=project.id, activity_id=activity.id, contribution_id=row.id)
                db.session.add(link)
        else:
            is_new = False
            if own is not None:
                db.session.delete(own)
            if counted == activity.id:
                row.activity_id = others[0].activity_id if others else None
                if others:
                    db.session.delete(others[0])
        has_changed = has_changed or is_new or (own is not None and row.id not in chosen)
    if has_changed and activity.version and not db.session.is_modified(activity):
        flag_modified(activity, "is_active")


def _link(
    project: Project,
    row: Cause | Goal | Activity,
    model: type[CauseNeed] | type[GoalCause] | type[ActivityGoal],
    ends: tuple[str, str],
    chosen: Iterable[int],
) -> bool:
    """Let a row have exactly the chosen links, and tell whether it had others.

    One that two people change at once meets the conflict page.
    """
    db.session.flush()
    own, other = ends
    there = {getattr(link, other): link for link in chain.list_links(model, own, row.id)}
    wanted = dict.fromkeys(chosen)
    for link in (link for key, link in there.items() if key not in wanted):
        db.session.delete(link)
    new = [key for key in wanted if key not in there]
    db.session.add_all(model(project_id=project.id, **{own: row.id, other: key}) for key in new)
    is_changed = there.keys() != wanted.keys()
    if is_changed and row.version and not db.session.is_modified(row):
        # A link is a part of its row: the version says that it has changed.
        flag_modified(row, "is_active")
    return is_changed


def _agreed(values: Iterable[Any]) -> Any:
    """Give the one value that all who say anything say, or nothing."""
    said = {value for value in values if value is not None}
    return said.pop() if len(said) == 1 else None
