"""Tables of leads: what the sender offered to whom, and the receiver's own copy."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from broker import clock
from broker.access import Private
from broker.accounts.models import Organisation, User
from broker.companies.models import Company, Person, Task
from broker.extensions import Base, Key, Versioned
from broker.topics import queries as topics


class LeadGround(StrEnum):
    """On which ground another organisation is told (offentlighets- och sekretesslagen, 2009:400)."""

    CONSENT = "consent"
    OWN_TASK = "own_task"
    GENERAL_CLAUSE = "general_clause"

    @property
    def label(self) -> Any:
        """Give the Swedish words, with the paragraph."""
        return _GROUND_LABELS[self]


_GROUND_LABELS = {
    LeadGround.CONSENT: _l("Företaget har samtyckt (12 kap. 2 § OSL)"),
    LeadGround.OWN_TASK: _l("Nödvändigt för vårt eget uppdrag (10 kap. 2 § OSL)"),
    LeadGround.GENERAL_CLAUSE: _l("Intresset väger uppenbart tyngre, generalklausulen (10 kap. 27 § OSL)"),
}


class SharedField(StrEnum):
    """What goes along with a lead beyond the public register and what the lead is about."""

    PERSON = "person"
    PHONE = "phone"
    EMAIL = "email"
    EMPLOYEES = "employees"

    @property
    def label(self) -> Any:
        """Give the Swedish words."""
        return _FIELD_LABELS[self]


_FIELD_LABELS = {
    SharedField.PERSON: _l("Kontaktpersonens namn och funktion"),
    SharedField.PHONE: _l("Telefon"),
    SharedField.EMAIL: _l("E-postadress"),
    SharedField.EMPLOYEES: _l("Antal anställda"),
}


class OfferState(StrEnum):
    """How far a lead has come with one receiver."""

    SENT = "sent"
    OPENED = "opened"
    ASKED = "asked"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    RETURNED = "returned"
    REVOKED = "revoked"

    @property
    def label(self) -> Any:
        """Give the Swedish word."""
        return _STATE_LABELS[self]

    @property
    def tone(self) -> str:
        """Give the colour that goes with the word."""
        return _STATE_TONES[self]

    @property
    def is_waiting(self) -> bool:
        """Tell whether the receiver has not decided yet."""
        return self in WAITING


WAITING = (OfferState.SENT, OfferState.OPENED, OfferState.ASKED)
# Who has asked something waits for the sender, not the other way round.
_OWING = (OfferState.SENT, OfferState.OPENED)
# While a lead is read or followed its receiver knows of the company; what it declined is none of its business.
KNOWING = (OfferState.OPENED, OfferState.ASKED, OfferState.ACCEPTED)
UNSEEN = (OfferState.SENT, OfferState.REVOKED)
_STATE_LABELS = {
    OfferState.SENT: _l("Skickat"),
    OfferState.OPENED: _l("Öppnat"),
    OfferState.ASKED: _l("Fråga ställd"),
    OfferState.ACCEPTED: _l("Antaget"),
    OfferState.DECLINED: _l("Avböjt"),
    OfferState.RETURNED: _l("Återlämnat"),
    OfferState.REVOKED: _l("Återkallat"),
}
_STATE_TONES = {
    OfferState.SENT: "info",
    OfferState.OPENED: "info",
    OfferState.ASKED: "warn",
    OfferState.ACCEPTED: "ok",
    OfferState.DECLINED: "off",
    OfferState.RETURNED: "off",
    OfferState.REVOKED: "off",
}


class LeadResult(StrEnum):
    """What became of a lead that was taken on."""

    NEED = "need"
    TRAINING = "training"
    NOTHING = "nothing"

    @property
    def label(self) -> Any:
        """Give the Swedish words."""
        return _RESULT_LABELS[self]


_RESULT_LABELS = {
    LeadResult.NEED: _l("Det blev ett behov"),
    LeadResult.TRAINING: _l("Det blev en utbildning"),
    LeadResult.NOTHING: _l("Det ledde inte vidare"),
}


def without_person(shared: dict[str, Any]) -> dict[str, Any]:
    """Give what is left of the shared facts when those of the contact person are taken out."""
    return {name: fact for name, fact in shared.items() if not name.startswith("person_")}


class Lead(Private, Base):
    """What we offered about one company: the text, what goes along, the ground, and by when we want an answer."""

    company_id: Mapped[int] = mapped_column(Key, ForeignKey("company.id"), index=True)
    summary: Mapped[str]
    topic_id: Mapped[str | None]
    person_id: Mapped[int | None] = mapped_column(Key, ForeignKey("person.id"), index=True)
    shared: Mapped[dict[str, Any]]
    ground: Mapped[LeadGround]
    ground_note: Mapped[str]
    answer_by: Mapped[date]
    offered_by_id: Mapped[int] = mapped_column(Key, ForeignKey("user.id"))
    offered_at: Mapped[datetime] = mapped_column(default=clock.now)

    company: Mapped[Company] = relationship()
    person: Mapped[Person | None] = relationship()
    offered_by: Mapped[User] = relationship()
    offers: Mapped[list["LeadOffer"]] = relationship(back_populates="lead", order_by="LeadOffer.id")

    @property
    def topic_label(self) -> str:
        """Give the topic in words, or nothing."""
        return topics.topic_label(self.topic_id)

    @property
    def is_person_protected(self) -> bool:
        """Tell whether the contact person's identity is protected by now."""
        return self.person is not None and self.person.is_protected

    @property
    def shown_facts(self) -> dict[str, Any]:
        """Give what went along, without a person whose identity is protected by now."""
        return without_person(self.shared) if self.is_person_protected else self.shared


