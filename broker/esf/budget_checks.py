"""The template's checks b1 to b7 on a computed budget, each with a sentence that says what to do."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import replace
from decimal import Decimal

from broker.esf.amounts import as_hours, as_kr, as_number, as_percent, to_ore
from broker.esf.budget_lines import (
    PARTICIPANTS,
    PERSONNEL,
    BudgetLine,
    BudgetResult,
    BudgetRules,
    CheckResult,
    CoFinancingLine,
    ProjectPlan,
)
from broker.esf.check_names import NAMES

# None while the budget holds nothing that the check is about.
_Answer = tuple[bool | None, str]


def check_budget(
    result: BudgetResult,
    lines: Sequence[BudgetLine],
    cofinancing: Sequence[CoFinancingLine],
    rules: BudgetRules,
    plan: ProjectPlan,
) -> BudgetResult:
    """Give the same result with the checks filled in."""
    answers = {
        "b1": _share_is_exact(result, rules),
        "b2": _owner_share_is_not_negative(result),
        "b3": _other_costs_are_allowed(result, lines, rules),
        "b4": _months_fit(rules, plan),
        "b5": _hours_fit_the_year(lines, rules, plan),
        "b6": _hours_are_committed(cofinancing, rules, plan),
        "b7": _prices_come_from_the_call(lines, cofinancing, rules),
    }
    checks = tuple(
        CheckResult(check_id, rules.levels.get(check_id, "stop"), *answer, NAMES[check_id])
        for check_id, answer in answers.items()
    )
    return replace(result, checks=checks)


def _share_is_exact(result: BudgetResult, rules: BudgetRules) -> _Answer:
    if result.total_cost <= 0:
        return False, "Lägg in projektets kostnader, så räknas medfinansieringens andel ut."
    carried = result.owner_share if result.planned_owner_share is None else result.planned_owner_share
    share = (result.in_kind + carried) / result.total_cost
    wanted = as_percent(rules.cofinancing_rate)
    if abs(share - rules.cofinancing_rate) <= rules.share_tolerance:
        return True, f"Medfinansieringen är {wanted} av den totala kostnaden, som utlysningen kräver."
    difference = to_ore(result.owner_share - carried)
    verb = "Öka" if difference > 0 else "Minska"
    return False, (
        f"Medfinansieringen är {as_percent(share)} men utlysningen kräver {wanted}. "
        f"{verb} kontanta pengar eller egen andel med {as_kr(abs(difference))}."
    )


def _owner_share_is_not_negative(result: BudgetResult) -> _Answer:
    if result.total_cost <= 0:
        return None, "Lägg in projektets kostnader, så räknas projektägarens andel ut."
    if result.owner_share >= 0:
        return (
            True,
            f"Projektägaren behöver bära {as_kr(result.owner_share)} utöver bidragen i annat än pengar.",
        )
    highest = to_ore(result.cofinancing_rate * result.direct_cost / (1 - result.cofinancing_rate))
    return False, (
        f"För mycket bidrag i annat än pengar: sänk det från {as_kr(result.in_kind)} till högst {as_kr(highest)}."
    )


def _other_costs_are_allowed(result: BudgetResult, lines: Sequence[BudgetLine], rules: BudgetRules) -> _Answer:
    if not lines:
        return None, "Lägg in projektets kostnader, så jämförs de med utlysningens budgetmodell."
    if rules.other_costs_allowed or rules.flat_rate is None or not result.other_costs:
        return True, "Kostnadsslagen stämmer med utlysningens budgetmodell."
    return False, (
        f"Ta bort övriga direkta kostnader, {as_kr(result.other_costs)}: i modellen ”{rules.model_name}” "
        f"täcker schablonen på {as_percent(rules.flat_rate)} dem."
    )


def _months_fit(rules: BudgetRules, plan: ProjectPlan) -> _Answer:
    if 0 < plan.months <= rules.max_months:
        return True, f"Projektet är {plan.months} månader, högst {rules.max_months} är tillåtet."
    return (
        False,
        f"Sätt projektets längd till mellan 1 och {rules.max_months} månader; nu är den {plan.months}.",
    )


def _hours_fit_the_year(lines: Sequence[BudgetLine], rules: BudgetRules, plan: ProjectPlan) -> _Answer:
    if not lines:
        return None, "Lägg in projektets kostnader, så jämförs personalens timmar med ett helt år."
    limit = rules.hours_per_year * plan.months / 12
    over = [title for title, hours in _hours_per_person(lines) if hours > limit]
    if not over:
        return True, f"Ingen har mer än {as_number(rules.hours_per_year, 0)} timmar per år."
    return False, (
        f"Sänk timmarna eller ange fler personer för {', '.join(over)}: en person får ha högst "
        f"{as_number(rules.hours_per_year, 0)} timmar per år, "
        f"{as_hours(to_ore(limit))} på {plan.months} månader."
    )


def _hours_per_person(lines: Sequence[BudgetLine]) -> Iterator[tuple[str, Decimal]]:
    """Give title and hours per person of each role; lines that share a staff id are one role."""
    roles: dict[str, list[BudgetLine]] = defaultdict(list)
    for number, line in enumerate(lines):
        if line.cost_type == PERSONNEL and line.hours:
            roles[line.staff_id or f"line {number}"].append(line)
    for role in roles.values():
        hours = sum((line.hours or Decimal(0) for line in role), Decimal(0))
        yield min(line.title for line in role), hours / max(line.persons for line in role)


def _hours_are_committed(cofinancing: Sequence[CoFinancingLine], rules: BudgetRules, plan: ProjectPlan) -> _Answer:
    needed = sum((line.hours or Decimal(0) for line in cofinancing if line.kind == PARTICIPANTS), Decimal(0))
    if not cofinancing and rules.cofinancing_rate:
        return None, "Lägg in deltagarnas timmar som medfinansiering, så jämförs de med åtagandena."
    if plan.committed_hours >= needed:
        return True, f"Företagens åtaganden täcker {as_hours(needed)} i budgeten."
    return False, (
        f"Skaffa åtaganden för ytterligare {as_hours(needed - plan.committed_hours)}: budgeten räknar med "
        f"{as_hours(needed)} men företagen har åtagit sig {as_hours(plan.committed_hours)}."
    )


def _prices_come_from_the_call(
    lines: Sequence[BudgetLine], cofinancing: Sequence[CoFinancingLine], rules: BudgetRules
) -> _Answer:
    priced: list[BudgetLine | CoFinancingLine] = [line for line in lines if line.cost_type == PERSONNEL]
    priced += [line for line in cofinancing if line.kind == PARTICIPANTS]
    if not (lines or cofinancing):
        return None, "Lägg in projektets kostnader, så jämförs priserna med utlysningens tabell."
    foreign = [
        line.title
        for line in priced
        if line.unit_cost is None or line.amount is not None or rules.unit_costs.get(line.rate_id) != line.unit_cost
    ]
    if not foreign:
        return True, "Alla enhetskostnader är hämtade ur utlysningens tabell."
    return False, f"Välj enhetskostnad ur utlysningens tabell för {', '.join(sorted(set(foreign)))}."
