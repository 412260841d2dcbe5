"""Reads providers, their offerings and how their vetting stands."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import Select, func, select, tuple_
from sqlalchemy.orm import joinedload, selectinload

from broker.errors import NotFoundError
from broker.extensions import db
from broker.providers import vetting
from broker.providers.models import Mode, Offering, Provider, VettingCheck
from broker.providers.vetting import VettingStatus
from broker.reference import queries as reference
from broker.reference.models import DocumentKind
from broker.swedish import like_pattern, search_key

PAGE = 50


@dataclass(frozen=True)
class Listed:
    """A provider in a list, with how its vetting stands."""

    provider: Provider
    status: VettingStatus


@dataclass(frozen=True)
class LatestCheck:
    """The check that counts for one item of one provider."""

    item_id: str
    result: str
    checked_on: date
    valid_to: date | None


@dataclass(frozen=True)
class Page:
    """A part of what was found, how much was found, and the provider after which the next part begins."""

    rows: list[Listed]
    count: int
    next_after: int | None


def get_provider(provider_id: int) -> Provider:
    """Give the provider with its offerings, or raise NotFoundError."""
    query = select(Provider).options(joinedload(Provider.offerings)).where(Provider.id == provider_id)
    provider = db.session.scalars(query).unique().one_or_none()
    if provider is None:
        raise NotFoundError
    return provider


def find_provider_by_number(organisation_number: str) -> Provider | None:
    """Give the provider with this organisation number in the register."""
    query = select(Provider).where(Provider.organisation_number == organisation_number)
    return db.session.scalars(query.order_by(Provider.id).limit(1)).one_or_none()


def list_provider_names() -> list[tuple[int, str]]:
    """List every provider as key and name, in Swedish order; for choices in forms."""
    query = select(Provider.id, Provider.name).order_by(Provider.sort_key, Provider.id)
    return [(row.id, row.name) for row in db.session.execute(query)]


def list_register(
    *,
    today: date,
    search: str = "",
    topic_id: str | None = None,
    status_id: str | None = None,
    after: int | None = None,
) -> Page:
    """List a part of the register in Swedish order; a status is computed, so it is filtered after reading."""
    query = _register(search, topic_id)
    if status_id is None:
        count = db.session.scalar(select(func.count()).select_from(query.subquery())) or 0
        rows = _listed(_after(query, after).limit(PAGE + 1), today)
    else:
        fitting = [row for row in _listed(query, today) if row.status.id == status_id]
        count = len(fitting)
        places = [place for place, row in enumerate(fitting) if row.provider.id == after]
        rows = fitting[places[0] + 1 :] if places else fitting
    return Page(rows[:PAGE], count, rows[PAGE - 1].provider.id if len(rows) > PAGE else None)


def list_with_status(*, today: date) -> list[Listed]:
    """List every provider with its offerings and vetting, in Swedish order; four queries."""
    return _listed(_register("", None), today)


def list_providers_for(topic_id: str, *, today: date) -> list[tuple[Provider, Offering, VettingStatus]]:
    """List who teaches a topic, each offering with its provider's vetting, in Swedish order; three queries."""
    teaching = select(Offering.provider_id).where(Offering.topic_id == topic_id)
    query = (
        select(Offering)
        .join(Offering.provider)
        .options(joinedload(Offering.provider))
        .where(Offering.provider_id.in_(teaching))
        .order_by(Provider.sort_key, Provider.id, Offering.id)
    )
    offerings = list(db.session.scalars(query))
    modes: dict[int, set[str]] = defaultdict(set)
    for offering in offerings:
        modes[offering.provider_id].update(offering.modes)
    providers = {offering.provider_id: offering.provider for offering in offerings}
    statuses = _assess_all(providers.values(), modes, today)
    return [
        (offering.provider, offering, statuses[offering.provider_id])
        for offering in offerings
        if offering.topic_id == topic_id
    ]


def statuses_of(providers: Sequence[Provider], *, today: date) -> dict[int, VettingStatus]:
    """Give how the vetting of these providers stands, by their keys; their offerings should be loaded."""
    modes = {provider.id: {mode for row in provider.offerings for mode in row.modes} for provider in providers}
    return _assess_all(providers, modes, today)


def status_of(provider: Provider, *, today: date) -> VettingStatus:
    """Give how the vetting of one provider stands."""
    return statuses_of([provider], today=today)[provider.id]


