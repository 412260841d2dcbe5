"""The people at companies beside what a list says of somebody: who it is, and what changes."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from broker.companies import lookups
from broker.companies.imports.changes import ADDED, CLEARED, EDITED, KEPT, PERSON, PERSON_FIELDS, Change
from broker.companies.imports.origins import Days
from broker.companies.models import Person
from broker.swedish import search_key


@dataclass(frozen=True)
class Told:
    """What a row says of a person: the details by the fields of a list, and which of them an empty cell clears."""

    name: str
    details: Mapping[str, str | None]
    clears: frozenset[str] = frozenset()

    def changes_of(self, person: Person) -> dict[str, str | None]:
        """Give the details that would become another, by the fields of a list; of a protected person none."""
        if person.is_protected:
            return {}
        told: dict[str, str | None] = {PERSON: self.name} if search_key(self.name) != person.name_key else {}
        told |= {name: text for name, text in self.details.items() if text or name in self.clears}
        return {name: text for name, text in told.items() if getattr(person, PERSON_FIELDS[name]) != text}


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

    def find(self, company_id: int | None, name: str, email: str | None) -> tuple[Person | None, bool]:
        """Give who this is, and whether the e-mail address is that of somebody else at the company.

        A shared address tells nobody apart, so whom only the address points at must have a word of the name as well.
        """
        if company_id is None:
            return None, False
        named = self._by_name.get((company_id, search_key(name)))
        same_address = self._by_email.get((company_id, (email or "").lower()), [])
        if named is not None:
            others = [person for person in same_address if not person.is_protected]
            return named, bool(others) and named not in same_address
        words = set(search_key(name).split())
        alike = [person for person in same_address if words & set(person.name_key.split())]
        if len(alike) == 1:
            return alike[0], False
        return None, any(not person.is_protected for person in same_address)


def changes_of_person(person: Person | None, told: Told, days: Days, takes: Collection[str]) -> list[Change]:
    """List what a row changes of a person, without what it says; what was written by hand is kept unless taken."""
    if person is None:
        return [Change(PERSON, None, ADDED)]
    changes = []
    for name, text in told.changes_of(person).items():
        day = days.get((person.id, PERSON_FIELDS[name]))
        # Who is known by the address alone keeps the name that is written here.
        if name not in takes and (day or name == PERSON):
            changes.append(Change(name, None, KEPT, day or _since(person)))
        else:
            changes.append(Change(name, None, EDITED if text else CLEARED))
    return changes


def _since(person: Person) -> str:
    return person.created_at.date().isoformat()


def values_of(changes: Collection[Change], told: Told) -> dict[str, Any]:
    """Give the new details that a person gets, by the names of the person's own fields."""
    edited = {change.name for change in changes if change.name in PERSON_FIELDS and change.becomes in (EDITED, CLEARED)}
    news = {PERSON: told.name, **told.details}
    return {PERSON_FIELDS[name]: news[name] for name in edited}
