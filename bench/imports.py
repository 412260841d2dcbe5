"""Times the import of both national registers, new and unchanged, beside the bare database and the same companies."""

import resource
import time

from bench.application import make_app
from bench.register_files import write_files
from broker import access, database
from broker.accounts import service as accounts
from broker.accounts.models import OrganisationKind
from broker.companies.imports.formats import FileFormat
from broker.companies.imports.importer import ImportPlan, import_companies
from broker.extensions import db


def measure_import(folder, address, rows):
    files = write_files(folder, rows)[:2]
    app = make_app(folder, address)
    with app.app_context(), database.writing():
        centre = accounts.add_organisation(
            name="Mätning", kind=OrganisationKind.LEARNING_CENTRE, municipality_codes=(), by=None
        )
        db.session.commit()
        print(f"{'Import av registerfilerna':28}{'rader':>10}{'s':>10}{'rader/s':>12}{'skrivtur s':>12}")
        for name in ("nya", "oförändrade"):
            read, seconds, turn = both_files(files, centre.id)
            print(f"{name:28}{read:10}{seconds:10.1f}{read / seconds:12.0f}{turn:12.1f}")
        memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
        with db.engine.connect() as connection:
            driver = connection.connection.driver_connection
            copied, seconds = (copy_sqlite if db.engine.dialect.name == "sqlite" else copy_postgresql)(driver)
        print(f"{'bara databasen':28}{copied:10}{seconds:10.1f}{copied / seconds:12.0f}")
    print(f"Mest minne under importerna: {memory} MB")


def both_files(files, organisation_id):
    """Import both; the last figure is the longest time for which nobody else could write."""
    started, read, turns = time.perf_counter(), 0, []
    for path, file_format in zip(files, (FileFormat.BOLAGSVERKET, FileFormat.SCB), strict=True):
        begun = []

        def tell(done, total, message, begun=begun):
            if total:
                begun.append(time.perf_counter())

        with access.acting_in(organisation_id):
            plan = ImportPlan(path, path.name, file_format)
            read += import_companies(plan, organisation_id=organisation_id, owner_id=None, tell=tell).rows
            db.session.commit()
        turns.append(time.perf_counter() - begun[0])
    return read, time.perf_counter() - started, max(turns)


def copy_sqlite(driver):
    rows = driver.execute("select * from company").fetchall()
    driver.execute("begin immediate")
    driver.execute("delete from company")
    driver.execute("commit")
    started = time.perf_counter()
    driver.execute("begin immediate")
    driver.executemany(f"insert into company values ({', '.join('?' * len(rows[0]))})", rows)
    driver.execute("commit")
    return len(rows), time.perf_counter() - started


def copy_postgresql(driver):
    cursor = driver.cursor()
    with cursor.copy("copy company to stdout") as copy:
        blocks = [bytes(block) for block in copy]
    cursor.execute("truncate company cascade")
    driver.commit()
    started = time.perf_counter()
    with cursor.copy("copy company from stdin") as copy:
        for block in blocks:
            copy.write(block)
    driver.commit()
    return len(blocks), time.perf_counter() - started
