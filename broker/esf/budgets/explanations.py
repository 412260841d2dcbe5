"""Where every figure of a budget comes from: the formula in words and numbers, the rows, and whose rate it is."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from broker.esf.budgets.amounts import as_count, as_hours, as_kr, as_percent, to_ore
from broker.esf.budgets.lines import (
    PARTICIPANTS,
    PERSONNEL,
    REVENUE,
    BudgetLine,
    BudgetResult,
    BudgetRules,
    CoFinancingLine,
    SubBudget,
)
from broker.sentences import N_, Sentence

_TIMES, _LESS = " × ", " \N{MINUS SIGN} "


class RateSource(StrEnum):
    """Who has decided the rate of a figure."""

    CALL = "call"
    FORM = "form"


@dataclass(frozen=True)
class Explanation:
    """One figure with what it was computed from."""

    id: str
    title: Sentence
    value: Decimal | None
    words: Sentence
    numbers: str = ""
    lines: tuple[BudgetLine | CoFinancingLine, ...] = ()
    rate: RateSource | None = None
    is_hours: bool = False


def calculation(line: BudgetLine | CoFinancingLine) -> str:
    """Give how a line's amount came about: hours times a price, or nothing for an amount that was written."""
    if line.amount is not None or line.unit_cost is None:
        return ""
    return f"{as_hours(line.hours or Decimal(0))}{_TIMES}{as_kr(line.unit_cost)}"


def explain_costs(result: BudgetResult, lines: Sequence[BudgetLine], rules: BudgetRules) -> list[Explanation]:
    """Explain what the project costs its beneficiaries."""
    flat = [sub for sub in result.sub_budgets if sub.flat_rate_cost]
    return [
        _personnel(result.personnel, lines),
        Explanation(
            "I",
            Sentence(N_("Schablon (I)")),
            result.flat_rate_cost,
            Sentence(N_("Schablonen på varje stödmottagares personal, avrundad till öre, och sedan summerad.")),
            " + ".join(f"{as_percent(result.flat_rate)}{_TIMES}{as_kr(sub.personnel)}" for sub in flat),
            rate=_flat_rate_source(rules),
        ),
        *_other(result.other_costs, result.revenue, lines),
        _direct(result),
    ]


def explain_sub_budget(sub: SubBudget, lines: Sequence[BudgetLine], rules: BudgetRules) -> list[Explanation]:
    """Explain what it costs one beneficiary."""
    own = [line for line in lines if line.beneficiary == sub.beneficiary]
    return [
        _personnel(sub.personnel, own),
        Explanation(
            "I",
            Sentence(N_("Schablon (I)")),
            sub.flat_rate_cost,
            Sentence(N_("Schablonen på stödmottagarens personal, avrundad till öre.")),
            f"{as_percent(rules.flat_rate or Decimal(0))}{_TIMES}{as_kr(sub.personnel)}",
            rate=_flat_rate_source(rules),
        ),
        *_other(sub.other_costs, sub.revenue, own),
        _direct(sub),
    ]


def explain_financing(
    result: BudgetResult, cofinancing: Sequence[CoFinancingLine], rules: BudgetRules
) -> list[Explanation]:
    """Explain how the project is financed."""
    adding = tuple(line for line in cofinancing if line.kind in rules.adds_to_total)
    share = as_percent(result.cofinancing_rate)
    return [
        Explanation(
            "W",
            Sentence(N_("Deltagarnas tid och annat än pengar (W)")),
            result.in_kind,
            Sentence(N_("Summan av raderna för deltagarnas tid och för bidrag i annat än pengar.")),
            lines=adding,
            rate=RateSource.CALL,
        ),
        Explanation(
            "T",
            Sentence(N_("Total kostnad (T)")),
            result.total_cost,
            Sentence(N_("Projektets kostnad och det som företag och andra bidrar med i annat än pengar: D + W.")),
            f"{as_kr(result.direct_cost)} + {as_kr(result.in_kind)}",
        ),
        Explanation(
            "C",
            Sentence(N_("Medfinansiering (C)")),
            result.cofinancing,
            Sentence(N_("Utlysningens andel av den totala kostnaden, avrundad till öre: r × T.")),
            f"{share}{_TIMES}{as_kr(result.total_cost)}",
            rate=RateSource.CALL,
        ),
        Explanation(
            "K",
            Sentence(N_("Projektägarens del (K)")),
            result.owner_share,
            Sentence(N_("Det som återstår av medfinansieringen, i pengar eller som andel av egna kostnader: C − W.")),
            f"{as_kr(result.cofinancing)}{_LESS}{as_kr(result.in_kind)}",
        ),
        Explanation(
            "S",
            Sentence(N_("Sökt stöd (S)")),
            result.support,
            Sentence(N_("Den totala kostnaden utan medfinansieringen: T − C. S + K är alltid D.")),
            f"{as_kr(result.total_cost)}{_LESS}{as_kr(result.cofinancing)}",
        ),
    ]


