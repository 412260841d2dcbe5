"""Table of saved views."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from broker import clock
from broker.access import Private
from broker.accounts.models import User
from broker.extensions import Base, Key, Versioned


class ListPage(StrEnum):
    """The lists whose views can be saved; the value is in addresses."""

    COMPANIES = "foretag"
    INTERACTIONS = "kontakter"
    NEEDS = "behov"

    @property
    def label(self) -> Any:
        """Give the Swedish name of the list."""
        return _LABELS[self]


_LABELS = {
    ListPage.COMPANIES: _l("Företag"),
    ListPage.INTERACTIONS: _l("Kontakter"),
    ListPage.NEEDS: _l("Behov"),
}


class SavedView(Private, Versioned, Base):
    """What a list was narrowed to and how it was shown, as the address says it: names, each with its values."""

    __table_args__ = (Index("ix_saved_view_page", "organisation_id", "page"),)

    page: Mapped[ListPage]
    name: Mapped[str]
    arguments: Mapped[dict[str, Any]]
    owner_id: Mapped[int] = mapped_column(Key, ForeignKey("user.id"))
    is_shared: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime] = mapped_column(default=clock.now)

    owner: Mapped[User] = relationship()

    @property
    def is_left_behind(self) -> bool:
        """Tell whether its owner no longer works here."""
        roles = [row.roles for row in self.owner.memberships if row.organisation_id == self.organisation_id]
        return not (self.owner.is_active and any(roles))
