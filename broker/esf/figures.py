"""The budget of an application: its rows as lines of the template's arithmetic, and what they come to."""

from dataclasses import dataclass, replace
from decimal import Decimal

from broker.esf.amounts import to_ore
from broker.esf.application import Application
from broker.esf.budget import (
    BudgetLine,
    BudgetRefusedError,
    BudgetResult,
    BudgetRules,
    CoFinancingLine,
    ProjectPlan,
    compute_budget,
    read_budget_rules,
)
from broker.esf.budget_lines import PARTICIPANTS, PERSONNEL


@dataclass(frozen=True)
class Budget:
    """The lines of a budget with their result; a budget that cannot be computed says why instead."""

    rules: BudgetRules
    lines: tuple[BudgetLine, ...]
    cofinancing: tuple[CoFinancingLine, ...]
    result: BudgetResult


def compute(application: Application) -> Budget:
    """Compute the budget of an application, or raise BudgetRefusedError."""
    rules = budget_rules(application)
    lines, cofinancing = budget_lines(application), cofinancing_lines(application)
    plan = ProjectPlan(
        months=application.project.months,
        participants=application.participants,
        committed_hours=application.committed_hours,
    )
    return Budget(rules, lines, cofinancing, compute_budget(lines, cofinancing, rules, plan=plan))


def find_budget(application: Application) -> Budget | None:
    """Give the computed budget, or nothing when the rows cannot be computed."""
    try:
        return compute(application)
    except BudgetRefusedError:
        return None


def budget_rules(application: Application) -> BudgetRules:
    """Read the rules of the call's budget model; a flat rate that the call names goes before the form's."""
    call = application.call
    rules = read_budget_rules(
        application.form["budget"],
        call.budget_model,
        cofinancing_rate=call.cofinancing_rate,
        unit_costs=call.prices,
        max_months=call.max_months,
    )
    is_named = call.flat_rate is not None and rules.flat_rate is not None
    return replace(rules, flat_rate=call.flat_rate) if is_named else rules


def budget_lines(application: Application) -> tuple[BudgetLine, ...]:
    """Give the costs as lines; a price always comes from the call."""
    prices = application.call.prices
    return tuple(
        BudgetLine(
            beneficiary=actor.name,
            cost_type=row.cost_type,
            title=row.title,
            hours=row.hours if row.cost_type == PERSONNEL else None,
            unit_cost=prices.get(row.rate_id or "") if row.cost_type == PERSONNEL else None,
            amount=None if row.cost_type == PERSONNEL else row.amount_kr,
            rate_id=row.rate_id or "",
            staff_id=f"row {row.id}",
            persons=row.persons,
        )
        for actor in application.actors
        for row in actor.budget_rows
    )


def cofinancing_lines(application: Application) -> tuple[CoFinancingLine, ...]:
    """Give the financing as lines; participants' hours at the call's price."""
    price = application.call.prices.get(PARTICIPANTS)
    return tuple(
        CoFinancingLine(
            kind=row.kind,
            title=row.title,
            actor=row.contributor or "",
            hours=row.hours if row.kind == PARTICIPANTS else None,
            unit_cost=price if row.kind == PARTICIPANTS else None,
            amount=None if row.kind == PARTICIPANTS else row.amount_kr,
            rate_id=PARTICIPANTS if row.kind == PARTICIPANTS else "",
        )
        for row in application.cofinancing
    )


def liquidity_need(application: Application, result: BudgetResult) -> tuple[Decimal, int]:
    """Give what must be paid before support comes, and for how many months.

    The claim may be sent some months after the month that it covers, and is paid some days later.
    """
    payment = application.form["budget"]["payment"]
    months = 1 + int(payment["claim_deadline_months"]) + -(-int(payment["days_to_payment"]) // 30)
    length = max(application.project.months, 1)
    return to_ore(result.direct_cost * min(months, length) / length), min(months, length)
