"""What the engine works on and gives back."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property

ON_SITE, DISTANCE, BLENDED = 1, 2, 4


@dataclass(frozen=True, slots=True)
class Need:
    """One company's need, in the engine's numbers: bit masks, weeks from the base Monday, indices of places."""

    id: int
    company: int
    area: int
    level: int
    languages: int
    preferred_mode: int
    modes: int
    municipality: int
    earliest: int
    latest: int
    hours: int
    women: int
    men: int
    priority: int
    max_km: int

    @property
    def participants(self) -> int:
        """Give how many people the need is for."""
        return self.women + self.men


@dataclass(frozen=True, slots=True)
class Area:
    """A field of competence and the group sizes that its training takes."""

    id: str
    name: str
    smallest: int
    largest: int
    is_mandatory: bool


@dataclass(frozen=True, slots=True)
class Place:
    """A municipality with its point."""

    name: str
    latitude: float
    longitude: float
    region: str


@dataclass(frozen=True, slots=True)
class Offering:
    """What a provider can give, where, for how many, and until which week it is vetted."""

    provider: int
    area: int
    levels: int
    modes: int
    languages: int
    base: int
    reach_km: int
    capacity: int
    vetted_until: int


@dataclass(frozen=True)
class Weights:
    """How the goals are traded against each other; all of it is data."""

    min_companies: int
    prio_points: tuple[int, ...]
    need_points: int
    cohort_base: int
    cohort_per_hour: int
    km_points: Fraction
    mode_points: int
    extra_hour_points: int
    provider_points: int
    split_points: int
    max_hours_ratio: Fraction
    require_provider: bool

    @cached_property
    def km_tenths(self) -> int:
        """Give the points per participant and kilometre in tenths, so that all points stay whole."""
        return int(self.km_points * 10 + Fraction(1, 2))

    def hours_fit(self, own: int, taught: int) -> bool:
        """Tell whether a need of so many hours may be taught in a course of so many."""
        return own <= taught and taught * self.max_hours_ratio.denominator <= self.max_hours_ratio.numerator * own


@dataclass(frozen=True)
class PlannedCohort:
    """Needs, or parts of needs, taught together in one language and mode at one place from one week."""

    area: int
    level: int
    language: int
    mode: int
    hours: int
    place: int | None
    start: int
    members: tuple[tuple[int, int], ...]

    @property
    def weeks(self) -> int:
        """Give how many weeks the course takes."""
        return weeks_for(self.hours, self.mode)


@dataclass(frozen=True)
class Instance:
    """Everything that a plan is made from."""

    needs: tuple[Need, ...]
    areas: tuple[Area, ...]
    places: tuple[Place, ...]
    venues: tuple[int, ...]
    offerings: tuple[Offering, ...]
    weights: Weights
    locked: tuple[PlannedCohort, ...] = ()
    # Pairs of companies that are never taught together.
    apart: tuple[tuple[int, int], ...] = ()

    @cached_property
    def needs_by_id(self) -> Mapping[int, Need]:
        """Give the needs by id."""
        return {need.id: need for need in self.needs}

    def sizes_of(self, need: Need) -> list[int]:
        """Give how many people each part of a need is."""
        return parts_of(need.participants, self.areas[need.area].largest)

    def participants_of(self, need: Need, part: int) -> int:
        """Give how many people one part of a need is."""
        return self.sizes_of(need)[part]


@dataclass(frozen=True)
class Proof:
    """What proves the bound of an area: what its parts of needs and its companies ask, beside what was locked."""

    bound: float
    items: Mapping[tuple[int, int], float]
    companies: Mapping[int, float]
    locked: frozenset[tuple[int, int]]


@dataclass(frozen=True)
class Solution:
    """The cohorts of a plan, what they are worth, and what no plan can be worth more than.

    `is_complete` is false when the time ended before the search did.
    """

    cohorts: tuple[PlannedCohort, ...]
    is_complete: bool = True
    value: int = 0
    bound: int = 0
    proofs: Mapping[int, Proof] = field(default_factory=dict, compare=False, repr=False)

    @property
    def gap(self) -> float:
        """Give how far the plan may be from the best, as a part of the bound."""
        return (self.bound - self.value) / self.bound if self.bound > 0 else 0.0


def parts_of(participants: int, largest: int) -> list[int]:
    """Cut a number of people into equal parts that each fit in the largest group."""
    count = -(-participants // largest)
    return [participants // count + (1 if part < participants % count else 0) for part in range(count)]


def weeks_for(hours: int, mode: int) -> int:
    """Give how long a course takes: a week per 8 hours up to 24, else per 16; half as long again at a distance."""
    weeks = -(-hours // 8) if hours <= 24 else -(-hours // 16)
    return weeks + weeks // 2 if mode == DISTANCE else weeks
