"""What the rows of a list say of companies, beside what is known of them: told as changes, and stored."""

from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select

from broker import audit, clock, database
from broker.accounts.models import User
from broker.audit import Action
from broker.companies import lookups
from broker.companies.identity import identity_hash
from broker.companies.imports.changes import ADDED, PERSON, PERSON_FIELDS, PLACE, RELATION, Change
from broker.companies.imports.models import RowOutcome
from broker.companies.imports.origins import days_by_hand
from broker.companies.imports.people import PeopleAtCompanies, Told, changes_of_person, values_of
from broker.companies.imports.rows import CompanyRow
from broker.companies.models import Company, Engagement, EngagementStatus, Person, Workplace
from broker.companies.service import KEPT_IN_HISTORY
from broker.extensions import Base, db
from broker.reference import queries as reference
from broker.sentences import N_
from broker.swedish import search_key

OWN_FACTS = ("employees", "phone", "email", "website", "industry", "note")
SOURCE = N_("Inläst lista")
_PLACE_NAME = N_("Adress i listan")


@dataclass(frozen=True)
class Entry:
    """One row, the company it is about, and its changes."""

    row: CompanyRow
    company: Company
    outcome: RowOutcome
    changes: list[Change]
    # What was before, once the row is stored: see ImportedRow.
    images: list[list[Any]] = field(default_factory=list)

    def as_row(self) -> dict[str, Any]:
        """Give how the row ends as plain data; a company that is not stored yet has no key."""
        return {
            "row": self.row.row,
            "company_id": self.company.id,
            "name": self.company.name,
            "outcome": self.outcome,
            "changes": [list(change) for change in self.changes],
            "images": self.images or None,
        }


