"""Reads what is known of a company's size: its own figures, its owners, and all that hang together with it."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import joinedload

from broker import database
from broker.companies.models import Company
from broker.companies.sizes.assessment import Assessment, assess
from broker.companies.sizes.ceilings import rules_on
from broker.companies.sizes.groups import HolderKind, Relation, relation_of
from broker.companies.sizes.models import OutsideOwner, Ownership, SizeFigures, SizeStatus, key_of
from broker.companies.sizes.rules import Sums
from broker.companies.sizes.years import Case
from broker.errors import NotFoundError
from broker.extensions import db
from broker.swedish import like_pattern, search_key

# SCB's legal forms of the state, municipalities, regions and their bodies.
_PUBLIC_FORMS = {"81", "82", "83", "84", "85", "87", "89"}
_MOST_OWNERS = 10


@dataclass(frozen=True)
class Counted:
    """An enterprise that counts, for the page: its name and key, its share, and its figures."""

    name: str
    company_id: int | None
    outside_owner_id: int | None
    share: Decimal
    figures: Sequence[SizeFigures]


@dataclass(frozen=True)
class SizeCase:
    """All that is noted about a company's size, and the judgement by it."""

    company: Company
    own_figures: list[SizeFigures]
    holdings: list[tuple[Ownership, Relation | None]]
    others: list[Counted]
    assessment: Assessment
    keys: frozenset[str]


def load_case(company: Company, day: date) -> SizeCase:
    """Give what is known of a company's size on a day, in three questions however many owners there are."""
    rows, figures = list_connected(company)
    return judge(company, rows, figures, day)


def judge(company: Company, rows: Sequence[Ownership], figures: Sequence[SizeFigures], day: date) -> SizeCase:
    """Judge a company by rows that hold all that hangs together with it."""
    subject = key_of(company.id, None)
    names = {subject: company.name}
    for row in rows:
        names |= {row.owner: row.owner_name, row.owned: row.owned_name}
    by_key: dict[str, list[SizeFigures]] = defaultdict(list)
    for entry in figures:
        by_key[entry.holder_key].append(entry)
    counted = {key: [entry.as_figures for entry in found if not entry.is_void] for key, found in by_key.items()}
    in_force = [row for row in rows if row.is_in_force(day)]
    rules, held = rules_on(day), [row.as_holding for row in in_force]
    assessment = assess(Case(subject, names, counted, held), rules, day)
    near = [row for row in rows if subject in (row.owner, row.owned)]
    told = [(row, relation_of(row.as_holding, held, rules) if row in in_force else None) for row in near]
    keys = frozenset({subject, *(end for row in rows for end in (row.owner, row.owned))})
    others = _others(subject, assessment, names, by_key)
    return SizeCase(company, by_key[subject], told, others, assessment, keys)


def _others(subject: str, assessment: Assessment, names: dict[str, str], by_key: dict[str, Any]) -> list[Counted]:
    structure = assessment.structure
    shares = dict.fromkeys(structure.group - {subject}, Decimal(100))
    shares |= {key: partner.share for partner in structure.partners for key in partner.members}
    found = []
    for key, share in sorted(shares.items(), key=lambda item: (-item[1], names[item[0]])):
        where, _dash, number = key.partition("-")
        company_id, outside_id = (int(number), None) if where == "company" else (None, int(number))
        found.append(Counted(names[key], company_id, outside_id, share, by_key.get(key, [])))
    return found


def list_connected(company: Company) -> tuple[list[Ownership], list[SizeFigures]]:
    """List all holdings that hang together with a company, and the figures of all who are in them."""
    rows, reached = _list_around(company)
    companies = [int(key.partition("-")[2]) for key in reached if key.startswith("company-")]
    outside = [int(key.partition("-")[2]) for key in reached if key.startswith("outside-")]
    is_theirs = or_(
        database.among(SizeFigures.company_id, companies), database.among(SizeFigures.outside_owner_id, outside)
    )
    return rows, list(db.session.scalars(select(SizeFigures).where(is_theirs).order_by(SizeFigures.closed_on)))


def list_holdings_around(company: Company) -> list[Ownership]:
    """List all holdings that hang together with a company, in two questions."""
    return _list_around(company)[0]


def _list_around(company: Company) -> tuple[list[Ownership], set[str]]:
    reached, keys = _reach(key_of(company.id, None), _list_ties())
    query = _with_ends(select(Ownership)).where(database.among(Ownership.id, keys)).order_by(Ownership.id)
    return list(db.session.scalars(query)), reached


@dataclass(frozen=True)
class _Tie:
    """A holding by its keys alone."""

    key: int
    ends: tuple[str, str]
    is_void: bool


def _list_ties() -> list[_Tie]:
    # Of all holdings of the organisation only their keys: most of them have nothing to do with the company asked for.
    owner = Ownership.owner_company_id, Ownership.owner_outside_id
    owned = Ownership.owned_company_id, Ownership.owned_outside_id
    rows = db.session.execute(select(Ownership.id, *owner, *owned, Ownership.is_void))
    return [_Tie(key, (key_of(*ends[:2]), key_of(*ends[2:])), is_void) for key, *ends, is_void in rows]


