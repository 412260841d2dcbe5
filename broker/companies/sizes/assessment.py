"""The size of one enterprise with every step of the reasoning: plain data in, sentences out."""

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from broker.companies.sizes.groups import Structure, structure_of
from broker.companies.sizes.rules import Category, SizeRules, Span, over_years, why
from broker.companies.sizes.steps import Step, ceilings_step, ownership_step, public_step, two_years_step, year_step
from broker.companies.sizes.years import Case, Year, latest_chain, years_of
from broker.sentences import N_, Sentence

_STAYS = N_("gränsen har bara passerats ett år")


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
    years = years_of(case, structure, rules, day)
    steps = [ceilings_step(rules, day), ownership_step(case, structure, rules)]
    if structure.public_share >= rules.public_from:
        public = public_step(case, structure, rules)
        span = Span(Category.LARGE, Category.LARGE)
        return Assessment(span, public.told, (*steps, public), (), years, structure)
    steps += [year_step(year) for year in years]
    if not years:
        own = (Sentence(N_("Ange företagets egna uppgifter för det senaste räkenskapsåret.")),)
        return Assessment(Span(Category.MICRO, Category.LARGE), (), tuple(steps), own, (), structure)
    chain = latest_chain(years)
    span = over_years([year.span for year in chain])
    steps.append(two_years_step(chain, years, span, day))
    latest = chain[-1]
    asked = {str(told): told for year in chain for told in year.missing}
    missing = () if span.category else tuple(asked.values())
    because = why(latest.sums, latest.span, rules) if span == latest.span else (Sentence(_STAYS),)
    return Assessment(span, because, tuple(steps), missing, years, structure)
