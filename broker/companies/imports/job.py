"""The import of a company file as a job: what a person started on a page, done in the background."""

from collections.abc import Mapping
from typing import Any

from broker import access, files, jobs
from broker.access import Permission
from broker.accounts import queries as accounts
from broker.accounts.models import User
from broker.companies.imports.errors import UnreadableFileError
from broker.companies.imports.formats import detect_format
from broker.companies.imports.importer import import_companies
from broker.companies.imports.inspection import check_may_import
from broker.companies.imports.plan import ImportPlan
from broker.companies.models import LegalBasis
from broker.errors import RefusedError
from broker.files import Attachment
from broker.jobs import Job, Progress
from broker.sentences import N_, Sentence


def start_import(attachment: Attachment, options: Mapping[str, Any], *, by: User) -> Job:
    """Add the job that imports, or only tries, an uploaded file; the options are those of an ImportPlan.

    `headings` tells one kind of list from another, and `numbers` by row are for rows without one.
    """
    text = N_("Provkörning av %(file)s") if options["is_dry_run"] else N_("Import av %(file)s")
    arguments = {"attachment_id": attachment.id, "headings": "", "numbers": {}, **options}
    return jobs.add_job("import_companies", Sentence(text, {"file": attachment.file_name}), arguments, by=by)


@jobs.handles("import_companies", Permission.IMPORT, "imports.result")
def run_import(progress: Progress, owner_id: int, *, attachment_id: int, **options: Any) -> dict[str, Any]:
    """Import the file, and give how each row ended."""
    attachment = files.get_attachment(attachment_id)
    path = files.path_of(attachment.content_hash)
    chosen = {int(row): number for row, number in options.pop("numbers", {}).items()}
    headings = options.pop("headings", "")
    basis = LegalBasis(options.pop("legal_basis", LegalBasis.PUBLIC_TASK))
    try:
        file_format = detect_format(path, attachment.file_name)
        own: dict[str, Any] = {"numbers": chosen, "legal_basis": basis, "job_id": progress.job_id}
        plan = ImportPlan(path, attachment.file_name, file_format, **options, **own)
        is_operator = accounts.may(owner_id, attachment.organisation_id, Permission.OPERATE)
        check_may_import(plan.file_format, is_operator=is_operator)
        organisation_id = access.organisation_in_scope()
        result = import_companies(plan, organisation_id=organisation_id, owner_id=owner_id, tell=progress)
    except UnreadableFileError as error:
        raise RefusedError(Sentence.of(error)) from error
    return {"attachment_id": attachment_id, "options": options | {"headings": headings}} | result.as_facts()
