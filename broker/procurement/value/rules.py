"""The arithmetic of a value: which parts count on which basis, as the workflow's file says with the paragraph."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from broker.procurement.situation import Situation
from broker.procurement.value.parts import Part

WHOLE_CONTRACT = "contract_total"


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


def has_rules(purchase: Situation) -> bool:
    """Tell whether a value can be reckoned: the municipality buys, and the version of the workflow says how."""
    return bool(purchase.route["is_procurement"]) and "value_bases" in purchase.document


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
