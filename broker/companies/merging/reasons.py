"""Why two companies or two people seem to be the same: rules about their facts alone, without the database."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import Enum
from itertools import combinations
from typing import Any

from flask_babel import lazy_gettext as _l

from broker.swedish import is_one_slip

# A shorter name is one slip from many others.
_SHORTEST_NEAR, _SHORTEST_PHONE = 5, 6
# An address or a number that three people have belongs to the house and says nothing about who they are.
_SHARED_BY_MANY = 3


class Reason(Enum):
    """One thing that two rows have in common; its value is what it weighs beside the others."""

    SAME_NAME = 50
    SAME_EMAIL = 41
    SAME_PHONE = 40
    SWAPPED_NAME = 39
    SAME_WEBSITE = 35
    NEAR_NAME = 30
    INITIALS = 29
    SAME_PLACE = 15

    @property
    def label(self) -> Any:
        """Say it in Swedish."""
        return _LABELS[self]


_LABELS = {
    Reason.SAME_NAME: _l("samma namn"),
    Reason.SAME_EMAIL: _l("samma e-postadress"),
    Reason.SAME_PHONE: _l("samma telefon"),
    Reason.SWAPPED_NAME: _l("för- och efternamn har bytt plats"),
    Reason.SAME_WEBSITE: _l("samma webbplats"),
    Reason.NEAR_NAME: _l("namnen skiljer sig på en bokstav"),
    Reason.INITIALS: _l("initial i stället för hela namnet"),
    Reason.SAME_PLACE: _l("samma ort"),
}
_CONTACT = {Reason.SAME_EMAIL, Reason.SAME_PHONE, Reason.SAME_WEBSITE}
_NAME = {Reason.SAME_NAME, Reason.NEAR_NAME, Reason.SWAPPED_NAME, Reason.INITIALS}


@dataclass(frozen=True, slots=True)
class CompanyFacts:
    """What is compared of a company, with what we know of how to reach it."""

    id: int
    name_key: str
    has_number: bool
    municipality_code: str | None = None
    postcode: str | None = None
    post_town: str | None = None
    phone: str | None = None
    email: str | None = None
    website: str | None = None


@dataclass(frozen=True, slots=True)
class PersonFacts:
    """What is compared of a person."""

    id: int
    company_id: int
    name_key: str
    phone: str | None = None
    email: str | None = None


@dataclass(frozen=True, slots=True)
class Pair:
    """Two keys that seem to be one thing, and why; of companies the second is the one that would stay."""

    first_id: int
    second_id: int
    reasons: tuple[Reason, ...]

    @property
    def key(self) -> tuple[int, int]:
        """Give both keys, the lower one first."""
        return min(self.first_id, self.second_id), max(self.first_id, self.second_id)

    @property
    def weight(self) -> int:
        """Give how likely the pair is one thing, beside other pairs."""
        return sum(reason.value for reason in self.reasons)


def compare_companies(one: CompanyFacts, other: CompanyFacts) -> tuple[Reason, ...]:
    """Give why two companies seem to be one; nothing when they hardly are."""
    reasons = [
        *_names_alike(one.name_key, other.name_key, is_person=False),
        *_reached_alike(one, other),
        *([Reason.SAME_WEBSITE] if _same(website_key(one.website), website_key(other.website)) else []),
    ]
    is_there = _lie_together(one, other)
    if is_there:
        reasons.append(Reason.SAME_PLACE)
    has_contact = bool(_CONTACT & set(reasons))
    is_likely = has_contact or (Reason.SAME_NAME in reasons and is_there is not False)
    is_likely = is_likely or (Reason.NEAR_NAME in reasons and is_there is True)
    return tuple(reasons) if is_likely else ()


def compare_people(one: PersonFacts, other: PersonFacts) -> tuple[Reason, ...]:
    """Give why two people seem to be one."""
    return (*_names_alike(one.name_key, other.name_key, is_person=True), *_reached_alike(one, other))


def pairs_of_companies(numberless: Sequence[CompanyFacts], others: Sequence[CompanyFacts]) -> list[Pair]:
    """List the likely pairs of a company without number and another one, the likeliest first."""
    found: dict[tuple[int, int], Pair] = {}
    index = _CompanyIndex(numberless)
    for other in others:
        for one in index.likely(other):
            # Of two companies without number the older one would stay.
            if one.id == other.id or (not other.has_number and one.id < other.id):
                continue
            if reasons := compare_companies(one, other):
                pair = Pair(one.id, other.id, reasons)
                found[pair.key] = pair
    return _ranked(found.values())


def pairs_of_people(people: Iterable[PersonFacts]) -> list[Pair]:
    """List the likely pairs among the people of each company, the likeliest first."""
    by_company: dict[int, list[PersonFacts]] = {}
    for person in people:
        by_company.setdefault(person.company_id, []).append(person)
    return _ranked(pair for group in by_company.values() for pair in _pairs_at_one_company(group))


def same_people_elsewhere(people: Iterable[PersonFacts]) -> list[Pair]:
    """List pairs of people at two companies who seem to be one person: such a person has several roles."""
    by_key: dict[tuple[str, str], list[PersonFacts]] = {}
    for person in people:
        for key in filter(None, (email_key(person.email), phone_key(person.phone))):
            by_key.setdefault((person.name_key, key), []).append(person)
    found = {}
    for group in by_key.values():
        for one, other in combinations(group[: _SHARED_BY_MANY * 2], 2):
            if one.company_id != other.company_id:
                pair = Pair(one.id, other.id, compare_people(one, other))
                found[pair.key] = pair
    return _ranked(found.values())


def phone_key(text: str | None) -> str:
    """Give the digits of a telephone number as they are dialled in Sweden; nothing for too few."""
    digits = re.sub(r"\D", "", (text or "").replace("(0)", ""))
    for prefix in ("0046", "46"):
        if digits.startswith(prefix) and len(digits) > len(prefix) + _SHORTEST_PHONE:
            digits = f"0{digits.removeprefix(prefix)}"
    return digits if len(digits) >= _SHORTEST_PHONE else ""


def email_key(text: str | None) -> str:
    """Give a mail address for comparison."""
    return (text or "").strip().lower()


def website_key(text: str | None) -> str:
    """Give the domain of a website, without what stands before and after it."""
    return re.sub(r"^(https?://)?(www\.)?", "", (text or "").strip().lower()).split("/")[0]


class _CompanyIndex:
    """The companies without number by all that another one can have in common with them."""

    def __init__(self, companies: Sequence[CompanyFacts]) -> None:
        self._by_key: dict[tuple[Any, ...], list[CompanyFacts]] = {}
        for company in companies:
            name = company.name_key
            for key in {*_reach_keys(company), ("name", name), *_halves(name, len(name))}:
                self._by_key.setdefault(key, []).append(company)

    def likely(self, company: CompanyFacts) -> Iterator[CompanyFacts]:
        """Give each company that is worth comparing with this one, once."""
        name, seen = company.name_key, set()
        halves = (key for length in (len(name) - 1, len(name), len(name) + 1) for key in _halves(name, length))
        for key in (*_reach_keys(company), ("name", name), *halves):
            for found in self._by_key.get(key, ()):
                if found.id not in seen:
                    seen.add(found.id)
                    yield found


def _halves(name: str, length: int) -> Iterator[tuple[Any, ...]]:
    """Give both ends of a name that is held beside names of a length: one slip leaves one of them as it was."""
    if length >= _SHORTEST_NEAR:
        # Two letters in the middle are left out, since they may have changed places.
        middle = length // 2
        yield "beginning", length, name[: middle - 1]
        yield "end", length, name[len(name) - (length - middle - 1) :]


def _reach_keys(company: CompanyFacts) -> Iterator[tuple[Any, ...]]:
    if company.phone:
        yield "phone", phone_key(company.phone)
    if company.email:
        yield "email", email_key(company.email)
    if company.website:
        yield "website", website_key(company.website)


def _pairs_at_one_company(group: Sequence[PersonFacts]) -> Iterator[Pair]:
    if len(group) < 2:
        return
    of_the_house = {
        key
        for keys in ([email_key(person.email) for person in group], [phone_key(person.phone) for person in group])
        for key in keys
        if key and keys.count(key) >= _SHARED_BY_MANY
    }
    for one, other in combinations(group, 2):
        reasons = compare_people(one, other)
        if not _NAME & set(reasons):
            shared = {email_key(one.email), phone_key(one.phone)} & {email_key(other.email), phone_key(other.phone)}
            reasons = () if shared & of_the_house else reasons
        if reasons:
            yield Pair(one.id, other.id, reasons)


def _names_alike(one: str, other: str, *, is_person: bool) -> Iterator[Reason]:
    if one == other:
        yield Reason.SAME_NAME
        return
    words, others = one.split(), other.split()
    if is_person and sorted(words) == sorted(others):
        yield Reason.SWAPPED_NAME
    elif is_person and _is_initial(words, others):
        yield Reason.INITIALS
    elif min(len(one), len(other)) >= _SHORTEST_NEAR and is_one_slip(one, other):
        yield Reason.NEAR_NAME


def _is_initial(words: Sequence[str], others: Sequence[str]) -> bool:
    if len(words) < 2 or len(others) < 2 or words[-1] != others[-1]:
        return False
    first, second = sorted((words[0], others[0]), key=len)
    return len(first) == 1 and second.startswith(first)


def _reached_alike(one: Any, other: Any) -> Iterator[Reason]:
    if _same(email_key(one.email), email_key(other.email)):
        yield Reason.SAME_EMAIL
    if _same(phone_key(one.phone), phone_key(other.phone)):
        yield Reason.SAME_PHONE


def _same(one: str, other: str) -> bool:
    return bool(one) and one == other


def _lie_together(one: CompanyFacts, other: CompanyFacts) -> bool | None:
    """Tell whether two companies are in one place; None when one of them is nowhere that we know of."""
    places = (
        (one.municipality_code, other.municipality_code),
        (one.postcode, other.postcode),
        ((one.post_town or "").casefold(), (other.post_town or "").casefold()),
    )
    known = [ours == theirs for ours, theirs in places if ours and theirs]
    return any(known) if known else None


def _ranked(pairs: Iterable[Pair]) -> list[Pair]:
    return sorted(pairs, key=lambda pair: (-pair.weight, pair.key))
