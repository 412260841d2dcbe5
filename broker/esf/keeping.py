"""What was written about a need, kept as plain data while its cohort is out of the project."""

from datetime import date
from enum import StrEnum
from typing import Any

from broker.companies.models import InteractionKind
from broker.esf.budgets.models import TakenOutCohort
from broker.esf.models import Contribution
from broker.needs.models import CauseLevel

_NAMES = (
    "activity_id",
    "women",
    "men",
    "unknown_sex",
    "hours",
    "purpose",
    "cause",
    "cause_level",
    "is_cause_within_reach",
    "consequence",
    "barriers",
    "barrier_note",
    "contacted_on",
    "contact_kind",
    "price_per_participant_ore",
    "is_mandatory_training",
    "left_out_reason",
)
_READERS: dict[str, Any] = {
    "cause_level": CauseLevel,
    "contact_kind": InteractionKind,
    "contacted_on": date.fromisoformat,
}


def kept_of(row: Contribution) -> dict[str, Any]:
    """Give what a contribution says, as plain data."""
    return {name: _plain(getattr(row, name)) for name in _NAMES}


def restore(row: Contribution, kept: TakenOutCohort | None) -> None:
    """Put back what a contribution said when its cohort was taken out; a need that is new since then is left alone."""
    for name, value in (kept.kept["needs"].get(str(row.need_id), {}) if kept else {}).items():
        setattr(row, name, value if value is None else _READERS.get(name, lambda same: same)(value))


def _plain(value: Any) -> Any:
    match value:
        case StrEnum():
            return value.value
        case date():
            return value.isoformat()
        case list():
            return [_plain(item) for item in value]
    return value
