"""An application on an empty database, as the benchmarks use it."""

import secrets

from flask_migrate import upgrade

from broker import create_app, database
from broker.extensions import db
from broker.reference.service import load_documents
from config import Settings


def make_app(folder, address):
    app = create_app(
        Settings(
            data_dir=folder,
            database_url=address,
            jobs_url="immediate:",
            files_dir=folder / "files",
            mail_url=f"folder:{folder / 'mail'}",
            base_url="http://localhost",
            secret_key=secrets.token_hex(16),
            log_level="ERROR",
            is_development=False,
        )
    )
    with app.app_context(), database.writing():
        upgrade()
        load_documents()
        db.session.commit()
    return app
