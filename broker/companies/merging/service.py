"""What people do about duplicates: merge two companies or two people, take a merge apart, say that a pair is none."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import and_, delete, insert, select, update

from broker import audit, clock
from broker.accounts.models import User
from broker.actions import Action
from broker.companies import queries as companies
from broker.companies import service as companies_service
from broker.companies.merged import WITH_MERGED
from broker.companies.merging import queries
from broker.companies.merging.fields import FieldChoice, chosen_values, differing_fields, restored, stored
from broker.companies.merging.holders import (
    Holder,
    Links,
    count_rows,
    find_collision,
    holders_of,
    list_linked,
    list_rows,
)
from broker.companies.merging.models import Merge, MergeKind, NotDuplicate
from broker.companies.models import Company, Engagement, Person
from broker.errors import RefusedError
from broker.extensions import Base, db

_LAST_CONTACT, _LAST_MET = "last_contact_on", "last_met_on"
# A statement may hold only so many keys.
_MOST_KEYS = 500


class CannotMergeError(RefusedError):
    """The two must not become one, or not yet; the text says what to do."""


@dataclass
class Undone:
    """What did not go back when a merge was undone, because somebody worked with it since."""

    edited_fields: list[str] = field(default_factory=list)
    stayed: int = 0
    added: int = 0


def check_companies(kept: Company, gone: Company) -> None:
    """Refuse companies that must not be merged: a number is who a company is, and the register's row always stays."""
    if kept.id == gone.id:
        raise CannotMergeError(_("Välj två olika företag."))
    if gone.has_number and kept.has_number:
        raise CannotMergeError(_("Två företag med olika organisationsnummer är två företag och kan inte slås ihop."))
    if gone.has_number:
        raise CannotMergeError(_("Företaget med organisationsnummer är det som blir kvar. Byt plats på företagen."))


def check_people(kept: Person, gone: Person) -> None:
    """Refuse people who must not be merged: of two companies, or with protected identity."""
    if kept.id == gone.id:
        raise CannotMergeError(_("Välj två olika personer."))
    if kept.company_id != gone.company_id:
        raise CannotMergeError(_("En person kan ha roller i flera företag. Slå bara ihop personer i samma företag."))
    if kept.is_protected or gone.is_protected:
        raise CannotMergeError(_("En person med skyddad identitet kan inte slås ihop med en annan."))


def compare(kept: Any, gone: Any) -> list[FieldChoice]:
    """List what differs between two relations or two people; nothing when there is one of them only."""
    if kept is None or gone is None:
        return []
    return differing_fields(kept, gone, is_gone_newer=queries.is_second_newer(type(kept), kept.id, gone.id))


def merge_companies(kept: Company, gone: Company, chosen: Mapping[str, str], *, by: User) -> Merge:
    """Move all that we have about one company to another; only our own rows, whatever others have of the two."""
    check_companies(kept, gone)
    if _has_gone(MergeKind.COMPANY, Company, kept.id, gone.id):
        raise CannotMergeError(_("Någon har redan slagit ihop företaget med ett annat. Ladda om sidan."))
    ours, theirs = queries.relations_to(kept.id, gone.id)
    merge = _begin(MergeKind.COMPANY, kept.id, gone.id, by)
    moved = _move(Company, gone.id, kept.id, merge)
    if theirs is not None and ours is None:
        theirs.company_id = kept.id
        moved[queries.RELATION] = [theirs.id]
    elif theirs is not None and ours is not None:
        moved |= _move(Engagement, theirs.id, ours.id, merge)
        values = chosen_values(compare(ours, theirs), chosen)
        days = [day for day in (ours.last_contact_on, theirs.last_contact_on) if day]
        values |= {_LAST_CONTACT: max(days)} if days else {}
        merge.fields = _set(ours, values)
        merge.parked_id, theirs.merge_id = theirs.id, merge.id
    merge.moved = moved
    db.session.flush()
    _record(Action.COMPANY_MERGED, merge, kept, gone, by=by)
    return merge


def merge_people(kept: Person, gone: Person, chosen: Mapping[str, str], *, by: User) -> Merge:
    """Let one person of a company go into another: contacts and leads move, of the details the chosen ones stay."""
    check_people(kept, gone)
    if _has_gone(MergeKind.PERSON, Person, kept.id, gone.id):
        raise CannotMergeError(_("Någon har redan slagit ihop personen med en annan. Ladda om sidan."))
    merge = _begin(MergeKind.PERSON, kept.id, gone.id, by)
    values = chosen_values(compare(kept, gone), chosen)
    if met := [day for day in (kept.last_met_on, gone.last_met_on) if day]:
        values[_LAST_MET] = max(met)
    merge.moved = _move(Person, gone.id, kept.id, merge)
    merge.fields = _set(kept, values | {"is_active": kept.is_active or gone.is_active})
    gone.merge_id = merge.id
    db.session.flush()
    _record(Action.PERSON_MERGED, merge, kept, gone, by=by)
    return merge


