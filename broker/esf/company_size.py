"""The size class of a company in the meaning of the block exemption, which sets the intensity of aid."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Any

from broker.esf.amounts import as_euro, to_decimal


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
    deciding: tuple[str, ...]


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
    figures = {"omsättning": turnover_eur, "balansomslutning": balance_eur}
    for size_class in (SizeClass.SMALL, SizeClass.MEDIUM):
        limit = limits[size_class]
        if staff >= limit.staff_below:
            continue
        word, figure, highest = _lowest_figure(turnover_eur, balance_eur, limit)
        if figure is not None and figure <= highest:
            money = f"{word} {as_euro(figure)}, högst {as_euro(highest)}"
            return CompanySize(size_class, (f"{staff} anställda, under {limit.staff_below}", money))
        missing = " och ".join(name for name, amount in figures.items() if amount is None)
        if missing:
            return CompanySize(None, (f"Ange företagets {missing} i euro, så kan storleken avgöras.",))
    return CompanySize(SizeClass.LARGE, _why_large(staff, turnover_eur, balance_eur, limits[SizeClass.MEDIUM]))


def _lowest_figure(
    turnover: Decimal | None, balance: Decimal | None, limit: SizeLimits
) -> tuple[str, Decimal | None, Decimal]:
    """Give the figure that lies lowest against its limit: keeping one of the two is enough."""
    figures = [("omsättning", turnover, limit.turnover_eur), ("balansomslutning", balance, limit.balance_eur)]
    return min(figures, key=lambda row: Decimal("Infinity") if row[1] is None else row[1] / row[2])


def _why_large(staff: int, turnover: Decimal | None, balance: Decimal | None, limit: SizeLimits) -> tuple[str, ...]:
    if staff >= limit.staff_below:
        return (f"{staff} anställda, minst {limit.staff_below}",)
    figures = [("omsättning", turnover, limit.turnover_eur), ("balansomslutning", balance, limit.balance_eur)]
    return tuple(f"{word} {as_euro(figure)}, över {as_euro(highest)}" for word, figure, highest in figures if figure)
