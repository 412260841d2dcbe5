"""Where a provider stands by its hearings and decisions; follows from the steps alone, in the order they were taken."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from enum import StrEnum
from typing import Any, Protocol

from flask_babel import lazy_gettext as _l


class StepKind(StrEnum):
    """What is done after a check, or before the first."""

    BEGUN = "begun"
    HEARD = "heard"
    ANSWERED = "answered"
    ASSESSED = "assessed"
    DECIDED = "decided"
    REOPENED = "reopened"

    @property
    def label(self) -> Any:
        """Give the Swedish words."""
        return _STEP_LABELS[self]


_STEP_LABELS = {
    StepKind.BEGUN: _l("Granskningen började"),
    StepKind.HEARD: _l("Anordnaren fick tillfälle att yttra sig"),
    StepKind.ANSWERED: _l("Anordnaren yttrade sig"),
    StepKind.ASSESSED: _l("Anordnarens åtgärder bedömdes"),
    StepKind.DECIDED: _l("Beslut"),
    StepKind.REOPENED: _l("Granskningen öppnades på nytt"),
}


class Outcome(StrEnum):
    """How a decision ends."""

    APPROVED = "approved"
    WITH_CONDITIONS = "with_conditions"
    REJECTED = "rejected"

    @property
    def label(self) -> Any:
        """Give the Swedish words."""
        return _OUTCOME_LABELS[self]


_OUTCOME_LABELS = {
    Outcome.APPROVED: _l("Godkänd"),
    Outcome.WITH_CONDITIONS: _l("Godkänd på villkor"),
    Outcome.REJECTED: _l("Inte godtagen"),
}


class Cure(StrEnum):
    """Whether what the provider has done makes it reliable again: LOU 13 kap. 5 §."""

    ENOUGH = "enough"
    NOT_ENOUGH = "not_enough"
    UNFOUNDED = "unfounded"

    @property
    def label(self) -> Any:
        """Give the Swedish words."""
        return _CURE_LABELS[self]


_CURE_LABELS = {
    Cure.ENOUGH: _l("Åtgärderna räcker"),
    Cure.NOT_ENOUGH: _l("Åtgärderna räcker inte"),
    Cure.UNFOUNDED: _l("Det som kom fram stämde inte"),
}


class Step(Protocol):
    """One step about a provider."""

    @property
    def kind(self) -> StepKind:
        """Give what was done."""

    @property
    def happened_on(self) -> date:
        """Give the day it was done."""

    @property
    def until(self) -> date | None:
        """Give the last day to answer, or that the decision is valid."""

    @property
    def item_ids(self) -> str:
        """Give the items that a hearing is about, with spaces between them."""

    @property
    def outcome(self) -> Outcome | None:
        """Give how a decision ended."""

    @property
    def cure(self) -> Cure | None:
        """Give how the measures of the provider were judged."""

    @property
    def created_at(self) -> datetime:
        """Give when it was recorded."""


@dataclass(frozen=True)
class Hearing:
    """A hearing that nobody has decided after."""

    item_ids: tuple[str, ...]
    opened_on: date
    answer_by: date
    answered_on: date | None = None
    cure: Cure | None = None

    def is_ready(self, today: date) -> bool:
        """Tell whether somebody may decide: the answer is assessed, or the time to give one is over."""
        return self.cure is not None if self.answered_on else self.answer_by < today


@dataclass(frozen=True)
class Decision:
    """The latest decision about a provider."""

    outcome: Outcome
    decided_on: date
    valid_until: date | None

    def is_over(self, today: date) -> bool:
        """Tell whether the decision was for a time that has passed."""
        return self.valid_until is not None and self.valid_until < today


@dataclass(frozen=True)
class Standing:
    """What the steps say: the hearing that is open, the latest decision, and since when the vetting is open anew.

    `begun_on` is when it asked to be vetted. `reopened_about` has the items that it was opened about, if any. `heard`
    tells until which moment results of an item have been heard about and decided on.
    """

    hearing: Hearing | None = None
    decision: Decision | None = None
    begun_on: date | None = None
    reopened_on: date | None = None
    reopened_about: tuple[str, ...] = ()
    heard: Mapping[str, datetime] = field(default_factory=dict)

    def is_rejected(self, today: date) -> bool:
        """Tell whether a decision that says no is valid."""
        return self.decision is not None and self.decision.outcome is Outcome.REJECTED and not self.is_over(today)

    def is_over(self, today: date) -> bool:
        """Tell whether the latest decision was for a time that has passed."""
        return self.decision is not None and self.decision.is_over(today)

    def is_heard(self, item_id: str, recorded_at: datetime) -> bool:
        """Tell whether the provider was heard about a result and somebody then decided."""
        return item_id in self.heard and recorded_at <= self.heard[item_id]

    @property
    def is_accepted(self) -> bool:
        """Tell whether the latest decision says yes, with or without conditions."""
        return self.decision is not None and self.decision.outcome is not Outcome.REJECTED


UNTOUCHED = Standing()


def read_standing(steps: Iterable[Step]) -> Standing:
    """Give where a provider stands after its steps, given in the order they were recorded."""
    standing = UNTOUCHED
    for step in steps:
        standing = _follow(standing, step)
    return standing


def _follow(standing: Standing, step: Step) -> Standing:
    hearing = standing.hearing
    match step.kind:
        case StepKind.HEARD:
            # A new hearing takes along what an open one was about, so that one decision can be made about all of it.
            about = dict.fromkeys([*(hearing.item_ids if hearing else ()), *step.item_ids.split()])
            return replace(standing, hearing=Hearing(tuple(about), step.happened_on, step.until or step.happened_on))
        case StepKind.ANSWERED if hearing:
            return replace(standing, hearing=replace(hearing, answered_on=step.happened_on, cure=None))
        case StepKind.ASSESSED if hearing:
            return replace(standing, hearing=replace(hearing, cure=step.cure))
        case StepKind.DECIDED if step.outcome:
            told: dict[str, datetime] = dict.fromkeys(hearing.item_ids if hearing else (), step.created_at)
            decision = Decision(step.outcome, step.happened_on, step.until)
            return Standing(decision=decision, heard={**standing.heard, **told})
        case StepKind.BEGUN | StepKind.REOPENED:
            return _open(standing, step)
    return standing


def _open(standing: Standing, step: Step) -> Standing:
    if step.kind is StepKind.BEGUN:
        return replace(standing, begun_on=step.happened_on)
    about = dict.fromkeys([*standing.reopened_about, *step.item_ids.split()])
    return replace(standing, reopened_on=step.happened_on, reopened_about=tuple(about))
