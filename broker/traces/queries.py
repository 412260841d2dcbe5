"""Reads agreements, and by the one door there is what another organisation's contacts may show."""

from calendar import isleap
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, SQLColumnExpression, and_, extract, func, literal, or_, select
from sqlalchemy.orm import aliased, joinedload

from broker import access, clock
from broker.access import Role
from broker.accounts import queries as accounts
from broker.accounts.models import Membership, Organisation, User
from broker.companies.models import Company, Interaction, InteractionKind, Task
from broker.companies.narrowing import reached
from broker.errors import NotFoundError
from broker.extensions import db
from broker.reference import queries as reference
from broker.reference.models import DocumentKind
from broker.swedish import sort_key
from broker.traces.models import (
    Agreement,
    AgreementState,
    Colleague,
    Trace,
    TraceQuestion,
    UntoldVisit,
    VisitNotice,
)

_MOST_QUESTIONS = 5


@dataclass(frozen=True)
class TraceRules:
    """How far back contacts are shown, how long an agreement may last, and how often a person may ask."""

    months: int
    longest_years: int
    window: timedelta
    per_person: int


@dataclass(frozen=True)
class Neighbour:
    """An organisation that we exchange traces with, and the first day that it shows."""

    id: int
    name: str
    since: date


def trace_rules(today: date) -> TraceRules:
    """Give the rules that are valid on a day."""
    content: dict[str, Any] = reference.get_document(DocumentKind.TRACE_RULES, on=today).content
    return TraceRules(
        months=content["months"],
        longest_years=content["longest_years"],
        window=timedelta(minutes=content["questions"]["window_minutes"]),
        per_person=content["questions"]["per_person"],
    )


def last_day(first: date, years: int) -> date:
    """Give the last day of so many whole years from a day: 1 March to the last of February."""
    year = first.year + years
    if year > date.max.year:
        return date.max
    # A year from 29 February is over when March begins.
    is_leap_day = (first.month, first.day) == (2, 29) and not isleap(year)
    return (date(year, 3, 1) if is_leap_day else first.replace(year=year)) - timedelta(days=1)


def list_agreements() -> list[Agreement]:
    """List our agreements with others and the proposals, the newest first."""
    query = select(Agreement).options(joinedload(Agreement.proposer), joinedload(Agreement.receiver))
    return list(db.session.scalars(query.order_by(Agreement.id.desc())))


def get_agreement(agreement_id: int, *, to_change: bool = False) -> Agreement:
    """Give an agreement of ours, or raise NotFoundError; nobody else changes what is read to be changed."""
    query = (
        select(Agreement)
        .options(joinedload(Agreement.proposer), joinedload(Agreement.receiver))
        .where(Agreement.id == agreement_id)
    )
    if to_change:
        query = query.with_for_update(of=Agreement)
    agreement = db.session.scalars(query).one_or_none()
    if agreement is None:
        raise NotFoundError
    return agreement


def find_agreement(
    other: Organisation, states: Sequence[AgreementState], *, first: date, last: date
) -> Agreement | None:
    """Give what we have with another organisation in one of these states for some of these days, if anything."""
    query = select(Agreement).where(
        or_(Agreement.proposer_id == other.id, Agreement.receiver_id == other.id),
        Agreement.state.in_(states),
        Agreement.starts_on <= last,
        Agreement.ends_on >= first,
    )
    return db.session.scalars(query.limit(1)).one_or_none()


def list_possible_neighbours() -> list[Organisation]:
    """List everybody else in the installation, in Swedish order."""
    own = access.organisation_in_scope()
    return [organisation for organisation in accounts.list_organisations() if organisation.id != own]


def in_force(company: Company, today: date) -> ColumnElement[bool]:
    """Give the condition that an agreement counts on a day, also for this company.

    A sole trader is a person: what we hand out about one is personal data, so the agreement must say that it is meant.
    """
    return and_(_counts(today), Agreement.has_sole_traders) if company.is_sole_trader else _counts(today)


def _counts(today: date) -> ColumnElement[bool]:
    return and_(Agreement.state == AgreementState.ACCEPTED, Agreement.starts_on <= today, Agreement.ends_on >= today)


