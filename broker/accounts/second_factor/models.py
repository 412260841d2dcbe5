"""Tables of the second factor: the secret of each who has one, the codes for when it is lost, half-done sign-ins."""

from datetime import datetime

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from broker import clock
from broker.accounts.models import User
from broker.extensions import Base, Key


class SecondFactor(Base):
    """What a user's app makes its codes of, sealed, and the time step of the last code that was used."""

    user_id: Mapped[int] = mapped_column(Key, ForeignKey("user.id"), unique=True)
    sealed_secret: Mapped[str]
    last_step: Mapped[int] = mapped_column(Key)
    turned_on_at: Mapped[datetime] = mapped_column(default=clock.now)


class RecoveryCode(Base):
    """A code on paper that stands in for the app once; the row goes when the code is used."""

    __table_args__ = (UniqueConstraint("user_id", "code_hash"),)

    user_id: Mapped[int] = mapped_column(Key, ForeignKey("user.id"))
    code_hash: Mapped[str]


class HalfSignIn(Base):
    """A sign-in whose password was right and whose code is still asked for: no session yet, for ten minutes, once."""

    __allow_unmapped__ = True

    user_id: Mapped[int] = mapped_column(Key, ForeignKey("user.id"), index=True)
    invitation_id: Mapped[int | None] = mapped_column(Key, ForeignKey("invitation.id"))
    token_hash: Mapped[str] = mapped_column(unique=True)
    expires_at: Mapped[datetime]

    user: Mapped[User] = relationship()
    token: str | None = None
