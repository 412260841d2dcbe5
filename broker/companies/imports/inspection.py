"""What an uploaded file is and says at its top, found out by a job: a hostile file never holds a page up."""

from dataclasses import asdict, replace
from datetime import timedelta
from typing import Any, BinaryIO

from flask_babel import gettext as _
from sqlalchemy import delete, null, select, update

from broker import access, clock, database, files, jobs
from broker.access import Permission
from broker.accounts import queries as accounts
from broker.accounts.models import User
from broker.companies.imports.errors import UnreadableFileError
from broker.companies.imports.formats import FileFormat, detect_format, refuse_other_kinds
from broker.companies.imports.models import ImportedList, ImportedRow
from broker.companies.imports.plan import SOURCES
from broker.companies.imports.tables import TablePreview, preview
from broker.companies.numbers import InvalidNumberError, mask_number, parse_number
from broker.errors import RefusedError
from broker.extensions import db
from broker.files import Attachment
from broker.jobs import Job, Progress
from broker.sentences import N_, Sentence

_KIND = "inspect_upload"
_SAMPLE_BYTES = 64 * 1024
_KEPT_FOR = timedelta(days=7)
_ROWS_KEPT_FOR = timedelta(days=30)
_HIDDEN = "••••••-••••"


def keep_list(stream: BinaryIO, *, file_name: str, media_type: str, by: User) -> Attachment:
    """Keep a list that a job is to look into; refuses at once what its first bytes show to be none."""
    sample = stream.read(_SAMPLE_BYTES)
    stream.seek(0)
    try:
        refuse_other_kinds(sample, file_name)
    except UnreadableFileError as error:
        raise RefusedError(Sentence.of(error)) from error
    organisation = accounts.get_organisation(access.organisation_in_scope())
    return files.take_in(organisation, stream, file_name=file_name, media_type=media_type, by=by)


def add_upload(stream: BinaryIO, *, file_name: str, media_type: str, by: User) -> Job:
    """Take a file in and add the job that looks into it; refuses at once what its first bytes show to be no list."""
    upload = keep_list(stream, file_name=file_name, media_type=media_type, by=by)
    title = Sentence(N_("Granskning av %(file)s"), {"file": upload.file_name})
    return jobs.add_job(_KIND, title, {"attachment_id": upload.id}, by=by)


def find_inspection(attachment_id: int, owner_id: int) -> Job | None:
    """Give the job that looks into a person's upload, newly read."""
    query = select(Job).where(
        Job.kind == _KIND, Job.owner_id == owner_id, Job.arguments["attachment_id"].as_integer() == attachment_id
    )
    return db.session.scalars(query.order_by(Job.id.desc()).execution_options(populate_existing=True)).first()


def format_of(inspection: Job) -> FileFormat:
    """Give what kind of company file was found."""
    return FileFormat((inspection.result or {})["format"])


def table_of(inspection: Job) -> TablePreview | None:
    """Give the top of the list that was found, or None for a register file."""
    table = (inspection.result or {})["table"]
    if table is None:
        return None
    texts = {"headings": tuple(table["headings"]), "rows": tuple(tuple(row) for row in table["rows"])}
    return TablePreview(**table | texts)


@jobs.handles(_KIND, Permission.IMPORT, "imports.result")
def inspect_upload(progress: Progress, owner_id: int, *, attachment_id: int) -> dict[str, Any]:
    """Find out what the file is and keep its top for the page; a file that cannot be used is not kept."""
    upload = files.get_attachment(attachment_id)
    path = files.path_of(upload.content_hash)
    try:
        file_format = detect_format(path, upload.file_name)
        is_operator = accounts.may(owner_id, upload.organisation_id, Permission.OPERATE)
        check_may_import(file_format, is_operator=is_operator)
        table = None if file_format in SOURCES else asdict(_without_personal_numbers(preview(path, file_format)))
    except (UnreadableFileError, RefusedError) as error:
        db.session.rollback()
        files.forget_upload(attachment_id)
        raise RefusedError(Sentence.of(error)) from error
    organisation = accounts.get_organisation(upload.organisation_id)
    files.record_upload(upload, organisation, by=db.session.get_one(User, owner_id))
    return {"format": file_format.value, "table": table}


def _without_personal_numbers(table: TablePreview) -> TablePreview:
    """Mask the numbers of sole traders, which are personal: what is kept of a file is shown and lies for days."""
    is_number = [table.mapping.get(heading) == "number" for heading in table.headings]
    rows = tuple(
        tuple(_masked(cell, is_number=at < len(is_number) and is_number[at]) for at, cell in enumerate(row))
        for row in table.rows
    )
    return replace(table, rows=rows)


def _masked(cell: str, *, is_number: bool) -> str:
    try:
        number = parse_number(cell)
    except InvalidNumberError as error:
        # Elsewhere ten digits can be a telephone.
        return _HIDDEN if is_number and error.is_personal else cell
    return mask_number(number) if number.is_personal else cell


def check_may_import(file_format: FileFormat, *, is_operator: bool) -> None:
    """Refuse a national register file from anybody but the operator: it changes what every organisation sees."""
    if file_format in SOURCES and not is_operator:
        raise RefusedError(
            _("Registerfiler ändrar uppgifter för alla organisationer. Be den som är driftansvarig att läsa in filen.")
        )


def tidy() -> None:
    """Forget what uploads said after a week, how rows ended after a month, and what was before after the last day."""
    with database.writing(), access.every_organisation():
        _forget_what_was()
        can_be_undone = select(ImportedList.job_id).where(ImportedList.is_open)
        long_ago = select(Job.id).where(Job.created_at < clock.now() - _ROWS_KEPT_FOR, Job.id.not_in(can_be_undone))
        db.session.execute(delete(ImportedRow).where(ImportedRow.job_id.in_(long_ago)))
        db.session.execute(delete(Job).where(Job.kind == _KIND, Job.created_at < clock.now() - _KEPT_FOR))
        db.session.commit()


def _forget_what_was() -> None:
    over = list(
        db.session.scalars(select(ImportedList).where(ImportedList.is_open, ImportedList.undo_until < clock.today()))
    )
    if over:
        forget = update(ImportedRow).where(ImportedRow.job_id.in_([imported.job_id for imported in over]))
        db.session.execute(forget.values(images=null()).execution_options(synchronize_session=False))
    for imported in over:
        imported.is_open = False
