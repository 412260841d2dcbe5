"""Reads the groups that can come into a project for a call, each with what it costs about."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload

from broker.esf.models import Call, Contribution, Project
from broker.esf.packing.choosing import Candidate
from broker.esf.packing.rules import PackingRules
from broker.extensions import db
from broker.needs.joint.queries import list_hostings
from broker.needs.models import Cohort, CohortNeed, CohortStatus, Need
from broker.procurement.models import Purchase
from broker.procurement.workflow import CANCELLED
from broker.providers.models import Offering
from broker.reference import queries as reference


@dataclass(frozen=True)
class Priced:
    """One of our groups with about what it costs, and whether that is the price of its chosen provider."""

    cohort: Cohort
    candidate: Candidate
    has_price: bool


def list_priced(call: Call, rules: PackingRules) -> list[Priced]:
    """List our formed groups that lie in the call's region and are in no project for the call, by their start."""
    in_project = (
        select(Contribution.cohort_id)
        .join(Project, Project.id == Contribution.project_id)
        .join(Call, Call.id == Project.call_id)
        .where(Call.diary_no == call.diary_no)
    )
    query = (
        select(Cohort)
        .options(selectinload(Cohort.members).joinedload(CohortNeed.need), joinedload(Cohort.offering))
        .where(Cohort.status == CohortStatus.FORMED, Cohort.id.not_in(in_project))
        .order_by(Cohort.starts_on, Cohort.id)
    )
    counties = reference.counties_of_region(call.region)
    cohorts = [cohort for cohort in db.session.scalars(query) if not counties or _lies_in(cohort, counties)]
    prices, joint = _prices(cohorts), list_hostings([cohort.id for cohort in cohorts])
    together = {cohort_id: hosting.part.participants for cohort_id, hosting in joint.items()}
    return [_priced(row, prices.get(row.id), together.get(row.id, row.participants), rules) for row in cohorts]


def list_cohorts(cohort_ids: Iterable[int]) -> list[Cohort]:
    """List those of our formed groups that have these keys, with their needs and companies, by their start."""
    members = selectinload(Cohort.members).joinedload(CohortNeed.need).joinedload(Need.company)
    query = select(Cohort).options(members).where(Cohort.id.in_(list(cohort_ids)), Cohort.status == CohortStatus.FORMED)
    return list(db.session.scalars(query.order_by(Cohort.starts_on, Cohort.id)))


def _lies_in(cohort: Cohort, counties: frozenset[str]) -> bool:
    # What is taught at a distance lies where its people are.
    codes = [cohort.municipality_code] if cohort.municipality_code else _homes(cohort)
    return any((code or "")[:2] in counties for code in codes)


def _homes(cohort: Cohort) -> list[str]:
    return [member.need.municipality_code for member in cohort.members]


def _prices(cohorts: Sequence[Cohort]) -> dict[int, int]:
    """Give the price in öre per participant of the groups with a planned training, or a purchase with a provider."""
    planned = {row.id: row.offering.price_per_participant_ore for row in cohorts if row.offering is not None}
    topic_of = {row.id: row.topic_id for row in cohorts if row.id not in planned}
    query = (
        select(Purchase.cohort_id, Purchase.id, Offering.topic_id, Offering.price_per_participant_ore)
        .join(Offering, Offering.provider_id == Purchase.provider_id)
        .where(Purchase.cohort_id.in_(list(topic_of)), Purchase.state != CANCELLED)
    )
    found: dict[int, tuple[int, int]] = {}
    for cohort_id, purchase_id, topic_id, price in db.session.execute(query):
        if cohort_id is not None and topic_id == topic_of[cohort_id]:
            # The latest purchase counts, and of its provider's trainings the cheapest.
            best = found.get(cohort_id)
            if best is None or (-purchase_id, price) < (-best[0], best[1]):
                found[cohort_id] = (purchase_id, price)
    return planned | {cohort_id: price for cohort_id, (_purchase_id, price) in found.items()}


def _priced(cohort: Cohort, price_ore: int | None, together: int, rules: PackingRules) -> Priced:
    # Of a joint group each organisation's part costs its share.
    course = -(-cohort.hours * rules.kr_per_course_hour * cohort.participants // max(1, together))
    if price_ore is not None:
        course = -(-price_ore * cohort.participants // 100)
    candidate = Candidate(
        id=cohort.id,
        topic_id=cohort.topic_id,
        companies=frozenset(member.need.company_id for member in cohort.members),
        women=sum(member.women for member in cohort.members),
        men=sum(member.men for member in cohort.members),
        unknown_sex=sum(member.unknown_sex for member in cohort.members),
        cost_kr=rules.cost_kr(course),
        starts_on=cohort.starts_on,
        ends_on=cohort.ends_on,
    )
    return Priced(cohort, candidate, price_ore is not None)
