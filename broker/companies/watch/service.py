"""Notes what a register is about to change, and asks whoever keeps the relation to look at it."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import select

from broker import access, audit, clock, database
from broker.access import Permission
from broker.accounts import queries as accounts
from broker.actions import Action
from broker.companies.models import Engagement, EngagementStatus, Task
from broker.companies.watch.models import RegisterChange, WatchedFact
from broker.extensions import db
from broker.formatting import in_swedish
from broker.swedish import clean

Facts = Mapping[str, Any]
# A name or a place that a person typed is no news when the register first tells its own.
_NEWS_FROM_THE_FIRST = (WatchedFact.DEREGISTERED, WatchedFact.PROCEEDINGS)


def note_changes(pairs: Iterable[tuple[int, Facts, Facts, bool]], *, source: str) -> int:
    """Note what becomes different, each company as (key, facts before, facts after, known to a register before).

    Whoever keeps the relation in each organisation gets one task a company. Gives the number of noted changes.
    """
    today, noted = clock.today(), 0
    by_company: dict[int, list[RegisterChange]] = defaultdict(list)
    for company_id, before, after, is_known in pairs:
        for fact in WatchedFact if is_known else _NEWS_FROM_THE_FIRST:
            was, becomes = _as_text(before[fact.value]), _as_text(after[fact.value])
            if _differ(was, becomes):
                if fact is WatchedFact.NAME and before["identity_hash"]:
                    # What a sole trader was called before is a person's former name and told nowhere.
                    was = None
                change = RegisterChange(
                    company_id=company_id, fact=fact, before=was, after=becomes, source=source, noted_on=today
                )
                by_company[company_id].append(change)
                noted += 1
    db.session.add_all(change for changes in by_company.values() for change in changes)
    with access.every_organisation():
        _ask_to_look(by_company, today)
        db.session.flush()
    return noted


def _ask_to_look(by_company: Mapping[int, list[RegisterChange]], today: date) -> None:
    query = select(Engagement).where(
        database.among(Engagement.company_id, by_company),
        Engagement.owner_id.is_not(None),
        Engagement.status != EngagementStatus.DECLINED,
    )
    works_here: dict[tuple[int, int], bool] = {}
    for engagement in db.session.scalars(query.order_by(Engagement.id)):
        key = engagement.owner_id or 0, engagement.organisation_id
        if key not in works_here:
            works_here[key] = accounts.may(*key, Permission.EDIT)
        if works_here[key]:
            _add_task(engagement, by_company[engagement.company_id], today)


def _add_task(engagement: Engagement, changes: Iterable[RegisterChange], today: date) -> None:
    task = Task(
        organisation_id=engagement.organisation_id,
        company_id=engagement.company_id,
        owner_id=engagement.owner_id,
        title=_title(changes),
        due_on=clock.next_weekday(today),
    )
    db.session.add(task)
    db.session.flush()
    audit.record(Action.TASK_ADDED, task, by=None, due_on=task.due_on)


@in_swedish()
def _title(changes: Iterable[RegisterChange]) -> str:
    return _("Se över relationen: %(changes)s", changes="; ".join(change.told for change in changes))


def _as_text(value: Any) -> str | None:
    if isinstance(value, list):
        return ";".join(sorted(value)) or None
    return None if value is None else str(value)


def _differ(was: str | None, becomes: str | None) -> bool:
    # The registers write the same name now in capitals and now not.
    return clean(was or "").casefold() != clean(becomes or "").casefold()
