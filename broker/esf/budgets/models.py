"""Tables of the budget: what beneficiaries spend, and how the project is financed."""

from decimal import Decimal

from sqlalchemy import ForeignKey, Numeric
from sqlalchemy.orm import Mapped, mapped_column

from broker.access import ProjectRow
from broker.extensions import Base, Key, Versioned

_Money = Numeric(14, 2)


class BudgetRow(ProjectRow, Versioned, Base):
    """One cost in one beneficiary's part of the budget."""

    actor_id: Mapped[int] = mapped_column(Key, ForeignKey("actor.id"), index=True)
    cost_type: Mapped[str]
    title: Mapped[str]
    rate_id: Mapped[str | None]
    hours: Mapped[Decimal | None] = mapped_column(_Money)
    persons: Mapped[int] = mapped_column(default=1)
    amount_kr: Mapped[Decimal | None] = mapped_column(_Money)
    is_active: Mapped[bool] = mapped_column(default=True)


class CoFinancingRow(ProjectRow, Versioned, Base):
    """One contribution to the financing: hours, something in kind, cash, or a share of own costs."""

    kind: Mapped[str]
    title: Mapped[str]
    contributor: Mapped[str | None]
    hours: Mapped[Decimal | None] = mapped_column(_Money)
    amount_kr: Mapped[Decimal | None] = mapped_column(_Money)
    is_active: Mapped[bool] = mapped_column(default=True)
