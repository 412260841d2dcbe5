"""The law's limits in kronor, by kind of service and by the day that a procurement started."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal, InvalidOperation
from itertools import pairwise
from typing import Any

from flask_babel import gettext as _

from broker.errors import RefusedError
from broker.formatting import day

GENERAL, ANNEX_2 = "goods_services_sub_central", "annex2_social_special"
# The limits of the state, and those of an annex that was repealed on 2022-02-01, are in the file to be complete.
_CATEGORIES = frozenset({GENERAL, ANNEX_2, "goods_services_central", "annex2a_welfare"})


class NoThresholdError(RefusedError):
    """No row of the limits covers the day."""


@dataclass(frozen=True)
class Threshold:
    """The limits of one kind of service during one period, kronor excluding VAT."""

    category: str
    valid_from: date
    valid_to: date | None
    direct_award_limit: Decimal
    threshold: Decimal
    is_limit_included: bool
    source: str

    def allows_direct_award(self, value: Decimal) -> bool:
        """Tell whether the value is low enough; until 2022-01-31 the limit itself was too."""
        return value <= self.direct_award_limit if self.is_limit_included else value < self.direct_award_limit

    def is_reached_by(self, value: Decimal) -> bool:
        """Tell whether the value is at least the threshold of the EU rules."""
        return value >= self.threshold

    def covers(self, started_on: date) -> bool:
        """Tell whether a procurement that started on this day follows this row."""
        return self.valid_from <= started_on and (self.valid_to is None or started_on <= self.valid_to)


def read_thresholds(document: Mapping[str, Any]) -> tuple[Threshold, ...]:
    """Give the rows of the document that follow LOU."""
    return tuple(
        Threshold(
            category=row["category"],
            valid_from=date.fromisoformat(row["valid_from"]),
            valid_to=date.fromisoformat(row["valid_to"]) if row["valid_to"] else None,
            direct_award_limit=Decimal(row["direct_award_limit_sek"]),
            threshold=Decimal(row["threshold_sek"]),
            is_limit_included=row["comparison"] == "at_most",
            source=row["source"],
        )
        for row in document["rows"]
        if row["law"] == "LOU" and row["direct_award_limit_sek"] is not None and row["threshold_sek"] is not None
    )


def category_of(annex2: str | None) -> str:
    """Give the kind of service; what is unclear follows the general, lower limits."""
    return ANNEX_2 if annex2 == "yes" else GENERAL


def get_threshold(rows: Iterable[Threshold], *, category: str, started_on: date) -> Threshold:
    """Give the limits for a procurement that started on a day, or raise NoThresholdError."""
    for row in rows:
        if row.category == category and row.covers(started_on):
            return row
    raise NoThresholdError(
        _(
            "Det finns inga beloppsgränser för upphandlingar som påbörjas %(day)s. "
            "Kontrollera datumet, eller be administratören läsa in nya gränser.",
            day=day(started_on),
        )
    )


def list_faults(document: Mapping[str, Any]) -> list[str]:
    """Say what is wrong with a document of limits, or nothing: each kind of service has one row for every day."""
    faults: list[str] = []
    for number, row in enumerate(document["rows"], start=1):
        try:
            read_thresholds({"rows": [row]})
        except (KeyError, TypeError, ValueError, InvalidOperation):
            faults.append(
                _("Rad %(row)s kan inte läsas. Skriv dagar som 2028-01-01 och belopp som hela kronor.", row=number)
            )
        if row["category"] not in _CATEGORIES:
            faults.append(_("Rad %(row)s: Broker känner inte slaget ”%(name)s”.", row=number, name=row["category"]))
    return faults or [
        fault for category in (GENERAL, ANNEX_2) for fault in _faults_of(category, read_thresholds(document))
    ]


def _faults_of(category: str, rows: Iterable[Threshold]) -> Iterator[str]:
    of_kind = sorted((row for row in rows if row.category == category), key=lambda row: row.valid_from)
    if not of_kind:
        yield _("Det finns inga rader för %(category)s.", category=category)
    for row in of_kind:
        place = {"category": category, "day": day(row.valid_from)}
        if row.valid_to is not None and row.valid_to < row.valid_from:
            yield _("%(category)s från %(day)s slutar innan den börjar.", **place)
        if not 0 < row.direct_award_limit <= row.threshold:
            yield _(
                "%(category)s från %(day)s: direktupphandlingsgränsen ska vara över 0 och högst tröskelvärdet.", **place
            )
    for row, following in pairwise(of_kind):
        if row.valid_to is None or following.valid_from != row.valid_to + timedelta(days=1):
            yield _(
                "%(category)s: raden från %(day)s ska börja dagen efter att den förra slutar.",
                category=category,
                day=day(following.valid_from),
            )
