"""Colleagues at contacts, and a small company with a group behind it, so that its size has reasons to show."""

from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import select

from broker import clock
from broker.accounts.models import Membership, User
from broker.companies.models import Company, Engagement, Interaction
from broker.companies.sizes import service
from broker.companies.sizes.groups import HolderKind
from broker.companies.sizes.models import Currency
from broker.demo.organisations import DemoOrganisation
from broker.extensions import db

_EVERY = 4
_MOST_CONTACTS = 400
_NUMBERS = (("18.5", 24_300_000, 11_200_000), ("21", 27_900_000, 12_600_000))
_GROUP = (("64", 9_800_000, 7_100_000), ("71", 10_900_000, 8_300_000))
_RATES = (Decimal("11.4865"), Decimal("11.0475"))


def add_colleagues(organisation: DemoOrganisation) -> None:
    """Let a colleague have taken part in every so many of the latest contacts of an organisation."""
    latest = select(Interaction).order_by(Interaction.happened_on.desc(), Interaction.id.desc()).limit(_MOST_CONTACTS)
    members = select(User).join(Membership).where(Membership.organisation_id == organisation.id).order_by(User.id)
    users = list(db.session.scalars(members))
    for place, contact in enumerate(db.session.scalars(latest)):
        colleague = users[place % len(users)]
        if place % _EVERY == 0 and colleague.id != contact.logged_by_id:
            contact.colleagues = [colleague]


def add_sizes(by: User) -> None:
    """Note figures and owners of the two companies that were met last: one with a foreign group, one autonomous."""
    latest = select(Company).join(Engagement, Engagement.company_id == Company.id)
    latest = latest.where(Company.identity_hash.is_(None)).order_by(Engagement.last_contact_on.desc(), Engagement.id)
    owned, alone = db.session.scalars(latest.limit(2)).all()
    owner = service.add_outside_owner(
        name="Beispiel Holding GmbH", number="HRB 12345", country="Tyskland", kind=HolderKind.ENTERPRISE, by=by
    )
    held = _holding("60") | _noted("Aktieboken")
    service.add_ownership(owner, owned, held, company=owned, by=by)
    years = [date(clock.today().year - back, 12, 31) for back in (2, 1)]
    for place, closed_on in enumerate(years):
        rate = {"sek_per_eur": _RATES[place], "rate_on": closed_on, "rate_source": "Riksbanken"}
        kronor = {"closed_on": closed_on, "currency": Currency.SEK, **rate, **_noted("Årsredovisningen")}
        euro = {"closed_on": closed_on, "currency": Currency.EUR, **_noted("Jahresabschluss")}
        service.add_figures(owned, _amounts(_NUMBERS[place]) | kronor, company=owned, by=by)
        service.add_figures(owner, _amounts(_GROUP[place]) | euro, company=owned, by=by)
    service.add_figures(alone, _amounts(_NUMBERS[0]) | kronor, company=alone, by=by)


def _amounts(figures: tuple[str, int, int]) -> dict[str, Any]:
    headcount, turnover, balance = figures
    return {"headcount": Decimal(headcount), "turnover": Decimal(turnover), "balance": Decimal(balance)}


def _holding(share: str) -> dict[str, Any]:
    shares = {"kind": HolderKind.ENTERPRISE, "capital": Decimal(share), "votes": Decimal(share)}
    return {**shares, "controls": False, "is_same_market": False, "starts_on": None, "ends_on": None}


def _noted(source: str) -> dict[str, Any]:
    return {"source": source, "source_on": clock.today()}
