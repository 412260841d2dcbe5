"""How the rows of lists ended, and which companies rows without a number may be about."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from broker.companies.imports.headings import fingerprint
from broker.companies.imports.models import ImportedList, ImportedRow, RowOutcome
from broker.companies.imports.rows import portions
from broker.companies.models import Company
from broker.extensions import db
from broker.jobs import Job
from broker.reference import queries as reference
from broker.reference.models import DocumentKind
from broker.swedish import company_key

PAGE_LENGTH = 100
# A statement may hold only so many keys, and more companies of one name are no help to choose among.
_MOST_KEYS, _MOST_NAMESAKES = 500, 5
# The imports that are looked through for a list with the same headings.
_MOST_JOBS = 200


@dataclass(frozen=True)
class RowPage:
    """Some rows of a list in its order, and the row to go on after, if there are more."""

    rows: list[ImportedRow]
    next_after: int | None


def find_earlier_choices(headings: Sequence[str]) -> dict[str, Any] | None:
    """Give the options of the latest import, tried or stored, of a list with just these headings."""
    wanted = fingerprint(headings)
    query = select(Job.arguments).where(Job.kind == "import_companies", Job.arguments["mapping"].is_not(None))
    for arguments in db.session.scalars(query.order_by(Job.id.desc()).limit(_MOST_JOBS)):
        if arguments.get("headings") == wanted and arguments["mapping"]:
            return arguments
    return None


def last_day_to_undo(today: date) -> date:
    """Give the last day on which a list that is stored today can be undone."""
    days = reference.get_document(DocumentKind.IMPORT_RULES, on=today).content["days"]["undo"]
    return today + timedelta(days=days)


def find_imported_list(job_id: int) -> ImportedList | None:
    """Give the stored list of an import, or None while nothing is stored."""
    return db.session.scalars(select(ImportedList).where(ImportedList.job_id == job_id)).one_or_none()


def has_rows(job_id: int) -> bool:
    """Tell whether it is still known how each row of an import ended."""
    return db.session.scalar(select(ImportedRow.id).where(ImportedRow.job_id == job_id).limit(1)) is not None


def list_rows(job_id: int, outcome: RowOutcome, *, after: int = 0) -> RowPage:
    """List the rows of an import that ended so, in the order of the list."""
    query = (
        select(ImportedRow)
        .options(joinedload(ImportedRow.company))
        .where(ImportedRow.job_id == job_id, ImportedRow.outcome == outcome, ImportedRow.row > after)
        .order_by(ImportedRow.row)
        .limit(PAGE_LENGTH + 1)
    )
    rows = list(db.session.scalars(query))
    return RowPage(rows[:PAGE_LENGTH], rows[PAGE_LENGTH - 1].row if len(rows) > PAGE_LENGTH else None)


def list_all_rows(job_id: int) -> list[tuple[int, str, str | None, RowOutcome, list[Any]]]:
    """List every row of an import in the order of the list: row, company, number, outcome and changes."""
    columns = (ImportedRow.row, Company.name, ImportedRow.name, Company.organisation_number)
    query = select(*columns, ImportedRow.outcome, ImportedRow.changes).outerjoin(ImportedRow.company)
    found = db.session.execute(query.where(ImportedRow.job_id == job_id).order_by(ImportedRow.row, ImportedRow.id))
    return [(row, known or name, number, outcome, changes) for row, known, name, number, outcome, changes in found]


def companies_called(names: Iterable[str]) -> dict[str, list[Company]]:
    """Give the companies with a number that have just these names, a few of each, by name as it was given."""
    keys = {name: company_key(name) for name in names}
    found: dict[str, list[Company]] = {}
    for some in portions(sorted(set(filter(None, keys.values()))), _MOST_KEYS):
        query = select(Company).where(Company.name_key.in_(some), Company.organisation_number.is_not(None))
        for company in db.session.scalars(query.order_by(Company.sort_key, Company.id)):
            found.setdefault(company.name_key, []).append(company)
    return {name: found[key] for name, key in keys.items() if 0 < len(found.get(key, [])) <= _MOST_NAMESAKES}
