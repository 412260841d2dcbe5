"""Which figures count in each accounting period of an enterprise (recommendation 2003/361/EC, art. 4 and 6)."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from broker.companies.sizes.groups import Holding, Structure, controlled_by
from broker.companies.sizes.rules import Amount, SizeRules, Span, Sums, classify
from broker.sentences import N_, Sentence

_WHOLE = Decimal(100)


@dataclass(frozen=True)
class Figures:
    """One enterprise's figures of one accounting period, in annual work units and euro."""

    closed_on: date
    headcount: Decimal | None = None
    turnover: Decimal | None = None
    balance: Decimal | None = None
    is_consolidated: bool = False
    is_estimate: bool = False

    @property
    def sums(self) -> Sums:
        """Give the figures as amounts, where what is missing can be anything."""
        return Sums(*(Amount.of(value) for value in (self.headcount, self.turnover, self.balance)))


@dataclass(frozen=True)
class Case:
    """What is known of an enterprise and of all that hang together with it, each known by a key."""

    subject: str
    names: Mapping[str, str]
    figures: Mapping[str, Sequence[Figures]]
    holdings: Sequence[Holding] = ()


@dataclass(frozen=True)
class Row:
    """What one enterprise adds to a year: its share, and its figures if there are any."""

    name: str
    share: Decimal
    figures: Figures | None


@dataclass(frozen=True)
class Year:
    """One accounting period: who was counted, the sums, and the category by them alone."""

    closed_on: date
    rows: tuple[Row, ...]
    sums: Sums
    span: Span
    missing: tuple[Sentence, ...]
    inside: tuple[str, ...] = ()


def years_of(case: Case, structure: Structure, rules: SizeRules, day: date) -> tuple[Year, ...]:
    """Give the closed accounting periods of an enterprise, the oldest first, each with all that counts in it."""
    own = [row for row in case.figures.get(case.subject, ()) if row.closed_on <= day and not row.is_estimate]
    # A new enterprise has no closed accounts: an honest estimate stands in (art. 4.3).
    own = own or [row for row in case.figures.get(case.subject, ()) if row.is_estimate][-1:]
    by_year = {row.closed_on.year: row for row in sorted(own, key=lambda row: row.closed_on)}
    return tuple(_year(figures, case, structure, rules) for _year_of, figures in sorted(by_year.items()))


def latest_chain(years: Sequence[Year]) -> list[Year]:
    """Give the latest years that follow on each other: over a gap the rule of two years cannot be asked."""
    chain = [years[-1]]
    for year in reversed(years[:-1]):
        if chain[0].closed_on.year - year.closed_on.year > 1:
            break
        chain.insert(0, year)
    return chain


def _year(own: Figures, case: Case, structure: Structure, rules: SizeRules) -> Year:
    rows: list[Row] = []
    inside: list[str] = []
    counted = [(structure.group, _WHOLE), *((partner.members, partner.share) for partner in structure.partners)]
    for members, share in counted:
        found = {key: own if key == case.subject else _of_year(case.figures.get(key, ()), own) for key in members}
        covered = _covered(found, case.holdings, rules)
        inside += [case.names[key] for key in sorted(members & covered)]
        # The enterprise itself comes first, and nothing that consolidated accounts hold already comes again.
        keys = sorted(members - covered, key=lambda key: (key != case.subject, case.names[key], key))
        rows += [Row(case.names[key], share, found[key]) for key in keys]
    sums = sum((_added(row) for row in rows), Sums())
    missing = tuple(told for row in rows for told in _missing_of(row, own.closed_on.year))
    return Year(own.closed_on, tuple(rows), sums, classify(sums, rules), missing, tuple(inside))


def _of_year(figures: Sequence[Figures], own: Figures) -> Figures | None:
    """Give the figures of the same year as our own, or of the year before while later accounts are not approved."""
    for year in (own.closed_on.year, own.closed_on.year - 1):
        found = [row for row in figures if row.closed_on.year == year]
        if found:
            return max(found, key=lambda row: (not row.is_estimate, row.closed_on))
    return None


def _covered(found: Mapping[str, Figures | None], holdings: Iterable[Holding], rules: SizeRules) -> frozenset[str]:
    covered: set[str] = set()
    for key in sorted(key for key, figures in found.items() if figures and figures.is_consolidated):
        if key not in covered:
            covered |= controlled_by(key, holdings, rules) - {key}
    return frozenset(covered)


def _added(row: Row) -> Sums:
    sums = row.figures.sums if row.figures else Sums(*(Amount.of(None) for _figure in range(3)))
    return sums.of_share(row.share)


_FIGURES = (
    ("headcount", N_("årsarbetskrafter")),
    ("turnover", N_("omsättning")),
    ("balance", N_("balansomslutning")),
)


def _missing_of(row: Row, year: int) -> list[Sentence]:
    if row.figures is None:
        return [Sentence(N_("Ange uppgifter om %(name)s för år %(year)s."), {"name": row.name, "year": year})]
    lacking = [Sentence(word) for name, word in _FIGURES if getattr(row.figures, name) is None]
    facts = {"what": Sentence.joined(lacking), "name": row.name, "year": row.figures.closed_on.year}
    return [Sentence(N_("Ange %(what)s för %(name)s år %(year)s."), facts)] if lacking else []
