"""Reads which tags the organisation uses, how they are spelled, and which companies have one."""

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Text, cast, func, or_, select

from broker.companies.models import Engagement
from broker.extensions import db
from broker.swedish import clean, sort_key

LONGEST_TAG = 60


@dataclass(frozen=True)
class Tag:
    """A tag as it is mostly spelled, all its spellings, and how many companies have it."""

    name: str
    spellings: tuple[str, ...]
    count: int


def tag_key(text: str) -> str:
    """Give what two spellings of a tag share: case and accents do not count, but å is no a and C# is no C."""
    return sort_key(clean(text))


def list_tags() -> list[Tag]:
    """List the tags of our companies in Swedish order, each once however it is spelled."""
    stored = cast(Engagement.tags, Text)
    counted: dict[str, Counter[str]] = defaultdict(Counter)
    companies: Counter[str] = Counter()
    for text, count in db.session.execute(select(stored, func.count()).group_by(stored)):
        tags = json.loads(text)
        for tag in tags:
            counted[tag_key(tag)][tag] += count
        companies.update({tag_key(tag): count for tag in tags})
    return [_tag(counted[key], companies[key]) for key in sorted(counted)]


def _tag(spelled: Counter[str], count: int) -> Tag:
    # Of two spellings that are equally common the same one is chosen every time.
    names = sorted(spelled, key=lambda name: (-spelled[name], name))
    return Tag(names[0], tuple(names), count)


def find_tag(text: str | None, known: Iterable[Tag]) -> Tag | None:
    """Give the known tag that a text means, or nothing."""
    key = tag_key(text or "")
    return next((tag for tag in known if tag_key(tag.name) == key), None) if key else None


def spellings_of(text: str | None, known: Iterable[Tag]) -> tuple[str, ...]:
    """Give all spellings of the tag that a text means, the usual one first; an unknown tag as it was typed."""
    if not text:
        return ()
    tag = find_tag(text, known)
    return tag.spellings if tag else (text,)


def tagged(spellings: Sequence[str]) -> ColumnElement[bool]:
    """Give the condition that a relation has a tag in one of these spellings."""
    # As JSON writes the tag, with its quotes, so that no part of another tag is taken for it.
    stored = cast(Engagement.tags, Text)
    return or_(*(stored.contains(json.dumps(tag), autoescape=True) for tag in spellings))


def list_tagged(spellings: Sequence[str]) -> list[Engagement]:
    """List our relations with a tag, also those that went into another one: their tags come back with them."""
    query = select(Engagement).where(tagged(spellings)).order_by(Engagement.id)
    found = db.session.scalars(query.execution_options(with_merged=True))
    return [engagement for engagement in found if set(spellings) & set(engagement.tags)]
