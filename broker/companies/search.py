"""Finds companies by what somebody types: pieces of names, numbers, people and places, over a whole nation."""

import re
from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    and_,
    case,
    column,
    event,
    false,
    insert,
    literal,
    or_,
    select,
    union,
)
from sqlalchemy import table as lightweight_table
from sqlalchemy.orm import Mapper
from sqlalchemy.orm.attributes import get_history

from broker.companies.identity import identity_hash
from broker.companies.models import Company, Engagement, Person
from broker.companies.numbers import InvalidNumberError, parse_number
from broker.extensions import db
from broker.reference import queries as reference
from broker.swedish import company_key, is_near, like_pattern, search_key

# Nobody looks through more; who finds so many is asked to type more.
FOUND_AT_MOST = 1_000
_WHOLE_NUMBER = 10
# The index knows three letters in a row and nothing shorter.
_PIECE = 3
_LIKELY, _NEAR_AT_MOST = 2_000, 10

# SQLite's index of pieces of names; on PostgreSQL the names have an index of their own kind.
_index = lightweight_table("company_search", column("rowid"), column("name_key"), column("company_search"))


def find(text: str, within: Select[int], *, only_ours: bool) -> set[int]:
    """Find the keys of companies that fit the text, among these: FOUND_AT_MOST + 1 of each kind at most.

    `within` selects keys of companies, joined with Engagement if only_ours.
    """
    if digits := _number_part(text):
        kinds = [within.where(_has_number(text) if len(digits) >= _WHOLE_NUMBER else _number_begins(digits))]
    else:
        kinds = [
            kind
            for words, codes in _readings(text)
            for kind in _kinds(
                within.where(Company.municipality_code.in_(codes)) if codes else within, words, only_ours
            )
        ] or [within.where(Company.name == text)]
    enough = [select(kind.limit(FOUND_AT_MOST + 1).subquery().c.id) for kind in kinds]
    return set(db.session.scalars(union(*enough)))


def rank(text: str | None) -> ColumnElement[int]:
    """Give what companies that fit are ordered by first: 0 called just so, 1 ours, 2 begins so, 3 all others.

    The query must join Engagement. Without a text all are alike.
    """
    key = company_key(text) if text else ""
    if not key:
        return case((false(), 0), else_=0)
    return case(
        (Company.name_key == key, 0),
        (Engagement.id.is_not(None), 1),
        (Company.name_key.like(f"{like_pattern(key)}%", escape="\\"), 2),
        else_=3,
    )


def list_near(text: str) -> list[Company]:
    """List companies whose names are the typed words but for one slip in one word, or one space, at most ten."""
    words = _words(text)
    unknown = [word for word in words if len(word) >= _PIECE and not _is_known(word)]
    if len(unknown) != 1 or len(unknown[0]) <= _PIECE:
        return []
    others = [word for word in words if word != unknown[0]]
    pieces = [[*others, *some] for some in _left_whole(unknown[0])]
    likely = select(Company.id, Company.name_key).where(_in_names(pieces)).limit(_LIKELY)
    near = [(len(key), company_id) for company_id, key in db.session.execute(likely) if is_near(unknown[0], key)]
    shortest = [company_id for _length, company_id in sorted(near)[:_NEAR_AT_MOST]]
    query = select(Company).where(Company.id.in_(shortest)).order_by(Company.sort_key, Company.id)
    return list(db.session.scalars(query))


def learn(chosen: ColumnElement[bool]) -> None:
    """Put the names of these companies in the index, after they were stored without the session's knowledge."""
    if _has_index():
        names = select(Company.id, Company.name_key).where(chosen)
        db.session.execute(insert(_index).from_select(["rowid", "name_key"], names))


def forget(chosen: ColumnElement[bool]) -> None:
    """Take the names of these companies out of the index, before they are changed without the session's knowledge."""
    if _has_index():
        # To the index, a row with this word in the column named after it is an order to delete.
        names = select(literal("delete"), Company.id, Company.name_key).where(chosen)
        db.session.execute(insert(_index).from_select(["company_search", "rowid", "name_key"], names))


@event.listens_for(Company, "after_insert")
def _learn_one(mapper: Mapper[Company], connection: Connection, company: Company) -> None:
    if connection.dialect.name == "sqlite":
        connection.execute(insert(_index).values(rowid=company.id, name_key=company.name_key))


