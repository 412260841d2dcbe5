"""Finds companies by what somebody types: pieces of names, numbers, people and places, over a whole nation."""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache, partial
from itertools import chain
from typing import Any

from sqlalchemy import (
    CTE,
    ColumnElement,
    CompoundSelect,
    Integer,
    Select,
    SQLColumnExpression,
    Subquery,
    and_,
    case,
    column,
    exists,
    false,
    func,
    literal_column,
    not_,
    or_,
    select,
    true,
    tuple_,
    union_all,
)
from sqlalchemy.orm import aliased

from broker.companies.identity import identity_hash
from broker.companies.models import Company, Engagement, Person
from broker.companies.numbers import InvalidNumberError, parse_number
from broker.companies.pieces import PIECE, are_long_enough, are_rare, has_index, index, matches
from broker.extensions import db
from broker.reference import queries as reference
from broker.swedish import company_key, like_pattern, search_key

# Nobody looks through more; who finds so many is asked to type more.
FOUND_AT_MOST = 1_000
_WHOLE_NUMBER = 10
_SHORT_WORD = 2
POSTCODE, _TOWNS_AT_MOST = 5, 10
# Names are written with and without them, and places are named after them.
_UNSAID = frozenset(("och", "o", "i", "ab", "hb", "kb", "aktiebolag", "aktiebolaget", "handelsbolag", "kommanditbolag"))

# The key of a company, its name as it is searched for, its name as lists are sorted by, and 1 if it is ours. Written as
# plain columns where searches are put together: mapped ones, made anew for each kind, take longer than all the rest.
Companies = Select[int, Any, Any, int]
OURS, OTHERS = (literal_column(sign, Integer()).label("is_ours") for sign in "10")
_ALL: ColumnElement[Any] = literal_column("*")
_ID, _IS_OURS = column("id", Company.id.type), column("is_ours", Integer())
_NAME, _ORDER = column("name_key", Company.name_key.type), column("sort_key", Company.sort_key.type)


@dataclass(frozen=True)
class Within:
    """The companies to search among: all of a list, and those that we have a relation to; and how many are enough.

    When so many are found that come first in any case, PostgreSQL does not look far and wide.
    """

    all: Companies
    ours: Companies
    enough: int

    @property
    def is_ours(self) -> bool:
        """Tell whether the list has no others."""
        return self.all is self.ours

    def with_people(self, condition: ColumnElement[bool]) -> Companies:
        """Give those of all where somebody active, without protected identity, meets the condition; they are ours."""
        people = select(Person.company_id).where(condition, Person.is_active, Person.is_protected.is_(False))
        if self.is_ours:
            return self.ours.where(Engagement.company_id.in_(people))
        known = self.all.with_only_columns(Company.id, Company.name_key, Company.sort_key, OURS)
        return known.where(Company.id.in_(people))

    def ours_with(self, condition: ColumnElement[bool]) -> Companies:
        """Give those of ours that meet a condition of the company."""
        if self.is_ours:
            return self.ours.where(condition)
        return self.ours.where(Engagement.company_id.in_(select(Company.id).where(condition)))


# Where a company stands among what was found: its rank, its place in Swedish order, and its key.
Place = tuple[int, str, int]


@dataclass(frozen=True)
class Found:
    """What was read of some companies that fit a text, best match first, their places, and how many fit in all."""

    rows: list[Any]
    places: list[Place]
    count: int


def find(
    text: str, within: Within, read: Select[*tuple[Any, ...]], *, after: Place | None = None, limit: int | None = None
) -> Found:
    """Find companies that fit the text, among these, from a place on: FOUND_AT_MOST + 1 of each kind at most.

    What is to be read of each is said as a selection of Company, and of Engagement where it is ours.
    They come in order: 0 called just so, 1 ours or where we know somebody called so, 2 begins so, 3 all others; among
    these in Swedish order.
    """
    key = company_key(text)
    if digits := number_part(text):
        kinds = _kinds_by_number(text, digits, within)
    elif "@" in text:
        kinds = _kinds_by_address(text, within)
    else:
        words = words_of(text)
        kinds = _kinds(within, key, words, find_spot(words))
    found = _first_of(kinds, key, read, after, limit)
    if found.count or not is_name(text) or not (spot := _find_begun_spot(words_of(text))):
        return found
    kinds = chain(_kinds_known(within, spot.named + spot.rest, spot), _kinds_there(within, spot))
    return _first_of(kinds, key, read, after, limit)


