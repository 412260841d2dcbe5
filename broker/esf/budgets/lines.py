"""Plain data of the budget: the rules of a call, the lines people write, and what is computed from them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from broker.esf.budgets.amounts import to_decimal, to_ore
from broker.esf.budgets.spreading import Period
from broker.sentences import N_, Sentence

# Ids of the application template that the formulas give a meaning.
PERSONNEL = "personal"
REVENUE = "intakter"
PARTICIPANTS = "deltagare"
# Marks a field whose text is the template's own or a code: nobody types it, so nobody can be named in it.
FIXED = {"is_fixed": True}


class BudgetRefusedError(ValueError):
    """The budget cannot be computed; the text says what to do."""

    def __init__(self, sentence: Sentence) -> None:
        super().__init__(sentence)


@dataclass(frozen=True)
class BudgetRules:
    """What the template and the call decide about a budget."""

    model: str
    model_words: Sentence
    flat_rate: Decimal | None
    other_costs_allowed: bool
    cofinancing_rate: Decimal
    hours_per_year: Decimal
    max_months: int
    share_tolerance: Decimal
    computed_types: frozenset[str]
    adds_to_total: frozenset[str]
    unit_costs: Mapping[str, Decimal] = field(default_factory=dict)
    levels: Mapping[str, str] = field(default_factory=dict)
    is_flat_rate_of_call: bool = False


@dataclass(frozen=True)
class ProjectPlan:
    """The figures of the project that the budget is compared with."""

    months: int
    participants: int = 0
    committed_hours: Decimal = Decimal(0)
    companies: int = 0


@dataclass(frozen=True)
class BudgetLine:
    """One cost in one beneficiary's sub-budget: hours times a unit cost, or an amount."""

    beneficiary: str
    cost_type: str = field(metadata=FIXED)
    title: str
    hours: Decimal | None = None
    unit_cost: Decimal | None = None
    amount: Decimal | None = None
    rate_id: str = ""
    staff_id: str = field(default="", metadata=FIXED)
    persons: int = 1
    sources: tuple[int, ...] = ()
    starts_on: date | None = None
    ends_on: date | None = None
    row_id: int = field(default=0, metadata=FIXED)
    share: Decimal | None = None

    @property
    def period(self) -> Period | None:
        """Give when it is, or nothing for a line that lies in the project's period."""
        return Period(self.starts_on, self.ends_on) if self.starts_on and self.ends_on else None

    @property
    def total(self) -> Decimal:
        """Give the line's amount rounded to öre."""
        return line_total(self.hours, self.unit_cost, self.amount)


@dataclass(frozen=True)
class CoFinancingLine:
    """One contribution: participants' hours, something in kind, cash, or a share of the owner's costs."""

    kind: str = field(metadata=FIXED)
    title: str
    actor: str = ""
    hours: Decimal | None = None
    unit_cost: Decimal | None = None
    amount: Decimal | None = None
    rate_id: str = ""
    sources: tuple[int, ...] = ()
    starts_on: date | None = None
    ends_on: date | None = None
    row_id: int = field(default=0, metadata=FIXED)
    follows_groups: bool = False

    @property
    def period(self) -> Period | None:
        """Give when it is, or nothing for a line that lies in the project's period."""
        return Period(self.starts_on, self.ends_on) if self.starts_on and self.ends_on else None

    @property
    def total(self) -> Decimal:
        """Give the line's amount rounded to öre."""
        return line_total(self.hours, self.unit_cost, self.amount)


@dataclass(frozen=True)
class CheckResult:
    """One rule tried on the application; the sentence says what holds, or what to do, in the export as plain text.

    Passed is None while there is nothing to judge, or while a question to a person has no answer.
    """

    id: str = field(metadata=FIXED)
    level: str = field(metadata=FIXED)
    passed: bool | None
    sentence: Sentence | str
    name: str = ""


@dataclass(frozen=True)
class SubBudget:
    """The costs of one beneficiary."""

    beneficiary: str
    personnel: Decimal
    flat_rate_cost: Decimal
    other_costs: Decimal
    revenue: Decimal
    direct_cost: Decimal


@dataclass(frozen=True)
class CompanyShare:
    """The hours that one company has promised and what they count as, under the beneficiary that it belongs to."""

    beneficiary: str
    company: str
    hours: Decimal
    unit_cost: Decimal | None
    is_signed: bool

    @property
    def total(self) -> Decimal | None:
        """Give the co-financing rounded to öre, or nothing without the call's price."""
        return None if self.unit_cost is None else line_total(self.hours, self.unit_cost, None)


@dataclass(frozen=True)
class BudgetResult:
    """A computed budget; the letters are those of the template's formulas."""

    model_name: str = field(metadata=FIXED)
    flat_rate: Decimal
    cofinancing_rate: Decimal
    personnel: Decimal  # P
    flat_rate_cost: Decimal  # I
    other_costs: Decimal
    revenue: Decimal
    direct_cost: Decimal  # D
    in_kind: Decimal  # W
    total_cost: Decimal  # T
    cofinancing: Decimal  # C
    owner_share: Decimal  # K
    support: Decimal  # S
    planned_owner_share: Decimal | None
    participants: int
    participant_hours: Decimal
    hours_needed: Decimal | None
    hours_missing: Decimal | None
    cost_per_participant: Decimal | None
    cost_per_hour: Decimal | None
    sub_budgets: tuple[SubBudget, ...]
    checks: tuple[CheckResult, ...]


def line_total(hours: Decimal | None, unit_cost: Decimal | None, amount: Decimal | None) -> Decimal:
    """Give hours times unit cost, or the amount, rounded to öre; an unfinished line counts as nothing."""
    if amount is not None:
        return to_ore(amount)
    return to_ore((hours or Decimal(0)) * (unit_cost or Decimal(0)))


def read_budget_rules(
    section: Mapping[str, Any],
    model: str,
    *,
    cofinancing_rate: Decimal,
    unit_costs: Mapping[str, Decimal],
    max_months: int | None = None,
) -> BudgetRules:
    """Read the rules of one budget model from the template's budget section, with what the call decides."""
    chosen = next((row for row in section["models"] if row["id"] == model), None)
    if chosen is None:
        names = ", ".join(row["id"] for row in section["models"])
        raise BudgetRefusedError(
            Sentence(N_("Välj en budgetmodell som blanketten känner till: %(names)s."), {"names": names})
        )
    rate = chosen["flat_rate_on_personnel"]
    checks = {check["id"]: check for check in section["checks"]}
    return BudgetRules(
        model=model,
        model_words=Sentence(chosen["name_sv"], english=chosen.get("name_en", "")),
        flat_rate=None if rate is None else to_decimal(rate),
        other_costs_allowed=chosen["other_direct_costs_allowed"],
        cofinancing_rate=cofinancing_rate,
        hours_per_year=to_decimal(section["full_time_hours_per_year"]),
        max_months=min(section["max_project_months"], max_months or section["max_project_months"]),
        share_tolerance=to_decimal(checks["b1"]["rule"].rpartition("<=")[2]),
        computed_types=frozenset(row["id"] for row in section["cost_types"] if row["unit"] == "percent_of_personal"),
        adds_to_total=frozenset(row["id"] for row in section["cofinancing_kinds"] if row["adds_to_total_cost"]),
        unit_costs=dict(unit_costs),
        levels={name: check["level"] for name, check in checks.items()},
    )
