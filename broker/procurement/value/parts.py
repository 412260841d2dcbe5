"""The parts of a value, and how a purchase keeps them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Any

from flask_babel import lazy_gettext as _l

PARTS = "value_parts"


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

    `purchase_id` is the purchase of ours that a similar contract was found in. Whether an option was used is None until
    it is answered.
    """

    kind: PartKind
    text: str
    amount: Decimal
    use_by: date | None = None
    until: date | None = None
    purchase_id: int | None = None
    is_used: bool | None = None


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
            is_used=row.get("is_used"),
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
            "is_used": part.is_used,
        }
        for part in parts
    )
    return [{name: value for name, value in row.items() if value is not None} for row in rows]


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
