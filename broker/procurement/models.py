"""Tables of purchases, of every step that a purchase has taken, and of the rounds that it has left behind."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from broker import clock
from broker.access import Private
from broker.accounts.models import User
from broker.extensions import Base, Key, Versioned, WrittenOnce
from broker.procurement.frameworks.models import FrameworkAgreement
from broker.sentences import Sentence


class Purchase(Private, Versioned, Base):
    """The purchase of one training: its route, where it stands, and the values that the law asks for.

    Until the decision only the handler sees the offers, and those whom the handler has named. A purchase that has to
    be done again asks for offers in a new round.
    """

    title: Mapped[str]
    handler_id: Mapped[int] = mapped_column(Key, ForeignKey("user.id"))
    cohort_id: Mapped[int | None] = mapped_column(Key, ForeignKey("cohort.id"), index=True)
    provider_id: Mapped[int | None] = mapped_column(Key, ForeignKey("provider.id"), index=True)
    framework_id: Mapped[int | None] = mapped_column(Key, ForeignKey("framework_agreement.id"), index=True)
    workflow_version: Mapped[str]
    route: Mapped[str]
    state: Mapped[str]
    values: Mapped[dict[str, Any]]
    round: Mapped[int] = mapped_column(default=1)
    round_began_at: Mapped[datetime | None]
    created_at: Mapped[datetime] = mapped_column(default=clock.now)

    # Cohorts belong to a feature above this one, so their class is known here only by its name.
    cohort: Mapped[Any] = relationship("Cohort")
    handler: Mapped[User] = relationship()
    framework: Mapped[FrameworkAgreement | None] = relationship()
    steps: Mapped[list["PurchaseStep"]] = relationship(back_populates="purchase", order_by="PurchaseStep.id")
    ended_rounds: Mapped[list["PurchaseRound"]] = relationship(order_by="PurchaseRound.number", viewonly=True)


class PurchaseRound(Private, Base):
    """A round of offers that ended because it had to be done again, with what was filled in of it."""

    __table_args__ = (UniqueConstraint("purchase_id", "number"),)

    purchase_id: Mapped[int] = mapped_column(Key, ForeignKey("purchase.id"))
    number: Mapped[int]
    values: Mapped[dict[str, Any]]
    ended_at: Mapped[datetime] = mapped_column(default=clock.now)


class PurchaseStep(Private, WrittenOnce, Base):
    """One move of a purchase from state to state; written once."""

    purchase_id: Mapped[int] = mapped_column(Key, ForeignKey("purchase.id"), index=True)
    from_state: Mapped[str]
    to_state: Mapped[str]
    label: Mapped[Sentence]
    note: Mapped[Sentence | None]
    taken_by_id: Mapped[int] = mapped_column(Key, ForeignKey("user.id"))
    taken_at: Mapped[datetime] = mapped_column(default=clock.now)

    purchase: Mapped[Purchase] = relationship(back_populates="steps")
    taken_by: Mapped[User] = relationship()
