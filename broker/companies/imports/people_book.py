"""What the rows of a list of people say, beside the people and companies that are known."""

from typing import Any

from broker.actions import Action
from broker.companies import lookups
from broker.companies.identity import identity_hash
from broker.companies.imports.changes import ADDED, PERSON, PERSON_FIELDS, RELATION, Change
from broker.companies.imports.ledger import Entry, Ledger
from broker.companies.imports.models import RowOutcome
from broker.companies.imports.people import Told
from broker.companies.imports.rows import PersonRow, Refusal
from broker.companies.models import Company
from broker.sentences import N_, Sentence
from broker.swedish import company_key

_UNKNOWN_NUMBER = Sentence(N_("Inget företag i registret har det numret. Rätta numret, eller läs in företaget först."))
_UNKNOWN_NAME = Sentence(
    N_("Ni har inget företag med precis det namnet. Fyll i organisationsnumret, eller lägg till företaget först.")
)
_SEVERAL = Sentence(N_("Ni har flera företag med det namnet. Fyll i organisationsnumret."))


class PeopleBook(Ledger):
    """A chunk of people, each beside who it is already, at the company that the row names."""

    def __init__(self, rows: list[PersonRow], **how: Any) -> None:
        found = _companies_of(rows)
        known = {company.id for company in found.values() if isinstance(company, Company)}
        super().__init__(known, **how)
        usable: list[tuple[PersonRow, Company]] = []
        for row in rows:
            company = found[row.row]
            if isinstance(company, Sentence):
                self.refusals.append(Refusal(row.row, row.company_column, company, row.company_name))
            else:
                usable.append((row, company))
        self._ask_of_people([(company, self._told(row)) for row, company in usable])
        self.entries = [self._enter(row, company) for row, company in usable]

    def _enter(self, row: PersonRow, company: Company) -> Entry:
        changes = self._changes_of_person(company, self._told(row))
        outcome = RowOutcome.NEW if Change(PERSON, None, ADDED) in changes else RowOutcome.of(changes)
        if changes and company.id not in self._engagements:
            changes.insert(0, Change(RELATION, None, ADDED))
        return Entry(row.row, row, company, outcome, changes)

    def _store(self, entry: Entry) -> None:
        is_new = entry.company.id not in self._engagements
        engagement = self._relation(entry)
        if is_new:
            self._tell(entry, Action.ENGAGEMENT_EDITED, engagement, changes={}, fields=[])
        self._store_person(entry, self._told(entry.row))

    def _told(self, row: PersonRow) -> Told:
        details = {name: getattr(row, name) for name in PERSON_FIELDS if name != PERSON}
        how: dict[str, Any] = {"source": row.contact_source, "is_protected": row.contact_is_protected}
        how["legal_basis"] = row.contact_legal_basis
        return Told(row.contact_name, details, row.clears, is_known_by_address=True, **how)


def _companies_of(rows: list[PersonRow]) -> dict[int, Company | Sentence]:
    numbers = [row.company_number for row in rows if row.company_number]
    by_number = lookups.companies_by_number([number.digits for number in numbers if not number.is_personal])
    by_number |= lookups.companies_by_identity([identity_hash(number) for number in numbers if number.is_personal])
    named = lookups.all_our_companies_called({row.company_name for row in rows if row.company_name})
    return {row.row: _company_of(row, by_number, named) for row in rows}


def _company_of(row: PersonRow, by_number: dict[str, Company], named: dict[str, list[Company]]) -> Company | Sentence:
    if number := row.company_number:
        return by_number.get(identity_hash(number) if number.is_personal else number.digits, _UNKNOWN_NUMBER)
    found = named.get(company_key(row.company_name or ""), [])
    if len(found) > 1:
        return _SEVERAL
    return found[0] if found else _UNKNOWN_NAME
