"""What has been done: the vocabulary of events, one row for each in the transaction of its cause, chained by hashes."""

import hashlib
import json
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any, Protocol

from flask_babel import lazy_gettext as _l
from sqlalchemy import ForeignKey, Index, Select, and_, event, insert, or_, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from broker import access, clock
from broker.extensions import Base, Key, db
from broker.sentences import Sentence

_PORTION = 1000


class Action(StrEnum):
    """Everything that is recorded, `subject:action` in the past tense; a value is stored forever and never reused."""

    USER_ADDED = "user:added"
    USER_INVITED = "user:invited"
    INVITATION_ACCEPTED = "invitation:accepted"
    INVITATION_REVOKED = "invitation:revoked"
    MEMBERSHIP_CHANGED = "membership:changed"
    SIGNED_IN = "user:signed_in"
    SIGNED_OUT = "user:signed_out"
    PASSWORD_CHANGED = "user:password_changed"  # noqa: S105 - the name of an event.
    ORGANISATION_ADDED = "organisation:added"
    COMPANIES_IMPORTED = "companies:imported"
    PEOPLE_IMPORTED = "people:imported"
    IMPORT_UNDONE = "import:undone"
    COMPANY_ADDED = "company:added"
    COMPANY_REFRESHED = "company:refreshed"
    COMPANY_MERGED = "company:merged"
    COMPANY_PARTED = "company:parted"
    DUPLICATE_RULED_OUT = "duplicate:ruled_out"
    DUPLICATE_RULED_IN = "duplicate:ruled_in"
    ENGAGEMENT_EDITED = "engagement:edited"
    TAG_RENAMED = "tag:renamed"
    WORKPLACE_ADDED = "workplace:added"
    PERSON_ADDED = "person:added"
    PERSON_EDITED = "person:edited"
    PERSON_MERGED = "person:merged"
    PERSON_PARTED = "person:parted"
    SIZE_FIGURES_ADDED = "size_figures:added"
    SIZE_FIGURES_EDITED = "size_figures:edited"
    OUTSIDE_OWNER_ADDED = "outside_owner:added"
    OWNERSHIP_ADDED = "ownership:added"
    OWNERSHIP_EDITED = "ownership:edited"
    SIZE_CHOSEN = "size:chosen"
    INTERACTION_LOGGED = "interaction:logged"
    INTERACTION_EDITED = "interaction:edited"
    TASK_ADDED = "task:added"
    TASK_EDITED = "task:edited"
    TASK_DONE = "task:done"
    TASK_REOPENED = "task:reopened"
    PLAN_DROPPED = "plan:dropped"
    LEAD_OFFERED = "lead:offered"
    LEAD_RECEIVED = "lead:received"
    LEAD_REVOKED = "lead:revoked"
    LEAD_OPENED = "lead:opened"
    LEAD_ACCEPTED = "lead:accepted"
    LEAD_DECLINED = "lead:declined"
    LEAD_ASKED = "lead:asked"
    LEAD_REPLIED = "lead:replied"
    LEAD_RETURNED = "lead:returned"
    LEAD_RESULT_REPORTED = "lead:result_reported"
    LEAD_ESCALATED = "lead:escalated"
    LEAD_PERSON_HIDDEN = "lead:person_hidden"
    TIP_TAKEN = "tip:taken"
    TIP_DISMISSED = "tip:dismissed"
    TIP_PAGE_OPENED = "tip_page:opened"
    TIP_PAGE_CLOSED = "tip_page:closed"
    TIP_PAGE_RENEWED = "tip_page:renewed"
    NEED_ADDED = "need:added"
    NEED_EDITED = "need:edited"
    NEED_WITHDRAWN = "need:withdrawn"
    COHORT_FORMED = "cohort:formed"
    COHORT_DISSOLVED = "cohort:dissolved"
    PROVIDER_ADDED = "provider:added"
    PROVIDER_EDITED = "provider:edited"
    OFFERING_ADDED = "offering:added"
    VETTING_RECORDED = "vetting:recorded"
    PURCHASE_STARTED = "purchase:started"
    PURCHASE_MOVED = "purchase:moved"
    PURCHASE_DOCUMENTED = "purchase:documented"
    CALL_ADDED = "call:added"
    PROJECT_STARTED = "project:started"
    PROJECT_EDITED = "project:edited"
    COHORT_JOINED_PROJECT = "cohort:joined_project"
    ANSWER_SAVED = "answer:saved"
    GOAL_SAVED = "goal:saved"
    ACTIVITY_SAVED = "activity:saved"
    ACTOR_SAVED = "actor:saved"
    BUDGET_SAVED = "budget:saved"
    STATE_AID_SAVED = "state_aid:saved"
    GATE_SAVED = "gate:saved"
    APPLICATION_EXPORTED = "application:exported"
    LIST_EXPORTED = "list:exported"
    FILE_ADDED = "file:added"
    VIEW_SAVED = "view:saved"
    VIEW_EDITED = "view:edited"
    VIEW_REMOVED = "view:removed"
    REMINDERS_CHOSEN = "reminders:chosen"
    CALENDAR_OPENED = "calendar:opened"
    CALENDAR_CLOSED = "calendar:closed"
    CONTACT_RULE_ADDED = "contact_rule:added"
    CONTACT_RULE_EDITED = "contact_rule:edited"
    CONTACT_RULE_REMOVED = "contact_rule:removed"
    MEETING_INVITED = "meeting:invited"
    MEETING_CANCELLED = "meeting:cancelled"
    EVENT_IMPORTED = "event:imported"
    LETTER_ADDRESS_OPENED = "letter_address:opened"
    LETTER_ADDRESS_CLOSED = "letter_address:closed"
    LETTER_RECEIVED = "letter:received"
    LETTER_LOGGED = "letter:logged"
    LETTER_PLACED = "letter:placed"
    LETTER_THROWN = "letter:thrown"
    LETTER_TAKEN_BACK = "letter:taken_back"
    LETTER_EXPIRED = "letter:expired"
    AGREEMENT_PROPOSED = "agreement:proposed"
    AGREEMENT_WITHDRAWN = "agreement:withdrawn"
    AGREEMENT_ACCEPTED = "agreement:accepted"
    AGREEMENT_DECLINED = "agreement:declined"
    AGREEMENT_ENDED = "agreement:ended"
    COLLEAGUE_ASKED = "colleague:asked"
    SHARED_VISIT_TOLD = "shared_visit:told"

    @property
    def label(self) -> Any:
        """Give what happened as a person would say it in Swedish."""
        return _LABELS[self]


