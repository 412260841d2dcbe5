"""What has been done: one event for each act, in the transaction of its cause, chained by hashes."""

import hashlib
import json
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Protocol

from sqlalchemy import ForeignKey, Index, Select, and_, event, insert, or_, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from broker import access, clock
from broker.actions import Action
from broker.extensions import Base, Key, db
from broker.sentences import Sentence

_PORTION = 1000


class Person(Protocol):
    """Somebody who does things: a user, seen only by key and name."""

    id: int
    name: str


class AuditEvent(Base):
    """One thing that somebody did to one subject; written once, never changed."""

    __table_args__ = (Index("ix_audit_event_subject", "subject_type", "subject_id"),)

    organisation_id: Mapped[int | None] = mapped_column(Key, ForeignKey("organisation.id"), index=True)
    sequence: Mapped[int] = mapped_column(Key, unique=True)
    happened_at: Mapped[datetime] = mapped_column(default=clock.now)
    action: Mapped[str]
    subject_type: Mapped[str]
    subject_id: Mapped[int] = mapped_column(Key)
    actor_id: Mapped[int | None] = mapped_column(Key)
    actor_name: Mapped[str]
    facts: Mapped[dict[str, Any]]
    previous_hash: Mapped[str]
    hash: Mapped[str]

    @property
    def label(self) -> Any:
        """Give what happened, in Swedish."""
        return Action(self.action).label  # type: ignore[call-arg]  # mypy takes the look-up for a making.

    @property
    def is_destruction(self) -> bool:
        """Tell whether what was known of the subject was destroyed by this."""
        return self.action == Action.RECORD_DESTROYED


class AuditChain(Base):
    """The end of the chain: one row, locked while events are appended."""

    sequence: Mapped[int] = mapped_column(Key, default=0)
    hash: Mapped[str] = mapped_column(default="")


def record(
    action: Action, subject: Base, *, by: Person | None, organisation_id: int | None = None, **facts: Any
) -> None:
    """Add what happened to the running transaction; without a person it was the system itself."""
    pending = db.session.info.setdefault("events", [])
    # What has its key already is not held on to: a long list records many thousands of events.
    about = subject if subject.id is None else int(subject.id)
    own = organisation_id or getattr(subject, "organisation_id", None) or access.find_organisation_in_scope()
    pending.append((action, subject.__tablename__, about, by, own, {key: _plain(fact) for key, fact in facts.items()}))


def changes(row: Base, values: dict[str, Any]) -> dict[str, list[Any]]:
    """Give the fields that these values would change, each as old and new; for the facts of an event."""
    return {
        name: [_plain(getattr(row, name)), _plain(new)] for name, new in values.items() if getattr(row, name) != new
    }


def history_of(subject: Base, *, limit: int = 50, shared: bool = False) -> Sequence[AuditEvent]:
    """List what the organisation in scope did to this thing, newest first; of a shared thing what everybody did."""
    query = select(AuditEvent).where(
        AuditEvent.subject_type == subject.__tablename__, AuditEvent.subject_id == subject.id
    )
    if not shared:
        query = query.where(AuditEvent.organisation_id == access.organisation_in_scope())
    return db.session.scalars(query.order_by(AuditEvent.sequence.desc()).limit(limit)).all()


def changes_since(subject: Base, moment: datetime) -> Sequence[AuditEvent]:
    """List what has been done to this thing from a moment on, oldest first; from it an earlier state can be told."""
    query = select(AuditEvent).where(
        AuditEvent.subject_type == subject.__tablename__,
        AuditEvent.subject_id == subject.id,
        AuditEvent.happened_at >= moment,
    )
    return db.session.scalars(query.order_by(AuditEvent.sequence)).all()


def history_of_all(things: Iterable[tuple[type[Base], Select[int]]], *, limit: int = 100) -> Sequence[AuditEvent]:
    """List what the organisation in scope did to any of these things, given as kinds with the keys to look for."""
    is_one_of_them = or_(
        *(and_(AuditEvent.subject_type == kind.__tablename__, AuditEvent.subject_id.in_(keys)) for kind, keys in things)
    )
    query = select(AuditEvent).where(is_one_of_them, AuditEvent.organisation_id == access.organisation_in_scope())
    return db.session.scalars(query.order_by(AuditEvent.sequence.desc()).limit(limit)).all()


def find_break() -> int | None:
    """Walk the whole chain and give the sequence number of the first event that does not fit, if any."""
    previous, expected = "", 1
    for row in db.session.scalars(select(AuditEvent).order_by(AuditEvent.sequence).execution_options(yield_per=1000)):
        if row.sequence != expected or row.previous_hash != previous or row.hash != _hash_of(row):
            return row.sequence
        previous, expected = row.hash, expected + 1
    end = db.session.scalars(select(AuditChain)).one_or_none()
    return None if end is None or end.sequence == expected - 1 else expected


@event.listens_for(Session, "before_commit")
def _append_events(session: Session) -> None:
    pending = session.info.pop("events", [])
    if not pending:
        return
    session.flush()
    # Locking the end of the chain last keeps it locked only for the moment of the commit.
    chain = session.execute(
        update(AuditChain)
        .values(sequence=AuditChain.sequence + len(pending))
        .returning(AuditChain.id, AuditChain.sequence, AuditChain.hash)
        .execution_options(synchronize_session=False)
    ).one()
    previous, sequence = chain.hash, chain.sequence - len(pending)
    # A long list has many thousands of events, which are never in memory all at once.
    for start in range(0, len(pending), _PORTION):
        rows = []
        for action, subject_type, about, by, organisation_id, facts in pending[start : start + _PORTION]:
            sequence += 1
            row = {
                "sequence": sequence,
                "happened_at": clock.now(),
                "action": action.value,
                "organisation_id": organisation_id,
                "subject_type": subject_type,
                "subject_id": about if isinstance(about, int) else about.id,
                "actor_id": by and by.id,
                "actor_name": by.name if by else "Systemet",
                "facts": facts,
                "previous_hash": previous,
            }
            previous = _hash_of(AuditEvent(**row))
            rows.append(row | {"hash": previous})
        session.execute(insert(AuditEvent), rows)
    last = update(AuditChain).where(AuditChain.id == chain.id).values(hash=previous)
    session.execute(last.execution_options(synchronize_session=False))


@event.listens_for(Session, "after_rollback")
def _forget_events(session: Session) -> None:
    session.info.pop("events", None)


def _hash_of(row: AuditEvent) -> str:
    content = [
        row.previous_hash,
        row.sequence,
        row.happened_at.isoformat(),
        row.action,
        row.organisation_id,
        row.subject_type,
        row.subject_id,
        row.actor_id,
        row.actor_name,
        row.facts,
    ]
    return hashlib.sha256(json.dumps(content, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def _plain(fact: Any) -> Any:
    if isinstance(fact, Sentence):
        return fact.as_stored() if fact.facts else fact.text
    if isinstance(fact, dict):
        return {str(key): _plain(value) for key, value in fact.items()}
    if isinstance(fact, list | tuple | set | frozenset):
        return [_plain(value) for value in fact]
    if isinstance(fact, date | datetime):
        return fact.isoformat()
    return str(fact) if isinstance(fact, Decimal) else fact
