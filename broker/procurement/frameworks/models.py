"""Tables of framework agreements: the agreement, its suppliers, its options, and who has said no to a call-off."""

from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from broker import clock
from broker.access import Private
from broker.accounts.models import User
from broker.extensions import Base, Key, Versioned
from broker.procurement.fields import cpv_label
from broker.procurement.labels import alternative_label
from broker.providers.models import Provider
from broker.topics import queries as topics

if TYPE_CHECKING:
    from broker.procurement.models import Purchase

_ORE_PER_KRONA = 100


class FrameworkLaw(StrEnum):
    """Which rules an agreement was made under; they decide whether four years are a limit or a norm."""

    EU = "eu"
    CHAPTER_19 = "chapter_19"

    @property
    def label(self) -> Any:
        """Give the Swedish words."""
        return _LAW_LABELS[self]


class CallOffModel(StrEnum):
    """How it is decided who gets a call-off; the words are those of the workflow's field."""

    SINGLE_SUPPLIER = "single_supplier"
    RANKING = "ranking"
    FIXED_ALLOCATION = "fixed_allocation"
    MINI_COMPETITION = "mini_competition"

    @property
    def label(self) -> Any:
        """Give the Swedish words."""
        return alternative_label("call_off_model", self.value)


class VolumeUnit(StrEnum):
    """What a ceiling that is no amount of money counts."""

    PARTICIPANTS = "participants"
    HOURS = "hours"

    @property
    def label(self) -> Any:
        """Give the Swedish words."""
        return _UNIT_LABELS[self]


class OptionState(StrEnum):
    """Whether a longer term has been called."""

    OPEN = "open"
    USED = "used"
    UNUSED = "unused"

    @property
    def label(self) -> Any:
        """Give the Swedish words."""
        return _OPTION_LABELS[self]


_LAW_LABELS = {
    FrameworkLaw.EU: _l("LOU 4–18 kap. (EU-styrd upphandling)"),
    FrameworkLaw.CHAPTER_19: _l("LOU 19 kap. (till exempel tjänster i bilaga 2)"),
}
_UNIT_LABELS = {VolumeUnit.PARTICIPANTS: _l("deltagare"), VolumeUnit.HOURS: _l("timmar")}
_OPTION_LABELS = {
    OptionState.OPEN: _l("Inte avgjord"),
    OptionState.USED: _l("Utnyttjad"),
    OptionState.UNUSED: _l("Utnyttjas inte"),
}


