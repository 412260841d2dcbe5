"""The contents of rules and forms, which are long and seldom change: read once by each process."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from weakref import WeakKeyDictionary

from sqlalchemy import Engine, inspect, select
from sqlalchemy.orm.attributes import set_committed_value

from broker.extensions import db
from broker.reference.models import ReferenceDocument

# By database, and by which document it is and when it was loaded: new words for it make it another one.
_known: WeakKeyDictionary[Engine, dict[tuple[int, datetime], dict[str, Any]]] = WeakKeyDictionary()


def with_contents(documents: Iterable[ReferenceDocument]) -> list[ReferenceDocument]:
    """Give documents that were read without their contents with these, for reading only."""
    found = list(documents)
    waiting = {(row.id, row.loaded_at): row for row in found if "content" in inspect(row).unloaded}
    known = _known.setdefault(db.engine, {})
    if lacking := [key for key in waiting if key not in known]:
        query = select(ReferenceDocument.id, ReferenceDocument.content)
        rows = db.session.execute(query.where(ReferenceDocument.id.in_([key for key, _loaded_at in lacking])))
        contents = {row.id: row.content for row in rows}
        known.update({key: contents[key[0]] for key in lacking})
    for key, row in waiting.items():
        set_committed_value(row, "content", known[key])
    return found
