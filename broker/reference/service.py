"""Loads the dated rules that come with the product into the database, each version once."""

import json
from datetime import date
from importlib.resources import files
from typing import Any

import yaml
from sqlalchemy import select

from broker.extensions import db
from broker.reference.models import DocumentKind, ReferenceDocument


def load_documents() -> int:
    """Add the versions of rules and forms that the database lacks, and count them; safe to repeat."""
    known = {tuple(row) for row in db.session.execute(select(ReferenceDocument.kind, ReferenceDocument.version))}
    added = 0
    for kind in DocumentKind:
        document = _read(kind)
        if (kind, document.version) not in known:
            db.session.add(document)
            added += 1
    return added


def _read(kind: DocumentKind) -> ReferenceDocument:
    text = files("broker.reference").joinpath("data", f"{kind.value}.yaml").read_text(encoding="utf-8")
    content = _plain(yaml.safe_load(text))
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
