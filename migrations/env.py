"""Runs the migrations on the application's own engine, one transaction for each, also for table rebuilds on SQLite."""

from alembic import context
from flask import current_app
from sqlalchemy import text

from broker import database
from broker.extensions import db


def run() -> None:
    """Apply or compare the migrations."""
    with database.writing(), db.engine.connect() as connection:
        is_sqlite = connection.dialect.name == "sqlite"
        if is_sqlite:
            # A rebuilt table is dropped and made anew: with foreign keys on, every child row would go with it.
            connection.connection.driver_connection.execute("PRAGMA foreign_keys=OFF")
        with connection.begin():
            context.configure(
                connection=connection,
                target_metadata=db.metadata,
                include_name=database.is_ours,
                **current_app.extensions["migrate"].configure_args,
            )
            with context.begin_transaction():
                context.run_migrations()
            if is_sqlite and (broken := connection.execute(text("PRAGMA foreign_key_check")).all()):
                raise RuntimeError(f"The migration broke references: {broken[:5]}")
        # The pool must not hand out a connection that no longer checks references.
        connection.invalidate()


run()
