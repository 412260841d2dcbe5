"""Reads what the registers changed about our companies."""

from dataclasses import dataclass

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import contains_eager

from broker.companies.models import Company, Engagement
from broker.companies.queries import PAGE
from broker.companies.watch.models import RegisterChange
from broker.extensions import db


@dataclass(frozen=True)
class ChangePage:
    """Some changes with who keeps the relation, newest first, and the key to go on from."""

    rows: list[tuple[RegisterChange, Engagement]]
    next_before: int | None


def list_changes_of_company(company_id: int, *, limit: int = 5) -> list[RegisterChange]:
    """List what the registers changed about a company since we have a relation to it, newest first.

    Only what somebody has a relation to is watched, so that a change shown to others would tell them of it.
    """
    query = select(RegisterChange).join(Engagement, Engagement.company_id == RegisterChange.company_id)
    query = query.where(RegisterChange.company_id == company_id, _is_since_our_relation())
    return list(db.session.scalars(query.order_by(RegisterChange.id.desc()).limit(limit)))


def list_our_changes(*, before: int | None = None, limit: int = PAGE) -> ChangePage:
    """List what the registers changed about the companies that we have a relation to, newest first."""
    query = (
        select(RegisterChange, Engagement)
        .join(RegisterChange.company)
        .join(Engagement, Engagement.company_id == Company.id)
        .outerjoin(Engagement.owner)
        .options(contains_eager(RegisterChange.company), contains_eager(Engagement.owner))
    )
    query = query.where(_is_since_our_relation())
    if before is not None:
        query = query.where(RegisterChange.id < before)
    found = db.session.execute(query.order_by(RegisterChange.id.desc()).limit(limit + 1))
    rows = [(change, engagement) for change, engagement in found]
    return ChangePage(rows[:limit], rows[limit - 1][0].id if len(rows) > limit else None)


def _is_since_our_relation() -> ColumnElement[bool]:
    return RegisterChange.noted_on >= func.date(Engagement.created_at)
