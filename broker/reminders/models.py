"""Table of how people want to be reminded, and when the morning comes."""

from datetime import date, datetime, time

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from broker import clock
from broker.access import Private
from broker.extensions import Base, Key

_MORNING = time(6)
_SATURDAY = 5


class ReminderChoice(Private, Base):
    """How one person wants to be reminded of the tasks in one organisation; nobody else changes it."""

    __table_args__ = (UniqueConstraint("organisation_id", "user_id"),)

    user_id: Mapped[int] = mapped_column(Key, ForeignKey("user.id"), index=True)
    is_mailed: Mapped[bool] = mapped_column(default=False)
    mailed_on: Mapped[date | None]
    shows_titles: Mapped[bool] = mapped_column(default=False)
    shows_companies: Mapped[bool] = mapped_column(default=False)
    token_hash: Mapped[str | None] = mapped_column(unique=True)


def has_morning_come(now: datetime) -> bool:
    """Tell whether today's letters may leave: from Monday to Friday, from six o'clock in Sweden on."""
    local = clock.in_sweden(now)
    return local.weekday() < _SATURDAY and local.time() >= _MORNING
