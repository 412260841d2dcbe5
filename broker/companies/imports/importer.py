"""Brings a company file into the database: every row compared first, then all of them stored or none."""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from itertools import islice
from pathlib import Path
from typing import Any

from sqlalchemy import select

from broker import audit, clock, database
from broker.accounts.models import Organisation, User
from broker.audit import Action
from broker.companies import queries
from broker.companies.identity import identity_hash
from broker.companies.imports.errors import UnreadableFileError
from broker.companies.imports.formats import FileFormat
from broker.companies.imports.reader import read_rows
from broker.companies.imports.rows import CompanyRow, Refusal, Skipped
from broker.companies.models import Company, Engagement, EngagementStatus, Person, Workplace
from broker.extensions import db
from broker.reference import queries as reference
from broker.sentences import N_, Sentence
from broker.swedish import search_key

SOURCES = {FileFormat.BOLAGSVERKET: "Bolagsverket", FileFormat.SCB: "SCB"}
_CHUNK = 1000
_REFUSALS_SHOWN = 500
_REGISTER_FIELDS = (
    "legal_form", "registered_on", "deregistered_on", "deregistration_reason", "description", "street",
    "postcode", "post_town", "country", "no_advertising", "is_active",
)  # fmt: skip
_SCB_FIELDS = ("industry_codes", "industry_edition", "no_advertising", "is_active")
_LIST_FIELDS = ("name", "legal_form", "post_town", "municipality_code")
_BOTH = N_("Bolagsverket och SCB")
_LIST_SOURCE = N_("Inläst lista")
_PLACE_OF_LIST = N_("Adress i listan")
_OWN_FIELDS = ("employees", "phone", "email", "website", "note")

Tell = Callable[[int, int, str], None]


@dataclass(frozen=True)
class ImportPlan:
    """One file to import and how: what its columns mean, what to do with rows that cannot be used."""

    path: Path
    file_name: str
    file_format: FileFormat
    mapping: dict[str, str] | None = None
    skip_refused: bool = False
    include_sole_traders: bool = False
    is_dry_run: bool = False


@dataclass
class ImportResult:
    """How each row of a file ended."""

    new: int = 0
    changed: int = 0
    unchanged: int = 0
    skipped: Counter[str] = field(default_factory=Counter)
    refused: int = 0
    refusals: list[Refusal] = field(default_factory=list)
    is_stored: bool = False

    @property
    def rows(self) -> int:
        """Give how many rows have been judged."""
        return self.new + self.changed + self.unchanged + self.refused + self.skipped.total()

    def as_facts(self) -> dict[str, Any]:
        """Give the result as plain data."""
        return {
            "new": self.new,
            "changed": self.changed,
            "unchanged": self.unchanged,
            "skipped": dict(self.skipped),
            "refused": self.refused,
            "refusals": [[refusal.row, refusal.column, refusal.message.as_stored()] for refusal in self.refusals],
            "is_stored": self.is_stored,
        }


def import_companies(
    plan: ImportPlan,
    *,
    organisation_id: int,
    owner_id: int | None,
    tell: Tell = lambda done, total, message: None,
) -> ImportResult:
    """Judge every row, then store all usable ones in the running transaction; with refused rows only if asked to."""
    result = ImportResult()
    with database.writing(False):
        for chunk in _chunks(plan):
            _judge_chunk(plan, chunk, result, is_storing=False)
            db.session.rollback()
            tell(result.rows, 0, N_("Läser filen"))
    if not result.rows:
        raise UnreadableFileError(
            Sentence(N_("Filen har inga rader under rubrikerna. Kontrollera att rätt lista är sparad i den."))
        )
    if plan.is_dry_run or (result.refused and not plan.skip_refused):
        return result
    tell(result.rows, result.rows, N_("Sparar"))
    stored = ImportResult(is_stored=True)
    for chunk in _chunks(plan):
        _judge_chunk(plan, chunk, stored, is_storing=True)
    facts = {"new": stored.new, "changed": stored.changed, "unchanged": stored.unchanged, "refused": stored.refused}
    audit.record(
        Action.COMPANIES_IMPORTED,
        db.session.get_one(Organisation, organisation_id),
        by=db.session.get(User, owner_id) if owner_id else None,
        organisation_id=organisation_id,
        file=plan.file_name,
        **facts,
    )
    return stored


def _chunks(plan: ImportPlan) -> Iterator[list[CompanyRow | Refusal | Skipped]]:
    rows = read_rows(plan.path, plan.file_format, plan.mapping, plan.include_sole_traders)
    while chunk := list(islice(rows, _CHUNK)):
        yield chunk


