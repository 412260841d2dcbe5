"""Reads what stands beside the value of a purchase: similar contracts of ours, and what a code means in kronor."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from sqlalchemy import or_, select
from sqlalchemy.orm import joinedload

from broker.clock import add_months
from broker.extensions import db
from broker.procurement import workflow
from broker.procurement.models import Purchase
from broker.procurement.situation import Situation
from broker.procurement.thresholds import ANNEX_2, GENERAL, NoThresholdError, Threshold, get_threshold
from broker.procurement.value.rules import Calculation
from broker.reference import queries as reference

_MONTHS = 12


@dataclass(frozen=True)
class Similar:
    """A contract of ours within the twelve months, and what makes it look alike."""

    purchase_id: int
    title: str
    signed_on: date
    amount: Decimal
    is_same_topic: bool


@dataclass(frozen=True)
class Consequence:
    """What a CPV code means in kronor: the limits within annex 2 and outside it, on the day of the start."""

    code: str
    is_annex2: bool
    is_unclear: bool
    within: Threshold
    outside: Threshold

    def decides(self, value: Decimal | None) -> bool:
        """Tell whether the answer about annex 2 decides if the value may be awarded directly."""
        return value is not None and self.within.allows_direct_award(value) != self.outside.allows_direct_award(value)


def list_similar(purchase: Purchase, situation: Situation) -> list[Similar]:
    """List our contracts of the last twelve months with the same code or topic, the newest first: LOU 5 kap. 11 §."""
    started_on = situation.day("procurement_started") or situation.today
    code, topic_id = situation.text("cpv_main"), purchase.cohort.topic_id if purchase.cohort else None
    signed_on = Purchase.values["contract_date"].as_string()
    likeness = [Purchase.values["cpv_main"].as_string() == code] if code else []
    if topic_id:
        cohort_class = Purchase.cohort.property.mapper.class_
        of_topic = select(cohort_class.id).where(cohort_class.topic_id == topic_id)
        likeness.append(Purchase.cohort_id.in_(of_topic))
    if not likeness:
        return []
    query = (
        select(Purchase)
        .options(joinedload(Purchase.cohort))
        .where(
            Purchase.id != purchase.id,
            Purchase.state != workflow.CANCELLED,
            signed_on >= add_months(started_on, -_MONTHS).isoformat(),
            signed_on <= started_on.isoformat(),
            or_(*likeness),
        )
        .order_by(signed_on.desc(), Purchase.id.desc())
    )
    return [_similar(row, topic_id) for row in db.session.scalars(query) if row.values.get("contract_value_sek")]


def find_consequence(situation: Situation) -> Consequence | None:
    """Give what the code means in kronor, or None while code or day of the start is missing or no limits are known."""
    code, started_on = situation.text("cpv_main"), situation.day("procurement_started")
    known = reference.cpv_codes().get(code or "")
    if code is None or known is None or started_on is None:
        return None
    try:
        within, outside = (
            get_threshold(situation.thresholds(), category=category, started_on=started_on)
            for category in (ANNEX_2, GENERAL)
        )
    except NoThresholdError:
        return None
    unclear = situation.document["guards"]["cpv_and_annex2_reasoned"]["rule"]
    return Consequence(code, known.is_annex2, code in unclear, within, outside)


def find_limit_passed(
    situation: Situation, calculation: Calculation, similar: Sequence[Similar]
) -> tuple[Decimal, Threshold] | None:
    """Give the sum with all similar contracts and the limit that it passes although the value alone does not.

    It is a warning that the need comes back, not a measure of what may still be bought: since 2022-02-01 earlier
    direct awards are not added up, but contracts that come back are (LOU 5 kap. 11 §) and splitting is forbidden
    (5 kap. 6, 7 and 7 a §§).
    """
    counted = {part.purchase_id for part in calculation.added}
    together = calculation.value + sum(
        (row.amount for row in similar if row.purchase_id not in counted), start=Decimal(0)
    )
    try:
        limits = situation.threshold()
    except NoThresholdError:
        return None
    if limits is None or not limits.allows_direct_award(calculation.value) or limits.allows_direct_award(together):
        return None
    return together, limits


def _similar(row: Purchase, topic_id: str | None) -> Similar:
    return Similar(
        purchase_id=row.id,
        title=row.title,
        signed_on=date.fromisoformat(row.values["contract_date"]),
        amount=Decimal(row.values["contract_value_sek"]),
        is_same_topic=bool(topic_id and row.cohort and row.cohort.topic_id == topic_id),
    )