@event.listens_for(Company, "after_update")
def _learn_anew(mapper: Mapper[Company], connection: Connection, company: Company) -> None:
    if connection.dialect.name == "sqlite" and (before := get_history(company, "name_key").deleted):
        connection.execute(insert(_index).values(company_search="delete", rowid=company.id, name_key=before[0]))
        _learn_one(mapper, connection, company)


def _has_index() -> bool:
    return db.engine.dialect.name == "sqlite"


def _words(text: str) -> list[str]:
    return company_key(text).split() or search_key(text).split()


def _readings(text: str) -> Iterator[tuple[list[str], list[str]]]:
    """Give the ways to understand the words: all as a name, and those that are municipalities as places."""
    words = _words(text)
    if words:
        yield words, []
    places = [place for word in words if len(word) > 1 and (place := reference.find_municipality(word))]
    if places:
        yield [word for word in words if not reference.find_municipality(word)], [place.code for place in places]


def _kinds(within: Select[int], words: list[str], only_ours: bool) -> Iterator[Select[int]]:
    """Give one search for each kind of company, so that each can stop at once when it has enough."""
    if not words:
        yield within.order_by(Company.sort_key, Company.id)
        return
    called = and_(*(_holds(Company.name_key, word) for word in words))
    ours = within if only_ours else within.join(Engagement, Engagement.company_id == Company.id)
    yield ours.where(called)
    there = and_(*(_holds(Person.name_key, word) for word in words))
    people = select(Person.company_id).where(there, Person.is_active, Person.is_protected.is_(False))
    yield within.where(Company.id.in_(people))
    if only_ours:
        return
    whole = " ".join(words)
    yield within.where(Company.name_key >= whole, Company.name_key <= f"{whole}\U0010ffff", called)
    pieces = [word for word in words if len(word) >= _PIECE]
    if not _has_index():
        yield within.where(called)
    elif pieces:
        match = _index.c.company_search.op("match")(_asked([pieces]))
        yield within.join(_index, _index.c.rowid == Company.id).where(match, called)


def _in_names(alternatives: Sequence[Sequence[str]]) -> ColumnElement[bool]:
    if _has_index():
        match = _index.c.company_search.op("match")(_asked(alternatives))
        return Company.id.in_(select(_index.c.rowid).where(match).limit(_LIKELY))
    return or_(*(and_(*(_holds(Company.name_key, piece) for piece in pieces)) for pieces in alternatives))


def _asked(alternatives: Sequence[Sequence[str]]) -> str:
    # Folded words hold letters, digits and spaces alone, so that no sign in them means anything to the index.
    together = (" AND ".join(f'"{piece}"' for piece in pieces if len(piece) >= _PIECE) for pieces in alternatives)
    return " OR ".join(f"({all_of_them})" for all_of_them in together)


def _holds(attribute: Any, piece: str) -> ColumnElement[bool]:
    held: ColumnElement[bool] = attribute.like(f"%{like_pattern(piece)}%", escape="\\")
    return held


def _is_known(word: str) -> bool:
    return db.session.scalars(select(Company.id).where(_in_names([[word]])).limit(1)).first() is not None


def _left_whole(word: str) -> list[list[str]]:
    """Give what one slip or one space, wherever it is, leaves whole of a word: one or two pieces of it."""
    left = {(word[:place], word[place + gap :]) for place in range(len(word) + 1) for gap in (0, 1, 2)}
    long = {tuple(piece for piece in pieces if len(piece) >= _PIECE) for pieces in left}
    # What leaves too little of the word fits half the nation.
    return [list(pieces) for pieces in sorted(long) if sum(map(len, pieces)) >= max(_PIECE, len(word) - _PIECE)]


def _number_part(text: str) -> str:
    # Two digits can belong to a name ("Bygg 24"); three or more with nothing else are a number being typed.
    digits = re.sub(r"[\s\-–]", "", text)
    return digits if digits.isascii() and digits.isdigit() and len(digits) >= 3 else ""


def _number_begins(digits: str) -> ColumnElement[bool]:
    return and_(Company.organisation_number >= digits, Company.organisation_number < f"{digits}:")


def _has_number(text: str) -> ColumnElement[bool]:
    # A sole trader is found by the whole number only, by way of its hash: the number itself is not stored.
    try:
        number = parse_number(text)
    except InvalidNumberError:
        return false()
    if number.is_personal:
        return Company.identity_hash == identity_hash(number)
    return Company.organisation_number == number.digits
