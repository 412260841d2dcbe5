"""The table of people at providers."""

from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from broker import clock
from broker.access import Private
from broker.companies.models import LegalBasis
from broker.extensions import Base, Key, Versioned
from broker.providers.models import Provider


class ProviderPerson(Private, Versioned, Base):
    """Somebody at a provider whom the organisation talks to; who has left is kept and no longer shown first."""

    provider_id: Mapped[int] = mapped_column(Key, ForeignKey("provider.id"), index=True)
    name: Mapped[str]
    function: Mapped[str | None]
    email: Mapped[str | None]
    phone: Mapped[str | None]
    source: Mapped[str]
    legal_basis: Mapped[LegalBasis] = mapped_column(default=LegalBasis.PUBLIC_TASK)
    is_active: Mapped[bool] = mapped_column(default=True)
    created_at: Mapped[datetime] = mapped_column(default=clock.now)

    provider: Mapped[Provider] = relationship()
