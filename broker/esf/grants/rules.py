"""What follows on a decision, by the rules that are valid on its day."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from broker.esf.snapshots.differences import Difference
from broker.reference import queries as reference
from broker.reference.models import DocumentKind
from broker.reference.queries import words_of
from broker.sentences import Sentence


@dataclass(frozen=True)
class GrantRules:
    """Weeks, months and years after a decision, and the kinds of change that need one."""

    agreement_weeks: int
    report_months: int
    participants_weeks: int
    keep_years: int
    keep_years_with_aid: int
    fewest_to_show: int
    link_days: int
    link_days_at_most: int
    needs_decision: Sequence[Mapping[str, Any]]

    @property
    def kinds(self) -> dict[str, Sentence]:
        """Give the name of every kind of change that needs a decision."""
        return {row["id"]: words_of(row) for row in self.needs_decision}

    def agreement_by(self, decided_on: date) -> date:
        """Give the last day for everybody with costs of its own to sign."""
        return decided_on + timedelta(weeks=self.agreement_weeks)

    def kept_until(self, last_payment: date, *, has_aid: bool) -> date:
        """Give the last day on which papers must be kept: years from the end of the year of the last payment."""
        return date(last_payment.year + (self.keep_years_with_aid if has_aid else self.keep_years), 12, 31)

    def kind_of(self, difference: Difference) -> str:
        """Give the kind of change that a difference from the granted application is, or nothing."""
        lines = [*difference.removed, *difference.added]
        for row in self.needs_decision:
            if difference.heading in row.get("headings", ()) or _has_line(lines, row.get("lines", ())):
                return str(row["id"])
        return ""


def grant_rules(today: date) -> GrantRules:
    """Give the rules that are valid on a day."""
    content = reference.get_document(DocumentKind.GRANT_RULES, on=today).content
    return GrantRules(**{name: content[name] for name in GrantRules.__annotations__})


def _has_line(lines: Iterable[str], labels: Sequence[str]) -> bool:
    # A row of a table is told as its cells; a sentence that begins with the same word is no such row.
    return any(label in labels and bar for label, bar, _value in (line.partition(" | ") for line in lines))
