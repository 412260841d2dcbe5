"""Everything an export of an application needs, as plain data without secrets or named employees."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field, fields, is_dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any, TypeVar

from broker.documents.blocks import writable
from broker.esf.budgets.lines import FIXED, BudgetLine, BudgetResult, CheckResult, CoFinancingLine, CompanyShare
from broker.esf.budgets.months import MonthRow
from broker.esf.budgets.spreading import Period

Plain = TypeVar("Plain")
_FOOTNOTE = re.compile(r" ?\[\d+\]")


@dataclass(frozen=True)
class Fact:
    """One fact of the call with its label, for example the diary number."""

    label: str
    value: str


@dataclass(frozen=True)
class DataTable:
    """A table of texts inside an answer."""

    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class Question:
    """One question of the template with its answer."""

    id: str = field(metadata=FIXED)
    title: str = field(metadata=FIXED)
    text: str
    certainty: str = field(metadata=FIXED)
    exact_wording: bool
    guidance: str = field(default="", metadata=FIXED)
    table: DataTable | None = None
    max_characters: int | None = None
    sources: tuple[int, ...] = ()

    @property
    def characters(self) -> int:
        """Count the characters of the answer."""
        return len(self.text)

    @property
    def to_paste(self) -> str:
        """Give the answer as it goes into the web form: without the numbers of its sources."""
        return _FOOTNOTE.sub("", self.text)


@dataclass(frozen=True)
class Section:
    """A heading of the template with its questions."""

    id: str = field(metadata=FIXED)
    title: str = field(metadata=FIXED)
    questions: tuple[Question, ...]


@dataclass(frozen=True)
class GoalRow:
    """A goal or milestone and how it is followed up."""

    text: str
    indicator: str
    baseline: str
    target: str
    due_on: date | None
    data_source: str
    cause: str = ""


@dataclass(frozen=True)
class EffectRow:
    """What a goal leads to, and by what and when it is seen."""

    goal: str
    kind: str
    text: str
    due_on: date | None
    sign: str
    owner_role: str


@dataclass(frozen=True)
class ActivityRow:
    """An activity and what it serves."""

    title: str
    goal: str
    needs: str
    participants: int
    hours: Decimal
    format: str
    place: str
    provider: str
    starts_on: date | None
    ends_on: date | None


@dataclass(frozen=True)
class ActorRow:
    """An organisation that takes part; a sole trader's number is already masked."""

    name: str
    organisation_number: str
    legal_form: str
    role: str
    municipality: str
    size_class: str
    participants_women: int = 0
    participants_men: int = 0
    hours: Decimal = Decimal(0)
    commitment_on: date | None = None


@dataclass(frozen=True)
class BudgetMaterial:
    """The lines of the budget and what was computed from them."""

    lines: tuple[BudgetLine, ...]
    cofinancing: tuple[CoFinancingLine, ...]
    cost_type_titles: dict[str, str] = field(metadata=FIXED)
    cofinancing_titles: dict[str, str] = field(metadata=FIXED)
    adds_to_total: frozenset[str] = field(metadata=FIXED)
    result: BudgetResult
    unit_costs: dict[str, Decimal]
    hours_per_year: Decimal
    period: Period
    months: tuple[MonthRow, ...]
    # Exports from before companies had rows of their own have none.
    companies: tuple[CompanyShare, ...] = ()


@dataclass(frozen=True)
class StateAidRow:
    """The aid to one company and the verdict on it."""

    organisation: str
    organisation_number: str
    basis: str
    aid_sek: Decimal
    sek_per_eur: Decimal
    rate_on: date
    rate_source: str
    aid_eur: Decimal
    earlier_eur: Decimal
    left_eur: Decimal
    status: str
    reasons: tuple[str, ...] = ()


@dataclass(frozen=True)
class IndicatorRow:
    """A common indicator with its estimate."""

    code: str = field(metadata=FIXED)
    title: str = field(metadata=FIXED)
    women: int | None
    men: int | None
    total: int | None
    certainty: str = field(default="", metadata=FIXED)


@dataclass(frozen=True)
class AttachmentRow:
    """A paper that the call asks for."""

    title: str
    required: bool
    file_name: str
    status: str


@dataclass(frozen=True)
class Source:
    """Where a figure comes from; answers refer to the number."""

    number: int
    text: str


@dataclass(frozen=True)
class Material:
    """One application as it stands on one day."""

    project_name: str
    diary_number: str
    call_facts: tuple[Fact, ...]
    template_name: str = field(metadata=FIXED)
    template_version: str = field(metadata=FIXED)
    notice: str = field(metadata=FIXED)
    created_on: date
    sections: tuple[Section, ...]
    goals: tuple[GoalRow, ...]
    activities: tuple[ActivityRow, ...]
    actors: tuple[ActorRow, ...]
    budget: BudgetMaterial
    state_aid: tuple[StateAidRow, ...]
    indicators: tuple[IndicatorRow, ...]
    checks: tuple[CheckResult, ...]
    attachments: tuple[AttachmentRow, ...]
    sources: tuple[Source, ...]
    left_out: tuple[str, ...]
    language: str = field(default="sv", metadata=FIXED)
    # Exports from before effects were rows have none.
    effects: tuple[EffectRow, ...] = ()


def cleaned(plain: Plain) -> Plain:
    """Give the same data with every text fit for any file format; each format calls this first."""
    return with_texts(plain, writable)


def with_texts(plain: Plain, change: Callable[[str], str], *, only_typed: bool = False) -> Plain:
    """Give the same data with every text changed, or only those that somebody may have typed."""
    changed: Plain = _changed(plain, change, only_typed)
    return changed


def _changed(plain: Any, change: Callable[[str], str], only_typed: bool) -> Any:
    if isinstance(plain, str):
        return change(plain)
    if is_dataclass(plain) and not isinstance(plain, type):
        names = [item.name for item in fields(plain) if not (only_typed and item.metadata.get("is_fixed"))]
        return replace(plain, **{name: _changed(getattr(plain, name), change, only_typed) for name in names})
    if isinstance(plain, tuple | frozenset):
        return type(plain)(_changed(item, change, only_typed) for item in plain)
    if isinstance(plain, dict):
        return {_changed(key, change, only_typed): _changed(value, change, only_typed) for key, value in plain.items()}
    return plain
