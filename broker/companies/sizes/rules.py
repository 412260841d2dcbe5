"""Which category figures belong to (recommendation 2003/361/EC, art. 2 and 4): plain data in, plain data out."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from functools import reduce
from itertools import pairwise
from typing import Any

from flask_babel import lazy_gettext as _l

from broker.sentences import N_, Sentence

_SPACE = "\N{NO-BREAK SPACE}"


class Category(StrEnum):
    """The size of an enterprise, the smallest first."""

    MICRO = "micro"
    SMALL = "small"
    MEDIUM = "medium"
    LARGE = "large"

    @property
    def label(self) -> Any:
        """Give the Swedish word."""
        return _LABELS[self]

    @property
    def word(self) -> Sentence:
        """Give the Swedish word inside a sentence."""
        return Sentence(_WORDS[self])

    @property
    def rank(self) -> int:
        """Give the place among the categories."""
        return list(Category).index(self)


_LABELS = {
    Category.MICRO: _l("Mikroföretag"),
    Category.SMALL: _l("Litet företag"),
    Category.MEDIUM: _l("Medelstort företag"),
    Category.LARGE: _l("Stort företag"),
}
_WORDS = {
    Category.MICRO: N_("mikroföretag"),
    Category.SMALL: N_("litet företag"),
    Category.MEDIUM: N_("medelstort företag"),
    Category.LARGE: N_("stort företag"),
}


@dataclass(frozen=True)
class Ceiling:
    """Staff must be below its limit, and turnover or balance sheet total at most theirs."""

    headcount_below: int
    turnover_eur: Decimal
    balance_eur: Decimal


@dataclass(frozen=True)
class SizeRules:
    """The rules that hold from a day on."""

    valid_from: date
    source: Sentence
    ceilings: Mapping[Category, Ceiling]
    partner_from: Decimal
    linked_above: Decimal
    public_from: Decimal
    angel_below: Decimal
    municipality_budget_below: Decimal
    municipality_inhabitants_below: int


@dataclass(frozen=True)
class Amount:
    """A figure that lies between two values; without a highest one, part of it is not known."""

    low: Decimal = Decimal(0)
    high: Decimal | None = Decimal(0)

    @classmethod
    def of(cls, value: Decimal | None) -> "Amount":
        """Give a known value, or anything from zero up."""
        return cls(value or Decimal(0), value)

    def __add__(self, other: "Amount") -> "Amount":
        high = None if self.high is None or other.high is None else self.high + other.high
        return Amount(self.low + other.low, high)

    def of_share(self, percent: Decimal) -> "Amount":
        """Give so many per cent of it."""
        return Amount(self.low * percent / 100, None if self.high is None else self.high * percent / 100)


@dataclass(frozen=True)
class Sums:
    """What is measured: annual work units, turnover and balance sheet total in euro."""

    headcount: Amount = Amount()
    turnover: Amount = Amount()
    balance: Amount = Amount()

    def __add__(self, other: "Sums") -> "Sums":
        return Sums(self.headcount + other.headcount, self.turnover + other.turnover, self.balance + other.balance)

    def of_share(self, percent: Decimal) -> "Sums":
        """Give so many per cent of each."""
        return Sums(*(amount.of_share(percent) for amount in (self.headcount, self.turnover, self.balance)))


@dataclass(frozen=True)
class Span:
    """The category, or the smallest and the largest that it can be while figures are missing."""

    low: Category
    high: Category

    @property
    def category(self) -> Category | None:
        """Give the category if there is no doubt about it."""
        return self.low if self.low is self.high else None


def classify(sums: Sums, rules: SizeRules) -> Span:
    """Give the category of figures, from the smallest to the largest that it can be."""
    amounts = (sums.headcount, sums.turnover, sums.balance)
    return Span(
        _category([amount.low for amount in amounts], rules),
        _category([Decimal("Infinity") if amount.high is None else amount.high for amount in amounts], rules),
    )


def _category(figures: Sequence[Decimal], rules: SizeRules) -> Category:
    headcount, turnover, balance = figures
    for category, ceiling in rules.ceilings.items():
        if headcount < ceiling.headcount_below and (turnover <= ceiling.turnover_eur or balance <= ceiling.balance_eur):
            return category
    return Category.LARGE


def over_years(spans: Sequence[Span]) -> Span:
    """Give the category after accounting periods in a row, the oldest first (art. 4.2).

    A ceiling that is passed, upwards or downwards, counts when it has been passed in two consecutive periods.
    """
    return reduce(_after, pairwise(spans), spans[0])


def _after(status: Span, pair: tuple[Span, Span]) -> Span:
    return Span(*(_kept(status, pair, end) for end in ("low", "high")))


def _kept(status: Span, pair: tuple[Span, Span], end: str) -> Category:
    before, now = sorted((getattr(span, end) for span in pair), key=lambda category: category.rank)
    held: Category = getattr(status, end)
    return max(before, min(held, now, key=lambda category: category.rank), key=lambda category: category.rank)


def why(sums: Sums, span: Span, rules: SizeRules) -> tuple[Sentence, ...]:
    """Tell the figures that decided a category: staff, and the one of the two amounts that lies lowest."""
    category = span.category
    if category is None:
        return ()
    if category is Category.LARGE:
        return _why_large(sums, rules.ceilings[Category.MEDIUM])
    ceiling = rules.ceilings[category]
    people = {"staff": count(sums.headcount.low), "limit": ceiling.headcount_below}
    texts = (
        (N_("omsättning %(amount)s, högst %(limit)s"), sums.turnover, ceiling.turnover_eur),
        (N_("balansomslutning %(amount)s, högst %(limit)s"), sums.balance, ceiling.balance_eur),
    )
    known = [
        (amount.high / limit, text, amount.high, limit) for text, amount, limit in texts if amount.high is not None
    ]
    money = [
        Sentence(text, {"amount": euro(amount), "limit": euro(limit)})
        for _share, text, amount, limit in sorted(known, key=lambda row: row[0])[:1]
    ]
    return (Sentence(N_("%(staff)s årsarbetskrafter, under %(limit)s"), people), *money)


def _why_large(sums: Sums, ceiling: Ceiling) -> tuple[Sentence, ...]:
    if sums.headcount.low >= ceiling.headcount_below:
        facts = {"staff": count(sums.headcount.low), "limit": ceiling.headcount_below}
        return (Sentence(N_("%(staff)s årsarbetskrafter, minst %(limit)s"), facts),)
    texts = (
        (N_("omsättning %(amount)s, över %(limit)s"), sums.turnover, ceiling.turnover_eur),
        (N_("balansomslutning %(amount)s, över %(limit)s"), sums.balance, ceiling.balance_eur),
    )
    return tuple(Sentence(text, {"amount": euro(amount.low), "limit": euro(limit)}) for text, amount, limit in texts)


def euro(amount: Decimal) -> str:
    """Write an amount in whole euro."""
    return f"{amount:,.0f}{_SPACE}euro".replace(",", _SPACE)


def count(number: Decimal) -> str:
    """Write a number with at most two decimals."""
    return f"{number:,.2f}".rstrip("0").rstrip(".").replace(",", _SPACE).replace(".", ",")


def percent(share: Decimal) -> str:
    """Write a share in per cent."""
    return f"{count(share)}{_SPACE}%"
