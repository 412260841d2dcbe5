"""Tables of tips: the address of an organisation's public form, what came in over it, and how often from where."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from broker import clock
from broker.access import Private
from broker.companies.models import Company
from broker.extensions import Base, Key, Versioned
from broker.leads.tips.pages import PublicPage


class TipState(StrEnum):
    """What has been done about a tip."""

    NEW = "new"
    TAKEN = "taken"
    DISMISSED = "dismissed"

    @property
    def label(self) -> Any:
        """Give the Swedish word."""
        return _STATE_LABELS[self]

    @property
    def tone(self) -> str:
        """Give the colour that goes with the word."""
        return _STATE_TONES[self]


_STATE_LABELS = {
    TipState.NEW: _l("Nytt"),
    TipState.TAKEN: _l("Omhändertaget"),
    TipState.DISMISSED: _l("Avfärdat"),
}
_STATE_TONES = {TipState.NEW: "info", TipState.TAKEN: "ok", TipState.DISMISSED: "off"}


class TipPage(PublicPage):
    """Where an organisation's public form for tips is."""


class Tip(Private, Versioned, Base):
    """What somebody told us about a company, and what became of it."""

    __table_args__ = (Index("ix_tip_state", "organisation_id", "state"),)

    company_name: Mapped[str]
    organisation_number: Mapped[str | None]
    place: Mapped[str]
    need: Mapped[str]
    company_knows: Mapped[bool]
    tipper_name: Mapped[str | None]
    tipper_reach: Mapped[str | None]
    received_at: Mapped[datetime] = mapped_column(default=clock.now)
    state: Mapped[TipState] = mapped_column(default=TipState.NEW)
    state_at: Mapped[datetime] = mapped_column(default=clock.now)
    answered_by: Mapped[str | None]
    reason: Mapped[str | None]
    company_id: Mapped[int | None] = mapped_column(Key, ForeignKey("company.id"), index=True)

    company: Mapped[Company | None] = relationship()

    @property
    def is_new(self) -> bool:
        """Tell whether nobody has dealt with it yet."""
        return self.state is TipState.NEW


class TipAttempt(Base):
    """A tip that was sent from an address, kept for as long as it counts against the next."""

    organisation_id: Mapped[int] = mapped_column(Key, ForeignKey("organisation.id"), index=True)
    address: Mapped[str] = mapped_column(index=True)
    attempted_at: Mapped[datetime] = mapped_column(default=clock.now)
