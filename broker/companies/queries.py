"""Reads companies, and what the organisation in scope knows of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import ColumnElement, Select, and_, extract, func, or_, select, tuple_
from sqlalchemy.orm import contains_eager, joinedload, selectinload

from broker import audit, database
from broker.accounts.models import User
from broker.audit import AuditEvent
from broker.companies import near, search
from broker.companies.merged import MovedError
from broker.companies.merging import queries as merging
from broker.companies.merging.models import MergeKind
from broker.companies.models import (
    Company,
    Engagement,
    Interaction,
    InteractionKind,
    Person,
    Task,
    Workplace,
    interaction_colleague,
    interaction_person,
    task_colleague,
)
from broker.companies.narrowing import CompanyFilter, conditions_of, count, find, ours_of, reached
from broker.companies.orders import CompanyOrder, place_of, sort_ours
from broker.companies.sizes.models import Ownership, SizeFigures, SizeStatus
from broker.companies.steps import by_time
from broker.errors import NotFoundError, RefusedError
from broker.extensions import Base, db

PAGE, SUGGESTED = 25, 10


@dataclass(frozen=True)
class InteractionFilter:
    """What a list of contacts is narrowed to."""

    first: date
    last: date
    kind: InteractionKind | None = None
    municipality_code: str | None = None
    user_id: int | None = None


@dataclass(frozen=True)
class Page:
    """One page of a list, the key where the next one begins, and how many there are in all.

    The count goes up to one more than the filter's counted_at_most.
    """

    rows: list[tuple[Company, Engagement | None]]
    next_after: tuple[int, str, int] | None
    count: int


@dataclass(frozen=True)
class InteractionPage:
    """A part of the contacts, and the key of the contact after which the next part begins."""

    rows: list[Interaction]
    next_before: int | None


def get_company(company_id: int) -> Company:
    """Give the company, or raise NotFoundError; MovedError when what we had of it went into another one.

    A company without a number is what somebody has noted and no register says: only who knows it sees it.
    """
    company = db.session.get(Company, company_id)
    if company is None:
        raise NotFoundError
    if not company.has_number:
        merging.check_is_known(company_id)
    return company


def find_company_by_number(organisation_number: str) -> Company | None:
    """Give the company with this organisation number of ten digits."""
    return db.session.scalars(select(Company).where(Company.organisation_number == organisation_number)).one_or_none()


def list_companies(chosen: CompanyFilter, *, after: search.Place | None = None, limit: int = PAGE) -> Page:
    """List companies from a place on, each with our engagement if any.

    They come in the order that is chosen, also those that a text finds; or else best match first and in Swedish order.
    """
    query = select(Company, Engagement).options(joinedload(Engagement.owner).load_only(User.name))
    if chosen.order:
        return _sorted(query, chosen.order, chosen, after, limit)
    if chosen.text:
        return _found(find(chosen, query, after=after, limit=limit + 1), chosen, limit)
    query = query.join_from(Company, Engagement, Engagement.company_id == Company.id, isouter=not chosen.is_ours)
    # The database keeps the order beside our relations: a list of ours is read from an index of theirs.
    place = (Engagement.sort_key, Engagement.company_id) if chosen.is_ours else (Company.sort_key, Company.id)
    query = query.where(*conditions_of(chosen))
    if after is not None:
        query = query.where(tuple_(*place) > after[1:])
    read = db.session.execute(query.order_by(*place).limit(limit + 1))
    rows: list[tuple[Company, Engagement | None]] = [(company, engagement) for company, engagement in read]
    last = rows[limit - 1][0] if len(rows) > limit else None
    return Page(rows[:limit], (0, last.sort_key, last.id) if last else None, count(chosen))


def _found(found: search.Found, chosen: CompanyFilter, limit: int) -> Page:
    rows: list[tuple[Company, Engagement | None]] = [(row.Company, row.Engagement) for row in found.rows[:limit]]
    last = found.places[limit - 1] if len(found.places) > limit else None
    return Page(rows, last, min(found.count, chosen.counted_at_most + 1))


def _sorted(
    read: Select[Company, Engagement],
    order: CompanyOrder,
    chosen: CompanyFilter,
    after: search.Place | None,
    limit: int,
) -> Page:
    ours, in_all = _found_ours(chosen) if chosen.text else (ours_of(chosen), count(chosen))
    # The keys are sorted alone: to look up every company first took ten times as long.
    keys = sort_ours(ours, order, after=after).limit(limit + 1).subquery()
    query = read.add_columns(*keys.c).join_from(keys, Company, Company.id == keys.c.company_id)
    query = query.join(Engagement, Engagement.company_id == Company.id)
    found = db.session.execute(query.order_by(*order.by(keys.c.day, keys.c.sort_key, keys.c.company_id))).all()
    last = found[limit - 1] if len(found) > limit else None
    next_after = place_of(last.day, last.sort_key, last.company_id) if last else None
    return Page([(row.Company, row.Engagement) for row in found[:limit]], next_after, in_all)


def _found_ours(chosen: CompanyFilter) -> tuple[Select[int], int]:
    found = find(chosen, select(Engagement.company_id))
    keys = database.among(Engagement.company_id, [row.company_id for row in found.rows])
    return select(Engagement.company_id).where(keys), min(found.count, chosen.counted_at_most + 1)


def list_all_companies(chosen: CompanyFilter) -> list[tuple[Company, Engagement | None]]:
    """List every company of a list, or refuse when there are more than are counted."""
    page = list_companies(chosen, limit=chosen.counted_at_most)
    if page.next_after is not None:
        most = chosen.counted_at_most
        raise RefusedError(_("Listan har fler än %(most)s företag. Begränsa den och försök igen.", most=most))
    return page.rows


def suggest_companies(text: str) -> list[Company]:
    """List the companies that a few typed letters or digits can mean: those that fit, or else those that nearly do."""
    return list_best(text) or list_near(text)


def list_best(text: str) -> list[Company]:
    """List the ten companies that fit a few typed letters or digits best; ours first."""
    found = find(CompanyFilter(text=text), select(Company), limit=SUGGESTED, enough=SUGGESTED)
    return [row.Company for row in found.rows]


def list_near(text: str) -> list[Company]:
    """List ten companies that fit what was typed without its shortest words, or else but for one slip; ours first."""
    if not search.is_name(text):
        return []
    other = near.without_short_words(text)
    found = (list_best(other) if other else []) or near.list_near(text) or near.list_near_people(text)
    if found or not (other := near.with_place(text)):
        return found
    return list_best(other)


def find_engagement(company_id: int) -> Engagement | None:
    """Give our relation to a company, if we have one."""
    query = select(Engagement).options(joinedload(Engagement.owner)).where(Engagement.company_id == company_id)
    return db.session.scalars(query).one_or_none()


def get_card(company_id: int) -> tuple[Company, Engagement | None, list[Workplace]]:
    """Give the company, our relation to it if we have one, and the workplaces that we know of; in one question.

    Raises as get_company() does.
    """
    query = select(Company, Engagement, Workplace).outerjoin(Engagement, Engagement.company_id == Company.id)
    query = query.outerjoin(Workplace, Workplace.company_id == Company.id).options(joinedload(Engagement.owner))
    found = db.session.execute(query.where(Company.id == company_id).order_by(Workplace.id)).all()
    if not found:
        raise NotFoundError
    company, engagement, _first = found[0]
    if engagement is None and not company.has_number:
        merging.check_is_known(company_id)
    return company, engagement, [workplace for _company, _ours, workplace in found if workplace is not None]


def list_people(company_id: int, *, with_protected: bool = False) -> list[Person]:
    """List the active people of a company in Swedish order; those with protected identity only when asked for."""
    return list(db.session.scalars(_people_of(select(Person), company_id, with_protected)))


def list_people_met(company_id: int, *, with_protected: bool = False) -> list[tuple[Person, date | None]]:
    """List the people of a company as list_people() does, each with the day of our latest contact with them."""
    link = interaction_person.c
    # An outer join, since SQLite would begin an inner one with all contacts of ours, anew for each person.
    is_one = and_(Interaction.id == link.interaction_id, reached())
    latest = select(func.max(Interaction.happened_on)).outerjoin_from(interaction_person, Interaction, is_one)
    latest = latest.where(link.person_id == Person.id)
    people = _people_of(select(Person, latest.scalar_subquery()), company_id, with_protected)
    return [(person, day or person.last_met_on) for person, day in db.session.execute(people)]


def _people_of(query: Select[*tuple[Any, ...]], company_id: int, with_protected: bool) -> Select[*tuple[Any, ...]]:
    query = query.where(Person.company_id == company_id, Person.is_active)
    if not with_protected:
        query = query.where(Person.is_protected.is_(False))
    return query.order_by(Person.sort_key, Person.id)


def get_person(person_id: int, *, with_protected: bool = False) -> Person:
    """Give the person, or raise NotFoundError, also for a protected one when that is not asked for."""
    person = db.session.scalars(select(Person).where(Person.id == person_id)).one_or_none()
    if person is None and (kept_id := merging.find_kept(MergeKind.PERSON, person_id)) is not None:
        raise MovedError("person_id", person_id, kept_id)
    if person is None or (person.is_protected and not with_protected):
        raise NotFoundError
    return person


def list_interactions(company_id: int, *, before: int | None = None, limit: int = PAGE) -> InteractionPage:
    """List the contacts with a company, newest first, from below a contact on."""
    query = select(Interaction).options(joinedload(Interaction.logged_by))
    return _page_of(query.where(Interaction.company_id == company_id), before, limit)


def list_history(company_id: int) -> Sequence[AuditEvent]:
    """List what we did to a company and to all that we know of it, newest first."""
    parts = (Engagement, Workplace, Person, Interaction, Task)
    things: list[tuple[type[Base], Select[Any]]] = [(Company, select(Company.id).where(Company.id == company_id))]
    things += [(part, select(part.id).where(part.company_id == company_id)) for part in parts]
    things += [(SizeStatus, select(SizeStatus.id).where(SizeStatus.company_id == company_id))]
    things += [(SizeFigures, select(SizeFigures.id).where(SizeFigures.company_id == company_id))]
    is_end = or_(Ownership.owned_company_id == company_id, Ownership.owner_company_id == company_id)
    things += [(Ownership, select(Ownership.id).where(is_end))]
    return audit.history_of_all([*things, *merging.merges_into(company_id)])


def get_interaction(interaction_id: int) -> Interaction:
    """Give the contact, or raise NotFoundError."""
    query = (
        select(Interaction)
        .options(joinedload(Interaction.logged_by), joinedload(Interaction.company))
        .options(selectinload(Interaction.people), selectinload(Interaction.colleagues))
        .where(Interaction.id == interaction_id)
    )
    interaction = db.session.scalars(query).one_or_none()
    if interaction is None:
        raise NotFoundError
    return interaction


def find_last_contact_day(company_id: int) -> date | None:
    """Give the day of our latest contact with a company; a call that nobody answered is none."""
    query = select(func.max(Interaction.happened_on)).where(Interaction.company_id == company_id, reached())
    return db.session.scalar(query)


def with_user(user_id: int) -> ColumnElement[bool]:
    """Give the condition that one of us took part in a contact: logged it, or was there too."""
    link = interaction_colleague.c
    took_part = select(link.interaction_id).where(link.user_id == user_id)
    return or_(Interaction.logged_by_id == user_id, Interaction.id.in_(took_part))


def comes_along(user_id: int) -> ColumnElement[bool]:
    """Give the condition that one of us has a task to do, or comes along to a planned contact."""
    along = select(task_colleague.c.task_id).where(task_colleague.c.user_id == user_id)
    return or_(Task.owner_id == user_id, Task.id.in_(along))


def filtered_interactions(
    chosen: InteractionFilter, *, before: int | None = None, limit: int = PAGE
) -> InteractionPage:
    """List the contacts of a period, newest first, from below a contact on."""
    query = _chosen_interactions(select(Interaction), chosen, with_company=True).options(
        contains_eager(Interaction.company), joinedload(Interaction.logged_by), selectinload(Interaction.colleagues)
    )
    return _page_of(query, before, limit)


def _page_of(query: Select[Interaction], before: int | None, limit: int) -> InteractionPage:
    if before is not None:
        day = select(Interaction.happened_on).where(Interaction.id == before).scalar_subquery()
        query = query.where(tuple_(Interaction.happened_on, Interaction.id) < tuple_(day, before))
    newest_first = query.order_by(Interaction.happened_on.desc(), Interaction.id.desc())
    rows = list(db.session.scalars(newest_first.limit(limit + 1)))
    return InteractionPage(rows[:limit], rows[limit - 1].id if len(rows) > limit else None)


def count_interactions(chosen: InteractionFilter) -> int:
    """Count the contacts of a period."""
    return db.session.scalar(_chosen_interactions(select(func.count(Interaction.id)), chosen)) or 0


def count_companies_met(chosen: InteractionFilter) -> int:
    """Count the companies that had a contact in a period."""
    return db.session.scalar(_chosen_interactions(select(func.count(Interaction.company_id.distinct())), chosen)) or 0


def count_interactions_by_kind(chosen: InteractionFilter) -> dict[InteractionKind, int]:
    """Count the contacts of a period by how they took place."""
    query = _chosen_interactions(select(Interaction.kind, func.count(Interaction.id)), chosen)
    return {row[0]: row[1] for row in db.session.execute(query.group_by(Interaction.kind))}


def count_interactions_by_month(chosen: InteractionFilter) -> dict[date, tuple[int, int]]:
    """Count the contacts of a period, and the companies that had them, by the first day of each month that has any."""
    year, month = extract("year", Interaction.happened_on), extract("month", Interaction.happened_on)
    figures = select(year, month, func.count(Interaction.id), func.count(Interaction.company_id.distinct()))
    rows = db.session.execute(_chosen_interactions(figures, chosen).group_by(year, month))
    return {date(int(row[0]), int(row[1]), 1): (row[2], row[3]) for row in rows}


def count_companies_met_by_municipality(chosen: InteractionFilter) -> dict[str, int]:
    """Count the companies met in a period by municipality; those without a known one are left out."""
    met = _chosen_interactions(select(Interaction.company_id), chosen)
    figures = select(Company.municipality_code, func.count(Company.id)).where(Company.id.in_(met))
    rows = db.session.execute(figures.group_by(Company.municipality_code))
    return {code: count for code, count in rows if code}


def get_task(task_id: int) -> Task:
    """Give the task, or raise NotFoundError."""
    task = db.session.scalars(select(Task).where(Task.id == task_id)).one_or_none()
    if task is None:
        raise NotFoundError
    return task


def find_plan(task_id: int, company_id: int) -> Task | None:
    """Give a contact that is planned with a company and still to come, or nothing."""
    query = select(Task).options(selectinload(Task.colleagues))
    query = query.where(Task.id == task_id, Task.company_id == company_id)
    return db.session.scalars(query.where(Task.kind.is_not(None), Task.done_at.is_(None))).one_or_none()


def list_plans(company_id: int, user_id: int, *, limit: int = 3) -> list[Task]:
    """List the next contacts with a company that a person has planned or comes along to."""
    query = select(Task).where(Task.company_id == company_id, comes_along(user_id))
    query = query.where(Task.kind.is_not(None), Task.done_at.is_(None))
    return list(db.session.scalars(query.order_by(*by_time()).limit(limit)))


def find_planned_call(company_id: int, owner_id: int, *, until: date) -> Task | None:
    """Give the first call to a company that a person has planned up to a day, or nothing."""
    query = select(Task).where(Task.company_id == company_id, Task.owner_id == owner_id, Task.due_on <= until)
    query = query.where(Task.kind == InteractionKind.CALL, Task.done_at.is_(None))
    return db.session.scalars(query.order_by(Task.due_on, Task.id).limit(1)).one_or_none()


def list_open_tasks(owner_id: int, *, until: date, limit: int = 50) -> list[Task]:
    """List what a person has left to do by a day or comes along to, the most pressing first."""
    query = (
        select(Task)
        .options(joinedload(Task.company))
        .where(comes_along(owner_id), Task.done_at.is_(None), Task.due_on <= until)
    )
    return list(db.session.scalars(query.order_by(*by_time()).limit(limit)))


def list_tasks_of_company(company_id: int) -> list[Task]:
    """List what is left to do about a company."""
    query = select(Task).options(joinedload(Task.owner))
    query = query.where(Task.company_id == company_id, Task.done_at.is_(None))
    return list(db.session.scalars(query.order_by(*by_time())))


def last_company_of(user_id: int) -> Company | None:
    """Give the company that a person logged a contact with last."""
    query = (
        select(Company)
        .join(Interaction, Interaction.company_id == Company.id)
        .where(Interaction.logged_by_id == user_id)
        .order_by(Interaction.id.desc())
        .limit(1)
    )
    return db.session.scalars(query).one_or_none()


def _chosen_interactions(query: Select, chosen: InteractionFilter, *, with_company: bool = False) -> Select:
    # Figures over a year of contacts are read from their index alone, unless something is asked about the companies.
    if with_company or chosen.municipality_code:
        query = query.join_from(Interaction, Company, Interaction.company_id == Company.id)
    query = query.where(Interaction.happened_on.between(chosen.first, chosen.last))
    query = query.where(Interaction.kind == chosen.kind if chosen.kind else reached())
    if chosen.municipality_code:
        query = query.where(Company.municipality_code == chosen.municipality_code)
    if chosen.user_id:
        query = query.where(with_user(chosen.user_id))
    return query
