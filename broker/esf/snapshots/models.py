"""Tables of what has been taken out of a project; written once."""

from datetime import datetime

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from broker import clock, files
from broker.access import ProjectRow
from broker.accounts.models import User
from broker.extensions import Base, Key, WrittenOnce


class Snapshot(ProjectRow, WrittenOnce, Base):
    """The application as it was when somebody took it out; later changes in the project never reach it.

    The digest is the SHA-256 of its manifest, so two that have the same files have the same.
    """

    __table_args__ = (UniqueConstraint("project_id", "number"),)

    number: Mapped[int]
    form_version: Mapped[str]
    call_version: Mapped[str]
    digest: Mapped[str]
    taken_by_id: Mapped[int | None] = mapped_column(Key, ForeignKey("user.id"))
    taken_at: Mapped[datetime] = mapped_column(default=clock.now)

    taken_by: Mapped[User | None] = relationship(lazy="joined")
    files: Mapped[list["SnapshotFile"]] = relationship(back_populates="snapshot", order_by="SnapshotFile.id")


class SnapshotFile(ProjectRow, WrittenOnce, Base):
    """One file of what was taken out, by the name that the ZIP has for it, stored under its hash."""

    __table_args__ = (UniqueConstraint("snapshot_id", "name"),)

    snapshot_id: Mapped[int] = mapped_column(Key, ForeignKey("snapshot.id"))
    name: Mapped[str]
    content_hash: Mapped[str]
    size: Mapped[int] = mapped_column(Key)

    snapshot: Mapped[Snapshot] = relationship(back_populates="files")


files.count_as_used(SnapshotFile.content_hash)
