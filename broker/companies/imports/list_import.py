"""An ordinary list in the database: it adds companies, and what one organisation knows of them."""

from types import TracebackType

from sqlalchemy import delete, insert

from broker import access, clock, database
from broker.accounts.models import User
from broker.companies.imports import queries
from broker.companies.imports.book import Book
from broker.companies.imports.models import ImportedList, ImportedRow
from broker.companies.imports.plan import READING, ImportPlan, ImportResult, Tell
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
                book = Book(result.companies_of(chunk), self._plan.takes)
                self._count(book, result)
                rows = [entry.as_row() for entry in book.entries]
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
            book = Book(result.companies_of(chunk), self._plan.takes)
            self._count(book, result)
            book.store(self._plan.file_name, self._by)
            if self._plan.job_id is not None:
                self._keep([entry.as_row() for entry in book.entries])
            # What is stored is let go, or a long list would stay in memory.
            for kept in list(db.session):
                if isinstance(kept, Company | Engagement | Person | Workplace):
                    db.session.expunge(kept)
        return result

    def _count(self, book: Book, result: ImportResult) -> None:
        for entry in book.entries:
            result.count(entry.outcome, entry.changes)

    def _keep(self, rows: list[dict[str, object]]) -> None:
        own = {"job_id": self._plan.job_id, "organisation_id": access.organisation_in_scope()}
        if rows:
            db.session.execute(insert(ImportedRow), [own | row for row in rows])
