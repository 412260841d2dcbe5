"""Counts the companies of a list by municipality, for its map."""

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ScalarSelect, Select, func, literal, select, union_all

from broker.companies.models import Company
from broker.companies.narrowing import CompanyFilter, asked_of, find, keys_of
from broker.companies.search import is_hidden
from broker.extensions import db
from broker.reference import queries as reference

_ELSEWHERE, _NOWHERE = "elsewhere", "nowhere"


@dataclass(frozen=True)
class Figures:
    """How many companies fit a filter: in each municipality of a map, in all others, and in none that is known."""

    by_code: Mapping[str, int]
    elsewhere: int
    nowhere: int

    @property
    def count(self) -> int:
        """Give how many companies fit in all."""
        return sum(self.by_code.values()) + self.elsewhere + self.nowhere


def count_by_municipality(chosen: CompanyFilter, codes: Collection[str]) -> Figures:
    """Count the companies of a list in these municipalities, in two questions at most.

    A filter that leads to our own rows, or to what a search found, lets through so few that all of them are grouped.
    Anything else is the register, where a nation would be read to its end. There each municipality is counted as the
    list that it opens is: by an index of its own, and no further than one more than the filter's counted_at_most.
    """
    counts = _count(chosen, codes)
    by_code = {code: counts.pop(code, 0) for code in codes}
    nowhere = counts.pop(None, 0) + counts.pop(_NOWHERE, 0)
    return Figures(by_code, elsewhere=sum(counts.values()), nowhere=nowhere)


def _count(chosen: CompanyFilter, codes: Collection[str]) -> dict[str | None, int]:
    if chosen.text:
        return Counter(row.municipality_code for row in find(chosen, select(Company.municipality_code)).rows)
    if chosen.is_ours or chosen.met_from or chosen.met_until:
        rows = _grouped(keys_of(chosen).with_only_columns(Company.municipality_code))
    else:
        return _count_each(chosen, codes)
    return {row[0]: row[1] for row in db.session.execute(rows)}


def _count_each(chosen: CompanyFilter, codes: Collection[str]) -> dict[str | None, int]:
    """Count the register. Companies that are in no list are so few that they are counted too, and taken away after.

    To ask each company whether it is one of them takes half as long again as to count it.
    """
    apart: Counter[str] = Counter()
    grouped = select(Company.municipality_code, func.count()).where(is_hidden(Company.id), *asked_of(chosen))
    for code, hidden in db.session.execute(grouped.group_by(Company.municipality_code)):
        apart[_NOWHERE if code is None else code if code in codes else _ELSEWHERE] += hidden
    most = chosen.counted_at_most + 1
    counted = db.session.execute(_each_to_the_limit(chosen, codes, most + apart.total()))
    return {part: min(count - apart[part], most) for part, count in counted}


def _size_of(query: Select[Any]) -> ScalarSelect[int]:
    return select(func.count()).select_from(query.subquery()).scalar_subquery()


def _grouped(query: Select[Any]) -> Select[Any]:
    places = query.subquery()
    return select(places.c.municipality_code, func.count()).group_by(places.c.municipality_code)


def _each_to_the_limit(chosen: CompanyFilter, codes: Collection[str], most: int) -> Any:
    """Select each of these municipalities with its count, then all others and none at all."""
    asked = union_all(*(select(literal(code).label("code")) for code in codes)).subquery()
    within = select(literal(1)).select_from(Company).where(*asked_of(chosen))
    here = within.where(Company.municipality_code == asked.c.code).correlate(asked).limit(most)
    # Naming the others leads to them by the index; excluding the asked would pass over a nation to find none.
    rest = [code for code in reference.municipalities() if code not in codes]
    others = within.where(Company.municipality_code.in_(rest)).limit(most)
    none = within.where(Company.municipality_code.is_(None)).limit(most)
    return union_all(
        select(asked.c.code, _size_of(here)),
        select(literal(_ELSEWHERE), _size_of(others)),
        select(literal(_NOWHERE), _size_of(none)),
    )
