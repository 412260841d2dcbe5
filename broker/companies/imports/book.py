"""What the rows of a list say of companies, beside what is known of them: told as changes, and stored."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from broker import audit, clock, database
from broker.accounts.models import User
from broker.audit import Action
from broker.companies import lookups
from broker.companies.identity import identity_hash
from broker.companies.imports.models import RowOutcome
from broker.companies.imports.rows import CompanyRow
from broker.companies.models import Company, Engagement, EngagementStatus, Person, Workplace
from broker.companies.service import KEPT_IN_HISTORY
from broker.extensions import Base, db
from broker.reference import queries as reference
from broker.sentences import N_
from broker.swedish import search_key

OWN_FACTS = ("employees", "phone", "email", "website", "industry", "note")
RELATION, PERSON, PLACE = "engagement", "contact_name", "street"
ADDED, EDITED = "added", "edited"
_SOURCE = N_("Inläst lista")
_PLACE_NAME = N_("Adress i listan")


@dataclass(frozen=True)
class Entry:
    """One row, the company it is about, and its changes: a field, what it is and what it becomes.

    Of a relation and of a person a change tells only whether it is added or edited.
    """

    row: CompanyRow
    company: Company
    outcome: RowOutcome
    changes: list[tuple[str, Any, Any]]

    def as_row(self) -> dict[str, Any]:
        """Give how the row ends as plain data; a company that is not stored yet has no key."""
        return {
            "row": self.row.row,
            "company_id": self.company.id,
            "name": self.company.name,
            "outcome": self.outcome,
            "changes": [list(change) for change in self.changes],
        }


class Book:
    """A chunk of rows, each beside the company that it is about."""

    def __init__(self, rows: list[CompanyRow]) -> None:
        numbers = [row.number.digits for row in rows if not row.number.is_personal]
        hashes = [identity_hash(row.number) for row in rows if row.number.is_personal]
        self._companies = lookups.companies_by_number(numbers) | lookups.companies_by_identity(hashes)
        known = [company.id for company in self._companies.values()]
        self._engagements = lookups.engagements_by_company(known)
        self._people = _people_of(known)
        self._places = _places_of(known)
        self._events: list[tuple[Action, Base, dict[str, Any]]] = []
        self.entries = [self._enter(row) for row in rows]

    def store(self, file_name: str, by: User | None) -> None:
        """Put what every row changes into the session, with its events."""
        db.session.add_all(entry.company for entry in self.entries if entry.outcome is RowOutcome.NEW)
        db.session.flush()
        for entry in self.entries:
            if entry.outcome is not RowOutcome.UNCHANGED:
                self._store(entry, file_name)
        db.session.flush()
        for action, subject, facts in self._events:
            audit.record(action, subject, by=by, file=file_name, **facts)

    def _enter(self, row: CompanyRow) -> Entry:
        key = identity_hash(row.number) if row.number.is_personal else row.number.digits
        company = self._companies.get(key)
        if company is None:
            self._companies[key] = company = _made(row, key)
            return Entry(row, company, RowOutcome.NEW, self._changes(company, row))
        changes = self._changes(company, row)
        return Entry(row, company, RowOutcome.CHANGED if changes else RowOutcome.UNCHANGED, changes)

    def _changes(self, company: Company, row: CompanyRow) -> list[tuple[str, Any, Any]]:
        # The register belongs to all: a list that one organisation keeps says there only that a company exists.
        engagement = self._engagements.get(company.id)
        changes: list[tuple[str, Any, Any]] = [] if engagement else [(RELATION, None, ADDED)]
        for name in OWN_FACTS:
            is_, told = getattr(engagement, name, None), getattr(row, name)
            if told is not None and told != is_:
                changes.append((name, is_, told))
        if change := self._change_of_person(company, row):
            changes.append((PERSON, None, change))
        if row.street and search_key(row.street) not in self._places.get(company.id, set()):
            changes.append((PLACE, None, row.street))
        return changes

    def _change_of_person(self, company: Company, row: CompanyRow) -> str | None:
        if not row.contact_name:
            return None
        person = self._people.get(company.id, {}).get(search_key(row.contact_name))
        if person is None:
            return ADDED
        is_news = not person.is_protected and any(getattr(person, name) != told for name, told in _told_of_person(row))
        return EDITED if is_news else None

    def _store(self, entry: Entry, file_name: str) -> None:
        company, row = entry.company, entry.row
        engagement = self._engagements.get(company.id)
        if engagement is None:
            engagement = Engagement(company_id=company.id, status=EngagementStatus.NEW, tags=[], source=file_name)
            db.session.add(engagement)
            self._engagements[company.id] = engagement
        changed = {name: change for name, *change in entry.changes if name in OWN_FACTS}
        for name, (_was, told) in changed.items():
            setattr(engagement, name, told)
        if entry.outcome is RowOutcome.NEW:
            self._events.append((Action.COMPANY_ADDED, company, {}))
        elif changed or entry.changes[0][0] == RELATION:
            kept = {name: change for name, change in changed.items() if name in KEPT_IN_HISTORY}
            fields = [name for name in changed if name not in KEPT_IN_HISTORY]
            self._tell(entry, Action.ENGAGEMENT_EDITED, engagement, changes=kept, fields=fields)
        if row.contact_name:
            self._store_person(entry, row.contact_name, file_name)
        if any(name == PLACE for name, *_change in entry.changes):
            self._store_place(entry)

    def _store_person(self, entry: Entry, name: str, file_name: str) -> None:
        people = self._people.setdefault(entry.company.id, {})
        person, told = people.get(search_key(name)), dict(_told_of_person(entry.row))
        if person is None:
            person = Person(company_id=entry.company.id, name=name, source=file_name, **told)
            people[person.name_key] = person
            db.session.add(person)
            self._tell(entry, Action.PERSON_ADDED, person)
            return
        news = {fact: text for fact, text in told.items() if getattr(person, fact) != text}
        if news and not person.is_protected:
            for fact, text in news.items():
                setattr(person, fact, text)
            self._tell(entry, Action.PERSON_EDITED, person, fields=list(news))

    def _store_place(self, entry: Entry) -> None:
        row = entry.row
        places = self._places.setdefault(entry.company.id, set())
        if search_key(row.street or "") in places:
            return
        places.add(search_key(row.street or ""))
        place = Workplace(
            company_id=entry.company.id,
            name=_PLACE_NAME,
            street=row.street,
            postcode=row.postcode,
            post_town=row.post_town,
            municipality_code=reference.municipality_of_town(row.post_town),
        )
        db.session.add(place)
        self._tell(entry, Action.WORKPLACE_ADDED, place)

    def _tell(self, entry: Entry, action: Action, subject: Base, **facts: Any) -> None:
        # All that the row says of a new company comes with it: one event tells of it.
        if entry.outcome is not RowOutcome.NEW:
            self._events.append((action, subject, facts))


def _made(row: CompanyRow, key: str) -> Company:
    place = reference.find_municipality(row.municipality_name)
    return Company(
        organisation_number=None if row.number.is_personal else key,
        identity_hash=key if row.number.is_personal else None,
        name=row.shown_name,
        legal_form=row.legal_form,
        post_town=row.post_town,
        municipality_code=place.code if place else reference.municipality_of_town(row.post_town),
        source=_SOURCE,
        source_date=clock.today(),
    )


def _told_of_person(row: CompanyRow) -> list[tuple[str, str]]:
    facts = [("function", row.contact_function), ("email", row.contact_email), ("phone", row.contact_phone)]
    return [(name, told) for name, told in facts if told]


def _people_of(company_ids: Collection[int]) -> dict[int, dict[str, Person]]:
    people: dict[int, dict[str, Person]] = {}
    for person in lookups.people_of(company_ids):
        people.setdefault(person.company_id, {})[person.name_key] = person
    return people


def _places_of(company_ids: Collection[int]) -> dict[int, set[str]]:
    places: dict[int, set[str]] = {}
    query = select(Workplace.company_id, Workplace.street)
    for company_id, street in db.session.execute(query.where(database.among(Workplace.company_id, company_ids))):
        places.setdefault(company_id, set()).add(search_key(street or ""))
    return places
