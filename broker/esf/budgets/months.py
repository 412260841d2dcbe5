"""The budget by month: what each beneficiary spends when, and what companies bring."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from datetime import date
from decimal import Decimal
from itertools import groupby

from broker.esf.budgets.amounts import to_ore
from broker.esf.budgets.lines import PERSONNEL, REVENUE, BudgetLine, BudgetRules, CoFinancingLine
from broker.esf.budgets.spreading import Period, spread

_NOTHING = Decimal("0.00")


@dataclass(frozen=True)
class MonthFigures:
    """What is spent and brought in one month or year; the letters are those of the template's formulas."""

    personnel: Decimal = _NOTHING  # P
    flat_rate_cost: Decimal = _NOTHING  # I
    other_costs: Decimal = _NOTHING
    revenue: Decimal = _NOTHING
    in_kind: Decimal = _NOTHING  # W
    cash: Decimal = _NOTHING

    @property
    def direct_cost(self) -> Decimal:
        """Give D: what it costs the beneficiaries."""
        return self.personnel + self.flat_rate_cost + self.other_costs - self.revenue

    @property
    def total_cost(self) -> Decimal:
        """Give T: what it costs with what companies and others bring."""
        return self.direct_cost + self.in_kind

    def __add__(self, other: "MonthFigures") -> "MonthFigures":
        """Add two months."""
        names = [field.name for field in fields(self)]
        return MonthFigures(*(getattr(self, name) + getattr(other, name) for name in names))


@dataclass(frozen=True)
class MonthRow:
    """One month of one beneficiary, or of all together where no beneficiary is named."""

    beneficiary: str
    month: date
    figures: MonthFigures


@dataclass(frozen=True)
class MonthlyBudget:
    """A budget spread over its months, by beneficiary and together."""

    months: tuple[date, ...]
    by_beneficiary: dict[str, dict[date, MonthFigures]]
    total: dict[date, MonthFigures]

    @property
    def years(self) -> dict[int, MonthFigures]:
        """Give the months of every calendar year together."""
        return by_year(self.total)

    @property
    def rows(self) -> tuple[MonthRow, ...]:
        """Give the months as rows: each beneficiary's, and then those of all together."""
        every = {**self.by_beneficiary, "": self.total}
        return tuple(MonthRow(name, month, months[month]) for name, months in every.items() for month in months)


def by_year(months: dict[date, MonthFigures]) -> dict[int, MonthFigures]:
    """Add the months of every calendar year."""
    return {
        year: add_up(months[month] for month in same) for year, same in groupby(months, key=lambda month: month.year)
    }


def add_up(figures: Iterable[MonthFigures]) -> MonthFigures:
    """Add any number of months."""
    return sum(figures, MonthFigures())


def compute_months(
    lines: Sequence[BudgetLine],
    cofinancing: Sequence[CoFinancingLine],
    rules: BudgetRules,
    *,
    project: Period,
    cash_kinds: frozenset[str] = frozenset({"kontant"}),
) -> MonthlyBudget:
    """Spread a budget over months; the months of a beneficiary add up to its sub-budget, and they to the whole.

    A line without days of its own lies in the project's period. What the flat rate has come to up to the end of a
    month is the rate on the personnel up to then, so that it adds up to the flat rate on the whole.
    """
    whole = project
    every: list[BudgetLine | CoFinancingLine] = [*lines, *cofinancing]
    for line in every:
        whole = whole.joined(line.period or project)
    names = sorted({line.beneficiary for line in lines})
    by_beneficiary = {
        name: _months_of([line for line in lines if line.beneficiary == name], rules, project, whole.months)
        for name in names
    }
    in_kind = _sums([line for line in cofinancing if line.kind in rules.adds_to_total], project)
    cash = _sums([line for line in cofinancing if line.kind in cash_kinds], project)
    total = {
        month: add_up(
            [
                *(rows[month] for rows in by_beneficiary.values()),
                MonthFigures(in_kind=in_kind.get(month, _NOTHING), cash=cash.get(month, _NOTHING)),
            ]
        )
        for month in whole.months
    }
    return MonthlyBudget(whole.months, by_beneficiary, total)


def _months_of(
    lines: Sequence[BudgetLine], rules: BudgetRules, project: Period, months: Sequence[date]
) -> dict[date, MonthFigures]:
    personnel = _sums([line for line in lines if line.cost_type == PERSONNEL], project)
    revenue = _sums([line for line in lines if line.cost_type == REVENUE], project)
    other = _sums([line for line in lines if line.cost_type not in (PERSONNEL, REVENUE)], project)
    found, so_far, flat_so_far = {}, _NOTHING, _NOTHING
    for month in months:
        so_far += personnel.get(month, _NOTHING)
        reached = to_ore((rules.flat_rate or _NOTHING) * so_far)
        found[month] = MonthFigures(
            personnel=personnel.get(month, _NOTHING),
            flat_rate_cost=reached - flat_so_far,
            other_costs=other.get(month, _NOTHING),
            revenue=revenue.get(month, _NOTHING),
        )
        flat_so_far = reached
    return found


def _sums(lines: Sequence[BudgetLine | CoFinancingLine], project: Period) -> dict[date, Decimal]:
    sums: dict[date, Decimal] = {}
    for line in lines:
        for month, amount in spread(line.total, line.period or project).items():
            sums[month] = sums.get(month, _NOTHING) + amount
    return sums
