"""Loads the dated rules that come with the product into the database, each version once."""

import json
from datetime import date
from typing import Any

from sqlalchemy import select

from broker import clock
from broker.extensions import db
from broker.reference.models import DocumentKind, ReferenceDocument
from broker.reference.queries import read_yaml


def load_documents() -> int:
    """Add the versions of rules and forms that the database lacks, and count them; safe to repeat.

    A version is never changed, but it may get the English words of rules that are the same in Swedish.
    """
    known = {(row.kind, row.version): row for row in db.session.scalars(select(ReferenceDocument))}
    added = 0
    for kind in DocumentKind:
        document = _read(kind)
        stored = known.get((kind, document.version))
        if stored is None:
            db.session.add(document)
            added += 1
        elif stored.content != document.content and _in_swedish(stored.content) == _in_swedish(document.content):
            stored.content, stored.loaded_at = document.content, clock.now()
    return added


def _in_swedish(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _in_swedish(part) for name, part in value.items() if not name.endswith("_en")}
    return [_in_swedish(part) for part in value] if isinstance(value, list) else value


def _read(kind: DocumentKind) -> ReferenceDocument:
    content = _plain(read_yaml(kind.value))
    if isinstance(content, list):
        content = {"rows": content}
    return ReferenceDocument(
        kind=kind,
        version=str(content.get("version", "1")),
        valid_from=date.fromisoformat(content.get("valid_from", "2020-01-01")),
        source=f"broker/reference/data/{kind.value}.yaml",
        content=content,
    )


def _plain(value: Any) -> Any:
    # YAML gives dates and shared parts; a document is stored as JSON, where a day is its text.
    return json.loads(json.dumps(value, default=lambda day: day.isoformat(), ensure_ascii=False))
