"""What the two database engines need: settings measured to lose nothing, one writer at a time on SQLite."""

import fcntl
import json
import os
import sqlite3
import time
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path
from typing import Any

from flask import Flask
from sqlalchemy import BigInteger, ColumnElement, Connection, Engine, Text, any_, event, func, literal, select, text
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.engine import make_url
from sqlalchemy.pool import ConnectionPoolEntry

from broker.extensions import db

_writes: ContextVar[bool] = ContextVar("broker_writes", default=False)

# Seconds that a writer waits for his turn before the page says "try again", and between two looks at the door.
LONGEST_WAIT, _LOOK_AGAIN = 10.0, 0.003
SQLITE_PRAGMAS = {
    "journal_mode": "wal",
    "synchronous": "FULL",
    "foreign_keys": "ON",
    "busy_timeout": "5000",
    "trusted_schema": "OFF",
}
# Kilobytes of changed pages that SQLite keeps in memory: its own measure, and that of a large write, twice as fast.
_USUAL_MEMORY, _MORE_MEMORY = 2_000, 256_000
POSTGRESQL_SETTINGS = {
    "timezone": "UTC",
    # A page asks many small questions of rows that lie in memory or on a disk without moving parts: a row found by
    # its key costs little more than the next one, and neither helpers nor compiled plans come to their work in time.
    "random_page_cost": "1.1",
    "max_parallel_workers_per_gather": "0",
    "jit": "off",
    "statement_timeout": "60000",
    "lock_timeout": "10000",
    "idle_in_transaction_session_timeout": "120000",
}


def engine_options(database_url: str) -> dict[str, Any]:
    """Give the options that Flask-SQLAlchemy needs for this database."""
    if is_sqlite(database_url):
        return {"hide_parameters": True, "connect_args": {"check_same_thread": False}}
    settings = " ".join(f"-c {name}={value}" for name, value in POSTGRESQL_SETTINGS.items())
    return {"hide_parameters": True, "pool_pre_ping": True, "connect_args": {"options": settings}}


def is_sqlite(database_url: str) -> bool:
    """Tell whether the address names a SQLite file."""
    return make_url(database_url).get_backend_name() == "sqlite"


def among(attribute: Any, keys: Collection[int]) -> ColumnElement[bool]:
    """Give the condition that a key is one of these, sent as one value: a thousand of them cost no more than a few."""
    if db.engine.dialect.name == "sqlite":
        listed = func.json_each(json.dumps(list(keys))).table_valued("value")
        found: ColumnElement[bool] = attribute.in_(select(listed.c.value))
        return found
    return attribute == any_(literal(list(keys), ARRAY(BigInteger)))


def rows_of(texts: Collection[str]) -> ColumnElement[str]:
    """Give texts as a column to select from, a row for each, sent as one value."""
    if db.engine.dialect.name == "sqlite":
        listed: ColumnElement[str] = func.json_each(json.dumps(list(texts))).table_valued("value").c.value
        return listed
    return func.unnest(literal(list(texts), ARRAY(Text))).column_valued()


def hold(attribute: Any, *keys: int) -> None:
    """Let others who hold one of these rows wait until this transaction ends, so that two who meet see each other.

    SQLite lets one write at a time anyway.
    """
    held = select(attribute).where(attribute.in_(keys)).order_by(attribute)
    db.session.execute(held.with_for_update(key_share=True))


def insert_unless_there(model: Any, **values: Any) -> bool:
    """Insert a row, unless one that must be the only one of its kind stands, or is stored in the same moment.

    Tells whether it was inserted.
    """
    insert = sqlite.insert if db.engine.dialect.name == "sqlite" else postgresql.insert
    inserted = insert(model).values(**values).on_conflict_do_nothing().returning(model.id)
    return db.session.scalar(inserted) is not None


def migrations_folder() -> Path:
    """Give where the migrations lie: inside the installed package, beside it in a checkout."""
    packaged = Path(__file__).parent / "migrations"
    return packaged if packaged.exists() else Path(__file__).parent.parent / "migrations"


