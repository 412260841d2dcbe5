"""The template's checks b1 to b7 on a computed budget, each with a sentence that says what to do."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction

from broker.esf.budgets.amounts import as_count, as_kr, as_number, as_percent, to_ore
from broker.esf.budgets.lines import (
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
from broker.sentences import N_, Sentence

# Hours are rounded to hundredths before they are compared.
_ROUNDED = Decimal("0.01")
# None while the budget holds nothing that the check is about.
_Answer = tuple[bool | None, Sentence]


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
        "b2": _rest_is_carried(result),
        "b3": _other_costs_are_allowed(result, lines, rules),
        "b4": _months_fit(rules, plan),
        "b5": _hours_fit_the_year(lines, rules, plan),
        "b6": _hours_are_committed(cofinancing, plan),
        "b7": _prices_come_from_the_call(lines, cofinancing, rules),
    }
    checks = tuple(
        CheckResult(check_id, _level(check_id, result, rules), *answer, NAMES[check_id])
        for check_id, answer in answers.items()
    )
    return replace(result, checks=checks)


def _share_is_exact(result: BudgetResult, rules: BudgetRules) -> _Answer:
    if result.total_cost <= 0:
        return False, Sentence(N_("Lägg in projektets kostnader, så räknas medfinansieringens andel ut."))
    carried = result.owner_share if result.planned_owner_share is None else result.planned_owner_share
    share = (result.in_kind + carried) / result.total_cost
    wanted = as_percent(rules.cofinancing_rate)
    if abs(share - rules.cofinancing_rate) <= rules.share_tolerance:
        return True, Sentence(
            N_("Medfinansieringen är %(wanted)s av den totala kostnaden, som utlysningen kräver."), {"wanted": wanted}
        )
    difference = to_ore(result.owner_share - carried)
    text = (
        N_(
            "Medfinansieringen är %(share)s men utlysningen kräver %(wanted)s. "
            "Öka kontanta pengar eller egen andel med %(difference)s."
        )
        if difference > 0
        else N_(
            "Medfinansieringen är %(share)s men utlysningen kräver %(wanted)s. "
            "Minska kontanta pengar eller egen andel med %(difference)s."
        )
    )
    return False, (
        Sentence(
            text,
            {"share": as_percent(share), "wanted": wanted, "difference": as_kr(abs(difference))},
        )
    )


def _level(check_id: str, result: BudgetResult, rules: BudgetRules) -> str:
    # The template stops a share below zero; that nobody is named for the rest is ours to remind of.
    if check_id == "b2" and result.owner_share >= 0:
        return "warn"
    return rules.levels.get(check_id, "stop")


def _rest_is_carried(result: BudgetResult) -> _Answer:
    if result.total_cost <= 0:
        return None, Sentence(N_("Lägg in projektets kostnader, så räknas projektägarens andel ut."))
    left = result.owner_share - (result.planned_owner_share or 0)
    if left > 0:
        return False, Sentence(
            N_(
                "Någon ska bära %(left)s utöver bidragen i annat än pengar. Lägg in från vem som medfinansiering: "
                "projektägarens andel eller kontanta pengar."
            ),
            {"left": as_kr(left)},
        )
    if result.owner_share > 0:
        return True, Sentence(
            N_("De %(owner_share)s som ska bäras utöver bidragen i annat än pengar står i medfinansieringen."),
            {"owner_share": as_kr(result.owner_share)},
        )
    if result.owner_share == 0:
        return True, Sentence(N_("Bidragen i annat än pengar täcker medfinansieringen. Ingen behöver bära något mer."))
    highest = to_ore(result.cofinancing_rate * result.direct_cost / (1 - result.cofinancing_rate))
    return False, (
        Sentence(
            N_("För mycket bidrag i annat än pengar: sänk det från %(in_kind)s till högst %(highest)s."),
            {"in_kind": as_kr(result.in_kind), "highest": as_kr(highest)},
        )
    )


def _other_costs_are_allowed(result: BudgetResult, lines: Sequence[BudgetLine], rules: BudgetRules) -> _Answer:
    if not lines:
        return None, Sentence(N_("Lägg in projektets kostnader, så jämförs de med utlysningens budgetmodell."))
    if rules.other_costs_allowed or rules.flat_rate is None or not result.other_costs:
        return True, Sentence(N_("Kostnadsslagen stämmer med utlysningens budgetmodell."))
    return False, (
        Sentence(
            N_(
                "Ta bort övriga direkta kostnader, %(other_costs)s: i modellen ”%(model)s” "
                "täcker schablonen på %(flat_rate)s dem."
            ),
            {
                "other_costs": as_kr(result.other_costs),
                "model": rules.model_words,
                "flat_rate": as_percent(rules.flat_rate),
            },
        )
    )


def _months_fit(rules: BudgetRules, plan: ProjectPlan) -> _Answer:
    if 0 < plan.months <= rules.max_months:
        return True, Sentence(
            N_("Projektet är %(months)s månader, högst %(max_months)s är tillåtet."),
            {"months": plan.months, "max_months": rules.max_months},
        )
    return (
        False,
        Sentence(
            N_("Sätt projektets längd till mellan 1 och %(max_months)s månader; nu är den %(months)s."),
            {"max_months": rules.max_months, "months": plan.months},
        ),
    )


def _hours_fit_the_year(lines: Sequence[BudgetLine], rules: BudgetRules, plan: ProjectPlan) -> _Answer:
    roles = list(_hours_per_person(lines, rules, plan))
    if not roles:
        return None, Sentence(N_("Lägg in projektets kostnader, så jämförs personalens timmar med ett helt år."))
    over = [role for role in roles if role.hours > role.limit + _ROUNDED]
    if not over:
        return True, Sentence(
            N_("Ingen har mer än %(hours_per_year)s timmar per år."),
            {"hours_per_year": as_number(rules.hours_per_year, 0)},
        )
    return False, (
        Sentence(
            N_(
                "Sänk timmarna eller ange fler personer för %(names)s: heltid är %(hours_per_year)s timmar per år, "
                "så på de månader som raden omfattar får en person ha högst %(limits)s timmar."
            ),
            {
                "names": ", ".join(role.title for role in over),
                "hours_per_year": as_number(rules.hours_per_year, 0),
                "limits": ", ".join(dict.fromkeys(as_count(to_ore(role.limit)) for role in over)),
            },
        )
    )


@dataclass(frozen=True)
class _Role:
    """What one person of a role works, and the most that a person may in the role's months."""

    title: str
    hours: Decimal
    limit: Decimal


