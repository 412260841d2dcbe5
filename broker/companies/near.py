"""Finds companies whose names are nearly what somebody types: but for one slip, one space, or the shortest words."""

from collections.abc import Sequence

from sqlalchemy import ColumnElement, SQLColumnExpression, and_, exists, func, or_, select

from broker import database
from broker.companies.models import Company, Engagement, Person
from broker.companies.pieces import PIECE, has_index, index, matches
from broker.companies.search import Spot, begins_word, find_spot, holds, is_in_name, is_shown, words_of
from broker.companies.words.queries import LONGEST, SHORTEST, list_meant, rarest
from broker.extensions import db
from broker.reference import queries as reference
from broker.swedish import is_near, slips

_AT_MOST, _SOME, _PEOPLE, _NAMES_AT_MOST = 10, 100, 1_000, 4


def list_near(text: str) -> list[Company]:
    """List companies whose names are the typed words but for one slip in one word, or one space: ours first, ten.

    Words that name a place need not be in the name of what lies there.
    """
    words, spot = _words_and_spot(text)
    if not (word := _word_with_a_slip(words)):
        return []
    others = [other for other in words if other != word]
    near = _of_ours(word, others, spot)
    found = [(False, id_) for id_ in near]
    if len(near) < _AT_MOST and (meant := list_meant(word)):
        of_all = _of_all(meant, others, spot)
        if spot and not of_all:
            of_all = _of_all(meant, [*others, *spot.named], None)
        found += [(True, id_) for id_ in of_all if id_ not in near]
    return _in_order(found[:_AT_MOST])


def list_near_people(text: str) -> list[Company]:
    """List ten companies where we know somebody who is called the typed words but for one slip in one of them.

    Nobody whose identity is protected, and nobody who has left.
    """
    words, spot = _words_and_spot(text)
    ways = [(word, words[:place] + words[place + 1 :]) for place, word in enumerate(words) if len(word) >= SHORTEST]
    if not ways or len(words) > _NAMES_AT_MOST:
        return []
    key = Person.name_key
    named = (and_(may_be_near(word, key), *(begins_word(key, other) for other in others)) for word, others in ways)
    people = select(Person.company_id, key).where(or_(*named), Person.is_active, Person.is_protected.is_(False))
    if spot:
        people = people.where(spot.has(Person.company_id))
    found = db.session.execute(people.limit(_PEOPLE))
    near = {id_: key for id_, key in found if any(is_near(word, key) for word, _others in ways)}
    first = sorted(near, key=lambda id_: (len(near[id_]), id_))[:_AT_MOST]
    return _in_order([(False, id_) for id_ in first])


def _words_and_spot(text: str) -> tuple[list[str], Spot | None]:
    """Give the words in which a slip is looked for, and the place where: what names the place is none of them."""
    words = words_of(text)
    spot = find_spot(words)
    return (spot.rest, spot) if spot and spot.rest else (words, None)


def without_short_words(text: str) -> str:
    """Give a text without the words that are too short to look for by pieces; nothing when it has none, or no other."""
    words = words_of(text)
    long = [word for word in words if len(word) >= PIECE]
    return " ".join(long) if len(long) < len(words) else ""


def with_place(text: str) -> str:
    """Give a text with the town that one of its words names but for one slip; nothing when none does."""
    words = words_of(text)
    for place, word in enumerate(words):
        town = next((way for way in slips(word) if way in reference.towns()), word)
        if PIECE <= len(word) <= LONGEST and town != word:
            return " ".join([*words[:place], town, *words[place + 1 :]])
    return ""


def _of_ours(word: str, others: Sequence[str], spot: Spot | None) -> list[int]:
    """Give the keys of those of ours that are near, the shortest names first."""
    conditions = [may_be_near(word, Engagement.name_key), *(is_in_name(Engagement.name_key, other) for other in others)]
    if spot:
        is_named = and_(*(is_in_name(Engagement.name_key, part) for part in spot.named))
        conditions.append(or_(is_named, spot.has(Engagement.company_id)))
    ours = select(Engagement.company_id, Engagement.name_key).where(*conditions)
    near = [(len(key), id_) for id_, key in db.session.execute(ours) if key and is_near(word, key)]
    return [id_ for _length, id_ in sorted(near)[:_AT_MOST]]


def _of_all(meant: Sequence[str], others: Sequence[str], spot: Spot | None) -> list[int]:
    """Give the keys of a hundred at most of all companies that are near, the shortest names first."""
    is_meant = or_(*(begins_word(Company.name_key, way) for way in meant))
    near = select(Company.id, func.length(Company.name_key)).where(is_meant, is_shown(Company.id))
    near = near.where(*(is_in_name(Company.name_key, other) for other in others))
    if spot:
        near = near.where(or_(*spot.lies_there()))
    elif has_index():
        match = matches([[*others, way] for way in meant])
        near = near.join(index, index.c.rowid == Company.id).where(match)
    found = db.session.execute(near.limit(_SOME))
    return [id_ for _length, id_ in sorted((length, id_) for id_, length in found)]


def may_be_near(word: str, name_key: SQLColumnExpression[str] | SQLColumnExpression[str | None]) -> ColumnElement[bool]:
    """Give a condition that every folded name meets that is_near finds near a word of three letters or more.

    One slip leaves the first or the last half of a word whole, or lets the two letters between them change places.
    """
    middle = len(word) // 2
    swapped = word[: middle - 1] + word[middle] + word[middle - 1] + word[middle + 1 :]
    has_half = or_(begins_word(name_key, word[:middle]), holds(name_key, word[middle:]))
    # Most names do not even have the letters in this order, which is a cheaper question.
    is_spaced = and_(name_key.like(f"%{'%'.join(word)}%"), holds(func.replace(name_key, " ", ""), word))
    return or_(has_half, begins_word(name_key, swapped), is_spaced)


def _word_with_a_slip(words: Sequence[str]) -> str | None:
    # A word that is in no name is the one with the slip; else it is the one that begins the fewest.
    asked, long = [word for word in words if len(word) >= PIECE], [word for word in words if len(word) >= SHORTEST]
    known = db.session.execute(select(*map(_is_known, asked))).one() if asked else ()
    unknown = [word for word, is_known in zip(asked, known, strict=True) if not is_known]
    if len(unknown) > 1 or not long or (len(words) == 1 and not unknown):
        return None
    likely = unknown[0] if unknown else rarest(long)
    return likely if likely in long else None


def _is_known(word: str) -> ColumnElement[bool]:
    if has_index():
        return exists().where(matches([[word]]))
    # To find one, PostgreSQL would read names until it meets one by chance: all of them when none has the word.
    # What is counted stands in no index of names: that would be read in the order of the alphabet, up to the word.
    some = select(Company.source).where(holds(Company.name_key, word)).limit(_SOME).subquery()
    return select(func.count(some.c.source) > 0).scalar_subquery()


def _in_order(near: Sequence[tuple[bool, int]]) -> list[Company]:
    if not near:
        return []
    is_other = {key: other for other, key in near}
    companies = db.session.scalars(select(Company).where(database.among(Company.id, list(is_other))))
    return sorted(companies, key=lambda company: (is_other[company.id], company.sort_key, company.id))
