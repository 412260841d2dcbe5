"""Reads what lies behind one sum: where its needs are."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, distinct, func, select

from broker.extensions import db
from broker.needs.models import Need
from broker.needs.queries import NeedFilter, narrowed
from broker.reference import queries as reference
from broker.swedish import sort_key


@dataclass(frozen=True)
class PlaceSum:
    """What is needed in one municipality."""

    municipality_code: str
    companies: int
    people: int

    @property
    def name(self) -> str:
        """Give the municipality in words."""
        return reference.municipality_name(self.municipality_code)


def sum_by_municipality(chosen: NeedFilter) -> list[PlaceSum]:
    """Sum the needs that a filter lets through by municipality, in Swedish order of the names; one query."""
    figures = (func.count(distinct(Need.company_id)), func.sum(Need.participants))
    places: Select[Any] = select(Need.municipality_code, *figures).group_by(Need.municipality_code)
    rows = [PlaceSum(code, companies, int(people)) for code, companies, people in db.session.execute(narrowed(places, chosen))]
    return sorted(rows, key=lambda row: sort_key(row.name))