_LABELS = {
    Action.USER_ADDED: _l("Användare tillagd"),
    Action.USER_INVITED: _l("Inbjudan skickad"),
    Action.INVITATION_ACCEPTED: _l("Inbjudan antagen"),
    Action.INVITATION_REVOKED: _l("Inbjudan återkallad"),
    Action.MEMBERSHIP_CHANGED: _l("Roller ändrade"),
    Action.SIGNED_IN: _l("Inloggning"),
    Action.SIGNED_OUT: _l("Utloggning"),
    Action.PASSWORD_CHANGED: _l("Lösenord bytt"),
    Action.ORGANISATION_ADDED: _l("Organisation tillagd"),
    Action.COMPANIES_IMPORTED: _l("Företag importerade"),
    Action.PEOPLE_IMPORTED: _l("Kontaktpersoner importerade"),
    Action.IMPORT_UNDONE: _l("Import ångrad"),
    Action.COMPANY_ADDED: _l("Företag tillagt"),
    Action.COMPANY_REFRESHED: _l("Uppgifter hämtade från registret"),
    Action.COMPANY_MERGED: _l("Företag sammanslagna"),
    Action.COMPANY_PARTED: _l("Sammanslagning av företag ångrad"),
    Action.DUPLICATE_RULED_OUT: _l("Inte dubblett"),
    Action.DUPLICATE_RULED_IN: _l("Kan vara dubblett igen"),
    Action.ENGAGEMENT_EDITED: _l("Vår relation ändrad"),
    Action.TAG_RENAMED: _l("Etikett bytt"),
    Action.WORKPLACE_ADDED: _l("Arbetsställe tillagt"),
    Action.PERSON_ADDED: _l("Kontaktperson tillagd"),
    Action.PERSON_EDITED: _l("Kontaktperson ändrad"),
    Action.PERSON_MERGED: _l("Kontaktpersoner sammanslagna"),
    Action.PERSON_PARTED: _l("Sammanslagning av kontaktpersoner ångrad"),
    Action.SIZE_FIGURES_ADDED: _l("Uppgifter om storlek tillagda"),
    Action.SIZE_FIGURES_EDITED: _l("Uppgifter om storlek ändrade"),
    Action.OUTSIDE_OWNER_ADDED: _l("Ägare utanför registret tillagd"),
    Action.OWNERSHIP_ADDED: _l("Ägande tillagt"),
    Action.OWNERSHIP_EDITED: _l("Ägande ändrat"),
    Action.SIZE_CHOSEN: _l("Storlek bedömd"),
    Action.INTERACTION_LOGGED: _l("Kontakt loggad"),
    Action.INTERACTION_EDITED: _l("Kontakt ändrad"),
    Action.TASK_ADDED: _l("Uppgift tillagd"),
    Action.TASK_EDITED: _l("Uppgift ändrad"),
    Action.TASK_DONE: _l("Uppgift klar"),
    Action.TASK_REOPENED: _l("Uppgift öppnad igen"),
    Action.PLAN_DROPPED: _l("Planerad kontakt blev inte av"),
    Action.LEAD_OFFERED: _l("Lead skickat"),
    Action.LEAD_RECEIVED: _l("Lead mottaget i inkorgen"),
    Action.LEAD_REVOKED: _l("Lead återkallat"),
    Action.LEAD_OPENED: _l("Lead öppnat"),
    Action.LEAD_ACCEPTED: _l("Lead antaget"),
    Action.LEAD_DECLINED: _l("Lead avböjt"),
    Action.LEAD_ASKED: _l("Fråga om lead"),
    Action.LEAD_REPLIED: _l("Svar på fråga om lead"),
    Action.LEAD_RETURNED: _l("Lead återlämnat"),
    Action.LEAD_RESULT_REPORTED: _l("Resultat av lead"),
    Action.LEAD_ESCALATED: _l("Påminnelse om lead"),
    Action.LEAD_PERSON_HIDDEN: _l("Kontaktpersonen borttagen ur lead"),
    Action.TIP_TAKEN: _l("Tips omhändertaget"),
    Action.TIP_DISMISSED: _l("Tips avfärdat"),
    Action.TIP_PAGE_OPENED: _l("Formuläret för tips öppnat"),
    Action.TIP_PAGE_CLOSED: _l("Formuläret för tips stängt"),
    Action.TIP_PAGE_RENEWED: _l("Ny adress till formuläret för tips"),
    Action.NEED_ADDED: _l("Behov registrerat"),
    Action.NEED_EDITED: _l("Behov ändrat"),
    Action.NEED_WITHDRAWN: _l("Behov avslutat"),
    Action.COHORT_FORMED: _l("Utbildningsgrupp bildad"),
    Action.COHORT_DISSOLVED: _l("Utbildningsgrupp upplöst"),
    Action.PROVIDER_ADDED: _l("Anordnare tillagd"),
    Action.PROVIDER_EDITED: _l("Anordnare ändrad"),
    Action.OFFERING_ADDED: _l("Utbildning i utbudet tillagd"),
    Action.VETTING_RECORDED: _l("Granskning antecknad"),
    Action.PURCHASE_STARTED: _l("Inköp påbörjat"),
    Action.PURCHASE_MOVED: _l("Inköp flyttat"),
    Action.PURCHASE_DOCUMENTED: _l("Dokumentation antecknad"),
    Action.CALL_ADDED: _l("Utlysning tillagd"),
    Action.PROJECT_STARTED: _l("Projekt påbörjat"),
    Action.PROJECT_EDITED: _l("Projekt ändrat"),
    Action.COHORT_JOINED_PROJECT: _l("Utbildningsgrupp lagd till projektet"),
    Action.ANSWER_SAVED: _l("Svar sparat"),
    Action.GOAL_SAVED: _l("Mål sparat"),
    Action.ACTIVITY_SAVED: _l("Aktivitet sparad"),
    Action.ACTOR_SAVED: _l("Aktör sparad"),
    Action.BUDGET_SAVED: _l("Budget sparad"),
    Action.STATE_AID_SAVED: _l("Statsstöd sparat"),
    Action.GATE_SAVED: _l("Formellt krav avstämt"),
    Action.APPLICATION_EXPORTED: _l("Ansökan exporterad"),
    Action.LIST_EXPORTED: _l("Lista exporterad"),
    Action.FILE_ADDED: _l("Fil tillagd"),
    Action.VIEW_SAVED: _l("Urval sparat"),
    Action.VIEW_EDITED: _l("Urval ändrat"),
    Action.VIEW_REMOVED: _l("Urval borttaget"),
    Action.REMINDERS_CHOSEN: _l("Påminnelser valda"),
    Action.CALENDAR_OPENED: _l("Kalenderns adress skapad"),
    Action.CALENDAR_CLOSED: _l("Kalenderns adress borttagen"),
    Action.CONTACT_RULE_ADDED: _l("Regel om kontakter tillagd"),
    Action.CONTACT_RULE_EDITED: _l("Regel om kontakter ändrad"),
    Action.CONTACT_RULE_REMOVED: _l("Regel om kontakter borttagen"),
    Action.MEETING_INVITED: _l("Kalenderinbjudan skickad"),
    Action.MEETING_CANCELLED: _l("Kalenderinbjudan avbokad"),
    Action.EVENT_IMPORTED: _l("Hämtad ur en kalenderfil"),
    Action.LETTER_ADDRESS_OPENED: _l("Privat adress för brev skapad"),
    Action.LETTER_ADDRESS_CLOSED: _l("Privat adress för brev borttagen"),
    Action.LETTER_RECEIVED: _l("Brev har kommit till en privat adress"),
    Action.LETTER_LOGGED: _l("Brev till en privat adress blev en kontakt"),
    Action.LETTER_PLACED: _l("Brev som väntade placerat hos företaget"),
    Action.LETTER_THROWN: _l("Brev som väntade bortkastat"),
    Action.LETTER_TAKEN_BACK: _l("Bortkastat brev taget tillbaka"),
    Action.LETTER_EXPIRED: _l("Brev som ingen placerade bortkastat"),
    Action.AGREEMENT_PROPOSED: _l("Överenskommelse föreslagen"),
    Action.AGREEMENT_WITHDRAWN: _l("Förslag till överenskommelse återtaget"),
    Action.AGREEMENT_ACCEPTED: _l("Överenskommelse antagen"),
    Action.AGREEMENT_DECLINED: _l("Förslag till överenskommelse avböjt"),
    Action.AGREEMENT_ENDED: _l("Överenskommelse avslutad"),
    Action.COLLEAGUE_ASKED: _l("Fråga till en kollega i en annan organisation"),
    Action.SHARED_VISIT_TOLD: _l("Brev om att en annan organisation planerar besök samma månad"),
}


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
        return Action(self.action).label


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
