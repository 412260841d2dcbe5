"""Table of which account at the sign-in service is whose."""

from datetime import datetime

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from broker import clock
from broker.accounts.models import User
from broker.extensions import Base, Key


class SignOnAccount(Base):
    """The account of a user at a sign-in service, known by what the service never gives to anybody else."""

    __table_args__ = (UniqueConstraint("issuer", "subject"), UniqueConstraint("user_id", "issuer"))

    user_id: Mapped[int] = mapped_column(Key, ForeignKey("user.id"))
    issuer: Mapped[str]
    subject: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(default=clock.now)

    user: Mapped[User] = relationship()
