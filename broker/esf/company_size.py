"""The size class of a company in the meaning of the block exemption, which sets the intensity of aid.

The rules and their ceilings are those of companies: here they only get the words that the application uses.
"""

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Any

from broker.companies.sizes.rules import Amount, Category, SizeRules, Span, Sums, classify, why
from broker.esf.budgets.amounts import to_ore
from broker.sentences import N_, Sentence


class SizeClass(StrEnum):
    """The size of a company, with its word on the screen."""

    SMALL = "small"
    MEDIUM = "medium"
    LARGE = "large"

    @property
    def label(self) -> str:
        """Give the Swedish word."""
        return {"small": "Litet", "medium": "Medelstort", "large": "Stort"}[self.value]


CLASSES = {
    Category.MICRO: SizeClass.SMALL,
    Category.SMALL: SizeClass.SMALL,
    Category.MEDIUM: SizeClass.MEDIUM,
    Category.LARGE: SizeClass.LARGE,
}


@dataclass(frozen=True)
class CompanySize:
    """The size class with the two inputs that decided it; no class when a figure is missing."""

    size_class: SizeClass | None
    deciding: tuple[Sentence, ...]


def classify_size(
    staff: int, turnover_eur: Decimal | None, balance_eur: Decimal | None, rules: SizeRules
) -> CompanySize:
    """Give the size class of a company; the figures are those of its whole group."""
    sums = Sums(*(Amount.of(figure) for figure in (Decimal(staff), turnover_eur, balance_eur)))
    span = classify(sums, rules)
    size_class = CLASSES[span.high]
    if size_class is not CLASSES[span.low]:
        return CompanySize(None, (Sentence(_missing(turnover_eur, balance_eur)),))
    # Of a micro enterprise the application says that it is small, by the ceilings of small ones.
    category = max(span.high, Category.SMALL, key=lambda category: category.rank)
    return CompanySize(size_class, why(sums, Span(category, category), rules))


def as_figures(sums: Sums) -> dict[str, Any]:
    """Give what is known of a group's sums as a commitment notes it: whole employees, amounts in euro and cent.

    Part of an employee is left out: that many are below a ceiling exactly when the whole ones are.
    """
    headcount, turnover, balance = (amount.high for amount in (sums.headcount, sums.turnover, sums.balance))
    return {
        "staff": None if headcount is None else int(headcount),
        "turnover_eur": None if turnover is None else to_ore(turnover),
        "balance_eur": None if balance is None else to_ore(balance),
    }


def _missing(turnover: Decimal | None, balance: Decimal | None) -> str:
    if turnover is None and balance is None:
        return N_("Ange företagets omsättning och balansomslutning i euro, så kan storleken avgöras.")
    if turnover is None:
        return N_("Ange företagets omsättning i euro, så kan storleken avgöras.")
    return N_("Ange företagets balansomslutning i euro, så kan storleken avgöras.")
