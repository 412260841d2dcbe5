"""Tables of calls beside their versions: the files that unit costs came from, and letters about a call's last hours."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from broker import clock
from broker.access import Private
from broker.accounts.models import User
from broker.extensions import Base, Key


class UnitCostTable(Base):
    """The unit costs of a call as a file gave them, never changed; several versions of a call can have the same."""

    file_name: Mapped[str]
    rows: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    read_on: Mapped[date] = mapped_column(default=clock.today)
    read_by_id: Mapped[int] = mapped_column(Key, ForeignKey("user.id"))

    read_by: Mapped[User] = relationship()


class CallLetter(Private, Base):
    """That one person has had the letter about one last day of a project's call, so that it is written once."""

    __table_args__ = (UniqueConstraint("organisation_id", "project_id", "user_id", "kind", "due_at"),)

    project_id: Mapped[int] = mapped_column(Key, ForeignKey("project.id"), index=True)
    user_id: Mapped[int] = mapped_column(Key, ForeignKey("user.id"))
    kind: Mapped[str]
    due_at: Mapped[datetime]
