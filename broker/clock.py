"""The only place that asks what time it is."""

from calendar import monthrange
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

SWEDEN = ZoneInfo("Europe/Stockholm")
# Of a month in the long run, for spans that no rule counts by the calendar.
DAYS_A_MONTH = 30.44
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


def end_of(day: date) -> datetime:
    """Give the moment when a day in Sweden is over."""
    return datetime.combine(day + timedelta(days=1), time(), tzinfo=SWEDEN)


def add_months(start: date, months: int) -> date:
    """Give the same day so many months later, or the last day of a shorter month."""
    year, month = divmod(start.year * 12 + start.month - 1 + months, 12)
    return date(year, month + 1, min(start.day, monthrange(year, month + 1)[1]))
