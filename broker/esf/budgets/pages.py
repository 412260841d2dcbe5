"""What the pages of the budget show, as rows that a template only writes out."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any, TypeVar

from flask_babel import gettext as _

from broker.esf.application import Application
from broker.esf.budgets import figures
from broker.esf.budgets.companies import company_shares
from broker.esf.budgets.explanations import (
    Explanation,
    explain_costs,
    explain_financing,
    explain_ratios,
    explain_sub_budget,
)
from broker.esf.budgets.figures import Budget
from broker.esf.budgets.lines import BudgetLine, BudgetResult, CoFinancingLine, CompanyShare, SubBudget
from broker.esf.budgets.months import MonthFigures, add_up, by_year
from broker.esf.budgets.spreading import spread
from broker.sentences import N_, Sentence

_Line = TypeVar("_Line", BudgetLine, CoFinancingLine)
_MONTH = re.compile(r"(\d{4})-(\d{2})")


@dataclass(frozen=True)
class Overview:
    """The budget's figures with where they come from."""

    kinds: dict[str, str]
    totals: dict[int, Decimal]
    contributed: dict[int, CoFinancingLine]
    costs: list[Explanation]
    financing: list[Explanation]
    ratios: list[Explanation]
    subs: list[tuple[SubBudget, list[Explanation]]]
    givers: list[tuple[str, dict[str, Decimal], Decimal]]
    giver_headings: list[Any]
    companies: tuple[CompanyShare, ...]

    @property
    def company_hours(self) -> Decimal:
        """Give the hours of all companies together."""
        return sum((row.hours for row in self.companies), Decimal(0))


@dataclass(frozen=True)
class Calendar:
    """The budget of all or of one beneficiary, by year and month."""

    names: tuple[str, ...]
    chosen: str
    years: dict[int, MonthFigures]
    months: dict[date, MonthFigures]
    total: MonthFigures


@dataclass(frozen=True)
class OpenMonth:
    """One month with what every row has in it."""

    month: date
    figures: MonthFigures
    costs: list[tuple[BudgetLine, Decimal, str]]
    contributions: list[tuple[CoFinancingLine, Decimal, str]]
    by_beneficiary: dict[str, MonthFigures]


@dataclass(frozen=True)
class Compared:
    """One figure as it is and as it would be."""

    title: Sentence
    now: Decimal | None
    then: Decimal | None
    is_money: bool = True

    @property
    def change(self) -> Decimal | None:
        """Give the difference, or nothing when one of the two is unknown."""
        return None if self.now is None or self.then is None else self.then - self.now


def overview(application: Application, budget: Budget) -> Overview:
    """Give what the budget's own page shows."""
    result, lines = budget.result, budget.lines
    kinds = figures.cofinancing_kinds(application.form)
    amounts = [*kinds.values(), _("Tillsammans")]
    return Overview(
        kinds=kinds,
        totals={line.row_id: line.total for line in lines},
        contributed={line.row_id: line for line in budget.cofinancing},
        costs=explain_costs(result, lines, budget.rules),
        financing=explain_financing(result, budget.cofinancing, budget.rules),
        ratios=explain_ratios(result, budget.cofinancing, budget.rules),
        subs=[(sub, explain_sub_budget(sub, lines, budget.rules)) for sub in result.sub_budgets],
        givers=_givers(budget.cofinancing),
        giver_headings=[_("Från"), *((title, "num") for title in amounts)],
        companies=company_shares(application),
    )


def calendar(budget: Budget, chosen: str) -> Calendar:
    """Give the months of one beneficiary, or of all when none of that name is there."""
    monthly = budget.monthly
    months = monthly.by_beneficiary.get(chosen, monthly.total)
    names = tuple(monthly.by_beneficiary)
    return Calendar(names, chosen if chosen in names else "", by_year(months), months, add_up(months.values()))


def open_month(budget: Budget, text: str) -> OpenMonth | None:
    """Give a month that is written as 2027-03, if the budget has it."""
    found = _MONTH.fullmatch(text)
    month = next((day for day in budget.monthly.months if found and f"{day:%Y-%m}" == text), None)
    if month is None:
        return None
    return OpenMonth(
        month,
        budget.monthly.total[month],
        _parts(budget.lines, budget, month),
        _parts(budget.cofinancing, budget, month),
        {name: months[month] for name, months in budget.monthly.by_beneficiary.items()},
    )


def compare(now: BudgetResult, then: BudgetResult) -> list[Compared]:
    """Set the figures of two budgets side by side."""
    money = (
        (N_("Personal (P)"), "personnel"),
        (N_("Schablon (I)"), "flat_rate_cost"),
        (N_("Övriga kostnader"), "other_costs"),
        (N_("Projektets kostnad (D)"), "direct_cost"),
        (N_("Deltagarnas tid och annat än pengar (W)"), "in_kind"),
        (N_("Total kostnad (T)"), "total_cost"),
        (N_("Medfinansiering (C)"), "cofinancing"),
        (N_("Projektägarens del (K)"), "owner_share"),
        (N_("Sökt stöd (S)"), "support"),
        (N_("Kostnad per deltagare"), "cost_per_participant"),
        (N_("Kostnad per deltagartimme"), "cost_per_hour"),
    )
    counts = (
        (N_("Deltagare"), "participants"),
        (N_("Deltagartimmar i budgeten"), "participant_hours"),
        (N_("Saknade timmar tills projektägaren inte behöver betala"), "hours_missing"),
    )
    return [
        *(Compared(Sentence(title), getattr(now, name), getattr(then, name)) for title, name in money),
        *(Compared(Sentence(title), getattr(now, name), getattr(then, name), is_money=False) for title, name in counts),
    ]


def _parts(lines: Sequence[_Line], budget: Budget, month: date) -> list[tuple[_Line, Decimal, str]]:
    rows = []
    for line in lines:
        period = line.period or budget.period
        share = period.share_of(month)
        if share:
            amount = spread(line.total, period).get(month, Decimal(0))
            rows.append((line, amount, f"{_number(share)} / {_number(period.length)}"))
    return rows


def _number(count: Fraction) -> str:
    """Write a number of months with at most two decimals."""
    return f"{float(count):.2f}".rstrip("0").rstrip(".").replace(".", ",")


def _givers(cofinancing: Sequence[CoFinancingLine]) -> list[tuple[str, dict[str, Decimal], Decimal]]:
    """Give what everybody contributes, by kind and together."""
    found: dict[str, dict[str, Decimal]] = {}
    for line in cofinancing:
        kinds = found.setdefault(line.actor, {})
        kinds[line.kind] = kinds.get(line.kind, Decimal("0.00")) + line.total
    return [(name, kinds, sum(kinds.values(), Decimal("0.00"))) for name, kinds in sorted(found.items())]
