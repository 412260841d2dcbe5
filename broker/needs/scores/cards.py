"""What the scores of trainings say of a provider: mean, spread, number and trend at each level; by topic."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Protocol

from flask_babel import gettext as _
from flask_babel import ngettext

from broker.formatting import one_decimal
from broker.needs.evaluations.models import ScoreLevel
from broker.needs.half_years import HalfYear, half_year_name, half_year_of

STEPS = range(1, 6)
# Smaller differences than what is shown say nothing.
_SHOWN = Decimal("0.1")


class Score(Protocol):
    """How one training was judged at one level."""

    @property
    def cohort_id(self) -> int:
        """Give which training it was."""

    @property
    def topic_id(self) -> str:
        """Give what was taught."""

    @property
    def level(self) -> ScoreLevel:
        """Give by what it was judged."""

    @property
    def is_by_company(self) -> bool:
        """Tell whether companies judged it, or those who took part."""

    @property
    def taught_on(self) -> date:
        """Give its last day."""

    @property
    def counts(self) -> list[int]:
        """Give how many answered 1, 2, 3, 4 and 5."""


@dataclass(frozen=True)
class Figure:
    """All answers of some trainings at one level; counts are of 1 to 5."""

    counts: Sequence[int]
    trainings: int

    @property
    def answers(self) -> int:
        """Count the answers."""
        return sum(self.counts)

    @property
    def mean(self) -> Decimal:
        """Give the mean of all answers."""
        return Decimal(sum(step * count for step, count in zip(STEPS, self.counts, strict=True))) / self.answers

    @property
    def spread(self) -> list[tuple[int, int, int]]:
        """Give each step from the best with how many chose it, and their share in per cent."""
        pairs = zip(STEPS, self.counts, strict=True)
        return [(step, count, round(100 * count / self.answers)) for step, count in reversed(list(pairs))]


@dataclass(frozen=True)
class Judged:
    """One level as one side judged it, in all and by half-year, the latest half-year last."""

    level: ScoreLevel
    is_by_company: bool
    figure: Figure
    half_years: Sequence[tuple[HalfYear, Figure]]

    @property
    def key(self) -> str:
        """Give a name for addresses within a page."""
        return f"{self.level}-{'company' if self.is_by_company else 'participants'}"

    @property
    def label(self) -> str:
        """Give the level with who judged it."""
        who = _("företagen") if self.is_by_company else _("deltagarna")
        return _("%(level)s, enligt %(who)s", level=self.level.label, who=who)

    @property
    def trend(self) -> str:
        """Say how the two latest half-years compare."""
        if len(self.half_years) < 2:
            return _("Bara ett halvår än, så ingen utveckling kan visas.")
        (earlier, before), (later, after) = self.half_years[-2:]
        first, last = (figure.mean.quantize(_SHOWN, rounding=ROUND_HALF_UP) for figure in (before, after))
        values = {
            "first": one_decimal(first),
            "last": one_decimal(last),
            "earlier": half_year_name(earlier),
            "later": half_year_name(later),
        }
        if first == last:
            return _("Oförändrat %(last)s från %(earlier)s till %(later)s.", **values)
        if last > first:
            return _("Upp från %(first)s %(earlier)s till %(last)s %(later)s.", **values)
        return _("Ner från %(first)s %(earlier)s till %(last)s %(later)s.", **values)


@dataclass(frozen=True)
class Card:
    """A scorecard: each level that was judged, and each topic at each level."""

    levels: Sequence[Judged]
    topics: Sequence[tuple[str, Sequence[tuple[Judged, Figure | None]]]]

    @property
    def half_years(self) -> list[tuple[HalfYear, list[tuple[Judged, Figure | None]]]]:
        """Give every half-year with its figure at each level, the latest first."""
        found = sorted({half_year for row in self.levels for half_year, _figure in row.half_years}, reverse=True)
        return [(each, [(row, dict(row.half_years).get(each)) for row in self.levels]) for each in found]


@dataclass(frozen=True)
class Line:
    """A scorecard in one line: what those who took part think of all trainings."""

    mean: Decimal
    answers: int
    trainings: int

    def __str__(self) -> str:
        return _(
            "%(mean)s av 5, %(answers)s, %(trainings)s",
            mean=one_decimal(self.mean),
            answers=ngettext("%(num)s svar", "%(num)s svar", self.answers),
            trainings=ngettext("%(num)s utbildning", "%(num)s utbildningar", self.trainings),
        )


def make_card(scores: Sequence[Score]) -> Card:
    """Put the scores of one provider together; what was shown of each training is a whole, so each sum is too."""
    levels = []
    for level in ScoreLevel:
        for is_by_company in (False, True):
            own = [row for row in scores if row.level is level and row.is_by_company is is_by_company]
            if own:
                levels.append(Judged(level, is_by_company, _sum(own), _by_half_year(own)))
    topics = [
        (topic_id, [(judged, _find_sum(_of(scores, judged, topic_id))) for judged in levels])
        for topic_id in dict.fromkeys(row.topic_id for row in scores)
    ]
    return Card(levels, topics)


def _of(scores: Iterable[Score], judged: Judged, topic_id: str) -> list[Score]:
    is_this = (judged.level, judged.is_by_company, topic_id)
    return [row for row in scores if (row.level, row.is_by_company, row.topic_id) == is_this]


def _by_half_year(scores: Iterable[Score]) -> list[tuple[HalfYear, Figure]]:
    found: dict[HalfYear, list[Score]] = {}
    for row in scores:
        found.setdefault(half_year_of(row.taught_on), []).append(row)
    return [(half_year, _sum(rows)) for half_year, rows in sorted(found.items())]


def _find_sum(scores: Sequence[Score]) -> Figure | None:
    return _sum(scores) if scores else None


def _sum(scores: Sequence[Score]) -> Figure:
    counts = [sum(column) for column in zip(*(row.counts for row in scores), strict=True)]
    return Figure(counts, len({row.cohort_id for row in scores}))
