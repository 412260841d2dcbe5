"""Reads needs, their sums, and the cohorts that they are taught in."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ScalarSelect, Select, Subquery, case, distinct, extract, func, or_, select, tuple_
from sqlalchemy.orm import joinedload, lazyload, selectinload

from broker.accounts import queries as accounts
from broker.companies import queries as companies
from broker.companies.models import Company, Interaction
from broker.companies.narrowing import reached
from broker.errors import NotFoundError
from broker.extensions import db
from broker.needs.half_years import LAST_MONTH_OF_SPRING, HalfYear, first_and_last_day, middle_day
from broker.needs.models import WAITING, Cohort, CohortNeed, CohortStatus, Need, NeedStatus
from broker.needs.planning import CohortRules, read_rules
from broker.providers import queries as providers
from broker.providers.models import Offering, Provider
from broker.providers.vetting import VettingStatus, may_be_used
from broker.reference import queries as reference
from broker.reference.models import DocumentKind
from broker.swedish import company_key, like_pattern, search_key
from broker.topics import queries as topics

PAGE = 50
_LATEST_CONTACTS = 10
_COUNTED: Sequence[Any] = (Need.participants.label("people"), Need.women, Need.men, Need.unknown_sex)
_MIDDLE = middle_day(Need.earliest_on, Need.latest_on)


@dataclass(frozen=True)
class NeedFilter:
    """What a list of needs is narrowed to; every part may be left out."""

    text: str | None = None
    topic_id: str | None = None
    municipality_code: str | None = None
    status: NeedStatus | None = None
    half_year: HalfYear | None = None
    owner_id: int | None = None


@dataclass(frozen=True)
class Page:
    """A part of the needs, and the key before which the next part begins."""

    rows: list[Need]
    next_before: int | None


@dataclass(frozen=True)
class Count:
    """How many needs a list has, and whose and where they are."""

    companies: int
    people: int
    women: int
    men: int
    unknown_sex: int
    needs: int
    municipalities: int
    identified: int


@dataclass(frozen=True)
class CohortPage:
    """A part of the cohorts, and the key of the cohort after which the next part begins."""

    rows: list[Cohort]
    next_after: int | None


@dataclass(frozen=True)
class NeedSum:
    """The same topic over companies and municipalities, for one half-year or for all time."""

    topic_id: str
    half_year: HalfYear | None
    companies: int
    people: int
    women: int
    men: int
    unknown_sex: int
    needs: int
    municipalities: int

    @property
    def topic_label(self) -> str:
        """Give the topic in words."""
        return topics.topic_label(self.topic_id)


@dataclass(frozen=True)
class UsableOffering:
    """An offering of a provider that may be used, with how its vetting stands."""

    offering: Offering
    status: VettingStatus

    @property
    def vetted_until(self) -> date | None:
        """Give the last day of the vetting, or None when it has no end."""
        return self.status.next_expiry

    @property
    def usable_until(self) -> date | None:
        """Give the last day on which it is both vetted and given, or None when there is no end."""
        ends = [day for day in (self.vetted_until, self.offering.valid_to) if day]
        return min(ends, default=None)


def get_need(need_id: int) -> Need:
    """Give the need with its company and the contact in which it was told, or raise NotFoundError."""
    query = select(Need).options(joinedload(Need.company), joinedload(Need.interaction), joinedload(Need.owner))
    query = query.where(Need.id == need_id)
    need = db.session.scalars(query).one_or_none()
    if need is None:
        raise NotFoundError
    return need


def list_needs(chosen: NeedFilter, *, before: int | None = None, limit: int = PAGE) -> Page:
    """List needs, the newest first, from a key on."""
    query = narrowed(select(Need).options(joinedload(Need.company)), chosen)
    if before is not None:
        query = query.where(Need.id < before)
    rows = list(db.session.scalars(query.order_by(Need.id.desc()).limit(limit + 1)))
    return Page(rows[:limit], rows[limit - 1].id if len(rows) > limit else None)


def count_identified() -> int:
    """Count the needs that are still to be made clear."""
    return db.session.scalar(select(func.count(Need.id)).where(Need.status == NeedStatus.IDENTIFIED)) or 0


def count_needs(chosen: NeedFilter) -> Count:
    """Count what a list would show."""
    columns = Need.id, Need.company_id, Need.municipality_code, *_COUNTED, Need.status
    rows = narrowed(select(Need), chosen).with_only_columns(*columns).subquery()
    identified = func.count(case((rows.c.status == NeedStatus.IDENTIFIED, rows.c.id)))
    counted: Sequence[Any] = db.session.execute(select(*_figures(rows), identified)).one()
    return Count(*counted)


def count_for_week(user_id: int, first: date, last: date, *also: ScalarSelect[int]) -> tuple[int, ...]:
    """Count, in one question, a person's contacts of a period, our clear needs, the others that wait, what is added."""
    contacts = select(func.count(Interaction.id)).where(
        companies.with_user(user_id), Interaction.happened_on.between(first, last), reached()
    )
    clear, unclear = (
        select(func.count(Need.id)).where(Need.status == status).scalar_subquery()
        for status in (NeedStatus.CLARIFIED, NeedStatus.IDENTIFIED)
    )
    return tuple(db.session.execute(select(contacts.scalar_subquery(), clear, unclear, *also)).one())


