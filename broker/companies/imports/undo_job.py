"""The undoing of a stored list as a job: first what would happen, then for real, all of it or nothing."""

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import insert, null, select, update

from broker import access, audit, clock, database, jobs
from broker.access import Permission
from broker.accounts import queries as accounts
from broker.accounts.models import User
from broker.actions import Action
from broker.companies import service
from broker.companies.imports import undoing
from broker.companies.imports.models import ImportedList, ImportedRow, RowOutcome
from broker.companies.imports.plan import READING
from broker.companies.models import Person
from broker.errors import NotFoundError, RefusedError
from broker.extensions import db
from broker.jobs import Job, Progress
from broker.sentences import N_, Sentence

KIND = "undo_import"


def start_undo(imported: Job, *, is_trial: bool, by: User) -> Job:
    """Add the job that undoes a stored list, or only tells what that would do."""
    file_name = imported.title.facts["file"]
    text = N_("Vad som händer om importen av %(file)s ångras") if is_trial else N_("Import av %(file)s ångras")
    arguments = {"import_job_id": imported.id, "is_trial": is_trial}
    return jobs.add_job(KIND, Sentence(text, {"file": file_name}), arguments, by=by)


@jobs.handles(KIND, Permission.IMPORT, "imports.undoing")
def run_undo(progress: Progress, owner_id: int, *, import_job_id: int, is_trial: bool) -> dict[str, Any]:
    """Undo the list and count what went, what got its old values back and what stays."""
    imported = _take(import_job_id)
    by, file_name = db.session.get_one(User, owner_id), jobs.get_job(import_job_id).title.facts["file"]
    if is_trial:
        ending = _try(import_job_id, progress)
    else:
        ending = _carry_out(import_job_id, file_name, by)
        _close(imported.id, by, file_name, ending.counts)
    _keep(ending.kept, progress.job_id)
    return {"import_job_id": import_job_id, "is_trial": is_trial, "counts": dict(ending.counts)}


@dataclass
class _Ending:
    """How a list ends: what is counted, and the rows of what stays."""

    counts: Counter[str] = field(default_factory=Counter)
    kept: list[dict[str, Any]] = field(default_factory=list)

    def add(self, rows: list[ImportedRow], verdicts: undoing.Verdicts) -> None:
        """Know the verdicts of one more portion, and let its rows go, or a long list would stay in memory."""
        self.counts.update(verdicts.counts())
        self.kept += _kept_rows(rows, verdicts)
        db.session.expunge_all()


def _try(import_job_id: int, progress: Progress) -> _Ending:
    ending, done = _Ending(), 0
    # Nothing is written here, so nobody who writes is to wait for a long list.
    db.session.rollback()
    with database.writing(False):
        for rows in undoing.chunks_of(import_job_id):
            ending.add(rows, undoing.judge(rows))
            done += len(rows)
            progress(done, 0, READING)
        db.session.rollback()
    return ending


def _carry_out(import_job_id: int, file_name: str, by: User) -> _Ending:
    ending = _Ending()
    for rows in undoing.chunks_of(import_job_id):
        verdicts = undoing.judge(rows)
        undoing.carry_out(verdicts, file_name=file_name, by=by)
        ending.add(rows, verdicts)
    return ending


@service.when_protected
def forget_what_was(person: Person, by: User | None) -> None:
    """Forget what lists changed of a person whose identity is protected from now on."""
    query = select(ImportedRow).where(ImportedRow.company_id == person.company_id, ImportedRow.images.is_not(None))
    for row in db.session.scalars(query):
        row.images = [
            [kind, key, version, fields and {}] if (kind, key) == (Person.__tablename__, person.id) else [
                kind, key, version, fields,
            ]
            for kind, key, version, fields in row.images or []
        ]  # fmt: skip


def _take(import_job_id: int) -> ImportedList:
    query = select(ImportedList).where(ImportedList.job_id == import_job_id).with_for_update()
    imported = db.session.scalars(query.execution_options(populate_existing=True)).one_or_none()
    if imported is None:
        raise NotFoundError
    if not imported.can_be_undone(clock.today()):
        raise RefusedError(_("Importen är redan ångrad, eller så har tiden att ångra den gått ut. Ladda om sidan."))
    return imported


def _kept_rows(rows: list[ImportedRow], verdicts: undoing.Verdicts) -> list[dict[str, Any]]:
    first: dict[int, ImportedRow] = {}
    for row in rows:
        first.setdefault(row.company_id or 0, row)
    return [
        {"row": first[key].row, "company_id": key, "name": first[key].name, "changes": reasons}
        for key, reasons in verdicts.kept.items()
        if key in first
    ]


def _keep(kept: list[dict[str, Any]], job_id: int) -> None:
    own = {"job_id": job_id, "organisation_id": access.organisation_in_scope(), "outcome": RowOutcome.KEPT}
    if kept:
        db.session.execute(insert(ImportedRow), [own | {"images": None} | row for row in kept])


def _close(list_id: int, by: User, file_name: str, counts: Counter[str]) -> None:
    imported = db.session.scalars(select(ImportedList).where(ImportedList.id == list_id)).one()
    imported.undone_at, imported.undone_by_id, imported.is_open = clock.now(), by.id, False
    forget = update(ImportedRow).where(ImportedRow.job_id == imported.job_id).values(images=null())
    db.session.execute(forget.execution_options(synchronize_session=False))
    organisation = accounts.get_organisation(access.organisation_in_scope())
    facts = {name: count for name, count in counts.items() if count}
    audit.record(Action.IMPORT_UNDONE, organisation, by=by, file=file_name, **facts)
