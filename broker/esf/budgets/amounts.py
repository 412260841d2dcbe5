"""Amounts of the ESF application: rounding to öre, and numbers written the Swedish way."""

from decimal import ROUND_HALF_UP, Decimal
from typing import Any

ORE = Decimal("0.01")


def to_ore(amount: Decimal) -> Decimal:
    """Round an amount to two decimals, half away from zero."""
    return amount.quantize(ORE, rounding=ROUND_HALF_UP)


def to_euro(amount_kr: Decimal, sek_per_eur: Decimal) -> Decimal:
    """Convert kronor to euro and cent."""
    return to_ore(amount_kr / sek_per_eur)


def to_decimal(value: Any) -> Decimal:
    """Give the decimal that a number in a data file shows, not its binary neighbour."""
    return Decimal(str(value))


def as_number(value: Decimal | int, decimals: int = 2) -> str:
    """Write a number with a decimal comma and non-breaking spaces between thousands."""
    return f"{value:,.{decimals}f}".replace(",", "\N{NO-BREAK SPACE}").replace(".", ",")


def as_kr(amount: Decimal) -> str:
    """Write an amount in kronor and öre."""
    return f"{as_number(amount)}\N{NO-BREAK SPACE}kr"


def as_euro(amount: Decimal) -> str:
    """Write an amount in euro and cent."""
    return f"{as_number(amount)}\N{NO-BREAK SPACE}euro"


def as_percent(share: Decimal) -> str:
    """Write a share as a percentage with at most two decimals."""
    percent = f"{to_ore(share * 100):f}".rstrip("0").rstrip(".")
    return f"{percent.replace('.', ',')}\N{NO-BREAK SPACE}%"


def as_count(count: Decimal) -> str:
    """Write a number with decimals only when there are any."""
    return as_number(count, 0 if count == count.to_integral_value() else 2)


def as_hours(hours: Decimal) -> str:
    """Write a number of hours in Swedish."""
    return f"{as_count(hours)}\N{NO-BREAK SPACE}timmar"
