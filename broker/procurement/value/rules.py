"""The arithmetic of a value: which parts count on which basis, as the workflow's file says with the paragraph."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Any

from flask_babel import lazy_gettext as _l

from broker.procurement.situation import Situation

PARTS = "value_parts"
WHOLE_CONTRACT = "contract_total"


class PartKind(StrEnum):
    """What one amount of a value is."""

    PRICE = "price"
    OPTION = "option"
    MONTHLY = "monthly"
    COMING = "coming"
    SIMILAR = "similar"
    INCREASE = "increase"
    DECREASE = "decrease"

    @property
    def label(self) -> Any:
        """Give the Swedish name."""
        return _LABELS[self]


_LABELS = {
    PartKind.PRICE: _l("Pris enligt avtalet"),
    PartKind.OPTION: _l("Option eller förlängning"),
    PartKind.MONTHLY: _l("Pris per månad"),
    PartKind.COMING: _l("Fler köp de kommande tolv månaderna"),
    PartKind.SIMILAR: _l("Liknande kontrakt de senaste tolv månaderna"),
    PartKind.INCREASE: _l("Väntad ökning av mängd eller pris"),
    PartKind.DECREASE: _l("Väntad minskning av mängd eller pris"),
}


@dataclass(frozen=True)
class Part:
    """One amount in kronor excluding VAT; an option also has the last day to use it and the day that it lasts to.

    `purchase_id` is the purchase of ours that a similar contract was found in.
    """

    kind: PartKind
    text: str
    amount: Decimal
    use_by: date | None = None
    until: date | None = None
    purchase_id: int | None = None


@dataclass(frozen=True)
class Calculation:
    """A value with its arithmetic: what counts, what it is multiplied by, and what it can never be below."""

    law: str
    added: tuple[Part, ...]
    taken_away: tuple[Part, ...]
    left_out: tuple[Part, ...]
    months: int
    total: Decimal
    least: Decimal

    @property
    def value(self) -> Decimal:
        """Give the value in kronor excluding VAT, never less than the contract's own parts."""
        return max(self.total, self.least)

    @property
    def is_raised(self) -> bool:
        """Tell whether the contract's own parts are more than what the basis gives."""
        return self.least > self.total


def calculate(document: Mapping[str, Any], basis: str, parts: Iterable[Part]) -> Calculation:
    """Reckon a value on one of the bases of the workflow's file, or raise KeyError for a basis that it lacks.

    The value is the whole amount payable with options and extensions (LOU 5 kap. 3 §); recurring contracts are
    reckoned over twelve months (11 §), services without a total price over 48 (13 §), frameworks as the highest total
    (14 §). Whatever the basis, the contract's own price and options are the least that it can be.
    """
    rule, rows = document["value_bases"][basis], list(parts)
    added = _of_kinds(rows, rule["counts"])
    taken_away = _of_kinds(rows, rule.get("subtracts", ()))
    months = rule.get("months", 1)
    return Calculation(
        law=rule["law"],
        added=added,
        taken_away=taken_away,
        left_out=tuple(row for row in rows if row not in (*added, *taken_away)),
        months=months,
        total=(_sum(added) - _sum(taken_away)) * months,
        least=_sum(_of_kinds(rows, rule.get("at_least", ()))),
    )


def parts_of(values: Mapping[str, Any]) -> list[Part]:
    """Give the parts of a value as a purchase keeps them."""
    return [
        Part(
            kind=PartKind(row["kind"]),
            text=row["text"],
            amount=Decimal(row["amount"]),
            use_by=_day(row.get("use_by")),
            until=_day(row.get("until")),
            purchase_id=row.get("purchase_id"),
        )
        for row in values.get(PARTS) or []
    ]


def to_stored(parts: Iterable[Part]) -> list[dict[str, Any]]:
    """Give parts as a purchase keeps them: money as decimal text, days as ISO text, nothing that is empty."""
    rows = (
        {
            "kind": part.kind.value,
            "text": part.text,
            "amount": str(part.amount),
            "use_by": part.use_by and part.use_by.isoformat(),
            "until": part.until and part.until.isoformat(),
            "purchase_id": part.purchase_id,
        }
        for part in parts
    )
    return [{name: value for name, value in row.items() if value is not None} for row in rows]


def basis_of(purchase: Situation) -> str:
    """Give the basis that was chosen; until then the whole contract is reckoned."""
    return purchase.text("value_basis") or WHOLE_CONTRACT


def is_recurring(basis: str) -> bool:
    """Tell whether a basis counts contracts over twelve months."""
    return basis.startswith("recurring_")


def _of_kinds(parts: Sequence[Part], kinds: Iterable[str]) -> tuple[Part, ...]:
    wanted = set(kinds)
    return tuple(part for part in parts if part.kind in wanted)


def _sum(parts: Iterable[Part]) -> Decimal:
    return sum((part.amount for part in parts), Decimal(0))


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
