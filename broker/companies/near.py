"""Finds companies whose names are nearly what somebody types: but for one slip, one space, or the shortest words."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Select, SQLColumnExpression, and_, exists, func, or_, select, union_all

from broker.companies.models import Company, Engagement
from broker.companies.pieces import PIECE, has_index, index, matches
from broker.companies.search import OTHERS, OURS, begins_word, holds, is_in_name, is_shown, words_of
from broker.companies.words.queries import SHORTEST, list_meant
from broker.extensions import db

NEAR_AT_MOST = 10
_SOME = 100


def list_near(text: str) -> list[Company]:
    """List companies whose names are the typed words but for one slip in one word, or one space: ours first, ten."""
    words = words_of(text)
    for word in _words_with_a_slip(words):
        meant, others = list_meant(word), [other for other in words if other != word]
        if meant and (found := _list_called(meant, others)):
            return found
    return []


def without_short_words(text: str) -> str:
    """Give a text without the words that are too short to look for by pieces; nothing when it has none, or no other."""
    words = words_of(text)
    long = [word for word in words if len(word) >= PIECE]
    return " ".join(long) if len(long) < len(words) else ""


def _list_called(meant: Sequence[str], others: Sequence[str]) -> list[Company]:
    """List companies with a word that begins in one of these ways, and the others: ours first, the shortest names."""
    of_ours, of_all = (_are_in(of.name_key, meant, others) for of in (Engagement, Company))
    length = func.length(Engagement.name_key)
    ours = select(Engagement.company_id.label("id"), length.label("length"), OURS).where(of_ours)
    ours = ours.order_by(length, Engagement.company_id).limit(NEAR_AT_MOST)
    known = select(Company.id, func.length(Company.name_key), OTHERS).where(of_all, is_shown(Company.id))
    found = union_all(*(select(kind.subquery()) for kind in (ours, _by_index(known, meant, others).limit(_SOME))))
    some = found.subquery()
    is_ours = func.max(some.c.is_ours).label("is_ours")
    first = select(some.c.id, is_ours).group_by(some.c.id, some.c.length)
    near = first.order_by(is_ours.desc(), some.c.length, some.c.id).limit(NEAR_AT_MOST).subquery()
    companies = select(Company).join(near, near.c.id == Company.id)
    return list(db.session.scalars(companies.order_by(near.c.is_ours.desc(), Company.sort_key, Company.id)))


def _are_in(name_key: SQLColumnExpression[Any], meant: Sequence[str], others: Sequence[str]) -> ColumnElement[bool]:
    return and_(or_(*(begins_word(name_key, way) for way in meant)), *(is_in_name(name_key, word) for word in others))


def _by_index(known: Select[Any], meant: Sequence[str], others: Sequence[str]) -> Select[Any]:
    if not has_index():
        return known
    match = matches([[*others, *way.split()] for way in meant])
    return known.join(index, index.c.rowid == Company.id).where(match)


def _words_with_a_slip(words: list[str]) -> list[str]:
    # A word that is in no name is the one with the slip; else any may be, as each can be in some other name.
    asked, long = [word for word in words if len(word) >= PIECE], [word for word in words if len(word) >= SHORTEST]
    known = db.session.execute(select(*map(_is_known, asked))).one() if asked else ()
    unknown = [word for word, is_known in zip(asked, known, strict=True) if not is_known]
    if len(unknown) > 1:
        return []
    return [word for word in unknown if word in long] if unknown else long if len(words) > 1 else []


def _is_known(word: str) -> ColumnElement[bool]:
    if has_index():
        return exists().where(matches([[word]]))
    # To find one, PostgreSQL would read names until it meets one by chance: all of them when none has the word.
    # What is counted stands in no index of names: that would be read in the order of the alphabet, up to the word.
    some = select(Company.source).where(holds(Company.name_key, word)).limit(_SOME).subquery()
    return select(func.count(some.c.source) > 0).scalar_subquery()