def _reach(subject: str, ties: Sequence[_Tie]) -> tuple[set[str], list[int]]:
    """Give all that hang together with an enterprise by any holding, and the keys of those holdings."""
    by_end: dict[str, list[_Tie]] = defaultdict(list)
    for tie in ties:
        for end in tie.ends:
            by_end[end].append(tie)
    reached, waiting = {subject}, [subject]
    while waiting:
        ends = {end for tie in by_end[waiting.pop()] if not tie.is_void for end in tie.ends}
        waiting += ends - reached
        reached |= ends
    # What does not count any more ties nothing together, but it is still shown with the company itself.
    return reached, [tie.key for tie in ties if reached.issuperset(tie.ends) or subject in tie.ends]


def _with_ends(query: Select[Ownership]) -> Select[Ownership]:
    ends = (Ownership.owner_company, Ownership.owner_outside, Ownership.owned_company, Ownership.owned_outside)
    return query.options(*(joinedload(end) for end in ends))


def company_ids_of(rows: Iterable[Ownership]) -> set[int]:
    """Give the companies of the register that stand in these holdings."""
    return {key for row in rows for key in (row.owner_company_id, row.owned_company_id) if key}


def sums_of_group(company: Company, day: date) -> Sums | None:
    """Give the latest sums of a company and all that counts with it, if there are any."""
    years = load_case(company, day).assessment.years
    return years[-1].sums if years else None


def find_status(company_id: int) -> SizeStatus | None:
    """Give the size of a company as it was worked out last, if anything is noted about it."""
    query = select(SizeStatus).where(SizeStatus.company_id == company_id).order_by(SizeStatus.id.desc())
    return db.session.scalars(query.limit(1)).one_or_none()


def list_statuses(company_ids: Iterable[int]) -> list[SizeStatus]:
    """List the sizes of companies as they were worked out last, the oldest rows first."""
    query = select(SizeStatus).where(database.among(SizeStatus.company_id, list(company_ids)))
    return list(db.session.scalars(query.order_by(SizeStatus.id)))


def list_companies(company_ids: Iterable[int]) -> list[Company]:
    """List companies by their keys."""
    return list(db.session.scalars(select(Company).where(database.among(Company.id, list(company_ids)))))


def get_figures(figures_id: int) -> SizeFigures:
    """Give the figures of one year, or raise NotFoundError."""
    query = select(SizeFigures).options(joinedload(SizeFigures.outside_owner)).where(SizeFigures.id == figures_id)
    figures = db.session.scalars(query).one_or_none()
    if figures is None:
        raise NotFoundError
    return figures


def find_figures(company_id: int | None, outside_owner_id: int | None, closed_on: date) -> SizeFigures | None:
    """Give the figures that count already for a period, if there are any."""
    whose = (SizeFigures.company_id == company_id, SizeFigures.outside_owner_id == outside_owner_id)
    query = select(SizeFigures).where(*whose, SizeFigures.closed_on == closed_on, SizeFigures.is_void.is_(False))
    return db.session.scalars(query.limit(1)).one_or_none()


def get_ownership(ownership_id: int) -> Ownership:
    """Give a holding, or raise NotFoundError."""
    ownership = db.session.scalars(_with_ends(select(Ownership)).where(Ownership.id == ownership_id)).one_or_none()
    if ownership is None:
        raise NotFoundError
    return ownership


def list_owners_of(company_id: int | None = None, outside_owner_id: int | None = None) -> list[Ownership]:
    """List what owners hold of an enterprise, at any time."""
    owned = (Ownership.owned_company_id == company_id, Ownership.owned_outside_id == outside_owner_id)
    return list(db.session.scalars(select(Ownership).where(*owned, Ownership.is_void.is_(False))))


def get_outside_owner(outside_owner_id: int) -> OutsideOwner:
    """Give an owner outside the register, or raise NotFoundError."""
    owner = db.session.scalars(select(OutsideOwner).where(OutsideOwner.id == outside_owner_id)).one_or_none()
    if owner is None:
        raise NotFoundError
    return owner


def suggest_outside_owners(text: str) -> list[OutsideOwner]:
    """List the owners outside the register that a piece of a name can mean."""
    pattern = f"%{like_pattern(search_key(text))}%"
    query = select(OutsideOwner).where(OutsideOwner.name_key.like(pattern, escape="\\"))
    return list(db.session.scalars(query.order_by(OutsideOwner.name_key, OutsideOwner.id).limit(_MOST_OWNERS)))


def usual_kind(company: Company) -> HolderKind:
    """Give what an owner in the register most likely is."""
    return HolderKind.PUBLIC_BODY if company.legal_form in _PUBLIC_FORMS else HolderKind.ENTERPRISE