def undo_merge(merge: Merge, *, by: User) -> Undone:
    """Put back what a merge moved and changed; what was edited or added since stays where it is, and is told."""
    db.session.refresh(merge, with_for_update=True)
    if not merge.can_be_undone(clock.today()):
        raise CannotMergeError(_("Tiden att ångra har gått ut, eller så är det redan gjort. Ladda om sidan."))
    if queries.find_later_merge(merge) is not None:
        raise CannotMergeError(_("En senare sammanslagning bygger på den här. Ångra den senare först."))
    undone = Undone()
    merge.undone_at, merge.undone_by_id = clock.now(), by.id
    if merge.kind is MergeKind.COMPANY:
        kept, gone = db.session.get_one(Company, merge.kept_id), db.session.get_one(Company, merge.gone_id)
        _part_companies(merge, undone)
        _record(Action.COMPANY_PARTED, merge, kept, gone, by=by)
    else:
        person, parked = queries.get_parked(Person, merge.kept_id), queries.get_parked(Person, merge.gone_id)
        _move_back(Person, merge.gone_id, merge.kept_id, merge, undone)
        # Of contacts that were destroyed meanwhile nobody knows any more whose they were: both were met that lately.
        if met := [day for day in (person.last_met_on, parked.last_met_on) if day]:
            parked.last_met_on = max(met)
        _unset(person, merge, undone)
        parked.merge_id = None
        # Nobody becomes known again by being taken out of a person whose identity was protected meanwhile.
        parked.is_protected = parked.is_protected or person.is_protected
        db.session.flush()
        _record(Action.PERSON_PARTED, merge, person, parked, by=by)
    return undone


def rule_out(kind: MergeKind, one_id: int, other_id: int, *, by: User) -> NotDuplicate:
    """Remember that a pair is two different things; said twice it is said once."""
    ruling = queries.find_ruling(kind, one_id, other_id)
    if ruling is None:
        first_id, second_id = sorted((one_id, other_id))
        ruling = NotDuplicate(kind=kind, first_id=first_id, second_id=second_id, decided_by_id=by.id)
        db.session.add(ruling)
        db.session.flush()
        audit.record(Action.DUPLICATE_RULED_OUT, ruling, by=by, kind=kind.value, first=first_id, second=second_id)
    return ruling


def rule_in(kind: MergeKind, one_id: int, other_id: int, *, by: User) -> None:
    """Take back that a pair is two different things."""
    ruling = queries.find_ruling(kind, one_id, other_id)
    if ruling is not None:
        first_id, second_id = ruling.first_id, ruling.second_id
        audit.record(Action.DUPLICATE_RULED_IN, ruling, by=by, kind=kind.value, first=first_id, second=second_id)
        db.session.delete(ruling)


@companies_service.when_protected
def protect_merged(person: Person, by: User | None) -> None:
    """Protect also what went into a person whose identity is protected from now on."""
    gone = select(Merge.gone_id).where(Merge.kind == MergeKind.PERSON, Merge.kept_id == person.id)
    query = select(Person).where(Person.id.in_(gone), Person.merge_id.is_not(None)).execution_options(**WITH_MERGED)
    for parked in db.session.scalars(query):
        parked.is_protected = True


def _has_gone(kind: MergeKind, model: type[Company] | type[Person], *keys: int) -> bool:
    """Tell whether one of two things went into another one; nobody else merges or adds to them until the commit."""
    # Who is just adding something about the one that goes is waited for, so that it comes along.
    held = select(model.id).where(model.id.in_(keys)).order_by(model.id).with_for_update()
    db.session.scalars(held.execution_options(**WITH_MERGED)).all()
    return any(queries.find_kept(kind, key) is not None for key in keys)


def _begin(kind: MergeKind, kept_id: int, gone_id: int, by: User) -> Merge:
    today = clock.today()
    merge = Merge(
        kind=kind,
        kept_id=kept_id,
        gone_id=gone_id,
        moved={},
        had={},
        fields={},
        merged_by_id=by.id,
        undo_until=today + timedelta(days=queries.days_to_undo(today)),
    )
    db.session.add(merge)
    db.session.flush()
    return merge


def _set(row: Any, values: dict[str, Any]) -> dict[str, Any]:
    """Give a row its new values, and give what they were and became."""
    changed = {name: value for name, value in values.items() if getattr(row, name) != value}
    fields = {name: [stored(getattr(row, name)), stored(value)] for name, value in changed.items()}
    for name, value in changed.items():
        setattr(row, name, value)
    return fields


def _unset(row: Any, merge: Merge, undone: Undone) -> None:
    """Give a row its old values back, but for those that somebody has changed since."""
    for name, (before, after) in (merge.fields or {}).items():
        if stored(getattr(row, name)) == after:
            setattr(row, name, restored(type(row), name, before))
        elif name == _LAST_CONTACT:
            row.last_contact_on = companies.find_last_contact_day(row.company_id)
        # A day that came later stays: no person is to be kept for a shorter time than the rule says.
        elif name != _LAST_MET:
            undone.edited_fields.append(name)


