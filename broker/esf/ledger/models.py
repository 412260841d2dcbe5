"""The table of aid that an organisation itself knows of: granted by it or by others, and whether it is registered."""

from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import ForeignKey, Index, Numeric
from sqlalchemy.orm import Mapped, mapped_column, relationship

from broker import clock
from broker.access import Private
from broker.accounts.models import User
from broker.companies.models import Company
from broker.esf.models import Project
from broker.extensions import Base, Key, Versioned


class AidGrant(Private, Versioned, Base):
    """One de minimis aid with the day on which the right to it arose; what we grant ourselves is to be registered."""

    __table_args__ = (Index("ix_aid_grant_day", "organisation_id", "granted_on"),)

    company_id: Mapped[int] = mapped_column(Key, ForeignKey("company.id"), index=True)
    project_id: Mapped[int | None] = mapped_column(Key, ForeignKey("project.id"), index=True)
    giver: Mapped[str]
    instrument: Mapped[str]
    granted_on: Mapped[date]
    amount_kr: Mapped[Decimal | None] = mapped_column(Numeric(14, 2))
    sek_per_eur: Mapped[Decimal | None] = mapped_column(Numeric(10, 4))
    rate_source: Mapped[str | None]
    amount_eur: Mapped[Decimal] = mapped_column(Numeric(14, 2))
    is_ours: Mapped[bool]
    recorded_by_id: Mapped[int] = mapped_column(Key, ForeignKey("user.id"))
    recorded_at: Mapped[datetime] = mapped_column(default=clock.now)
    registered_on: Mapped[date | None]
    registered_by_id: Mapped[int | None] = mapped_column(Key, ForeignKey("user.id"))

    company: Mapped[Company] = relationship()
    project: Mapped[Project | None] = relationship()
    registered_by: Mapped[User | None] = relationship(foreign_keys="AidGrant.registered_by_id")
