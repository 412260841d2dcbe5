"""The table of marks that say an application is ready to be handed in."""

from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from broker import clock
from broker.access import ProjectRow
from broker.accounts.models import User
from broker.esf.snapshots.models import Snapshot
from broker.extensions import Base, Key, Versioned


class ReadyMark(ProjectRow, Versioned, Base):
    """Somebody's word that what was taken out is what will be handed in; it can be withdrawn, not changed."""

    snapshot_id: Mapped[int] = mapped_column(Key, ForeignKey("snapshot.id"))
    marked_by_id: Mapped[int] = mapped_column(Key, ForeignKey("user.id"))
    marked_at: Mapped[datetime] = mapped_column(default=clock.now)
    withdrawn_by_id: Mapped[int | None] = mapped_column(Key, ForeignKey("user.id"))
    withdrawn_at: Mapped[datetime | None]

    snapshot: Mapped[Snapshot] = relationship(lazy="joined")
    marked_by: Mapped[User] = relationship(foreign_keys=[marked_by_id], lazy="joined")
