"""The size of one enterprise with every step of the reasoning: plain data in, sentences out."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from broker.companies.sizes.groups import (
    EXEMPT,
    Holding,
    Relation,
    Structure,
    condition_of,
    controlled_by,
    is_control,
    relation_of,
    structure_of,
)
from broker.companies.sizes.rules import (
    Amount,
    Category,
    SizeRules,
    Span,
    Sums,
    classify,
    count,
    euro,
    over_years,
    percent,
    why,
)
from broker.sentences import N_, Sentence

_WHOLE = Decimal(100)
# Accounts are approved within half a year of the end of their period, so older ones are not the latest.
_OLDEST_YEARS = 2


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


@dataclass(frozen=True)
class Step:
    """One step of the reasoning."""

    title: Sentence
    told: tuple[Sentence, ...]


@dataclass(frozen=True)
class Assessment:
    """The size, or the smallest and largest that it can be; why; what is missing; and all the steps."""

    span: Span
    because: tuple[Sentence, ...]
    steps: tuple[Step, ...] = ()
    missing: tuple[Sentence, ...] = ()
    years: tuple[Year, ...] = ()
    structure: Structure = field(default_factory=lambda: Structure(frozenset(), (), Decimal(0), ()))

    @property
    def category(self) -> Category | None:
        """Give the category, if it can be said."""
        return self.span.category


def assess(case: Case, rules: SizeRules, day: date) -> Assessment:
    """Judge the size of an enterprise on a day; who owns what is as it is on that day, for every year (art. 4)."""
    structure = structure_of(case.subject, case.holdings, rules)
    years = _years(case, structure, rules, day)
    steps = [_ceilings(rules, day), _ownership(case, structure, rules)]
    if structure.public_share >= rules.public_from:
        told = _public(case, structure, rules)
        span = Span(Category.LARGE, Category.LARGE)
        return Assessment(span, told, (*steps, Step(_PUBLIC, told)), (), years, structure)
    steps += [_figures_of(year) for year in years]
    if not years:
        own = (Sentence(N_("Ange företagets egna uppgifter för det senaste räkenskapsåret.")),)
        return Assessment(Span(Category.MICRO, Category.LARGE), (), tuple(steps), own, (), structure)
    chain = _latest_chain(years)
    span = over_years([year.span for year in chain])
    steps.append(_two_years(chain, years, span, day))
    latest = chain[-1]
    asked = {str(told): told for year in chain for told in year.missing}
    missing = () if span.category else tuple(asked.values())
    because = why(latest.sums, latest.span, rules) if span == latest.span else (Sentence(_STAYS),)
    return Assessment(span, because, tuple(steps), missing, years, structure)


_PUBLIC = Sentence(N_("Offentligt ägande"))
_STAYS = N_("gränsen har bara passerats ett år")


def _ceilings(rules: SizeRules, day: date) -> Step:
    facts = {"day": day.isoformat(), "since": rules.valid_from.isoformat(), "source": rules.source}
    told = [Sentence(N_("Bedömt %(day)s efter gränserna som gäller från %(since)s. Källa: %(source)s."), facts)]
    text = N_(
        "Gräns för %(size)s: under %(staff)s anställda, och högst %(turnover)s i omsättning "
        "eller %(balance)s i balansomslutning."
    )
    for category, ceiling in rules.ceilings.items():
        amounts = {"turnover": euro(ceiling.turnover_eur), "balance": euro(ceiling.balance_eur)}
        told.append(Sentence(text, {"size": category.word, "staff": ceiling.headcount_below, **amounts}))
    return Step(Sentence(N_("Gränserna")), tuple(told))


def _ownership(case: Case, structure: Structure, rules: SizeRules) -> Step:
    near = structure.group | {case.subject}
    rows = [row for row in case.holdings if row.owner in near or row.owned in near]
    told = [_holding_told(row, case, rules) for row in rows]
    if not rows:
        told = [
            Sentence(N_("Inget ägande är antecknat. Företaget räknas som fristående, med bara sina egna uppgifter."))
        ]
    elif structure.group == {case.subject} and not structure.partners:
        told.append(Sentence(N_("Företaget är fristående: bara dess egna uppgifter räknas.")))
    return Step(Sentence(N_("Ägandet")), tuple(told))


_RELATION_TOLD = {
    Relation.LINKED: N_("anknutna företag, räknas helt"),
    Relation.PARTNER: N_("partnerföretag, räknas med sin andel"),
    Relation.AUTONOMOUS: N_("fristående, räknas inte"),
    Relation.PUBLIC: N_("offentligt ägande, räknas inte in men kan göra att företaget inte är ett SMF"),
}


def _holding_told(row: Holding, case: Case, rules: SizeRules) -> Sentence:
    relation = relation_of(row, case.holdings, rules)
    reason = Sentence(_RELATION_TOLD[relation])
    is_exempt = row.kind in EXEMPT and row.share >= rules.partner_from and not is_control([row], rules)
    if relation is Relation.AUTONOMOUS and is_exempt:
        reason = Sentence(N_("fristående trots andelen, för ett undantag gäller ägare av det slaget (artikel 3.2)"))
        if condition := condition_of(row.kind, rules):
            reason = Sentence(
                N_("fristående trots andelen, för ett undantag gäller (artikel 3.2): %(condition)s"),
                {"condition": condition},
            )
    elif relation is Relation.LINKED and row.controls:
        reason = Sentence(N_("anknutna företag genom bestämmande inflytande, räknas helt"))
    facts = {"owner": case.names[row.owner], "owned": case.names[row.owned], "reason": reason}
    shares = {"capital": percent(row.capital), "votes": percent(row.votes)}
    text = N_("%(owner)s har %(capital)s av kapitalet och %(votes)s av rösterna i %(owned)s: %(reason)s.")
    return Sentence(text, facts | shares)


def _public(case: Case, structure: Structure, rules: SizeRules) -> tuple[Sentence, ...]:
    names = sorted({case.names[row.owner] for row in structure.public_holdings})
    facts = {"names": ", ".join(names), "share": percent(structure.public_share), "limit": percent(rules.public_from)}
    text = N_(
        "%(names)s kontrollerar %(share)s av företaget. Med minst %(limit)s i offentliga händer är det "
        "inte ett litet eller medelstort företag, hur stort det än är (artikel 3.4)."
    )
    return (Sentence(text, facts),)


def _years(case: Case, structure: Structure, rules: SizeRules, day: date) -> tuple[Year, ...]:
    own = [row for row in case.figures.get(case.subject, ()) if row.closed_on <= day and not row.is_estimate]
    # A new enterprise has no closed accounts: an honest estimate stands in (art. 4.3).
    own = own or [row for row in case.figures.get(case.subject, ()) if row.is_estimate][-1:]
    by_year = {row.closed_on.year: row for row in sorted(own, key=lambda row: row.closed_on)}
    return tuple(_year(figures, case, structure, rules) for _year_of, figures in sorted(by_year.items()))


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


def _figures_of(year: Year) -> Step:
    told = [_row_told(row, year) for row in year.rows]
    if year.inside:
        facts = {"names": ", ".join(year.inside)}
        told.append(Sentence(N_("Räknas inte en gång till, för koncernredovisningen har dem redan: %(names)s."), facts))
    if len(year.rows) > 1:
        told.append(Sentence(N_("Tillsammans: %(figures)s."), {"figures": _amounts_told(year.sums)}))
    if year.span.category:
        told.append(Sentence(N_("Efter det här året ensamt: %(size)s."), {"size": year.span.category.word}))
    else:
        ends = {"low": year.span.low.word, "high": year.span.high.word}
        told.append(Sentence(N_("Efter det här året ensamt: från %(low)s till %(high)s, för uppgifter saknas."), ends))
    return Step(Sentence(N_("Räkenskapsåret till %(day)s"), {"day": year.closed_on.isoformat()}), tuple(told))


def _row_told(row: Row, year: Year) -> Sentence:
    facts = {"name": row.name, "share": percent(row.share)}
    if row.figures is None:
        return Sentence(N_("%(name)s, till %(share)s: uppgifter saknas."), facts)
    text = N_("%(name)s, till %(share)s: %(figures)s.")
    if row.figures.is_estimate:
        text = N_("%(name)s, till %(share)s, uppskattat: %(figures)s.")
    elif row.figures.is_consolidated:
        text = N_("%(name)s med sin koncernredovisning, till %(share)s: %(figures)s.")
    elif row.figures.closed_on.year != year.closed_on.year:
        text = N_("%(name)s, till %(share)s, med året före: %(figures)s.")
    return Sentence(text, facts | {"figures": _amounts_told(row.figures.sums)})


def _amounts_told(sums: Sums) -> Sentence:
    headcount, turnover, balance = (
        Sentence(N_("minst %(amount)s"), {"amount": text}) if amount.high is None and amount.low else text
        for amount, text in (
            (sums.headcount, count(sums.headcount.low)),
            (sums.turnover, euro(sums.turnover.low)),
            (sums.balance, euro(sums.balance.low)),
        )
    )
    unknown = Sentence(N_("okänd"))
    facts = {
        "headcount": headcount if sums.headcount.high is not None or sums.headcount.low else unknown,
        "turnover": turnover if sums.turnover.high is not None or sums.turnover.low else unknown,
        "balance": balance if sums.balance.high is not None or sums.balance.low else unknown,
    }
    text = N_("årsarbetskrafter %(headcount)s, omsättning %(turnover)s, balansomslutning %(balance)s")
    return Sentence(text, facts)


def _latest_chain(years: Sequence[Year]) -> list[Year]:
    """Give the latest years that follow on each other: over a gap the rule of two years cannot be asked."""
    chain = [years[-1]]
    for year in reversed(years[:-1]):
        if chain[0].closed_on.year - year.closed_on.year > 1:
            break
        chain.insert(0, year)
    return chain


def _two_years(chain: Sequence[Year], years: Sequence[Year], span: Span, day: date) -> Step:
    told = []
    if len(chain) == 1:
        told.append(Sentence(N_("Bara ett räkenskapsår är antecknat, så det avgör ensamt.")))
    elif span != chain[-1].span:
        text = N_("En gräns som passeras räknas först när den har passerats två räkenskapsår i rad (artikel 4.2).")
        told.append(Sentence(text))
    else:
        told.append(Sentence(N_("Kategorin är densamma när två räkenskapsår i rad vägs in (artikel 4.2).")))
    if len(chain) < len(years):
        told.append(Sentence(N_("Bokslut saknas för år däremellan, så de äldre åren räknas inte.")))
    if day.year - chain[-1].closed_on.year > _OLDEST_YEARS:
        told.append(Sentence(N_("Det senaste bokslutet är gammalt. Ange ett nyare när det är fastställt.")))
    told.append(Sentence(N_("Ägandet räknas som det är idag, också för äldre år: ett ägarbyte slår igenom genast.")))
    return Step(Sentence(N_("Två år i rad")), tuple(told))
