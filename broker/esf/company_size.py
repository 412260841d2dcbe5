"""The size class of a company in the meaning of the block exemption, which sets the intensity of aid."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Any

from broker.esf.amounts import as_euro, to_decimal
from broker.sentences import N_, Sentence


class SizeClass(StrEnum):
    """The size of a company, with its word on the screen."""

    SMALL = "small"
    MEDIUM = "medium"
    LARGE = "large"

    @property
    def label(self) -> str:
        """Give the Swedish word."""
        return {"small": "Litet", "medium": "Medelstort", "large": "Stort"}[self.value]


@dataclass(frozen=True)
class SizeLimits:
    """Staff must be below the limit, and turnover or balance at most theirs."""

    staff_below: int
    turnover_eur: Decimal
    balance_eur: Decimal


@dataclass(frozen=True)
class CompanySize:
    """The size class with the two inputs that decided it; no class when a figure is missing."""

    size_class: SizeClass | None
    deciding: tuple[Sentence, ...]


def read_size_limits(section: Mapping[str, Any]) -> dict[SizeClass, SizeLimits]:
    """Read the limits of small and medium companies from the template's state_aid section."""
    small, medium = section["sme_test"]["small"], section["sme_test"]["medium"]
    million = Decimal(10) ** 6
    shared = to_decimal(small["turnover_or_balance_meur"]) * million
    turnover, balance = (to_decimal(medium[key]) * million for key in ("turnover_meur", "balance_meur"))
    return {
        SizeClass.SMALL: SizeLimits(small["staff_lt"], shared, shared),
        SizeClass.MEDIUM: SizeLimits(medium["staff_lt"], turnover, balance),
    }


def classify_size(
    staff: int,
    turnover_eur: Decimal | None,
    balance_eur: Decimal | None,
    limits: Mapping[SizeClass, SizeLimits],
) -> CompanySize:
    """Give the size class of a company; the figures are those of its whole group."""
    for size_class in (SizeClass.SMALL, SizeClass.MEDIUM):
        limit = limits[size_class]
        if staff >= limit.staff_below:
            continue
        text, figure, highest = _lowest_figure(turnover_eur, balance_eur, limit)
        if figure is not None and figure <= highest:
            people = Sentence(N_("%(staff)s anställda, under %(limit)s"), {"staff": staff, "limit": limit.staff_below})
            money = Sentence(text, {"amount": as_euro(figure), "limit": as_euro(highest)})
            return CompanySize(size_class, (people, money))
        if turnover_eur is None or balance_eur is None:
            return CompanySize(None, (Sentence(_missing(turnover_eur, balance_eur)),))
    return CompanySize(SizeClass.LARGE, _why_large(staff, turnover_eur, balance_eur, limits[SizeClass.MEDIUM]))


def _missing(turnover: Decimal | None, balance: Decimal | None) -> str:
    if turnover is None and balance is None:
        return N_("Ange företagets omsättning och balansomslutning i euro, så kan storleken avgöras.")
    if turnover is None:
        return N_("Ange företagets omsättning i euro, så kan storleken avgöras.")
    return N_("Ange företagets balansomslutning i euro, så kan storleken avgöras.")


def _lowest_figure(
    turnover: Decimal | None, balance: Decimal | None, limit: SizeLimits
) -> tuple[str, Decimal | None, Decimal]:
    """Give the figure that lies lowest against its limit: keeping one of the two is enough."""
    figures = [
        (N_("omsättning %(amount)s, högst %(limit)s"), turnover, limit.turnover_eur),
        (N_("balansomslutning %(amount)s, högst %(limit)s"), balance, limit.balance_eur),
    ]
    return min(figures, key=lambda row: Decimal("Infinity") if row[1] is None else row[1] / row[2])


def _why_large(
    staff: int, turnover: Decimal | None, balance: Decimal | None, limit: SizeLimits
) -> tuple[Sentence, ...]:
    if staff >= limit.staff_below:
        return (Sentence(N_("%(staff)s anställda, minst %(limit)s"), {"staff": staff, "limit": limit.staff_below}),)
    figures = [
        (N_("omsättning %(amount)s, över %(limit)s"), turnover, limit.turnover_eur),
        (N_("balansomslutning %(amount)s, över %(limit)s"), balance, limit.balance_eur),
    ]
    return tuple(
        Sentence(text, {"amount": as_euro(figure), "limit": as_euro(highest)})
        for text, figure, highest in figures
        if figure
    )
