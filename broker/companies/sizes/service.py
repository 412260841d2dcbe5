"""What people do about the size of companies: note figures and owners, correct them, say something else."""

from datetime import date
from decimal import Decimal
from typing import Any

from flask_babel import gettext as _

from broker import audit, clock, database
from broker.accounts.models import User
from broker.actions import Action
from broker.companies.models import Company
from broker.companies.numbers import InvalidNumberError, holds_personal_number, parse_number
from broker.companies.sizes import queries
from broker.companies.sizes.groups import HolderKind
from broker.companies.sizes.models import OutsideOwner, Ownership, SizeFigures, SizeStatus
from broker.companies.sizes.rules import Category
from broker.errors import RefusedError
from broker.extensions import db
from broker.swedish import clean

End = Company | OutsideOwner
_ALL = Decimal(100)


def add_figures(whose: End, values: dict[str, Any], *, company: Company, by: User) -> SizeFigures:
    """Note the figures of an accounting period; the company is the one whose size somebody works with."""
    _hold(whose)
    figures = SizeFigures(**_keys(whose, company="company_id", outside="outside_owner_id"), **values)
    _check_period(figures, values["closed_on"])
    db.session.add(figures)
    db.session.flush()
    audit.record(Action.SIZE_FIGURES_ADDED, figures, by=by, year=values["closed_on"].year)
    reassess(company)
    return figures


def edit_figures(figures: SizeFigures, values: dict[str, Any], *, company: Company, by: User) -> None:
    """Correct the figures of a period, or say that they do not count."""
    if not values["is_void"]:
        _check_period(figures, values["closed_on"])
    changed = [name for name, value in values.items() if getattr(figures, name) != value]
    for name, value in values.items():
        setattr(figures, name, value)
    if changed:
        audit.record(Action.SIZE_FIGURES_EDITED, figures, by=by, year=figures.closed_on.year, fields=changed)
        reassess(company)


def _check_period(figures: SizeFigures, closed_on: date) -> None:
    known = queries.find_figures(figures.company_id, figures.outside_owner_id, closed_on)
    if known is not None and known is not figures:
        raise RefusedError(_("Det finns redan uppgifter för räkenskapsåret. Ändra dem i stället."))


def add_outside_owner(
    *, name: str, number: str | None, country: str | None, kind: HolderKind, by: User
) -> OutsideOwner:
    """Note an owner who is not in the register; a personal identity number is never kept."""
    if holds_personal_number(name):
        raise RefusedError(_("Skriv inget personnummer. Namnet räcker för en person."))
    owner = OutsideOwner(name=name, number=_checked_number(number, kind), country=country)
    db.session.add(owner)
    db.session.flush()
    audit.record(Action.OUTSIDE_OWNER_ADDED, owner, by=by, kind=kind.value)
    return owner


def _checked_number(text: str | None, kind: HolderKind) -> str | None:
    if not text:
        return None
    is_person = kind in (HolderKind.PERSON, HolderKind.BUSINESS_ANGEL)
    try:
        is_person = is_person or parse_number(text).is_personal
    except InvalidNumberError as error:
        # A foreign number looks like anything, but a personal one without its century is still personal.
        is_person = is_person or error.is_personal
    if is_person:
        raise RefusedError(_("Skriv inget personnummer. Namnet räcker för en person."))
    return clean(text)


def add_ownership(owner: End, owned: End, values: dict[str, Any], *, company: Company, by: User) -> Ownership:
    """Note what an owner holds of an enterprise."""
    if owner is owned:
        raise RefusedError(_("Ett företag kan inte äga sig självt. Välj ett annat."))
    _hold(owned)
    ends = _keys(owner, company="owner_company_id", outside="owner_outside_id")
    ends |= _keys(owned, company="owned_company_id", outside="owned_outside_id")
    ownership = Ownership(**ends, **values)
    _check_owners(owned, values)
    db.session.add(ownership)
    db.session.flush()
    audit.record(Action.OWNERSHIP_ADDED, ownership, by=by, **_kept_facts(values))
    reassess(company)
    return ownership