class Book:
    """A chunk of rows, each beside the company that it is about; `takes` are fields where the list wins over a hand."""

    def __init__(self, rows: list[CompanyRow], takes: Collection[str] = ()) -> None:
        numbers = [row.number.digits for row in rows if not row.number.is_personal]
        hashes = [identity_hash(row.number) for row in rows if row.number.is_personal]
        self._companies = lookups.companies_by_number(numbers) | lookups.companies_by_identity(hashes)
        known = [company.id for company in self._companies.values()]
        self._engagements = lookups.engagements_by_company(known)
        self._people = PeopleAtCompanies(known)
        self._places = _places_of(known)
        self._takes = takes
        self._find_origins(rows)
        self._events: list[tuple[Action, Base, dict[str, Any]]] = []
        self._touched: list[tuple[Entry, Any, dict[str, list[Any]] | None]] = []
        self.entries = [self._enter(row) for row in rows]

    def store(self, file_name: str, by: User | None) -> None:
        """Put what every row changes into the session, with its events."""
        db.session.add_all(entry.company for entry in self.entries if entry.outcome is RowOutcome.NEW)
        db.session.flush()
        for entry in self.entries:
            if entry.outcome is not RowOutcome.UNCHANGED:
                self._store(entry, file_name)
        db.session.flush()
        for entry, row, fields in self._touched:
            entry.images.append([row.__tablename__, row.id, getattr(row, "version", 0), fields])
        for action, subject, facts in self._events:
            audit.record(action, subject, by=by, file=file_name, **facts)

    def _enter(self, row: CompanyRow) -> Entry:
        key = _key_of(row)
        company = self._companies.get(key)
        if company is None:
            self._companies[key] = company = _made(row, key)
            return Entry(row, company, RowOutcome.NEW, self._changes(company, row))
        changes = self._changes(company, row)
        return Entry(row, company, RowOutcome.of(changes), changes)

    def _find_origins(self, rows: list[CompanyRow]) -> None:
        # Only of what a row would change does the history have to be asked.
        engagements, people = set(), set()
        for row in rows:
            company = self._companies.get(_key_of(row))
            engagement = self._engagements.get(company.id) if company else None
            if engagement is not None and _told(engagement, row):
                engagements.add(engagement.id)
            if company is not None and row.contact_name:
                person, _others = self._people.find(company.id, row.contact_name, row.contact_email)
                if person is not None and _told_of_person(row).changes_of(person):
                    people.add(person.id)
        self._days = days_by_hand(Engagement, engagements)
        self._days_of_people = days_by_hand(Person, people)

    def _changes(self, company: Company, row: CompanyRow) -> list[Change]:
        # The register belongs to all: a list that one organisation keeps says there only that a company exists.
        engagement = self._engagements.get(company.id)
        changes: list[Change] = [] if engagement else [Change(RELATION, None, ADDED)]
        for name, is_, told in _told(engagement, row):
            day = self._days.get((engagement.id, name)) if engagement and name not in self._takes else None
            changes.append(Change(name, is_, told, day))
        if row.contact_name:
            person, _others = self._people.find(company.id, row.contact_name, row.contact_email)
            changes += changes_of_person(person, _told_of_person(row), self._days_of_people, self._takes)
        if row.street and search_key(row.street) not in self._places.get(company.id, set()):
            changes.append(Change(PLACE, None, row.street))
        return changes

    def _store(self, entry: Entry, file_name: str) -> None:
        company, row = entry.company, entry.row
        engagement = self._engagements.get(company.id)
        if engagement is None:
            engagement = Engagement(company_id=company.id, status=EngagementStatus.NEW, tags=[], source=file_name)
            db.session.add(engagement)
            self._engagements[company.id] = engagement
            self._touch(entry, engagement)
        changed = {
            change.name: [change.was, change.becomes]
            for change in entry.changes
            if change.name in OWN_FACTS and change.by_hand_on is None
        }
        for name, (_was, told) in changed.items():
            setattr(engagement, name, told)
        if changed and entry.changes[0].name != RELATION:
            self._touch(entry, engagement, changed)
        if entry.outcome is RowOutcome.NEW:
            self._touch(entry, company)
            self._events.append((Action.COMPANY_ADDED, company, {}))
        elif changed or entry.changes[0].name == RELATION:
            kept = {name: change for name, change in changed.items() if name in KEPT_IN_HISTORY}
            fields = [name for name in changed if name not in KEPT_IN_HISTORY]
            self._tell(entry, Action.ENGAGEMENT_EDITED, engagement, changes=kept, fields=fields)
        if row.contact_name:
            self._store_person(entry, row.contact_name, file_name)
        if any(change.name == PLACE for change in entry.changes):
            self._store_place(entry)

    def _store_person(self, entry: Entry, name: str, file_name: str) -> None:
        told = _told_of_person(entry.row)
        # An earlier row of the list may have added the person.
        person, _others = self._people.find(entry.company.id, name, entry.row.contact_email)
        if person is None:
            details = {PERSON_FIELDS[field]: text for field, text in told.details.items()}
            person = Person(company_id=entry.company.id, name=name, source=file_name, **details)
            self._people.add(person)
            db.session.add(person)
            self._touch(entry, person)
            self._tell(entry, Action.PERSON_ADDED, person)
            return
        if any(change.name == PERSON and change.becomes == ADDED for change in entry.changes):
            news = {PERSON_FIELDS[field]: text for field, text in told.changes_of(person).items() if field != PERSON}
        else:
            news = values_of(entry.changes, told)
        if news:
            self._touch(entry, person, {fact: [getattr(person, fact), text] for fact, text in news.items()})
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
        self._touch(entry, place)
        self._tell(entry, Action.WORKPLACE_ADDED, place)

    def _touch(self, entry: Entry, row: Any, fields: dict[str, list[Any]] | None = None) -> None:
        self._touched.append((entry, row, fields))

    def _tell(self, entry: Entry, action: Action, subject: Base, **facts: Any) -> None:
        # All that the row says of a new company comes with it: one event tells of it.
        if entry.outcome is not RowOutcome.NEW:
            self._events.append((action, subject, facts))


def _key_of(row: CompanyRow) -> str:
    return identity_hash(row.number) if row.number.is_personal else row.number.digits


def _made(row: CompanyRow, key: str) -> Company:
    place = reference.find_municipality(row.municipality_name)
    return Company(
        organisation_number=None if row.number.is_personal else key,
        identity_hash=key if row.number.is_personal else None,
        name=row.shown_name,
        legal_form=row.legal_form,
        post_town=row.post_town,
        municipality_code=place.code if place else reference.municipality_of_town(row.post_town),
        source=SOURCE,
        source_date=clock.today(),
    )


def _told(engagement: Engagement | None, row: CompanyRow) -> list[tuple[str, Any, Any]]:
    found = []
    for name in OWN_FACTS:
        is_, told = getattr(engagement, name, None), getattr(row, name)
        if told != is_ and (told is not None or name in row.clears):
            found.append((name, is_, told))
    return found


def _told_of_person(row: CompanyRow) -> Told:
    details = {name: getattr(row, name) for name in PERSON_FIELDS if name != PERSON}
    return Told(row.contact_name or "", details, row.clears)


def _places_of(company_ids: Collection[int]) -> dict[int, set[str]]:
    places: dict[int, set[str]] = {}
    query = select(Workplace.company_id, Workplace.street)
    for company_id, street in db.session.execute(query.where(database.among(Workplace.company_id, company_ids))):
        places.setdefault(company_id, set()).add(search_key(street or ""))
    return places
