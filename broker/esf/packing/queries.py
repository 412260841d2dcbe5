"""Reads the groups that can come into a project for a call, each with what it costs about."""

from collections.abc import Iterable, Mapping, Sequence
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
from broker.providers.prices import price_of, share_of
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
    joint = list_hostings([cohort.id for cohort in cohorts])
    together = {row.id: joint[row.id].part.participants if row.id in joint else row.participants for row in cohorts}
    chosen = _offerings(cohorts, together)
    return [_priced(row, chosen.get(row.id), together[row.id], rules) for row in cohorts]


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


def _offerings(cohorts: Sequence[Cohort], together: Mapping[int, int]) -> dict[int, Offering]:
    """Give the training of the groups where one is planned, or where a purchase has a provider."""
    planned = {row.id: row.offering for row in cohorts if row.offering is not None}
    topic_of = {row.id: row.topic_id for row in cohorts if row.id not in planned}
    query = (
        select(Purchase.cohort_id, Purchase.id, Offering)
        .join(Offering, Offering.provider_id == Purchase.provider_id)
        .where(Purchase.cohort_id.in_(list(topic_of)), Purchase.state != CANCELLED)
    )
    found: dict[int, tuple[int, int, Offering]] = {}
    for cohort_id, purchase_id, offering in db.session.execute(query):
        if cohort_id is not None and offering.topic_id == topic_of[cohort_id]:
            # The latest purchase counts, and of its provider's trainings the cheapest for the group.
            best, price = found.get(cohort_id), price_of(offering, together[cohort_id])
            if best is None or (-purchase_id, price) < (-best[0], best[1]):
                found[cohort_id] = (purchase_id, price, offering)
    return planned | {cohort_id: offering for cohort_id, (_purchase_id, _price, offering) in found.items()}


def _priced(cohort: Cohort, offering: Offering | None, together: int, rules: PackingRules) -> Priced:
    # Of a joint group each organisation's part costs its share.
    course = -(-cohort.hours * rules.kr_per_course_hour * cohort.participants // max(1, together))
    if offering is not None:
        course = -(-share_of(offering, cohort.participants, together) // 100)
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
    return Priced(cohort, candidate, offering is not None)
