"""Reads the rules by which records are destroyed, what is due by them, what is left alone and why, and the log."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import reduce
from typing import Any

from sqlalchemy import ColumnElement, case, exists, func, not_, null, or_, select, true
from sqlalchemy.orm import joinedload

from broker.companies.merged import WITH_MERGED
from broker.database import among
from broker.errors import NotFoundError
from broker.extensions import Base, db
from broker.retention.kinds import KINDS, Kind
from broker.retention.models import Destruction, RecordKind, RetentionExemption, RetentionRule

PAGE = 25


@dataclass(frozen=True)
class Due:
    """How many records are due, from which day the oldest counts, and the key of the newest one."""

    count: int = 0
    oldest: date | None = None
    last_id: int = 0


@dataclass(frozen=True)
class Line:
    """One kind of record with the rule in force, if there is one, the last day that counts by it, and what is due."""

    kind: Kind
    rule: RetentionRule | None
    last_day: date | None
    due: Due


@dataclass(frozen=True)
class Page:
    """Some records, each with the day from which its time counts, and the key after which the next page begins."""

    rows: list[tuple[Any, date]]
    next_after: int | None


def rules_in_force(today: date) -> dict[RecordKind, RetentionRule]:
    """Give the rule in force for each kind that has one: of those that have begun, the one that began last."""
    begun = select(RetentionRule).where(RetentionRule.valid_from <= today)
    rows = db.session.scalars(begun.order_by(RetentionRule.valid_from, RetentionRule.id))
    return {rule.kind: rule for rule in rows}


def find_rule(kind: Kind, today: date) -> RetentionRule | None:
    """Give the rule in force for a kind, if there is one."""
    return rules_in_force(today).get(kind.id)


def last_day_to_destroy(destruction: Destruction, today: date) -> date | None:
    """Give the last day up to which a decision may be carried out today, or nothing if everything is kept by now.

    A rule that has come since and keeps for longer goes before what was decided by an earlier one.
    """
    rule = find_rule(KINDS[destruction.kind], today)
    last_day = rule.last_day(today) if rule else None
    return min(last_day, destruction.through_on) if last_day else None


def list_rules(kind: Kind) -> list[RetentionRule]:
    """List every rule that a kind has had or is to have, the newest first."""
    query = select(RetentionRule).options(joinedload(RetentionRule.noted_by)).where(RetentionRule.kind == kind.id)
    return list(db.session.scalars(query.order_by(RetentionRule.valid_from.desc(), RetentionRule.id.desc())))


def is_due(kind: Kind, through: date, today: date) -> ColumnElement[bool]:
    """Give the condition that a record is due: old enough, not destroyed yet, not exempted, and needed by nothing."""
    return _is_old_enough(kind, through) & not_(kind.is_guarded(today)) & kind.model.id.not_in(_exempted(kind))


def _is_old_enough(kind: Kind, through: date) -> ColumnElement[bool]:
    return kind.is_old(through) & kind.holds_something()


def _exempted(kind: Kind) -> Any:
    is_now = RetentionExemption.kind == kind.id, RetentionExemption.ended_at.is_(None)
    return select(RetentionExemption.record_id).where(*is_now)


def _figures(kind: Kind) -> list[Any]:
    figures = [func.count(kind.model.id), func.max(kind.model.id)]
    # A day comes before a moment where a record has both.
    if kind.day is not None:
        figures.append(func.min(kind.day))
    if kind.moment is not None:
        figures.append(func.min(kind.moment if kind.day is None else case((kind.day.is_(None), kind.moment))))
    return [figure.label(f"figure_{place}") for place, figure in enumerate(figures)]


def _read_due(kind: Kind, figures: Sequence[Any]) -> Due:
    count, last_id, *begun = figures
    days = [day if not isinstance(day, datetime) else kind.counted_from(None, day) for day in begun if day is not None]
    return Due(count, min(days, default=None), last_id or 0)


def overview(today: date) -> list[Line]:
    """Tell of every kind what is due by its rule today; two questions however many kinds there are."""
    rules = rules_in_force(today)
    days = {kind: rule.last_day(today) for kind, rule in rules.items()}
    counted = {kind: day for kind, day in days.items() if day is not None}
    parts = [
        select(*_figures(KINDS[kind])).where(is_due(KINDS[kind], day, today)).subquery(f"part_{kind.value}")
        for kind, day in counted.items()
    ]
    found = list(db.session.execute(_beside_each_other(parts)).one()) if parts else []
    due: dict[RecordKind, Due] = {}
    for kind, part in zip(counted, parts, strict=True):
        due[kind] = _read_due(KINDS[kind], found[: len(part.c)])
        found = found[len(part.c) :]
    return [Line(kind, rules.get(key), days.get(key), due.get(key, Due())) for key, kind in KINDS.items()]


def _beside_each_other(parts: Sequence[Any]) -> Any:
    """Give one question for several that have one row each."""
    joined = reduce(lambda before, part: before.join(part, true()), parts)
    return select(*(column for part in parts for column in part.c)).select_from(joined)


def is_anything_due(today: date) -> bool:
    """Tell whether any kind has something that is due by its rule today."""
    days = {kind: rule.last_day(today) for kind, rule in rules_in_force(today).items()}
    found = [
        exists(select(KINDS[kind].model.id).where(is_due(KINDS[kind], day, today)))
        for kind, day in days.items()
        if day is not None
    ]
    return bool(found) and bool(db.session.scalar(select(or_(*found))))


def count_due(kind: Kind, through: date, today: date) -> Due:
    """Count what is due of a kind up to a day."""
    return _read_due(kind, db.session.execute(select(*_figures(kind)).where(is_due(kind, through, today))).one())


def list_due(kind: Kind, through: date, today: date, *, after: int = 0, limit: int = PAGE) -> Page:
    """List what is due of a kind up to a day, in the order of the keys, from behind a key on."""
    query = _with_days(kind).where(is_due(kind, through, today), kind.model.id > after)
    found = db.session.execute(query.order_by(kind.model.id).limit(limit + 1)).all()
    rows = [(row[0], kind.counted_from(*row[1:])) for row in found[:limit]]
    return Page(rows, rows[-1][0].id if len(found) > limit else None)


def list_due_keys(kind: Kind, through: date, today: date, *, last_id: int) -> list[int]:
    """List the keys of what is due of a kind up to a day, the newest record aside that was made after the decision."""
    query = select(kind.model.id).where(is_due(kind, through, today), kind.model.id <= last_id)
    return list(db.session.scalars(query.order_by(kind.model.id)))


def lock_due(kind: Kind, through: date, today: date, keys: Collection[int]) -> list[int]:
    """List those of these keys that are due still, so that nobody else changes or exempts them until the end."""
    chosen = select(kind.model.id).where(among(kind.model.id, keys)).order_by(kind.model.id)
    db.session.execute(chosen.with_for_update(of=kind.model))
    # PostgreSQL does not look again at a row that it has waited for unless that row itself was changed: who exempted
    # it, or pointed a need at it, is seen only by a question asked afterwards.
    return list(db.session.scalars(chosen.where(is_due(kind, through, today))))


def _with_days(kind: Kind) -> Any:
    columns = [null() if column is None else column for column in (kind.day, kind.moment)]
    return select(kind.model, *columns).options(*kind.loads)


def count_held_back(kind: Kind, through: date, today: date) -> list[tuple[Any, int]]:
    """Tell why records that are old enough are left alone, each reason with how many; one can have several."""
    if not kind.guards:
        return []
    sums = [func.sum(case((guard.condition(today), 1), else_=0)) for guard in kind.guards]
    query = select(*sums).where(_is_old_enough(kind, through), kind.model.id.not_in(_exempted(kind)))
    found = db.session.execute(query.where(kind.is_guarded(today))).one()
    return [(guard.label, count) for guard, count in zip(kind.guards, found, strict=True) if count]


def get_record(kind: Kind, record_id: int, *, with_merged: bool = False) -> Base:
    """Give a record of the organisation in scope, one that went into another only if asked, or raise NotFoundError."""
    query = select(kind.model).options(*kind.loads).where(kind.model.id == record_id)
    options = WITH_MERGED if with_merged else {}
    record: Base | None = db.session.scalars(query.execution_options(**options)).one_or_none()
    if record is None:
        raise NotFoundError
    return record


def holds_something(kind: Kind, record_id: int) -> bool:
    """Tell whether there is anything left of a record that could be destroyed."""
    query = select(kind.model.id).where(kind.model.id == record_id, kind.holds_something())
    return db.session.scalar(query) is not None


def list_exempted(
    kind: Kind, *, before: int | None = None, limit: int = PAGE
) -> tuple[list[tuple[RetentionExemption, Any]], int | None]:
    """List what is exempted, each with its record, the newest first, and the key before which the next page begins.

    What went into another one since is listed too: it holds that one back until its exemption is ended.
    """
    query = select(RetentionExemption, kind.model).join(kind.model, kind.model.id == RetentionExemption.record_id)
    query = query.where(RetentionExemption.kind == kind.id, RetentionExemption.ended_at.is_(None))
    if before is not None:
        query = query.where(RetentionExemption.id < before)
    query = query.options(joinedload(RetentionExemption.made_by), *kind.loads)
    query = query.order_by(RetentionExemption.id.desc()).limit(limit + 1).execution_options(**WITH_MERGED)
    found = db.session.execute(query).all()
    rows = [(exemption, record) for exemption, record in found[:limit]]
    return rows, rows[-1][0].id if len(found) > limit else None


def find_exemption(kind: Kind, record_id: int) -> RetentionExemption | None:
    """Give the exemption of a record, if it has one now."""
    query = select(RetentionExemption).where(
        RetentionExemption.kind == kind.id,
        RetentionExemption.record_id == record_id,
        RetentionExemption.ended_at.is_(None),
    )
    return db.session.scalars(query).one_or_none()


def get_exemption(exemption_id: int) -> RetentionExemption:
    """Give an exemption, or raise NotFoundError."""
    row = db.session.scalars(select(RetentionExemption).where(RetentionExemption.id == exemption_id)).one_or_none()
    if row is None:
        raise NotFoundError
    return row


def list_destructions(*, before: int | None = None, limit: int | None = PAGE) -> tuple[list[Destruction], int | None]:
    """List what has been decided, the newest first, and the key before which the next page begins."""
    query = select(Destruction).options(joinedload(Destruction.rule), joinedload(Destruction.decided_by))
    if before is not None:
        query = query.where(Destruction.id < before)
    query = query.order_by(Destruction.id.desc())
    rows = list(db.session.scalars(query if limit is None else query.limit(limit + 1)))
    more = limit is not None and len(rows) > limit
    return (rows[:limit], rows[:limit][-1].id) if more else (rows, None)


def get_destruction(destruction_id: int, *, to_change: bool = False) -> Destruction:
    """Give a decision, or raise NotFoundError; nobody else changes what is read to be changed."""
    query = select(Destruction).options(joinedload(Destruction.rule), joinedload(Destruction.decided_by))
    query = query.where(Destruction.id == destruction_id).execution_options(populate_existing=True)
    row = db.session.scalars(query.with_for_update(of=Destruction) if to_change else query).one_or_none()
    if row is None:
        raise NotFoundError
    return row


def find_unfinished(kind: Kind) -> Destruction | None:
    """Give the decision for a kind that has not been carried out whole yet."""
    query = select(Destruction).where(Destruction.kind == kind.id, Destruction.finished_at.is_(None))
    return db.session.scalars(query).one_or_none()
