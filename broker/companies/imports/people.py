"""The people at companies beside what a list says of somebody: who it is, and what changes."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from broker import clock
from broker.companies import lookups
from broker.companies.imports.changes import ADDED, CLEARED, EDITED, KEPT, PERSON, PERSON_FIELDS, PROTECTED, Change
from broker.companies.imports.origins import Days
from broker.companies.models import LegalBasis, Person
from broker.swedish import search_key

# What addresses that belong to a place and not to a person begin with.
_SHARED = frozenset(
    (
        "admin", "bokning", "butik", "butiken", "ekonomi", "faktura", "hej", "hello", "info", "invoice", "kansli",
        "kontakt", "kontor", "kundtjanst", "mail", "office", "order", "personal", "post", "reception", "sales",
        "support", "vaxel", "verkstad",
    )
)  # fmt: skip


@dataclass(frozen=True)
class Told:
    """What a row says of a person: the details by the fields of a list, and which of them an empty cell clears."""

    name: str
    details: Mapping[str, str | None]
    clears: frozenset[str] = frozenset()
    source: str | None = None
    legal_basis: LegalBasis | None = None
    is_protected: bool = False
    # Whether an address alone tells who somebody is, as in a list of people with one row for each.
    is_known_by_address: bool = False

    @property
    def email(self) -> str:
        """Give the address as it is compared."""
        return (self.details.get("contact_email") or "").lower()

    def changes_of(self, person: Person) -> dict[str, str | None]:
        """Give the details that would become another, by the fields of a list; of a protected person none."""
        if person.is_protected:
            return {}
        told: dict[str, str | None] = {PERSON: self.name} if search_key(self.name) != person.name_key else {}
        told |= {name: text for name, text in self.details.items() if text or name in self.clears}
        return {name: text for name, text in told.items() if getattr(person, PERSON_FIELDS[name]) != text}

    def chosen(self, changes: Collection[Change]) -> dict[str, str | None]:
        """Give the details that these changes let through, by the fields of a list."""
        edited = {change.name for change in changes if change.becomes in (EDITED, CLEARED)}
        news = {PERSON: self.name, **self.details}
        return {name: news[name] for name in PERSON_FIELDS if name in edited}

    def as_person(self, company_id: int, source: str, legal_basis: LegalBasis) -> Person:
        """Give the person as somebody new at a company."""
        return Person(
            company_id=company_id,
            name=self.name,
            source=self.source or source,
            legal_basis=self.legal_basis or legal_basis,
            is_protected=self.is_protected,
            **news_of(self.details),
        )


class PeopleAtCompanies:
    """The people of a chunk's companies, found by name or by e-mail address."""

    def __init__(self, company_ids: Collection[int]) -> None:
        self._by_name: dict[tuple[int, str], Person] = {}
        self._by_email: dict[tuple[int, str], list[Person]] = defaultdict(list)
        for person in lookups.people_of(company_ids):
            self.add(person)

    def add(self, person: Person) -> None:
        """Know one more person."""
        self._by_name[person.company_id, person.name_key] = person
        if person.email:
            self._by_email[person.company_id, person.email.lower()].append(person)

    def find(self, company_id: int | None, told: Told) -> Person | None:
        """Give who this is: who has the name, or else who has the address and a word of the name.

        An address alone is enough where the list says so, if it is one person's and not that of a reception.
        """
        if company_id is None:
            return None
        named = self._by_name.get((company_id, search_key(told.name)))
        if named is not None or not told.email:
            return named
        same_address = self._by_email.get((company_id, told.email), [])
        words = set(search_key(told.name).split())
        alike = [person for person in same_address if words & set(person.name_key.split())]
        if len(alike) == 1:
            return alike[0]
        is_enough = told.is_known_by_address and len(same_address) == 1 and not is_shared_address(told.email)
        return same_address[0] if is_enough else None


def is_shared_address(email: str) -> bool:
    """Tell whether an address looks like that of a reception or an office, which several people have."""
    return search_key(email.partition("@")[0]) in _SHARED


def changes_of_person(person: Person | None, told: Told, days: Days, takes: Collection[str]) -> list[Change]:
    """List what a row changes of a person, without what it says; what was written by hand is kept unless taken."""
    if person is None:
        return [Change(PERSON, None, ADDED)]
    changes = []
    for name, text in told.changes_of(person).items():
        day = days.get((person.id, PERSON_FIELDS[name]))
        # Who is known by the address alone keeps the name that is written here.
        if name not in takes and (day or name == PERSON):
            changes.append(Change(name, None, KEPT, day or clock.in_sweden(person.created_at).date().isoformat()))
        else:
            changes.append(Change(name, None, EDITED if text else CLEARED))
    if told.is_protected and not person.is_protected:
        changes.append(Change(PROTECTED, None, EDITED))
    return changes


def news_of(details: Mapping[str, Any]) -> dict[str, Any]:
    """Give details by the names of a person's own fields instead of a list's."""
    return {PERSON_FIELDS[name]: text for name, text in details.items()}