def list_contacts_to_choose(company_id: int, chosen_id: int | None) -> list[Interaction]:
    """List a company's latest contacts and the chosen one; raises NotFoundError for one with another company."""
    found = companies.list_interactions(company_id, limit=_LATEST_CONTACTS).rows
    if chosen_id is None or chosen_id in {contact.id for contact in found}:
        return found
    chosen = companies.get_interaction(chosen_id)
    if chosen.company_id != company_id:
        raise NotFoundError
    return [*found, chosen]


def list_needs_of_company(company_id: int) -> list[Need]:
    """List a company's needs, the newest first."""
    query = select(Need).options(joinedload(Need.company)).where(Need.company_id == company_id)
    return list(db.session.scalars(query.order_by(Need.id.desc())))


def list_open_needs(need_ids: Iterable[int] | None = None, *, topic_id: str | None = None) -> list[Need]:
    """List the clear needs that wait for training, or those of them with these keys or of this topic."""
    query = select(Need).options(joinedload(Need.company)).where(Need.status == NeedStatus.CLARIFIED)
    if need_ids is not None:
        query = query.where(Need.id.in_(list(need_ids)))
    if topic_id is not None:
        query = query.where(Need.topic_id == topic_id)
    return list(db.session.scalars(query.order_by(Need.id)))


def sum_needs() -> list[NeedSum]:
    """Sum the clear needs by topic, the topic with most people first; one query."""
    rows = _open_with_half_year()
    query = _summed(rows, rows.c.topic_id)
    return _sorted_sums(NeedSum(row[0], None, *row[1:]) for row in db.session.execute(query))


def sum_needs_by_half_year(topic_id: str | None = None) -> list[NeedSum]:
    """Sum the clear needs, of all topics or of one, by topic and the half-year of their middle day; one query."""
    rows = _open_with_half_year(topic_id)
    query = _summed(rows, rows.c.topic_id, rows.c.year, rows.c.half)
    return _sorted_sums(NeedSum(row[0], (int(row[1]), int(row[2])), *row[3:]) for row in db.session.execute(query))


def list_placed_parts(need_ids: Iterable[int]) -> list[CohortNeed]:
    """List the parts of these needs that sit in cohorts, or have been taught in one."""
    query = (
        select(CohortNeed)
        .join(CohortNeed.cohort)
        .options(joinedload(CohortNeed.cohort))
        .where(CohortNeed.need_id.in_(list(need_ids)), Cohort.status != CohortStatus.DISSOLVED)
        .order_by(CohortNeed.id)
    )
    return list(db.session.scalars(query))


def lock_cohort(cohort_id: int) -> Cohort:
    """Let nobody else change the cohort until the transaction ends, and give it as it is now."""
    query = select(Cohort).options(lazyload("*")).where(Cohort.id == cohort_id).with_for_update(of=Cohort)
    return db.session.scalars(query.execution_options(populate_existing=True)).one()


def get_cohort(cohort_id: int) -> Cohort:
    """Give the cohort with its needs and their companies, or raise NotFoundError."""
    cohort = db.session.scalars(_cohorts().where(Cohort.id == cohort_id)).one_or_none()
    if cohort is None:
        raise NotFoundError
    return cohort


def list_cohorts(
    *, status: CohortStatus = CohortStatus.FORMED, after: int | None = None, limit: int = PAGE
) -> CohortPage:
    """List the cohorts with their needs and companies, the next to start first, from below a cohort on."""
    query = _cohorts().where(Cohort.status == status)
    if after is not None:
        day = select(Cohort.starts_on).where(Cohort.id == after).scalar_subquery()
        query = query.where(tuple_(Cohort.starts_on, Cohort.id) > tuple_(day, after))
    rows = list(db.session.scalars(query.order_by(Cohort.starts_on, Cohort.id).limit(limit + 1)))
    return CohortPage(rows[:limit], rows[limit - 1].id if len(rows) > limit else None)


def list_cohorts_of_need(need_id: int) -> list[Cohort]:
    """List the cohorts that a need is or has been in, the newest first."""
    query = _cohorts().where(Cohort.id.in_(select(CohortNeed.cohort_id).where(CohortNeed.need_id == need_id)))
    return list(db.session.scalars(query.order_by(Cohort.id.desc())))


def list_usable_offerings(today: date) -> list[UsableOffering]:
    """List what the vetted providers in use can give from today on; the queries are few however many they are."""
    with_providers = selectinload(Provider.offerings).joinedload(Offering.provider)
    query = select(Provider).options(with_providers).where(Provider.is_paused.is_(False))
    found = list(db.session.scalars(query.order_by(Provider.sort_key, Provider.id)))
    statuses = providers.statuses_of(found, today=today)
    return [
        UsableOffering(offering, statuses[provider.id])
        for provider in found
        if may_be_used(statuses[provider.id])
        for offering in provider.offerings
        if offering.valid_to is None or offering.valid_to >= today
    ]


