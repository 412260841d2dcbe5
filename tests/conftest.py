"""Applications on both engines, a client that inspects what it gets, a clean database for every test."""

import gc
import os
import secrets
import shutil
from functools import cache
from pathlib import Path

import pytest
from flask_migrate import upgrade
from sqlalchemy import event, text

from broker import access, create_app, database
from broker.access import Role
from broker.audit import AuditChain
from broker.extensions import db
from broker.reference.models import ReferenceDocument
from broker.reference.service import load_documents
from config import Settings
from tests import factories
from tests.client import Client
from tests.postgresql import fresh_database, postgresql_server, shared_folder

KEPT_TABLES = {"reference_document", "audit_chain", "alembic_version"}
# A folder in the machine's memory, and the bytes it must have room for.
MEMORY, ROOM = Path("/dev/shm"), 4 * 1024**3


def pytest_configure(config):
    """Write the files of the tests to memory where there is room: thousands of commits wait for no disk."""
    if os.access(MEMORY, os.W_OK) and shutil.disk_usage(MEMORY).free > ROOM:
        os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(MEMORY))


@pytest.hookimpl(trylast=True)
def pytest_collection_finish(session):
    """Spare the collector of garbage what all tests share: it looked through it over and over, a seventh of the run."""
    gc.collect()
    gc.freeze()


def make_settings(folder: Path, database_url: str, **changes) -> Settings:
    defaults = {
        "data_dir": folder,
        "database_url": database_url,
        "jobs_url": "immediate:",
        "files_dir": folder / "files",
        "mail_url": f"folder:{folder / 'mail'}",
        "base_url": "http://localhost",
        "secret_key": secrets.token_hex(16),
        "log_level": "INFO",
        "is_development": True,
        "mail_in_address": "logg@larcentrum.example",
    }
    return Settings(**(defaults | changes))


def make_tested_app(settings: Settings):
    # The templates are compiled once, not for each engine in each process.
    compiled = shared_folder(settings.data_dir) / "templates"
    compiled.mkdir(mode=0o700, exist_ok=True)
    (settings.data_dir / "templates").symlink_to(compiled)
    app = create_app(settings)
    app.config.update(TESTING=True, PROPAGATE_EXCEPTIONS=False)
    app.test_client_class = Client
    with app.app_context(), database.writing():
        upgrade()
        load_documents()
        db.session.commit()
        if db.engine.dialect.name == "postgresql":
            _teach_postgresql_to_empty(db.engine)
            db.engine.dispose()
    return app


@pytest.fixture(scope="session")
def postgresql_address(tmp_path_factory):
    """Give a PostgreSQL server where databases may be made: one that is told, or one of our own."""
    if address := os.environ.get("TEST_DATABASE_URL"):
        yield address
        return
    with postgresql_server(tmp_path_factory.mktemp("postgresql")) as address:
        yield address


@pytest.fixture(scope="session")
def postgresql_url(postgresql_address):
    with fresh_database(postgresql_address) as url:
        yield url


@pytest.fixture
def empty_postgresql_url(postgresql_address):
    """Give a database of its own to a test that builds it itself."""
    with fresh_database(postgresql_address) as url:
        yield url


@pytest.fixture(scope="session")
def sqlite_app(tmp_path_factory):
    folder = tmp_path_factory.mktemp("sqlite")
    yield from _lasting_app(folder, f"sqlite:///{folder / 'broker.db'}")


@pytest.fixture(scope="session")
def postgresql_app(tmp_path_factory, postgresql_url):
    yield from _lasting_app(tmp_path_factory.mktemp("postgresql"), postgresql_url)


def _lasting_app(folder, database_url):
    app = make_tested_app(make_settings(folder, database_url))
    yield app
    with app.app_context():
        db.engine.dispose()


# A fixture with parameters is made anew whenever they change, so the applications, which take seconds, are not it.
@pytest.fixture(scope="session", params=["sqlite", "postgresql"])
def database_app(request):
    return request.getfixturevalue(f"{request.param}_app")


@pytest.fixture
def app(database_app):
    """Give the application with an empty database, inside its context; what a test commits is gone after it."""
    with database_app.app_context(), database.writing():
        yield database_app
        db.session.rollback()
        _empty(db.engine)
        db.session.remove()


def _empty(engine):
    with database.writing(), engine.begin() as connection:
        if engine.dialect.name == "postgresql":
            connection.execute(text("select pg_temp.empty_tables()"))
        else:
            _empty_sqlite(connection)
        connection.execute(AuditChain.__table__.update().values(sequence=0, hash=""))
        connection.execute(ReferenceDocument.__table__.delete().where(ReferenceDocument.source.like("test:%")))


def _empty_sqlite(connection):
    connection.execute(text("pragma defer_foreign_keys = on"))
    connection.execute(text("insert into company_search (company_search) values ('delete-all')"))
    filled = set(connection.exec_driver_sql(_asking_for_the_filled()).scalars())
    for table in _emptied_tables():
        if table.name in filled:
            connection.execute(table.delete())
    # Some tables never give a key twice; a test begins as an installation does.
    connection.execute(text("delete from sqlite_sequence"))


@cache
def _emptied_tables():
    return [table for table in reversed(db.metadata.sorted_tables) if table.name not in KEPT_TABLES]


@cache
def _asking_for_the_filled():
    names = [table.name for table in _emptied_tables()]
    return " union all ".join(f"select '{name}' where exists (select 1 from \"{name}\")" for name in names)


def _teach_postgresql_to_empty(engine):
    """Give every connection a function that empties the tables: one statement, planned once, for thousands of tests."""
    # Truncating makes every file of every table anew, a hundred times slower than deleting a few rows.
    steps = ["perform set_config('broker.scope', '*', true)"]
    for table in _emptied_tables():
        deleted = f'delete from "{table.name}"'
        if "id" in table.columns and table.columns["id"].autoincrement:
            deleted += f"; perform setval(pg_get_serial_sequence('\"{table.name}\"', 'id'), 1, false)"
        steps.append(f'if exists (select 1 from "{table.name}") then {deleted}; end if')
    body = "; ".join(steps)

    @event.listens_for(engine, "connect")
    def teach(connection, _entry):
        connection.execute(
            f"create function pg_temp.empty_tables() returns void language plpgsql as $$ begin {body}; end $$"
        )
        connection.commit()


@pytest.fixture
def organisation(app):
    return factories.organisation()


@pytest.fixture
def scope(organisation):
    """Read and write for the test's organisation."""
    with access.acting_in(organisation.id):
        yield organisation


@pytest.fixture
def user(organisation):
    """Give a user with every role in the test's organisation."""
    return factories.user(organisation=organisation, roles=list(Role))


@pytest.fixture
def client(app, user):
    """Give a client that is signed in with every role in the test's organisation."""
    return signed_in_client(app, user)


@pytest.fixture
def client_for(app, organisation):
    """Give a function that signs somebody with these roles in."""

    def sign_in(*roles, organisation=organisation, is_operator=False):
        user = factories.user(organisation=organisation, roles=list(roles), is_operator=is_operator)
        return signed_in_client(app, user)

    return sign_in


def signed_in_client(app, user):
    client = app.test_client()
    client.enter(user)
    return client
