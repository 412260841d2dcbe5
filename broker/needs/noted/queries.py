"""The notes that a list brought, a portion at a time, but for those that have become needs."""

from dataclasses import dataclass

from sqlalchemy import Select, exists, select
from sqlalchemy.orm import aliased

from broker.companies.imports import queries as imports
from broker.companies.imports.models import ImportedRow
from broker.companies.models import Company, Engagement
from broker.errors import NotFoundError
from broker.extensions import db
from broker.needs.models import Need

PORTION = 50


@dataclass(frozen=True)
class Note:
    """What we have noted of a company that is on a list, and the row of the list."""

    row: int
    company: Company
    text: str


@dataclass(frozen=True)
class NotePage:
    """Some notes in the order of their list, and the row to go on after, if there are more."""

    notes: list[Note]
    next_after: int | None


def list_notes(job_id: int, *, after: int = 0) -> NotePage:
    """List the notes of a stored list from a row on that have not become needs; no other list is found."""
    imported = imports.find_imported_list(job_id)
    if imported is None or imported.undone_at is not None:
        raise NotFoundError
    query = _noted(job_id).where(ImportedRow.row > after).order_by(ImportedRow.row)
    found = db.session.execute(query.limit(PORTION + 1)).all()
    notes = [Note(row, company, text or "") for row, company, text in found[:PORTION]]
    return NotePage(notes, notes[-1].row if len(found) > PORTION else None)


def has_notes(job_id: int) -> bool:
    """Tell whether a list has notes that have not become needs."""
    return db.session.execute(_noted(job_id).limit(1)).first() is not None


def _noted(job_id: int) -> Select[int, Company, str | None]:
    # A company stands on several rows when the list has several people there.
    earlier = aliased(ImportedRow)
    of_company = earlier.job_id == job_id, earlier.company_id == ImportedRow.company_id, earlier.row < ImportedRow.row
    is_need = exists().where(Need.company_id == ImportedRow.company_id, Need.description == Engagement.note)
    query = select(ImportedRow.row, Company, Engagement.note).join(ImportedRow.company)
    query = query.join(Engagement, Engagement.company_id == Company.id)
    return query.where(
        ImportedRow.job_id == job_id, Engagement.note.is_not(None), ~exists().where(*of_company), ~is_need
    )
