"""What a budget would come to if fewer companies came, if people were there less, or if prices were others."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from decimal import Decimal

from broker.esf.budgets.amounts import as_kr, to_ore
from broker.esf.budgets.arithmetic import compute_budget
from broker.esf.budgets.figures import Budget
from broker.esf.budgets.lines import PARTICIPANTS, PERSONNEL, REVENUE, BudgetLine, BudgetResult, CoFinancingLine

_WHOLE = Decimal(100)


@dataclass(frozen=True)
class WhatIf:
    """What is taken to be otherwise; changes are in per cent of what is planned."""

    fewer_companies: int = 0
    hours_change: Decimal = Decimal(0)
    staff_price_change: Decimal = Decimal(0)
    participant_price_change: Decimal = Decimal(0)


@dataclass(frozen=True)
class CostReckoned:
    """What one cost other than personnel would come to when companies drop out, and how that is reckoned."""

    title: str
    now: Decimal
    then: Decimal
    staying: int
    companies: int
    follows: bool

    @property
    def numbers(self) -> str:
        """Give the arithmetic of a cost that follows the participants, or nothing for one that stays."""
        return f"{as_kr(self.now)} × {self.staying} / {self.companies}" if self.follows else ""


def compute_if(budget: Budget, change: WhatIf, following: Collection[int] = ()) -> BudgetResult:
    """Give what the budget would come to; nothing is saved.

    Companies that do not come take along their mean share of the participants, of their hours, of what has been
    promised, and of the rows (by their keys) whose price is for each participant. A price for a group stays: it is
    paid for whoever comes. Prices that change are still taken to be the call's.
    """
    companies = budget.plan.companies
    staying = _staying(budget, change)
    lines = [_cost(line, change, staying if line.row_id in following else Decimal(1)) for line in budget.lines]
    cofinancing = [_contribution(line, staying, change) for line in budget.cofinancing]
    plan = replace(
        budget.plan,
        participants=int((budget.plan.participants * staying).to_integral_value()),
        committed_hours=to_ore(budget.plan.committed_hours * staying * _factor(change.hours_change)),
        companies=max(companies - change.fewer_companies, 0),
    )
    prices = {
        rate: to_ore(price * _factor(_price_change(rate, change))) for rate, price in budget.rules.unit_costs.items()
    }
    rules = replace(budget.rules, unit_costs=prices)
    return compute_budget(lines, cofinancing, rules, plan=plan)


def reckon_costs(budget: Budget, change: WhatIf, following: Collection[int]) -> list[CostReckoned]:
    """Give how each cost that is neither personnel nor revenue changes when companies drop out."""
    companies, staying = budget.plan.companies, _staying(budget, change)
    left = max(companies - change.fewer_companies, 0)
    rows = [line for line in budget.lines if line.cost_type not in (PERSONNEL, REVENUE)]
    return [
        CostReckoned(
            line.title,
            line.total,
            _cost(line, change, staying if line.row_id in following else Decimal(1)).total,
            left,
            companies,
            line.row_id in following,
        )
        for line in rows
    ]


def _staying(budget: Budget, change: WhatIf) -> Decimal:
    companies = budget.plan.companies
    return Decimal(max(companies - change.fewer_companies, 0)) / companies if companies else Decimal(1)


def _cost(line: BudgetLine, change: WhatIf, share: Decimal) -> BudgetLine:
    if line.amount is not None:
        return replace(line, amount=to_ore(line.amount * share))
    if line.cost_type != PERSONNEL or line.unit_cost is None:
        return line
    return replace(line, unit_cost=to_ore(line.unit_cost * _factor(change.staff_price_change)))


def _contribution(line: CoFinancingLine, staying: Decimal, change: WhatIf) -> CoFinancingLine:
    if line.kind != PARTICIPANTS or line.hours is None or line.unit_cost is None:
        return line
    return replace(
        line,
        hours=to_ore(line.hours * staying * _factor(change.hours_change)),
        unit_cost=to_ore(line.unit_cost * _factor(change.participant_price_change)),
    )


def _price_change(rate: str, change: WhatIf) -> Decimal:
    return change.participant_price_change if rate == PARTICIPANTS else change.staff_price_change


def _factor(change: Decimal) -> Decimal:
    return (_WHOLE + change) / _WHOLE
