"""What features above needs have for the pages about a cohort, formed or in a draft; each registers what it has."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from broker.needs.models import Need


@dataclass(frozen=True)
class Place:
    """Something that a cohort has come into: its name, and the address of its page."""

    name: str
    url: str


PlaceFinder = Callable[[int], Sequence[Place]]
_finders: list[PlaceFinder] = []


def shown_with_cohort(find: PlaceFinder) -> PlaceFinder:
    """Mark how another feature finds what a cohort has come into there."""
    _finders.append(find)
    return find


def places_of(cohort_id: int) -> list[Place]:
    """List what a cohort has come into in other features."""
    return [place for find in _finders for place in find(cohort_id)]


@dataclass(frozen=True)
class CompanySeats:
    """How many of one company's people are in a group."""

    company_id: int
    name: str
    people: int


@dataclass(frozen=True)
class Group:
    """A group as far as others have something to say of it; the price per participant, in öre, if one is known.

    `taught_with` counts everybody who shares the course, also those of other organisations in a joint group.
    """

    hours: int
    is_mandatory: bool
    price_ore: int | None
    seats: tuple[CompanySeats, ...]
    taught_with: int

    @classmethod
    def of(
        cls, members: Iterable[tuple[Need, int]], hours: int, price_ore: int | None, taught_with: int | None = None
    ) -> "Group":
        """Give a group of needs with how many of each take part; one need that is mandatory makes the group so."""
        found: dict[int, CompanySeats] = {}
        is_mandatory = False
        for need, people in members:
            known = found.get(need.company_id)
            before = known.people if known else 0
            found[need.company_id] = CompanySeats(need.company_id, need.company.name, before + people)
            is_mandatory = is_mandatory or need.is_mandatory_training
        seats = tuple(found.values())
        together = taught_with or sum(row.people for row in seats)
        return cls(hours, is_mandatory, price_ore, seats, together)

    @property
    def people(self) -> int:
        """Give how many people the group is for."""
        return sum(seats.people for seats in self.seats)


@dataclass(frozen=True)
class Part:
    """A part of a page: its template, and what that shows."""

    template: str
    shown: Mapping[str, Any] = field(default_factory=dict)


PartMaker = Callable[[Group], Part | None]
_makers: list[PartMaker] = []


def shown_with_group(make: PartMaker) -> PartMaker:
    """Mark what another feature shows on a page about a group, if it has something to show."""
    _makers.append(make)
    return make


def parts_of(group: Group) -> list[Part]:
    """List the parts that other features have for the page of a group."""
    return [part for make in _makers if (part := make(group))]
