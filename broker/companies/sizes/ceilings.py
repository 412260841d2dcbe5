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
    ceilings = {
        Category(name): Ceiling(
            limits["headcount_below"], Decimal(limits["turnover_eur"]), Decimal(limits["balance_eur"])
        )
        for name, limits in row["ceilings"].items()
    }
    return SizeRules(
        valid_from=row["valid_from"],
        source=words_of(row, "source"),
        ceilings=ceilings,
        partner_from=Decimal(row["partner_from_percent"]),
        linked_above=Decimal(row["linked_above_percent"]),
        public_from=Decimal(row["public_from_percent"]),
        angel_below=Decimal(row["angel_below_eur"]),
        municipality_budget_below=Decimal(row["municipality_budget_below_eur"]),
        municipality_inhabitants_below=row["municipality_inhabitants_below"],
    )
