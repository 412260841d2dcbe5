"""Table of analyses: what was said, step by step, in one talk with a company."""

from datetime import date, datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from broker import clock
from broker.access import Private
from broker.accounts.models import User
from broker.companies.models import Company
from broker.extensions import Base, Key, Versioned


class Analysis(Private, Versioned, Base):
    """One talk: what the business is to reach, what people must be able to do, who lacks it, and what follows."""

    company_id: Mapped[int] = mapped_column(Key, ForeignKey("company.id"), index=True)
    held_on: Mapped[date]
    goal: Mapped[str | None]
    ability: Mapped[str | None]
    gap: Mapped[str | None]
    consequence: Mapped[str | None]
    added_by_id: Mapped[int] = mapped_column(Key, ForeignKey("user.id"))
    created_at: Mapped[datetime] = mapped_column(default=clock.now)

    company: Mapped[Company] = relationship()
    added_by: Mapped[User] = relationship()
