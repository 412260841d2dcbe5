"""Reads likely duplicates, what was merged, and which thing another one went into."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, func, or_, select
from sqlalchemy.orm import joinedload

from broker import database
from broker.audit import AuditEvent
from broker.companies.merged import WITH_MERGED, MovedError
from broker.companies.merging.holders import count_links, count_rows, holders_of, is_known
from broker.companies.merging.models import Merge, MergeKind, NotDuplicate
from broker.companies.merging.reasons import (
    CompanyFacts,
    Pair,
    PersonFacts,
    compare_companies,
    compare_people,
    pairs_of_companies,
    pairs_of_people,
    same_people_elsewhere,
)
from broker.companies.merging.spellings import spellings
from broker.companies.models import Company, Engagement, Person
from broker.errors import NotFoundError
from broker.extensions import Base, db
from broker.reference import queries as reference
from broker.reference.models import DocumentKind
from broker.swedish import company_key, search_key

PAGE = 25
_ALIKE_AT_MOST = 5
# The names under which a merge remembers people and relations that moved.
_PEOPLE, RELATION = "person.company_id", "engagement.company_id"
_NUMBERLESS = (Company.organisation_number.is_(None), Company.identity_hash.is_(None))
_HAS_NUMBER = or_(Company.organisation_number.is_not(None), Company.identity_hash.is_not(None))
_COMPANY_FACTS: tuple[Any, ...] = (
    Company.id,
    Company.name_key,
    _HAS_NUMBER,
    Company.municipality_code,
    Company.postcode,
    Company.post_town,
)


@dataclass(frozen=True)
class PairPage:
    """A part of the likely duplicates, and how many there are in all."""

    pairs: list[Pair]
    count: int
    things: dict[int, Any]


def days_to_undo(today: date) -> int:
    """Give for how many days a merge that is made on a day can be undone."""
    days: int = reference.get_document(DocumentKind.MERGE_RULES, on=today).content["days"]["undo"]
    return days


def list_company_pairs(*, first: int = 0, limit: int = PAGE) -> PairPage:
    """List companies of ours without number beside those that they seem to be, the likeliest first."""
    numberless = _company_facts(*_NUMBERLESS)
    pairs: list[Pair] = []
    if numberless:
        others = {row.id: row for row in [*_registered_namesakes(), *_company_facts()]}
        ruled_out = _ruled_out(MergeKind.COMPANY)
        pairs = [pair for pair in pairs_of_companies(numberless, list(others.values())) if pair.key not in ruled_out]
    shown = pairs[first : first + limit]
    keys = {key for pair in shown for key in pair.key}
    things = {company.id: company for company in db.session.scalars(select(Company).where(Company.id.in_(keys)))}
    return PairPage(shown, len(pairs), things)


def list_person_pairs(*, first: int = 0, limit: int = PAGE) -> PairPage:
    """List people at one company who seem to be the same, the likeliest first."""
    return _person_page(pairs_of_people(_person_facts()), first, limit)


def list_several_roles(*, first: int = 0, limit: int = PAGE) -> PairPage:
    """List people who seem to be at two companies."""
    return _person_page(same_people_elsewhere(_person_facts()), first, limit)


def list_alike_people(
    company_id: int, *, name: str | None, email: str | None, phone: str | None, with_protected: bool
) -> list[Person]:
    """List the people of a company who seem to be the one that somebody is typing."""
    if not (name or email or phone):
        return []
    typed = PersonFacts(0, company_id, search_key(name or ""), phone, email)
    query = select(Person).where(Person.company_id == company_id)
    if not with_protected:
        query = query.where(Person.is_protected.is_(False))
    people = db.session.scalars(query.order_by(Person.sort_key, Person.id))
    return [person for person in people if compare_people(typed, _facts_of(person))][:_ALIKE_AT_MOST]


def list_alike_companies(name: str, *, post_town: str | None, municipality_code: str | None) -> list[Company]:
    """List the companies that have the typed name, or nearly; where a place is typed, those there or nowhere we know.

    Nearly is a name that differs by a slip in one word, by a space, or by how it says "and".
    """
    if not (key := company_key(name)):
        return []
    # Every way to write it is looked up in the index of whole names, which takes no longer over a nation.
    written = select(database.rows_of(spellings(name)))
    query = select(Company, Engagement.id).join(Engagement, Engagement.company_id == Company.id, isouter=True)
    query = query.where(Company.name_key.in_(written), or_(_HAS_NUMBER, Engagement.id.is_not(None)))
    query = query.order_by(Engagement.id.is_(None), Company.name_key != key, Company.id)
    typed = CompanyFacts(0, key, False, municipality_code, None, post_town)
    found = []
    for company, _ours in db.session.execute(query.limit(200)):
        place = (company.municipality_code, company.postcode, company.post_town)
        if compare_companies(typed, CompanyFacts(company.id, key, company.has_number, *place)):
            found.append(company)
    return found[:_ALIKE_AT_MOST]


def relations_to(kept_id: int, gone_id: int) -> tuple[Engagement | None, Engagement | None]:
    """Give our relations to two companies."""
    query = select(Engagement).options(joinedload(Engagement.owner))
    found = {
        row.company_id: row for row in db.session.scalars(query.where(Engagement.company_id.in_((kept_id, gone_id))))
    }
    return found.get(kept_id), found.get(gone_id)


def count_of_companies(keys: tuple[int, int], *, with_protected: bool) -> dict[int, dict[str, int]]:
    """Count what would move from the first company to the second, and what that has; protected people only if asked."""
    holders, (gone_id, kept_id) = holders_of(Company).columns, keys
    counted = count_rows(holders, [gone_id], into=kept_id) | count_rows(holders, [kept_id])
    if not with_protected:
        query = select(Person.company_id, func.count()).where(Person.company_id.in_(keys), Person.is_protected)
        for key, count in db.session.execute(query.group_by(Person.company_id)):
            counted[key][_PEOPLE] -= count
    return counted


def counts_moved(merges: Sequence[Merge], *, with_protected: bool) -> dict[int, dict[str, int]]:
    """Count what each of these merges moved; people whose identity is protected by now only when asked for."""
    keys = {key for merge in merges for key in merge.moved.get(_PEOPLE, [])}
    query = select(Person.id).where(Person.id.in_(keys), Person.is_protected).execution_options(**WITH_MERGED)
    hidden = set() if with_protected or not keys else set(db.session.scalars(query))
    return {
        merge.id: {
            name: len([key for key in moved if name != _PEOPLE or key not in hidden])
            for name, moved in merge.moved.items()
            if name != RELATION and not name.endswith(".shared")
        }
        for merge in merges
    }


def count_of_people(keys: Sequence[int]) -> dict[int, dict[str, int]]:
    """Count what each of these people stands in, by kind."""
    holders = holders_of(Person)
    counted = count_rows(holders.columns, keys)
    for links in holders.links:
        for key, count in count_links(links, keys).items():
            counted[key][links.table.name] = count
    return counted


def find_kept(kind: MergeKind, gone_id: int) -> int | None:
    """Give what a thing went into, if it did."""
    query = select(Merge.kept_id).where(Merge.kind == kind, Merge.gone_id == gone_id, Merge.undone_at.is_(None))
    return db.session.scalar(query.order_by(Merge.id.desc()).limit(1))


def check_is_known(company_id: int) -> None:
    """Refuse a company without number that is none of our business; MovedError when ours went into another one."""
    if db.session.scalar(select(Engagement.id).where(Engagement.company_id == company_id)) is not None:
        return
    if (kept_id := find_kept(MergeKind.COMPANY, company_id)) is not None:
        raise MovedError("company_id", company_id, kept_id)
    if not is_known(Company, company_id):
        raise NotFoundError


def kept_company_id(company_id: int) -> int:
    """Give the company that we keep instead of this one, through all merges; itself if it was not merged."""
    passed = {company_id}
    while (kept_id := find_kept(MergeKind.COMPANY, company_id)) is not None and kept_id not in passed:
        passed.add(kept_id)
        company_id = kept_id
    return company_id


def get_merge(merge_id: int) -> Merge:
    """Give the merge, or raise NotFoundError."""
    merge = db.session.scalars(select(Merge).where(Merge.id == merge_id)).one_or_none()
    if merge is None:
        raise NotFoundError
    return merge


def list_merges(*, before: int | None = None, limit: int = PAGE) -> list[Merge]:
    """List what was merged, newest first."""
    query = select(Merge).options(joinedload(Merge.merged_by), joinedload(Merge.undone_by))
    if before is not None:
        query = query.where(Merge.id < before)
    return list(db.session.scalars(query.order_by(Merge.id.desc()).limit(limit)))


def names_in(merges: Sequence[Merge]) -> dict[tuple[MergeKind, int], str]:
    """Give the names of all that these merges are about; not of people whose identity is protected."""
    keys = {
        kind: {key for row in merges if row.kind is kind for key in (row.kept_id, row.gone_id)} for kind in MergeKind
    }
    companies = select(Company.id, Company.name).where(Company.id.in_(keys[MergeKind.COMPANY]))
    people = select(Person.id, Person.name).where(Person.id.in_(keys[MergeKind.PERSON]), Person.is_protected.is_(False))
    names = {(MergeKind.COMPANY, key): name for key, name in db.session.execute(companies)}
    found = db.session.execute(people.execution_options(**WITH_MERGED))
    return names | {(MergeKind.PERSON, key): name for key, name in found}


def find_later_merge(merge: Merge) -> Merge | None:
    """Give a later merge that stands and builds on this one, so that it must be undone first."""
    both = (merge.kept_id, merge.gone_id)
    query = select(Merge).where(
        Merge.kind == merge.kind,
        Merge.id > merge.id,
        Merge.undone_at.is_(None),
        or_(Merge.kept_id.in_(both), Merge.gone_id.in_(both)),
    )
    return db.session.scalars(query.order_by(Merge.id.desc()).limit(1)).one_or_none()


def get_parked(model: type[Engagement] | type[Person], key: int) -> Any:
    """Give a row of ours that went into another one, or raise NotFoundError."""
    query = select(model).where(model.id == key).execution_options(**WITH_MERGED)
    row = db.session.scalars(query).one_or_none()
    if row is None:
        raise NotFoundError
    return row


def is_second_newer(model: type[Base], first_id: int, second_id: int) -> bool:
    """Tell whether the second of two rows was changed or made after the first."""
    query = select(AuditEvent.subject_id, func.max(AuditEvent.sequence)).where(
        AuditEvent.subject_type == model.__tablename__, AuditEvent.subject_id.in_((first_id, second_id))
    )
    last = {row[0]: row[1] for row in db.session.execute(query.group_by(AuditEvent.subject_id))}
    return (last.get(second_id, 0), second_id) > (last.get(first_id, 0), first_id)


def find_ruling(kind: MergeKind, one_id: int, other_id: int) -> NotDuplicate | None:
    """Give what somebody decided about a pair, in whichever order its keys come."""
    first_id, second_id = sorted((one_id, other_id))
    query = select(NotDuplicate).where(
        NotDuplicate.kind == kind, NotDuplicate.first_id == first_id, NotDuplicate.second_id == second_id
    )
    return db.session.scalars(query).one_or_none()


def merges_into(company_id: int) -> list[tuple[type[Base], Select[Any]]]:
    """Give what went into a company and its people, as kinds with the keys to look for: its history is theirs too."""
    standing = Merge.undone_at.is_(None)
    companies = (Merge.kind == MergeKind.COMPANY, Merge.kept_id == company_id, standing)
    people = select(Person.id).where(Person.company_id == company_id)
    of_people: tuple[ColumnElement[bool], ...] = (Merge.kind == MergeKind.PERSON, Merge.kept_id.in_(people), standing)
    return [
        (Company, select(Merge.gone_id).where(*companies)),
        (Engagement, select(Merge.parked_id).where(*companies)),
        (Person, select(Merge.gone_id).where(*of_people)),
    ]


def _company_facts(*conditions: ColumnElement[bool]) -> list[CompanyFacts]:
    query = select(*_COMPANY_FACTS, Engagement.phone, Engagement.email, Engagement.website)
    query = query.join(Engagement, Engagement.company_id == Company.id).where(*conditions).order_by(Company.id)
    return [_company_facts_of(tuple(row)) for row in db.session.execute(query)]


def _registered_namesakes() -> list[CompanyFacts]:
    ours = select(Company.name_key).join(Engagement, Engagement.company_id == Company.id).where(*_NUMBERLESS)
    query = select(*_COMPANY_FACTS).where(_HAS_NUMBER, Company.name_key.in_(ours)).order_by(Company.id)
    return [_company_facts_of(tuple(row)) for row in db.session.execute(query)]


def _company_facts_of(row: tuple[Any, ...]) -> CompanyFacts:
    return CompanyFacts(*row)


def _person_facts() -> list[PersonFacts]:
    columns = (Person.id, Person.company_id, Person.name_key, Person.phone, Person.email)
    query = select(*columns).where(Person.is_active, Person.is_protected.is_(False)).order_by(Person.id)
    return [PersonFacts(*row) for row in db.session.execute(query)]


def _facts_of(person: Person) -> PersonFacts:
    return PersonFacts(person.id, person.company_id, person.name_key, person.phone, person.email)


def _person_page(found: list[Pair], first: int, limit: int) -> PairPage:
    ruled_out = _ruled_out(MergeKind.PERSON) if found else set()
    pairs = [pair for pair in found if pair.key not in ruled_out]
    shown = pairs[first : first + limit]
    keys = {key for pair in shown for key in pair.key}
    query = select(Person, Company).join(Company, Company.id == Person.company_id).where(Person.id.in_(keys))
    return PairPage(shown, len(pairs), {person.id: (person, company) for person, company in db.session.execute(query)})


def _ruled_out(kind: MergeKind) -> set[tuple[int, int]]:
    query = select(NotDuplicate.first_id, NotDuplicate.second_id).where(NotDuplicate.kind == kind)
    return {(first, second) for first, second in db.session.execute(query)}
