"""An ordinary list in the database: it adds companies, and what one organisation knows of them."""

from types import TracebackType

from sqlalchemy import select

from broker import clock, database
from broker.companies import queries
from broker.companies.identity import identity_hash
from broker.companies.imports.plan import READING, ImportPlan, ImportResult, Tell
from broker.companies.imports.rows import CompanyRow
from broker.companies.models import Company, Engagement, EngagementStatus, Person, Workplace
from broker.extensions import db
from broker.reference import queries as reference
from broker.sentences import N_
from broker.swedish import search_key

_CHUNK = 1000
_SOURCE = N_("Inläst lista")
_PLACE = N_("Adress i listan")
_OWN_FACTS = ("employees", "phone", "email", "website", "note")


class ListImport:
    """The import of one list, read twice: to judge, and then to store."""

    def __init__(self, plan: ImportPlan) -> None:
        self._plan = plan

    def __enter__(self) -> "ListImport":
        """Begin; there is nothing to prepare."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        """End; there is nothing to clean up."""

    def judge(self, tell: Tell) -> ImportResult:
        """Compare every row with what is known."""
        result = ImportResult()
        with database.writing(False):
            for chunk in self._plan.chunks(_CHUNK):
                rows = result.companies_of(chunk)
                book = _Book(self._plan.file_name, rows)
                for row in rows:
                    result.count(book.enter(row))
                db.session.rollback()
                tell(result.rows, 0, READING)
        return result

    def store(self) -> ImportResult:
        """Store every usable row in the running transaction."""
        result = ImportResult(is_stored=True)
        for chunk in self._plan.chunks(_CHUNK):
            rows = result.companies_of(chunk)
            book = _Book(self._plan.file_name, rows)
            for row in rows:
                result.count(book.enter(row))
            book.store()
            db.session.flush()
            # What is stored is let go, or a long list would stay in memory.
            for kept in list(db.session):
                if isinstance(kept, Company | Engagement | Person | Workplace):
                    db.session.expunge(kept)
        return result


class _Book:
    """The companies that one chunk of rows is about, as they are and as the rows would have them."""

    def __init__(self, file_name: str, rows: list[CompanyRow]) -> None:
        self._source = file_name
        numbers = [row.number.digits for row in rows if not row.number.is_personal]
        hashes = [identity_hash(row.number) for row in rows if row.number.is_personal]
        self._companies = queries.companies_by_number(numbers) | queries.companies_by_identity(hashes)
        known = [company.id for company in self._companies.values()]
        self._engagements = queries.engagements_by_company(known)
        self._people = _people_by_company(known)
        self._places = _places_by_company(known)
        self._new: dict[str, Company] = {}
        self._additions: list[tuple[Company, CompanyRow]] = []

    def enter(self, row: CompanyRow) -> str:
        """Note what the row changes, and tell whether it is new, changed or unchanged."""
        key = identity_hash(row.number) if row.number.is_personal else row.number.digits
        company = self._companies.get(key)
        if company is not None:
            return self._enter_known(company, row)
        outcome = "changed" if key in self._new else "new"
        if key not in self._new:
            self._new[key] = _made(row, key)
        self._additions.append((self._new[key], row))
        return outcome

    def store(self) -> None:
        """Put everything that was noted into the session."""
        db.session.add_all(self._new.values())
        db.session.flush()
        for company, row in self._additions:
            self._store_own(company, row)

    def _enter_known(self, company: Company, row: CompanyRow) -> str:
        # The register belongs to all: a list that one organisation keeps says there only that a company exists.
        engagement = self._engagements.get(company.id)
        told = {name: getattr(row, name) for name in _OWN_FACTS if getattr(row, name) is not None}
        is_changed = engagement is None or any(getattr(engagement, name) != value for name, value in told.items())
        if is_changed or self._is_news_of_person(company, row) or self._is_news_of_place(company, row):
            self._additions.append((company, row))
            return "changed"
        return "unchanged"

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
        for name in _OWN_FACTS:
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
                    name=_PLACE,
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
