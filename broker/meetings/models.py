"""Tables of invitations: what the guests of a planned contact have been told last, and who they are."""

from datetime import date, time

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from broker.access import Private
from broker.accounts.models import User
from broker.companies.models import Task
from broker.extensions import Base, Key, Versioned


class MeetingInvitation(Private, Versioned, Base):
    """An invitation to one planned contact; its words are for the guests, the plan's own are for us."""

    task_id: Mapped[int] = mapped_column(Key, ForeignKey("task.id"), unique=True)
    organizer_id: Mapped[int] = mapped_column(Key, ForeignKey("user.id"))
    title: Mapped[str]
    place: Mapped[str | None]
    message: Mapped[str | None]
    # What the guests were told last, to know whether they have to be told anew, and by which number they know it.
    told: Mapped[str]
    sequence: Mapped[int]

    organizer: Mapped[User] = relationship()
    guests: Mapped[list["MeetingGuest"]] = relationship(order_by="MeetingGuest.id", cascade="all, delete-orphan")

    def words_for(self, task: Task) -> str:
        """Give what the guests should know by now, as one text to compare."""
        return "|".join(map(str, (task.due_on, task.starts_at, task.minutes, self.title, self.place, self.message)))

    def time_told(self, task: Task) -> tuple[date, time | None, int | None]:
        """Give day, time and minutes as the guests know them, who may not have been told of a change."""
        if not self.told:
            return task.due_on, task.starts_at, task.minutes
        day, starts_at, minutes = self.told.split("|")[:3]
        return (
            date.fromisoformat(day),
            None if starts_at == "None" else time.fromisoformat(starts_at),
            None if minutes == "None" else int(minutes),
        )

    def is_outdated(self, task: Task) -> bool:
        """Tell whether the guests know something else than what the plan says now."""
        return bool(self.guests) and self.told != self.words_for(task)


class ImportedEvent(Private, Base):
    """An event of a calendar file that has become a planned or a logged contact, so that it never does so again."""

    __table_args__ = (UniqueConstraint("organisation_id", "key"),)

    key: Mapped[str]
    task_id: Mapped[int | None] = mapped_column(Key, ForeignKey("task.id"))
    interaction_id: Mapped[int | None] = mapped_column(Key, ForeignKey("interaction.id"), index=True)


class MeetingGuest(Private, Base):
    """Somebody who is invited, by the address that the letters go to; without a person it is who invites."""

    __table_args__ = (UniqueConstraint("invitation_id", "email"),)

    invitation_id: Mapped[int] = mapped_column(Key, ForeignKey("meeting_invitation.id"))
    person_id: Mapped[int | None] = mapped_column(Key, ForeignKey("person.id"), index=True)
    email: Mapped[str]
