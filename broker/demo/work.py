"""A year of work: relations, people, contacts, tasks and needs, streamed for one organisation at a time."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random
from typing import Any

from sqlalchemy import insert, select

from broker import clock
from broker.companies.models import (
    Company,
    Engagement,
    EngagementStatus,
    Interaction,
    InteractionKind,
    LegalBasis,
    Person,
    Task,
)
from broker.demo import words
from broker.demo.organisations import DemoOrganisation
from broker.demo.register import CHUNK, trade_of
from broker.extensions import db
from broker.needs.models import Barrier, Need, NeedStatus, Priority
from broker.providers.models import Language, Level, Mode
from broker.reference import queries as reference
from broker.swedish import search_key, sort_key

_DAYS = 365
_KINDS = (
    InteractionKind.CALL, InteractionKind.CALL, InteractionKind.VISIT, InteractionKind.VISIT, InteractionKind.EMAIL,
    InteractionKind.MEETING, InteractionKind.DIGITAL_MEETING, InteractionKind.EVENT,
)  # fmt: skip
_HOURS = {"T023": 40, "T024": 40, "T026": 40, "T062": 40, "T014": 35, "T001": 24, "T006": 16, "T018": 16, "T041": 16}


@dataclass(frozen=True)
class Amounts:
    """How much work each company stands for, on average."""

    interactions_per_company: float
    needs_per_company: float


def add_work(
    organisation: DemoOrganisation,
    companies: Sequence[tuple[int, str, str]],
    amounts: Amounts,
    random: Random,
    today: date,
) -> int:
    """Add a year of work with these companies (key, municipality, name); give how many contacts were stored."""
    interactions = 0
    for start in range(0, len(companies), CHUNK):
        chunk = companies[start : start + CHUNK]
        days = [_contact_days(amounts.interactions_per_company, random, today) for _company in chunk]
        engaged = [(company, found) for company, found in zip(chunk, days, strict=True) if found]
        if not engaged:
            continue
        db.session.execute(insert(Engagement), [_engagement(organisation, *pair, random) for pair in engaged])
        db.session.execute(insert(Person), [_person(organisation, company, random) for company, _days in engaged])
        contacts = [contact for pair in engaged for contact in _contacts(organisation, *pair, random)]
        db.session.execute(insert(Interaction), contacts)
        interactions += len(contacts)
        tasks = [_task(organisation, company, random, today) for company, _days in engaged if random.random() < 0.08]
        if tasks:
            db.session.execute(insert(Task), tasks)
        needs = [
            _need(organisation, company, random, today)
            for company in chunk
            for _number in range(_how_many(amounts.needs_per_company, random))
        ]
        if needs:
            db.session.execute(insert(Need), needs)
    return interactions


def companies_in(municipality_codes: Sequence[str]) -> Iterator[tuple[int, str, str]]:
    """Give the companies of these municipalities: key, municipality and name."""
    query = (
        select(Company.id, Company.municipality_code, Company.name)
        .where(Company.municipality_code.in_(municipality_codes))
        .order_by(Company.id)
    )
    yield from ((key, code or "", name) for key, code, name in db.session.execute(query))


def _contact_days(average: float, random: Random, today: date) -> list[date]:
    # A few companies are met often, many hardly at all.
    count = int(random.expovariate(1 / average))
    return sorted(today - timedelta(days=random.randint(0, _DAYS)) for _number in range(count))


def _how_many(average: float, random: Random) -> int:
    return int(average) + (random.random() < average % 1)


def _engagement(
    organisation: DemoOrganisation, company: tuple[int, str, str], days: list[date], random: Random
) -> dict[str, Any]:
    return {
        "organisation_id": organisation.id,
        "company_id": company[0],
        "owner_id": random.choice(organisation.user_ids),
        "status": EngagementStatus.ACTIVE if len(days) > 1 else EngagementStatus.CONTACTED,
        "tags": random.sample(["bygg", "industri", "nätverk", "ny"], k=random.randint(0, 2)),
        "employees": max(1, int(random.lognormvariate(2.1, 0.9))),
        "source": "Företaget",
        "last_contact_on": days[-1],
        "version": 1,
        "created_at": clock.now(),
    }


def _person(organisation: DemoOrganisation, company: tuple[int, str, str], random: Random) -> dict[str, Any]:
    name = f"{random.choice(words.WOMEN + words.MEN)} Exempelsson-{random.choice('ABCDEFGHIJ')}"
    return {
        "organisation_id": organisation.id,
        "company_id": company[0],
        "name": name,
        "name_key": search_key(name),
        "sort_key": sort_key(name),
        "function": random.choice(words.FUNCTIONS),
        "phone": f"070-174 06 {random.randint(5, 99):02d}",
        "email": f"kontakt@foretag{company[0]}.example",
        "is_protected": False,
        "is_active": True,
        "source": "Personen själv",
        "legal_basis": LegalBasis.PUBLIC_TASK,
        "version": 1,
        "created_at": clock.now(),
    }


def _contacts(
    organisation: DemoOrganisation, company: tuple[int, str, str], days: list[date], random: Random
) -> Iterator[dict[str, Any]]:
    for day in days:
        topic = reference.topic_label(random.choice(trade_of(company[0])[3])).lower()
        said = random.choice(words.SAID)
        yield {
            "organisation_id": organisation.id,
            "company_id": company[0],
            "kind": random.choice(_KINDS),
            "happened_on": day,
            "summary": said.format(topic=topic, people=random.randint(2, 8), season=random.choice(words.SEASONS)),
            "logged_by_id": random.choice(organisation.user_ids),
            "version": 1,
            "created_at": clock.now(),
        }


def _task(organisation: DemoOrganisation, company: tuple[int, str, str], random: Random, today: date) -> dict[str, Any]:
    return {
        "organisation_id": organisation.id,
        "company_id": company[0],
        "title": random.choice(words.STEPS),
        "due_on": today + timedelta(days=random.randint(-6, 30)),
        "owner_id": random.choice(organisation.user_ids),
        "version": 1,
    }


def _need(organisation: DemoOrganisation, company: tuple[int, str, str], random: Random, today: date) -> dict[str, Any]:
    _trade, _industry, share_of_women, topics = trade_of(company[0])
    # The first topics of a trade are asked for most: this is what lets small needs meet.
    topic = topics[min(int(random.expovariate(1.1)), len(topics) - 1)]
    people = min(12, 1 + int(random.expovariate(0.45)))
    women = sum(random.random() < share_of_women for _person in range(people))
    earliest = today + timedelta(days=random.randint(14, 90))
    cause, level = random.choice(words.CAUSES)
    modes = (
        [Mode.ON_SITE] if _HOURS.get(topic, 8) >= 24 else random.choice([[Mode.ON_SITE], [Mode.ON_SITE, Mode.BLENDED]])
    )
    return {
        "organisation_id": organisation.id,
        "company_id": company[0],
        "topic_id": topic,
        "description": f"{reference.topic_label(topic)} för {people} personer.",
        "level": random.choice([Level.ANY, Level.ANY, Level.BASIC]),
        "women": women,
        "men": people - women,
        "hours": _HOURS.get(topic, 8),
        "preferred_mode": modes[0],
        "modes": [mode.value for mode in modes],
        "languages": [Language.SWEDISH.value],
        "earliest_on": earliest,
        "latest_on": earliest + timedelta(days=random.randint(90, 200)),
        "municipality_code": company[1],
        "max_km": random.choice([30, 50, 70, 100]),
        "priority": random.choice([Priority.URGENT, Priority.HIGH, Priority.NORMAL, Priority.NORMAL, Priority.LOW]),
        "purpose": random.choice(words.PURPOSES),
        "cause": cause,
        "cause_level": level,
        "consequence": random.choice(words.CONSEQUENCES),
        "barriers": [[], [], [Barrier.TIME.value], [Barrier.PLACE.value, Barrier.TIME.value]][company[0] % 4],
        "is_mandatory_training": topic in ("T001", "T014"),
        "status": NeedStatus.CLARIFIED,
        "status_at": clock.now(),
        "owner_id": (by := random.choice(organisation.user_ids)),
        "added_by_id": by,
        "version": 1,
        "created_at": clock.now(),
    }
