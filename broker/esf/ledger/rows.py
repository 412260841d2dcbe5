"""The ledger of a single undertaking: every de minimis aid once, and the room that is left on a day."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from broker.companies.models import Company
from broker.esf.ledger.owners import Unit, differences
from broker.esf.state_aid import AidStatus, DeMinimisRules, years_before
from broker.procurement.calendar import is_weekday
from broker.sentences import Sentence
from broker.swedish import search_key


@dataclass(frozen=True)
class LedgerRow:
    """One aid: to whom, from whom, when the right to it arose, how much, and where we know it from."""

    company: str
    giver: str
    granted_on: date
    amount_eur: Decimal | None
    source: Sentence
    amount_kr: Decimal | None = None
    sek_per_eur: Decimal | None = None
    rate_source: str = ""
    grant_id: int | None = None
    is_planned: bool = False

    @property
    def identity(self) -> tuple[object, ...]:
        """Give what makes two tellings one aid: the same company, giver, day and amount."""
        amount = self.amount_eur if self.amount_kr is None else self.amount_kr
        return search_key(self.company), search_key(self.giver), self.granted_on, amount


@dataclass(frozen=True)
class Ledger:
    """All aid that is known of a single undertaking, and what it leaves on a day."""

    rows: Sequence[LedgerRow]
    on: date
    rules: DeMinimisRules
    units: Sequence[Unit] = ()
    has_certificate: bool = False

    @property
    def differences(self) -> tuple[Sentence, ...]:
        """Say where certificate and noted ownership do not agree on who is the single undertaking."""
        return differences(self.units, has_certificate=self.has_certificate)

    @property
    def opens_after(self) -> date:
        """Give the day after which aid counts: three years back, (EU) 2023/2831 art. 3."""
        return years_before(self.on, self.rules.window_years)

    def counts(self, row: LedgerRow) -> bool:
        """Tell whether a row counts on the day."""
        return self.opens_after < row.granted_on <= self.on

    @property
    def used_eur(self) -> Decimal:
        """Give the sum of what counts; what has no amount in euro yet is not in it."""
        return sum((row.amount_eur or Decimal(0) for row in self.rows if self.counts(row)), Decimal(0))

    @property
    def left_eur(self) -> Decimal:
        """Give what may still be granted."""
        return self.rules.ceiling_eur - self.used_eur

    @property
    def unread(self) -> int:
        """Count the rows that count and whose rate nobody has read: the room is smaller than it looks."""
        return sum(row.amount_eur is None for row in self.rows if self.counts(row))

    @property
    def status(self) -> AidStatus:
        """Judge what is used."""
        if self.unread or not self.rules.valid.holds_on(self.on):
            return AidStatus.REFUSED
        if self.used_eur > self.rules.ceiling_eur:
            return AidStatus.STOPPED
        is_near = self.used_eur >= self.rules.warn_at_share * self.rules.ceiling_eur
        return AidStatus.NEAR_LIMIT if is_near else AidStatus.PASSED


def make_ledger(
    rows: Iterable[LedgerRow],
    on: date,
    rules: DeMinimisRules,
    *,
    units: Sequence[Unit] = (),
    has_certificate: bool = False,
) -> Ledger:
    """Give a ledger in which each aid stands once, the latest first, however many certificates tell of it."""
    once: dict[tuple[object, ...], LedgerRow] = {}
    for row in rows:
        once.setdefault(row.identity, row)
    latest_first = sorted(once.values(), key=lambda row: row.granted_on, reverse=True)
    return Ledger(latest_first, on, rules, units, has_certificate)


def unit_of(company: Company) -> str:
    """Give what a company is known by: its number, or for a sole trader, whose number is not stored, its key."""
    return company.organisation_number or f"key {company.id}"


def undertaking_of(key: str, groups: Mapping[str, Collection[str]]) -> frozenset[str]:
    """Give all that hang together with a company, by what each has said of its group, also through others."""
    found, waiting = {key}, [key]
    while waiting:
        one = waiting.pop()
        beside = set(groups.get(one, ())) | {other for other, numbers in groups.items() if one in numbers}
        waiting += beside - found
        found |= beside
    return frozenset(found)


def register_by(granted_on: date, working_days: int) -> date:
    """Give the last day to register an aid: so many working days after the day of its grant."""
    day = granted_on
    for _number in range(working_days):
        day += timedelta(days=1)
        while not is_weekday(day):
            day += timedelta(days=1)
    return day
