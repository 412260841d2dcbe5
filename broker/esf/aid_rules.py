"""Reads the rules of state aid by the day of the grant: ceilings and intensities, each row with its days and source."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, TypeVar

from flask_babel import gettext as _

from broker.esf.budgets.amounts import to_decimal
from broker.esf.company_size import SizeClass
from broker.esf.state_aid import DeMinimisRules, TrainingAidRules, Validity
from broker.reference import queries as reference
from broker.reference.models import DocumentKind

Rules = TypeVar("Rules", DeMinimisRules, TrainingAidRules)


@dataclass(frozen=True)
class AidRules:
    """Every row of the rules, the earliest first."""

    de_minimis: Sequence[DeMinimisRules]
    training: Sequence[TrainingAidRules]

    def de_minimis_on(self, day: date) -> DeMinimisRules:
        """Give the rules of de minimis aid that is granted on a day, or the nearest ones, which then do not hold."""
        return _nearest(self.de_minimis, day)

    def training_on(self, day: date) -> TrainingAidRules:
        """Give the rules of aid for training that is granted on a day, or the nearest ones, which then do not hold."""
        return _nearest(self.training, day)


def aid_rules(today: date) -> AidRules:
    """Give the rules as they are known on a day, or raise NotFoundError."""
    return read_aid_rules(reference.get_document(DocumentKind.STATE_AID_RULES, on=today).content)


def read_aid_rules(content: Mapping[str, Any]) -> AidRules:
    """Read the rows of a version of the rules."""
    return AidRules(
        sorted(map(_de_minimis, content["de_minimis"]), key=lambda row: row.valid.first),
        sorted(map(_training, content["training_aid"]), key=lambda row: row.valid.first),
    )


def list_faults(content: Mapping[str, Any]) -> list[str]:
    """Say what in a version of the rules cannot be followed; given one of the shape that is in force."""
    return [fault for part in ("de_minimis", "training_aid") for fault in _faults_of(part, content[part])]


def _faults_of(part: str, rows: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    if not rows:
        yield _("%(place)s: skriv minst en rad.", place=part)
    latest: date | None = None
    for number, row in enumerate(rows, start=1):
        place = f"{part}, {number}"
        try:
            valid = (_de_minimis if part == "de_minimis" else _training)(row).valid
        except (ArithmeticError, TypeError, ValueError):
            yield _("%(place)s: skriv dagar som 2024-01-01 och belopp och andelar som tal.", place=place)
            continue
        if valid.last is not None and valid.last < valid.first:
            yield _("%(place)s: skriv en sista dag som inte ligger före den första.", place=place)
        if latest is not None and valid.first <= latest:
            yield _("%(place)s: låt raden börja efter raden före.", place=place)
        latest = valid.last or date.max


def _nearest(rows: Sequence[Rules], day: date) -> Rules:
    begun = [row for row in rows if row.valid.first <= day]
    return begun[-1] if begun else rows[0]


def _days(row: Mapping[str, Any]) -> Validity:
    last = row["valid_to"]
    return Validity(date.fromisoformat(str(row["valid_from"])), date.fromisoformat(str(last)) if last else None)


def _de_minimis(row: Mapping[str, Any]) -> DeMinimisRules:
    return DeMinimisRules(
        regulation=row["regulation"],
        ceiling_eur=to_decimal(row["ceiling_eur"]),
        window_years=int(row["window_years"]),
        warn_at_share=to_decimal(row["warn_at_share"]),
        valid=_days(row),
        register_from=date.fromisoformat(str(row["register_from"])),
        register_within_days=int(row["register_within_working_days"]),
        source=row["source"],
    )


def _training(row: Mapping[str, Any]) -> TrainingAidRules:
    return TrainingAidRules(
        regulation=row["regulation"],
        base=int(row["base"]),
        bonus={SizeClass.SMALL: int(row["small"]), SizeClass.MEDIUM: int(row["medium"]), SizeClass.LARGE: 0},
        disadvantaged_bonus=int(row["disadvantaged_or_disabled"]),
        cap=int(row["cap"]),
        notify_above_eur=to_decimal(row["notify_above_eur"]),
        valid=_days(row),
        source=row["source"],
    )
