"""Which days a series of sessions has: the same weekdays for so many weeks, public holidays left out by choice."""

from collections.abc import Collection
from datetime import date, timedelta

from broker.procurement.calendar import public_holidays

_WEEK = 7


def days_of(first_on: date, weekdays: Collection[int], weeks: int, *, skips_holidays: bool = False) -> list[date]:
    """Give the days of so many weeks from a day on that are these weekdays, or that day's own if none is chosen."""
    wanted = set(weekdays) or {first_on.weekday()}
    days = (first_on + timedelta(days=count) for count in range(weeks * _WEEK))
    return [day for day in days if day.weekday() in wanted and not (skips_holidays and is_holiday(day))]


def is_holiday(day: date) -> bool:
    """Tell whether a day is a public holiday, other than an ordinary Sunday."""
    return day in public_holidays(day.year)
