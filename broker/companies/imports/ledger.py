"""Rows of a list beside what is known: how each ends, and what every kind of list stores alike."""

from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Any

from broker import audit
from broker.accounts.models import User
from broker.actions import Action
from broker.companies import lookups, service
from broker.companies.imports.changes import ADDED, PERSON, Change
from broker.companies.imports.models import RowOutcome
from broker.companies.imports.origins import Days, days_by_hand
from broker.companies.imports.people import PeopleAtCompanies, Told, changes_of_person, news_of
from broker.companies.imports.rows import Refusal
from broker.companies.models import Company, Engagement, EngagementStatus, LegalBasis, Person
from broker.extensions import Base, db


@dataclass(frozen=True)
class Entry:
    """One row, the company it is about, and its changes."""

    number: int
    row: Any
    company: Company
    outcome: RowOutcome
    changes: list[Change]
    # What was before, once the row is stored: see ImportedRow.
    images: list[list[Any]] = field(default_factory=list)

    def as_row(self) -> dict[str, Any]:
        """Give how the row ends as plain data; a company that is not stored yet has no key."""
        return {
            "row": self.number,
            "company_id": self.company.id,
            "name": self.company.name,
            "outcome": self.outcome,
            "changes": [list(change) for change in self.changes],
            "images": self.images or None,
        }


class Ledger:
    """A chunk of rows; `takes` are the fields where the list wins over what is written here by hand."""

    def __init__(
        self, company_ids: Collection[int], *, source: str, takes: Collection[str], legal_basis: LegalBasis
    ) -> None:
        self._engagements = lookups.engagements_by_company(company_ids)
        self._people = PeopleAtCompanies(company_ids)
        self._source, self._takes, self._legal_basis = source, takes, legal_basis
        self._file_name = source
        self._days_of_people: Days = {}
        self._events: list[tuple[Action, Base, dict[str, Any]]] = []
        self._touched: list[tuple[Entry, Any, dict[str, list[Any]] | None]] = []
        self._protected: list[tuple[Entry, Person]] = []
        self.entries: list[Entry] = []
        self.refusals: list[Refusal] = []

    def store(self, file_name: str, by: User | None) -> None:
        """Put what every row changes into the session, with its events."""
        self._file_name = file_name
        for entry in self.entries:
            if entry.outcome is not RowOutcome.UNCHANGED:
                self._store(entry)
        for entry, person in self._protected:
            service.protect(person, by=by)
            self._tell(entry, Action.PERSON_EDITED, person, fields=["is_protected"])
        db.session.flush()
        for entry, row, fields in self._touched:
            entry.images.append([row.__tablename__, row.id, getattr(row, "version", 0), fields])
        for action, subject, facts in self._events:
            audit.record(action, subject, by=by, file=file_name, **facts)

    def _store(self, entry: Entry) -> None:
        raise NotImplementedError

    def _find_person(self, company: Company | None, told: Told | None) -> Person | None:
        return self._people.find(company.id, told) if company and told else None

    def _ask_of_people(self, found: Collection[tuple[Company | None, Told | None]]) -> None:
        # Only of what a row would change does the history have to be asked.
        asked: dict[int, Person] = {}
        for company, told in found:
            person = self._find_person(company, told)
            if person is not None and told is not None and told.changes_of(person):
                asked[person.id] = person
        self._days_of_people = days_by_hand(Person, asked)

    def _changes_of_person(self, company: Company, told: Told | None) -> list[Change]:
        if told is None:
            return []
        return changes_of_person(self._find_person(company, told), told, self._days_of_people, self._takes)

    def _relation(self, entry: Entry) -> Engagement:
        engagement = self._engagements.get(entry.company.id)
        if engagement is None:
            engagement = Engagement(
                company_id=entry.company.id, status=EngagementStatus.NEW, tags=[], source=self._file_name
            )
            db.session.add(engagement)
            self._engagements[entry.company.id] = engagement
            self._touch(entry, engagement)
        return engagement

    def _store_person(self, entry: Entry, told: Told) -> None:
        # An earlier row of the list may have added the person.
        person = self._find_person(entry.company, told)
        if person is None:
            person = told.as_person(entry.company.id, self._source, self._legal_basis)
            self._people.add(person)
            db.session.add(person)
            self._touch(entry, person)
            self._tell(entry, Action.PERSON_ADDED, person, is_protected=person.is_protected)
            return
        if told.is_protected and not person.is_protected:
            self._protected.append((entry, person))
        is_added = Change(PERSON, None, ADDED) in entry.changes
        news = news_of(told.changes_of(person) if is_added else told.chosen(entry.changes))
        if news:
            before = {fact: [getattr(person, fact), text] for fact, text in news.items()}
            # Of somebody who becomes protected nothing is kept that the person's own page does not have.
            self._touch(entry, person, {} if told.is_protected else before)
            for fact, text in news.items():
                setattr(person, fact, text)
            self._tell(entry, Action.PERSON_EDITED, person, fields=list(news))

    def _touch(self, entry: Entry, row: Any, fields: dict[str, list[Any]] | None = None) -> None:
        self._touched.append((entry, row, fields))

    def _tell(self, entry: Entry, action: Action, subject: Base, **facts: Any) -> None:
        self._events.append((action, subject, facts))
