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
        context.configure(
            connection=connection,
            target_metadata=db.metadata,
            **current_app.extensions["migrate"].configure_args,
        )
        with context.begin_transaction():
            context.run_migrations()
            if is_sqlite:
                broken = connection.execute(text("PRAGMA foreign_key_check")).all()
                if broken:
                    raise RuntimeError(f"The migration broke references: {broken[:5]}")
        if is_sqlite:
            connection.connection.driver_connection.execute("PRAGMA foreign_keys=ON")


run()
