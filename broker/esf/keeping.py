"""What was written about a need, kept as plain data while its cohort is out of the project."""

from collections.abc import Sequence
from datetime import date
from enum import StrEnum
from typing import Any

from broker.companies.models import InteractionKind
from broker.esf.budgets.models import TakenOutCohort
from broker.esf.chain import queries as chain
from broker.esf.chain.models import ActivityNeed, CauseNeed
from broker.esf.models import Contribution, Project
from broker.extensions import db
from broker.needs.models import CauseLevel

_NAMES = (
    "activity_id",
    "women",
    "men",
    "unknown_sex",
    "hours",
    "purpose",
    "cause",
    "cause_level",
    "is_cause_within_reach",
    "consequence",
    "barriers",
    "barrier_note",
    "contacted_on",
    "contact_kind",
    "price_per_participant_ore",
    "is_mandatory_training",
    "left_out_reason",
)
_READERS: dict[str, Any] = {
    "cause_level": CauseLevel,
    "contact_kind": InteractionKind,
    "contacted_on": date.fromisoformat,
}


def kept_of(row: Contribution) -> dict[str, Any]:
    """Give what a contribution says, as plain data."""
    return {name: _plain(getattr(row, name)) for name in _NAMES}


def restore(row: Contribution, kept: TakenOutCohort | None) -> None:
    """Put back what a contribution said when its cohort was taken out; a need that is new since then is left alone."""
    for name, value in (kept.kept["needs"].get(str(row.need_id), {}) if kept else {}).items():
        setattr(row, name, value if value is None else _READERS.get(name, lambda same: same)(value))


def let_links_go(leaving: Sequence[Contribution]) -> dict[str, dict[str, list[int]]]:
    """Take needs away from the causes that they tell and the activities that meet them too, and give which, by need."""
    needs = {row.id: str(row.need_id) for row in leaving}
    causes: dict[str, list[int]] = {}
    activities: dict[str, list[int]] = {}
    for told in chain.list_cause_links(list(needs)):
        causes.setdefault(needs[told.contribution_id], []).append(told.cause_id)
        db.session.delete(told)
    for met in chain.list_need_links(list(needs)):
        activities.setdefault(needs[met.contribution_id], []).append(met.activity_id)
        db.session.delete(met)
    db.session.flush()
    return {"causes": causes, "activities": activities}


def link_again(project: Project, brought: Sequence[Contribution], kept: TakenOutCohort) -> None:
    """Put the links back that needs had when their cohort was taken out, as far as their other ends are still there."""
    db.session.flush()
    causes = {cause.id for cause in chain.list_causes(project)}
    activities = {activity.id for activity in chain.list_activities(project)}
    for row in brought:
        ends = {"project_id": project.id, "contribution_id": row.id}
        for cause_id in kept.kept["causes"].get(str(row.need_id), []):
            if cause_id in causes:
                db.session.add(CauseNeed(cause_id=cause_id, **ends))
        # What was taken out before needs could be met by several activities says nothing of them.
        for activity_id in kept.kept.get("activities", {}).get(str(row.need_id), []):
            if activity_id in activities and activity_id != row.activity_id:
                db.session.add(ActivityNeed(activity_id=activity_id, **ends))


def _plain(value: Any) -> Any:
    match value:
        case StrEnum():
            return value.value
        case date():
            return value.isoformat()
        case list():
            return [_plain(item) for item in value]
    return value
