"""Tables of offers, of who may see them before the decision, and of the sheet that compares them."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from broker import clock
from broker.access import Private
from broker.accounts.models import User
from broker.extensions import Base, Key, Versioned
from broker.files import Attachment
from broker.procurement.models import Purchase
from broker.procurement.offers.evaluation import SheetModel
from broker.sentences import Sentence


class ReaderPart(StrEnum):
    """Why somebody beside the handler sees the offers."""

    PRESENT = "present"
    ASSESSOR = "assessor"

    @property
    def label(self) -> Any:
        """Give the Swedish words."""
        return _PARTS[self]


class Standing(StrEnum):
    """Whether an offer is compared, and if not why; an offer that is not stays in the purchase."""

    VALID = "valid"
    LATE = "late"
    NOT_ACCEPTED = "not_accepted"
    WITHDRAWN = "withdrawn"

    @property
    def label(self) -> Any:
        """Give the Swedish words."""
        return _STANDINGS[self]


_PARTS = {
    ReaderPart.PRESENT: _l("Är med när offerterna öppnas"),
    ReaderPart.ASSESSOR: _l("Bedömer offerterna"),
}
_STANDINGS = {
    Standing.VALID: _l("Jämförs"),
    Standing.LATE: _l("Kom in för sent"),
    Standing.NOT_ACCEPTED: _l("Godtas inte"),
    Standing.WITHDRAWN: _l("Återtagen"),
}


class OfferReader(Private, Base):
    """Somebody whom the handler lets see the offers of a purchase before the decision."""

    __table_args__ = (UniqueConstraint("purchase_id", "user_id"),)

    purchase_id: Mapped[int] = mapped_column(Key, ForeignKey("purchase.id"))
    user_id: Mapped[int] = mapped_column(Key, ForeignKey("user.id"))
    part: Mapped[ReaderPart]
    named_at: Mapped[datetime] = mapped_column(default=clock.now)

    user: Mapped[User] = relationship()


class PurchaseOffer(Private, Versioned, Base):
    """One offer as it came: from whom, when, and its price without VAT as the provider counts it.

    The name and number are kept as they stood, also of a provider in the register.
    """

    purchase_id: Mapped[int] = mapped_column(Key, ForeignKey("purchase.id"), index=True)
    round: Mapped[int] = mapped_column(default=1)
    provider_id: Mapped[int | None] = mapped_column(Key, ForeignKey("provider.id"), index=True)
    bidder_name: Mapped[str]
    organisation_number: Mapped[str | None]
    received_at: Mapped[datetime]
    fixed_price_ore: Mapped[int] = mapped_column(Key, default=0)
    price_per_participant_ore: Mapped[int] = mapped_column(Key, default=0)
    valid_to: Mapped[date | None]
    attachment_id: Mapped[int | None] = mapped_column(Key, ForeignKey("attachment.id"))
    note: Mapped[str | None]
    standing: Mapped[Standing] = mapped_column(default=Standing.VALID)
    standing_reason: Mapped[Sentence | None]
    registered_by_id: Mapped[int] = mapped_column(Key, ForeignKey("user.id"))
    created_at: Mapped[datetime] = mapped_column(default=clock.now)

    purchase: Mapped[Purchase] = relationship()
    attachment: Mapped[Attachment | None] = relationship()

    @property
    def is_compared(self) -> bool:
        """Tell whether the offer takes part in the comparison."""
        return self.standing is Standing.VALID


class OfferSheet(Private, Versioned, Base):
    """How the offers of a round will be compared, settled before anybody has seen one.

    `participants` is the number that a price per participant is counted for. `price_weight` is in per cent.
    """

    __table_args__ = (UniqueConstraint("purchase_id", "round"),)

    purchase_id: Mapped[int] = mapped_column(Key, ForeignKey("purchase.id"))
    round: Mapped[int] = mapped_column(default=1)
    model: Mapped[SheetModel]
    participants: Mapped[int]
    price_weight: Mapped[int]
    created_at: Mapped[datetime] = mapped_column(default=clock.now)

    criteria: Mapped[list["OfferCriterion"]] = relationship(
        order_by="OfferCriterion.id", cascade="all, delete-orphan", back_populates="sheet"
    )


class OfferCriterion(Private, Base):
    """One quality that offers are given 0 to 5 for: its weight in per cent, or what full marks are worth in öre."""

    sheet_id: Mapped[int] = mapped_column(Key, ForeignKey("offer_sheet.id"), index=True)
    name: Mapped[str]
    meaning: Mapped[str]
    weight: Mapped[int]
    worth_ore: Mapped[int] = mapped_column(Key)

    sheet: Mapped[OfferSheet] = relationship(back_populates="criteria")


class OfferScore(Private, Versioned, Base):
    """What one offer was given for one quality, and why."""

    __table_args__ = (UniqueConstraint("criterion_id", "offer_id"),)

    criterion_id: Mapped[int] = mapped_column(Key, ForeignKey("offer_criterion.id"))
    offer_id: Mapped[int] = mapped_column(Key, ForeignKey("purchase_offer.id"), index=True)
    points: Mapped[int]
    reason: Mapped[str]
    scored_by_id: Mapped[int] = mapped_column(Key, ForeignKey("user.id"))
    scored_at: Mapped[datetime] = mapped_column(default=clock.now)
