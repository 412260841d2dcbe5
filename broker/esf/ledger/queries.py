"""Reads all aid that is known of a company and those that it hangs together with, and what is to be registered."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from broker import clock
from broker.companies.models import Company
from broker.companies.sizes import queries as sizes
from broker.companies.sizes.ceilings import rules_on
from broker.companies.sizes.models import key_of
from broker.database import among
from broker.errors import NotFoundError
from broker.esf import queries as esf
from broker.esf.aid_rules import aid_rules
from broker.esf.budgets.amounts import to_ore
from broker.esf.kinds import AidBasis
from broker.esf.ledger.models import AidGrant
from broker.esf.ledger.owners import Unit, controlled_with
from broker.esf.ledger.rows import Ledger, LedgerRow, make_ledger, register_by, undertaking_of, unit_of
from broker.esf.models import Commitment, Contribution, DeMinimisAid, Project
from broker.esf.state_aid import EarlierAid, Seats, company_aid
from broker.extensions import db
from broker.formatting import organisation_number
from broker.sentences import N_, Sentence
from broker.swedish import sort_key


@dataclass(frozen=True)
class ToRegister:
    """An aid of ours with the last day to register it."""

    grant: AidGrant
    last_day: date
    today: date

    @property
    def is_late(self) -> bool:
        """Tell whether it should have been registered by now."""
        return self.grant.registered_on is None and self.last_day < self.today


def get_company(company_id: int) -> Company:
    """Give a company of the register, or raise NotFoundError."""
    company = db.session.scalars(select(Company).where(Company.id == company_id)).one_or_none()
    if company is None:
        raise NotFoundError
    return company


def load_ledger(company: Company, on: date) -> Ledger:
    """Give the ledger of a company's single undertaking over our projects, certificates and own grants.

    Eight questions, however many projects there are. The undertaking is what certificates and our notes of ownership
    say together, so that the room is too small rather than too large where they differ. A project's aid counts as
    granted on its first day, unless somebody has noted the grant itself.
    """
    everybody = _list_commitments()
    certified: dict[str, set[str]] = {}
    for row in everybody:
        certified.setdefault(unit_of(row.company), set()).update(row.group_numbers)
    owned = list_owned_with(company, on)
    own_key = unit_of(company)
    all_told = certified | {own_key: certified.get(own_key, set()) | {_key_of_unit(unit) for unit in owned}}
    keys = undertaking_of(own_key, all_told)
    own = [row for row in everybody if unit_of(row.company) in keys]
    numbers = [key for key in keys if key.isdecimal()]
    known = {row.id: row for row in db.session.scalars(select(Company).where(Company.organisation_number.in_(numbers)))}
    known |= {row.company_id: row.company for row in own} | {company.id: company}
    grants = list_grants_of([*known, *(unit.company_id for unit in owned if unit.company_id)])
    noted = {(grant.project_id, grant.company_id) for grant in grants}
    names = {row.organisation_number: row.name for row in known.values()}
    rows = [_granted(grant) for grant in grants]
    rows += [_certified(aid, row, names) for row in own for aid in row.earlier_aid]
    rows += _planned([row for row in own if (row.project_id, row.company_id) not in noted])
    units = _units(company, keys, undertaking_of(own_key, certified), known, owned)
    has_certificate = any(row.certificate_on for row in everybody if row.company_id == company.id)
    rules = aid_rules(clock.today()).de_minimis_on(on)
    return make_ledger(rows, on, rules, units=units, has_certificate=has_certificate)


def list_owned_with(company: Company, on: date) -> list[Unit]:
    """List who is the same single undertaking as a company by the ownership that we have noted; two questions."""
    rows = [row for row in sizes.list_holdings_around(company) if row.is_in_force(on)]
    ends = {row.owner: row.owner_company or row.owner_outside for row in rows}
    ends |= {row.owned: row.owned_company or row.owned_outside for row in rows}
    subject = key_of(company.id, None)
    found = controlled_with(subject, [row.as_holding for row in rows], rules_on(on)) - {subject}
    units = []
    for key in found:
        row = ends[key]
        if isinstance(row, Company):
            units.append(Unit(row.name, row.organisation_number, row.id, is_certified=False, is_owned=True))
        elif row is not None:
            number = (row.number or "").replace("-", "") or None
            units.append(Unit(row.name, number, None, is_certified=False, is_owned=True))
    return sorted(units, key=lambda unit: sort_key(unit.name))


def _units(
    company: Company,
    keys: Iterable[str],
    certified: frozenset[str],
    known: Mapping[int, Company],
    owned: Sequence[Unit],
) -> list[Unit]:
    """List the single undertaking: the company, then the others in Swedish order."""
    by_key = {_key_of_unit(unit): unit for unit in owned}
    companies = {unit_of(row): row for row in known.values()}
    own_key = unit_of(company)
    found = [Unit(company.name, company.organisation_number, company.id, False, False, is_asked=True)]
    others = []
    for key in set(keys) - {own_key}:
        row, unit = companies.get(key), by_key.get(key)
        name = row.name if row else unit.name if unit else organisation_number(key)
        number = key if key.isdecimal() else None
        others.append(Unit(name, number, row.id if row else None, key in certified, unit is not None))
    return found + sorted(others, key=lambda unit: sort_key(unit.name))


def _key_of_unit(unit: Unit) -> str:
    return unit.number or (f"key {unit.company_id}" if unit.company_id else f"name {unit.name}")


def usual_day(company: Company) -> date:
    """Give the day that the ledger is most often asked for: the last start of the company's projects, or today."""
    query = select(Project.starts_on).join(Commitment, Commitment.project_id == Project.id)
    days = db.session.scalars(query.where(Commitment.company_id == company.id))
    return max([*days, clock.today()])