class FrameworkAgreement(Private, Versioned, Base):
    """An agreement that sets the terms of purchases to come, as it was made: typed once, then chosen.

    Without `is_own_named` others alone may call off; with it, the boards in `named_users`, or all of ours when none is
    listed. What was called off outside this installation, by others or before, is stated as a sum.
    """

    name: Mapped[str]
    diary_number: Mapped[str | None]
    owner: Mapped[str]
    subject: Mapped[str | None]
    topic_ids: Mapped[list[str]] = mapped_column(default=list)
    cpv_codes: Mapped[list[str]] = mapped_column(default=list)
    law: Mapped[FrameworkLaw]
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    term_reason: Mapped[str | None]
    model: Mapped[CallOffModel]
    ceiling_ore: Mapped[int] = mapped_column(Key)
    volume_unit: Mapped[VolumeUnit | None]
    volume_ceiling: Mapped[int | None] = mapped_column(Key)
    used_elsewhere_ore: Mapped[int] = mapped_column(Key, default=0)
    used_elsewhere_volume: Mapped[int] = mapped_column(Key, default=0)
    is_own_named: Mapped[bool] = mapped_column(default=True)
    named_users: Mapped[list[str]] = mapped_column(default=list)
    created_at: Mapped[datetime] = mapped_column(default=clock.now)

    suppliers: Mapped[list["FrameworkSupplier"]] = relationship(
        back_populates="framework", order_by="FrameworkSupplier.rank, FrameworkSupplier.id"
    )
    options: Mapped[list["FrameworkOption"]] = relationship(
        back_populates="framework", order_by="FrameworkOption.extends_to, FrameworkOption.id"
    )

    @property
    def ceiling(self) -> Decimal:
        """Give the ceiling in kronor."""
        return Decimal(self.ceiling_ore) / _ORE_PER_KRONA

    @property
    def used_elsewhere(self) -> Decimal:
        """Give in kronor what has been called off outside this installation."""
        return Decimal(self.used_elsewhere_ore or 0) / _ORE_PER_KRONA

    @property
    def users_in_lines(self) -> str:
        """Give the named boards and authorities as they are typed, one in each line."""
        return "\n".join(self.named_users)

    @property
    def last_day(self) -> date:
        """Give the last day that it is in force, with the options that have been used."""
        return max([self.ends_on, *(row.extends_to for row in self.options if row.state is OptionState.USED)])

    @property
    def longest_term_ends_on(self) -> date:
        """Give the last day that it can be in force, with every option that has not been given up."""
        return max([self.ends_on, *(row.extends_to for row in self.options if row.state is not OptionState.UNUSED)])

    @property
    def topic_names(self) -> str:
        """Give the topics that it covers, as the organisation has them now."""
        return ", ".join(map(topics.topic_label, topics.current_topics(self.topic_ids)))

    @property
    def cpv_names(self) -> str:
        """Give the CPV codes that it covers, with their names."""
        return ", ".join(map(cpv_label, self.cpv_codes))

    def is_in_force(self, day: date) -> bool:
        """Tell whether a contract may be made under it on a day."""
        return self.starts_on <= day <= self.last_day

    def list_active(self, day: date) -> list["FrameworkSupplier"]:
        """List the suppliers that are bound on a day, in the order of the agreement."""
        return [row for row in self.suppliers if row.is_active(day)]


class FrameworkSupplier(Private, Versioned, Base):
    """One provider's place in an agreement: its rank or its share, and the day that it left, with the reason."""

    __table_args__ = (UniqueConstraint("framework_id", "provider_id"),)

    framework_id: Mapped[int] = mapped_column(Key, ForeignKey("framework_agreement.id"), index=True)
    provider_id: Mapped[int] = mapped_column(Key, ForeignKey("provider.id"), index=True)
    rank: Mapped[int | None]
    share_percent: Mapped[int | None]
    ended_on: Mapped[date | None]
    ended_reason: Mapped[str | None]

    framework: Mapped[FrameworkAgreement] = relationship(back_populates="suppliers")
    provider: Mapped[Provider] = relationship()

    def is_active(self, day: date) -> bool:
        """Tell whether the supplier is bound on a day; on the day that it ends it is not."""
        return self.ended_on is None or day < self.ended_on


class FrameworkOption(Private, Versioned, Base):
    """A right to let the agreement go on until a later day, which must be called by a day."""

    framework_id: Mapped[int] = mapped_column(Key, ForeignKey("framework_agreement.id"), index=True)
    extends_to: Mapped[date]
    call_by: Mapped[date]
    state: Mapped[OptionState] = mapped_column(default=OptionState.OPEN)
    decided_on: Mapped[date | None]

    framework: Mapped[FrameworkAgreement] = relationship(back_populates="options")


class FrameworkDecline(Private, Base):
    """A supplier's no to one call-off, with who said it and why; written once."""

    framework_id: Mapped[int] = mapped_column(Key, ForeignKey("framework_agreement.id"), index=True)
    supplier_id: Mapped[int] = mapped_column(Key, ForeignKey("framework_supplier.id"), index=True)
    purchase_id: Mapped[int] = mapped_column(Key, ForeignKey("purchase.id"), index=True)
    said_on: Mapped[date]
    said_by: Mapped[str]
    reason: Mapped[str]
    noted_by_id: Mapped[int] = mapped_column(Key, ForeignKey("user.id"))
    noted_at: Mapped[datetime] = mapped_column(default=clock.now)

    supplier: Mapped[FrameworkSupplier] = relationship()
    purchase: Mapped["Purchase"] = relationship()
    noted_by: Mapped[User] = relationship()
