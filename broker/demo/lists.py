"""A list that the business office sent and that was read in, and what somebody has corrected since."""

import csv
import tempfile
from collections.abc import Sequence
from pathlib import Path

from sqlalchemy import select

from broker import access, clock, jobs
from broker.accounts.models import User
from broker.companies.imports.formats import FileFormat
from broker.companies.imports.list_import import ListImport
from broker.companies.imports.plan import ImportPlan
from broker.companies.models import Company, Engagement
from broker.companies.service import edit_engagement
from broker.demo.organisations import DemoOrganisation
from broker.extensions import db
from broker.sentences import N_, Sentence

_FILE = "foretag-fran-naringslivsenheten.csv"
_HEADINGS = ("Företag", "Organisationsnummer", "Antal anställda", "Webbplats", "Kontaktperson", "Befattning")
_PEOPLE = (("Petra Exempelgren", "Vd"), ("Tomas Exempelberg", "Platschef"), ("Sara Exempeldal", "Ekonomichef"))


def add_list(organisation: DemoOrganisation, by: User) -> None:
    """Read a short list in for the first organisation; one of its figures is corrected by hand afterwards."""
    with access.acting_in(organisation.id):
        known = select(Engagement).join(Engagement.company).where(Company.organisation_number.is_not(None))
        engagements = list(db.session.scalars(known.order_by(Engagement.id.desc()).limit(len(_PEOPLE))))
        rows = [
            (
                row.company.name,
                row.company.organisation_number,
                (row.employees or 0) + 5,
                _website(place),
                *_PEOPLE[place],
            )
            for place, row in enumerate(engagements)
        ]
        job = jobs.add_job("import_companies", Sentence(N_("Import av %(file)s"), {"file": _FILE}), _options(), by=by)
        db.session.flush()
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / _FILE
            _write(path, rows)
            plan = ImportPlan(path, _FILE, FileFormat.TABLE_CSV, job_id=job.id)
            result = ListImport(plan, by).store()
        changed = db.session.scalars(known.where(Engagement.id == engagements[0].id)).one()
        edit_engagement(changed, {"employees": (changed.employees or 0) + 2}, by=by)
        job.state, job.ended_at = jobs.JobState.DONE, clock.now()
        job.result = {"attachment_id": 0, "options": {}} | result.as_facts()
        db.session.flush()


def _options() -> dict[str, object]:
    # As after a week, when a list that was read in is forgotten.
    return {"attachment_id": 0, "mapping": None, "is_dry_run": False, "skip_refused": False}


def _website(place: int) -> str:
    return f"https://foretag{place + 1}.example"


def _write(path: Path, rows: Sequence[Sequence[object]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream, delimiter=";")
        writer.writerow(_HEADINGS)
        writer.writerows(rows)
