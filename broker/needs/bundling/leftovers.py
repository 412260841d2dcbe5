"""What stops each need that a plan left over, and the single changes that would help it, the cheapest first."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from broker.needs.bundling.instance import DISTANCE, ON_SITE, Need, PlannedCohort, Solution, weeks_for
from broker.needs.bundling.items import Flags, Numbers
from broker.needs.bundling.rules import Rules
from broker.sentences import N_, Sentence

_MOST_HELPS = 3
# What a change asks of a company, so that the least is offered first: a form, a level, a language; each week, hour, km.
_COSTS = {"mode": 25, "level": 40, "language": 80}
_PER_WEEK, _PER_HOUR, _PER_KM, _FOR_HOURS = 5, 1, 1, 20


@dataclass(frozen=True)
class LeftOver:
    """A need without a cohort: how many of its people wait, the rule that stops it, and what would help."""

    need: Need
    people: int
    rule: str
    stop: Sentence
    helps: tuple[Sentence, ...]


def leftovers(rules: Rules, solution: Solution) -> list[LeftOver]:
    """Explain every need, or part of one, that a plan leaves over."""
    placed = {pair for cohort in solution.cohorts for pair in cohort.members}
    areas: dict[int, _Area] = {}
    found = []
    for need in rules.instance.needs:
        waiting = [size for part, size in enumerate(rules.instance.sizes_of(need)) if (need.id, part) not in placed]
        if waiting:
            if need.area not in areas:
                areas[need.area] = _Area(rules, solution, need.area)
            found.append(areas[need.area].explain(need, waiting))
    return found


class _Area:
    """The needs of an area as columns, and its cohorts that have room."""

    def __init__(self, rules: Rules, solution: Solution, area: int) -> None:
        self.rules = rules
        self.needs = [need for need in rules.instance.needs if need.area == area]
        self.place = {need.id: place for place, need in enumerate(self.needs)}
        columns = ("participants", "company", "level", "languages", "modes", "hours", "earliest", "latest", "max_km")
        self.columns = {name: np.array([getattr(need, name) for need in self.needs], np.int64) for name in columns}
        self.parts = np.array([min(rules.instance.sizes_of(need)) for need in self.needs], np.int64)
        lengths = sorted({need.hours for need in self.needs})
        self.weeks = {mode: {hours: weeks_for(hours, mode) for hours in lengths} for mode in (ON_SITE, DISTANCE)}
        venues = list(rules.instance.venues)
        rows = {need.municipality: rules.distances.from_place(need.municipality) for need in self.needs}
        distances = np.array([[rows[need.municipality][venue] for venue in venues] for need in self.needs], np.int64)
        self.reach = distances.reshape(len(self.needs), len(venues)) <= self.columns["max_km"][:, None]
        self.sizes = rules.instance.areas[area]
        self._has_groups = any(cohort.area == area for cohort in solution.cohorts)
        self._roomy = [
            (cohort, self.sizes.largest - size)
            for cohort in solution.cohorts
            if cohort.area == area and (size := rules.size(cohort)) < self.sizes.largest
        ]

    def explain(self, need: Need, waiting: Sequence[int]) -> LeftOver:
        """Give the first rung at which too few people or companies are left, and what would help."""
        people = sum(waiting)
        own, here = min(people, self.sizes.largest), self.place[need.id]
        fitting = np.ones(len(self.needs), bool)
        fitting[here] = False
        helps = self._joins(need, own)
        for rule, is_compatible, text in _LADDER:
            fitting = fitting & is_compatible(self, here)
            size = own + int(self.columns["participants"][fitting].sum())
            companies = {need.company, *self.columns["company"][fitting].tolist()}
            if size < self.sizes.smallest or len(companies) < self.rules.instance.weights.min_companies:
                values: dict[str, str | int] = {"size": size, "least": self.sizes.smallest, "most": need.max_km}
                is_lonely = not fitting.any()
                stop = _lonely(need, rule) if is_lonely else _too_few(text, values, size >= self.sizes.smallest)
                helps = [*helps[: _MOST_HELPS - 1], self._more_people(need, own, fitting)]
                return LeftOver(need, people, rule, stop, tuple(helps))
        room = self._room_with_others(need, fitting)
        if min(waiting) > room:
            stop = Sentence(_TOO_MANY, {"most": self.sizes.largest})
            divided = [Sentence(_DIVIDE, {"room": room})] if room > 0 else []
            return LeftOver(need, people, "size", stop, tuple([*divided, *helps][:_MOST_HELPS]))
        stop = Sentence(_TAKEN if self._has_groups else _NOT_PROPOSED)
        return LeftOver(need, people, "competition", stop, tuple(helps[:_MOST_HELPS]))

    def _room_with_others(self, need: Need, fitting: Flags) -> int:
        """Give how many of a need a group could take beside the smallest other need that fits."""
        others = self.parts[fitting & (self.columns["company"] != need.company)]
        return self.sizes.largest - int(others.min()) if others.size else self.sizes.largest

    def _joins(self, need: Need, own: int) -> list[Sentence]:
        """Give the single changes that would put a need into a cohort that has room, the cheapest of each kind."""
        found: list[tuple[int, str, Sentence]] = []
        for cohort, room in self._roomy:
            is_welcome = room >= own and self.rules.gets_on(need, cohort)
            failures = self.rules.failures(need, cohort) if is_welcome else {}
            if len(failures) == 1:
                rule = next(iter(failures))
                distance = self.rules.kilometres(need, cohort)
                values = {"place": self._name(cohort), "distance": distance, "hours": cohort.hours}
                found.append((_cost(rule, need, cohort, distance), rule, Sentence(_OFFERS[rule], values)))
        cheapest: dict[str, Sentence] = {}
        for _points, rule, sentence in sorted(found, key=lambda row: row[:2]):
            cheapest.setdefault(rule, sentence)
        return list(cheapest.values())

    def _name(self, cohort: PlannedCohort) -> Sentence | str:
        return Sentence(N_("distans")) if cohort.place is None else self.rules.instance.places[cohort.place].name

    def _more_people(self, need: Need, own: int, fitting: Flags) -> Sentence:
        """Give how many more people would make a group, and where; only others that fit in every way are counted."""
        here = self.place[need.id]
        near = fitting.copy()
        for _rule, is_compatible, _text in _LADDER:
            near &= is_compatible(self, here)
        missing = self.sizes.smallest - own - int(self.columns["participants"][near].sum())
        if missing <= 0:
            return Sentence(N_("Ett företag till med samma behov räcker."))
        return Sentence(
            N_("Deltagare som fattas: %(missing)s. Så många till i %(place)s eller inom %(most)s km räcker."),
            {
                "missing": missing,
                "place": self.rules.instance.places[need.municipality].name,
                "most": need.max_km,
            },
        )


def _cost(rule: str, need: Need, cohort: PlannedCohort, distance: int) -> int:
    """Give what a change asks of the company."""
    if rule == "window":
        return _PER_WEEK * max(need.earliest - cohort.start, cohort.start + cohort.weeks - need.latest)
    if rule == "hours":
        return _FOR_HOURS + _PER_HOUR * abs(cohort.hours - need.hours)
    return _PER_KM * (distance - need.max_km) if rule == "travel" else _COSTS[rule]


def _lonely(need: Need, rule: str) -> Sentence:
    if rule == "travel":
        return Sentence(N_("Ingen i närheten inom %(most)s km har samma behov."), {"most": need.max_km})
    return Sentence(_NOBODY[rule])


def _too_few(text: str, values: dict[str, str | int], are_people_enough: bool) -> Sentence:
    if are_people_enough:
        return Sentence(N_("Deltagarna räcker, men de kommer från för få företag."))
    return Sentence(text, values)


def _same_area(area: _Area, here: int) -> Flags:
    return np.ones(len(area.needs), bool)


def _same_level(area: _Area, here: int) -> Flags:
    level = area.columns["level"]
    return np.asarray((level == level[here]) | (level == 0) | (level[here] == 0))


def _same_language(area: _Area, here: int) -> Flags:
    return np.asarray(area.columns["languages"] & area.columns["languages"][here] > 0)


def _same_mode(area: _Area, here: int) -> Flags:
    return np.asarray(area.columns["modes"] & area.columns["modes"][here] > 0)


def _same_hours(area: _Area, here: int) -> Flags:
    hours, ratio = area.columns["hours"], area.rules.instance.weights.max_hours_ratio
    longest, shortest = np.maximum(hours, hours[here]), np.minimum(hours, hours[here])
    return np.asarray(longest * ratio.denominator <= ratio.numerator * shortest)


def _same_weeks(area: _Area, here: int) -> Flags:
    """Tell with whom a course in the quickest form that both accept could be shared."""
    columns = area.columns
    hours = np.maximum(columns["hours"], columns["hours"][here]).tolist()
    is_only_distance = (columns["modes"] & columns["modes"][here]) == DISTANCE
    weeks = np.where(is_only_distance, _weeks(area, hours, DISTANCE), _weeks(area, hours, ON_SITE))
    earliest = np.maximum(columns["earliest"], columns["earliest"][here])
    return np.asarray(earliest + weeks <= np.minimum(columns["latest"], columns["latest"][here]))


def _weeks(area: _Area, hours: Sequence[int], mode: int) -> Numbers:
    return np.array([area.weeks[mode][length] for length in hours], np.int64)


def _same_place(area: _Area, here: int) -> Flags:
    is_distance = area.columns["modes"] & area.columns["modes"][here] & DISTANCE > 0
    return np.asarray(is_distance | (area.reach & area.reach[here]).any(axis=1))


_LADDER: tuple[tuple[str, Callable[[_Area, int], Flags], str], ...] = (
    ("area", _same_area, N_("För få deltagare: %(size)s av minst %(least)s i hela kompetensområdet.")),
    ("level", _same_level, N_("Nivån skiljer: %(size)s av minst %(least)s deltagare söker samma nivå.")),
    ("language", _same_language, N_("Språket skiljer: %(size)s av minst %(least)s deltagare har ett gemensamt.")),
    ("mode", _same_mode, N_("Utbildningsformen skiljer: %(size)s av minst %(least)s deltagare godtar samma.")),
    ("hours", _same_hours, N_("Längden skiljer: %(size)s av minst %(least)s deltagare behöver lika lång kurs.")),
    ("window", _same_weeks, N_("Perioden överlappar inte: %(size)s av minst %(least)s deltagare kan samtidigt.")),
    ("travel", _same_place, N_("För få deltagare: %(size)s av minst %(least)s inom %(most)s km.")),
)
_TAKEN = N_("Behovet passar ihop med andras, men de är med i grupperna som föreslås, och resten är för få.")
_NOT_PROPOSED = N_(
    "Behovet passar ihop med andras, men ingen grupp av dem är föreslagen. "
    "Den kan vara för dyr, eller bryta mot en regel när alla är med."
)
_TOO_MANY = N_("Behovet passar ihop med andras, men tillsammans blir de fler än de %(most)s som ryms i en grupp.")
_DIVIDE = N_("Dela behovet, så får upp till %(room)s deltagare plats med andra.")
_NOBODY = {
    "area": N_("Inget annat företag har samma behov."),
    "level": N_("Inget annat företag söker samma nivå."),
    "language": N_("Inget annat företag har samma språk."),
    "mode": N_("Inget annat företag godtar samma utbildningsform."),
    "hours": N_("Inget annat företag behöver en lika lång kurs."),
    "window": N_("Perioden överlappar inte med något annat företags."),
}
_OFFERS = {
    "level": N_("Godta en annan nivå, så finns plats i gruppen (%(place)s)."),
    "language": N_("Godta ett språk till, så finns plats i gruppen (%(place)s)."),
    "mode": N_("Godta en utbildningsform till, så finns plats i gruppen (%(place)s)."),
    "hours": N_("Godta %(hours)s timmar, så finns plats i gruppen (%(place)s)."),
    "window": N_("Flytta perioden så att den rymmer gruppen (%(place)s), som har plats."),
    "travel": N_("Res %(distance)s km, så finns plats i gruppen (%(place)s)."),
}
