"""Tables of what decides the size of companies: figures by year, who owns what, owners outside the register."""

from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import JSON, ForeignKey, Index, Numeric
from sqlalchemy.orm import Mapped, mapped_column, relationship, validates

from broker import clock
from broker.access import Private
from broker.companies.models import Company
from broker.companies.sizes.groups import HolderKind, Holding
from broker.companies.sizes.rules import Category, Span
from broker.companies.sizes.years import Figures
from broker.extensions import Base, Folded, Key, Versioned
from broker.swedish import search_key

_Money, _Share, _Units, _Rate = Numeric(18, 2), Numeric(5, 2), Numeric(10, 2), Numeric(10, 4)


class Currency(StrEnum):
    """In which money the accounts are written."""

    SEK = "sek"
    EUR = "eur"

    @property
    def label(self) -> Any:
        """Give the Swedish word."""
        return _l("Kronor") if self is Currency.SEK else _l("Euro")


class OutsideOwner(Private, Versioned, Base):
    """Somebody who owns a part of companies and is not in the register: a foreign enterprise, a body, a person."""

    name: Mapped[str]
    name_key: Mapped[str] = mapped_column(Folded)
    # Never that of a person.
    number: Mapped[str | None]
    country: Mapped[str | None]

    @validates("name")
    def _keep_key(self, key: str, name: str) -> str:
        self.name_key = search_key(name)
        return name


class SizeFigures(Private, Versioned, Base):
    """One accounting period of a company or of an owner outside the register, as its accounts say."""

    company_id: Mapped[int | None] = mapped_column(Key, ForeignKey("company.id"), index=True)
    outside_owner_id: Mapped[int | None] = mapped_column(Key, ForeignKey("outside_owner.id"), index=True)
    closed_on: Mapped[date]
    headcount: Mapped[Decimal | None] = mapped_column(_Units)
    turnover: Mapped[Decimal | None] = mapped_column(_Money)
    balance: Mapped[Decimal | None] = mapped_column(_Money)
    currency: Mapped[Currency] = mapped_column(default=Currency.SEK)
    sek_per_eur: Mapped[Decimal | None] = mapped_column(_Rate)
    rate_on: Mapped[date | None]
    rate_source: Mapped[str | None]
    is_consolidated: Mapped[bool] = mapped_column(default=False)
    is_estimate: Mapped[bool] = mapped_column(default=False)
    source: Mapped[str]
    source_on: Mapped[date]
    # Nothing that was noted is deleted: what was wrong does not count any more.
    is_void: Mapped[bool] = mapped_column(default=False)

    outside_owner: Mapped[OutsideOwner | None] = relationship()

    @property
    def holder_key(self) -> str:
        """Give what the enterprise is known by among owners."""
        return key_of(self.company_id, self.outside_owner_id)

    def in_euro(self, amount: Decimal | None) -> Decimal | None:
        """Give an amount of these accounts in euro."""
        if amount is None or self.currency is Currency.EUR:
            return amount
        return amount / self.sek_per_eur if self.sek_per_eur else None

    @property
    def as_figures(self) -> Figures:
        """Give the figures as the rules take them."""
        return Figures(
            self.closed_on,
            self.headcount,
            self.in_euro(self.turnover),
            self.in_euro(self.balance),
            is_consolidated=self.is_consolidated,
            is_estimate=self.is_estimate,
        )


class Ownership(Private, Versioned, Base):
    """What one owner holds of one enterprise for some time; each is a company or stands outside the register."""

    owner_company_id: Mapped[int | None] = mapped_column(Key, ForeignKey("company.id"), index=True)
    owner_outside_id: Mapped[int | None] = mapped_column(Key, ForeignKey("outside_owner.id"), index=True)
    owned_company_id: Mapped[int | None] = mapped_column(Key, ForeignKey("company.id"), index=True)
    owned_outside_id: Mapped[int | None] = mapped_column(Key, ForeignKey("outside_owner.id"), index=True)
    kind: Mapped[HolderKind] = mapped_column(default=HolderKind.ENTERPRISE)
    capital: Mapped[Decimal] = mapped_column(_Share)
    votes: Mapped[Decimal] = mapped_column(_Share)
    controls: Mapped[bool] = mapped_column(default=False)
    is_same_market: Mapped[bool] = mapped_column(default=False)
    starts_on: Mapped[date | None]
    ends_on: Mapped[date | None]
    source: Mapped[str]
    source_on: Mapped[date]
    is_void: Mapped[bool] = mapped_column(default=False)

    owner_company: Mapped[Company | None] = relationship(foreign_keys="Ownership.owner_company_id")
    owner_outside: Mapped[OutsideOwner | None] = relationship(foreign_keys="Ownership.owner_outside_id")
    owned_company: Mapped[Company | None] = relationship(foreign_keys="Ownership.owned_company_id")
    owned_outside: Mapped[OutsideOwner | None] = relationship(foreign_keys="Ownership.owned_outside_id")

    @property
    def owner(self) -> str:
        """Give what the owner is known by."""
        return key_of(self.owner_company_id, self.owner_outside_id)

    @property
    def owned(self) -> str:
        """Give what the owned enterprise is known by."""
        return key_of(self.owned_company_id, self.owned_outside_id)

    @property
    def owner_name(self) -> str:
        """Give the owner's name."""
        return _name(self.owner_company or self.owner_outside)

    @property
    def owned_name(self) -> str:
        """Give the owned enterprise's name."""
        return _name(self.owned_company or self.owned_outside)

    def is_in_force(self, day: date) -> bool:
        """Tell whether it counts on a day."""
        has_begun = self.starts_on is None or self.starts_on <= day
        return not self.is_void and has_begun and (self.ends_on is None or day <= self.ends_on)

    @property
    def as_holding(self) -> Holding:
        """Give it as the rules take it."""
        return Holding(
            self.owner,
            self.owned,
            self.capital,
            self.votes,
            kind=self.kind,
            controls=self.controls,
            is_same_market=self.is_same_market,
        )


class SizeStatus(Private, Versioned, Base):
    """The size of a company as it was worked out last, and what somebody here says instead, with the reason."""

    __table_args__ = (Index("ix_size_status_company", "organisation_id", "company_id"),)

    company_id: Mapped[int] = mapped_column(Key, ForeignKey("company.id"), index=True)
    smallest: Mapped[Category]
    largest: Mapped[Category]
    # The sentences about what decided it, as they are stored.
    because: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    assessed_at: Mapped[datetime] = mapped_column(default=clock.now)
    chosen: Mapped[Category | None]
    reason: Mapped[str | None]

    @property
    def category(self) -> Category | None:
        """Give the size: what somebody chose, or else what the figures say, if they say it."""
        return self.chosen or Span(self.smallest, self.largest).category


def key_of(company_id: int | None, outside_owner_id: int | None) -> str:
    """Give what an enterprise is known by among owners: a company the same wherever it stands."""
    return f"company-{company_id}" if company_id else f"outside-{outside_owner_id}"


def _name(row: Company | OutsideOwner | None) -> str:
    return row.name if row else ""
