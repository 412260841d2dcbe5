"""Between rows and the engine: days become weeks and back, enums become bits, and the dated rules become weights."""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Any, TypeAlias

from broker.needs.bundling import instance as engine
from broker.needs.bundling.exchange import weights_from
from broker.needs.bundling.instance import Instance, PlannedCohort, Weights, parts_of
from broker.needs.models import Cohort, CohortNeed, Need, Priority
from broker.providers.models import Language, Level, Mode, Offering
from broker.reference import queries as reference
from broker.topics import queries as topics
from broker.topics.models import national_id

if TYPE_CHECKING:
    from broker.needs.joint.models import JointNeed

    # A need of ours, or the copy of one that an organisation has contributed to a joint plan.
    Plannable: TypeAlias = Need | JointNeed

_WEEK = timedelta(days=7)
_FRIDAY = timedelta(days=4)
# A provider whose vetting has no end of its own is vetted beyond every plan.
_NO_END = 10_000
_MOST_URGENT = 4
# A plan of ours is far shorter and has far smaller numbers; anything beyond was not written by a page of ours.
_LONGEST_TEXT = 100_000
_LARGEST_KEY = 2**63 - 1
_MOST_HOURS = 10_000
_MOST_PARTS = 10_000
_LAST_YEAR = 3000


class BadPlanError(ValueError):
    """The text does not describe a cohort."""


@dataclass(frozen=True)
class People:
    """How many women, men and people whose sex nobody has recorded."""

    women: int
    men: int
    unknown_sex: int


@dataclass(frozen=True)
class Group:
    """What a topic's training usually takes."""

    smallest: int
    largest: int
    hours: int
    mandatory: bool


@dataclass(frozen=True)
class CohortRules:
    """One version of the rules for cohorts."""

    version: str
    weights: Weights
    default: Group
    groups: Mapping[str, Group]
    presets: Mapping[str, int]

    def group_of(self, topic_id: str | None) -> Group:
        """Give the group size and hours of a topic."""
        return self.groups.get(national_id(topic_id or ""), self.default)


@dataclass(frozen=True)
class CohortPlan:
    """A cohort as proposed, in days and words; goes through a form as text."""

    topic_id: str
    level: Level
    language: Language
    mode: Mode
    hours: int
    municipality_code: str | None
    starts_on: date
    members: tuple[tuple[int, int], ...]

    def as_text(self) -> str:
        """Give the text that from_text reads."""
        return json.dumps({**asdict(self), "starts_on": self.starts_on.isoformat()})

    @classmethod
    def from_text(cls, text: str | None) -> "CohortPlan":
        """Read a plan, or raise BadPlanError."""
        try:
            if len(text or "") > _LONGEST_TEXT:
                raise BadPlanError
            values = json.loads(text or "")
            plan = cls(
                topic_id=str(values["topic_id"]),
                level=Level(values["level"]),
                language=Language(values["language"]),
                mode=Mode(values["mode"]),
                hours=int(values["hours"]),
                municipality_code=values["municipality_code"],
                starts_on=date.fromisoformat(values["starts_on"]),
                members=tuple((int(need_id), int(part)) for need_id, part in values["members"]),
            )
            plan.check_numbers()
        except (ValueError, KeyError, TypeError, OverflowError, RecursionError) as error:
            raise BadPlanError from error
        return plan

    def check_numbers(self) -> None:
        """Raise BadPlanError for numbers that no cohort has and that no row can hold."""
        is_possible = 0 < self.hours <= _MOST_HOURS and self.starts_on.year < _LAST_YEAR
        members = (0 < need_id <= _LARGEST_KEY and 0 <= part < _MOST_PARTS for need_id, part in self.members)
        if not is_possible or not all(members):
            raise BadPlanError


