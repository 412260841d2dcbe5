"""What a budget would come to if fewer companies came, if people were there less, or if prices were others."""

from dataclasses import dataclass, replace
from decimal import Decimal

from broker.esf.budgets.amounts import to_ore
from broker.esf.budgets.arithmetic import compute_budget
from broker.esf.budgets.figures import Budget
from broker.esf.budgets.lines import PARTICIPANTS, PERSONNEL, BudgetLine, BudgetResult, CoFinancingLine

_WHOLE = Decimal(100)


@dataclass(frozen=True)
class WhatIf:
    """What is taken to be otherwise; changes are in per cent of what is planned."""

    fewer_companies: int = 0
    hours_change: Decimal = Decimal(0)
    staff_price_change: Decimal = Decimal(0)
    participant_price_change: Decimal = Decimal(0)


def compute_if(budget: Budget, change: WhatIf) -> BudgetResult:
    """Give what the budget would come to; nothing is saved.

    Companies that do not come take along their mean share of the participants, of their hours and of what has been
    promised. What the training costs stays: a course is paid for whoever comes. Prices that change are still taken to
    be the call's.
    """
    companies = budget.plan.companies
    staying = Decimal(max(companies - change.fewer_companies, 0)) / companies if companies else Decimal(1)
    lines = [_cost(line, change) for line in budget.lines]
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


def _cost(line: BudgetLine, change: WhatIf) -> BudgetLine:
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
