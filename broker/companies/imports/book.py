"""What the rows of a list say of companies, beside what is known of them: told as changes, and stored."""

from collections.abc import Collection
from typing import Any

from sqlalchemy import select

from broker import clock, database
from broker.accounts.models import User
from broker.actions import Action
from broker.companies import lookups
from broker.companies.identity import identity_hash
from broker.companies.imports.changes import ADDED, PERSON, PERSON_FIELDS, PLACE, RELATION, Change
from broker.companies.imports.ledger import Entry, Ledger
from broker.companies.imports.models import RowOutcome
from broker.companies.imports.origins import days_by_hand
from broker.companies.imports.people import Told
from broker.companies.imports.rows import CompanyRow
from broker.companies.models import Company, Engagement, Workplace
from broker.companies.service import KEPT_IN_HISTORY
from broker.extensions import Base, db
from broker.reference import queries as reference
from broker.sentences import N_
from broker.swedish import search_key

OWN_FACTS = ("employees", "phone", "email", "website", "industry", "note")
SOURCE = N_("Inläst lista")
_PLACE_NAME = N_("Adress i listan")


class Book(Ledger):
    """A chunk of rows, each beside the company that it is about; `takes` are fields where the list wins over a hand."""

    def __init__(self, rows: list[CompanyRow], **how: Any) -> None:
        numbers = [row.number.digits for row in rows if not row.number.is_personal]
        hashes = [identity_hash(row.number) for row in rows if row.number.is_personal]
        self._companies = lookups.companies_by_number(numbers) | lookups.companies_by_identity(hashes)
        known = [company.id for company in self._companies.values()]
        super().__init__(known, **how)
        self._places = _places_of(known)
        self._ask_of_people([(self._companies.get(_key_of(row)), _told_of_person(row)) for row in rows])
        self._days = days_by_hand(Engagement, self._relations_to_change(rows))
        self.entries = [self._enter(row) for row in rows]

    def store(self, file_name: str, by: User | None) -> None:
        """Put what every row changes into the session, with its events."""
        db.session.add_all(entry.company for entry in self.entries if entry.outcome is RowOutcome.NEW)
        db.session.flush()
        super().store(file_name, by)

    def _enter(self, row: CompanyRow) -> Entry:
        key = _key_of(row)
        company = self._companies.get(key)
        if company is None:
            self._companies[key] = company = _made(row, key)
            return Entry(row.row, row, company, RowOutcome.NEW, self._changes(company, row))
        changes = self._changes(company, row)
        return Entry(row.row, row, company, RowOutcome.of(changes), changes)

    def _relations_to_change(self, rows: list[CompanyRow]) -> dict[int, Engagement]:
        found: dict[int, Engagement] = {}
        for row in rows:
            company = self._companies.get(_key_of(row))
            engagement = self._engagements.get(company.id) if company else None
            if engagement is not None and _told(engagement, row):
                found[engagement.id] = engagement
        return found

    def _changes(self, company: Company, row: CompanyRow) -> list[Change]:
        # The register belongs to all: a list that one organisation keeps says there only that a company exists.
        engagement = self._engagements.get(company.id)
        changes: list[Change] = [] if engagement else [Change(RELATION, None, ADDED)]
        for name, is_, told in _told(engagement, row):
            day = self._days.get((engagement.id, name)) if engagement and name not in self._takes else None
            changes.append(Change(name, is_, told, day))
        changes += self._changes_of_person(company, _told_of_person(row))
        if row.street and search_key(row.street) not in self._places.get(company.id, set()):
            changes.append(Change(PLACE, None, row.street))
        return changes

    def _store(self, entry: Entry) -> None:
        engagement = self._relation(entry)
        changed = {
            change.name: [change.was, change.becomes]
            for change in entry.changes
            if change.name in OWN_FACTS and change.by_hand_on is None
        }
        for name, (_was, told) in changed.items():
            setattr(engagement, name, told)
        is_new_relation = bool(entry.changes) and entry.changes[0].name == RELATION
        if changed and not is_new_relation:
            self._touch(entry, engagement, changed)
        if entry.outcome is RowOutcome.NEW:
            self._touch(entry, entry.company)
            self._events.append((Action.COMPANY_ADDED, entry.company, {}))
        elif changed or is_new_relation:
            kept = {name: change for name, change in changed.items() if name in KEPT_IN_HISTORY}
            fields = [name for name in changed if name not in KEPT_IN_HISTORY]
            self._tell(entry, Action.ENGAGEMENT_EDITED, engagement, changes=kept, fields=fields)
        if told_of := _told_of_person(entry.row):
            self._store_person(entry, told_of)
        if any(change.name == PLACE for change in entry.changes):
            self._store_place(entry)

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

    def _tell(self, entry: Entry, action: Action, subject: Base, **facts: Any) -> None:
        # All that the row says of a new company comes with it: one event tells of it.
        if entry.outcome is not RowOutcome.NEW:
            super()._tell(entry, action, subject, **facts)


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


def _told_of_person(row: CompanyRow) -> Told | None:
    if not row.contact_name:
        return None
    details = {name: getattr(row, name) for name in PERSON_FIELDS if name != PERSON}
    return Told(
        row.contact_name,
        details,
        row.clears,
        source=row.contact_source,
        legal_basis=row.contact_legal_basis,
        is_protected=row.contact_is_protected,
    )


def _places_of(company_ids: Collection[int]) -> dict[int, set[str]]:
    places: dict[int, set[str]] = {}
    query = select(Workplace.company_id, Workplace.street)
    for company_id, street in db.session.execute(query.where(database.among(Workplace.company_id, company_ids))):
        places.setdefault(company_id, set()).add(search_key(street or ""))
    return places