def is_ours(name: str | None, kind: str, parents: Any) -> bool:
    """Tell whether a thing of the database is described by the models; the tables of SQLite's search index are not."""
    return kind != "table" or not (name or "").startswith("company_search")


def init_app(app: Flask) -> None:
    """Prepare the connections of this application's engine."""
    with app.app_context():
        if db.engine.dialect.name == "sqlite":
            _prepare_sqlite(db.engine)


@contextmanager
def writing(is_writing: bool = True) -> Iterator[None]:
    """Let transactions begun inside write; outside they only read (SQLite locks at once for a writer)."""
    token = _writes.set(is_writing)
    try:
        yield
    finally:
        _writes.reset(token)


def is_writing() -> bool:
    """Tell whether transactions begun now write."""
    return _writes.get()


def set_writing(is_writing: bool) -> None:
    """Say for the rest of this request whether its transactions write."""
    _writes.set(is_writing)


def take_stock() -> None:
    """Let PostgreSQL count anew after a large write: its plans rest on how much there is, and it looks later by itself.

    The first visitors after a register would wait twice as long. SQLite's plans need no figures.
    """
    if db.engine.dialect.name == "postgresql":
        db.session.execute(text("analyze"))


def use_more_memory() -> None:
    """Let the running transaction keep many changed pages in memory; it is about to write a large part of a table."""
    if db.engine.dialect.name == "sqlite":
        db.session.execute(text(f"PRAGMA cache_size = -{_MORE_MEMORY}"))


def overwrite_what_goes() -> None:
    """Let the running transaction leave nothing legible behind where it empties rows.

    SQLite writes zeros over it, which it otherwise does not, for it takes time; PostgreSQL gives the room to what is
    written next, after its own cleaning.
    """
    if db.engine.dialect.name == "sqlite":
        db.session.execute(text("PRAGMA secure_delete = ON"))


def drop_earlier_pages() -> None:
    """Empty the log in which SQLite keeps earlier contents of changed pages, unless somebody reads them just now."""
    if db.engine.dialect.name == "sqlite":
        connection = db.engine.raw_connection()
        try:
            connection.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)")
        finally:
            connection.close()


def allow_pauses() -> None:
    """Let the running transaction wait for us as long as it takes, where the database would end one that is idle."""
    if db.engine.dialect.name == "postgresql":
        db.session.execute(text("set local idle_in_transaction_session_timeout = 0"))


def _prepare_sqlite(engine: Engine) -> None:
    lock_path = f"{engine.url.database}.lock"

    @event.listens_for(engine, "connect")
    def configure(connection: Any, entry: ConnectionPoolEntry) -> None:
        # The driver's own BEGIN comes only before the first write: a read before it would be lost to another writer.
        connection.isolation_level = None
        for name, value in SQLITE_PRAGMAS.items():
            connection.execute(f"PRAGMA {name}={value}")

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        if _writes.get():
            _take_turn(connection, lock_path)
            connection.exec_driver_sql("BEGIN IMMEDIATE")
        else:
            connection.exec_driver_sql("BEGIN")

    @event.listens_for(engine, "commit")
    @event.listens_for(engine, "rollback")
    def end(connection: Connection) -> None:
        _give_turn(connection.info)

    @event.listens_for(engine, "checkin")
    def returned(connection: Any, entry: ConnectionPoolEntry) -> None:
        _give_turn(entry.info)
        if connection is not None:
            connection.execute(f"PRAGMA cache_size = -{_USUAL_MEMORY}")
            connection.execute("PRAGMA secure_delete = OFF")


def _take_turn(connection: Connection, lock_path: str) -> None:
    # SQLite's own waiting is a lottery that starves; a file lock hands out turns in order, also between processes.
    handle = os.open(lock_path, os.O_CREAT | os.O_RDWR, 0o600)
    deadline = time.monotonic() + LONGEST_WAIT
    while True:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() > deadline:
                os.close(handle)
                raise sqlite3.OperationalError("database is locked: another writer holds the turn") from None
            time.sleep(_LOOK_AGAIN)
        else:
            connection.info["turn"] = handle
            return


def _give_turn(connection_info: dict[str, Any]) -> None:
    handle = connection_info.pop("turn", None)
    if handle is not None:
        os.close(handle)