class Calendar:
    """Weeks counted from the Monday after a day, since nothing can start earlier."""

    def __init__(self, today: date) -> None:
        self.base = today + timedelta(days=7 - today.weekday())

    def first_week(self, earliest_on: date) -> int:
        """Give the first week whose Monday is not before a day."""
        return max(0, -((self.base - earliest_on).days // 7))

    def end_week(self, latest_on: date) -> int:
        """Give the week after the last one whose Friday is not after a day."""
        return ((latest_on - self.base - _FRIDAY).days // 7) + 1

    def week_of(self, day: date) -> int:
        """Give the week that a day lies in."""
        return (day - self.base).days // 7

    def monday(self, week: int) -> date:
        """Give the first day of a week."""
        return self.base + week * _WEEK

    def last_day(self, start: int, weeks: int) -> date:
        """Give the last day of a course."""
        return self.monday(start + weeks - 1) + _FRIDAY


def read_rules(content: Mapping[str, Any]) -> CohortRules:
    """Give the rules that a document holds."""
    return CohortRules(
        version=str(content["version"]),
        weights=weights_from(content["weights"]),
        default=Group(**content["default_group"]),
        groups={topic_id: Group(**values) for topic_id, values in content["groups"].items()},
        presets=content["presets"],
    )


def _company_of(need: Any) -> int:
    return int(need.company_id)


def make_instance(
    needs: Sequence["Plannable"],
    *,
    rules: CohortRules,
    calendar: Calendar,
    offerings: Iterable[tuple[Offering, date | None]],
    venue_codes: Iterable[str],
    placed: Iterable[CohortNeed] = (),
    company_of: Callable[[Any], int] = _company_of,
) -> Instance:
    """Give the engine's instance; parts of needs that already sit in cohorts stay locked there.

    `company_of` numbers the companies where their keys are not known.
    """
    known, area_of = {need.id for need in needs}, _places_of_topics()
    return Instance(
        needs=tuple(sorted((_need(need, calendar, company_of(need)) for need in needs), key=lambda need: need.id)),
        areas=tuple(_area(topic_id, rules) for topic_id in area_of),
        places=tuple(places().values()),
        venues=tuple(sorted({_PLACES.index(code) for code in venue_codes if code in _PLACES})),
        offerings=tuple(
            _offering(offering, until, calendar) for offering, until in offerings if offering.topic_id in area_of
        ),
        weights=rules.weights,
        locked=tuple(_locked(member, calendar) for member in placed if member.need_id in known),
    )


def places() -> dict[str, engine.Place]:
    """Give the municipalities as the engine sees them, by code, in the order of its indices."""
    return {
        place.code: engine.Place(place.name, place.latitude, place.longitude, place.region_code)
        for place in reference.municipalities().values()
    }


def to_planned(plan: CohortPlan, calendar: Calendar) -> PlannedCohort:
    """Give a plan in the engine's numbers, or raise BadPlanError."""
    if plan.topic_id not in _places_of_topics() or (plan.municipality_code and plan.municipality_code not in _PLACES):
        raise BadPlanError
    return PlannedCohort(
        area=_places_of_topics()[plan.topic_id],
        level=list(Level).index(plan.level),
        language=_bit(plan.language),
        mode=_bit(plan.mode),
        hours=plan.hours,
        place=_PLACES.index(plan.municipality_code) if plan.municipality_code else None,
        start=calendar.week_of(plan.starts_on),
        members=plan.members,
    )


def to_plan(planned: PlannedCohort, calendar: Calendar) -> CohortPlan:
    """Give the engine's cohort in days and words."""
    return CohortPlan(
        topic_id=list(_places_of_topics())[planned.area],
        level=list(Level)[planned.level],
        language=list(Language)[planned.language.bit_length() - 1],
        mode=list(Mode)[planned.mode.bit_length() - 1],
        hours=planned.hours,
        municipality_code=None if planned.place is None else _PLACES[planned.place],
        starts_on=calendar.monday(planned.start),
        members=planned.members,
    )


def plan_of(cohort: Cohort, members: tuple[tuple[int, int], ...]) -> CohortPlan:
    """Give a stored cohort as a plan, with these parts of needs as its members."""
    return CohortPlan(
        topic_id=cohort.topic_id,
        level=cohort.level,
        language=cohort.language,
        mode=cohort.mode,
        hours=cohort.hours,
        municipality_code=cohort.municipality_code,
        starts_on=cohort.starts_on,
        members=members,
    )


def people_of_part(need: "Plannable", part: int, largest: int) -> People:
    """Give the people of one part of a need, dealt out as evenly as the parts themselves."""
    count = len(parts_of(need.participants, largest))
    ends = (need.women, need.women + need.men, need.participants)
    women, known, everybody = (len(range(part, end, count)) for end in ends)
    return People(women, known - women, everybody - known)


_PLACES = tuple(reference.municipalities())


def _places_of_topics() -> Mapping[str, int]:
    return topics.ours().places


def _need(need: "Plannable", calendar: Calendar, company: int) -> engine.Need:
    topic_id, earliest_on, latest_on = need.settled
    return engine.Need(
        id=need.id,
        company=company,
        area=_places_of_topics()[topic_id],
        level=list(Level).index(need.level),
        languages=_bits(Language, need.languages),
        preferred_mode=list(Mode).index(need.preferred_mode),
        modes=_bits(Mode, need.modes),
        municipality=_PLACES.index(need.municipality_code),
        earliest=calendar.first_week(earliest_on),
        latest=calendar.end_week(latest_on),
        hours=need.hours,
        # The engine counts people and has no third group; what it writes out is never read as men.
        women=need.women,
        men=need.men + need.unknown_sex,
        priority=_MOST_URGENT - list(Priority).index(need.priority),
        max_km=need.max_km,
    )


def _area(topic_id: str, rules: CohortRules) -> engine.Area:
    group = rules.group_of(topic_id)
    return engine.Area(topic_id, topics.topic_label(topic_id), group.smallest, group.largest, group.mandatory)


def _offering(offering: Offering, until: date | None, calendar: Calendar) -> engine.Offering:
    return engine.Offering(
        provider=offering.provider_id,
        area=_places_of_topics()[offering.topic_id],
        levels=_bits(Level, offering.levels) | _bit(Level.ANY),
        modes=_bits(Mode, offering.modes),
        languages=_bits(Language, offering.languages),
        base=_PLACES.index(offering.municipality_code),
        reach_km=offering.reach_km,
        capacity=offering.capacity,
        vetted_until=_NO_END if until is None else calendar.end_week(until),
    )


def _locked(member: CohortNeed, calendar: Calendar) -> PlannedCohort:
    return to_planned(plan_of(member.cohort, ((member.need_id, member.part),)), calendar)


def _bits(kind: type[StrEnum], values: Iterable[str]) -> int:
    return sum(_bit(kind(value)) for value in set(values))


def _bit(value: StrEnum) -> int:
    return 1 << list(type(value)).index(value)