def _move(target: type[Base], gone_id: int, kept_id: int, merge: Merge) -> dict[str, list[int]]:
    """Point all that is ours from one thing to another, and give the keys of what was moved."""
    holders = holders_of(target)
    if find_collision(holders.columns, gone_id, kept_id) is not None:
        raise CannotMergeError(_("Båda är redan med där bara en får vara. De kan inte slås ihop."))
    merge.had = merge.had | count_rows(holders.columns, [kept_id], with_merged=True)[kept_id]
    # Whether a row is ours can depend on another one, so all are found before the first is moved.
    found = [(holder, list_rows(holder, gone_id, kept_id)) for holder in holders.columns]
    moved = {holder.name: keys for holder, keys in found if keys}
    for holder, keys in found:
        _point(holder, keys, kept_id)
    for links in holders.links:
        if keys := list_linked(links, gone_id):
            shared = set(keys) & set(list_linked(links, kept_id))
            _relink(links, keys, gone_id, kept_id, there_already=shared)
            moved[links.table.name] = [key for key in keys if key not in shared]
            moved[f"{links.table.name}.shared"] = sorted(shared)
    return moved


def _move_back(target: type[Base], gone_id: int, kept_id: int, merge: Merge, undone: Undone) -> None:
    holders = holders_of(target)
    found = [(holder, set(list_rows(holder, kept_id))) for holder in holders.columns]
    for holder, there in found:
        keys = merge.moved.get(holder.name, [])
        back = [key for key in keys if key in there]
        _point(holder, back, gone_id)
        undone.stayed += len(keys) - len(back)
        undone.added += max(0, len(there) - len(back) - merge.had.get(holder.name, 0))
    for links in holders.links:
        there = set(list_linked(links, kept_id))
        back = [key for key in merge.moved.get(links.table.name, []) if key in there]
        shared = {key for key in merge.moved.get(f"{links.table.name}.shared", []) if key in there}
        _relink(links, back, kept_id, gone_id, there_already=set())
        _link(links, shared, gone_id)


def _part_companies(merge: Merge, undone: Undone) -> None:
    _move_back(Company, merge.gone_id, merge.kept_id, merge, undone)
    ours = companies.find_engagement(merge.kept_id)
    if merge.parked_id is not None:
        parked = queries.get_parked(Engagement, merge.parked_id)
        if ours is not None:
            _move_back(Engagement, parked.id, ours.id, merge, undone)
            _unset(ours, merge, undone)
        parked.merge_id = None
        db.session.flush()
    elif ours is not None and [ours.id] == merge.moved.get(queries.RELATION):
        ours.company_id = merge.gone_id
        db.session.flush()
        if undone.added:
            ours.last_contact_on = companies.find_last_contact_day(merge.gone_id)
            left = companies_service.engage(db.session.get_one(Company, merge.kept_id))
            left.owner_id, left.status = ours.owner_id, ours.status
            left.last_contact_on = companies.find_last_contact_day(merge.kept_id)
    db.session.flush()


def _point(holder: Holder, keys: Sequence[int], to_id: int) -> None:
    for start in range(0, len(keys), _MOST_KEYS):
        chosen = holder.model.id.in_(keys[start : start + _MOST_KEYS])
        db.session.execute(update(holder.model).where(chosen).values({holder.column.key: to_id}))


def _relink(links: Links, keys: Sequence[int], from_id: int, to_id: int, *, there_already: set[int]) -> None:
    own, other = links.table.c[links.own], links.table.c[links.other]
    for start in range(0, len(keys), _MOST_KEYS):
        db.session.execute(delete(links.table).where(and_(own == from_id, other.in_(keys[start : start + _MOST_KEYS]))))
    _link(links, [key for key in keys if key not in there_already], to_id)


def _link(links: Links, keys: Sequence[int] | set[int], own_id: int) -> None:
    known = set(list_linked(links, own_id))
    rows = [{links.own: own_id, links.other: key} for key in sorted(keys) if key not in known]
    if rows:
        db.session.execute(insert(links.table), rows)
    # What is loaded of the other side would still show the old ties.
    db.session.flush()
    db.session.expire_all()


def _record(action: Action, merge: Merge, kept: Any, gone: Any, *, by: User) -> None:
    counted = {name: len(keys) for name, keys in merge.moved.items() if keys}
    facts: dict[str, Any] = {"merge": merge.id, "kept": merge.kept_id, "gone": merge.gone_id}
    # What a company is called is no secret in the chain of events; what a person is called is not written there.
    for about, other in ((kept, gone), (gone, kept)):
        name = {"company": other.name} if isinstance(other, Company) else {}
        audit.record(action, about, by=by, moved=counted, fields=list(merge.fields or {}), **facts | name)
