"""Tables of companies: register facts for everybody, and what one organisation knows of a company."""

from datetime import date, datetime, time
from enum import StrEnum
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import Column, ForeignKey, Index, Table, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship, validates

from broker import clock
from broker.access import Private
from broker.accounts.models import User
from broker.companies.merged import Mergeable
from broker.extensions import Base, Folded, Key, Versioned
from broker.reference import queries as reference
from broker.swedish import company_key, search_key, sort_key


class EngagementStatus(StrEnum):
    """How far our relation to a company has come."""

    NEW = "new"
    CONTACTED = "contacted"
    ACTIVE = "active"
    RESTING = "resting"
    DECLINED = "declined"

    @property
    def label(self) -> Any:
        """Give the Swedish word."""
        return _STATUS_LABELS[self]

    @property
    def tone(self) -> str:
        """Give the colour that goes with the word."""
        return _STATUS_TONES[self]


_STATUS_LABELS = {
    EngagementStatus.NEW: _l("Ny"),
    EngagementStatus.CONTACTED: _l("Kontaktad"),
    EngagementStatus.ACTIVE: _l("Aktiv"),
    EngagementStatus.RESTING: _l("Vilande"),
    EngagementStatus.DECLINED: _l("Vill inte bli kontaktad"),
}


_STATUS_TONES = {
    EngagementStatus.NEW: "info",
    EngagementStatus.CONTACTED: "info",
    EngagementStatus.ACTIVE: "ok",
    EngagementStatus.RESTING: "off",
    EngagementStatus.DECLINED: "stop",
}


class InteractionKind(StrEnum):
    """How a contact took place."""

    VISIT = "visit"
    CALL = "call"
    EMAIL = "email"
    MEETING = "meeting"
    DIGITAL_MEETING = "digital_meeting"
    EVENT = "event"
    NO_ANSWER = "no_answer"

    @property
    def label(self) -> Any:
        """Give the Swedish word."""
        return _INTERACTION_LABELS[self]

    @classmethod
    def reached(cls) -> list["InteractionKind"]:
        """List the ways in which people reach each other: all but a call that nobody answered."""
        return [kind for kind in cls if kind is not cls.NO_ANSWER]


_INTERACTION_LABELS = {
    InteractionKind.VISIT: _l("Besök"),
    InteractionKind.CALL: _l("Samtal"),
    InteractionKind.EMAIL: _l("E-post"),
    InteractionKind.MEETING: _l("Möte"),
    InteractionKind.DIGITAL_MEETING: _l("Digitalt möte"),
    InteractionKind.EVENT: _l("Event"),
    InteractionKind.NO_ANSWER: _l("Samtal utan svar"),
}


class LegalBasis(StrEnum):
    """On which ground a person's details are kept (GDPR art. 6.1)."""

    PUBLIC_TASK = "public_task"
    CONSENT = "consent"

    @property
    def label(self) -> Any:
        """Give the Swedish words."""
        return _BASIS_LABELS[self]


_BASIS_LABELS = {
    LegalBasis.PUBLIC_TASK: _l("Uppgift av allmänt intresse"),
    LegalBasis.CONSENT: _l("Samtycke"),
}


# What an undone list or a correction removes keeps its history, so no later row may get its key; SQLite would let it.
_KEYS_ONCE = {"sqlite_autoincrement": True}
_NUMBERLESS = text("organisation_number is null and identity_hash is null")


