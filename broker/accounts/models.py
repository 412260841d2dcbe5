"""Tables of organisations and people, and the rules about one of them."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from flask_babel import lazy_gettext as _l
from flask_login import UserMixin
from sqlalchemy import JSON, Dialect, ForeignKey, TypeDecorator, UniqueConstraint, false
from sqlalchemy.orm import Mapped, mapped_column, relationship, validates

from broker import clock
from broker.access import Role
from broker.extensions import Base, Folded, Key, Versioned
from broker.swedish import sort_key


class OrganisationKind(StrEnum):
    """What an organisation is."""

    LEARNING_CENTRE = "learning_centre"
    FEDERATION = "federation"
    BUSINESS_OFFICE = "business_office"
    COOPERATION_BODY = "cooperation_body"

    @property
    def label(self) -> Any:
        """Give the Swedish name."""
        return _KIND_LABELS[self]


_KIND_LABELS = {
    OrganisationKind.LEARNING_CENTRE: _l("Lärcentrum"),
    OrganisationKind.FEDERATION: _l("Kommunalförbund"),
    OrganisationKind.BUSINESS_OFFICE: _l("Näringslivsenhet"),
    OrganisationKind.COOPERATION_BODY: _l("Samverkansorgan"),
}


class RoleList(TypeDecorator[list[Role]]):
    """Several roles in one column."""

    impl = JSON
    cache_ok = True

    def process_bind_param(self, value: list[Role] | None, dialect: Dialect) -> list[str] | None:
        """Store the values, in the order of the enum."""
        return None if value is None else [role.value for role in Role if role in value]

    def process_result_value(self, value: list[str] | None, dialect: Dialect) -> list[Role] | None:
        """Give the roles back."""
        return None if value is None else [Role(role) for role in value]


class Organisation(Versioned, Base):
    """A learning centre, federation, business office or body of cooperation, with its municipalities."""

    name: Mapped[str] = mapped_column(unique=True)
    sort_key: Mapped[str] = mapped_column(Folded)
    kind: Mapped[OrganisationKind]
    organisation_number: Mapped[str | None]
    municipality_codes: Mapped[list[str]]
    demands_second_factor: Mapped[bool] = mapped_column(default=False, server_default=false())
    created_at: Mapped[datetime] = mapped_column(default=clock.now)

    @validates("name")
    def _keep_sort_key(self, key: str, name: str) -> str:
        self.sort_key = sort_key(name)
        return name


class User(UserMixin, Versioned, Base):
    """A person who can sign in."""

    __allow_unmapped__ = True

    email: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    sort_key: Mapped[str] = mapped_column(Folded)
    password_hash: Mapped[str]
    is_operator: Mapped[bool] = mapped_column(default=False)
    is_active: Mapped[bool] = mapped_column(default=True)
    last_organisation_id: Mapped[int | None] = mapped_column(Key, ForeignKey("organisation.id"))
    created_at: Mapped[datetime] = mapped_column(default=clock.now)

    memberships: Mapped[list["Membership"]] = relationship(back_populates="user")
    session: "UserSession | None" = None

    # Flask-Login compares people by their sessions, and most of those whom a page names have none.
    __eq__ = object.__eq__
    __hash__ = object.__hash__

    @validates("name")
    def _keep_sort_key(self, key: str, name: str) -> str:
        self.sort_key = sort_key(name)
        return name

    def get_id(self) -> str:
        """Give what Flask-Login keeps in the cookie: the token of the session, never the user's key."""
        if self.session is None or self.session.token is None:
            raise ValueError("The user has no session.")
        return self.session.token


class Membership(Versioned, Base):
    """A user's part in an organisation; without roles it opens nothing."""

    __table_args__ = (UniqueConstraint("user_id", "organisation_id"),)

    user_id: Mapped[int] = mapped_column(Key, ForeignKey("user.id"))
    organisation_id: Mapped[int] = mapped_column(Key, ForeignKey("organisation.id"), index=True)
    roles: Mapped[list[Role]] = mapped_column(RoleList)

    user: Mapped[User] = relationship(back_populates="memberships")
    organisation: Mapped[Organisation] = relationship()


class Invitation(Base):
    """An invitation by mail to one address for certain roles; opens once, for seven days."""

    organisation_id: Mapped[int] = mapped_column(Key, ForeignKey("organisation.id"), index=True)
    email: Mapped[str]
    roles: Mapped[list[Role]] = mapped_column(RoleList)
    token_hash: Mapped[str] = mapped_column(unique=True)
    invited_by_id: Mapped[int] = mapped_column(Key, ForeignKey("user.id"))
    created_at: Mapped[datetime] = mapped_column(default=clock.now)
    expires_at: Mapped[datetime]
    accepted_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]

    organisation: Mapped[Organisation] = relationship()

    def is_open(self, now: datetime) -> bool:
        """Tell whether it can still be accepted."""
        return self.accepted_at is None and self.revoked_at is None and now < self.expires_at


class UserSession(Base):
    """One signed-in browser: idle for at most eight hours, seven days at the longest."""

    __allow_unmapped__ = True

    user_id: Mapped[int] = mapped_column(Key, ForeignKey("user.id"), index=True)
    organisation_id: Mapped[int | None] = mapped_column(Key, ForeignKey("organisation.id"))
    token_hash: Mapped[str] = mapped_column(unique=True)
    created_at: Mapped[datetime] = mapped_column(default=clock.now)
    seen_at: Mapped[datetime] = mapped_column(default=clock.now)
    expires_at: Mapped[datetime]
    # The sign-in service has a second factor of its own.
    with_sign_on: Mapped[bool] = mapped_column(default=False, server_default=false())

    user: Mapped[User] = relationship()
    token: str | None = None
    has_second_factor: bool = False


class SignInFailure(Base):
    """A failed attempt to sign in, kept to slow guessing down; the address is stored folded, never the password."""

    email: Mapped[str] = mapped_column(index=True)
    address: Mapped[str] = mapped_column(index=True)
    failed_at: Mapped[datetime] = mapped_column(default=clock.now)


class PasswordReset(Base):
    """A forgotten password: a link by mail that opens once, for an hour; without a user nobody has the address."""

    user_id: Mapped[int | None] = mapped_column(Key, ForeignKey("user.id"), index=True)
    address: Mapped[str] = mapped_column(index=True)
    token_hash: Mapped[str] = mapped_column(unique=True)
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