def list_grants_of(company_ids: Sequence[int]) -> list[AidGrant]:
    """List the aid that we have noted of these companies."""
    query = select(AidGrant).options(joinedload(AidGrant.company), joinedload(AidGrant.registered_by))
    return list(db.session.scalars(query.where(among(AidGrant.company_id, company_ids)).order_by(AidGrant.id)))


def get_grant(grant_id: int) -> AidGrant:
    """Give an aid that we have noted, or raise NotFoundError."""
    query = select(AidGrant).options(joinedload(AidGrant.company)).where(AidGrant.id == grant_id)
    grant = db.session.scalars(query).one_or_none()
    if grant is None:
        raise NotFoundError
    return grant


def register_rules(today: date) -> tuple[date, int]:
    """Give since when aid is to be registered, and within how many working days."""
    rules = aid_rules(today).de_minimis_on(today)
    return rules.register_from, rules.register_within_days


def list_to_register(today: date) -> list[ToRegister]:
    """List the aid that we have granted since the register began, what is not registered first, by its last day."""
    since, days = register_rules(today)
    query = (
        select(AidGrant)
        .options(joinedload(AidGrant.company), joinedload(AidGrant.registered_by))
        .where(AidGrant.is_ours, AidGrant.granted_on >= since)
    )
    rows = [ToRegister(row, register_by(row.granted_on, days), today) for row in db.session.scalars(query)]
    return sorted(rows, key=lambda row: (row.grant.registered_on is not None, row.last_day, row.grant.id))


def get_earlier_aid(project: Project, aid_id: int) -> DeMinimisAid:
    """Give an aid of a certificate, or raise NotFoundError."""
    return esf.get_row(DeMinimisAid, project, aid_id)


def project_aid(project: Project, company_id: int) -> Decimal | None:
    """Give what a project gives a company in kronor, if it is in it."""
    commitment = esf.find_commitment(project, company_id)
    return _aid_by_commitment([commitment])[commitment.id] if commitment else None


def earlier_aid_of(company_ids: Sequence[int]) -> dict[int, list[EarlierAid]]:
    """Give the de minimis aid that certificates in our projects name, by company; named twice it counts once."""
    query = select(Commitment).options(joinedload(Commitment.earlier_aid), joinedload(Commitment.company))
    found: dict[int, dict[EarlierAid, None]] = {}
    for row in db.session.scalars(query.where(Commitment.company_id.in_(company_ids)).order_by(Commitment.id)).unique():
        known = found.setdefault(row.company_id, {})
        for aid in row.earlier_aid:
            if aid.amount_eur is None:
                continue
            number = aid.organisation_number or unit_of(row.company)
            known[EarlierAid(number, aid.amount_eur, aid.granted_on, aid.giver)] = None
    return {company_id: list(known) for company_id, known in found.items()}


def _list_commitments() -> list[Commitment]:
    query = (
        select(Commitment)
        .options(joinedload(Commitment.company), joinedload(Commitment.earlier_aid))
        .execution_options(populate_existing=True)
    )
    return list(db.session.scalars(query.order_by(Commitment.id)).unique())


def _granted(grant: AidGrant) -> LedgerRow:
    source = Sentence(N_("antecknat av oss"))
    if grant.is_ours:
        source = Sentence(N_("beviljat av oss"))
    return LedgerRow(
        grant.company.name,
        grant.giver,
        grant.granted_on,
        grant.amount_eur,
        source,
        grant.amount_kr,
        grant.sek_per_eur,
        grant.rate_source or "",
        grant.id,
    )


def _certified(aid: DeMinimisAid, row: Commitment, names: dict[str | None, str]) -> LedgerRow:
    number = aid.organisation_number
    return LedgerRow(
        names.get(number, number) if number else row.company.name,
        aid.giver,
        aid.granted_on,
        aid.amount_eur,
        Sentence(N_("enligt intyg %(day)s"), {"day": row.certificate_on})
        if row.certificate_on
        else Sentence(N_("antecknat i ett projekt")),
        aid.amount_kr,
        aid.sek_per_eur,
        aid.rate_source or "",
    )


def _planned(rows: Sequence[Commitment]) -> list[LedgerRow]:
    counted = [row for row in rows if row.aid_basis == AidBasis.DE_MINIMIS]
    keys = {row.project_id for row in counted}
    projects = {row.id: row for row in db.session.scalars(select(Project).where(among(Project.id, list(keys))))}
    amounts = _aid_by_commitment(counted)
    found = []
    for row in counted:
        project, aid = projects[row.project_id], amounts[row.id]
        rate = project.sek_per_eur
        if not aid:
            continue
        found.append(
            LedgerRow(
                row.company.name,
                project.name,
                project.starts_on,
                to_ore(aid / rate) if rate else None,
                Sentence(N_("planerat i projektet")),
                aid,
                rate,
                project.rate_source or "",
                is_planned=True,
            )
        )
    return found


def _aid_by_commitment(rows: Sequence[Commitment]) -> dict[int, Decimal]:
    keys = list({row.company_id for row in rows})
    query = select(Contribution).where(among(Contribution.company_id, keys), Contribution.left_out_reason.is_(None))
    seats: dict[tuple[int, int], list[Seats]] = {}
    for row in db.session.scalars(query):
        place = seats.setdefault((row.project_id, row.company_id), [])
        place.append(Seats(row.participants, row.price or Decimal(0)))
    return {row.id: company_aid(seats.get((row.project_id, row.company_id), []), row.fee_kr) for row in rows}
