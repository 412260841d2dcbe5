"""Tables of writing together: versions, who has the pen, what is done, comments with mentions, suggestions."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import JSON, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from broker import clock
from broker.access import ProjectRow
from broker.accounts.models import User
from broker.extensions import Base, Key, Versioned


class Origin(StrEnum):
    """How a version of an answer came to be."""

    WRITTEN = "written"
    RESTORED = "restored"
    SUGGESTED = "suggested"
    UPDATED = "updated"

    @property
    def label(self) -> Any:
        """Give the Swedish words."""
        return _ORIGIN_LABELS[self]


_ORIGIN_LABELS = {
    Origin.WRITTEN: _l("Skrivet"),
    Origin.RESTORED: _l("Återställt"),
    Origin.SUGGESTED: _l("Antaget förslag"),
    Origin.UPDATED: _l("Nya uppgifter intagna"),
}


class AnswerVersion(ProjectRow, Base):
    """The text of an answer after one sitting of one person; only the newest of a sitting that goes on changes."""

    __table_args__ = (UniqueConstraint("project_id", "question_id", "number"),)

    question_id: Mapped[str]
    number: Mapped[int]
    text: Mapped[str | None]
    sources: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list)
    origin: Mapped[Origin]
    restored_from: Mapped[int | None]
    written_by_id: Mapped[int | None] = mapped_column(Key, ForeignKey("user.id"))
    started_at: Mapped[datetime] = mapped_column(default=clock.now)
    saved_at: Mapped[datetime] = mapped_column(default=clock.now)

    written_by: Mapped[User | None] = relationship()


class AnswerState(ProjectRow, Versioned, Base):
    """Whether a question is done, by whom and when; and the first text from the data that its answer was built on."""

    __table_args__ = (UniqueConstraint("project_id", "question_id"),)

    question_id: Mapped[str]
    done_by_id: Mapped[int | None] = mapped_column(Key, ForeignKey("user.id"))
    done_at: Mapped[datetime | None]
    withdrawn_by_id: Mapped[int | None] = mapped_column(Key, ForeignKey("user.id"))
    withdrawn_at: Mapped[datetime | None]
    is_text_changed: Mapped[bool] = mapped_column(default=False)
    fetched_text: Mapped[str | None]
    fetched_at: Mapped[datetime | None]

    done_by: Mapped[User | None] = relationship(foreign_keys=[done_by_id])
    withdrawn_by: Mapped[User | None] = relationship(foreign_keys=[withdrawn_by_id])

    @property
    def is_done(self) -> bool:
        """Tell whether somebody has said that the question is done, and nothing has taken it back."""
        return self.done_at is not None and self.withdrawn_at is None


class WriterPresence(ProjectRow, Base):
    """That somebody has a question open, since when, and whether that person has the pen; one pen for each question."""

    __table_args__ = (
        UniqueConstraint("project_id", "question_id", "user_id"),
        Index(
            "ix_writer_presence_pen",
            "project_id",
            "question_id",
            unique=True,
            sqlite_where=text("has_pen"),
            postgresql_where=text("has_pen"),
        ),
    )

    question_id: Mapped[str]
    user_id: Mapped[int] = mapped_column(Key, ForeignKey("user.id"))
    since: Mapped[datetime] = mapped_column(default=clock.now)
    seen_at: Mapped[datetime] = mapped_column(default=clock.now)
    has_pen: Mapped[bool] = mapped_column(default=False)
    taken_over_by_id: Mapped[int | None] = mapped_column(Key, ForeignKey("user.id"))

    user: Mapped[User] = relationship(foreign_keys=[user_id])
    taken_over_by: Mapped[User | None] = relationship(foreign_keys=[taken_over_by_id])


class AnswerComment(ProjectRow, Versioned, Base):
    """What somebody says about a question to the others, or a reply to that; settled once it is dealt with."""

    question_id: Mapped[str]
    reply_to_id: Mapped[int | None] = mapped_column(Key, ForeignKey("answer_comment.id"), index=True)
    text: Mapped[str]
    written_by_id: Mapped[int] = mapped_column(Key, ForeignKey("user.id"))
    written_at: Mapped[datetime] = mapped_column(default=clock.now)
    settled_by_id: Mapped[int | None] = mapped_column(Key, ForeignKey("user.id"))
    settled_at: Mapped[datetime | None]

    written_by: Mapped[User] = relationship(foreign_keys=[written_by_id])
    settled_by: Mapped[User | None] = relationship(foreign_keys=[settled_by_id])


class CommentMention(ProjectRow, Base):
    """That a comment names somebody, who is told, until the comment is settled or that person has replied."""

    __table_args__ = (UniqueConstraint("comment_id", "user_id"),)

    comment_id: Mapped[int] = mapped_column(Key, ForeignKey("answer_comment.id"))
    user_id: Mapped[int] = mapped_column(Key, ForeignKey("user.id"), index=True)
    answered_at: Mapped[datetime | None]

    comment: Mapped[AnswerComment] = relationship()


class AnswerSuggestion(ProjectRow, Versioned, Base):
    """Another text for an answer, beside the one it was written against; somebody else accepts or declines it."""

    question_id: Mapped[str]
    base_text: Mapped[str | None]
    text: Mapped[str]
    sources: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list)
    written_by_id: Mapped[int] = mapped_column(Key, ForeignKey("user.id"))
    written_at: Mapped[datetime] = mapped_column(default=clock.now)
    is_accepted: Mapped[bool | None]
    decided_by_id: Mapped[int | None] = mapped_column(Key, ForeignKey("user.id"))
    decided_at: Mapped[datetime | None]

    written_by: Mapped[User] = relationship(foreign_keys=[written_by_id])
    decided_by: Mapped[User | None] = relationship(foreign_keys=[decided_by_id])
