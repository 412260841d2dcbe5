"""Tables of needs and of the cohorts that needs are taught in."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import JSON, ForeignKey, Index, UniqueConstraint
from sqlalchemy.ext.hybrid import hybrid_property
from sqlalchemy.orm import Mapped, mapped_column, relationship

from broker import clock
from broker.access import Private
from broker.accounts.models import User
from broker.companies.models import Company, Interaction
from broker.extensions import Base, Key, Versioned
from broker.formatting import day
from broker.providers.models import Language, Level, Mode, Offering
from broker.reference import queries as reference
from broker.topics import queries as topics


class Priority(StrEnum):
    """How much a need presses."""

    URGENT = "1"
    HIGH = "2"
    NORMAL = "3"
    LOW = "4"

    @property
    def label(self) -> Any:
        """Give the Swedish word."""
        return _PRIORITY_LABELS[self]


_PRIORITY_LABELS = {
    Priority.URGENT: _l("Akut"),
    Priority.HIGH: _l("Hög"),
    Priority.NORMAL: _l("Normal"),
    Priority.LOW: _l("Kan vänta"),
}


class NeedStatus(StrEnum):
    """Where a need stands: it is heard of, made clear, placed in a cohort, taught, and met; or it is withdrawn."""

    IDENTIFIED = "identified"
    CLARIFIED = "clarified"
    IN_COHORT = "in_cohort"
    IN_DELIVERY = "in_delivery"
    MET = "met"
    WITHDRAWN = "withdrawn"

    @property
    def label(self) -> Any:
        """Give the Swedish words."""
        return _NEED_LABELS[self]

    @property
    def tone(self) -> str:
        """Give the tone of its tag."""
        return _NEED_TONES[self]


_NEED_LABELS = {
    NeedStatus.IDENTIFIED: _l("Identifierat"),
    NeedStatus.CLARIFIED: _l("Klarlagt"),
    NeedStatus.IN_COHORT: _l("I utbildningsgrupp"),
    NeedStatus.IN_DELIVERY: _l("Utbildning pågår"),
    NeedStatus.MET: _l("Tillgodosett"),
    NeedStatus.WITHDRAWN: _l("Avslutat"),
}

_NEED_TONES = {
    NeedStatus.IDENTIFIED: "warn",
    NeedStatus.CLARIFIED: "info",
    NeedStatus.IN_COHORT: "ok",
    NeedStatus.IN_DELIVERY: "ok",
    NeedStatus.MET: "ok",
    NeedStatus.WITHDRAWN: "off",
}

# A need in one of these waits for training, and may be changed and withdrawn.
WAITING = (NeedStatus.IDENTIFIED, NeedStatus.CLARIFIED)


class CauseLevel(StrEnum):
    """Where the cause of a need lies, as the ESF form asks."""

    INDIVIDUAL = "individual"
    ORGANISATION = "organisation"
    STRUCTURE = "structure"

    @property
    def label(self) -> Any:
        """Give the Swedish word."""
        return _CAUSE_LABELS[self]


_CAUSE_LABELS = {
    CauseLevel.INDIVIDUAL: _l("Individ"),
    CauseLevel.ORGANISATION: _l("Organisation"),
    CauseLevel.STRUCTURE: _l("Struktur"),
}


class Barrier(StrEnum):
    """What can keep people from training, as an application asks when it asks of accessibility."""

    TIME = "time"
    PLACE = "place"
    LANGUAGE = "language"
    FORMAT = "format"
    OTHER = "other"

    @property
    def label(self) -> Any:
        """Give the Swedish words."""
        return _BARRIER_LABELS[self]


_BARRIER_LABELS = {
    Barrier.TIME: _l("Tider"),
    Barrier.PLACE: _l("Plats eller resa"),
    Barrier.LANGUAGE: _l("Språk"),
    Barrier.FORMAT: _l("Utbildningens form"),
    Barrier.OTHER: _l("Annat"),
}


def barriers_in_words(barriers: list[str]) -> str:
    """Give barriers in words, in the order in which forms ask for them."""
    return ", ".join(str(barrier.label) for barrier in Barrier if barrier in barriers)


class CohortStatus(StrEnum):
    """Where a cohort stands; its purchase has states of its own."""

    FORMED = "formed"
    DELIVERED = "delivered"
    DISSOLVED = "dissolved"

    @property
    def label(self) -> Any:
        """Give the Swedish word."""
        return _COHORT_LABELS[self]

    @property
    def tone(self) -> str:
        """Give the tone of its tag."""
        return "off" if self is CohortStatus.DISSOLVED else "ok"


_COHORT_LABELS = {
    CohortStatus.FORMED: _l("Bildad"),
    CohortStatus.DELIVERED: _l("Genomförd"),
    CohortStatus.DISSOLVED: _l("Upplöst"),
}


class Need(Private, Versioned, Base):
    """What a company needs to learn: one topic, for so many people, in a window of time, within reach."""

    __table_args__ = (
        Index("ix_need_topic", "organisation_id", "status", "topic_id"),
        Index("ix_need_newest", "organisation_id", "id"),
    )

    company_id: Mapped[int] = mapped_column(Key, ForeignKey("company.id"), index=True)
    interaction_id: Mapped[int | None] = mapped_column(Key, ForeignKey("interaction.id"), index=True)
    analysis_id: Mapped[int | None] = mapped_column(Key, ForeignKey("analysis.id"), index=True)
    answer_id: Mapped[int | None] = mapped_column(Key, ForeignKey("inquiry_answer.id"), index=True)
    topic_id: Mapped[str | None]
    description: Mapped[str | None]
    level: Mapped[Level] = mapped_column(default=Level.ANY)
    women: Mapped[int]
    men: Mapped[int]
    unknown_sex: Mapped[int] = mapped_column(default=0)
    hours: Mapped[int]
    preferred_mode: Mapped[Mode]
    modes: Mapped[list[str]]
    languages: Mapped[list[str]]
    earliest_on: Mapped[date | None]
    latest_on: Mapped[date | None]
    municipality_code: Mapped[str]
    max_km: Mapped[int]
    priority: Mapped[Priority] = mapped_column(default=Priority.NORMAL)
    purpose: Mapped[str | None]
    cause: Mapped[str | None]
    cause_level: Mapped[CauseLevel | None]
    consequence: Mapped[str | None]
    barriers: Mapped[list[str]] = mapped_column(default=list)
    barrier_note: Mapped[str | None]
    is_mandatory_training: Mapped[bool] = mapped_column(default=False)
    status: Mapped[NeedStatus] = mapped_column(default=NeedStatus.IDENTIFIED)
    status_at: Mapped[datetime] = mapped_column(default=clock.now)
    status_reason: Mapped[str | None]
    owner_id: Mapped[int] = mapped_column(Key, ForeignKey("user.id"), index=True)
    added_by_id: Mapped[int] = mapped_column(Key, ForeignKey("user.id"))
    created_at: Mapped[datetime] = mapped_column(default=clock.now)

    company: Mapped[Company] = relationship()
    interaction: Mapped[Interaction | None] = relationship()
    owner: Mapped[User] = relationship(foreign_keys=[owner_id])

    @hybrid_property
    def participants(self) -> int:
        """Give how many people the need is for."""
        return self.women + self.men + self.unknown_sex

    @property
    def topic_label(self) -> str:
        """Give the topic in words, or say that nobody has chosen one."""
        return topics.topic_label(self.topic_id) or _("Område inte valt")

    @property
    def municipality_name(self) -> str:
        """Give where the people are."""
        return reference.municipality_name(self.municipality_code)

    @property
    def period(self) -> str:
        """Give the window of time in words, as far as it is known."""
        if self.earliest_on and self.latest_on:
            return _("%(first)s till %(last)s", first=day(self.earliest_on), last=day(self.latest_on))
        if self.earliest_on:
            return _("från %(day)s", day=day(self.earliest_on))
        return _("senast %(day)s", day=day(self.latest_on)) if self.latest_on else _("Inte känd")

    @property
    def is_open(self) -> bool:
        """Tell whether the need waits for training, clear or not."""
        return self.status in WAITING

    @property
    def is_identified(self) -> bool:
        """Tell whether the need is still to be made clear."""
        return self.status is NeedStatus.IDENTIFIED

    @property
    def is_clarified(self) -> bool:
        """Tell whether the need can be placed in a cohort."""
        return self.status is NeedStatus.CLARIFIED

    @property
    def is_in_delivery(self) -> bool:
        """Tell whether the training is going on, so that somebody is to say whether it met the need."""
        return self.status is NeedStatus.IN_DELIVERY

    @property
    def settled(self) -> tuple[str, date, date]:
        """Give topic, earliest and latest day of a clear need; an identified one may lack them."""
        if self.topic_id is None or self.earliest_on is None or self.latest_on is None:
            raise ValueError(f"need {self.id} is not clear")
        return self.topic_id, self.earliest_on, self.latest_on

    @property
    def missing(self) -> list[Any]:
        """List, in words, what has to be known before the need is clear."""
        known = {
            _l("kompetensområde"): self.topic_id,
            _l("hur många det gäller"): self.participants,
            _l("kommun"): self.municipality_code,
            _l("när utbildningen tidigast kan börja"): self.earliest_on,
            _l("när den senast ska vara klar"): self.latest_on,
        }
        return [words for words, value in known.items() if not value]

    @property
    def mode_labels(self) -> list[str]:
        """Give the accepted modes in words."""
        return [str(Mode(mode).label) for mode in self.modes]

    @property
    def barrier_labels(self) -> str:
        """Give the barriers in words."""
        return barriers_in_words(self.barriers)

    @property
    def language_labels(self) -> list[str]:
        """Give the languages in words."""
        return [str(Language(language).label) for language in self.languages]


class Cohort(Private, Versioned, Base):
    """Needs that are taught together: one topic, level, language, mode, place and start."""

    topic_id: Mapped[str]
    level: Mapped[Level]
    language: Mapped[Language]
    mode: Mapped[Mode]
    hours: Mapped[int]
    municipality_code: Mapped[str | None]
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    status: Mapped[CohortStatus] = mapped_column(default=CohortStatus.FORMED)
    begun_on: Mapped[date | None]
    delivered_on: Mapped[date | None]
    # How it is to be given: by whom, where, and what a company pays, in words.
    offering_id: Mapped[int | None] = mapped_column(Key, ForeignKey("offering.id"), index=True)
    venue: Mapped[str | None]
    address: Mapped[str | None]
    cost: Mapped[str | None]
    # Stored sentences; older rows hold plain text.
    reason: Mapped[list[Any]] = mapped_column(JSON)
    formed_by_id: Mapped[int] = mapped_column(Key, ForeignKey("user.id"))
    # The sessions that were taken away, as calendars that hold them have to be told.
    called_off: Mapped[list[Any]] = mapped_column(JSON, default=list)
    created_at: Mapped[datetime] = mapped_column(default=clock.now)

    members: Mapped[list["CohortNeed"]] = relationship(back_populates="cohort", order_by="CohortNeed.id")
    offering: Mapped[Offering | None] = relationship()

    @property
    def participants(self) -> int:
        """Give how many people the cohort is for."""
        return sum(member.women + member.men + member.unknown_sex for member in self.members)

    @property
    def title(self) -> str:
        """Give what the cohort is called."""
        place = reference.municipality_name(self.municipality_code) or str(self.mode.label)
        return f"{topics.topic_label(self.topic_id)}, {place}"

    @property
    def topic_label(self) -> str:
        """Give the topic in words."""
        return topics.topic_label(self.topic_id)

    @property
    def is_formed(self) -> bool:
        """Tell whether the cohort stands."""
        return self.status is CohortStatus.FORMED

    @property
    def is_delivered(self) -> bool:
        """Tell whether the training is over and somebody has said what became of it."""
        return self.status is CohortStatus.DELIVERED

    @property
    def is_dissolved(self) -> bool:
        """Tell whether the cohort came to nothing."""
        return self.status is CohortStatus.DISSOLVED

    @property
    def has_begun(self) -> bool:
        """Tell whether somebody has said that the training has begun."""
        return self.begun_on is not None

    @property
    def company_count(self) -> int:
        """Count the companies whose people take part."""
        return len({member.need.company_id for member in self.members})


class CohortNeed(Private, Base):
    """One need, or a part of a large one, in a cohort; equal parts until a company says how many it sends."""

    __table_args__ = (UniqueConstraint("cohort_id", "need_id", "part"),)

    cohort_id: Mapped[int] = mapped_column(Key, ForeignKey("cohort.id"))
    need_id: Mapped[int] = mapped_column(Key, ForeignKey("need.id"), index=True)
    part: Mapped[int] = mapped_column(default=0)
    women: Mapped[int]
    men: Mapped[int]
    unknown_sex: Mapped[int] = mapped_column(default=0)

    cohort: Mapped[Cohort] = relationship(back_populates="members")
    need: Mapped[Need] = relationship()
