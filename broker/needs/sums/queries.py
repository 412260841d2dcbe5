"""Reads what lies behind sums: where the needs are, and whose people have a place already."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import distinct, func, select
from sqlalchemy.orm import contains_eager

from broker.extensions import db
from broker.needs.half_years import HalfYear, half_year_of_period
from broker.needs.models import Cohort, CohortNeed, CohortStatus, Need, NeedStatus
from broker.needs.planning import CohortRules, people_of_part
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


def count_placed(rules: CohortRules, topic_id: str | None = None) -> Counter[tuple[str, HalfYear]]:
    """Count the people of clear needs who have a place, by topic and half-year: a part of a large need is in a cohort.

    The rest of such a need waits, so the need still counts; its people with a place fill no other group. One query.
    """
    query = (
        select(CohortNeed)
        .join(CohortNeed.need)
        .join(CohortNeed.cohort)
        .options(contains_eager(CohortNeed.need))
        .where(Cohort.status != CohortStatus.DISSOLVED)
    )
    found: Counter[tuple[str, HalfYear]] = Counter()
    for member in db.session.scalars(narrowed(query, NeedFilter(topic_id=topic_id, status=NeedStatus.CLARIFIED))):
        topic, first, last = member.need.settled
        # The part of the plan, whatever its company sends: so many of the need are no longer looked for a place for.
        people = people_of_part(member.need, member.part, rules.group_of(topic).largest)
        found[topic, half_year_of_period(first, last)] += people.women + people.men + people.unknown_sex
    return found
