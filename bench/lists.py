"""Times a long list from a business office: looked at, tried, imported, imported again, changed and undone."""

import resource
import time

from flask import current_app
from openpyxl import Workbook

from bench.application import make_app
from bench.register_files import SERIES
from broker import access, database, files
from broker.access import Role
from broker.accounts import service as accounts
from broker.accounts.models import OrganisationKind
from broker.companies.imports.inspection import add_upload, table_of
from broker.companies.imports.job import start_import
from broker.companies.imports.undo_job import start_undo
from broker.demo.register import organisation_number
from broker.extensions import db
from broker.jobs import JobState

_HEADINGS = (
    "Organisationsnummer",
    "Företagsnamn",
    "Ort",
    "Telefon",
    "E-post",
    "Anställda",
    "Kontaktperson",
    "Anteckning",
)
_PEOPLE, _PLACES = ("Kim Exempel", "Åsa Prov", "Örjan Test"), ("Katrineholm", "Flen", "Vingåker", "Örebro")


def measure_list(folder, address, rows):
    app = make_app(folder, address)
    with app.app_context(), database.writing():
        centre = accounts.add_organisation(
            name="Mätning", kind=OrganisationKind.LEARNING_CENTRE, municipality_codes=(), by=None
        )
        user = accounts.add_user(
            email="matning@larcentrum.example", name="Mätning", password="en lång mening att mäta med", by=None
        )
        accounts.set_roles(centre, user, list(Role), by=None)
        db.session.commit()
        with access.acting_in(centre.id):
            print(f"{'Lista från näringslivskontoret':32}{'rader':>8}{'s':>8}{'rader/s':>10}")
            upload, table = _look_at(_written(folder / "lista.xlsx", rows), rows, user)
            _import(upload, table, rows, user, "provkörd", is_dry_run=True)
            imported = _import(upload, table, rows, user, "importerad")
            _import(upload, table, rows, user, "samma lista igen")
            changed, table = _look_at(_written(folder / "andrad.xlsx", rows, phone="0150-77"), rows, user)
            later = _import(changed, table, rows, user, "alla telefonnummer ändrade")
            for name, job in (("ändringen ångrad", later), ("importen ångrad", imported)):
                _timed(name, rows, lambda job=job: _run(start_undo(job, is_trial=False, by=user)))
    print(f"Mest minne: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024} MB")


def _written(path, rows, *, phone="0150-55"):
    book = Workbook(write_only=True)
    sheet = book.create_sheet("Företag")
    sheet.append(_HEADINGS)
    for place in range(rows):
        number = organisation_number(SERIES[place // 100_000], place % 100_000)
        name, town, person = f"Exempel Verkstad {place} AB", _PLACES[place % 4], _PEOPLE[place % 3]
        line = (f"{phone} {place % 1000:03}", f"info{place}@foretag.example", place % 50, person, "Vill ha besök")
        sheet.append((number, name, town, *line))
    book.save(path)
    return path


def _look_at(path, rows, user):
    def look():
        with path.open("rb") as stream:
            return _run(add_upload(stream, file_name=path.name, media_type="application/octet-stream", by=user))

    job = _timed("granskad", rows, look)
    return files.get_attachment(job.arguments["attachment_id"]), table_of(job)


def _import(upload, table, rows, user, name, *, is_dry_run=False):
    options = {"is_dry_run": is_dry_run, "mapping": table.mapping, "skip_refused": False}
    return _timed(name, rows, lambda: _run(start_import(upload, options, by=user)))


def _run(job):
    db.session.commit()
    current_app.extensions["broker_jobs"].send(job.id)
    db.session.refresh(job)
    assert job.state is JobState.DONE, job.message
    return job


def _timed(name, rows, work):
    started = time.perf_counter()
    job = work()
    seconds = time.perf_counter() - started
    print(f"{name:32}{rows:8}{seconds:8.1f}{rows / seconds:10.0f}")
    return job
