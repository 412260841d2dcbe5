"""Why a cohort belongs together, what stops a need that was left over, and what would help it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from broker.needs.bundling.instance import DISTANCE, Need, PlannedCohort, Solution, parts_of, weeks_for
from broker.needs.bundling.rules import Rules
from broker.sentences import N_, Sentence

_MOST_HELPS = 3


@dataclass(frozen=True)
class LeftOver:
    """A need without a cohort: how many of its people wait, the rule that stops it, and what would help."""

    need: Need
    people: int
    rule: str
    stop: Sentence
    helps: tuple[Sentence, ...]


def why_together(rules: Rules, cohort: PlannedCohort) -> list[Sentence]:
    """Give the reasons for a cohort, in the order in which a person would ask."""
    needs = [rules.instance.needs_by_id[need_id] for need_id, _part in cohort.members]
    latest = min(need.latest for need in needs) - cohort.weeks
    people = rules.size(cohort)
    free = rules.instance.areas[cohort.area].largest - people
    return [
        Sentence(
            N_("%(companies)s företag behöver samma utbildning, tillsammans %(people)s deltagare."),
            {"companies": len(rules.companies(cohort)), "people": people},
        ),
        _travel_reason(rules, cohort, needs),
        _length_reason(cohort.weeks),
        _slack_reason(latest - cohort.start),
        _provider_reason(rules, cohort),
        *([Sentence(N_("Det finns plats för %(free)s deltagare till."), {"free": free})] if free else []),
    ]


def leftovers(rules: Rules, solution: Solution) -> list[LeftOver]:
    """Explain every need, or part of one, that a plan leaves over."""
    placed = {pair for cohort in solution.cohorts for pair in cohort.members}
    by_area: dict[int, list[Need]] = {}
    for need in rules.instance.needs:
        by_area.setdefault(need.area, []).append(need)
    found = []
    for need in rules.instance.needs:
        parts = parts_of(need.participants, rules.instance.areas[need.area].largest)
        waiting = [size for part, size in enumerate(parts) if (need.id, part) not in placed]
        if waiting:
            others = [other for other in by_area[need.area] if other.id != need.id]
            found.append(_explain(rules, solution, need, sum(waiting), others))
    return found


def _length_reason(weeks: int) -> Sentence:
    if weeks == 1:
        return Sentence(N_("Kursen på en vecka ryms i allas perioder."))
    return Sentence(N_("Kursen på %(weeks)s veckor ryms i allas perioder."), {"weeks": weeks})


def _slack_reason(weeks: int) -> Sentence:
    if weeks == 0:
        return Sentence(N_("Starten kan inte skjutas upp."))
    if weeks == 1:
        return Sentence(N_("Starten kan skjutas upp högst en vecka."))
    return Sentence(N_("Starten kan skjutas upp högst %(slack)s veckor."), {"slack": weeks})


def _travel_reason(rules: Rules, cohort: PlannedCohort, needs: Sequence[Need]) -> Sentence:
    if cohort.place is None:
        return Sentence(N_("Alla godtar distans, så ingen behöver resa."))
    distances = [rules.kilometres(need, cohort) for need in needs]
    return Sentence(
        N_("Alla når %(place)s inom sin gräns. Längst är resan på %(longest)s km."),
        {"place": rules.instance.places[cohort.place].name, "longest": max(distances)},
    )


def _provider_reason(rules: Rules, cohort: PlannedCohort) -> Sentence:
    count = len({offering.provider for offering in rules.providers_for(cohort)})
    if not count:
        return Sentence(N_("Ingen granskad utbildningsanordnare i registret kan ge utbildningen än."))
    return Sentence(N_("Granskade utbildningsanordnare som kan ge utbildningen: %(count)s."), {"count": count})


def _explain(rules: Rules, solution: Solution, need: Need, people: int, others: Sequence[Need]) -> LeftOver:
    area = rules.instance.areas[need.area]
    own = min(people, area.largest)
    fitting = list(others)
    for rule, is_compatible, text in _LADDER:
        fitting = [other for other in fitting if is_compatible(rules, need, other)]
        size = _size_with(own, fitting)
        companies = {need.company, *(other.company for other in fitting)}
        if size < area.smallest or len(companies) < rules.instance.weights.min_companies:
            values: dict[str, str | int] = {"size": size, "least": area.smallest, "most": need.max_km}
            stop = _too_few(text, values, size >= area.smallest) if fitting else _lonely(need, rule)
            helps = (*_joins(rules, solution, need, own), *_more_people(rules, need, own, fitting, area.smallest))
            return LeftOver(need, people, rule, stop, helps[:_MOST_HELPS])
    stop = Sentence(N_("Behovet passar ihop med andras, men de är med i grupperna som föreslås, och resten är för få."))
    return LeftOver(need, people, "competition", stop, tuple(_joins(rules, solution, need, own))[:_MOST_HELPS])


def _lonely(need: Need, rule: str) -> Sentence:
    if rule == "travel":
        return Sentence(N_("Ingen i närheten inom %(most)s km har samma behov."), {"most": need.max_km})
    return Sentence(_NOBODY[rule])


def _too_few(text: str, values: dict[str, str | int], are_people_enough: bool) -> Sentence:
    if are_people_enough:
        return Sentence(N_("Deltagarna räcker, men de kommer från för få företag."))
    return Sentence(text, values)


def _size_with(own: int, others: Sequence[Need]) -> int:
    return own + sum(other.participants for other in others)


def _same_area(rules: Rules, need: Need, other: Need) -> bool:
    return need.area == other.area


def _same_level(rules: Rules, need: Need, other: Need) -> bool:
    return need.level == other.level or 0 in (need.level, other.level)


def _same_language(rules: Rules, need: Need, other: Need) -> bool:
    return bool(need.languages & other.languages)


def _same_mode(rules: Rules, need: Need, other: Need) -> bool:
    return bool(need.modes & other.modes)


def _same_hours(rules: Rules, need: Need, other: Need) -> bool:
    return rules.instance.weights.hours_fit(min(need.hours, other.hours), max(need.hours, other.hours))


def _same_weeks(rules: Rules, need: Need, other: Need) -> bool:
    shared, hours = need.modes & other.modes, max(need.hours, other.hours)
    weeks = min(weeks_for(hours, 1 << position) for position in range(3) if shared >> position & 1)
    return max(need.earliest, other.earliest) + weeks <= min(need.latest, other.latest)


def _same_place(rules: Rules, need: Need, other: Need) -> bool:
    if need.modes & other.modes & DISTANCE:
        return True
    mine = rules.distances.from_place(need.municipality)
    theirs = rules.distances.from_place(other.municipality)
    return any(mine[venue] <= need.max_km and theirs[venue] <= other.max_km for venue in rules.instance.venues)


_LADDER: tuple[tuple[str, Callable[[Rules, Need, Need], bool], str], ...] = (
    ("area", _same_area, N_("För få deltagare: %(size)s av minst %(least)s i hela kompetensområdet.")),
    ("level", _same_level, N_("Nivån skiljer: %(size)s av minst %(least)s deltagare söker samma nivå.")),
    ("language", _same_language, N_("Språket skiljer: %(size)s av minst %(least)s deltagare har ett gemensamt.")),
    ("mode", _same_mode, N_("Utbildningsformen skiljer: %(size)s av minst %(least)s deltagare godtar samma.")),
    ("hours", _same_hours, N_("Längden skiljer: %(size)s av minst %(least)s deltagare behöver lika lång kurs.")),
    ("window", _same_weeks, N_("Perioden överlappar inte: %(size)s av minst %(least)s deltagare kan samtidigt.")),
    ("travel", _same_place, N_("För få deltagare: %(size)s av minst %(least)s inom %(most)s km.")),
)
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


def _joins(rules: Rules, solution: Solution, need: Need, own: int) -> list[Sentence]:
    """Give the single changes that would put a need into a cohort that has room, the nearest cohorts first."""
    found: list[tuple[int, str, Sentence]] = []
    for cohort in solution.cohorts:
        room = rules.instance.areas[cohort.area].largest - rules.size(cohort)
        failures = rules.failures(need, cohort) if cohort.area == need.area and room >= own else {}
        if len(failures) == 1:
            rule = next(iter(failures))
            distance = rules.kilometres(need, cohort)
            place = Sentence(N_("distans")) if cohort.place is None else rules.instance.places[cohort.place].name
            values: dict[str, Any] = {"place": place, "distance": distance, "hours": cohort.hours}
            found.append((distance, rule, Sentence(_OFFERS[rule], values)))
    nearest: dict[str, Sentence] = {}
    for _distance, rule, sentence in sorted(found, key=lambda row: row[:2]):
        nearest.setdefault(rule, sentence)
    return list(nearest.values())


def _more_people(rules: Rules, need: Need, own: int, fitting: Sequence[Need], smallest: int) -> list[Sentence]:
    """Give how many more people would make a group, and where; only others that fit in every way are counted."""
    near = [other for other in fitting if all(check(rules, need, other) for _rule, check, _text in _LADDER)]
    missing = smallest - _size_with(own, near)
    if missing <= 0:
        return [Sentence(N_("Ett företag till med samma behov räcker."))]
    return [
        Sentence(
            N_("Deltagare som fattas: %(missing)s. Så många till i %(place)s eller inom %(most)s km räcker."),
            {"missing": missing, "place": rules.instance.places[need.municipality].name, "most": need.max_km},
        )
    ]
