"""How long the first organisation of the demo keeps things: rules, tasks that are due, and an earlier decision."""

from datetime import datetime, time, timedelta

from sqlalchemy import select

from broker import clock
from broker.accounts.models import User
from broker.companies.models import Engagement, Task
from broker.extensions import db
from broker.retention import queries, service
from broker.retention.kinds import KINDS, Kind
from broker.retention.models import RecordKind
from broker.retention.service import Decision

_PLAN = "Informationshanteringsplan 2025, 4.3"
_YEARS = {RecordKind.CONTACTS: 5, RecordKind.TASKS: 2, RecordKind.PEOPLE: 3, RecordKind.TIPS: 2, RecordKind.NEEDS: None}
_TITLES = ("Skicka kursutbud", "Ring om datum", "Boka studiebesök", "Fråga om antal", "Skicka avtal", "Boka lokal")
_DESTROYED_BEFORE = 3


def add_rules(by: User) -> None:
    """Note the rules of the plan, with old tasks: some have been destroyed, one of those that are left is exempted."""
    today = clock.today()
    for record_kind, years in _YEARS.items():
        kind = KINDS[record_kind]
        service.add_rule(kind, years=years, reference=_PLAN, decided_on=today, valid_from=today, by=by)
    kind = KINDS[RecordKind.TASKS]
    _add_done(_TITLES[:_DESTROYED_BEFORE], today.year - 6, by)
    _destroy(kind, by)
    left = _add_done(_TITLES[_DESTROYED_BEFORE:], today.year - 3, by)
    service.exempt(kind, left[0], reason="Begäran om att få ut handlingar, KS 2026/97.", by=by)
    db.session.flush()


def _add_done(titles: tuple[str, ...], year: int, by: User) -> list[Task]:
    done = datetime(year, 3, 1, tzinfo=clock.SWEDEN)
    companies = db.session.scalars(select(Engagement.company_id).order_by(Engagement.id).limit(len(titles)))
    rows = [
        Task(
            title=title,
            company_id=company_id,
            owner_id=by.id,
            due_on=done.date() + timedelta(days=place),
            done_at=datetime.combine(done.date() + timedelta(days=place), time(15), clock.SWEDEN),
        )
        for place, (title, company_id) in enumerate(zip(titles, companies, strict=True))
    ]
    db.session.add_all(rows)
    db.session.flush()
    return rows


def _destroy(kind: Kind, by: User) -> None:
    today = clock.today()
    through = today - timedelta(days=3 * 365)
    due = queries.count_due(kind, through, today)
    decision = Decision(kind, through, "Delegationsbeslut KS 2026/114")
    decided = service.decide(decision, (due.count, due.last_id), by=by)
    if decided is not None:
        service.destroy_some(decided.id, queries.list_due_keys(kind, through, today, last_id=due.last_id), by=by)
        service.finish(decided.id, by=by)
