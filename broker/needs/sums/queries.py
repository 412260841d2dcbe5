"""Reads what lies behind one sum: where its needs are."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import distinct, func, select

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
    columns: Sequence[Any] = (Need.municipality_code, *figures)
    places = select(*columns).group_by(Need.municipality_code)
    found = db.session.execute(narrowed(places, chosen))
    rows = [PlaceSum(code, companies, int(people)) for code, companies, people in found]
    return sorted(rows, key=lambda row: sort_key(row.name))
