"""Destroys the contents of records: their own, and what other tables keep of the same words for them alone."""

from collections.abc import Callable, Collection
from typing import Any

from sqlalchemy import delete, func, or_, select, update

from broker import audit, database, files
from broker.access import organisation_in_scope
from broker.actions import Action
from broker.audit import Person as Actor
from broker.companies.merged import WITH_MERGED
from broker.companies.merging.models import Merge, MergeKind
from broker.companies.models import Engagement, Interaction, Person, interaction_person
from broker.database import among
from broker.extensions import Versioned, db
from broker.files import Attachment
from broker.leads.models import LeadOffer
from broker.meetings.models import MeetingGuest, MeetingInvitation
from broker.needs.joint.models import SharedNeed
from broker.retention.kinds import INVITATION_EMPTIED, OFFER_EMPTIED, SHARED_EMPTIED, Kind
from broker.retention.models import RecordKind

_NO_SYNC = {"synchronize_session": False}


def destroy(kind: Kind, keys: Collection[int], *, reference: str, by: Actor) -> set[str]:
    """Destroy the contents of these records of the organisation in scope, and note on each by which decision.

    Gives the hashes of contents that nothing points at any more; they may be removed once this is stored.
    """
    database.overwrite_what_goes()
    # First what is found by way of what is emptied.
    _ALONG.get(kind.id, _nothing)(kind, keys)
    _empty(kind, keys)
    hashes = _drop_files(kind, keys) if kind.has_files else set()
    for key in keys:
        record = kind.model(id=key, organisation_id=organisation_in_scope())
        audit.record(Action.RECORD_DESTROYED, record, by=by, reference=reference)
    return files.unused_among(hashes)


def _empty(kind: Kind, keys: Collection[int]) -> None:
    _set(kind.model, kind.model.id, keys, kind.emptied)


def _set(model: Any, column: Any, keys: Collection[int], values: Any) -> None:
    # Who has the record open for editing, and an import that could be undone, meet another version of it.
    version = {"version": model.version + 1} if issubclass(model, Versioned) else {}
    own = model.organisation_id == organisation_in_scope()
    db.session.execute(
        update(model).where(among(column, keys), own).values(**values, **version).execution_options(**_NO_SYNC)
    )


def _drop_files(kind: Kind, keys: Collection[int]) -> set[str]:
    chosen = (Attachment.subject_type == kind.model.__tablename__, among(Attachment.subject_id, keys))
    own = Attachment.organisation_id == organisation_in_scope()
    hashes = set(db.session.scalars(select(Attachment.content_hash).where(*chosen, own)))
    if hashes:
        db.session.execute(delete(Attachment).where(*chosen, own).execution_options(**_NO_SYNC))
    return hashes


def _nothing(kind: Kind, keys: Collection[int]) -> None:
    return


def _let_people_go(kind: Kind, keys: Collection[int]) -> None:
    """Take people away from contacts; of each is still known when the last one took place."""
    met = interaction_person.c
    last = (
        select(met.person_id, func.max(Interaction.happened_on).label("day"))
        .join(Interaction, Interaction.id == met.interaction_id)
        .where(among(Interaction.id, keys))
        .group_by(met.person_id)
        .subquery()
    )
    is_later = or_(Person.last_met_on.is_(None), Person.last_met_on < last.c.day)
    own = Person.organisation_id == organisation_in_scope()
    remembered = update(Person).where(Person.id == last.c.person_id, is_later, own).values(last_met_on=last.c.day)
    db.session.execute(remembered.execution_options(**_NO_SYNC))
    db.session.execute(delete(interaction_person).where(among(met.interaction_id, keys)))


def _empty_invitations(kind: Kind, keys: Collection[int]) -> None:
    invited = select(MeetingInvitation.id).where(among(MeetingInvitation.task_id, keys))
    guests = delete(MeetingGuest).where(MeetingGuest.invitation_id.in_(invited))
    db.session.execute(guests.execution_options(**_NO_SYNC))
    _set(MeetingInvitation, MeetingInvitation.task_id, keys, INVITATION_EMPTIED)


def _empty_merged_people(kind: Kind, keys: Collection[int]) -> None:
    gone = {row.gone_id for row in _merges_into(MergeKind.PERSON, keys)}
    _empty(kind, gone)
    db.session.execute(
        delete(MeetingGuest).where(among(MeetingGuest.person_id, {*keys, *gone})).execution_options(**_NO_SYNC)
    )


def _empty_parked_relations(kind: Kind, keys: Collection[int]) -> None:
    companies = set(db.session.scalars(select(Engagement.company_id).where(among(Engagement.id, keys))))
    parked = {row.parked_id for row in _merges_into(MergeKind.COMPANY, companies) if row.parked_id}
    _empty(kind, parked)


def _merges_into(kind: MergeKind, keys: Collection[int]) -> list[Merge]:
    """List the merges that stand of all that went into these, also by way of each other."""
    found: dict[int, Merge] = {}
    wanted = set(keys)
    while wanted:
        stands = (Merge.kind == kind, Merge.undone_at.is_(None), among(Merge.kept_id, wanted))
        rows = db.session.scalars(select(Merge).where(*stands).execution_options(**WITH_MERGED)).all()
        wanted = {row.gone_id for row in rows if row.id not in found}
        found |= {row.id: row for row in rows}
    return list(found.values())


def _empty_offers(kind: Kind, keys: Collection[int]) -> None:
    _set(LeadOffer, LeadOffer.lead_id, keys, OFFER_EMPTIED)


def _empty_notes_of_sharing(kind: Kind, keys: Collection[int]) -> None:
    _set(SharedNeed, SharedNeed.need_id, keys, SHARED_EMPTIED)


_ALONG: dict[RecordKind, Callable[[Kind, Collection[int]], None]] = {
    RecordKind.CONTACTS: _let_people_go,
    RecordKind.TASKS: _empty_invitations,
    RecordKind.PEOPLE: _empty_merged_people,
    RecordKind.RELATIONS: _empty_parked_relations,
    RecordKind.SENT_LEADS: _empty_offers,
    RecordKind.NEEDS: _empty_notes_of_sharing,
}
