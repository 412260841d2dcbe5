"""Brings a company file into the database: every row compared first, then all of them stored or none."""

from broker import audit
from broker.accounts.models import Organisation, User
from broker.actions import Action
from broker.companies.imports.errors import UnreadableFileError
from broker.companies.imports.list_import import ListImport
from broker.companies.imports.plan import STORING, ImportPlan, ImportResult, Tell
from broker.companies.imports.register_import import RegisterImport
from broker.extensions import db
from broker.sentences import N_, Sentence

__all__ = ["ImportPlan", "ImportResult", "import_companies"]


def import_companies(
    plan: ImportPlan,
    *,
    organisation_id: int,
    owner_id: int | None,
    tell: Tell = lambda done, total, message: None,
) -> ImportResult:
    """Judge every row, then store all usable ones in the running transaction; with refused rows only if asked to."""
    owner = db.session.get(User, owner_id) if owner_id else None
    with RegisterImport(plan) if plan.is_register else ListImport(plan, owner) as importing:
        result = importing.judge(tell)
        if not result.rows:
            raise UnreadableFileError(
                Sentence(N_("Filen har inga rader under rubrikerna. Kontrollera att rätt lista är sparad i den."))
            )
        if plan.is_dry_run or (result.refused and not plan.skip_refused):
            return result
        tell(result.rows, result.rows, STORING)
        result = importing.store()
    facts = {"new": result.new, "changed": result.changed, "unchanged": result.unchanged}
    facts |= {"conflict": result.conflict, "refused": result.refused}
    audit.record(
        Action.PEOPLE_IMPORTED if plan.is_people else Action.COMPANIES_IMPORTED,
        db.session.get_one(Organisation, organisation_id),
        by=owner,
        organisation_id=organisation_id,
        file=plan.file_name,
        **facts,
    )
    return result
