"""The table of what a provider says about its scorecard, over a link of its own."""

from datetime import date

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from broker.access import Private
from broker.accounts.models import Organisation
from broker.extensions import Base, Key, Versioned
from broker.needs.evaluations.models import ModeratedText, TextState
from broker.providers.models import Provider


class ScoreReply(ModeratedText, Private, Versioned, Base):
    """A link by which a provider sees its scorecard and may answer once, and what it answered."""

    __table_args__ = (Index("ix_score_reply_state", "organisation_id", "state"),)

    provider_id: Mapped[int] = mapped_column(Key, ForeignKey("provider.id"), index=True)
    token: Mapped[str] = mapped_column(unique=True)
    recipient: Mapped[str]
    sent_on: Mapped[date]
    open_until: Mapped[date]

    provider: Mapped[Provider] = relationship()
    organisation: Mapped[Organisation] = relationship(foreign_keys="ScoreReply.organisation_id")

    @property
    def is_released(self) -> bool:
        """Tell whether a moderator has shown the text."""
        return self.state is TextState.RELEASED
