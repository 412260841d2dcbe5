"""The table of tenderers' requests for the reasons of an award."""

from datetime import date, datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from broker import clock
from broker.access import Private
from broker.extensions import Base, Key, Versioned


class ReasonsRequest(Private, Versioned, Base):
    """That a tenderer asked for the reasons, on which day, and when they were given."""

    purchase_id: Mapped[int] = mapped_column(Key, ForeignKey("purchase.id"), index=True)
    asked_by: Mapped[str]
    received_on: Mapped[date]
    answered_on: Mapped[date | None]
    note: Mapped[str | None]
    registered_by_id: Mapped[int] = mapped_column(Key, ForeignKey("user.id"))
    created_at: Mapped[datetime] = mapped_column(default=clock.now)
