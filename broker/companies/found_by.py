"""Tells what led a search to a company when its own name does not: a person there, a number or an address."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, and_, column, func, literal, or_, select, union_all
from sqlalchemy import table as lightweight_table

from broker import database
from broker.companies.models import Company, Engagement, Person
from broker.companies.near import may_be_near
from broker.companies.pieces import PIECE
from broker.companies.search import POSTCODE, begins_word, has_digits, holds, number_part, words_of
from broker.companies.words.queries import SHORTEST
from broker.extensions import db
from broker.swedish import is_near, search_key

_SHOWN = 3


@dataclass(frozen=True)
class FoundBy:
    """The first in Swedish order of those people, numbers or addresses that led to a company, and how many more did."""

    shown: list[str]
    more: int


def what_led_to(text: str, found: Sequence[Company], near: Sequence[Company] = ()) -> dict[int, FoundBy]:
    """Tell by their keys what led to those companies that are not called what was typed; asks once at most.

    Where nothing was found what is only near is looked at. Only people whom lists may find are told of.
    """
    companies = found or near
    if not companies or not text.strip():
        return {}
    if digits := number_part(text):
        return _by_number(digits, companies)
    if "@" in text:
        address = text.strip().lower()
        return _by_held("email", lambda email: holds(func.lower(email), address), companies)
    return _by_person(text, companies, is_near_enough=not found)


def _by_number(digits: str, companies: Sequence[Company]) -> dict[int, FoundBy]:
    others = [company for company in companies if digits not in (company.organisation_number or "")]
    there = {company.id: FoundBy([company.address], 0) for company in others if company.postcode == digits}
    called = [company for company in others if company.id not in there]
    if not called or len(digits) < POSTCODE:
        return there
    return there | _by_held("phone", lambda phone: has_digits(phone, digits), called)


def _by_held(name: str, fits: Callable[[Any], ColumnElement[bool]], companies: Sequence[Company]) -> dict[int, FoundBy]:
    """Tell which number or address of our own relation, or of a person, fits."""
    held, ours, nobody = getattr(Person, name), getattr(Engagement, name), literal("")
    of_company = select(Engagement.company_id, nobody.label("sort_key"), nobody, nobody, ours)
    of_company = of_company.where(_is_of(companies, Engagement), fits(ours))
    of_people = select(Person.company_id, Person.sort_key, Person.name, Person.function, held)
    of_people = of_people.where(_may_be_found(companies), fits(held))
    rows = db.session.execute(union_all(of_company, of_people)).all()
    return _gathered([(row[0], row[2:]) for row in sorted(rows, key=lambda row: row.sort_key)])


def _by_person(text: str, companies: Sequence[Company], *, is_near_enough: bool) -> dict[int, FoundBy]:
    words = words_of(text)
    if is_near_enough:
        words = [word for word in words if len(word) >= PIECE] or words
    places = {company.id: search_key(f"{company.municipality_name} {company.post_town or ''}") for company in companies}

    def fits(key: str, company_id: int, has: Callable[[str, str], bool]) -> bool:
        place = places[company_id]
        missing = [word for word in words if not (has(key, word) or _begins(place, word))]
        return not missing or (is_near_enough and _is_slip(missing, key, place))

    others = [company for company in companies if not fits(company.name_key, company.id, _is_in_name)]
    if not others or not words:
        return {}
    ways = [begins_word(Person.name_key, word) for word in words]
    if is_near_enough:
        ways += [may_be_near(word, Person.name_key) for word in words if len(word) >= SHORTEST]
    people = select(Person.company_id, Person.name_key, Person.name, Person.function)
    people = people.where(_may_be_found(others), or_(*ways)).order_by(Person.sort_key, Person.id)
    rows = db.session.execute(people).all()
    return _gathered([(row[0], row[2:]) for row in rows if fits(row.name_key, row.company_id, _begins)])


def _may_be_found(companies: Sequence[Company]) -> ColumnElement[bool]:
    return and_(_is_of(companies, Person), Person.is_active, Person.is_protected.is_(False))


def _is_of(companies: Sequence[Company], model: type[Person] | type[Engagement]) -> ColumnElement[bool]:
    # Asked of the table in the same question, SQLite reads all that the organisation has, and not what these have.
    rows = lightweight_table(model.__tablename__, column("id"), column("company_id"))
    of_these = database.among(rows.c.company_id, [company.id for company in companies])
    return model.id.in_(select(rows.c.id).where(of_these))


def _gathered(rows: Sequence[tuple[int, Sequence[str | None]]]) -> dict[int, FoundBy]:
    told: dict[int, list[str]] = {}
    for company_id, parts in rows:
        told.setdefault(company_id, []).append(", ".join(filter(None, parts)))
    return {key: FoundBy(texts[:_SHOWN], len(texts[_SHOWN:])) for key, texts in told.items()}


def _begins(name_key: str, word: str) -> bool:
    return f" {word}" in f" {name_key}"


def _is_in_name(name_key: str, word: str) -> bool:
    return word in name_key if len(word) >= PIECE else _begins(name_key, word)


def _is_slip(missing: Sequence[str], name_key: str, place: str) -> bool:
    """Tell whether one word alone is missing, and only for a slip."""
    word = missing[0]
    return len(missing) == 1 and len(word) >= SHORTEST and (is_near(word, name_key) or is_near(word, place))
