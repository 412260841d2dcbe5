"""The table of what follows on the checks of a provider: hearings, decisions, and what opens the vetting anew."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from broker import clock
from broker.access import Private
from broker.accounts.models import User
from broker.extensions import Base, Key
from broker.providers.hearings.standing import Cure, Outcome, StepKind


class VettingStep(Private, Base):
    """One step on one day; a newer row follows on it, nothing is overwritten, so every past day can be shown.

    `text` is what was found, what the provider answered, why measures are enough, or the reason of a decision or an
    event. `until` is the last day to answer, or that a decision is valid. `recipient` got the letter of a hearing.
    Without a person it was the system, which looks at the registers.
    """

    __table_args__ = (Index("ix_vetting_step_provider", "provider_id", "id"),)

    provider_id: Mapped[int] = mapped_column(Key, ForeignKey("provider.id"))
    kind: Mapped[StepKind]
    happened_on: Mapped[date]
    until: Mapped[date | None]
    item_ids: Mapped[str] = mapped_column(default="")
    outcome: Mapped[Outcome | None]
    cure: Mapped[Cure | None]
    text: Mapped[str | None]
    conditions: Mapped[str | None]
    recipient: Mapped[str | None]
    made_by_id: Mapped[int | None] = mapped_column(Key, ForeignKey("user.id"))
    created_at: Mapped[datetime] = mapped_column(default=clock.now)

    made_by: Mapped[User | None] = relationship()

    @property
    def label(self) -> str:
        """Give what happened, with how it ended if it is a decision or a judgement."""
        more = self.outcome or self.cure
        return f"{self.kind.label}: {more.label}" if more else str(self.kind.label)