def edit_ownership(ownership: Ownership, values: dict[str, Any], *, company: Company, by: User) -> None:
    """Correct what an owner holds, end it, or say that it does not count."""
    owned = ownership.owned_company or ownership.owned_outside
    if owned and not values["is_void"]:
        _check_owners(owned, values, besides=ownership)
    changed = audit.changes(ownership, values)
    for name, value in values.items():
        setattr(ownership, name, value)
    if changed:
        kept = {name: change for name, change in changed.items() if name in _kept_facts(values)}
        fields = [name for name in changed if name not in kept]
        audit.record(Action.OWNERSHIP_EDITED, ownership, by=by, changes=kept, fields=fields)
        reassess(company)


def _kept_facts(values: dict[str, Any]) -> dict[str, Any]:
    return {name: values[name] for name in ("kind", "capital", "votes", "controls")}


def _check_owners(owned: End, values: dict[str, Any], *, besides: Ownership | None = None) -> None:
    """Refuse a holding with which the owners of an enterprise would have more than all of it on some day."""
    first, last = values["starts_on"] or date.min, values["ends_on"] or date.max
    others = [
        row
        for row in queries.list_owners_of(**_keys(owned, company="company_id", outside="outside_owner_id"))
        if row is not besides and (row.starts_on or date.min) <= last and first <= (row.ends_on or date.max)
    ]
    days = [day for row in others if first <= (day := row.starts_on or date.min) <= last]
    for day in {first, *days}:
        held = [row for row in others if (row.starts_on or date.min) <= day <= (row.ends_on or date.max)]
        for name in ("capital", "votes"):
            if sum((getattr(row, name) for row in held), values[name]) > _ALL:
                raise RefusedError(
                    _("Ägarna har tillsammans mer än 100 procent. Rätta andelen, eller avsluta det äldre ägandet.")
                )


def choose_size(company: Company, chosen: Category | None, reason: str | None, *, by: User) -> None:
    """Say what size a company is, whatever the figures say, and why; nothing takes it back."""
    status = reassess(company)
    changes = audit.changes(status, {"chosen": chosen})
    is_new_reason = status.reason != reason
    status.chosen, status.reason = chosen, reason if chosen else None
    if changes or is_new_reason:
        audit.record(Action.SIZE_CHOSEN, status, by=by, changes=changes, fields=["reason"] if is_new_reason else [])


def reassess(company: Company) -> SizeStatus:
    """Work the size of a company out anew, and of all others whose size hangs together with it and is noted here."""
    db.session.flush()
    # Two who note something at once wait for each other, so that the later judgement knows of both.
    database.hold(Company.id, company.id)
    rows, figures = queries.list_connected(company)
    keys = queries.company_ids_of(rows) | {company.id}
    known = {status.company_id: status for status in queries.list_statuses(keys)}
    if company.id not in known:
        known[company.id] = SizeStatus(
            company_id=company.id, smallest=Category.MICRO, largest=Category.LARGE, because=[]
        )
        db.session.add(known[company.id])
    for other in queries.list_companies(known):
        _store(known[other.id], queries.judge(other, rows, figures, clock.today()))
    db.session.flush()
    return known[company.id]


def _store(status: SizeStatus, case: queries.SizeCase) -> None:
    span, because = case.assessment.span, case.assessment.because or case.assessment.missing
    told = [sentence.as_stored() for sentence in because]
    if (status.smallest, status.largest, status.because) != (span.low, span.high, told):
        status.smallest, status.largest, status.because = span.low, span.high, told
        status.assessed_at = clock.now()


def _hold(end: End) -> None:
    # Two who add to the same enterprise at once must see what the other adds, or both would fit.
    database.hold(type(end).id, end.id)


def _keys(end: End, *, company: str, outside: str) -> dict[str, int]:
    return {company: end.id} if isinstance(end, Company) else {outside: end.id}
