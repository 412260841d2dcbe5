"""Half-years: which one a need counts in, and how addresses and people name them."""

import re
from datetime import date, timedelta
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import Date
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import GenericFunction

LAST_MONTH_OF_SPRING = 6
_CODE = re.compile(r"(20\d\d)-([12])")

HalfYear = tuple[int, int]


class middle_day(GenericFunction[date]):  # noqa: N801 - SQL functions have small letters.
    """The middle day of a period from one day to another; of two middle days the first.

    A need counts in the half-year of its middle day: for a period that touches two, the one with most of its days.
    """

    type = Date()
    inherit_cache = True


@compiles(middle_day, "sqlite")
def _on_sqlite(element: Any, compiler: Any, **options: Any) -> str:
    first, last = (compiler.process(clause, **options) for clause in element.clauses)
    return f"date({first}, cast((julianday({last}) - julianday({first})) / 2 as integer) || ' days')"


@compiles(middle_day, "postgresql")
def _on_postgresql(element: Any, compiler: Any, **options: Any) -> str:
    first, last = (compiler.process(clause, **options) for clause in element.clauses)
    return f"({first} + ({last} - {first}) / 2)"


def first_and_last_day(half_year: HalfYear) -> tuple[date, date]:
    """Give the days of a half-year, for example (2027, 1)."""
    year, half = half_year
    middle = date(year, LAST_MONTH_OF_SPRING, 30)
    return (date(year, 1, 1), middle) if half == 1 else (middle + timedelta(days=1), date(year, 12, 31))


def half_year_of(day: date) -> HalfYear:
    """Give the half-year that a day lies in."""
    return day.year, 1 if day.month <= LAST_MONTH_OF_SPRING else 2


def half_year_of_period(first: date, last: date) -> HalfYear:
    """Give the half-year that a period counts in, as middle_day does in the database."""
    return half_year_of(first + timedelta(days=(last - first).days // 2))


def read_half_year(text: str | None) -> HalfYear | None:
    """Read a half-year as addresses have it, for example 2027-1; nothing for anything else."""
    found = _CODE.fullmatch(text or "")
    return (int(found[1]), int(found[2])) if found else None


def half_year_code(half_year: HalfYear | None) -> str | None:
    """Give a half-year as addresses have it."""
    return f"{half_year[0]}-{half_year[1]}" if half_year else None


def half_year_name(half_year: HalfYear | None) -> str:
    """Give a half-year as people say it."""
    if half_year is None:
        return ""
    year, half = half_year
    return _("våren %(year)s", year=year) if half == 1 else _("hösten %(year)s", year=year)
