"""Reads the figures of the reports; each is the count of a list that people can open."""

from dataclasses import dataclass, replace
from datetime import date, timedelta

from sqlalchemy import ColumnElement, ScalarSelect, func, select
from sqlalchemy.orm import InstrumentedAttribute

from broker import clock
from broker.companies import queries as companies
from broker.companies.models import Company, InteractionKind
from broker.companies.queries import InteractionFilter
from broker.esf.models import Project
from broker.extensions import db
from broker.needs.models import Cohort, CohortStatus, Need, NeedStatus
from broker.procurement.models import Purchase
from broker.procurement.queries import ENDED
from broker.providers.models import Provider

_YEAR = 12


@dataclass(frozen=True)
class PeriodRow:
    """How many contacts there were from one day to another, and how many companies had them."""

    first: date
    last: date
    interactions: int
    companies_met: int

    @property
    def is_whole_month(self) -> bool:
        """Tell whether it begins and ends as a month does."""
        return self.first.day == 1 and self.last + timedelta(days=1) == clock.add_months(self.first, 1)


@dataclass(frozen=True)
class Overview:
    """What the organisation has done in a period, and what stands open now."""

    interactions: int
    companies_met: int
    by_kind: dict[InteractionKind, int]
    by_month: list[PeriodRow]
    year_before: PeriodRow | None
    by_municipality: dict[str, int]
    clear_needs: int
    people_in_clear_needs: int
    cohorts: int
    providers: int
    purchases: int
    projects: int


@dataclass(frozen=True)
class TopicFigure:
    """How many companies and people want the same topic in one municipality."""

    topic_id: str
    municipality_code: str
    companies: int
    people: int


def get_overview(chosen: InteractionFilter) -> Overview:
    """Give the figures of the first page of reports."""
    clear_needs, people = db.session.execute(
        select(func.count(Need.id), func.coalesce(func.sum(Need.participants), 0)).where(
            Need.status == NeedStatus.CLARIFIED
        )
    ).one()
    counts = db.session.execute(
        select(
            _count(Cohort.id, Cohort.status == CohortStatus.FORMED),
            _count(Provider.id),
            _count(Purchase.id, Purchase.state.not_in(ENDED)),
            _count(Project.id),
        )
    ).one()
    by_kind = companies.count_interactions_by_kind(chosen)
    return Overview(
        interactions=sum(by_kind.values()),
        companies_met=companies.count_companies_met(chosen),
        by_kind=by_kind,
        by_month=list_months(chosen),
        year_before=_year_before(chosen),
        by_municipality=companies.count_companies_met_by_municipality(chosen),
        clear_needs=clear_needs,
        people_in_clear_needs=people,
        cohorts=counts[0],
        providers=counts[1],
        purchases=counts[2],
        projects=counts[3],
    )


def list_months(chosen: InteractionFilter) -> list[PeriodRow]:
    """List the months of a period from the first that has contacts to the last, also those between that have none."""
    found = companies.count_interactions_by_month(chosen)
    if not found:
        return []
    month, rows = min(found), []
    while month <= max(found):
        following = clock.add_months(month, 1)
        days = (max(month, chosen.first), min(following - timedelta(days=1), chosen.last))
        rows.append(PeriodRow(*days, *found.get(month, (0, 0))))
        month = following
    return rows


def _year_before(chosen: InteractionFilter) -> PeriodRow | None:
    """Give the same days a year earlier; None for more than a year, or when nothing is known of those days."""
    if chosen.last >= clock.add_months(chosen.first, _YEAR):
        return None
    first, last = clock.add_months(chosen.first, -_YEAR), clock.add_months(chosen.last, -_YEAR)
    earlier = replace(chosen, first=first, last=last)
    interactions = companies.count_interactions(earlier)
    return PeriodRow(first, last, interactions, companies.count_companies_met(earlier)) if interactions else None


def list_topic_figures() -> list[TopicFigure]:
    """List the clear needs summed by topic and municipality."""
    query = (
        select(
            Need.topic_id,
            Need.municipality_code,
            func.count(Need.company_id.distinct()),
            func.sum(Need.participants),
        )
        .join(Company, Company.id == Need.company_id)
        .where(Need.status == NeedStatus.CLARIFIED)
        .group_by(Need.topic_id, Need.municipality_code)
    )
    return [TopicFigure(row[0] or "", *row[1:]) for row in db.session.execute(query)]


def _count(key: InstrumentedAttribute[int], *conditions: ColumnElement[bool]) -> ScalarSelect[int]:
    return select(func.count(key)).where(*conditions).scalar_subquery()
