"""Tables of drafts of groups: the draft, and every step of it, of which none is ever changed or removed."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from broker import clock
from broker.access import Private
from broker.accounts.models import User
from broker.extensions import Base, Key, Versioned
from broker.sentences import Sentence


class GroupDraft(Private, Versioned, Base):
    """A plan that people work on; its step tells which of its steps holds now."""

    name: Mapped[str]
    topic_id: Mapped[str | None]
    step: Mapped[int] = mapped_column(default=1)
    is_put_away: Mapped[bool] = mapped_column(default=False)
    made_by_id: Mapped[int] = mapped_column(Key, ForeignKey("user.id"))
    created_at: Mapped[datetime] = mapped_column(default=clock.now)

    made_by: Mapped[User] = relationship()


class GroupDraftStep(Private, Base):
    """The whole content of a draft after one edit, which edit that was, and the step that it was made from."""

    __table_args__ = (UniqueConstraint("draft_id", "number"),)

    draft_id: Mapped[int] = mapped_column(Key, ForeignKey("group_draft.id"), index=True)
    number: Mapped[int]
    after: Mapped[int | None]
    told: Mapped[Sentence]
    content: Mapped[dict[str, Any]] = mapped_column(JSON)
    made_by_id: Mapped[int] = mapped_column(Key, ForeignKey("user.id"))
    created_at: Mapped[datetime] = mapped_column(default=clock.now)

    made_by: Mapped[User] = relationship()
