"""The budget's arithmetic by the template's formulas: costs, co-financing, support, and missing hours."""

from collections.abc import Iterable, Sequence
from decimal import ROUND_DOWN, Decimal

from broker.esf.budgets.amounts import ORE, to_ore
from broker.esf.budgets.checks import check_budget
from broker.esf.budgets.lines import (
    PARTICIPANTS,
    PERSONNEL,
    REVENUE,
    BudgetLine,
    BudgetRefusedError,
    BudgetResult,
    BudgetRules,
    CheckResult,
    CoFinancingLine,
    ProjectPlan,
    SubBudget,
    read_budget_rules,
)
from broker.sentences import N_, Sentence

__all__ = [
    "BudgetLine",
    "BudgetRefusedError",
    "BudgetResult",
    "BudgetRules",
    "CheckResult",
    "CoFinancingLine",
    "ProjectPlan",
    "SubBudget",
    "compute_budget",
    "read_budget_rules",
]

# Sums stay exact in the 28 digits of Decimal as long as every line is below this.
_LARGEST = Decimal(10) ** 15


def compute_budget(
    lines: Sequence[BudgetLine],
    cofinancing: Sequence[CoFinancingLine],
    rules: BudgetRules,
    *,
    plan: ProjectPlan,
) -> BudgetResult:
    """Compute a budget with its sub-budgets and checks, or raise BudgetRefusedError."""
    _refuse_impossible(lines, cofinancing, rules)
    subs = _sub_budgets(lines, rules)
    direct = _sum(sub.direct_cost for sub in subs)
    adding = [line for line in cofinancing if line.kind in rules.adds_to_total]
    planned = [line for line in cofinancing if line.kind not in rules.adds_to_total]
    in_kind = _sum(line.total for line in adding)
    total = direct + in_kind
    shown = to_ore(rules.cofinancing_rate * total)
    hours, price = _participant_hours(cofinancing, rules)
    missing = _hours_missing(direct, in_kind, price, rules)
    result = BudgetResult(
        model_name=str(rules.model_words),
        flat_rate=rules.flat_rate or Decimal(0),
        cofinancing_rate=rules.cofinancing_rate,
        personnel=_sum(sub.personnel for sub in subs),
        flat_rate_cost=_sum(sub.flat_rate_cost for sub in subs),
        other_costs=_sum(sub.other_costs for sub in subs),
        revenue=_sum(sub.revenue for sub in subs),
        direct_cost=direct,
        in_kind=in_kind,
        total_cost=total,
        cofinancing=shown,
        owner_share=shown - in_kind,
        support=total - shown,
        planned_owner_share=_sum(line.total for line in planned) if planned else None,
        participants=plan.participants,
        participant_hours=hours,
        hours_needed=None if missing is None else hours + missing,
        hours_missing=missing,
        cost_per_participant=to_ore(total / plan.participants) if plan.participants else None,
        cost_per_hour=to_ore(total / hours) if hours else None,
        sub_budgets=subs,
        checks=(),
    )
    return check_budget(result, lines, cofinancing, rules, plan)


def _refuse_impossible(lines: Sequence[BudgetLine], cofinancing: Sequence[CoFinancingLine], rules: BudgetRules) -> None:
    if not 0 <= rules.cofinancing_rate < 1:
        raise BudgetRefusedError(
            Sentence(N_("Ange utlysningens medfinansiering som en andel från 0 upp till men inte med 1."))
        )
    every: list[BudgetLine | CoFinancingLine] = [*lines, *cofinancing]
    for line in every:
        numbers = [number for number in (line.hours, line.unit_cost, line.amount) if number is not None]
        if any(not number.is_finite() or not 0 <= number < _LARGEST for number in numbers):
            raise BudgetRefusedError(
                Sentence(
                    N_("Skriv timmar, pris och belopp utan minustecken på raden ”%(title)s”."), {"title": line.title}
                )
            )
        if line.total >= _LARGEST:
            raise BudgetRefusedError(
                Sentence(N_("Skriv ett rimligt belopp på raden ”%(title)s”."), {"title": line.title})
            )
    for cost in lines:
        _refuse_cost(cost, rules)


def _refuse_cost(line: BudgetLine, rules: BudgetRules) -> None:
    if line.cost_type in rules.computed_types:
        raise BudgetRefusedError(
            Sentence(N_("Ta bort raden ”%(title)s”: schablonen räknas ut ur personalkostnaden."), {"title": line.title})
        )
    if line.persons < 1:
        raise BudgetRefusedError(Sentence(N_("Ange minst en person på raden ”%(title)s”."), {"title": line.title}))
    if line.cost_type == PERSONNEL and rules.flat_rate is None:
        raise BudgetRefusedError(
            Sentence(
                N_(
                    "%(model)s har inga personalkostnader. Ta bort personalraderna och lägg in "
                    "utlysningens belopp som en rad, eller välj en budgetmodell med enhetskostnader."
                ),
                {"model": rules.model_words},
            )
        )


def _sub_budgets(lines: Sequence[BudgetLine], rules: BudgetRules) -> tuple[SubBudget, ...]:
    names = sorted({line.beneficiary for line in lines})
    return tuple(_sub_budget(name, [line for line in lines if line.beneficiary == name], rules) for name in names)


def _sub_budget(name: str, lines: Sequence[BudgetLine], rules: BudgetRules) -> SubBudget:
    personnel = _sum(line.total for line in lines if line.cost_type == PERSONNEL)
    revenue = _sum(line.total for line in lines if line.cost_type == REVENUE)
    other = _sum(line.total for line in lines if line.cost_type not in (PERSONNEL, REVENUE))
    flat = to_ore((rules.flat_rate or Decimal(0)) * personnel)
    return SubBudget(name, personnel, flat, other, revenue, personnel + flat + other - revenue)


def _participant_hours(cofinancing: Sequence[CoFinancingLine], rules: BudgetRules) -> tuple[Decimal, Decimal | None]:
    """Give the participants' hours and average price, or the call's price when there are no hours yet."""
    taking_part = [line for line in cofinancing if line.kind == PARTICIPANTS]
    hours = sum((line.hours or Decimal(0) for line in taking_part), Decimal(0))
    value = _sum(line.total for line in taking_part if line.hours)
    if hours and value:
        return hours, value / hours
    return hours, rules.unit_costs.get(PARTICIPANTS)


def _hours_missing(direct: Decimal, in_kind: Decimal, price: Decimal | None, rules: BudgetRules) -> Decimal | None:
    """Give the hours until the owner pays nothing, rounded down: one hour too many would make K negative."""
    if not price:
        return None
    wanted = rules.cofinancing_rate * direct / (1 - rules.cofinancing_rate)
    return max(Decimal(0), (wanted - in_kind) / price).quantize(ORE, rounding=ROUND_DOWN)


def _sum(amounts: Iterable[Decimal]) -> Decimal:
    return sum(amounts, Decimal("0.00"))
