"""Tables of what a granted project has come to, month by month, and of what has been told about it."""

from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import JSON, ForeignKey, Numeric, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from broker import clock
from broker.access import ProjectRow
from broker.accounts.models import User
from broker.companies.models import Company
from broker.esf.budgets.models import BudgetRow, CoFinancingRow
from broker.extensions import Base, Key, Versioned, WrittenOnce

_Number = Numeric(14, 2)


class ResultState(StrEnum):
    """What a measurement says of a milestone."""

    ON_WAY = "on_way"
    REACHED = "reached"
    MISSED = "missed"

    @property
    def label(self) -> Any:
        """Give the Swedish words."""
        return _STATE_LABELS[self]


_STATE_LABELS = {
    ResultState.ON_WAY: _l("På väg"),
    ResultState.REACHED: _l("Nått"),
    ResultState.MISSED: _l("Inte nått"),
}


class ReportKind(StrEnum):
    """What a report is of."""

    QUARTER = "quarter"
    FINAL = "final"

    @property
    def label(self) -> Any:
        """Give the Swedish words."""
        return _REPORT_LABELS[self]


_REPORT_LABELS = {ReportKind.QUARTER: _l("Kvartalsrapport"), ReportKind.FINAL: _l("Slutsiffror")}


class Audience(StrEnum):
    """Whom results are shown to."""

    FUNDER = "funder"
    POLITICIANS = "politicians"

    @property
    def label(self) -> Any:
        """Give the Swedish words."""
        return _AUDIENCE_LABELS[self]


_AUDIENCE_LABELS = {Audience.FUNDER: _l("Finansiären"), Audience.POLITICIANS: _l("Förtroendevalda")}


class ParticipantMonth(ProjectRow, Versioned, Base):
    """How many of a company's people began and finished in a cohort in one month, and the hours that all attended.

    Somebody begins once and finishes once, so months can be added. No person is named.
    """

    __table_args__ = (UniqueConstraint("project_id", "cohort_id", "company_id", "month"),)

    cohort_id: Mapped[int] = mapped_column(Key, ForeignKey("cohort.id"), index=True)
    company_id: Mapped[int] = mapped_column(Key, ForeignKey("company.id"), index=True)
    month: Mapped[date]
    women_began: Mapped[int] = mapped_column(default=0)
    men_began: Mapped[int] = mapped_column(default=0)
    unknown_began: Mapped[int] = mapped_column(default=0)
    women_finished: Mapped[int] = mapped_column(default=0)
    men_finished: Mapped[int] = mapped_column(default=0)
    unknown_finished: Mapped[int] = mapped_column(default=0)
    hours: Mapped[Decimal] = mapped_column(_Number, default=Decimal(0))

    company: Mapped[Company] = relationship()


class CostMonth(ProjectRow, Versioned, Base):
    """What a row of the budget, or of the financing, came to in one month: hours of staff, or an amount."""

    __table_args__ = (UniqueConstraint("budget_row_id", "month"), UniqueConstraint("cofinancing_row_id", "month"))

    budget_row_id: Mapped[int | None] = mapped_column(Key, ForeignKey("budget_row.id"))
    cofinancing_row_id: Mapped[int | None] = mapped_column(Key, ForeignKey("co_financing_row.id"))
    month: Mapped[date]
    hours: Mapped[Decimal | None] = mapped_column(_Number)
    amount_kr: Mapped[Decimal | None] = mapped_column(_Number)

    budget_row: Mapped[BudgetRow | None] = relationship()
    cofinancing_row: Mapped[CoFinancingRow | None] = relationship()


class MilestoneResult(ProjectRow, Versioned, Base):
    """What was measured of a milestone on a day, and how far it is; the latest day counts."""

    milestone_id: Mapped[int] = mapped_column(Key, ForeignKey("milestone.id"), index=True)
    measured_on: Mapped[date]
    value: Mapped[str]
    state: Mapped[ResultState]
    note: Mapped[str | None]
    is_active: Mapped[bool] = mapped_column(default=True)


class PeriodReport(ProjectRow, WrittenOnce, Base):
    """A report as it was when somebody took it out; never changed, so that what was sent in can be read again."""

    __table_args__ = (UniqueConstraint("project_id", "number"),)

    number: Mapped[int]
    kind: Mapped[ReportKind]
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    blocks: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    taken_by_id: Mapped[int] = mapped_column(Key, ForeignKey("user.id"))
    taken_at: Mapped[datetime] = mapped_column(default=clock.now)

    taken_by: Mapped[User] = relationship(lazy="joined")


class ResultLink(ProjectRow, Versioned, Base):
    """The address under which somebody outside sees what the project has come to, until a day or until it is closed."""

    audience: Mapped[Audience]
    token: Mapped[str] = mapped_column(unique=True)
    open_until: Mapped[date]
    is_closed: Mapped[bool] = mapped_column(default=False)
    created_by_id: Mapped[int] = mapped_column(Key, ForeignKey("user.id"))
    created_at: Mapped[datetime] = mapped_column(default=clock.now)

    created_by: Mapped[User] = relationship(lazy="joined")

    def is_open_on(self, day: date) -> bool:
        """Tell whether the address shows anything."""
        return not self.is_closed and day <= self.open_until
