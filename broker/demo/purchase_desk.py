"""What an invented purchase is told with: what a person has at hand, the steps, the offers, the whole story."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any

from broker import clock
from broker.needs.models import Cohort
from broker.procurement.calendar import is_weekday
from broker.procurement.frameworks.models import CallOffModel, FrameworkAgreement


@dataclass(frozen=True)
class Desk:
    """What somebody who makes a purchase has at hand; days are stored as the workflow stores them."""

    today: date
    user_id: int
    provider_names: Mapping[int, str]
    company_number: str
    cohort: Cohort | None = None
    frameworks: Mapping[CallOffModel, FrameworkAgreement] = field(default_factory=dict)

    @property
    def providers(self) -> list[str]:
        """Give the vetted providers as the workflow stores them, the most fitting first."""
        return [str(key) for key in self.provider_names]

    @property
    def chosen(self) -> str:
        """Give the provider that wins."""
        return self.providers[0]

    @property
    def user(self) -> str:
        """Give the person as the workflow stores people."""
        return str(self.user_id)

    @property
    def people(self) -> int:
        """Give how many are to be taught."""
        return self.cohort.participants if self.cohort else 8

    def day(self, days: int) -> str:
        """Give the weekday so many days from today: back to the one before, ahead to the one after."""
        found = self.today + timedelta(days=days)
        while not is_weekday(found):
            found += timedelta(days=1 if days > 0 else -1)
        return found.isoformat()

    def moment(self, days: int, hour: int) -> str:
        """Give an hour of that weekday by the clocks of Sweden."""
        found = date.fromisoformat(self.day(days))
        return datetime.combine(found, time(hour), tzinfo=clock.SWEDEN).isoformat()


@dataclass(frozen=True)
class Offered:
    """An offer that came before a step: which of the providers, its prices in kronor, and when it came."""

    place: int
    fixed_kr: int
    each_kr: int
    received_at: str


@dataclass(frozen=True)
class Step:
    """One step: where it leads, what is filled in, which papers come with it, what is noted about it."""

    to: str
    values: Mapping[str, Any] = field(default_factory=dict)
    papers: Sequence[str] = ()
    note: str | None = None
    offers: Sequence[Offered] = ()
    is_compared: bool = False


@dataclass(frozen=True)
class Story:
    """One purchase from its start to where it stands today."""

    route_id: str
    title: str
    start: Callable[[Desk], dict[str, Any]]
    steps: Callable[[Desk], list[Step]]
    is_for_cohort: bool = True
    route_reason: str | None = None
    asked_by: str | None = None
