"""Compares offers by one of three models, with every line of the arithmetic; knows nothing of the database.

Points are rounded to two decimals and kronor to whole öre, half upwards, line by line, and the lines are then added:
what a reader works out from the lines is the total. Offers with the same total stand in the same place.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from broker.formatting import kronor, number, ore
from broker.sentences import N_
from broker.swedish import sort_key

HIGHEST = 5
WHOLE = 100
_CENT = Decimal("0.01")


class SheetModel(StrEnum):
    """How offers are compared."""

    LOWEST_PRICE = "lowest_price"
    WEIGHTED = "weighted"
    DEDUCTION = "deduction"

    @property
    def label(self) -> Any:
        """Give the words in the reader's language."""
        return _(_MODELS[self])

    @property
    def label_key(self) -> str:
        """Give the words as they are stored, to be said in the reader's language."""
        return _MODELS[self]

    @property
    def rule(self) -> Any:
        """Say how it counts, with how it rounds."""
        return _RULES[self]


_MODELS = {
    SheetModel.LOWEST_PRICE: N_("Lägsta pris bland dem som uppfyller kraven"),
    SheetModel.WEIGHTED: N_("Pris och kvalitet med vikter"),
    SheetModel.DEDUCTION: N_("Pris med avdrag i kronor för kvalitet (mervärdesmodell)"),
}
_RULES = {
    SheetModel.LOWEST_PRICE: _l(
        "Den som har lägst jämförpris vinner. Den som inte uppfyller kraven godtas inte och jämförs inte."
    ),
    SheetModel.WEIGHTED: _l(
        "Pris: lägsta jämförpris ÷ jämförpriset × vikten. Kvalitet: poäng ÷ 5 × vikten. Varje rad avrundas till två "
        "decimaler, en halv uppåt, och raderna läggs ihop. Högst summa vinner."
    ),
    SheetModel.DEDUCTION: _l(
        "Jämförpriset minskas med kriteriets värde × poäng ÷ 5. Varje avdrag avrundas till hela ören, en halv uppåt. "
        "Lägst summa vinner."
    ),
}


@dataclass(frozen=True)
class Quality:
    """One quality: its weight in per cent, or what full marks are worth in öre."""

    id: int
    name: str
    weight: int = 0
    worth_ore: int = 0


@dataclass(frozen=True)
class Bid:
    """One offer: its price for the whole group, and what it was given for each quality."""

    id: int
    name: str
    price_ore: int
    points: Mapping[int, int]


@dataclass(frozen=True)
class Line:
    """One line of the arithmetic: for what, how, and what comes of it, in points or kronor."""

    label: str
    working: str
    result: Decimal


@dataclass(frozen=True)
class Outcome:
    """What came of one offer, and its place; several can stand in the same."""

    bid: Bid
    lines: tuple[Line, ...]
    total: Decimal
    place: int


@dataclass(frozen=True)
class Result:
    """The offers from the first place to the last, or what is missing before anybody can tell."""

    model: SheetModel
    outcomes: tuple[Outcome, ...]
    missing: tuple[tuple[str, str], ...] = ()

    @property
    def first(self) -> tuple[Bid, ...]:
        """Give who stands first: several when they are alike, nobody while points are missing."""
        return tuple(row.bid for row in self.outcomes if row.place == 1)

    def total_in_words(self, outcome: Outcome) -> str:
        """Give a total as it is read: points, or kronor."""
        return in_words(self.model, outcome.total)


def in_words(model: SheetModel, value: Decimal) -> str:
    """Give a result as it is read: points, or kronor."""
    return _("%(points)s poäng", points=number(value)) if model is SheetModel.WEIGHTED else kronor(value)


def compare(model: SheetModel, price_weight: int, qualities: Sequence[Quality], bids: Sequence[Bid]) -> Result:
    """Work out how these offers compare; the order in which they are given does not matter."""
    missing = tuple((bid.name, quality.name) for bid in bids for quality in qualities if quality.id not in bid.points)
    if missing or not bids:
        return Result(model, (), missing)
    lowest = min(bid.price_ore for bid in bids)
    worked = [(bid, tuple(_lines(model, price_weight, qualities, bid, lowest))) for bid in bids]
    totals = {bid.id: sum((line.result for line in lines), Decimal(0)) for bid, lines in worked}
    is_better = _is_higher if model is SheetModel.WEIGHTED else _is_lower
    outcomes = [
        Outcome(bid, lines, totals[bid.id], 1 + sum(is_better(other, totals[bid.id]) for other in totals.values()))
        for bid, lines in worked
    ]
    return Result(model, tuple(sorted(outcomes, key=lambda row: (row.place, sort_key(row.bid.name), row.bid.id))))


def _lines(model: SheetModel, price_weight: int, qualities: Sequence[Quality], bid: Bid, lowest: int) -> list[Line]:
    if model is not SheetModel.WEIGHTED:
        price = Line(_("Jämförpris"), ore(bid.price_ore), Decimal(bid.price_ore) / 100)
        deductions = qualities if model is SheetModel.DEDUCTION else ()
        return [price, *(_deduction(quality, bid.points[quality.id]) for quality in deductions)]
    price = _price_points(bid.price_ore, lowest, price_weight)
    return [price, *(_quality_points(quality, bid.points[quality.id]) for quality in qualities)]


def _price_points(price: int, lowest: int, weight: int) -> Line:
    # What is free has the lowest price there is, and divides nothing.
    share = Decimal(lowest) / price if price else Decimal(1)
    result = (share * weight).quantize(_CENT, ROUND_HALF_UP)
    facts = {"lowest": ore(lowest), "price": ore(price), "weight": weight, "result": number(result)}
    return Line(_("Pris"), _("%(lowest)s ÷ %(price)s × %(weight)s = %(result)s", **facts), result)


def _quality_points(quality: Quality, points: int) -> Line:
    result = (Decimal(points) * quality.weight / HIGHEST).quantize(_CENT, ROUND_HALF_UP)
    facts = {"points": points, "highest": HIGHEST, "weight": quality.weight, "result": number(result)}
    return Line(quality.name, _("%(points)s ÷ %(highest)s × %(weight)s = %(result)s", **facts), result)


def _deduction(quality: Quality, points: int) -> Line:
    worth = Decimal(quality.worth_ore) / WHOLE
    result = (worth * points / HIGHEST).quantize(_CENT, ROUND_HALF_UP)
    facts = {"worth": kronor(worth), "points": points, "highest": HIGHEST, "result": kronor(result)}
    return Line(quality.name, _("− %(worth)s × %(points)s ÷ %(highest)s = − %(result)s", **facts), -result)


def _is_higher(one: Decimal, other: Decimal) -> bool:
    return one > other


def _is_lower(one: Decimal, other: Decimal) -> bool:
    return one < other
