"""Tables of inquiries: the links to the company's own form, and the answers that wait to be confirmed."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from broker import clock
from broker.access import Private
from broker.accounts.models import Organisation
from broker.companies.models import Company, Person
from broker.extensions import Base, Key, Versioned
from broker.needs.models import barriers_in_words
from broker.topics import queries as topics


class InquiryKind(StrEnum):
    """Whom a link is for."""

    COMPANY = "company"
    CAMPAIGN = "campaign"
    ORGANISATION = "organisation"

    @property
    def label(self) -> Any:
        """Give the Swedish words."""
        return _KIND_LABELS[self]


_KIND_LABELS = {
    InquiryKind.COMPANY: _l("Ett företag"),
    InquiryKind.CAMPAIGN: _l("En kampanj"),
    InquiryKind.ORGANISATION: _l("Alla företag hos oss"),
}


class AnswerState(StrEnum):
    """What has been done about an answer."""

    NEW = "new"
    CONFIRMED = "confirmed"
    REJECTED = "rejected"

    @property
    def label(self) -> Any:
        """Give the Swedish words."""
        return _STATE_LABELS[self]

    @property
    def tone(self) -> str:
        """Give the tone of its tag."""
        return _STATE_TONES[self]


_STATE_LABELS = {
    AnswerState.NEW: _l("Att bekräfta"),
    AnswerState.CONFIRMED: _l("Bekräftat"),
    AnswerState.REJECTED: _l("Avvisat"),
}
_STATE_TONES = {AnswerState.NEW: "info", AnswerState.CONFIRMED: "ok", AnswerState.REJECTED: "off"}


class Inquiry(Private, Versioned, Base):
    """A link to the form: for one company, a campaign or everybody; open until a day, or until somebody closes it."""

    token: Mapped[str] = mapped_column(unique=True)
    kind: Mapped[InquiryKind]
    name: Mapped[str]
    company_id: Mapped[int | None] = mapped_column(Key, ForeignKey("company.id"), index=True)
    person_id: Mapped[int | None] = mapped_column(Key, ForeignKey("person.id"), index=True)
    topic_ids: Mapped[list[str]] = mapped_column(default=list)
    open_until: Mapped[date]
    is_closed: Mapped[bool] = mapped_column(default=False)
    sent_on: Mapped[date | None]
    reminded_on: Mapped[date | None]
    created_by_id: Mapped[int] = mapped_column(Key, ForeignKey("user.id"))
    created_at: Mapped[datetime] = mapped_column(default=clock.now)

    organisation: Mapped[Organisation] = relationship(foreign_keys="Inquiry.organisation_id")
    company: Mapped[Company | None] = relationship()
    person: Mapped[Person | None] = relationship()

    def is_open_on(self, today: date) -> bool:
        """Tell whether the form takes answers."""
        return not self.is_closed and today <= self.open_until

    @property
    def current_topic_ids(self) -> list[str]:
        """Give the topics as they are now: one that has gone into another is that one."""
        return topics.current_topics(self.topic_ids)

    @property
    def topic_labels(self) -> str:
        """Give the topics on offer in words."""
        return ", ".join(map(topics.topic_label, self.current_topic_ids))


class InquiryAnswer(Private, Versioned, Base):
    """What a company has said in the form, and what became of it."""

    __table_args__ = (Index("ix_inquiry_answer_state", "organisation_id", "state"),)

    inquiry_id: Mapped[int] = mapped_column(Key, ForeignKey("inquiry.id"), index=True)
    company_id: Mapped[int | None] = mapped_column(Key, ForeignKey("company.id"), index=True)
    company_name: Mapped[str]
    organisation_number: Mapped[str | None]
    place: Mapped[str]
    text: Mapped[str | None]
    topic_ids: Mapped[list[str]]
    women: Mapped[int]
    men: Mapped[int]
    unknown_sex: Mapped[int]
    earliest_on: Mapped[date | None]
    latest_on: Mapped[date | None]
    barriers: Mapped[list[str]]
    barrier_note: Mapped[str | None]
    contact_name: Mapped[str | None]
    contact_reach: Mapped[str | None]
    received_at: Mapped[datetime] = mapped_column(default=clock.now)
    state: Mapped[AnswerState] = mapped_column(default=AnswerState.NEW)
    state_at: Mapped[datetime] = mapped_column(default=clock.now)
    answered_by: Mapped[str | None]
    reason: Mapped[str | None]

    inquiry: Mapped[Inquiry] = relationship()
    company: Mapped[Company | None] = relationship()

    @property
    def is_new(self) -> bool:
        """Tell whether nobody has dealt with it yet."""
        return self.state is AnswerState.NEW

    @property
    def people(self) -> int:
        """Give how many people it is about."""
        return self.women + self.men + self.unknown_sex

    @property
    def current_topic_ids(self) -> list[str]:
        """Give the topics as they are now: one that has gone into another is that one."""
        return topics.current_topics(self.topic_ids)

    @property
    def topic_labels(self) -> str:
        """Give the ticked topics in words."""
        return ", ".join(map(topics.topic_label, self.current_topic_ids))

    @property
    def barrier_labels(self) -> str:
        """Give the barriers in words."""
        return barriers_in_words(self.barriers)