def list_expiring(today: date, days: int) -> list[tuple[Provider, date, VettingStatus]]:
    """List the providers in use whose vetting has run out or will within so many days, the most urgent first."""
    query = select(Provider).options(joinedload(Provider.offerings)).where(Provider.is_paused.is_(False))
    providers = list(db.session.scalars(query).unique())
    statuses = statuses_of(providers, today=today)
    found = [(provider, statuses[provider.id].next_expiry, statuses[provider.id]) for provider in providers]
    limit = today + timedelta(days=days)
    expiring = [(provider, expiry, status) for provider, expiry, status in found if expiry and expiry <= limit]
    return sorted(expiring, key=lambda row: (row[1], row[0].sort_key, row[0].id))


def list_checks(provider: Provider) -> list[VettingCheck]:
    """List every check of a provider with who made it, oldest day first."""
    query = select(VettingCheck).options(joinedload(VettingCheck.checked_by))
    query = query.where(VettingCheck.provider_id == provider.id)
    return list(db.session.scalars(query.order_by(VettingCheck.checked_on, VettingCheck.id)))


def vetting_document(today: date) -> Mapping[str, Any]:
    """Give the vetting list that is valid on a day."""
    return reference.get_document(DocumentKind.VETTING, on=today).content


def _register(search: str, topic_id: str | None) -> Select[Provider]:
    query = select(Provider).options(selectinload(Provider.offerings))
    if key := search_key(search):
        query = query.where(Provider.name_key.like(f"%{like_pattern(key)}%", escape="\\"))
    if topic_id:
        query = query.where(Provider.id.in_(select(Offering.provider_id).where(Offering.topic_id == topic_id)))
    return query


def _after(query: Select[Provider], provider_id: int | None) -> Select[Provider]:
    start = select(Provider.sort_key, Provider.id).where(Provider.id == provider_id)
    key = db.session.execute(start).one_or_none() if provider_id is not None else None
    return query if key is None else query.where(tuple_(Provider.sort_key, Provider.id) > tuple_(*key))


def _listed(query: Select[Provider], today: date) -> list[Listed]:
    providers = list(db.session.scalars(query.order_by(Provider.sort_key, Provider.id)))
    statuses = statuses_of(providers, today=today)
    return [Listed(provider, statuses[provider.id]) for provider in providers]


def _assess_all(providers: Iterable[Provider], modes: Mapping[int, set[str]], today: date) -> dict[int, VettingStatus]:
    by_id = {provider.id: provider for provider in providers}
    document = vetting_document(today)
    checks = _latest_checks(list(by_id))
    return {
        provider.id: vetting.assess(
            checks[provider.id],
            document,
            today=today,
            has_employees=provider.has_employees,
            gives_certificates=provider.gives_certificates,
            is_paused=provider.is_paused,
            gives_distance=bool(modes.get(provider.id, set()) & {Mode.DISTANCE.value, Mode.BLENDED.value}),
        )
        for provider in by_id.values()
    }


def _latest_checks(provider_ids: Sequence[int]) -> dict[int, list[LatestCheck]]:
    order = func.row_number().over(
        partition_by=(VettingCheck.provider_id, VettingCheck.item_id),
        order_by=(VettingCheck.checked_on.desc(), VettingCheck.id.desc()),
    )
    ranked = select(VettingCheck.id, order.label("place")).where(VettingCheck.provider_id.in_(provider_ids)).subquery()
    query = select(
        VettingCheck.provider_id,
        VettingCheck.item_id,
        VettingCheck.result,
        VettingCheck.checked_on,
        VettingCheck.valid_to,
    ).where(VettingCheck.id.in_(select(ranked.c.id).where(ranked.c.place == 1)))
    checks: dict[int, list[LatestCheck]] = defaultdict(list)
    for row in db.session.execute(query):
        checks[row.provider_id].append(LatestCheck(row.item_id, row.result, row.checked_on, row.valid_to))
    return checks


def get_offering(offering_id: int) -> Offering:
    """Give the offering with its provider and all that this one gives, or raise NotFoundError."""
    query = select(Offering).options(joinedload(Offering.provider).selectinload(Provider.offerings))
    offering = db.session.scalars(query.where(Offering.id == offering_id)).one_or_none()
    if offering is None:
        raise NotFoundError
    return offering


def keys_of_offerings(topic_id: str) -> list[int]:
    """Give the keys of all offerings with a topic."""
    return list(db.session.scalars(select(Offering.id).where(Offering.topic_id == topic_id).order_by(Offering.id)))


def list_offerings_with(keys: Sequence[int]) -> list[Offering]:
    """List the offerings with these keys, with their providers."""
    query = select(Offering).options(joinedload(Offering.provider)).where(Offering.id.in_(keys))
    return list(db.session.scalars(query.order_by(Offering.id)))
