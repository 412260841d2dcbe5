"""Tables of when a cohort is taught, and of how many hours its companies' people were there."""

import secrets
from datetime import date, datetime, time
from typing import Any

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from broker.access import Private
from broker.companies.models import Company
from broker.extensions import Base, Key, Versioned


class CourseSession(Private, Versioned, Base):
    """One occasion on which a cohort is taught, by the clocks of Sweden."""

    __table_args__ = (UniqueConstraint("cohort_id", "day", "starts_at"),)

    cohort_id: Mapped[int] = mapped_column(Key, ForeignKey("cohort.id"))
    day: Mapped[date]
    starts_at: Mapped[time]
    ends_at: Mapped[time]
    break_minutes: Mapped[int] = mapped_column(default=0)
    # What calendars know the session by, which no other one ever has.
    uid: Mapped[str] = mapped_column(default=lambda: secrets.token_hex(10))

    def as_called_off(self) -> dict[str, Any]:
        """Give what is remembered of a session that is taken away, so that calendars can take it away too."""
        times = {"day": self.day.isoformat(), "starts_at": self.starts_at.isoformat("minutes")}
        return times | {"uid": self.uid, "minutes": self.length, "version": self.version + 1}

    @property
    def length(self) -> int:
        """Give the minutes from beginning to end."""
        span = datetime.combine(self.day, self.ends_at) - datetime.combine(self.day, self.starts_at)
        return int(span.total_seconds()) // 60

    @property
    def minutes(self) -> int:
        """Give the minutes of teaching, without the break."""
        return self.length - self.break_minutes


class Attendance(Private, Versioned, Base):
    """How many of a company's people took part in a cohort, and the minutes that they were there together."""

    cohort_id: Mapped[int] = mapped_column(Key, ForeignKey("cohort.id"), index=True)
    company_id: Mapped[int] = mapped_column(Key, ForeignKey("company.id"), index=True)
    women: Mapped[int]
    men: Mapped[int]
    unknown_sex: Mapped[int]
    women_minutes: Mapped[int]
    men_minutes: Mapped[int]
    unknown_minutes: Mapped[int]

    company: Mapped[Company] = relationship()

    @property
    def people(self) -> int:
        """Give how many took part."""
        return self.women + self.men + self.unknown_sex

    @property
    def minutes(self) -> int:
        """Give the minutes of everybody together."""
        return self.women_minutes + self.men_minutes + self.unknown_minutes
