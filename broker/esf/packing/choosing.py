"""Chooses groups for joint projects: most people, then fewest projects, then women and men most alike."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import Enum, auto
from itertools import chain

from broker.clock import add_months
from broker.esf.packing.programs import Choice, Program

# Beyond so many choices at once the projects are chosen one by one, the largest first.
_TOGETHER_AT_MOST = 240
_NODES = 2_000


@dataclass(frozen=True)
class Candidate:
    """A group that can come into a project: who learns what, when, and about what it costs in whole kronor."""

    id: int
    topic_id: str
    companies: frozenset[int]
    women: int
    men: int
    unknown_sex: int
    cost_kr: int
    starts_on: date
    ends_on: date

    @property
    def people(self) -> int:
        """Give how many people the group is for."""
        return self.women + self.men + self.unknown_sex


@dataclass(frozen=True)
class Limits:
    """What a project must keep to: cost in kronor, companies, topics and days; and how many projects there may be."""

    least_kr: int
    most_kr: int
    least_companies: int
    most_topics: int
    most_projects: int
    first_start: date
    last_start: date
    last_end: date
    most_months: int


class Obstacle(Enum):
    """What can keep a group out of a project that is chosen."""

    TIME = auto()
    TOPICS = auto()
    COST = auto()


@dataclass(frozen=True)
class Package:
    """Groups that make a project together, and the longest time that it may take."""

    candidates: tuple[Candidate, ...]
    first_day: date
    last_day: date

    @property
    def people(self) -> int:
        """Give how many people take part."""
        return sum(candidate.people for candidate in self.candidates)

    @property
    def women(self) -> int:
        """Give how many women take part."""
        return sum(candidate.women for candidate in self.candidates)

    @property
    def men(self) -> int:
        """Give how many men take part."""
        return sum(candidate.men for candidate in self.candidates)

    @property
    def cost_kr(self) -> int:
        """Give about what the project costs."""
        return sum(candidate.cost_kr for candidate in self.candidates)

    @property
    def companies(self) -> frozenset[int]:
        """Give the companies that take part."""
        return frozenset(chain.from_iterable(candidate.companies for candidate in self.candidates))

    @property
    def topics(self) -> frozenset[str]:
        """Give the topics that are taught."""
        return frozenset(candidate.topic_id for candidate in self.candidates)

    def keeps_out(self, candidate: Candidate, limits: Limits) -> Obstacle | None:
        """Give what keeps another group out of the project, or None when it fits."""
        if candidate.starts_on < self.first_day or candidate.ends_on > self.last_day:
            return Obstacle.TIME
        if len(self.topics | {candidate.topic_id}) > limits.most_topics:
            return Obstacle.TOPICS
        return Obstacle.COST if self.cost_kr + candidate.cost_kr > limits.most_kr else None


@dataclass(frozen=True)
class Packing:
    """The projects, the groups that are left, and how many people no choice within the limits could go beyond."""

    packages: tuple[Package, ...]
    left: tuple[Candidate, ...]
    people_at_most: int

    @property
    def people(self) -> int:
        """Give how many people the projects have together."""
        return sum(package.people for package in self.packages)

    @property
    def is_best(self) -> bool:
        """Tell whether it is proven that no choice has more people."""
        return self.people >= self.people_at_most


@dataclass(frozen=True)
class _Window:
    first_day: date
    last_day: date
    candidates: tuple[Candidate, ...]


def pack(candidates: Iterable[Candidate], limits: Limits) -> Packing:
    """Choose the projects; the order in which the groups are given does not matter."""
    everybody = sorted(candidates, key=lambda candidate: candidate.id)
    possible = [candidate for candidate in everybody if candidate.cost_kr <= limits.most_kr]
    windows = _windows(possible, limits)
    packages, first_bound = _one_by_one(windows, limits)
    reachable = {candidate.id: candidate.people for window in windows for candidate in window.candidates}
    at_most = sum(reachable.values())
    if not packages:
        return Packing((), tuple(everybody), 0 if first_bound is not None else at_most)
    if len(windows) == 1 and _count(windows[0], limits) * len(windows[0].candidates) <= _TOGETHER_AT_MOST:
        found, bound = _together(windows[0], limits, packages)
        packages, at_most = found, min(at_most, bound)
    elif limits.most_projects == 1 and first_bound is not None:
        at_most = min(at_most, first_bound)
    packages = _filled(packages, possible, limits)
    placed = {candidate.id for package in packages for candidate in package.candidates}
    left = tuple(candidate for candidate in everybody if candidate.id not in placed)
    return Packing(tuple(packages), left, at_most)


def _filled(packages: Sequence[Package], candidates: Sequence[Candidate], limits: Limits) -> list[Package]:
    """Let in who still fits: a search that was cut short can have left somebody out for nothing."""
    filled = list(packages)
    placed = {candidate.id for package in packages for candidate in package.candidates}
    for candidate in candidates:
        open_to = (place for place, package in enumerate(filled) if package.keeps_out(candidate, limits) is None)
        place = next(open_to, None) if candidate.id not in placed else None
        if place is not None:
            filled[place] = replace(filled[place], candidates=(*filled[place].candidates, candidate))
    return filled


def _windows(candidates: Sequence[Candidate], limits: Limits) -> list[_Window]:
    """List the times that a project can take, as far as one has groups that no other has."""
    found: list[_Window] = []
    firsts = {min(limits.last_start, max(limits.first_start, row.starts_on)) for row in candidates}
    for first in sorted(firsts):
        last = min(limits.last_end, add_months(first, limits.most_months) - timedelta(days=1))
        inside = tuple(row for row in candidates if first <= row.starts_on and row.ends_on <= last)
        if inside and not any(set(inside) <= set(window.candidates) for window in found):
            found.append(_Window(first, last, inside))
    return found


def _one_by_one(windows: Sequence[_Window], limits: Limits) -> tuple[list[Package], int | None]:
    """Choose the largest project of what is left, again and again; give how many people the first could have."""
    packages: list[Package] = []
    first_bound: int | None = None
    taken: set[int] = set()
    while len(packages) < limits.most_projects:
        tried = []
        for window in windows:
            free = tuple(row for row in window.candidates if row.id not in taken)
            tried.append(_Search(_Window(window.first_day, window.last_day, free), limits, 1).run([]))
        if not packages:
            first_bound = max((bound for _found, bound in tried), default=0)
        found = [packages_found[0] for packages_found, _bound in tried if packages_found]
        if not found:
            break
        packages.append(max(found, key=lambda package: package.people))
        taken |= {row.id for row in packages[-1].candidates}
    return packages, first_bound


def _together(window: _Window, limits: Limits, known: list[Package]) -> tuple[list[Package], int]:
    """Choose all projects at once, beginning with those that were chosen one by one."""
    return _Search(window, limits, _count(window, limits)).run(known)


def _count(window: _Window, limits: Limits) -> int:
    cost = sum(candidate.cost_kr for candidate in window.candidates)
    return max(1, min(limits.most_projects, cost // max(1, limits.least_kr), len(window.candidates)))


class _Search:
    """The program that chooses so many projects at most among the groups of one window."""

    def __init__(self, window: _Window, limits: Limits, count: int) -> None:
        self._window, self._limits, self._program = window, limits, Program()
        self._groups = window.candidates
        self._used = [self._program.choice() for _project in range(count)]
        self._chosen = [[self._program.choice() for _used in self._used] for _group in self._groups]
        self._gaps = [self._project(place) for place in range(count)]
        for chosen in self._chosen:
            self._program.demand([(column, 1.0) for column in chosen], most=1.0)

    def run(self, known: Sequence[Package]) -> tuple[list[Package], int]:
        """Give the best projects, the largest first, and how many people no choice could go beyond."""
        people = {
            column: float(group.people)
            for group, chosen in zip(self._groups, self._chosen, strict=True)
            for column in chosen
        }
        best = self._program.best(people, start=self._columns_of(known), nodes=_NODES)
        if best is None:
            return list(known), sum(group.people for group in self._groups)
        most = round(sum(points * round(best.values[column]) for column, points in people.items()))
        self._program.demand(people.items(), least=float(most))
        # A project less counts for more than any difference between women and men.
        everybody = float(sum(group.people for group in self._groups) + 1)
        wishes = dict.fromkeys(self._used, -everybody) | dict.fromkeys(self._gaps, -1.0)
        balanced = self._program.best(wishes, start=self._columns_in(best), nodes=_NODES)
        return self._packages(balanced or best), max(most, int(best.bound + 1e-6))

    def _project(self, place: int) -> int:
        """Demand what one project must keep to; give the column of how far women and men are apart in it."""
        limits, used = self._limits, self._used[place]
        rows = [(group, chosen[place]) for group, chosen in zip(self._groups, self._chosen, strict=True)]
        cost = [(column, float(group.cost_kr)) for group, column in rows]
        self._program.demand([*cost, (used, -float(limits.most_kr))], most=0.0)
        self._program.demand([*cost, (used, -float(limits.least_kr))], least=0.0)
        topics = {topic: self._program.amount(1.0) for topic in sorted({group.topic_id for group in self._groups})}
        self._program.demand([(column, 1.0) for column in topics.values()], most=float(limits.most_topics))
        companies = {
            key: self._program.amount(1.0) for key in sorted(set().union(*(g.companies for g in self._groups)))
        }
        for group, column in rows:
            self._program.demand([(column, 1.0), (topics[group.topic_id], -1.0)], most=0.0)
        for key, seen in companies.items():
            there = [(column, -1.0) for group, column in rows if key in group.companies]
            self._program.demand([(seen, 1.0), *there], most=0.0)
        seen_companies = [(column, 1.0) for column in companies.values()]
        self._program.demand([*seen_companies, (used, -float(limits.least_companies))], least=0.0)
        gap = self._program.amount(float(sum(group.people for group in self._groups)))
        for sign in (1.0, -1.0):
            more = [(column, sign * (group.women - group.men)) for group, column in rows]
            self._program.demand([*more, (gap, -1.0)], most=0.0)
        return gap

    def _columns_of(self, known: Sequence[Package]) -> list[int]:
        """Give the columns that say which projects are used and which groups they have."""
        place_of = {row.id: place for place, package in enumerate(known) for row in package.candidates}
        rows = zip(self._groups, self._chosen, strict=True)
        chosen = [columns[place_of[group.id]] for group, columns in rows if group.id in place_of]
        return self._used[: len(known)] + chosen

    def _columns_in(self, choice: Choice) -> list[int]:
        columns = [*self._used, *(column for columns in self._chosen for column in columns)]
        return [column for column in columns if choice.holds(column)]

    def _packages(self, choice: Choice) -> list[Package]:
        found = []
        for place in range(len(self._used)):
            rows = zip(self._groups, self._chosen, strict=True)
            members = tuple(group for group, chosen in rows if choice.holds(chosen[place]))
            if members:
                found.append(Package(members, self._window.first_day, self._window.last_day))
        return sorted(found, key=lambda package: (-package.people, package.candidates[0].id))