def list_neighbours(company: Company) -> list[Neighbour]:
    """List the organisations that we exchange traces of a company with today, in Swedish order."""
    today = clock.today()
    query = (
        select(Agreement)
        .options(joinedload(Agreement.proposer), joinedload(Agreement.receiver))
        .where(in_force(company, today))
        .order_by(Agreement.months)
    )
    own = access.organisation_in_scope()
    found = {agreement.other(own): agreement.months for agreement in db.session.scalars(query)}
    rows = [Neighbour(other.id, other.name, _first_shown(today, months)) for other, months in found.items()]
    return sorted(rows, key=lambda row: (sort_key(row.name), row.id))


def list_traces(company: Company, neighbours: Sequence[Neighbour]) -> list[Trace]:
    """List what others show us of their contacts with a company, the newest month first.

    This is the one door to other organisations' contacts. Its own statement asks again for an agreement in force, and
    takes of a contact only whose it is, its kind, its day and who logged it; the day leaves here as a month.
    A call that nobody answered is no contact.
    """
    if not neighbours:
        return []
    query = (
        select(Interaction.organisation_id, Organisation.name, Interaction.kind, Interaction.happened_on, *_COLLEAGUE)
        .join(Organisation, Organisation.id == Interaction.organisation_id)
        .join(User, User.id == Interaction.logged_by_id)
        .outerjoin(Membership, _is_membership_in(Interaction.organisation_id))
        .where(
            Interaction.company_id == company.id,
            reached(),
            or_(*(_is_since(neighbour) for neighbour in neighbours)),
            _is_agreed_with(Interaction.organisation_id, company),
        )
        .order_by(Interaction.happened_on.desc(), Interaction.id.desc())
    )
    found: dict[tuple[date, int, InteractionKind], Trace] = {}
    for organisation_id, name, kind, day, *colleague in _read_across(query):
        month = day.replace(day=1)
        known = found.get((month, organisation_id, kind))
        if known is None or known.colleague is None:
            found[month, organisation_id, kind] = Trace(organisation_id, name, kind, month, _colleague(*colleague))
    # Within a month the order must not tell the days.
    kinds = list(InteractionKind)
    ordered = sorted(found.values(), key=lambda row: (sort_key(row.organisation_name), kinds.index(row.kind)))
    return sorted(ordered, key=lambda row: row.month, reverse=True)


def list_shared_visits(company: Company, neighbours: Sequence[Neighbour]) -> list[Trace]:
    """List the visits that others plan to a company in a month in which we plan one too; no other plans are shown."""
    if not neighbours:
        return []
    query = (
        select(_theirs.organisation_id, Organisation.name, _theirs.due_on, *_COLLEAGUE)
        .join(_ours, _is_same_visit(clock.today()))
        .join(Organisation, Organisation.id == _theirs.organisation_id)
        .join(User, User.id == _theirs.owner_id)
        .outerjoin(Membership, _is_membership_in(_theirs.organisation_id))
        .where(
            _ours.organisation_id == access.organisation_in_scope(),
            _theirs.company_id == company.id,
            _theirs.organisation_id.in_([neighbour.id for neighbour in neighbours]),
            _is_agreed_with(_theirs.organisation_id, company),
        )
    )
    found = {_visit(*row) for row in _read_across(query)}
    return sorted(found, key=lambda visit: (visit.month, sort_key(visit.organisation_name)))


def list_untold_visits() -> list[UntoldVisit]:
    """List, over all organisations, the planned visits whose owners do not know yet of another's in the same month."""
    today = clock.today()
    is_told = select(VisitNotice.id).where(
        VisitNotice.task_id == _ours.id,
        VisitNotice.other_task_id == _theirs.id,
        VisitNotice.owner_id == _ours.owner_id,
        _is_same_month(VisitNotice.month, _ours.due_on),
    )
    is_shown = or_(Company.identity_hash.is_(None), Agreement.has_sole_traders)
    query = (
        select(_ours.organisation_id, _ours.id, _theirs.id, _theirs.organisation_id, Organisation.name, _theirs.due_on)
        .add_columns(*_COLLEAGUE)
        .join(_theirs, _is_same_visit(today))
        .join(Company, Company.id == _ours.company_id)
        .join(Agreement, _is_between(_ours.organisation_id, _theirs.organisation_id))
        .join(Organisation, Organisation.id == _theirs.organisation_id)
        .join(User, User.id == _theirs.owner_id)
        .outerjoin(Membership, _is_membership_in(_theirs.organisation_id))
        .where(_counts(today), is_shown, ~is_told.exists())
        .order_by(_ours.id, _theirs.id)
    )
    with access.every_organisation():
        rows = db.session.execute(query).all()
    return [UntoldVisit(own_id, ours, theirs, _visit(*other)) for own_id, ours, theirs, *other in rows]