def venue_codes(organisation_id: int) -> set[str]:
    """Give where courses can be held: the organisation's municipalities and those with clear needs."""
    query = select(Need.municipality_code).where(Need.status == NeedStatus.CLARIFIED).distinct()
    return {*db.session.scalars(query), *accounts.get_organisation(organisation_id).municipality_codes}


def cohort_rules(today: date) -> CohortRules:
    """Give the rules for cohorts that are valid on a day."""
    return read_rules(reference.get_document(DocumentKind.COHORT_RULES, on=today).content)


def _cohorts() -> Select[Any]:
    return select(Cohort).options(
        joinedload(Cohort.offering).joinedload(Offering.provider),
        selectinload(Cohort.members).joinedload(CohortNeed.need).joinedload(Need.company),
    )


def _open_with_half_year(topic_id: str | None = None) -> Subquery:
    # A subquery, because PostgreSQL does not see that two expressions with parameters of their own are the same.
    half = case((extract("month", _MIDDLE) <= LAST_MONTH_OF_SPRING, 1), else_=2)
    columns = (Need.id, Need.topic_id, Need.company_id, Need.municipality_code, *_COUNTED)
    query = select(*columns, extract("year", _MIDDLE).label("year"), half.label("half"))
    return narrowed(query, NeedFilter(topic_id=topic_id, status=NeedStatus.CLARIFIED)).subquery()


def _summed(rows: Subquery, *keys: Any) -> Select[Any]:
    return select(*keys, *_figures(rows)).group_by(*keys)


def _figures(rows: Subquery) -> Sequence[Any]:
    return (
        func.count(distinct(rows.c.company_id)),
        *(func.coalesce(func.sum(rows.c[name]), 0) for name in ("people", "women", "men", "unknown_sex")),
        func.count(rows.c.id),
        func.count(distinct(rows.c.municipality_code)),
    )


def _sorted_sums(sums: Iterable[NeedSum]) -> list[NeedSum]:
    return sorted(sums, key=lambda row: (-row.people, row.topic_id, row.half_year or (0, 0)))


def narrowed(query: Select[Any], chosen: NeedFilter) -> Select[Any]:
    """Give a question about needs narrowed by a filter."""
    if chosen.topic_id:
        query = query.where(Need.topic_id == chosen.topic_id)
    if chosen.municipality_code:
        query = query.where(Need.municipality_code == chosen.municipality_code)
    if chosen.status:
        query = query.where(Need.status == chosen.status)
    if chosen.owner_id:
        query = query.where(Need.owner_id == chosen.owner_id)
    if chosen.half_year:
        first, last = first_and_last_day(chosen.half_year)
        query = query.where(_MIDDLE.between(first, last))
    return query.where(_matches(chosen.text)) if chosen.text else query


def _matches(text: str) -> Any:
    """Find the text in the company's name or among the words for the topic."""
    names = f"%{like_pattern(company_key(text) or search_key(text))}%"
    called = select(Company.id).where(Company.name_key.like(names, escape="\\"))
    return or_(Need.company_id.in_(called), Need.topic_id.in_(_topics_called(search_key(text))))


def _topics_called(key: str) -> Sequence[str]:
    return [
        topic.id
        for topic in topics.known_topics().values()
        if key and any(key in search_key(word) for word in (topic.label, *topic.aliases))
    ]


def keys_of_needs(topic_id: str) -> list[int]:
    """Give the keys of all needs with a topic, also of those that no longer wait."""
    return list(db.session.scalars(select(Need.id).where(Need.topic_id == topic_id).order_by(Need.id)))


def keys_of_cohorts(topic_id: str) -> list[int]:
    """Give the keys of all cohorts with a topic, also of those that are dissolved."""
    return list(db.session.scalars(select(Cohort.id).where(Cohort.topic_id == topic_id).order_by(Cohort.id)))


def list_needs_with(keys: Sequence[int]) -> list[Need]:
    """List the needs with these keys."""
    return list(db.session.scalars(select(Need).where(Need.id.in_(keys)).order_by(Need.id)))


def list_cohorts_with(keys: Sequence[int]) -> list[Cohort]:
    """List the cohorts with these keys."""
    return list(db.session.scalars(select(Cohort).where(Cohort.id.in_(keys)).order_by(Cohort.id)))


def list_splittable_needs(topic_id: str) -> list[Need]:
    """List the open needs with a topic of which no part sits in a cohort, the newest first."""
    placed = select(CohortNeed.need_id).join(CohortNeed.cohort).where(Cohort.status != CohortStatus.DISSOLVED)
    query = select(Need).options(joinedload(Need.company)).where(Need.topic_id == topic_id)
    free = query.where(Need.status.in_(WAITING), Need.id.not_in(placed))
    return list(db.session.scalars(free.order_by(Need.id.desc())))