def is_shown(company_id: SQLColumnExpression[int]) -> ColumnElement[bool]:
    """Give the condition for a company to be in lists: without a number only when we have a relation to it."""
    return company_id.not_in(select(_hidden().c.id))


def is_hidden(company_id: SQLColumnExpression[int]) -> ColumnElement[bool]:
    """Give the condition for a company to be in no list."""
    return company_id.in_(select(_hidden().c.id))


@cache
def _hidden() -> CTE:
    unknown = aliased(Company)
    is_ours = exists().where(Engagement.company_id == unknown.id)
    numberless = (unknown.organisation_number.is_(None), unknown.identity_hash.is_(None))
    return select(unknown.id).where(*numberless, not_(is_ours)).cte("hidden")


def is_name(text: str) -> bool:
    """Tell whether a text can be a name, not a number or the beginning of an address."""
    return not (number_part(text) or text.rstrip().endswith("@"))


def words_of(text: str) -> list[str]:
    """Give the folded words of a text, without legal forms, "och" and "i" when something else is left."""
    words = company_key(text).split() or search_key(text).split()
    return [word for word in words if word not in _UNSAID] or words


def _first_of(
    kinds: Iterable[Companies], key: str, read: Select[*tuple[Any, ...]], after: Place | None, limit: int | None
) -> Found:
    """Ask all kinds at once, each to its end; what the order needs to know of a company comes along with its key."""
    if not (searches := list(kinds)):
        return Found([], [], 0)
    once = select(_ID, _NAME, _ORDER, func.max(_IS_OURS).label("is_ours")).select_from(_together(searches).subquery())
    # Asked once of what was found: PostgreSQL takes it for half of the nation where it stands beside a name.
    found = once.where(is_shown(_ID)).group_by(_ID, _NAME, _ORDER).cte("found")
    place = (_rank(found, key).label("rank"), found.c.sort_key, found.c.id)
    placed = select(*place)
    if after is not None:
        placed = placed.where(tuple_(*place) > after)
    page = placed.order_by(*place).limit(limit).subquery()
    # Also a page on which nothing is left says how many were found.
    count = select(func.count().label("in_all")).select_from(found).subquery()
    asked = read.add_columns(count.c.in_all, *page.c).select_from(count).outerjoin(page, true())
    asked = asked.outerjoin(Company, Company.id == page.c.id)
    asked = asked.outerjoin(Engagement, Engagement.company_id == Company.id)
    rows = db.session.execute(asked.order_by(*page.c)).all()
    here = [row for row in rows if row.id is not None]
    return Found(here, [(row.rank, row.sort_key, row.id) for row in here], rows[0].in_all)


def _rank(found: CTE, key: str) -> ColumnElement[int]:
    begins = found.c.name_key.like(f"{like_pattern(key)}%", escape="\\")
    return case((found.c.name_key == key, 0), (found.c.is_ours == 1, 1), (begins, 2), else_=3)


def _together(kinds: Iterable[Companies]) -> CompoundSelect[int, Any, Any, int]:
    return union_all(*(select(_ALL).select_from(_enough(kind)) for kind in kinds))


def _enough(kind: Companies) -> Subquery:
    return kind.limit(FOUND_AT_MOST + 1).subquery()


@dataclass(frozen=True)
class Spot:
    """A place among the words that somebody types: the words that name it, the others, and the towns meant."""

    named: list[str]
    rest: list[str]
    municipality_code: str | None
    towns: Sequence[str]

    def lies_there(self, company: type[Company] = Company) -> list[ColumnElement[bool]]:
        """Give the conditions of which a company there meets one; each alone reads an index in the order of lists."""
        # The registers write post towns in capital letters, people as they are written.
        towns = [company.post_town == way for town in self.towns for way in (town.upper(), town)]
        code = self.municipality_code
        return [company.municipality_code == code, *towns] if code else towns

    def has(self, company_id: SQLColumnExpression[int]) -> ColumnElement[bool]:
        """Give the condition that a company lies there, to be asked of few: each is looked up."""
        there = aliased(Company)
        return exists().where(there.id == company_id, or_(*self.lies_there(there)))