def _judge_chunk(
    plan: ImportPlan, chunk: list[CompanyRow | Refusal | Skipped], result: ImportResult, *, is_storing: bool
) -> None:
    rows = [row for row in chunk if isinstance(row, CompanyRow)]
    book = _Book(plan, rows)
    for row in chunk:
        if isinstance(row, Refusal):
            result.refused += 1
            if len(result.refusals) < _REFUSALS_SHOWN:
                result.refusals.append(row)
        elif isinstance(row, Skipped):
            result.skipped[row.reason.value] += 1
        else:
            outcome = book.enter(row)
            setattr(result, outcome, getattr(result, outcome) + 1)
    if is_storing:
        book.store()
        db.session.flush()
        # What is stored is let go, or a million companies would stay in memory.
        for kept in list(db.session):
            if isinstance(kept, Company | Engagement | Person | Workplace):
                db.session.expunge(kept)


class _Book:
    """The companies that one chunk of rows is about, as they are and as the rows would have them."""

    def __init__(self, plan: ImportPlan, rows: list[CompanyRow]) -> None:
        self._source = SOURCES.get(plan.file_format, plan.file_name)
        self._is_register = plan.file_format in SOURCES
        self._today = clock.today()
        numbers = [row.number.digits for row in rows if not row.number.is_personal]
        hashes = [identity_hash(row.number) for row in rows if row.number.is_personal]
        self._companies = queries.companies_by_number(numbers) | queries.companies_by_identity(hashes)
        known = [company.id for company in self._companies.values()]
        self._engagements: dict[int, Engagement] = {}
        self._people: dict[int, dict[str, Person]] = {}
        self._places: dict[int, set[str]] = {}
        if not self._is_register:
            self._engagements = queries.engagements_by_company(known)
            self._people = _people_by_company(known)
            self._places = _places_by_company(known)
        self._changes: dict[int, tuple[Company, dict[str, Any]]] = {}
        self._new: dict[str, tuple[Company, CompanyRow]] = {}
        self._additions: list[tuple[Company, CompanyRow]] = []

    def enter(self, row: CompanyRow) -> str:
        """Note what the row changes, and tell whether it is new, changed or unchanged."""
        key = identity_hash(row.number) if row.number.is_personal else row.number.digits
        if key in self._new:
            self._enter_again(self._new[key][0], row)
            return "changed"
        company = self._companies.get(key)
        if company is None:
            company = self._made(row, key)
            self._new[key] = (company, row)
            self._additions.append((company, row))
            return "new"
        changes = self._company_changes(company, row)
        if changes:
            told = {"source": _both_sources(company.source, self._source), "source_date": self._today}
            self._changes[company.id] = (company, changes | told)
        elif self._is_register:
            # The last row of a number is what the register says; an earlier one in the same file is history.
            self._changes.pop(company.id, None)
        own = not self._is_register and self._own_changes(company, row)
        return "changed" if changes or own else "unchanged"

    def store(self) -> None:
        """Put everything that was noted into the session."""
        db.session.add_all(company for company, _row in self._new.values())
        for company, changes in self._changes.values():
            for name, value in changes.items():
                setattr(company, name, value)
        db.session.flush()
        if not self._is_register:
            for company, row in self._additions:
                self._store_own(company, row)

    def _enter_again(self, company: Company, row: CompanyRow) -> None:
        if self._is_register:
            for name, value in self._company_changes(company, row).items():
                setattr(company, name, value)
        else:
            self._additions.append((company, row))

    def _made(self, row: CompanyRow, key: str) -> Company:
        is_person = row.number.is_personal
        company = Company(
            organisation_number=None if is_person else key,
            identity_hash=key if is_person else None,
            name=row.name or key,
            source=self._source if self._is_register else _LIST_SOURCE,
            source_date=self._today,
        )
        for name, value in self._company_changes(company, row).items():
            setattr(company, name, value)
        return company

    def _company_changes(self, company: Company, row: CompanyRow) -> dict[str, Any]:
        told = {name: getattr(row, name) for name in _REGISTER_FIELDS}
        if row.name and not (row.name_is_fallback and company.name):
            told["name"] = row.name
        if row.proceedings is not None:
            told["proceedings"] = [f"{code} {_iso(day)}".strip() for code, day in row.proceedings]
        if row.sni_codes is not None:
            told |= {"industry_codes": list(row.sni_codes), "industry_edition": row.sni_edition}
        place = reference.find_municipality(row.municipality_name)
        code = place.code if place else reference.municipality_of_town(row.post_town)
        if code is not None:
            told["municipality_code"] = code
        changes = {name: value for name, value in told.items() if value is not None and getattr(company, name) != value}
        return {name: value for name, value in changes.items() if self._may_tell(company, name)}

    def _may_tell(self, company: Company, name: str) -> bool:
        # The register belongs to all: a list that one organisation keeps says there only that a company exists.
        if not self._is_register:
            return company.id is None and name in _LIST_FIELDS
        # Bolagsverket keeps names, forms and addresses; SCB adds industries and marks, and fills gaps.
        bolagsverket = SOURCES[FileFormat.BOLAGSVERKET]
        is_gap = company.id is None or getattr(company, name) is None
        return self._source == bolagsverket or is_gap or name in _SCB_FIELDS or bolagsverket not in company.source

    def _own_changes(self, company: Company, row: CompanyRow) -> bool:
        engagement = self._engagements.get(company.id)
        told = {name: getattr(row, name) for name in _OWN_FIELDS if getattr(row, name) is not None}
        is_changed = engagement is None or any(getattr(engagement, name) != value for name, value in told.items())
        is_changed = is_changed or self._is_news_of_person(company, row) or self._is_news_of_place(company, row)
        if is_changed:
            self._additions.append((company, row))
        return is_changed

    def _is_news_of_person(self, company: Company, row: CompanyRow) -> bool:
        if not row.contact_name:
            return False
        person = self._people.get(company.id, {}).get(search_key(row.contact_name))
        if person is not None and person.is_protected:
            return False
        return person is None or any(
            told and getattr(person, name) != told for name, told in _person_facts(row).items()
        )

    def _is_news_of_place(self, company: Company, row: CompanyRow) -> bool:
        return bool(row.street) and search_key(row.street or "") not in self._places.get(company.id, set())

    def _store_own(self, company: Company, row: CompanyRow) -> None:
        engagement = self._engagements.get(company.id)
        if engagement is None:
            engagement = Engagement(company_id=company.id, status=EngagementStatus.NEW, tags=[], source=self._source)
            db.session.add(engagement)
            self._engagements[company.id] = engagement
        for name in _OWN_FIELDS:
            if getattr(row, name) is not None:
                setattr(engagement, name, getattr(row, name))
        if row.contact_name:
            self._store_person(company, row, row.contact_name)
        if self._is_news_of_place(company, row):
            places = self._places.setdefault(company.id, set())
            places.add(search_key(row.street or ""))
            db.session.add(
                Workplace(
                    company_id=company.id,
                    name=_PLACE_OF_LIST,
                    street=row.street,
                    postcode=row.postcode,
                    post_town=row.post_town,
                    municipality_code=reference.municipality_of_town(row.post_town),
                )
            )

    def _store_person(self, company: Company, row: CompanyRow, name: str) -> None:
        people = self._people.setdefault(company.id, {})
        person = people.get(search_key(name))
        if person is None:
            person = people[search_key(name)] = Person(company_id=company.id, name=name, source=self._source)
            db.session.add(person)
        if person.is_protected:
            return
        for fact, told in _person_facts(row).items():
            if told:
                setattr(person, fact, told)


def _both_sources(known: str, told: str) -> str:
    registers = list(SOURCES.values())
    if told not in registers or not any(register in known for register in registers):
        return told
    return _BOTH if all(register in known or register == told for register in registers) else told


def _person_facts(row: CompanyRow) -> dict[str, str | None]:
    return {"function": row.contact_function, "email": row.contact_email, "phone": row.contact_phone}


def _people_by_company(company_ids: list[int]) -> dict[int, dict[str, Person]]:
    people: dict[int, dict[str, Person]] = {}
    for start in range(0, len(company_ids), 500):
        for person in db.session.scalars(select(Person).where(Person.company_id.in_(company_ids[start : start + 500]))):
            people.setdefault(person.company_id, {})[person.name_key] = person
    return people


def _places_by_company(company_ids: list[int]) -> dict[int, set[str]]:
    places: dict[int, set[str]] = {}
    for start in range(0, len(company_ids), 500):
        query = select(Workplace.company_id, Workplace.street)
        for company_id, street in db.session.execute(
            query.where(Workplace.company_id.in_(company_ids[start : start + 500]))
        ):
            places.setdefault(company_id, set()).add(search_key(street or ""))
    return places


def _iso(day: date | None) -> str:
    return day.isoformat() if day else ""
