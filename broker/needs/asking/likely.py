"""How likely a company is to have a need that others have: points for each reason, worked out from facts alone."""

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Any

from broker import clock

_GROUP, _DIVISION = 3, 2
_MONTH = timedelta(days=clock.DAYS_A_MONTH)


class ReasonKind(StrEnum):
    """Why a company may have the need; the values are the names of the points in the rules."""

    SAID = "said"
    RENEWAL = "renewal"
    WITHDRAWN = "withdrawn"
    MET = "met"
    NEIGHBOUR = "neighbour"
    SAME_GROUP = "same_group"
    SAME_DIVISION = "same_division"
    SIZE = "size"
    NEAR = "near"


# Alone these say nothing: any company has a size and a place.
_BESIDES = (ReasonKind.SIZE, ReasonKind.NEAR)


@dataclass(frozen=True)
class AskingRules:
    """One version of the rules for whom to ask."""

    points: Mapping[str, int]
    least: int
    size_factor: float
    renewal_months: int
    max_km: int
    recent_days: int
    quiet_days: int
    said_months: int
    most: int
    ending: tuple[str, ...]

    @classmethod
    def from_content(cls, content: Mapping[str, Any]) -> "AskingRules":
        """Read the rules that a document holds."""
        values = {name: content[name] for name in cls.__dataclass_fields__}
        return cls(**values | {"ending": tuple(content["ending"])})


@dataclass(frozen=True)
class Industry:
    """An industry as the register has it: the edition of SNI, and the code."""

    edition: str
    code: str

    def upper(self, digits: int) -> "Industry":
        """Give the wider industry of so many digits."""
        return Industry(self.edition, self.code[:digits])


@dataclass(frozen=True)
class Holder:
    """A company that has or had the need."""

    company_id: int
    industry: Industry | None = None
    employees: int | None = None


@dataclass(frozen=True)
class Earlier:
    """A need that the company has or had: in the same topic once it is over, or in one beside it."""

    need_id: int
    topic_id: str
    on: date
    is_withdrawn: bool = False
    reason: str = ""


@dataclass(frozen=True)
class Said:
    """What the company said of the topic, in a talk or in an answer that waits."""

    is_answer: bool
    row_id: int
    on: date
    word: str = ""


@dataclass(frozen=True)
class Candidate:
    """A company that may have the need, with what is known of it."""

    company_id: int
    sort_key: str
    km: int
    industry: Industry | None = None
    employees: int | None = None
    earlier: tuple[Earlier, ...] = ()
    said: tuple[Said, ...] = ()


@dataclass(frozen=True)
class Reason:
    """One reason with its points, and the facts that it is told with."""

    kind: ReasonKind
    points: int
    facts: Mapping[str, Any]


@dataclass(frozen=True)
class Judged:
    """A company with its reasons, the strongest first."""

    candidate: Candidate
    reasons: tuple[Reason, ...]

    @property
    def company_id(self) -> int:
        """Give the key of the company."""
        return self.candidate.company_id

    @property
    def points(self) -> int:
        """Give the points of all reasons together."""
        return sum(reason.points for reason in self.reasons)


class Judge:
    """Judges companies by those that have or had a need in a topic."""

    def __init__(
        self, holders: Iterable[Holder], *, topic_id: str, renewal_years: int | None, rules: AskingRules, today: date
    ) -> None:
        self._topic_id, self._renewal_years, self._rules, self._today = topic_id, renewal_years, rules, today
        known = list(holders)
        self._has_holders = bool(known)
        industries = [holder.industry for holder in known if holder.industry]
        self._sizes = sorted(holder.employees for holder in known if holder.employees)
        self._known_industries = len(industries)
        # Counted for each width: of a code with a single digit both are the same.
        self._industries = {
            digits: Counter(industry.upper(digits) for industry in industries) for digits in (_GROUP, _DIVISION)
        }

    def likely(self, candidates: Iterable[Candidate]) -> list[Judged]:
        """List those that are likely to have the need, the likeliest first and then in Swedish order."""
        judged = [found for candidate in candidates if self._is_likely(found := self.judge(candidate))]
        return sorted(judged, key=lambda row: (-row.points, row.candidate.sort_key, row.company_id))

    def judge(self, candidate: Candidate) -> Judged:
        """Give every reason that speaks for a company."""
        found = [
            *self._said(candidate),
            *self._earlier(candidate),
            *self._industry(candidate),
            *self._size(candidate),
            *self._near(candidate),
        ]
        reasons = sorted((reason for reason in found if reason.points > 0), key=lambda reason: -reason.points)
        return Judged(candidate, tuple(reasons))

    def _is_likely(self, judged: Judged) -> bool:
        told = sum(reason.points for reason in judged.reasons if reason.kind not in _BESIDES)
        return told >= self._rules.least

    def _reason(self, kind: ReasonKind, share: float = 1, **facts: Any) -> Reason:
        return Reason(kind, round(self._rules.points[kind] * share), facts)

    def _said(self, candidate: Candidate) -> Iterable[Reason]:
        if candidate.said:
            yield self._reason(ReasonKind.SAID, said=max(candidate.said, key=lambda said: (said.on, said.row_id)))

    def _earlier(self, candidate: Candidate) -> Iterable[Reason]:
        """Give the reason of the latest earlier need in the topic, and one for all needs beside it."""
        same = [row for row in candidate.earlier if row.topic_id == self._topic_id]
        if same:
            yield self._of_same(max(same, key=lambda row: (row.on, row.need_id)))
        beside = sorted({row.topic_id for row in candidate.earlier if row.topic_id != self._topic_id})
        if beside:
            yield self._reason(ReasonKind.NEIGHBOUR, topic_ids=beside)

    def _of_same(self, need: Earlier) -> Reason:
        if need.is_withdrawn:
            return self._reason(ReasonKind.WITHDRAWN, need=need)
        if self._renewal_years is None:
            return self._reason(ReasonKind.MET, need=need)
        ends = _years_later(need.on, self._renewal_years)
        is_due = self._today >= ends - self._rules.renewal_months * _MONTH
        kind = ReasonKind.RENEWAL if is_due else ReasonKind.MET
        return self._reason(kind, need=need, ends=ends, years=self._renewal_years)

    def _industry(self, candidate: Candidate) -> Iterable[Reason]:
        """Give the reason of the same industry, by three digits or by two: what counts for more."""
        if candidate.industry is None or not self._known_industries:
            return
        reasons = []
        for kind, digits in ((ReasonKind.SAME_GROUP, _GROUP), (ReasonKind.SAME_DIVISION, _DIVISION)):
            industry, of = candidate.industry.upper(digits), self._known_industries
            count = self._industries[digits][industry]
            reasons.append(self._reason(kind, count / of, count=count, of=of, industry=industry))
        yield max(reasons, key=lambda reason: reason.points)

    def _size(self, candidate: Candidate) -> Iterable[Reason]:
        if not candidate.employees or not self._sizes:
            return
        factor, own = self._rules.size_factor, candidate.employees
        alike = bisect_right(self._sizes, own * factor) - bisect_left(self._sizes, own / factor)
        yield self._reason(ReasonKind.SIZE, alike / len(self._sizes), employees=own, count=alike, of=len(self._sizes))

    def _near(self, candidate: Candidate) -> Iterable[Reason]:
        if self._has_holders:
            yield self._reason(ReasonKind.NEAR, 1 - candidate.km / max(1, self._rules.max_km), km=candidate.km)


def _years_later(day: date, years: int) -> date:
    """Give the same day so many years later; the last of February for a leap day."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return day.replace(year=day.year + years, day=28)
