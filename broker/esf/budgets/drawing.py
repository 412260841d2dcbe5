"""Liquidity as a picture: points of lines in a fixed box, worked out on the server."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from broker.esf.budgets.liquidity import Curve, Liquidity

WIDTH, HEIGHT = 1000, 320
_MARGIN = 16
_MOST_LABELS = 6


@dataclass(frozen=True)
class Line:
    """One curve as the points of a polyline, with the place of its lowest."""

    curve: Curve
    points: str
    lowest_x: float
    lowest_y: float


@dataclass(frozen=True)
class Drawing:
    """The curves without an advance, the height of nothing, and the months that are written below."""

    lines: tuple[Line, ...]
    zero_y: float
    labels: tuple[tuple[float, date], ...]
    width: int = WIDTH
    height: int = HEIGHT


def draw(money: Liquidity) -> Drawing:
    """Draw the ways of claiming without an advance; the advance is told in the table."""
    shown = [curve for curve in money.curves if not curve.advance] or list(money.curves)
    amounts = [amount for curve in shown for amount in curve.balance.values()] + [Decimal(0)]
    highest, lowest = max(amounts), min(amounts)
    across = {month: _x(place, len(money.months)) for place, month in enumerate(money.months)}
    step = -(-len(money.months) // _MOST_LABELS)

    def down(amount: Decimal) -> float:
        span = highest - lowest or Decimal(1)
        return round(_MARGIN + float((highest - amount) / span) * (HEIGHT - 2 * _MARGIN), 1)

    lines = [
        Line(
            curve,
            " ".join(f"{across[month]},{down(amount)}" for month, amount in curve.balance.items()),
            across[curve.lowest_in] if curve.lowest_in else 0,
            down(curve.lowest),
        )
        for curve in shown
    ]
    labels = tuple((across[month], month) for month in money.months[::step])
    return Drawing(tuple(lines), down(Decimal(0)), labels)


def _x(place: int, count: int) -> float:
    return round(_MARGIN + place * (WIDTH - 2 * _MARGIN) / max(count - 1, 1), 1)
