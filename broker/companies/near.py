"""Finds companies whose names are nearly what somebody types: but for one slip, one space, or the shortest words."""

from collections.abc import Sequence
from operator import itemgetter
from typing import Any

from sqlalchemy import (
    ColumnElement,
    CompoundSelect,
    SQLColumnExpression,
    and_,
    exists,
    false,
    func,
    or_,
    select,
    true,
    union_all,
)

from broker import database
from broker.companies.models import Company, Engagement
from broker.companies.pieces import PIECE, are_long_enough, has_index, index, matches
from broker.companies.search import begins_word, holds, is_shown, words_of
from broker.extensions import db
from broker.swedish import is_near

NEAR_AT_MOST = 10
_SOME, _LOOKED_AT, _SHORT = 100, 1_000, 5


def list_near(text: str) -> list[Company]:
    """List companies whose names are the typed words but for one slip in one word, or one space: ours first, ten."""
    words = words_of(text)
    for word in _words_with_a_slip(words):
        others = [other for other in words if other != word]
        ours_last = sorted(db.session.execute(_likely(word, others)).all(), key=itemgetter(2), reverse=True)
        near = {id_: (is_other, len(key)) for id_, key, is_other in ours_last if is_near(word, key)}
        if near:
            first = sorted(near, key=lambda id_: (near[id_], id_))[:NEAR_AT_MOST]
            return _in_order([(near[id_][0], id_) for id_ in first])
    return []


def _likely(word: str, others: Sequence[str]) -> CompoundSelect[Any]:
    """Select keys and names that may be near: all of ours, and of the nation as many as are looked at."""
    # A slip leaves too little of a short word to look for; the other words must do if they can.
    is_led_by_others = len(word) <= _SHORT and are_long_enough(others)
    pieces = [[*others, *some] for some in ([[]] if is_led_by_others else _left_whole(word))]
    shown = select(Company.id, Company.name_key, true()).where(_in_names(pieces), is_shown(Company.id))
    have_others = (holds(Engagement.name_key, other) for other in others)
    ours = select(Engagement.company_id, Engagement.name_key, false())
    ours = ours.where(*have_others, may_be_near(word, Engagement.name_key))
    return union_all(select(shown.limit(_LOOKED_AT).subquery()), ours)


def without_short_words(text: str) -> str:
    """Give a text without the words that are too short to look for by pieces; nothing when it has none, or no other."""
    words = words_of(text)
    long = [word for word in words if len(word) >= PIECE]
    return " ".join(long) if len(long) < len(words) else ""


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


def _in_names(alternatives: Sequence[Sequence[str]]) -> ColumnElement[bool]:
    if has_index():
        return Company.id.in_(select(index.c.rowid).where(matches(alternatives)).limit(_LOOKED_AT))
    long = ([piece for piece in pieces if len(piece) >= PIECE] for pieces in alternatives)
    return or_(*(and_(*(holds(Company.name_key, piece) for piece in pieces)) for pieces in long))


def _words_with_a_slip(words: list[str]) -> list[str]:
    # A word that is in no name is the one with the slip; else any may be, as each can be in some other name.
    asked, long = [word for word in words if len(word) >= PIECE], [word for word in words if len(word) > PIECE]
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


def _left_whole(word: str) -> list[list[str]]:
    """Give what one slip or one space, wherever it is, leaves whole of a word: one or two pieces of it."""
    left = {(word[:place], word[place + gap :]) for place in range(len(word) + 1) for gap in (0, 1, 2)}
    long = {tuple(piece for piece in pieces if len(piece) >= PIECE) for pieces in left}
    # What leaves too little of the word fits half the nation; what says more than another adds nothing to it.
    told: list[list[str]] = []
    for pieces in sorted(long, key=lambda pieces: (sum(map(len, pieces)), pieces)):
        is_enough = sum(map(len, pieces)) >= max(PIECE, len(word) - PIECE)
        if is_enough and not any(_says_more(pieces, other) for other in told):
            told.append(list(pieces))
    return told


def _says_more(pieces: Sequence[str], other: Sequence[str]) -> bool:
    """Tell whether every name with these pieces has the other ones too."""
    return all(any(part in piece for piece in pieces) for part in other)