class _Answer:
    """What the receiver has said; both sides keep it."""

    state: Mapped[OfferState] = mapped_column(default=OfferState.SENT)
    state_at: Mapped[datetime] = mapped_column(default=clock.now)
    answered_by: Mapped[str | None]
    question: Mapped[str | None]
    reason: Mapped[str | None]
    reply: Mapped[str | None]
    first_answered_at: Mapped[datetime | None]
    result: Mapped[LeadResult | None]
    result_note: Mapped[str | None]
    result_at: Mapped[datetime | None]


class LeadOffer(Private, Versioned, _Answer, Base):
    """A lead as the sender follows it with one receiver."""

    lead_id: Mapped[int] = mapped_column(Key, ForeignKey("lead.id"), index=True)
    receiver_id: Mapped[int] = mapped_column(Key, ForeignKey("organisation.id"))
    escalated_at: Mapped[datetime | None]

    lead: Mapped[Lead] = relationship(back_populates="offers")
    receiver: Mapped[Organisation] = relationship(foreign_keys="LeadOffer.receiver_id")

    def is_late(self, today: date) -> bool:
        """Tell whether the day to answer by has passed without an answer."""
        return self.state in _OWING and self.lead.answer_by < today


class ReceivedLead(Private, Versioned, _Answer, Base):
    """The receiver's own copy of a lead."""

    __table_args__ = (Index("ix_received_lead_waiting", "organisation_id", "state", "answer_by"),)

    offer_id: Mapped[int] = mapped_column(Key, ForeignKey("lead_offer.id"), unique=True)
    sender_id: Mapped[int] = mapped_column(Key, ForeignKey("organisation.id"))
    sent_by: Mapped[str]
    company_id: Mapped[int] = mapped_column(Key, ForeignKey("company.id"), index=True)
    summary: Mapped[str]
    topic_id: Mapped[str | None]
    shared: Mapped[dict[str, Any]]
    ground: Mapped[LeadGround]
    ground_note: Mapped[str]
    answer_by: Mapped[date]
    received_at: Mapped[datetime] = mapped_column(default=clock.now)
    task_id: Mapped[int | None] = mapped_column(Key, ForeignKey("task.id"))

    company: Mapped[Company] = relationship()
    task: Mapped[Task | None] = relationship()
    sender: Mapped[Organisation] = relationship(foreign_keys="ReceivedLead.sender_id")

    @property
    def topic_label(self) -> str:
        """Give the topic in words, or nothing."""
        return topics.topic_label(self.topic_id)

    @property
    def is_opened(self) -> bool:
        """Tell whether somebody has opened the lead; until then not even the company's name is shown."""
        return self.state not in UNSEEN

    @property
    def leads_to_company(self) -> bool:
        """Tell whether the receiver can open the company: one without number only while it knows of it."""
        return self.company.has_number or self.state in KNOWING

    def is_late(self, today: date) -> bool:
        """Tell whether the day to answer by has passed without an answer."""
        return self.state in _OWING and self.answer_by < today
