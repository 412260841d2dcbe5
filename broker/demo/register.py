"""Invented companies, streamed into the register with valid numbers that no company has."""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from itertools import islice
from random import Random
from typing import Any

from sqlalchemy import func, insert, select

from broker.companies import pieces
from broker.companies.models import Company
from broker.companies.numbers import has_check_digit
from broker.companies.words import service as name_words
from broker.demo import words
from broker.extensions import db
from broker.reference import queries as reference
from broker.swedish import company_key, sort_key

# Series that no known company uses; the later ones are needed only for the largest set.
_SERIES = (
    "5299", "9299", "7299", "8299", "2299", "2599", "5199", "9199", "7199", "8199", "2199", "9399", "7399",
)  # fmt: skip
CHUNK = 5000


def add_companies(count: int, municipality_codes: Sequence[str], random: Random, today: date) -> Iterator[int]:
    """Add so many companies, spread over the municipalities; give the number stored after each chunk."""
    rows = _companies(count, municipality_codes, random, today)
    before = db.session.scalar(select(func.max(Company.id))) or 0
    stored = 0
    while chunk := list(islice(rows, CHUNK)):
        db.session.execute(insert(Company), chunk)
        stored += len(chunk)
        yield stored
    pieces.learn(Company.id > before)
    name_words.renew()


def trade_of(number: int) -> tuple[str, str, float, tuple[str, ...]]:
    """Give the trade of the company with this place in the register; the same place has always the same one."""
    return words.TRADES[number * 7 % len(words.TRADES)]


def organisation_number(series: str, serial: int) -> str:
    """Give the number with this place in a series, with its check digit."""
    nine = f"{series}{serial:05d}"
    return next(f"{nine}{digit}" for digit in range(10) if has_check_digit(f"{nine}{digit}"))


def _companies(count: int, codes: Sequence[str], random: Random, today: date) -> Iterator[dict[str, Any]]:
    numbers = _numbers()
    for place in range(count):
        trade, industry, _women, _topics = trade_of(place)
        ending, form = _form(random)
        first, second = random.choice(words.PLACES), random.choice(words.PLACES)
        name = f"Exempel {first} {second} {trade} {ending}" if place % 3 else f"Exempel {first} {trade} {ending}"
        code = codes[min(int(random.expovariate(1.6 / len(codes)) * 1.0), len(codes) - 1)]
        yield {
            "organisation_number": next(numbers),
            "name": name,
            "name_key": company_key(name),
            "sort_key": sort_key(name),
            "legal_form": form,
            "registered_on": today - timedelta(days=random.randint(200, 12_000)),
            "description": f"{trade}: verksamhet i {reference.municipality_name(code)} med omnejd.",
            "street": f"Exempelgatan {random.randint(1, 90)}",
            "postcode": f"{random.randint(100, 984)}30",
            "post_town": reference.municipality_name(code).upper(),
            "country": "SE",
            "municipality_code": code,
            "industry_codes": [industry],
            "industry_edition": "2025",
            "no_advertising": random.random() < 0.003,
            "is_active": True,
            "source": "Påhittade demodata",
            "source_date": today,
        }


def _form(random: Random) -> tuple[str, str]:
    threshold = random.random()
    for ending, code, share in words.FORMS:
        threshold -= share
        if threshold < 0:
            return ending, code
    return words.FORMS[0][0], words.FORMS[0][1]


def _numbers() -> Iterator[str]:
    for series in _SERIES:
        for serial in range(100_000):
            yield organisation_number(series, serial)
