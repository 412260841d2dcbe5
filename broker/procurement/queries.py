"""Reads purchases, and each as the rules of its workflow see it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import case, select
from sqlalchemy.orm import joinedload

from broker import files
from broker.errors import NotFoundError
from broker.extensions import db
from broker.procurement import deadlines, suppliers, workflow
from broker.procurement.deadlines import Deadline
from broker.procurement.frameworks import queries as frameworks
from broker.procurement.frameworks.fields import with_own_fields
from broker.procurement.models import Purchase, PurchaseStep
from broker.procurement.situation import Situation
from broker.procurement.suppliers import Supplier
from broker.procurement.thresholds import Threshold, read_thresholds
from broker.procurement.workflow import Step
from broker.providers import queries as providers
from broker.reference import queries as reference
from broker.reference.models import DocumentKind, ReferenceDocument
from broker.swedish import search_key

PAGE = 50
ENDED = ("closed", workflow.CANCELLED)
# The kinds of states in which there is an agreement, or has been one.
_BOUND = ("contract", "delivery", "end")


@dataclass(frozen=True)
class Listed:
    """A purchase in a list: where it stands, what comes next and by when."""

    purchase: Purchase
    state_label: str
    route_label: str
    next_step: Step | None
    deadline: Deadline | None
    kind: str


class Due(NamedTuple):
    """What a purchase must have done by a day, with its law."""

    purchase: Purchase
    label: str
    on: date
    law: str
    id: str


@dataclass(frozen=True)
class Standing:
    """Where a purchase stands in words, and whether somebody is bound to deliver."""

    label: str
    is_bound: bool


@dataclass(frozen=True)
class Page:
    """A part of the purchases, and the key after which the next part begins."""

    rows: list[Listed]
    next_after: int | None


def get_purchase(purchase_id: int) -> Purchase:
    """Give the purchase with its steps and who took them, or raise NotFoundError."""
    query = (
        select(Purchase)
        .options(
            joinedload(Purchase.steps).joinedload(PurchaseStep.taken_by),
            joinedload(Purchase.cohort),
            joinedload(Purchase.handler),
        )
        .where(Purchase.id == purchase_id)
    )
    purchase = db.session.scalars(query).unique().one_or_none()
    if purchase is None:
        raise NotFoundError
    return purchase


def get_cohort(cohort_id: int) -> Any:
    """Give a cohort of the organisation, or raise NotFoundError."""
    cohort_class: Any = Purchase.cohort.property.mapper.class_
    cohort = db.session.scalars(select(cohort_class).where(cohort_class.id == cohort_id)).one_or_none()
    if cohort is None:
        raise NotFoundError
    return cohort


def list_purchases(*, today: date, is_ended: bool = False, after: int | None = None) -> Page:
    """List purchases that go on, or that have ended, the newest first."""
    query = select(Purchase).where(Purchase.state.in_(ENDED) if is_ended else Purchase.state.not_in(ENDED))
    if after is not None:
        query = query.where(Purchase.id < after)
    purchases = list(db.session.scalars(query.order_by(Purchase.id.desc()).limit(PAGE + 1)))
    rows = [_listed(purchase, situation) for purchase, situation in _situations(purchases, today)]
    return Page(rows[:PAGE], purchases[PAGE - 1].id if len(purchases) > PAGE else None)


def list_purchases_of_cohorts(cohort_ids: Iterable[int]) -> dict[int, Purchase]:
    """Give the purchase of each of these cohorts, by the cohort's key; cohorts without one are left out.

    Of several it is one that has begun, else a draft, else one that was cancelled; among these the latest.
    """
    standing = case((Purchase.state == workflow.CANCELLED, 0), (Purchase.state == workflow.DRAFT, 1), else_=2)
    query = select(Purchase).where(Purchase.cohort_id.in_(list(cohort_ids))).order_by(standing, Purchase.id)
    return {purchase.cohort_id: purchase for purchase in db.session.scalars(query) if purchase.cohort_id is not None}


def standing_of(purchase: Purchase) -> Standing:
    """Give where a purchase stands, by the version of the workflow that it follows."""
    return _standing(purchase, get_workflow(purchase))


def standings_of(purchases: Sequence[Purchase]) -> dict[int, Standing]:
    """Give where each of these purchases stands, by the purchase's key; one query for each version of the workflow."""
    documents = _documents(purchases)
    return {purchase.id: _standing(purchase, documents[purchase.workflow_version]) for purchase in purchases}


