"""Every step to the size of an enterprise, as sentences."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from broker.companies.sizes.groups import EXEMPT, Holding, Relation, Structure, condition_of, is_control, relation_of
from broker.companies.sizes.rules import SizeRules, Span, Sums, count, euro, percent
from broker.companies.sizes.years import Case, Row, Year
from broker.sentences import N_, Sentence

# Accounts are approved within half a year of the end of their period, so older ones are not the latest.
_OLDEST_YEARS = 2


@dataclass(frozen=True)
class Step:
    """One step of the reasoning."""

    title: Sentence
    told: tuple[Sentence, ...]


def ceilings_step(rules: SizeRules, day: date) -> Step:
    """Tell the ceilings of the day and their source."""
    facts = {"day": day, "since": rules.valid_from, "source": rules.source}
    told = [Sentence(N_("Bedömt %(day)s efter gränserna som gäller från %(since)s. Källa: %(source)s."), facts)]
    text = N_(
        "Gräns för %(size)s: under %(staff)s årsarbetskrafter, och högst %(turnover)s i omsättning "
        "eller %(balance)s i balansomslutning."
    )
    for category, ceiling in rules.ceilings.items():
        amounts = {"turnover": euro(ceiling.turnover_eur), "balance": euro(ceiling.balance_eur)}
        told.append(Sentence(text, {"size": category.word, "staff": ceiling.headcount_below, **amounts}))
    return Step(Sentence(N_("Gränserna")), tuple(told))


def ownership_step(case: Case, structure: Structure, rules: SizeRules) -> Step:
    """Tell who owns what, and what each holding makes of owner and owned."""
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


def public_step(case: Case, structure: Structure, rules: SizeRules) -> Step:
    """Tell who of public bodies has how much of an enterprise that is no SME for it (art. 3.4)."""
    names = sorted({case.names[row.owner] for row in structure.public_holdings})
    facts = {"names": ", ".join(names), "share": percent(structure.public_share), "limit": percent(rules.public_from)}
    text = N_(
        "%(names)s kontrollerar %(share)s av företaget. Med minst %(limit)s i offentliga händer är det "
        "inte ett litet eller medelstort företag, hur stort det än är (artikel 3.4)."
    )
    return Step(Sentence(N_("Offentligt ägande")), (Sentence(text, facts),))


def year_step(year: Year) -> Step:
    """Tell what was counted in an accounting period, and the category by it alone."""
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
        told.append(
            Sentence(N_("Efter det här året ensamt: från %(low)s till %(high)s, eftersom uppgifter saknas."), ends)
        )
    return Step(Sentence(N_("Räkenskapsåret till %(day)s"), {"day": year.closed_on}), tuple(told))


def two_years_step(chain: Sequence[Year], years: Sequence[Year], span: Span, day: date) -> Step:
    """Tell what came of asking two accounting periods in a row (art. 4.2)."""
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