_ours, _theirs = aliased(Task), aliased(Task)
_COLLEAGUE = (User.id, User.name, User.email, User.is_active, Membership.roles)


def _visit(organisation_id: int, name: str, day: date, *colleague: Any) -> Trace:
    return Trace(organisation_id, name, InteractionKind.VISIT, day.replace(day=1), _colleague(*colleague))


def _colleague(user_id: int, name: str, email: str, is_active: bool, roles: list[Role] | None) -> Colleague | None:
    return Colleague(user_id, name, email) if is_active and roles else None


def _is_same_visit(today: date) -> ColumnElement[bool]:
    """Give the condition that two organisations plan a visit to one company in one month that is not over."""
    is_open = [
        and_(task.kind == InteractionKind.VISIT, task.done_at.is_(None), task.due_on >= today.replace(day=1))
        for task in (_ours, _theirs)
    ]
    is_same_company = _ours.company_id == _theirs.company_id
    return and_(is_same_company, *is_open, _is_same_month(_ours.due_on, _theirs.due_on))


def _is_same_month(one: SQLColumnExpression[date], other: SQLColumnExpression[date]) -> ColumnElement[bool]:
    return and_(*(extract(part, one) == extract(part, other) for part in ("year", "month")))


def _is_membership_in(organisation_id: SQLColumnExpression[int]) -> ColumnElement[bool]:
    return and_(Membership.user_id == User.id, Membership.organisation_id == organisation_id)


def _is_since(neighbour: Neighbour) -> ColumnElement[bool]:
    return and_(Interaction.organisation_id == neighbour.id, Interaction.happened_on >= neighbour.since)


def _is_agreed_with(organisation_id: SQLColumnExpression[int], company: Company) -> ColumnElement[bool]:
    is_between = _is_between(literal(access.organisation_in_scope()), organisation_id)
    return select(Agreement.id).where(is_between, in_force(company, clock.today())).exists()


def _is_between(one: SQLColumnExpression[int], other: SQLColumnExpression[int]) -> ColumnElement[bool]:
    return or_(
        and_(Agreement.proposer_id == one, Agreement.receiver_id == other),
        and_(Agreement.receiver_id == one, Agreement.proposer_id == other),
    )


def _read_across(query: Select[*tuple[Any, ...]]) -> list[Any]:
    # What waits to be stored belongs to the organisation in scope and is checked there, not here.
    with db.session.no_autoflush, access.every_organisation():
        return list(db.session.execute(query))


def _first_shown(today: date, months: int) -> date:
    """Give the first day of so many months, of which the present one is the last."""
    year, month = divmod(today.year * 12 + today.month - months, 12)
    return date(year, month + 1, 1)


def list_questions(company: Company, neighbour_id: int) -> list[TraceQuestion]:
    """List what we have asked an organisation about a company, the newest first."""
    query = (
        select(TraceQuestion)
        .options(joinedload(TraceQuestion.asked_by), joinedload(TraceQuestion.colleague))
        .where(
            TraceQuestion.company_id == company.id,
            TraceQuestion.receiver_id == neighbour_id,
        )
    )
    return list(db.session.scalars(query.order_by(TraceQuestion.id.desc()).limit(_MOST_QUESTIONS)))


def count_questions(user_id: int, *, since: datetime) -> int:
    """Count what a person has asked other organisations since a moment."""
    query = select(func.count(TraceQuestion.id)).where(
        TraceQuestion.asked_by_id == user_id, TraceQuestion.asked_at > since
    )
    return db.session.scalar(query) or 0
