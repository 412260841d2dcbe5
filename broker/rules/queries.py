"""Reads the versions of rules and forms."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import defer

from broker.errors import NotFoundError
from broker.extensions import db
from broker.reference.models import DocumentKind, ReferenceDocument


@dataclass(frozen=True)
class Listed:
    """A rule or form with the version in force, the next one that waits, and how many there are."""

    kind: DocumentKind
    current: ReferenceDocument
    waiting: ReferenceDocument | None
    count: int


def list_rules(today: date) -> list[Listed]:
    """List every rule and form, without its content."""
    query = select(ReferenceDocument).options(defer(ReferenceDocument.content)).order_by(*_OLDEST_FIRST)
    by_kind: dict[DocumentKind, list[ReferenceDocument]] = {}
    for row in db.session.scalars(query):
        by_kind.setdefault(row.kind, []).append(row)
    return [
        Listed(
            kind=kind,
            current=[row for row in rows if row.valid_from <= today][-1],
            waiting=next((row for row in rows if row.valid_from > today), None),
            count=len(rows),
        )
        for kind in DocumentKind
        if (rows := by_kind.get(kind))
    ]


def list_versions(kind: DocumentKind) -> Sequence[ReferenceDocument]:
    """List the versions of one rule or form, the one that counts last first."""
    query = select(ReferenceDocument).where(ReferenceDocument.kind == kind).options(defer(ReferenceDocument.content))
    return list(reversed(db.session.scalars(query.order_by(*_OLDEST_FIRST)).all()))


def get_newest(kind: DocumentKind) -> ReferenceDocument:
    """Give the version that counts last, in force or waiting, or raise NotFoundError."""
    query = select(ReferenceDocument).where(ReferenceDocument.kind == kind)
    document = db.session.scalars(query.order_by(*(key.desc() for key in _OLDEST_FIRST)).limit(1)).one_or_none()
    if document is None:
        raise NotFoundError
    return document


def next_version(kind: DocumentKind) -> str:
    """Give the name of the next version of an installation's own, which no version of the product has."""
    newest = get_newest(kind)
    own = select(func.count()).where(ReferenceDocument.kind == kind, ReferenceDocument.version.contains("+"))
    return f"{newest.version.partition('+')[0]}+{db.session.scalars(own).one() + 1}"


_OLDEST_FIRST = (ReferenceDocument.valid_from, ReferenceDocument.id)
