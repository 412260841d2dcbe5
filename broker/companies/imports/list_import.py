"""An ordinary list in the database: it adds companies, and what one organisation knows of them."""

from types import TracebackType
from typing import Any

from sqlalchemy import delete, insert

from broker import access, clock, database
from broker.accounts.models import User
from broker.companies.imports import queries
from broker.companies.imports.ledger import Ledger
from broker.companies.imports.models import ImportedList, ImportedRow, RowOutcome
from broker.companies.imports.plan import READING, ImportPlan, ImportResult, Tell
from broker.companies.imports.rows import ReadResult, Refusal, Skipped
from broker.companies.models import Company, Engagement, Person, Workplace
from broker.extensions import db

_CHUNK = 1000


class ListImport:
    """The import of one list, read twice: to judge, and then to store."""

    def __init__(self, plan: ImportPlan, by: User | None) -> None:
        self._plan = plan
        self._by = by

    def __enter__(self) -> "ListImport":
        """Begin; there is nothing to prepare."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        """End; there is nothing to clean up."""

    def judge(self, tell: Tell) -> ImportResult:
        """Compare every row with what is known, and keep how each would end."""
        result = ImportResult()
        for chunk in self._plan.chunks(_CHUNK):
            with database.writing(False):
                book = self._plan.book(result.usable_of(chunk))
                rows = self._told(chunk, book, result)
                db.session.rollback()
            if self._plan.job_id is not None:
                self._keep(rows)
                db.session.commit()
            tell(result.rows, 0, READING)
        return result

    def store(self) -> ImportResult:
        """Store every usable row in the running transaction."""
        result = ImportResult(is_stored=True)
        if self._plan.job_id is not None:
            db.session.add(ImportedList(job_id=self._plan.job_id, undo_until=queries.last_day_to_undo(clock.today())))
            db.session.execute(delete(ImportedRow).where(ImportedRow.job_id == self._plan.job_id))
        for chunk in self._plan.chunks(_CHUNK):
            book = self._plan.book(result.usable_of(chunk))
            book.store(self._plan.file_name, self._by)
            rows = self._told(chunk, book, result)
            if self._plan.job_id is not None:
                self._keep(rows)
            # What is stored is let go, or a long list would stay in memory.
            for kept in list(db.session):
                if isinstance(kept, Company | Engagement | Person | Workplace):
                    db.session.expunge(kept)
        return result

    def _told(self, chunk: list[ReadResult], book: Ledger, result: ImportResult) -> list[dict[str, Any]]:
        """Count how the rows end, and give that as plain data."""
        for entry in book.entries:
            result.count(entry.outcome, entry.changes)
        for refusal in book.refusals:
            result.refuse(refusal)
        left = [row for row in [*chunk, *book.refusals] if isinstance(row, Refusal | Skipped)]
        return [entry.as_row() for entry in book.entries] + [_as_row(row) for row in left]

    def _keep(self, rows: list[dict[str, Any]]) -> None:
        own = {"job_id": self._plan.job_id, "organisation_id": access.organisation_in_scope()}
        if rows:
            db.session.execute(insert(ImportedRow), [own | row for row in rows])


def _as_row(row: Refusal | Skipped) -> dict[str, Any]:
    told: dict[str, Any] = {"row": row.row, "company_id": None, "images": None}
    if isinstance(row, Skipped):
        return told | {"name": "", "outcome": RowOutcome.SKIPPED, "changes": [[None, {"text": row.reason.value}]]}
    changes = [[row.column, row.message.as_stored()]]
    return told | {"name": row.name or "", "outcome": RowOutcome.REFUSED, "changes": changes}
