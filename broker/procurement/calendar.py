"""Days as the law counts them: Swedish public holidays, and last days that move to the next weekday."""

from collections.abc import Iterable
from datetime import date, timedelta

from broker.clock import add_months

_SATURDAY, _SUNDAY = 5, 6
# Epiphany, May Day, the national day (6 June) and so on: SFS 1989:1253.
_FIXED_HOLIDAYS = ((1, 1), (1, 6), (5, 1), (6, 6), (12, 25), (12, 26))
# Good Friday, Easter Day, Easter Monday, Ascension Day and Whit Sunday, in days from Easter Day.
_FROM_EASTER = (-2, 0, 1, 39, 49)


def easter_day(year: int) -> date:
    """Give Easter Day of the Gregorian calendar, by the method of Meeus, Jones and Butcher."""
    golden = year % 19
    century, of_century = divmod(year, 100)
    leaps, rest = divmod(century, 4)
    correction = (century - (century + 8) // 25 + 1) // 3
    epact = (19 * golden + century - leaps - correction + 15) % 30
    of_four, of_one = divmod(of_century, 4)
    weekday = (32 + 2 * rest + 2 * of_four - epact - of_one) % 7
    shift = (golden + 11 * epact + 22 * weekday) // 451
    month, day = divmod(epact + weekday - 7 * shift + 114, 31)
    return date(year, month, day + 1)


def public_holidays(year: int) -> frozenset[date]:
    """Give the public holidays of a year beside the ordinary Sundays: SFS 1989:1253."""
    easter = easter_day(year)
    days = {date(year, month, day) for month, day in _FIXED_HOLIDAYS}
    days |= {easter + timedelta(days=shift) for shift in _FROM_EASTER}
    return frozenset(days | {_midsummer_day(year), _first_weekday(date(year, 10, 31), _SATURDAY)})


def is_weekday(day: date) -> bool:
    """Tell whether something can fall due on a day.

    Not on a Saturday, Sunday, public holiday, Midsummer Eve, Christmas Eve or New Year's Eve: SFS 1930:173, 2 §.
    """
    eves = {_midsummer_day(day.year) - timedelta(days=1), date(day.year, 12, 24), date(day.year, 12, 31)}
    return day.weekday() not in (_SATURDAY, _SUNDAY) and day not in public_holidays(day.year) and day not in eves


def move_to_weekday(day: date) -> date:
    """Give the day itself, or the first weekday after it."""
    while not is_weekday(day):
        day += timedelta(days=1)
    return day


def add_days(start: date, days: int) -> date:
    """Give the last day of a time of so many days, which does not count its first day and ends on a weekday."""
    return move_to_weekday(start + timedelta(days=days))


def standstill_end(sent_on: date, *, days: int, stated: Iterable[date | None] = ()) -> date:
    """Give the last day of a standstill; a longer time stated in the notification wins: LOU 20 kap. 1 and 18 §§."""
    return max([add_days(sent_on, days), *(day for day in stated if day is not None)])


def quarter_end(day: date) -> date:
    """Give the last day of the quarter of a day."""
    first_of_next = add_months(date(day.year, (day.month - 1) // 3 * 3 + 1, 1), 3)
    return first_of_next - timedelta(days=1)


def _midsummer_day(year: int) -> date:
    return _first_weekday(date(year, 6, 20), _SATURDAY)


def _first_weekday(start: date, weekday: int) -> date:
    return start + timedelta(days=(weekday - start.weekday()) % 7)