def find_spot(words: list[str]) -> Spot | None:
    """Give the place that one or two of the words name, if any do: the rest is looked for there."""
    for length in (2, 1):
        for first in range(len(words) - length + 1):
            named, rest = words[first : first + length], words[:first] + words[first + length :]
            place = " ".join(named)
            municipality, town = reference.find_municipality(place), reference.towns().get(place)
            if len(place) > 1 and (municipality or town):
                return Spot(named, rest, municipality.code if municipality else None, [town] if town else [])
    return None


def _find_begun_spot(words: list[str]) -> Spot | None:
    """Give the towns that begin with the last word, but for the one that was looked for by its name."""
    if not words or len(words[-1]) <= PIECE:
        return None
    tried = find_spot(words)
    looked_for = tried.towns if tried and tried.named == words[-1:] else []
    begun = reference.towns_beginning(words[-1], limit=_TOWNS_AT_MOST)
    towns = [town for town in begun if town not in looked_for]
    return Spot(words[-1:], words[:-1], None, towns) if towns else None


def _kinds_there(within: Within, spot: Spot) -> Iterator[Companies]:
    conditions, words = spot.lies_there(), spot.rest
    if words and has_index() and are_rare(words):
        yield from _kinds_indexed(replace(within, all=within.all.where(or_(*conditions))), words)
        return
    for condition in conditions:
        yield within.all.where(condition, _is_called(words)).order_by(Company.sort_key, Company.id)


def _kinds_by_number(text: str, digits: str, within: Within) -> Iterator[Companies]:
    if len(digits) >= _WHOLE_NUMBER:
        yield within.ours_with(_has_number(text))
        yield within.all.where(_has_number(text))
    else:
        yield within.all.where(_number_begins(digits))
        yield within.ours.where(holds(Engagement.organisation_number, digits))
    if len(digits) == POSTCODE:
        yield within.ours_with(Company.postcode == digits)
        yield within.all.where(Company.postcode == digits)
    if len(digits) >= POSTCODE:
        yield within.ours.where(has_digits(Engagement.phone, digits))
        yield within.with_people(has_digits(Person.phone, digits))


def _kinds_by_address(text: str, within: Within) -> Iterator[Companies]:
    address = text.strip().lower()
    yield within.ours.where(holds(func.lower(Engagement.email), address))
    yield within.with_people(holds(func.lower(Person.email), address))


def has_digits(attribute: Any, digits: str) -> ColumnElement[bool]:
    """Give the condition that a telephone number has these digits, with or without the country before it."""
    national = digits.removeprefix("0") if digits.startswith("0") else digits.removeprefix("46")
    alone = attribute
    for sign in (" ", "-", "/", "(", ")", "+46", "+"):
        alone = func.replace(alone, sign, "")
    # Most numbers do not even have the digits in this order, which is a cheaper question.
    return and_(attribute.like(f"%{'%'.join(national)}%"), holds(alone, national))


def _kinds(within: Within, whole: str, words: list[str], spot: Spot | None) -> Iterator[Companies]:
    if not words:
        return
    known = list(_kinds_known(within, words, spot))
    if within.is_ours:
        yield from known
        return
    begins = within.all.where(Company.name_key >= whole, Company.name_key <= f"{whole}\U0010ffff")
    first = [*known, begins.order_by(Company.name_key)]
    yield from chain(first, _kinds_indexed(within, words)) if has_index() else _kinds_in_turn(within, words, first)
    if spot:
        yield from _kinds_there(within, spot)