class Company(Base):
    """One row of the public register, shared by every organisation; nothing here comes from the company itself."""

    __table_args__ = (
        Index("ix_company_sort", "sort_key", "id"),
        # To count by, the next one takes twenty times the room.
        Index("ix_company_municipality_code", "municipality_code"),
        Index("ix_company_municipality_sort", "municipality_code", "sort_key", "id", "name_key"),
        Index("ix_company_post_town_sort", "post_town", "sort_key", "id", "name_key"),
        Index("ix_company_postcode", "postcode"),
        Index("ix_company_name_key", "name_key", postgresql_using="gin", postgresql_ops={"name_key": "gin_trgm_ops"}),
        # PostgreSQL's index of pieces takes milliseconds for a whole name or its beginning; SQLite's finds it at once.
        Index("ix_company_whole_name", "name_key", sqlite_where=text("0")),
        Index(
            "ix_company_number_pieces",
            "organisation_number",
            postgresql_using="gin",
            postgresql_ops={"organisation_number": "gin_trgm_ops"},
            sqlite_where=text("0"),
        ),
        Index(
            "ix_company_without_number",
            "organisation_number",
            "identity_hash",
            sqlite_where=_NUMBERLESS,
            postgresql_where=_NUMBERLESS,
        ),
        _KEYS_ONCE,
    )

    # A sole trader's number is a personal identity number: such a company has only a keyed hash of it.
    organisation_number: Mapped[str | None] = mapped_column(unique=True)
    identity_hash: Mapped[str | None] = mapped_column(unique=True)
    name: Mapped[str]
    name_key: Mapped[str] = mapped_column(Folded)
    sort_key: Mapped[str] = mapped_column(Folded)
    legal_form: Mapped[str | None]
    registered_on: Mapped[date | None]
    deregistered_on: Mapped[date | None]
    deregistration_reason: Mapped[str | None]
    proceedings: Mapped[list[str] | None]
    description: Mapped[str | None]
    street: Mapped[str | None]
    postcode: Mapped[str | None]
    post_town: Mapped[str | None]
    country: Mapped[str | None]
    municipality_code: Mapped[str | None]
    industry_codes: Mapped[list[str] | None]
    industry_edition: Mapped[str | None]
    no_advertising: Mapped[bool | None]
    is_active: Mapped[bool | None]
    source: Mapped[str]
    source_date: Mapped[date]

    @validates("name")
    def _keep_keys(self, key: str, name: str) -> str:
        self.name_key, self.sort_key = company_key(name), sort_key(name)
        return name

    @property
    def shown_number(self) -> str:
        """Give the number as pages may have it: a sole trader's is a personal number and is only hinted at."""
        return self.organisation_number or ("personal" if self.is_sole_trader else "")

    @property
    def municipality_name(self) -> str:
        """Give the municipality in words."""
        return reference.municipality_name(self.municipality_code)

    @property
    def place(self) -> str:
        """Give where the company is: its municipality, or else its post town as people write it."""
        return self.municipality_name or (self.post_town or "").title()

    @property
    def address(self) -> str:
        """Give the postal address on one line."""
        postcode = f"{self.postcode[:3]} {self.postcode[3:]}" if self.postcode else None
        town = " ".join(filter(None, [postcode, (self.post_town or "").title()]))
        return ", ".join(filter(None, [self.street, town]))

    @property
    def legal_form_label(self) -> str:
        """Give the legal form in words."""
        return reference.legal_form_name(self.legal_form)

    @property
    def industry_labels(self) -> list[str]:
        """Give the industries in words, the main one first."""
        names = reference.industry_names()
        return [names.get((self.industry_edition or "", code), code) for code in self.industry_codes or []]

    @property
    def proceeding_labels(self) -> list[str]:
        """Give the proceedings that go on, such as bankruptcy, each with its day."""
        parts = [text.partition(" ") for text in self.proceedings or []]
        return [f"{reference.proceeding_name(code)} {day}".strip() for code, _space, day in parts]

    @property
    def name_outside(self) -> str:
        """Give the name as letters, calendars and devices may have it: a sole trader's often is that of a person."""
        return str(_l("Enskild firma")) if self.is_sole_trader else self.name

    @property
    def is_sole_trader(self) -> bool:
        """Tell whether the company is one person, whose number is never shown."""
        return self.identity_hash is not None

    @property
    def has_number(self) -> bool:
        """Tell whether the company is known by a number; one that somebody noted without has none yet."""
        return self.organisation_number is not None or self.identity_hash is not None


class Engagement(Private, Mergeable, Versioned, Base):
    """One organisation's relation to one company, with what only that organisation knows."""

    __table_args__ = (
        UniqueConstraint("organisation_id", "company_id"),
        Index(
            "ix_engagement_name",
            "organisation_id",
            "sort_key",
            "company_id",
            "merge_id",
            "name_key",
            "organisation_number",
        ),
        _KEYS_ONCE,
    )

    company_id: Mapped[int] = mapped_column(Key, ForeignKey("company.id"), index=True)
    # The company's own, kept by the database: whoever searches or lists ours reads them from the index alone.
    name_key: Mapped[str | None] = mapped_column(Folded)
    sort_key: Mapped[str | None] = mapped_column(Folded)
    organisation_number: Mapped[str | None]
    owner_id: Mapped[int | None] = mapped_column(Key, ForeignKey("user.id"))
    status: Mapped[EngagementStatus] = mapped_column(default=EngagementStatus.NEW)
    tags: Mapped[list[str]] = mapped_column(default=list)
    employees: Mapped[int | None]
    phone: Mapped[str | None]
    email: Mapped[str | None]
    website: Mapped[str | None]
    industry: Mapped[str | None]
    note: Mapped[str | None]
    source: Mapped[str | None]
    last_contact_on: Mapped[date | None]
    created_at: Mapped[datetime] = mapped_column(default=clock.now)

    company: Mapped[Company] = relationship()
    owner: Mapped[User | None] = relationship()


class Workplace(Private, Base):
    """A place where people of the company work."""

    __table_args__ = (_KEYS_ONCE,)

    company_id: Mapped[int] = mapped_column(Key, ForeignKey("company.id"), index=True)
    name: Mapped[str]
    street: Mapped[str | None]
    postcode: Mapped[str | None]
    post_town: Mapped[str | None]
    municipality_code: Mapped[str | None]
    employees: Mapped[int | None]


