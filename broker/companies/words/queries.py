"""Finds how the words begin that somebody means who makes one slip."""

from collections.abc import Iterator

from sqlalchemy import ColumnElement, SQLColumnExpression, and_, or_, select

from broker.companies.words.models import NameWord
from broker.extensions import db
from broker.swedish import is_one_slip

SHORTEST = 4
_LAST_LETTER = "\U0010ffff"


def list_meant(word: str) -> list[str]:
    """List how words of names begin that a folded word is nearly: but for one slip, or for a space inside it.

    Refuses words of less than four letters: a slip leaves too little of them.
    """
    if len(word) < SHORTEST:
        raise ValueError("A word of fewer than four letters means too much.")
    words = db.session.scalars(select(NameWord.word).where(_may_be_meant(word)).distinct())
    meant = {way for known in words for way in _ways_to(known, word)}
    return sorted(way for way in meant if not any(way != other and way.startswith(other) for other in meant))


def _ways_to(known: str, word: str) -> Iterator[str]:
    if len(known) < len(word) and word.startswith(known):
        yield f"{known} {word.removeprefix(known)}"
    begun = (known[:length] for length in (len(word) - 1, len(word), len(word) + 1))
    yield from (way for way in begun if is_one_slip(word, way))


def _may_be_meant(word: str) -> ColumnElement[bool]:
    """Give the condition that every word meets which is meant, each part of it answered by an index."""
    head = min(len(word) - 1, SHORTEST)
    ways = [_begins(NameWord.word, word[:head]), NameWord.word.in_([word[:end] for end in range(1, head)])]
    for place in range(head):
        before, letter, after = word[:place], word[place], word[place + 1 :]
        too_many, swapped = before + after, before + after[0] + letter + after[1:]
        ways += [_begins(NameWord.word, too_many), _begins(NameWord.word, swapped)]
        ways += [_has_one_more(before, rest) for rest in (after, letter + after)]
    return or_(*ways)


def _has_one_more(before: str, after: str) -> ColumnElement[bool]:
    """Give the condition that a word begins so, with any one letter between."""
    begins = _begins(NameWord.word, before)
    if len(before) > 1:
        return and_(begins, NameWord.word.like(f"{before}_{after}%"))
    return and_(begins, _begins(NameWord.from_third, after)) if before else _begins(NameWord.from_second, after)


def _begins(attribute: SQLColumnExpression[str], piece: str) -> ColumnElement[bool]:
    return and_(attribute >= piece, attribute <= f"{piece}{_LAST_LETTER}")
