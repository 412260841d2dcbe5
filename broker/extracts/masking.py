"""Leaves other people out of the texts that are handed out: what is theirs must not harm them (GDPR art. 15.4)."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from flask_babel import gettext as _
from sqlalchemy import select

from broker.companies.merged import WITH_MERGED
from broker.companies.models import Person
from broker.extensions import db
from broker.extracts.terms import phone_as_written
from broker.providers.people.models import ProviderPerson
from broker.swedish import search_key

_SHORTEST_NAME = 3


@dataclass(frozen=True)
class Other:
    """Somebody else: whom we know at the same company or provider, or who stands in the same row."""

    name: str
    email: str | None = None
    phone: str | None = None


@dataclass(frozen=True)
class Mask:
    """Those who are to be left out, and the words of the name of the person whom it is all about."""

    others: tuple[Other, ...]
    own_words: frozenset[str]

    def over(self, text: str) -> str:
        """Give the text with everybody else's name, address and number replaced."""
        if self._pattern is None:
            return text
        replaced = _("[annan person]")
        text = self._pattern.sub(replaced, text)
        return re.sub(rf"{re.escape(replaced)}(?:[\s,]+{re.escape(replaced)})+", replaced, text)

    @cached_property
    def _pattern(self) -> re.Pattern[str] | None:
        wholes, words, phones = set(), set(), set()
        for other in self.others:
            parts = other.name.split()
            if set(search_key(other.name).split()) <= self.own_words:
                continue
            wholes |= {part for part in (other.name, other.email, other.phone) if part}
            phones |= {phone_as_written(other.phone)} if other.phone else set()
            words |= {part for part in parts if self._points_out(part)}
        whole = "|".join(map(re.escape, sorted(wholes, key=len, reverse=True)))
        # A first name alone is meant as one when it is written as one.
        word = "|".join(map(re.escape, sorted(words, key=len, reverse=True)))
        told = [rf"(?i:{whole})" if whole else "", *sorted(phones), rf"(?:{word})s?" if word else ""]
        return re.compile(rf"(?<!\w)(?:{'|'.join(filter(None, told))})(?!\w)") if any(told) else None

    def _points_out(self, word: str) -> bool:
        is_name = len(word) >= _SHORTEST_NAME and word[:1].isupper()
        return is_name and not set(search_key(word).split()) & self.own_words


def mask_for(
    *,
    companies: Iterable[int],
    providers: Iterable[int],
    own: Iterable[tuple[str, int]],
    beside: Iterable[Other],
    own_words: Iterable[str],
) -> Mask:
    """Give the mask over all whom we know at these companies and providers but the person's own rows, and others."""
    kept = set(own)
    people = select(Person.id, Person.name, Person.email, Person.phone).where(Person.company_id.in_(set(companies)))
    at_providers = select(ProviderPerson.id, ProviderPerson.name, ProviderPerson.email, ProviderPerson.phone)
    at_providers = at_providers.where(ProviderPerson.provider_id.in_(set(providers)))
    found = [
        Other(name, email, phone)
        for table, query in ((Person.__tablename__, people), (ProviderPerson.__tablename__, at_providers))
        for key, name, email, phone in db.session.execute(query.execution_options(**WITH_MERGED))
        if (table, key) not in kept
    ]
    return Mask((*found, *beside), frozenset(own_words))
