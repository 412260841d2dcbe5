"""The address of a public form: one for each kind of form and organisation, switched on and off, and given anew."""

import secrets
from typing import TypeVar

from sqlalchemy import ForeignKey, select
from sqlalchemy.orm import Mapped, declared_attr, joinedload, mapped_column, relationship

from broker import audit
from broker.accounts.models import Organisation, User
from broker.actions import Action
from broker.errors import NotFoundError
from broker.extensions import Base, Key, db

# Letters and digits that nobody takes for each other on a poster; fourteen of them cannot be guessed.
_SIGNS, _LENGTH = "abcdefghjkmnpqrstuvwxyz23456789", 14


class PublicPage(Base):
    """Where an organisation's public form is; found by its token, before anybody acts for the organisation."""

    __abstract__ = True

    organisation_id: Mapped[int] = mapped_column(Key, ForeignKey("organisation.id"), unique=True)
    token: Mapped[str] = mapped_column(unique=True)
    is_open: Mapped[bool]

    @declared_attr
    def organisation(cls) -> Mapped[Organisation]:  # noqa: N805 - it is a property of the class.
        """Give the organisation that has the form."""
        return relationship()


Page = TypeVar("Page", bound=PublicPage)


def get_open_page(kind: type[Page], token: str) -> Page:
    """Give the form with this address, or raise NotFoundError; one that is switched off looks like none."""
    query = select(kind).options(joinedload(kind.organisation)).where(kind.token == token, kind.is_open)
    page = db.session.scalars(query).one_or_none()
    if page is None:
        raise NotFoundError
    return page


def find_page(kind: type[Page], organisation_id: int) -> Page | None:
    """Give the form of an organisation, if it has ever had one."""
    return db.session.scalars(select(kind).where(kind.organisation_id == organisation_id)).one_or_none()


def open_page(kind: type[Page], organisation_id: int, action: Action, *, by: User) -> Page:
    """Switch the form on, at the address that it had before if it had one."""
    page = find_page(kind, organisation_id)
    if page is None:
        page = kind(organisation_id=organisation_id, token=new_token(), is_open=False)
        db.session.add(page)
        db.session.flush()
    if not page.is_open:
        page.is_open = True
        audit.record(action, page, by=by)
    return page


def close_page(kind: type[Page], organisation_id: int, action: Action, *, by: User) -> None:
    """Switch the form off; its address looks like one that never was."""
    page = find_page(kind, organisation_id)
    if page is not None and page.is_open:
        page.is_open = False
        audit.record(action, page, by=by)


def renew_page(kind: type[Page], organisation_id: int, action: Action, *, by: User) -> None:
    """Give the form a new address; the old one leads nowhere from now on."""
    page = find_page(kind, organisation_id)
    if page is not None:
        page.token = new_token()
        audit.record(action, page, by=by)


def new_token() -> str:
    """Give an address that nobody can guess and everybody can type."""
    return "".join(secrets.choice(_SIGNS) for _sign in range(_LENGTH))
