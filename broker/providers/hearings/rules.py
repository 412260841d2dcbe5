"""When which decision about a provider may be made, and how long it may have to answer."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from broker.formatting import day
from broker.providers.hearings.standing import Cure, Hearing, Outcome
from broker.providers.vetting import Item, VettingStatus

_SHOWN = 3


# The item of the vetting list that low scores are about.
LOW_SCORES_ITEM = "eval_reaction"


@dataclass(frozen=True)
class LowScores:
    """At which level, under which mean, so many trainings within so many months open a vetting anew."""

    level: str
    below: Decimal
    trainings: int
    within_months: int


@dataclass(frozen=True)
class HearingRules:
    """How many days a provider has to answer, and what opens a vetting anew: proceedings of a register, low scores."""

    suggested_days: int
    shortest_days: int
    longest_days: int
    proceedings: frozenset[str]
    low_scores: LowScores | None = None

    @classmethod
    def from_content(cls, content: Mapping[str, Any]) -> "HearingRules":
        """Read the rules of a document."""
        days = content["answer_days"]
        low = content.get("low_scores")
        return cls(
            days["suggested"],
            days["shortest"],
            days["longest"],
            frozenset(content["proceedings"]),
            LowScores(**low | {"below": Decimal(low["below"])}) if low else None,
        )


class NextStep(StrEnum):
    """What can be done now with the vetting of a provider, beside checking its items; the value is the view."""

    HEAR = "open_hearing"
    NOTE_ANSWER = "note_answer"
    ASSESS = "assess"
    DECIDE = "decide"
    REOPEN = "reopen"

    @property
    def label(self) -> Any:
        """Give the Swedish words of its button."""
        return _NEXT_LABELS[self]


_NEXT_LABELS = {
    NextStep.HEAR: _l("Låt anordnaren yttra sig"),
    NextStep.NOTE_ANSWER: _l("Anteckna svar"),
    NextStep.ASSESS: _l("Bedöm svaret"),
    NextStep.DECIDE: _l("Besluta"),
    NextStep.REOPEN: _l("Något har hänt"),
}


def list_next(status: VettingStatus) -> list[NextStep]:
    """Give what can be done now, what the status waits for first."""
    hearing = status.standing.hearing
    steps = [NextStep.HEAR] if status.unheard else []
    if hearing is None:
        return [*steps, NextStep.DECIDE, NextStep.REOPEN]
    if hearing.answered_on is None:
        later = [NextStep.NOTE_ANSWER, NextStep.DECIDE]
        return [*steps, *(reversed(later) if hearing.is_ready(status.today) else later)]
    later = [NextStep.ASSESS, NextStep.DECIDE, NextStep.NOTE_ANSWER]
    return [*steps, *([NextStep.DECIDE, NextStep.ASSESS, NextStep.NOTE_ANSWER] if hearing.cure else later)]


def find_objection(outcome: Outcome, status: VettingStatus) -> str | None:
    """Say why a provider with this status may not be decided on so, and what to do; None if it may.

    Nobody is refused unheard, or who has shown to be reliable again: LOU 13 kap. 4 and 5 §§, 19 kap. 17 §.
    """
    hearing = status.standing.hearing
    if status.unheard:
        return _(
            "Anordnaren har inte fått yttra sig om: %(items)s. Låt den yttra sig först (LOU 13 kap. 4 §), eller "
            "kontrollera punkten på nytt.",
            items=_named(status.unheard),
        )
    if outcome is Outcome.REJECTED:
        return _refusal_objection(hearing, status)
    if hearing and not hearing.is_ready(status.today) and _still_failed(hearing, status):
        return _not_ready(hearing)
    if hearing and hearing.cure is Cure.NOT_ENOUGH and outcome is Outcome.APPROVED:
        return _("Åtgärderna räcker inte enligt bedömningen. Ställ villkor, neka, eller bedöm åtgärderna på nytt.")
    failed = [item for item in status.failed if item.is_mandatory and not item.is_knock_out]
    left = [*failed, *status.expired, *status.missing]
    return _("Kontrollera först: %(items)s.", items=_named(left)) if left else None


def _refusal_objection(hearing: Hearing | None, status: VettingStatus) -> str | None:
    if hearing is None:
        return _(
            "Bara den som har fått yttra sig kan nekas (LOU 13 kap. 4 §). Anteckna först den punkt som är underkänd, "
            "och låt anordnaren yttra sig om den."
        )
    if not hearing.is_ready(status.today):
        return _not_ready(hearing)
    if hearing.cure in (Cure.ENOUGH, Cure.UNFOUNDED):
        return _(
            "Enligt bedömningen finns inte längre något som utesluter, och då får anordnaren inte nekas (LOU 13 kap. "
            "5 §). Godkänn, eller bedöm åtgärderna på nytt."
        )
    if not _still_failed(hearing, status):
        return _("Det som anordnaren yttrade sig om är inte längre underkänt. Godkänn anordnaren.")
    return None


def _not_ready(hearing: Hearing) -> str:
    if hearing.answered_on:
        return _("Bedöm först anordnarens svar och vad den har gjort (LOU 13 kap. 5 §).")
    return _("Vänta på anordnarens svar. Den får yttra sig till och med %(day)s.", day=day(hearing.answer_by))


def _still_failed(hearing: Hearing, status: VettingStatus) -> list[Item]:
    return [item for item in status.failed if item.id in hearing.item_ids]


def _named(items: Iterable[Item]) -> str:
    shown = [item.label for item in items]
    more = [_("och %(count)s till", count=len(shown) - _SHOWN)] if len(shown) > _SHOWN else []
    return ", ".join([*shown[:_SHOWN], *more])
