"""Adds up purchases: how far those that go on have come, contracts by month and by whom; and providers by status."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from broker.clock import add_months
from broker.extensions import db
from broker.procurement import workflow
from broker.procurement.models import Purchase
from broker.procurement.queries import Listed, list_all_going_on
from broker.providers import queries as providers
from broker.providers.vetting import VettingStatus
from broker.reference import queries as reference
from broker.topics import queries as topics

MONTHS = 12
# How far a purchase has come, in order; the ends have no column.
COLUMNS = ("open", "decision", "contract", "delivery")


@dataclass(frozen=True)
class Column:
    """The purchases of one kind of state, those with the earliest day first."""

    kind: str
    rows: tuple[Listed, ...]


@dataclass(frozen=True)
class Agreed:
    """What was agreed in a month, in kronor excluding VAT, in how many contracts."""

    month: date
    amount: Decimal
    count: int


@dataclass(frozen=True)
class Bought:
    """What was bought from one provider in one topic for one municipality."""

    provider: str
    topic: str
    municipality: str
    count: int
    amount: Decimal


@dataclass(frozen=True)
class ProviderCount:
    """How many providers have a status, and the first day that one of them runs out."""

    status: VettingStatus
    count: int
    next_expiry: date | None


def list_columns(today: date) -> list[Column]:
    """List the purchases that go on by how far they have come, each column by its next day."""
    found: dict[str, list[Listed]] = defaultdict(list)
    for row in list_all_going_on(today=today):
        found[row.kind].append(row)
    return [Column(kind, tuple(sorted(found[kind], key=_by_day))) for kind in COLUMNS]


def list_contracts(today: date) -> list[Purchase]:
    """List the purchases with a contract of the last twelve months, this one included, the newest first."""
    first = add_months(today.replace(day=1), -(MONTHS - 1))
    signed_on = Purchase.values["contract_date"].as_string()
    query = (
        select(Purchase)
        .options(joinedload(Purchase.cohort))
        .where(Purchase.state != workflow.CANCELLED, signed_on >= first.isoformat(), signed_on <= today.isoformat())
        .order_by(signed_on.desc(), Purchase.id.desc())
    )
    return [row for row in db.session.scalars(query) if row.values.get("contract_value_sek")]


def sum_by_month(contracts: Iterable[Purchase], today: date) -> list[Agreed]:
    """Add contracts up by the month that they were signed in, every month of the twelve, the newest first."""
    amounts: dict[date, Decimal] = defaultdict(Decimal)
    counts: Counter[date] = Counter()
    for row in contracts:
        month = date.fromisoformat(row.values["contract_date"]).replace(day=1)
        amounts[month] += Decimal(row.values["contract_value_sek"])
        counts[month] += 1
    months = [add_months(today.replace(day=1), -back) for back in range(MONTHS)]
    return [Agreed(month, amounts[month], counts[month]) for month in months]


def sum_by_provider(contracts: Sequence[Purchase]) -> list[Bought]:
    """Add contracts up by provider, topic and municipality, the largest first."""
    names = dict(providers.list_provider_names())
    amounts: dict[tuple[str, str, str], Decimal] = defaultdict(Decimal)
    counts: Counter[tuple[str, str, str]] = Counter()
    for row in contracts:
        cohort = row.cohort
        key = (
            names.get(row.provider_id or 0, ""),
            topics.topic_label(cohort.topic_id) if cohort else "",
            reference.municipality_name(cohort.municipality_code) if cohort else "",
        )
        amounts[key] += Decimal(row.values["contract_value_sek"])
        counts[key] += 1
    found = [Bought(*key, counts[key], amount) for key, amount in amounts.items()]
    return sorted(found, key=lambda row: (-row.amount, row.provider, row.topic, row.municipality))


def count_providers(today: date) -> list[ProviderCount]:
    """Count the providers by status, those with most first; the days in which one runs out are the earliest."""
    found: dict[str, list[VettingStatus]] = defaultdict(list)
    for status in providers.statuses_of(providers.list_all(), today=today).values():
        found[status.id].append(status)
    rows = [
        ProviderCount(of[0], len(of), min((row.next_expiry for row in of if row.next_expiry), default=None))
        for of in found.values()
    ]
    return sorted(rows, key=lambda row: (-row.count, row.status.label))


def _by_day(row: Listed) -> tuple[date, int]:
    return row.deadline.on if row.deadline else date.max - timedelta(days=1), row.purchase.id
