"""Tables of how people want to be reminded and how often we talk to companies, and when the morning comes."""

from datetime import date, datetime, time, timedelta

from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from broker import clock
from broker.access import Private
from broker.companies.models import Engagement, EngagementStatus
from broker.extensions import Base, Key, Versioned

_MORNING = time(6)
_SATURDAY = 5


class ReminderChoice(Private, Base):
    """How one person wants to be reminded in one organisation, and which letters are wanted; nobody else changes it."""

    __table_args__ = (UniqueConstraint("organisation_id", "user_id"),)

    user_id: Mapped[int] = mapped_column(Key, ForeignKey("user.id"), index=True)
    is_mailed: Mapped[bool] = mapped_column(default=False)
    mailed_on: Mapped[date | None]
    # Letters at once, beside the one of the morning. Who has chosen nothing gets the first and not the second.
    mails_mentions: Mapped[bool] = mapped_column(default=True)
    mails_corrections: Mapped[bool] = mapped_column(default=False)
    shows_titles: Mapped[bool] = mapped_column(default=False)
    shows_companies: Mapped[bool] = mapped_column(default=False)
    token_hash: Mapped[str | None] = mapped_column(unique=True)


class ContactRule(Private, Versioned, Base):
    """How often somebody talks to companies of a kind; what is left empty narrows nothing."""

    status: Mapped[EngagementStatus | None]
    tag: Mapped[str | None]
    least_employees: Mapped[int | None]
    months: Mapped[int]

    @property
    def label(self) -> str:
        """Give which companies the rule is about."""
        parts = [
            str(self.status.label) if self.status else "",
            _("etiketten %(tag)s", tag=self.tag) if self.tag else "",
            ngettext("minst %(num)s anställd", "minst %(num)s anställda", self.least_employees)
            if self.least_employees
            else "",
        ]
        return ", ".join(filter(None, parts)) or _("Alla företag som vi har en relation till")

    @property
    def how_often(self) -> str:
        """Give how often the rule wants a contact."""
        return ngettext("minst en kontakt i månaden", "minst en kontakt på %(num)s månader", self.months)

    @property
    def interval(self) -> timedelta:
        """Give the longest time between two contacts."""
        return timedelta(days=round(self.months * clock.DAYS_A_MONTH))

    def concerns(self, engagement: Engagement) -> bool:
        """Tell whether a relation is of the rule's kind."""
        return (
            self.status in (None, engagement.status)
            and (self.tag is None or self.tag in engagement.tags)
            and (engagement.employees or 0) >= (self.least_employees or 0)
        )

    def due_on(self, engagement: Engagement) -> date:
        """Give the last day for the next contact, counted from the latest or from when the relation began."""
        return (engagement.last_contact_on or clock.in_sweden(engagement.created_at).date()) + self.interval


def has_morning_come(now: datetime) -> bool:
    """Tell whether today's letters may leave: from Monday to Friday, from six o'clock in Sweden on."""
    local = clock.in_sweden(now)
    return local.weekday() < _SATURDAY and local.time() >= _MORNING
