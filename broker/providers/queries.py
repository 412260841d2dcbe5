"""Reads providers, their offerings and how their vetting stands."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Select, Text, func, literal, select, tuple_, type_coerce, union_all
from sqlalchemy.orm import joinedload, selectinload

from broker import audit, clock
from broker.errors import NotFoundError
from broker.extensions import db
from broker.formatting import organisation_number
from broker.providers import vetting
from broker.providers.hearings.models import VettingStep
from broker.providers.hearings.queue import Waiting, find_waiting
from broker.providers.hearings.standing import Cure, Outcome, StepKind, read_standing
from broker.providers.models import Language, Mode, Offering, Provider, ProviderKind, VettingCheck
from broker.providers.vetting import VettingStatus
from broker.reference import queries as reference
from broker.reference.models import DocumentKind
from broker.swedish import like_pattern, search_key

PAGE = 50
_FACTS = ("has_employees", "gives_certificates", "is_paused")


@dataclass(frozen=True)
class Listed:
    """A provider in a list, with how its vetting stands."""

    provider: Provider
    status: VettingStatus


@dataclass(frozen=True)
class WaitingProvider:
    """A provider whose vetting waits for somebody, and for what."""

    provider: Provider
    status: VettingStatus
    waiting: Waiting


@dataclass(frozen=True)
class LatestCheck:
    """The check that counts for one item of one provider."""

    item_id: str
    result: str
    checked_on: date
    valid_to: date | None
    created_at: datetime


@dataclass(frozen=True)
class TakenStep:
    """What a status needs to know of a step."""

    kind: StepKind
    happened_on: date
    until: date | None
    item_ids: str
    outcome: Outcome | None
    cure: Cure | None
    created_at: datetime


@dataclass
class _Known:
    checks: list[LatestCheck]
    steps: list[TakenStep]


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
    """List every provider as key and name, in Swedish order; those of one name with what tells them apart."""
    query = select(Provider.id, Provider.name, Provider.organisation_number, Provider.municipality_code)
    rows = db.session.execute(query.order_by(Provider.sort_key, Provider.id)).all()
    names = Counter(row.name for row in rows)
    return [(row.id, row.name if names[row.name] == 1 else told_apart(row)) for row in rows]


def list_register(
    *,
    today: date,
    search: str = "",
    topic_id: str | None = None,
    status_id: str | None = None,
    kind: str | None = None,
    language: str | None = None,
    place: str | None = None,
    after: int | None = None,
) -> Page:
    """List a part of the register in Swedish order, of those with an offering in this topic, language and place.

    A status is computed, and languages and reach are of the offerings, so these are filtered after reading.
    """
    query = _register(search, topic_id)
    if kind:
        query = query.where(Provider.kind == ProviderKind(kind))
    if not (status_id or language or place):
        count = db.session.scalar(select(func.count()).select_from(query.subquery())) or 0
        rows = _listed(_after(query, after).limit(PAGE + 1), today)
    else:
        fitting = [
            row
            for row in _listed(query, today)
            if status_id in (None, row.status.id) and _has_offering(row.provider, topic_id, language, place)
        ]
        count = len(fitting)
        places = [place for place, row in enumerate(fitting) if row.provider.id == after]
        rows = fitting[places[0] + 1 :] if places else fitting
    return Page(rows[:PAGE], count, rows[PAGE - 1].provider.id if len(rows) > PAGE else None)


def count_kinds_and_languages() -> dict[StrEnum, int]:
    """Count the providers of each kind and those that teach in each language; what nobody has is left out."""
    kinds = select(Provider.kind, func.count()).where(Provider.kind.is_not(None)).group_by(Provider.kind)
    counts: Counter[StrEnum] = Counter({row[0]: row[1] for row in db.session.execute(kinds) if row[0]})
    taught: dict[int, set[str]] = defaultdict(set)
    for provider_id, languages in db.session.execute(select(Offering.provider_id, Offering.languages)):
        taught[provider_id].update(languages)
    counts.update(Language(language) for languages in taught.values() for language in languages)
    return dict(counts)


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


def list_all() -> list[Provider]:
    """List every provider in scope with its offerings."""
    return list(db.session.scalars(select(Provider).options(selectinload(Provider.offerings)).order_by(Provider.id)))


def statuses_of(
    providers: Sequence[Provider], *, today: date, document: Mapping[str, Any] | None = None
) -> dict[int, VettingStatus]:
    """Give how the vetting of these providers stands, by their keys; their offerings should be loaded.

    With a document they are judged by that list instead of the one in force.
    """
    modes = {provider.id: {mode for row in provider.offerings for mode in row.modes} for provider in providers}
    return _assess_all(providers, modes, today, document)


def status_of(provider: Provider, *, today: date) -> VettingStatus:
    """Give how the vetting of one provider stands."""
    return statuses_of([provider], today=today)[provider.id]


def status_on(provider: Provider, day: date) -> VettingStatus:
    """Give how the vetting of a provider stood when a day ended, by what was recorded then and the list of that day."""
    known = _known([provider.id], clock.end_of(day))[provider.id]
    modes = {mode for row in provider.offerings for mode in row.modes}
    facts = _facts_on(provider, day)
    return _assess(facts, known, vetting_document(day), modes, day)


def list_waiting(today: date) -> list[WaitingProvider]:
    """List the providers whose vetting waits for somebody, the earliest day first; three queries."""
    query = select(Provider).options(joinedload(Provider.offerings)).where(Provider.is_paused.is_(False))
    providers = list(db.session.scalars(query).unique())
    statuses = statuses_of(providers, today=today)
    found = [
        WaitingProvider(provider, statuses[provider.id], waiting)
        for provider in providers
        if (waiting := find_waiting(statuses[provider.id]))
    ]
    return sorted(found, key=lambda row: (row.waiting.day, row.provider.sort_key, row.provider.id))


def list_checks(provider: Provider, *, until: date | None = None) -> list[VettingCheck]:
    """List every check of a provider with who made it, oldest day first; with a day those recorded by its end."""
    query = select(VettingCheck).options(joinedload(VettingCheck.checked_by))
    query = query.where(VettingCheck.provider_id == provider.id)
    if until:
        query = query.where(VettingCheck.created_at < clock.end_of(until))
    return list(db.session.scalars(query.order_by(VettingCheck.checked_on, VettingCheck.id)))


def vetting_document(today: date) -> Mapping[str, Any]:
    """Give the vetting list that is valid on a day."""
    return reference.get_document(DocumentKind.VETTING, on=today).content


def told_apart(row: Any) -> str:
    """Give the name of a provider with what tells it from another of the same name: number and place."""
    place = reference.municipality_name(row.municipality_code)
    return ", ".join(filter(None, [row.name, organisation_number(row.organisation_number), place]))


def _register(search: str, topic_id: str | None) -> Select[Provider]:
    query = select(Provider).options(selectinload(Provider.offerings))
    if key := search_key(search):
        query = query.where(Provider.name_key.like(f"%{like_pattern(key)}%", escape="\\"))
    if topic_id:
        query = query.where(Provider.id.in_(select(Offering.provider_id).where(Offering.topic_id == topic_id)))
    return query


def _has_offering(provider: Provider, topic_id: str | None, language: str | None, place: str | None) -> bool:
    if not (language or place):
        return True
    return any(
        topic_id in (None, row.topic_id)
        and (language is None or language in row.languages)
        and (place is None or row.reaches(place))
        for row in provider.offerings
    )


def _after(query: Select[Provider], provider_id: int | None) -> Select[Provider]:
    start = select(Provider.sort_key, Provider.id).where(Provider.id == provider_id)
    key = db.session.execute(start).one_or_none() if provider_id is not None else None
    return query if key is None else query.where(tuple_(Provider.sort_key, Provider.id) > tuple_(*key))


def _listed(query: Select[Provider], today: date) -> list[Listed]:
    providers = list(db.session.scalars(query.order_by(Provider.sort_key, Provider.id)))
    statuses = statuses_of(providers, today=today)
    return [Listed(provider, statuses[provider.id]) for provider in providers]


def _assess_all(
    providers: Iterable[Provider],
    modes: Mapping[int, set[str]],
    today: date,
    document: Mapping[str, Any] | None = None,
) -> dict[int, VettingStatus]:
    by_id = {provider.id: provider for provider in providers}
    document = document or vetting_document(today)
    known = _known(list(by_id))
    return {
        key: _assess(
            {name: getattr(provider, name) for name in _FACTS}, known[key], document, modes.get(key, set()), today
        )
        for key, provider in by_id.items()
    }


def _assess(
    facts: Mapping[str, bool], known: _Known, document: Mapping[str, Any], modes: set[str], today: date
) -> VettingStatus:
    return vetting.assess(
        known.checks,
        document,
        today=today,
        gives_distance=bool(modes & {Mode.DISTANCE.value, Mode.BLENDED.value}),
        standing=read_standing(known.steps),
        **facts,
    )


def _facts_on(provider: Provider, day: date) -> dict[str, bool]:
    facts = {name: getattr(provider, name) for name in _FACTS}
    for event in reversed(audit.changes_since(provider, clock.end_of(day))):
        for name, (before, _after) in event.facts.get("changes", {}).items():
            if name in facts:
                facts[name] = before
    return facts


def _known(provider_ids: Sequence[int], before: datetime | None = None) -> dict[int, _Known]:
    """Give the check that counts for each item, and the steps in their order, of each provider; one query.

    With a moment only what had been recorded before it.
    """
    of_checks, of_steps = (
        [kind.provider_id.in_(provider_ids), *([kind.created_at < before] if before else [])]
        for kind in (VettingCheck, VettingStep)
    )
    order = func.row_number().over(
        partition_by=(VettingCheck.provider_id, VettingCheck.item_id),
        order_by=(VettingCheck.checked_on.desc(), VettingCheck.id.desc()),
    )
    ranked = select(VettingCheck.id, order.label("place")).where(*of_checks).subquery()
    checks = select(
        VettingCheck.provider_id,
        literal("").label("kind"),
        VettingCheck.id.label("number"),
        VettingCheck.item_id.label("about"),
        VettingCheck.result,
        VettingCheck.checked_on.label("day"),
        VettingCheck.valid_to.label("until"),
        VettingCheck.created_at,
    ).where(VettingCheck.id.in_(select(ranked.c.id).where(ranked.c.place == 1)))
    steps = select(
        VettingStep.provider_id,
        type_coerce(VettingStep.kind, Text),
        VettingStep.id,
        VettingStep.item_ids,
        func.coalesce(type_coerce(VettingStep.outcome, Text), type_coerce(VettingStep.cure, Text)),
        VettingStep.happened_on,
        VettingStep.until,
        VettingStep.created_at,
    ).where(*of_steps)
    found = union_all(checks, steps).subquery()
    known: dict[int, _Known] = defaultdict(lambda: _Known([], []))
    # Steps are few and checks many, so only the steps are put in order, and not by the database.
    taken = []
    for row in db.session.execute(select(found)):
        if row.kind:
            taken.append(row)
        else:
            check = LatestCheck(row.about, row.result, row.day, row.until, row.created_at)
            known[row.provider_id].checks.append(check)
    for row in sorted(taken, key=lambda row: row.number):
        known[row.provider_id].steps.append(_step_of(row))
    return known


def _step_of(row: Any) -> TakenStep:
    kind = StepKind(row.kind)
    outcome = Outcome(row.result) if kind is StepKind.DECIDED else None
    cure = Cure(row.result) if kind is StepKind.ASSESSED else None
    return TakenStep(kind, row.day, row.until, row.about, outcome, cure, row.created_at)


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
