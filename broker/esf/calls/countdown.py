"""How long until a call closes, and when people are told of it, by the dated rules."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from flask_babel import gettext as _
from flask_babel import ngettext

from broker import clock
from broker.formatting import countdown
from broker.reference import queries as reference
from broker.reference.models import DocumentKind

# Up to so long the hours are counted; who reads "tomorrow" does not know if it is the morning or the evening.
_IN_HOURS = timedelta(hours=48)
_TONES = ("info", "warn", "stop")


@dataclass(frozen=True)
class Notice:
    """One time before a call closes when people are told."""

    id: str
    days: int
    hours: int

    @property
    def is_urgent(self) -> bool:
        """Tell whether it comes so late that it is a letter of its own."""
        return self.hours > 0

    def moment(self, closes_at: datetime) -> datetime:
        """Give when to tell: days back on Swedish clocks, so that it is the same hour, and hours as they pass."""
        local = clock.in_sweden(closes_at).replace(tzinfo=None) - timedelta(days=self.days)
        return local.replace(tzinfo=clock.SWEDEN).astimezone(closes_at.tzinfo) - timedelta(hours=self.hours)


@dataclass(frozen=True)
class CallRules:
    """One version of the rules of when people are told that a call is about to close."""

    warnings: tuple[Notice, ...]
    days_before_signing: int

    def tone(self, closes_at: datetime, now: datetime) -> str:
        """Give the colour of the countdown: one step stronger for each warning whose time has come."""
        if closes_at <= now:
            return "off"
        passed = sum(warning.moment(closes_at) <= now for warning in self.warnings)
        return _TONES[min(passed, len(_TONES) - 1)]

    def is_near(self, closes_at: datetime, now: datetime) -> bool:
        """Tell whether the first warning's time has come and the call is still open."""
        return now < closes_at and any(warning.moment(closes_at) <= now for warning in self.warnings)

    def is_signing_near(self, day: date | None, today: date) -> bool:
        """Tell whether the last day for signatures is near or today."""
        return day is not None and today <= day <= today + timedelta(days=self.days_before_signing)


def call_rules(today: date) -> CallRules:
    """Give the rules that are valid on a day."""
    return read_rules(reference.get_document(DocumentKind.CALL_RULES, on=today).content)


def read_rules(content: dict[str, Any]) -> CallRules:
    """Give the rules that a document holds."""
    rows: Sequence[dict[str, Any]] = content["before_closing"]
    warnings = tuple(Notice(row["id"], row.get("days", 0), row.get("hours", 0)) for row in rows)
    return CallRules(warnings, content["days_before_signing"])


def time_left(closes_at: datetime) -> str:
    """Show how long it is to a moment: om 12 dagar, om 5 timmar, om 20 minuter; in words when it has passed."""
    left = closes_at - clock.now()
    if left <= timedelta():
        return _("stängd")
    minutes = int(left.total_seconds()) // 60
    if minutes < 60:
        return ngettext("om %(num)s minut", "om %(num)s minuter", minutes)
    if left < _IN_HOURS:
        return ngettext("om %(num)s timme", "om %(num)s timmar", minutes // 60)
    return countdown(clock.in_sweden(closes_at).date())
