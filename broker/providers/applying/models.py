"""Tables of applications: the address of an organisation's public form, and what providers have sent over it."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from broker import clock
from broker.access import Private
from broker.extensions import Base, Key, Versioned
from broker.leads.tips.pages import PublicPage
from broker.providers.models import Language, Provider, ProviderKind
from broker.topics import queries as topics


class ApplicationState(StrEnum):
    """What has been done about an application."""

    NEW = "new"
    ACCEPTED = "accepted"
    DECLINED = "declined"

    @property
    def label(self) -> Any:
        """Give the Swedish words."""
        return _STATE_LABELS[self]

    @property
    def tone(self) -> str:
        """Give the colour that goes with the words."""
        return _STATE_TONES[self]


_STATE_LABELS = {
    ApplicationState.NEW: _l("Att titta på"),
    ApplicationState.ACCEPTED: _l("Tagen emot"),
    ApplicationState.DECLINED: _l("Avslagen"),
}
_STATE_TONES = {ApplicationState.NEW: "info", ApplicationState.ACCEPTED: "ok", ApplicationState.DECLINED: "off"}


class ApplicationPage(PublicPage):
    """Where an organisation's public form for applications of providers is."""


class ProviderApplication(Private, Versioned, Base):
    """What a provider has told of itself to be vetted, and what became of it."""

    __table_args__ = (Index("ix_provider_application_state", "organisation_id", "state"),)

    organisation_number: Mapped[str | None]
    name: Mapped[str]
    kind: Mapped[ProviderKind]
    contact_name: Mapped[str | None]
    contact_function: Mapped[str | None]
    email: Mapped[str | None]
    phone: Mapped[str | None]
    website: Mapped[str | None]
    topic_ids: Mapped[list[str]]
    offerings: Mapped[str]
    languages: Mapped[list[str]]
    reach: Mapped[str]
    proofs: Mapped[str | None]
    received_at: Mapped[datetime] = mapped_column(default=clock.now)
    state: Mapped[ApplicationState] = mapped_column(default=ApplicationState.NEW)
    state_at: Mapped[datetime] = mapped_column(default=clock.now)
    answered_by: Mapped[str | None]
    reason: Mapped[str | None]
    provider_id: Mapped[int | None] = mapped_column(Key, ForeignKey("provider.id"), index=True)

    provider: Mapped[Provider | None] = relationship()

    @property
    def is_new(self) -> bool:
        """Tell whether nobody has dealt with it yet."""
        return self.state is ApplicationState.NEW

    @property
    def topic_names(self) -> str:
        """Give what it teaches, in words."""
        return ", ".join(topics.topic_label(topic_id) for topic_id in self.topic_ids)

    @property
    def language_names(self) -> str:
        """Give in which languages it teaches, in words."""
        return ", ".join(str(Language(language).label) for language in self.languages)