def _hours_per_person(lines: Sequence[BudgetLine], rules: BudgetRules, plan: ProjectPlan) -> Iterator[_Role]:
    """Give the roles; lines that share a staff id are one role, which lasts as long as the longest of them."""
    roles: dict[str, list[BudgetLine]] = defaultdict(list)
    for number, line in enumerate(lines):
        if line.cost_type == PERSONNEL and line.hours:
            roles[line.staff_id or f"line {number}"].append(line)
    for role in roles.values():
        hours = sum((line.hours or Decimal(0) for line in role), Decimal(0))
        length = max(line.period.length if line.period else Fraction(plan.months) for line in role)
        limit = to_ore(rules.hours_per_year * length.numerator / length.denominator / 12)
        each = hours / max(line.persons for line in role)
        yield _Role(min(line.title for line in role), each, limit)


def _hours_are_committed(cofinancing: Sequence[CoFinancingLine], plan: ProjectPlan) -> _Answer:
    needed = sum((line.hours or Decimal(0) for line in cofinancing if line.kind == PARTICIPANTS), Decimal(0))
    if not needed:
        return None, Sentence(N_("Lägg in deltagarnas timmar som medfinansiering, så jämförs de med åtagandena."))
    if plan.committed_hours >= needed:
        return True, Sentence(
            N_("Företagens åtaganden täcker %(needed)s timmar i budgeten."), {"needed": as_count(needed)}
        )
    return False, (
        Sentence(
            N_(
                "Skaffa åtaganden för ytterligare %(missing)s timmar: budgeten räknar med %(needed)s timmar men "
                "företagen har åtagit sig %(committed)s timmar."
            ),
            {
                "missing": as_count(needed - plan.committed_hours),
                "needed": as_count(needed),
                "committed": as_count(plan.committed_hours),
            },
        )
    )


def _prices_come_from_the_call(
    lines: Sequence[BudgetLine], cofinancing: Sequence[CoFinancingLine], rules: BudgetRules
) -> _Answer:
    priced: list[BudgetLine | CoFinancingLine] = [line for line in lines if line.cost_type == PERSONNEL]
    priced += [line for line in cofinancing if line.kind == PARTICIPANTS]
    if not priced:
        return None, Sentence(N_("Lägg in projektets kostnader, så jämförs priserna med utlysningens tabell."))
    foreign = [
        line.title
        for line in priced
        if line.unit_cost is None or line.amount is not None or rules.unit_costs.get(line.rate_id) != line.unit_cost
    ]
    if not foreign:
        return True, Sentence(N_("Alla enhetskostnader är hämtade ur utlysningens tabell."))
    return False, Sentence(
        N_("Välj enhetskostnad ur utlysningens tabell för %(names)s."), {"names": ", ".join(sorted(set(foreign)))}
    )
