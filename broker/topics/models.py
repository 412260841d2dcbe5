"""Tables of what an organisation has changed about the national topics, and of the words that it knows them by."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import JSON, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship, validates

from broker import clock
from broker.access import Private
from broker.accounts.models import User
from broker.extensions import Base, Key
from broker.swedish import search_key


class ChangeKind(StrEnum):
    """What can be done with a topic."""

    MERGED = "merged"
    SPLIT = "split"
    RETIRED = "retired"

    @property
    def label(self) -> Any:
        """Give the Swedish words."""
        return _KIND_LABELS[self]


_KIND_LABELS = {
    ChangeKind.MERGED: _l("Sammanslaget"),
    ChangeKind.SPLIT: _l("Delat"),
    ChangeKind.RETIRED: _l("Används inte längre"),
}


class TopicChange(Private, Base):
    """One topic that went into another, was split or is no longer used; `moved` holds the keys of what followed.

    A split is the new topic too: it is known by the national topic that it comes from and the key of this row.
    """

    kind: Mapped[ChangeKind]
    topic_id: Mapped[str]
    into_id: Mapped[str | None]
    label: Mapped[str | None]
    moved: Mapped[dict[str, Any]] = mapped_column(JSON)
    changed_by_id: Mapped[int] = mapped_column(Key, ForeignKey("user.id"))
    changed_at: Mapped[datetime] = mapped_column(default=clock.now)
    undone_by_id: Mapped[int | None] = mapped_column(Key, ForeignKey("user.id"))
    undone_at: Mapped[datetime | None]

    changed_by: Mapped[User] = relationship(foreign_keys=[changed_by_id])
    undone_by: Mapped[User | None] = relationship(foreign_keys=[undone_by_id])

    @property
    def new_id(self) -> str:
        """Give the key of the topic that a split made."""
        return f"{national_id(self.topic_id)}.{self.id}"

    @property
    def touched_ids(self) -> set[str]:
        """Give the topics that this change is about."""
        made = {self.new_id} if self.kind is ChangeKind.SPLIT else set()
        return {self.topic_id, *made, *([self.into_id] if self.into_id else [])}


class TopicWord(Private, Base):
    """What a topic is called here: added by somebody, or said by a company and confirmed by a person."""

    __table_args__ = (UniqueConstraint("organisation_id", "topic_id", "key"),)

    topic_id: Mapped[str]
    text: Mapped[str]
    key: Mapped[str]
    is_confirmed: Mapped[bool]
    uses: Mapped[int] = mapped_column(default=1)
    added_by_id: Mapped[int] = mapped_column(Key, ForeignKey("user.id"))
    added_at: Mapped[datetime] = mapped_column(default=clock.now)

    added_by: Mapped[User] = relationship()

    @validates("text")
    def _keep_key(self, name: str, text: str) -> str:
        self.key = search_key(text)
        return text


def national_id(topic_id: str) -> str:
    """Give the national topic that a topic is, or was split from: what others may hear of it."""
    return topic_id.partition(".")[0]
