"""Which values somebody here wrote by hand, told by the history: what a list would overwrite is a conflict."""

from collections import defaultdict
from collections.abc import Mapping
from typing import Any

from sqlalchemy import select

from broker import access, clock, database
from broker.actions import Action
from broker.audit import AuditEvent
from broker.companies.models import Engagement, Person
from broker.extensions import db

_ADDED_WITH = ("name", "function", "email", "phone")
_ACTIONS = (Action.ENGAGEMENT_EDITED, Action.PERSON_ADDED, Action.PERSON_EDITED)

# The days on which fields were last changed, of rows by their key, where that was done by hand.
Days = Mapping[tuple[int, str], str]


def days_by_hand(model: type[Engagement] | type[Person], rows: Mapping[int, Engagement | Person]) -> Days:
    """Give the fields of these rows whose latest change was made by a person and not by a list, and on which day.

    An import that was undone counts as if it had never been.
    """
    if not rows:
        return {}
    query = select(AuditEvent.subject_id, AuditEvent.action, AuditEvent.happened_at, AuditEvent.facts).where(
        AuditEvent.subject_type == model.__tablename__,
        database.among(AuditEvent.subject_id, rows),
        AuditEvent.organisation_id == access.organisation_in_scope(),
        AuditEvent.action.in_([action.value for action in _ACTIONS]),
    )
    days: dict[tuple[int, str], list[str | None]] = defaultdict(list)
    for key, action, moment, facts in db.session.execute(query.order_by(AuditEvent.sequence)):
        for name in _fields_of(action, facts, rows[key]):
            if facts.get("is_undone"):
                del days[key, name][-1:]
            else:
                days[key, name].append(None if "file" in facts else clock.in_sweden(moment).date().isoformat())
    return {field: told[-1] for field, told in days.items() if told and told[-1] is not None}


def _fields_of(action: str, facts: dict[str, Any], row: Engagement | Person) -> list[str]:
    if action == Action.PERSON_ADDED:
        # What was left empty from the beginning nobody has written.
        return [name for name in _ADDED_WITH if getattr(row, name)]
    return [*facts.get("changes", {}), *facts.get("fields", [])]