def explain_ratios(
    result: BudgetResult, cofinancing: Sequence[CoFinancingLine], rules: BudgetRules
) -> list[Explanation]:
    """Explain hours, missing hours, and what it costs per participant and hour."""
    hours = tuple(line for line in cofinancing if line.kind == PARTICIPANTS)
    total = as_kr(result.total_cost)
    return [
        Explanation(
            "hours",
            Sentence(N_("Deltagartimmar i budgeten")),
            result.participant_hours,
            Sentence(N_("Summan av timmarna på raderna för deltagarnas tid.")),
            lines=hours,
            is_hours=True,
        ),
        Explanation(
            "missing",
            Sentence(N_("Saknade timmar tills projektägaren inte behöver betala")),
            result.hours_missing,
            Sentence(N_("Det W som ger K = 0 är r × D / (1 − r). Det som fattas delas med priset per deltagartimme.")),
            _missing(result, cofinancing, rules),
            rate=RateSource.CALL,
            is_hours=True,
        ),
        Explanation(
            "per_participant",
            Sentence(N_("Kostnad per deltagare")),
            result.cost_per_participant,
            Sentence(N_("Den totala kostnaden delad med deltagarna i de behov som projektet möter.")),
            f"{total} / {as_count(Decimal(result.participants))}" if result.participants else "",
        ),
        Explanation(
            "per_hour",
            Sentence(N_("Kostnad per deltagartimme")),
            result.cost_per_hour,
            Sentence(N_("Den totala kostnaden delad med deltagartimmarna i budgeten.")),
            f"{total} / {as_hours(result.participant_hours)}" if result.participant_hours else "",
        ),
    ]


def _flat_rate_source(rules: BudgetRules) -> RateSource:
    return RateSource.CALL if rules.is_flat_rate_of_call else RateSource.FORM


def _personnel(amount: Decimal, lines: Sequence[BudgetLine]) -> Explanation:
    return Explanation(
        "P",
        Sentence(N_("Personal (P)")),
        amount,
        Sentence(N_("Summan av personalraderna: timmar × enhetskostnad, varje rad avrundad till öre.")),
        lines=tuple(line for line in lines if line.cost_type == PERSONNEL),
        rate=RateSource.CALL,
    )


def _other(other: Decimal, revenue: Decimal, lines: Sequence[BudgetLine]) -> list[Explanation]:
    return [
        Explanation(
            "other",
            Sentence(N_("Övriga kostnader")),
            other,
            Sentence(N_("Summan av raderna för tjänster, resor, utrustning och lokaler.")),
            lines=tuple(line for line in lines if line.cost_type not in (PERSONNEL, REVENUE)),
        ),
        Explanation(
            "revenue",
            Sentence(N_("Intäkter")),
            revenue,
            Sentence(N_("Summan av raderna för projektintäkter. De minskar kostnaden.")),
            lines=tuple(line for line in lines if line.cost_type == REVENUE),
        ),
    ]


def _direct(costs: SubBudget | BudgetResult) -> Explanation:
    added = " + ".join(as_kr(amount) for amount in (costs.personnel, costs.flat_rate_cost, costs.other_costs))
    return Explanation(
        "D",
        Sentence(N_("Projektets kostnad (D)")),
        costs.direct_cost,
        Sentence(N_("Personal, schablon och övriga kostnader, minus intäkter.")),
        f"{added}{_LESS}{as_kr(costs.revenue)}",
    )


def _missing(result: BudgetResult, cofinancing: Sequence[CoFinancingLine], rules: BudgetRules) -> str:
    if result.hours_missing is None:
        return ""
    rate = rules.cofinancing_rate
    wanted = to_ore(rate * result.direct_cost / (1 - rate))
    value = sum((line.total for line in cofinancing if line.kind == PARTICIPANTS), Decimal(0))
    price = value / result.participant_hours if value and result.participant_hours else rules.unit_costs[PARTICIPANTS]
    return f"({as_kr(wanted)}{_LESS}{as_kr(result.in_kind)}) / {as_kr(to_ore(price))}"