def _kinds_in_turn(within: Within, words: list[str], first: Sequence[Companies]) -> Iterator[Companies]:
    """Give the searches that come first, and one far and wide that PostgreSQL does only if these have not enough."""
    found = [kind.limit(FOUND_AT_MOST + 1).cte() for kind in first]
    yield from (select(_ALL).select_from(kind) for kind in found)
    counts = (select(func.count()).select_from(kind).where(is_shown(kind.c.id)).scalar_subquery() for kind in found)
    has_few = (count < within.enough for count in counts)
    if any(len(word) >= _SHORT_WORD for word in words):
        yield within.all.where(*has_few, *map(_leads_to, words))


def _leads_to(word: str) -> ColumnElement[bool]:
    """Give the condition that PostgreSQL's index answers soonest: it reads a list for each three letters in a row.

    A long word is looked up by how it begins and ends, and then looked for in what that gives.
    """
    if len(word) < 2 * PIECE:
        return is_in_name(Company.name_key, word)
    begins_and_ends = Company.name_key.like(f"%{word[:PIECE]}%{word[-PIECE:]}%")
    return and_(begins_and_ends, func.strpos(Company.name_key, word) != 0)


def _kinds_indexed(within: Within, words: list[str]) -> Iterator[Companies]:
    """Give the searches for pieces of names by SQLite's index, which stops as soon as it has enough."""
    short = [word for word in words if len(word) == _SHORT_WORD]
    pieces = [f" {word}" if word in short else word for word in words]
    if are_long_enough(pieces):
        match = matches([pieces])
        yield within.all.join(index, index.c.rowid == Company.id).where(match, _is_called(words))
    # No space is before the first word of a name.
    for word in short:
        begins = Company.name_key >= word, Company.name_key <= f"{word}\U0010ffff"
        yield within.all.where(*begins, _is_called(words))


def _kinds_known(within: Within, words: list[str], spot: Spot | None) -> Iterator[Companies]:
    """Give the searches among our own companies, which others may leave out by chance, and our own people.

    The words that name a place need not be in the name of what lies there.
    """
    yield within.ours.where(_fits(Engagement.company_id, partial(is_in_name, Engagement.name_key), words, spot))
    # Who types "sten" means nobody called Östen; and a place alone means nobody who works there.
    where = spot if spot and spot.rest else None
    yield within.with_people(_fits(Person.company_id, partial(begins_word, Person.name_key), words, where))


def _fits(
    company_id: SQLColumnExpression[int],
    has: Callable[[str], ColumnElement[bool]],
    words: list[str],
    spot: Spot | None,
) -> ColumnElement[bool]:
    if spot is None:
        return and_(true(), *map(has, words))
    if spot.rest:
        return and_(*map(has, spot.rest), or_(and_(*map(has, spot.named)), spot.has(company_id)))
    there = aliased(Company)
    # What lies there is read once for all of them, from the indexes alone.
    is_there = or_(*(company_id.in_(select(there.id).where(way)) for way in spot.lies_there(there)))
    return or_(and_(*map(has, spot.named)), is_there)


def _is_called(words: Iterable[str]) -> ColumnElement[bool]:
    return and_(true(), *(is_in_name(Company.name_key, word) for word in words))


def is_in_name(name_key: SQLColumnExpression[Any], word: str) -> ColumnElement[bool]:
    """Give the condition that a folded name has a folded word: as a piece of it, or a short one as a beginning."""
    # Who types "el" means nobody called Exempel; and with the space before it two letters are enough for the index.
    return holds(name_key, word) if len(word) > _SHORT_WORD else begins_word(name_key, word)


def begins_word(name_key: SQLColumnExpression[Any], piece: str) -> ColumnElement[bool]:
    """Give the condition that a folded piece begins a word of a name."""
    return or_(name_key.like(f"{piece}%"), name_key.like(f"% {piece}%"))


def holds(attribute: Any, piece: str) -> ColumnElement[bool]:
    """Give the condition that a text of the database holds a folded piece."""
    held: ColumnElement[bool] = attribute.like(f"%{like_pattern(piece)}%", escape="\\")
    return held


def number_part(text: str) -> str:
    """Give the digits of a text that is a number, or the beginning of one; nothing for other texts."""
    # Two digits can belong to a name ("Bygg 24"); three or more with nothing else are a number being typed.
    digits = re.sub(r"[\s\-–+/()]", "", text)
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
