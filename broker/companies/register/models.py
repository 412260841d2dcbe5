"""The table of when the register was asked."""

from datetime import datetime

from sqlalchemy.orm import Mapped, mapped_column

from broker import clock
from broker.extensions import Base


class RegisterQuestion(Base):
    """One question to the register: when, never about whom, so that the whole installation keeps to the limit."""

    asked_at: Mapped[datetime] = mapped_column(default=clock.now, index=True)
