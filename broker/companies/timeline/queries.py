"""Reads the contacts of one company as its timeline shows them."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Select, func, literal, or_, select, tuple_, union_all
from sqlalchemy.orm import joinedload

from broker.accounts.models import User
from broker.companies.models import (
    Interaction,
    InteractionKind,
    Person,
    Task,
    interaction_colleague,
    interaction_person,
    task_colleague,
)
from broker.companies.queries import PAGE, with_user
from broker.extensions import db
from broker.swedish import sort_key


@dataclass(frozen=True)
class TimelineFilter:
    """What the timeline of a company is narrowed to; every part may be left out."""

    is_planned: bool = False
    kind: InteractionKind | None = None
    user_id: int | None = None
    person_id: int | None = None
    organisation_id: int | None = None


@dataclass(frozen=True)
class TimelinePage:
    """A part of the contacts, how many fit the filter in all, and the key after which the next part begins."""

    rows: list[Interaction]
    count: int
    next_before: int | None


@dataclass(frozen=True)
class Present:
    """Who was there, by the key of the contact or of the plan: each one's name by the own key, in Swedish order."""

    colleagues: dict[int, dict[int, str]] = field(default_factory=lambda: defaultdict(dict))
    people: dict[int, dict[int, str]] = field(default_factory=lambda: defaultdict(dict))
    along: dict[int, dict[int, str]] = field(default_factory=lambda: defaultdict(dict))


def list_contacts(
    company_id: int, chosen: TimelineFilter, *, before: int | None = None, limit: int = PAGE
) -> TimelinePage:
    """List the contacts with a company that fit, newest first, from below a contact on, with their number in all."""
    fitting = _fitting(select(func.count(Interaction.id)), company_id, chosen).scalar_subquery()
    query = _fitting(select(Interaction, fitting), company_id, chosen).options(joinedload(Interaction.logged_by))
    if before is not None:
        day = select(Interaction.happened_on).where(Interaction.id == before).scalar_subquery()
        query = query.where(tuple_(Interaction.happened_on, Interaction.id) < tuple_(day, before))
    newest_first = query.order_by(Interaction.happened_on.desc(), Interaction.id.desc())
    found = [(row, count) for row, count in db.session.execute(newest_first.limit(limit + 1))]
    rows = [row for row, _count in found]
    return TimelinePage(rows[:limit], found[0][1] if found else 0, rows[limit - 1].id if len(rows) > limit else None)


def _fitting(query: Select[Any], company_id: int, chosen: TimelineFilter) -> Select[Any]:
    query = query.where(Interaction.company_id == company_id)
    if chosen.kind:
        query = query.where(Interaction.kind == chosen.kind)
    if chosen.user_id:
        query = query.where(with_user(chosen.user_id))
    if chosen.person_id:
        link = interaction_person.c
        met = select(link.interaction_id).where(link.person_id == chosen.person_id)
        query = query.where(Interaction.id.in_(met))
    return query


def list_users(company_id: int) -> list[User]:
    """List those of us who took or are to take part in contacts with a company, also who has left, in Swedish order."""
    link, along = interaction_colleague.c, task_colleague.c
    ours = select(Interaction.id).where(Interaction.company_id == company_id)
    logged = select(Interaction.logged_by_id).where(Interaction.company_id == company_id)
    took_part = select(link.user_id).where(link.interaction_id.in_(ours))
    is_planned = (Task.company_id == company_id, Task.kind.is_not(None), Task.done_at.is_(None))
    plan = select(Task.owner_id).where(*is_planned)
    come_along = select(along.user_id).where(along.task_id.in_(select(Task.id).where(*is_planned)))
    query = select(User).where(or_(*(User.id.in_(keys) for keys in (logged, took_part, plan, come_along))))
    return list(db.session.scalars(query.order_by(User.sort_key, User.id)))


def who_was_there(contacts: Sequence[Interaction], tasks: Sequence[Task], *, with_protected: bool) -> Present:
    """Tell who took part in these contacts and who comes along to these plans: all three in one question."""
    present = Present()
    parts = []
    if contacts:
        keys = [row.id for row in contacts]
        link, met = interaction_colleague.c, interaction_person.c
        parts.append(_names("colleagues", link.interaction_id, User, link.user_id, keys))
        people = _names("people", met.interaction_id, Person, met.person_id, keys)
        parts.append(people if with_protected else people.where(Person.is_protected.is_(False)))
    if plans := [row.id for row in tasks if row.kind]:
        along = task_colleague.c
        parts.append(_names("along", along.task_id, User, along.user_id, plans))
    rows = db.session.execute(union_all(*parts)).all() if parts else []
    for part, key, other, name in sorted(rows, key=lambda row: sort_key(row[3])):
        getattr(present, part)[key][other] = name
    return present


def _names(part: str, key: Any, model: type[User] | type[Person], other: Any, keys: Sequence[int]) -> Select[Any]:
    found = select(literal(part), key, model.id, model.name).join_from(key.table, model, model.id == other)
    return found.where(key.in_(keys))
