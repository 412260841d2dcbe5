"""Tables of how companies commit themselves: the link that one fills in and signs over, and what has been signed."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import JSON, ForeignKey, event, inspect
from sqlalchemy.orm import Mapped, mapped_column, relationship

from broker import clock, files
from broker.access import ProjectRow
from broker.accounts.models import Organisation, User
from broker.companies.models import Person
from broker.esf.models import Commitment, Project
from broker.extensions import Base, Key, Versioned


class SigningWay(StrEnum):
    """How a company has signed."""

    SCREEN = "screen"
    PAPER = "paper"

    @property
    def label(self) -> Any:
        """Give the Swedish words."""
        return _WAY_LABELS[self]


_WAY_LABELS = {SigningWay.SCREEN: _l("På skärm"), SigningWay.PAPER: _l("På papper")}


class CommitmentLink(ProjectRow, Versioned, Base):
    """The address under which one company sees what it promises, corrects it and signs it.

    `organisation_id` is who asks; the person is that organisation's, and nobody else of the project sees who it is.
    """

    commitment_id: Mapped[int] = mapped_column(Key, ForeignKey("commitment.id"), unique=True)
    organisation_id: Mapped[int] = mapped_column(Key, ForeignKey("organisation.id"), index=True)
    person_id: Mapped[int | None] = mapped_column(Key, ForeignKey("person.id"), index=True)
    token: Mapped[str] = mapped_column(unique=True)
    open_until: Mapped[date]
    is_closed: Mapped[bool] = mapped_column(default=False)
    sent_on: Mapped[date | None]
    reminded_on: Mapped[date | None]
    last_call_on: Mapped[date | None]
    opened_at: Mapped[datetime | None]
    draft: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    created_by_id: Mapped[int] = mapped_column(Key, ForeignKey("user.id"))
    created_at: Mapped[datetime] = mapped_column(default=clock.now)

    commitment: Mapped[Commitment] = relationship()
    project: Mapped[Project] = relationship()
    organisation: Mapped[Organisation] = relationship()
    person: Mapped[Person | None] = relationship()

    def is_open_on(self, day: date) -> bool:
        """Tell whether the company may sign."""
        return not self.is_closed and day <= self.open_until

    @property
    def can_be_written_to(self) -> bool:
        """Tell whether who got the letter may get another: at the company still, and not protected since."""
        person = self.person
        return bool(person and person.is_active and not person.is_protected and person.email)


class SignedPaper(ProjectRow, Versioned, Base):
    """What a company has signed: the text as it was shown, its hash, and who signed; never changed, only withdrawn.

    Who withdrew is a user of ours, or somebody at the company with a name and a role.
    """

    commitment_id: Mapped[int] = mapped_column(Key, ForeignKey("commitment.id"), index=True)
    way: Mapped[SigningWay]
    text: Mapped[str]
    text_hash: Mapped[str]
    promise: Mapped[dict[str, Any]] = mapped_column(JSON)
    has_certificate: Mapped[bool]
    signer_name: Mapped[str]
    signer_role: Mapped[str]
    signed_on: Mapped[date]
    recorded_at: Mapped[datetime] = mapped_column(default=clock.now)
    recorded_by_id: Mapped[int | None] = mapped_column(Key, ForeignKey("user.id"))
    content_hash: Mapped[str | None]
    file_name: Mapped[str | None]
    size: Mapped[int | None] = mapped_column(Key)
    withdrawn_at: Mapped[datetime | None]
    withdrawn_on: Mapped[date | None]
    withdrawn_by_id: Mapped[int | None] = mapped_column(Key, ForeignKey("user.id"))
    withdrawal_reason: Mapped[str | None]
    # Only of a company that withdrew over its own link: what it sent, kept like what it signed.
    withdrawal_text: Mapped[str | None]
    withdrawal_hash: Mapped[str | None]
    withdrawer_name: Mapped[str | None]
    withdrawer_role: Mapped[str | None]

    commitment: Mapped[Commitment] = relationship()
    recorded_by: Mapped[User | None] = relationship(foreign_keys="SignedPaper.recorded_by_id")
    withdrawn_by: Mapped[User | None] = relationship(foreign_keys="SignedPaper.withdrawn_by_id")

    @property
    def is_withdrawn(self) -> bool:
        """Tell whether the company has taken it back."""
        return self.withdrawn_at is not None


_SIGNED = (
    "commitment_id",
    "way",
    "text",
    "text_hash",
    "promise",
    "signer_name",
    "signer_role",
    "signed_on",
    "recorded_at",
)


@event.listens_for(SignedPaper, "before_update")
def _refuse_to_rewrite(mapper: Any, connection: Any, paper: SignedPaper) -> None:
    told = inspect(paper).attrs
    if any(told[name].history.has_changes() for name in _SIGNED):
        raise RuntimeError(f"what was signed in {type(paper).__name__} {paper.id} is never changed")


files.count_as_used(SignedPaper.content_hash)
