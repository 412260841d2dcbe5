"""The only place that asks what time it is."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

SWEDEN = ZoneInfo("Europe/Stockholm")


def now() -> datetime:
    """Give the present moment in UTC."""
    return datetime.now(UTC)


def today() -> date:
    """Give today's date in Sweden."""
    return in_sweden(now()).date()


def in_sweden(moment: datetime) -> datetime:
    """Give a moment as clocks in Sweden show it."""
    return moment.astimezone(SWEDEN)
