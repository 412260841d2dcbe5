"""Reads the ceilings and shares by which sizes are judged, each set with its first day and its source."""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from functools import cache
from typing import Any

from broker.companies.sizes.rules import Category, Ceiling, SizeRules
from broker.reference.queries import read_yaml, words_of


@cache
def all_rules() -> Sequence[SizeRules]:
    """Give the rules of every time, the newest first."""
    rows = read_yaml("company_size")["rules"]
    return tuple(sorted((_read(row) for row in rows), key=lambda rules: rules.valid_from, reverse=True))


def rules_on(day: date) -> SizeRules:
    """Give the rules that hold on a day; before the first of them, the first."""
    return next((rules for rules in all_rules() if rules.valid_from <= day), all_rules()[-1])


def _read(row: Mapping[str, Any]) -> SizeRules:
    shares = (Decimal(row[f"{name}_percent"]) for name in ("partner_from", "linked_above", "public_from"))
    ceilings = {
        Category(name): Ceiling(
            limits["headcount_below"], Decimal(limits["turnover_eur"]), Decimal(limits["balance_eur"])
        )
        for name, limits in row["ceilings"].items()
    }
    return SizeRules(row["valid_from"], words_of(row, "source"), ceilings, *shares)
