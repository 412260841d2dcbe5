"""Reads tips: the public form of an organisation, the tips it has got, and the companies they can mean."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from broker.companies import queries as companies
from broker.companies.models import Company
from broker.errors import NotFoundError
from broker.extensions import db
from broker.leads.tips import pages
from broker.leads.tips.models import Tip, TipAttempt, TipPage, TipState
from broker.reference import queries as reference
from broker.reference.models import DocumentKind

PAGE = 25


@dataclass(frozen=True)
class TipRules:
    """What the form takes, how often, and how long the tipper's details are kept."""

    youngest: timedelta
    oldest: timedelta
    window: timedelta
    per_address: int
    per_organisation: int
    longest_line: int
    longest_text: int
    days_after_answer: int
    days_at_most: int


def tip_rules(today: date) -> TipRules:
    """Give the rules that are valid on a day."""
    content: dict[str, Any] = reference.get_document(DocumentKind.TIP_RULES, on=today).content
    return TipRules(
        youngest=timedelta(seconds=content["form"]["fewest_seconds"]),
        oldest=timedelta(hours=content["form"]["longest_hours"]),
        window=timedelta(minutes=content["limits"]["window_minutes"]),
        per_address=content["limits"]["per_address"],
        per_organisation=content["limits"]["per_organisation"],
        longest_line=content["longest"]["line"],
        longest_text=content["longest"]["text"],
        **content["kept"],
    )


def get_open_page(token: str) -> TipPage:
    """Give the form with this address, or raise NotFoundError; one that is switched off looks like none."""
    return pages.get_open_page(TipPage, token)


def find_page(organisation_id: int) -> TipPage | None:
    """Give the form of an organisation, if it has ever had one."""
    return pages.find_page(TipPage, organisation_id)


def count_attempts(organisation_id: int, address: str, *, since: datetime) -> tuple[int, int]:
    """Count the tips sent to an organisation since a moment: from this address, and in all."""
    recent = select(func.count(TipAttempt.id)).where(
        TipAttempt.organisation_id == organisation_id, TipAttempt.attempted_at > since
    )
    by_address = recent.where(TipAttempt.address == address).scalar_subquery()
    counted = db.session.execute(select(by_address, recent.scalar_subquery())).one()
    return counted[0], counted[1]


def list_new(*, limit: int = 50) -> tuple[list[Tip], bool]:
    """List the tips that nobody has dealt with, the oldest first, and tell whether there are more."""
    query = select(Tip).where(Tip.state == TipState.NEW).order_by(Tip.id).limit(limit + 1)
    rows = list(db.session.scalars(query))
    return rows[:limit], len(rows) > limit


def list_answered(*, before: int | None = None, limit: int = PAGE) -> tuple[list[Tip], int | None]:
    """List the tips that were dealt with, the newest first, and the key before which the next page begins."""
    query = select(Tip).where(Tip.state != TipState.NEW)
    if before is not None:
        query = query.where(Tip.id < before)
    rows = list(db.session.scalars(query.order_by(Tip.id.desc()).limit(limit + 1)))
    return rows[:limit], rows[limit - 1].id if len(rows) > limit else None


def list_of_company(company_id: int) -> list[Tip]:
    """List the tips that led to a company, the newest first."""
    return list(db.session.scalars(select(Tip).where(Tip.company_id == company_id).order_by(Tip.id.desc())))


def get_tip(tip_id: int, *, to_change: bool = False) -> Tip:
    """Give a tip, or raise NotFoundError; nobody else changes what is read to be changed."""
    query = select(Tip).options(joinedload(Tip.company)).where(Tip.id == tip_id)
    if to_change:
        query = query.with_for_update(of=Tip)
    tip = db.session.scalars(query).one_or_none()
    if tip is None:
        raise NotFoundError
    return tip


def find_company(tip: Tip) -> Company | None:
    """Give the company that the tip's number points out, if the register has it."""
    return companies.find_company_by_number(tip.organisation_number) if tip.organisation_number else None


def list_candidates(name: str, place: str, text: str | None, *, match: Company | None) -> list[Company]:
    """List the companies that a name, or the words of who looks further, can mean.

    The match of a number or a link comes first, then those of the place.
    """
    code = municipality_code_of(place)
    found = companies.suggest_companies(text or name)
    by_place = sorted(found, key=lambda company: code is None or company.municipality_code != code)
    return [match, *(company for company in by_place if company.id != match.id)] if match else by_place


def municipality_of(tip: Tip) -> str | None:
    """Give the code of the municipality that the tip's place names, or lies in."""
    return municipality_code_of(tip.place)


def municipality_code_of(place: str) -> str | None:
    """Give the code of the municipality that a place names, or lies in."""
    known = reference.find_municipality(place)
    return known.code if known else reference.municipality_of_town(place)