def _standing(purchase: Purchase, document: Mapping[str, Any]) -> Standing:
    state = document["states"][purchase.state]
    is_bound = state["kind"] in _BOUND and purchase.state != workflow.CANCELLED
    return Standing(reference.text_of(state), is_bound)


def list_upcoming_deadlines(today: date, days: int) -> list[Due]:
    """List what purchases must have done within so many days, with its law; what is overdue comes first."""
    query = select(Purchase).where(Purchase.state != "closed").order_by(Purchase.id)
    purchases = list(db.session.scalars(query))
    limit = today + timedelta(days=days)
    found = [
        Due(purchase, deadline.label, deadline.on, deadline.law, deadline.id)
        for purchase, situation in _situations(purchases, today)
        for deadline in deadlines.list_deadlines(situation)
        if deadline.is_task
        and not deadline.is_done
        and deadline.on <= limit
        and (deadline.on >= today or purchase.state not in ENDED)
    ]
    return sorted(found, key=lambda row: (row[2], row[0].id))


def list_going_on(today: date) -> list[Situation]:
    """List the purchases in scope that have not ended, each as the rules see it."""
    return [situation for _purchase, situation in _going_on(today)]


def list_all_going_on(*, today: date) -> list[Listed]:
    """List every purchase that has not ended, with what comes next and by when, the oldest first."""
    return [_listed(purchase, situation) for purchase, situation in _going_on(today)]


def read_rules(today: date) -> None:
    """Read in one question all the rules that a page about one purchase can come to ask for."""
    kinds = (DocumentKind.WORKFLOW, DocumentKind.THRESHOLDS, DocumentKind.VETTING, DocumentKind.FRAMEWORK_RULES)
    reference.read_ahead(*kinds, on=today)


def get_workflow(purchase: Purchase) -> Mapping[str, Any]:
    """Give the version of the workflow that a purchase follows."""
    return with_own_fields(reference.get_document_version(DocumentKind.WORKFLOW, purchase.workflow_version).content)


def current_workflow(today: date) -> ReferenceDocument:
    """Give the workflow that new purchases follow."""
    return reference.get_document(DocumentKind.WORKFLOW, on=today)


def get_situation(
    purchase: Purchase, *, today: date, attachments: Sequence[files.Attachment] | None = None
) -> Situation:
    """Give a purchase as the rules see it; its files are read here unless the caller has them."""
    papers = files.list_attachments(purchase) if attachments is None else attachments
    topic_id = topic_of(purchase)
    situation = Situation(
        document=get_workflow(purchase),
        route_id=purchase.route,
        state=purchase.state,
        values=purchase.values,
        today=today,
        thresholds=lambda: thresholds(today),
        papers=frozenset(row.kind for row in papers if not is_of_earlier_round(purchase, row)),
        framework_used=framework_used(purchase.values.get("framework"), but=purchase.id),
        supplier_problems=lambda provider_id: _supplier_problems(provider_id, today),
        topic_id=topic_id,
        frameworks=cache(lambda key: frameworks.find_for(key, purchase_id=purchase.id, today=today)),
        covering=lambda: [row.agreement.name for row in list_covering(purchase.values, topic_id, today=today)],
    )
    return situation.with_values({})


def is_of_earlier_round(purchase: Purchase, attachment: files.Attachment) -> bool:
    """Tell whether a paper came in before offers were asked for anew, and so says nothing of the present round."""
    return purchase.round_began_at is not None and attachment.uploaded_at < purchase.round_began_at


