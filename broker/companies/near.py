"""Finds companies whose names are nearly what somebody types: but for one slip, one space, or the shortest words."""

from collections.abc import Sequence

from sqlalchemy import ColumnElement, SQLColumnExpression, and_, exists, func, or_, select

from broker import database
from broker.companies.models import Company, Engagement
from broker.companies.pieces import PIECE, has_index, index, matches
from broker.companies.search import begins_word, holds, is_in_name, is_shown, words_of
from broker.companies.words.queries import SHORTEST, list_meant
from broker.extensions import db
from broker.swedish import is_near

NEAR_AT_MOST = 10
_SOME = 100


def list_near(text: str) -> list[Company]:
    """List companies whose names are the typed words but for one slip in one word, or one space: ours first, ten."""
    words = words_of(text)
    for word in _words_with_a_slip(words):
        others = [other for other in words if other != word]
        near = _of_ours(word, others)
        found = [(False, id_) for id_ in near]
        if len(near) < NEAR_AT_MOST:
            found += [(True, id_) for id_ in _of_all(word, others) if id_ not in near]
        if found:
            return _in_order(found[:NEAR_AT_MOST])
    return []


def without_short_words(text: str) -> str:
    """Give a text without the words that are too short to look for by pieces; nothing when it has none, or no other."""
    words = words_of(text)
    long = [word for word in words if len(word) >= PIECE]
    return " ".join(long) if len(long) < len(words) else ""


def _of_ours(word: str, others: Sequence[str]) -> list[int]:
    """Give the keys of those of ours that are near, the shortest names first."""
    have_others = (is_in_name(Engagement.name_key, other) for other in others)
    ours = select(Engagement.company_id, Engagement.name_key).where(
        *have_others, may_be_near(word, Engagement.name_key)
    )
    near = [(len(key), id_) for id_, key in db.session.execute(ours) if key and is_near(word, key)]
    return [id_ for _length, id_ in sorted(near)[:NEAR_AT_MOST]]


def _of_all(word: str, others: Sequence[str]) -> list[int]:
    """Give the keys of some of all companies that are near, the shortest names first."""
    if not (meant := list_meant(word)):
        return []
    have_others = (is_in_name(Company.name_key, other) for other in others)
    is_meant = or_(*(begins_word(Company.name_key, way) for way in meant))
    near = select(Company.id, func.length(Company.name_key)).where(is_meant, *have_others, is_shown(Company.id))
    if has_index():
        match = matches([[*others, *way.split()] for way in meant])
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


def _in_order(near: Sequence[tuple[bool, int]]) -> list[Company]:
    is_other = {key: other for other, key in near}
    companies = db.session.scalars(select(Company).where(database.among(Company.id, list(is_other))))
    return sorted(companies, key=lambda company: (is_other[company.id], company.sort_key, company.id))
