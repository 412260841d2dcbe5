"""Tables of rounds: when companies were asked about one topic, and which, by letter or by a task of ours."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from broker import clock
from broker.access import Private
from broker.accounts.models import User
from broker.companies.models import Company, Task
from broker.extensions import Base, Key
from broker.needs.half_years import half_year_name, read_half_year
from broker.needs.inquiries.models import Inquiry
from broker.topics import queries as topics


class InquiryRound(Private, Base):
    """Companies that were asked at one time if they have a need too; of a half-year, or of no certain one."""

    __table_args__ = (Index("ix_inquiry_round_topic", "organisation_id", "topic_id", "asked_on"),)

    topic_id: Mapped[str]
    half_year: Mapped[str | None]
    asked_on: Mapped[date]
    asked_by_id: Mapped[int] = mapped_column(Key, ForeignKey("user.id"))
    created_at: Mapped[datetime] = mapped_column(default=clock.now)

    asked_by: Mapped[User] = relationship()

    @property
    def topic_label(self) -> str:
        """Give the topic in words."""
        return topics.topic_label(self.topic_id)

    @property
    def title(self) -> str:
        """Give the topic and the half-year in words."""
        return ", ".join(filter(None, [self.topic_label, half_year_name(read_half_year(self.half_year))]))


class AskedCompany(Private, Base):
    """One company of a round: it got a link to the form, or one of us is to ask it."""

    round_id: Mapped[int] = mapped_column(Key, ForeignKey("inquiry_round.id"), index=True)
    company_id: Mapped[int] = mapped_column(Key, ForeignKey("company.id"), index=True)
    inquiry_id: Mapped[int | None] = mapped_column(Key, ForeignKey("inquiry.id"), index=True)
    task_id: Mapped[int | None] = mapped_column(Key, ForeignKey("task.id"), index=True)

    round: Mapped[InquiryRound] = relationship()
    company: Mapped[Company] = relationship()
    inquiry: Mapped[Inquiry | None] = relationship()
    task: Mapped[Task | None] = relationship()
