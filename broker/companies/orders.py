"""The orders other than that of names in which a list of our companies can come."""

from datetime import date
from enum import StrEnum
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import ColumnElement, Select, SQLColumnExpression, and_, func, or_, tuple_

from broker.companies.models import Engagement
from broker.companies.search import Place
from broker.companies.steps import nearest_days


class CompanyOrder(StrEnum):
    """By what a list of our companies is sorted; the value is in addresses."""

    LONGEST_AGO = "langst-sedan"
    LATEST = "senast"
    NEXT_STEP = "nasta-steg"

    @property
    def label(self) -> Any:
        """Give the Swedish words."""
        return _LABELS[self]

    @property
    def is_descending(self) -> bool:
        """Tell whether the latest day comes first."""
        return self is CompanyOrder.LATEST

    def by(self, day: ColumnElement[date], *name: SQLColumnExpression[Any]) -> list[SQLColumnExpression[Any]]:
        """Give the order by this day; what has the same one comes in Swedish order."""
        return [day.desc() if self.is_descending else day, *name]


_LABELS = {
    CompanyOrder.LONGEST_AGO: _l("Längst sedan kontakt först"),
    CompanyOrder.LATEST: _l("Senaste kontakt först"),
    CompanyOrder.NEXT_STEP: _l("Närmaste nästa steg först"),
}


def sort_ours(ours: Select[int], order: CompanyOrder, *, after: Place | None = None) -> Select[int, str, date]:
    """Let a selection of keys of ours come in an order, from a place on, each with its name and day to sort by.

    Never met is longer ago than any day, and no step comes after every step: a day stands for what is missing, since
    the databases disagree about where that belongs, and no place can be compared with it.
    """
    if order is CompanyOrder.NEXT_STEP:
        nearest = nearest_days()
        ours = ours.outerjoin(nearest, nearest.c.company_id == Engagement.company_id)
        day = func.coalesce(nearest.c.due_on, date.max)
    else:
        day = func.coalesce(Engagement.last_contact_on, date.min)
    name = (Engagement.sort_key, Engagement.company_id)
    if after is not None:
        at, *named = _day_of(after), *after[1:]
        is_past = day < at if order.is_descending else day > at
        ours = ours.where(or_(is_past, and_(day == at, tuple_(*name) > tuple_(*named))))
    return ours.add_columns(Engagement.sort_key, day.label("day")).order_by(*order.by(day, *name))


def place_of(day: date, sort_key: str, company_id: int) -> Place:
    """Give the place of a company in such an order: its day is counted where the rank of what was found is."""
    return day.toordinal(), sort_key, company_id


def _day_of(place: Place) -> date:
    return date.fromordinal(min(max(place[0], date.min.toordinal()), date.max.toordinal()))
