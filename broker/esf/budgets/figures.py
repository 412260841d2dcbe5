"""The budget of an application: its rows as lines of the template's arithmetic, and what they come to."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cached_property
from typing import Any

from broker.esf.application import Application
from broker.esf.budgets.arithmetic import (
    BudgetLine,
    BudgetRefusedError,
    BudgetResult,
    BudgetRules,
    CoFinancingLine,
    ProjectPlan,
    compute_budget,
    read_budget_rules,
)
from broker.esf.budgets.lines import PARTICIPANTS, PERSONNEL
from broker.esf.budgets.liquidity import Liquidity, PaymentRules, compute_liquidity, read_payment_rules
from broker.esf.budgets.models import BudgetRow, CoFinancingRow
from broker.esf.budgets.months import MonthlyBudget, compute_months
from broker.esf.budgets.spreading import Period, full_time_hours
from broker.reference.queries import text_of


@dataclass(frozen=True)
class Budget:
    """The lines of a budget with their result; a budget that cannot be computed says why instead."""

    rules: BudgetRules
    lines: tuple[BudgetLine, ...]
    cofinancing: tuple[CoFinancingLine, ...]
    plan: ProjectPlan
    period: Period
    result: BudgetResult

    @cached_property
    def monthly(self) -> MonthlyBudget:
        """Give the same budget by month."""
        return compute_months(self.lines, self.cofinancing, self.rules, project=self.period)


def compute(application: Application) -> Budget:
    """Compute the budget of an application, or raise BudgetRefusedError."""
    rules = budget_rules(application)
    lines, cofinancing = budget_lines(application), cofinancing_lines(application)
    plan = ProjectPlan(
        months=application.project.months,
        participants=application.participants,
        committed_hours=application.committed_hours,
        companies=len({row.company_id for row in application.brought}),
    )
    result = compute_budget(lines, cofinancing, rules, plan=plan)
    return Budget(rules, lines, cofinancing, plan, project_period(application), result)


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
    return replace(rules, flat_rate=call.flat_rate, is_flat_rate_of_call=True) if is_named else rules


def budget_lines(application: Application) -> tuple[BudgetLine, ...]:
    """Give the costs as lines; a price always comes from the call."""
    prices = application.call.prices
    return tuple(
        BudgetLine(
            beneficiary=actor.name,
            cost_type=row.cost_type,
            title=row.title,
            hours=hours_of(row, application) if row.cost_type == PERSONNEL else None,
            unit_cost=prices.get(row.rate_id or "") if row.cost_type == PERSONNEL else None,
            amount=None if row.cost_type == PERSONNEL else row.amount_kr,
            rate_id=row.rate_id or "",
            staff_id=f"row {row.id}",
            persons=row.persons,
            share=row.share if row.cost_type == PERSONNEL else None,
            starts_on=period_of(row, application).starts_on,
            ends_on=period_of(row, application).ends_on,
            row_id=row.id,
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
            actor=row.given_by,
            hours=participant_hours_of(row, application) if row.kind == PARTICIPANTS else None,
            unit_cost=price if row.kind == PARTICIPANTS else None,
            amount=None if row.kind == PARTICIPANTS else row.amount_kr,
            rate_id=PARTICIPANTS if row.kind == PARTICIPANTS else "",
            starts_on=period_of(row, application).starts_on,
            ends_on=period_of(row, application).ends_on,
            row_id=row.id,
            follows_groups=row.follows_groups,
        )
        for row in application.cofinancing
    )


def project_period(application: Application) -> Period:
    """Give the days of the project."""
    return Period(application.project.starts_on, application.project.ends_on)


def period_of(row: BudgetRow | CoFinancingRow, application: Application) -> Period:
    """Give the days of a row: its own, or else its activity's, or else the project's."""
    activity = next((found for found in application.activities if found.id == row.activity_id), None)
    starts_on = row.starts_on or (activity.starts_on if activity else None) or application.project.starts_on
    ends_on = row.ends_on or (activity.ends_on if activity else None) or application.project.ends_on
    return Period(starts_on, max(starts_on, ends_on))


def hours_of(row: BudgetRow, application: Application) -> Decimal | None:
    """Give the hours of a role: as they were written, or its share of full time over its days."""
    if row.share is None:
        return row.hours
    year = budget_rules(application).hours_per_year
    return full_time_hours(period_of(row, application), year, row.share, row.persons)


def participant_hours_of(row: CoFinancingRow, application: Application) -> Decimal | None:
    """Give participants' hours: as they were written, or those of the groups that the project meets."""
    if not row.follows_groups:
        return row.hours
    followed = [need for need in application.brought if row.activity_id in (None, need.activity_id)]
    return Decimal(sum(need.participant_hours for need in followed))


def outside_the_project(budget: Budget) -> list[BudgetLine | CoFinancingLine]:
    """List the lines whose days are not within the project's."""
    every: list[BudgetLine | CoFinancingLine] = [*budget.lines, *budget.cofinancing]
    return [line for line in every if line.period and line.period.joined(budget.period) != budget.period]


def cost_types(form: Mapping[str, Any]) -> dict[str, str]:
    """Give the title of every cost type; a lump sum is a type of its own, called as its model."""
    titles = {row["id"]: text_of(row, "title") for row in form["budget"]["cost_types"]}
    lumps = [row for row in form["budget"]["models"] if row["flat_rate_on_personnel"] is None]
    return titles | {row["id"]: text_of(row, "name") for row in lumps}


def offered_cost_types(form: Mapping[str, Any], model: str) -> dict[str, str]:
    """Give the cost types that can be written under a budget model; a flat rate is computed and never written."""
    titles = cost_types(form)
    fitting = [
        row["id"]
        for row in form["budget"]["cost_types"]
        if model in row["models"] and row["unit"] != "percent_of_personal"
    ]
    is_lump = any(row["id"] == model and row["flat_rate_on_personnel"] is None for row in form["budget"]["models"])
    return {key: titles[key] for key in ([model] if is_lump else fitting)}


def cofinancing_kinds(form: Mapping[str, Any]) -> dict[str, str]:
    """Give the title of every kind of co-financing."""
    return {row["id"]: text_of(row, "title") for row in form["budget"]["cofinancing_kinds"]}


def payment_rules(application: Application) -> PaymentRules:
    """Read when support is paid, from the form."""
    return read_payment_rules(application.form["budget"])


def liquidity(application: Application, budget: Budget) -> Liquidity:
    """Give what the beneficiaries have in hand by month, by the rules of payment in the form."""
    is_lump = budget.rules.flat_rate is None
    return compute_liquidity(budget.monthly, budget.result.support, payment_rules(application), is_lump=is_lump)
