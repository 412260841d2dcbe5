"""How an amount is spread over calendar months, to the öre, and how much of full time some months are."""

from calendar import monthrange
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction

from broker.esf.budgets.amounts import ORE, to_ore


@dataclass(frozen=True)
class Period:
    """From one day to another, both counted."""

    starts_on: date
    ends_on: date

    @property
    def months(self) -> tuple[date, ...]:
        """Give the first day of every month that the period touches."""
        return tuple(self._each_month())

    @property
    def length(self) -> Fraction:
        """Give how many months it is: a whole one counts as one, a begun one as its share of days."""
        return sum((self.share_of(month) for month in self.months), Fraction(0))

    def share_of(self, month: date) -> Fraction:
        """Give how much of the month that begins on a day lies in the period."""
        length = monthrange(month.year, month.month)[1]
        first, last = max(self.starts_on, month), min(self.ends_on, month.replace(day=length))
        return Fraction(max(0, (last - first).days + 1), length)

    def joined(self, other: "Period") -> "Period":
        """Give the shortest period that holds both."""
        return Period(min(self.starts_on, other.starts_on), max(self.ends_on, other.ends_on))

    def _each_month(self) -> Iterator[date]:
        month = self.starts_on.replace(day=1)
        while month <= self.ends_on:
            yield month
            month = next_month(month)


def next_month(month: date) -> date:
    """Give the first day of the month after one."""
    return month.replace(year=month.year + month.month // 12, month=month.month % 12 + 1, day=1)


def full_time_hours(period: Period, hours_per_year: Decimal, share: Decimal, persons: int) -> Decimal:
    """Give the hours of some people at a share of full time: a twelfth of the year's hours in every month."""
    exact = Fraction(hours_per_year) * Fraction(share) * persons * period.length / 12
    return _rounded(exact)


def spread(total: Decimal, period: Period) -> dict[date, Decimal]:
    """Spread an amount evenly over the months of a period; what is rounded in one month is made up in the next.

    Up to the end of any month as much is spent as the months so far, rounded to öre, so that the months always add
    up to the amount and none differs by more than an öre from its exact share.
    """
    shares = {month: period.share_of(month) for month in period.months}
    whole = sum(shares.values(), Fraction(0))
    if not whole:
        return {}
    return in_steps({month: share / whole for month, share in shares.items()}, total)


def in_steps(parts: Mapping[date, Fraction], total: Decimal) -> dict[date, Decimal]:
    """Divide an amount by parts of one in the order given, each step rounded together with all before it."""
    spent, so_far, steps = Decimal("0.00"), Fraction(0), {}
    for month, part in parts.items():
        so_far += part
        reached = _rounded(Fraction(total) * so_far)
        steps[month] = reached - spent
        spent = reached
    return steps


def _rounded(exact: Fraction) -> Decimal:
    """Round to hundredths, half away from zero, from the exact fraction."""
    hundredths = abs(exact) * 100
    whole, rest = divmod(hundredths.numerator, hundredths.denominator)
    counted = whole + (2 * rest >= hundredths.denominator)
    return to_ore(Decimal(counted if exact >= 0 else -counted) * ORE)