def topic_of(purchase: Purchase) -> str | None:
    """Give the topic of the cohort that a purchase is for, if it is for one."""
    return purchase.cohort.topic_id if purchase.cohort else None


def list_covering(values: Mapping[str, Any], topic_id: str | None, *, today: date) -> list[frameworks.Listed]:
    """List our framework agreements that cover what a purchase with these values is about, and have room for it."""
    value = values.get("value_sek")
    return frameworks.list_covering(
        topic_id=topic_id, cpv=values.get("cpv_main"), value=Decimal(value) if value else None, today=today
    )


def list_suppliers(purchase: Purchase, *, today: date) -> list[Supplier]:
    """List who the purchase can be made from, those that teach its subject and are vetted first."""
    return suppliers.list_suppliers(topic_of(purchase), today=today)


def draft_situation(
    document: ReferenceDocument, values: dict[str, Any], *, today: date, topic_id: str | None = None
) -> Situation:
    """Give a purchase that does not exist yet as the rules see it, for the choice of its route."""
    situation = Situation(
        document=with_own_fields(document.content),
        route_id=document.content["routes"][0]["id"],
        state="draft",
        values=values,
        today=today,
        thresholds=lambda: thresholds(today),
        framework_used=framework_used(values.get("framework"), but=None),
        topic_id=topic_id,
        frameworks=cache(lambda key: frameworks.find_for(key, purchase_id=None, today=today)),
        covering=lambda: [row.agreement.name for row in list_covering(values, topic_id, today=today)],
    )
    return situation.with_values({})


def thresholds(today: date) -> tuple[Threshold, ...]:
    """Give every row of the law's limits; which one counts depends on when a procurement started."""
    return read_thresholds(reference.get_document(DocumentKind.THRESHOLDS, on=today).content)


def framework_used(name: Any, *, but: int | None) -> Decimal:
    """Add up what other purchases have called off from a framework agreement that was typed by its name."""
    if not isinstance(name, str) or not name:
        return Decimal(0)
    query = select(Purchase).where(Purchase.route.startswith("call_off_", autoescape=True))
    return sum(
        (
            Decimal(purchase.values["contract_value_sek"])
            for purchase in db.session.scalars(query)
            if purchase.id != but
            and purchase.state != workflow.CANCELLED
            and purchase.values.get("contract_value_sek")
            and search_key(str(purchase.values.get("framework") or "")) == search_key(name)
        ),
        Decimal(0),
    )


def _supplier_problems(provider_id: int, today: date) -> Sequence[str]:
    return providers.status_of(providers.get_provider(provider_id), today=today).knock_out_problems


def _situations(purchases: Sequence[Purchase], today: date) -> list[tuple[Purchase, Situation]]:
    # Papers and suppliers decide only whether a step can be taken, which a list does not say.
    documents = _documents(purchases)
    limits = cache(lambda: thresholds(today))
    return [
        (
            purchase,
            Situation(
                document=documents[purchase.workflow_version],
                route_id=purchase.route,
                state=purchase.state,
                values=purchase.values,
                today=today,
                thresholds=limits,
            ),
        )
        for purchase in purchases
    ]


def _going_on(today: date) -> list[tuple[Purchase, Situation]]:
    query = select(Purchase).where(Purchase.state.not_in(ENDED)).order_by(Purchase.id)
    return _situations(list(db.session.scalars(query)), today)


def _documents(purchases: Sequence[Purchase]) -> dict[str, Mapping[str, Any]]:
    versions = {purchase.workflow_version for purchase in purchases}
    return {
        version: with_own_fields(reference.get_document_version(DocumentKind.WORKFLOW, version).content)
        for version in versions
    }


def _listed(purchase: Purchase, situation: Situation) -> Listed:
    return Listed(
        purchase=purchase,
        state_label=reference.text_of(situation.document["states"][purchase.state]),
        route_label=reference.text_of(situation.route),
        next_step=workflow.next_step(situation),
        deadline=deadlines.next_deadline(situation),
        kind=situation.document["states"][purchase.state]["kind"],
    )
