"""Forgets what fields were before a merge as soon as it can no longer be undone."""

from sqlalchemy import null, update

from broker import access, clock, database
from broker.companies.merging.models import Merge
from broker.extensions import db


def tidy() -> None:
    """Drop the old values of merges whose time to undo has run out; the row that went away is kept as it was."""
    with database.writing(), access.every_organisation():
        over = (Merge.undo_until < clock.today(), Merge.fields.is_not(None))
        db.session.execute(update(Merge).where(*over).values(fields=null()))
        db.session.commit()