class Person(Private, Mergeable, Versioned, Base):
    """Somebody at a company whom the organisation talks to."""

    __table_args__ = (
        Index("ix_person_name_key", "name_key", postgresql_using="gin", postgresql_ops={"name_key": "gin_trgm_ops"}),
        Index("ix_person_ours", "organisation_id", "name_key", "company_id", "is_active", "is_protected", "merge_id"),
        _KEYS_ONCE,
    )

    company_id: Mapped[int] = mapped_column(Key, ForeignKey("company.id"), index=True)
    name: Mapped[str]
    name_key: Mapped[str] = mapped_column(Folded)
    sort_key: Mapped[str] = mapped_column(Folded)
    function: Mapped[str | None]
    phone: Mapped[str | None]
    email: Mapped[str | None]
    is_protected: Mapped[bool] = mapped_column(default=False)
    is_active: Mapped[bool] = mapped_column(default=True)
    source: Mapped[str]
    legal_basis: Mapped[LegalBasis] = mapped_column(default=LegalBasis.PUBLIC_TASK)
    # The day of the last contact that has been destroyed: the time for which a person is kept counts from it.
    last_met_on: Mapped[date | None]
    created_at: Mapped[datetime] = mapped_column(default=clock.now)

    @validates("name")
    def _keep_keys(self, key: str, name: str) -> str:
        self.name_key, self.sort_key = search_key(name), sort_key(name)
        return name


interaction_person = Table(
    "interaction_person",
    Base.metadata,
    Column("interaction_id", Key, ForeignKey("interaction.id"), primary_key=True),
    Column("person_id", Key, ForeignKey("person.id"), primary_key=True, index=True),
)


interaction_colleague = Table(
    "interaction_colleague",
    Base.metadata,
    Column("interaction_id", Key, ForeignKey("interaction.id"), primary_key=True),
    Column("user_id", Key, ForeignKey("user.id"), primary_key=True, index=True),
)

task_colleague = Table(
    "task_colleague",
    Base.metadata,
    Column("task_id", Key, ForeignKey("task.id"), primary_key=True),
    Column("user_id", Key, ForeignKey("user.id"), primary_key=True, index=True),
)


class Interaction(Private, Versioned, Base):
    """One contact with a company: when, how, with whom, what was said."""

    __table_args__ = (
        Index("ix_interaction_company_day", "organisation_id", "company_id", "happened_on"),
        Index("ix_interaction_day", "organisation_id", "happened_on", "company_id", "kind"),
        Index("ix_interaction_logged_by", "organisation_id", "logged_by_id", "id"),
        _KEYS_ONCE,
    )

    company_id: Mapped[int] = mapped_column(Key, ForeignKey("company.id"), index=True)
    kind: Mapped[InteractionKind]
    happened_on: Mapped[date]
    summary: Mapped[str]
    logged_by_id: Mapped[int] = mapped_column(Key, ForeignKey("user.id"))
    # Which letter it has become a contact from, so that nobody here logs the same one again.
    letter_key: Mapped[str | None] = mapped_column(index=True)
    # Who the letter says that it is from: anybody can write any name there.
    letter_from: Mapped[str | None]
    created_at: Mapped[datetime] = mapped_column(default=clock.now)

    company: Mapped[Company] = relationship()
    logged_by: Mapped[User] = relationship()
    people: Mapped[list[Person]] = relationship(secondary=interaction_person)
    # Those of us who took part besides the one who logged it.
    colleagues: Mapped[list[User]] = relationship(secondary=interaction_colleague, order_by=User.sort_key)

    @property
    def us(self) -> str:
        """Tell who of us took part, the one who logged it first."""
        return ", ".join(user.name for user in (self.logged_by, *self.colleagues))


class Task(Private, Versioned, Base):
    """Something to do by a day; a next step of a contact, or by itself. With a kind it is a planned contact."""

    __table_args__ = (Index("ix_task_owner_due", "organisation_id", "owner_id", "done_at", "due_on"),)

    company_id: Mapped[int | None] = mapped_column(Key, ForeignKey("company.id"), index=True)
    interaction_id: Mapped[int | None] = mapped_column(Key, ForeignKey("interaction.id"), index=True)
    title: Mapped[str]
    due_on: Mapped[date]
    # A planned contact has a kind, and a time of the day as Swedish clocks show it if one is agreed.
    kind: Mapped[InteractionKind | None]
    starts_at: Mapped[time | None]
    minutes: Mapped[int | None]
    owner_id: Mapped[int] = mapped_column(Key, ForeignKey("user.id"))
    done_at: Mapped[datetime | None]
    # The contact that a planned one became, so that the plan stands again should that one be taken back.
    logged_as_id: Mapped[int | None] = mapped_column(Key, ForeignKey("interaction.id"), index=True)

    company: Mapped[Company | None] = relationship()
    owner: Mapped[User] = relationship()
    # Those of us who come along to a planned contact.
    colleagues: Mapped[list[User]] = relationship(secondary=task_colleague, order_by=User.sort_key)

    def is_overdue(self, today: date) -> bool:
        """Tell whether the day has passed without its being done."""
        return self.done_at is None and self.due_on < today
