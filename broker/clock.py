"""The only place that asks what time it is."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

SWEDEN = ZoneInfo("Europe/Stockholm")
_FRIDAY, _MONDAY_AGAIN = 4, 7


def now() -> datetime:
    """Give the present moment in UTC."""
    return datetime.now(UTC)


def today() -> date:
    """Give today's date in Sweden."""
    return in_sweden(now()).date()


def next_weekday(day: date) -> date:
    """Give the first day from Monday to Friday after a day."""
    return day + timedelta(days=_MONDAY_AGAIN - day.weekday() if day.weekday() >= _FRIDAY else 1)


def in_sweden(moment: datetime) -> datetime:
    """Give a moment as clocks in Sweden show it."""
    return moment.astimezone(SWEDEN)
