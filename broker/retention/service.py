"""What an administrator does so that records are destroyed in time: notes rules, exempts records, decides."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from flask_babel import gettext as _

from broker import audit, clock, files
from broker.accounts.models import User
from broker.actions import Action
from broker.companies.corrections import when_contact_leaves
from broker.companies.models import Company, Interaction
from broker.database import hold
from broker.errors import FieldRefusedError, RefusedError
from broker.extensions import Base, db
from broker.formatting import day
from broker.retention import queries
from broker.retention.destroying import destroy
from broker.retention.kinds import KINDS, Kind
from broker.retention.models import Destruction, RecordKind, RetentionExemption, RetentionRule
from broker.retention.queries import Due


@dataclass(frozen=True)
class Decision:
    """What is to be destroyed: up to which day, and by which reference, as somebody who may decide has said."""

    kind: Kind
    through_on: date
    reference: str


def add_rule(
    kind: Kind, *, years: int | None, reference: str, decided_on: date, valid_from: date, by: User
) -> RetentionRule:
    """Note how long a kind of record is kept from a day on, by the organisation's plan (arkivlagen 1990:782, 10 §).

    Without years it is kept for ever. Refuses a day that has passed: what was done by then followed another rule.
    """
    if valid_from < clock.today():
        raise FieldRefusedError(
            "valid_from", _("Ange i dag eller en senare dag. Det som redan har gallrats ändras inte.")
        )
    rule = RetentionRule(
        kind=kind.id, years=years, reference=reference, decided_on=decided_on, valid_from=valid_from, noted_by_id=by.id
    )
    db.session.add(rule)
    db.session.flush()
    audit.record(Action.RETENTION_RULE_ADDED, rule, by=by, kind=kind.id, years=years, starts_on=valid_from)
    return rule


def exempt(kind: Kind, record: Base, *, reason: str, by: User) -> RetentionExemption:
    """Let a record be for now, with the reason; refuses one that is exempted already or of which nothing is left."""
    # Who destroys it in the same moment is waited for, so that nobody is promised what is gone.
    hold(kind.model.id, record.id)
    if queries.find_exemption(kind, record.id):
        raise RefusedError(_("Posten är redan undantagen."))
    if not queries.holds_something(kind, record.id):
        raise RefusedError(_("Posten är redan gallrad."))
    exemption = RetentionExemption(kind=kind.id, record_id=record.id, reason=reason, made_by_id=by.id)
    db.session.add(exemption)
    db.session.flush()
    audit.record(Action.RECORD_EXEMPTED, record, by=by)
    return exemption


def end_exemption(exemption: RetentionExemption, *, by: User) -> None:
    """Let a record be destroyed by the rule again; one that is so already stays as it was."""
    if exemption.ended_at is None:
        exemption.ended_at, exemption.ended_by_id = clock.now(), by.id
        kind = KINDS[exemption.kind]
        audit.record(Action.EXEMPTION_ENDED, queries.get_record(kind, exemption.record_id, with_merged=True), by=by)


def look(decision: Decision) -> tuple[RetentionRule, Due]:
    """Give the rule in force and what is due up to the day of a decision.

    Refuses where there is no rule to destroy by, where a decision is not carried out yet, a day that is too late by
    the rule, and when there is nothing to destroy.
    """
    today = clock.today()
    rule = queries.find_rule(decision.kind, today)
    last_day = rule.last_day(today) if rule else None
    if rule is None or last_day is None:
        raise RefusedError(_("Ingen regel säger att det här ska gallras. Lägg till regeln först."))
    if queries.find_unfinished(decision.kind):
        raise RefusedError(_("Ett tidigare beslut är inte genomfört än. Fortsätt det under Gallringsprotokoll först."))
    if decision.through_on > last_day:
        raise FieldRefusedError("through_on", _("Regeln tillåter gallring till och med %(day)s.", day=day(last_day)))
    due = queries.count_due(decision.kind, decision.through_on, today)
    if not due.count:
        raise FieldRefusedError("through_on", _("Det finns inget att gallra till den dagen."))
    return rule, due


def decide(decision: Decision, seen: tuple[int | None, int | None], *, by: User) -> Destruction | None:
    """Decide that what is due up to a day is destroyed, as its number and newest key were seen.

    Gives nothing when they are not the same any more; refuses as look() does.
    """
    rule, due = look(decision)
    if seen != (due.count, due.last_id):
        return None
    destruction = Destruction(
        kind=decision.kind.id,
        rule=rule,
        through_on=decision.through_on,
        last_id=due.last_id,
        counted=due.count,
        reference=decision.reference,
        decided_by_id=by.id,
        waiting_files=[],
    )
    db.session.add(destruction)
    db.session.flush()
    facts: dict[str, Any] = {"kind": decision.kind.id, "rows": due.count, "last_on": decision.through_on}
    audit.record(Action.DESTRUCTION_DECIDED, destruction, by=by, reference=decision.reference, **facts)
    return destruction


def destroy_some(destruction_id: int, keys: list[int], *, by: User) -> list[str]:
    """Destroy those of these records that are due still, and give the hashes of contents that may be removed then.

    Leaves alone what the rule in force by now keeps for longer than the one that was decided by.
    """
    destruction = queries.get_destruction(destruction_id, to_change=True)
    kind, today = KINDS[destruction.kind], clock.today()
    through = queries.last_day_to_destroy(destruction, today)
    due = queries.lock_due(kind, through, today, keys) if through else []
    unused = destroy(kind, due, reference=destruction.reference, by=by) if due else set()
    destruction.destroyed += len(due)
    # Until they are removed they are remembered: the process may die between the two.
    destruction.waiting_files = sorted(unused)
    db.session.flush()
    return destruction.waiting_files


def take_up(destruction_id: int) -> list[str]:
    """Give the contents that an earlier attempt left on the disk and that nothing has come to point at since."""
    return sorted(files.unused_among(queries.get_destruction(destruction_id).waiting_files))


def finish(destruction_id: int, *, by: User) -> None:
    """Note that everything that was decided has been done."""
    destruction = queries.get_destruction(destruction_id, to_change=True)
    if destruction.finished_at is None:
        destruction.finished_at, destruction.waiting_files = clock.now(), []
        audit.record(Action.DESTRUCTION_FINISHED, destruction, by=by, kind=destruction.kind, rows=destruction.destroyed)


@when_contact_leaves
def keep_what_is_exempted(contact: Interaction, company: Company | None, by: User) -> None:
    """Refuse to take back a contact that is exempted from being destroyed, or whose content has been destroyed."""
    if company is None and queries.find_exemption(KINDS[RecordKind.CONTACTS], contact.id):
        raise RefusedError(_("Kontakten är undantagen från gallring. Avsluta undantaget först."))
    if any(event.is_destruction for event in audit.history_of(contact)):
        raise RefusedError(_("Kontaktens innehåll är gallrat. Raden står kvar för statistiken."))
