"""Finds how the words of names begin that somebody means who makes one slip."""

from collections.abc import Collection, Sequence
from datetime import date

from sqlalchemy import ColumnElement, Select, literal, select, union_all

from broker import database
from broker.companies.words.models import NameWord
from broker.extensions import db
from broker.swedish import slips

# A slip leaves too little of a shorter word; of a longer one nobody waits for all the ways to make one.
SHORTEST, LONGEST = 4, 30
_AT_MOST = 8
_LAST_LETTER = "\U0010ffff"


def counted_on() -> date | None:
    """Give the day when the words of all names were last counted; None when there are none."""
    return db.session.scalar(select(NameWord.counted_on).order_by(NameWord.id).limit(1))


def list_meant(word: str) -> list[str]:
    """List how words of names begin that somebody means who types this one: but for a slip, or for a space inside it.

    Of each beginning the first word in order is looked at: the eight come first whose word most names have. None for a
    word of fewer than four letters or more than thirty.
    """
    if not SHORTEST <= len(word) <= LONGEST:
        return []
    ways = set(slips(word)) - {word}
    halves = [(word[:end], word[end:]) for end in range(1, len(word))]
    begun, whole = _find(ways.union(right for _left, right in halves), [left for left, _right in halves])
    meant = {way: begun[way] for way in ways if way in begun}
    spaced = (half for half in halves if half[0] in whole and half[1] in begun)
    meant |= {f"{left} {right}": min(whole[left], begun[right]) for left, right in spaced}
    return sorted(meant, key=lambda way: (-meant[way], way))[:_AT_MOST]


def rarest(words: Sequence[str]) -> str:
    """Give the one of some words that begins the fewest names, or the shortest of them.

    Of each the first word that begins so is looked at.
    """
    begun, _whole = _find(words, [])
    return min(words, key=lambda word: (begun.get(word, 0), len(word)))


def _find(beginnings: Collection[str], wholes: Collection[str]) -> tuple[dict[str, int], dict[str, int]]:
    """Give how many names have the first word that begins so, for each beginning of a word, and for each whole word."""
    begin, whole = database.rows_of(beginnings), database.rows_of(wholes)
    begun = NameWord.word.between(begin, begin + _LAST_LETTER)
    asked = union_all(_ask(begin, begun, is_whole=False), _ask(whole, NameWord.word == whole, is_whole=True))
    found: tuple[dict[str, int], dict[str, int]] = ({}, {})
    for way, is_whole, names in db.session.execute(asked):
        if names is not None:
            found[is_whole][way] = names
    return found


def _ask(way: ColumnElement[str], fits: ColumnElement[bool], *, is_whole: bool) -> Select[str, bool, int | None]:
    # A word comes before all that begin with it: an index leads straight to the first.
    first = select(NameWord.names).where(fits).order_by(NameWord.word).limit(1)
    return select(way, literal(is_whole), first.scalar_subquery())
