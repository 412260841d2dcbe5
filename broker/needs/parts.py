"""What features above needs show on the pages about a group: each registers a part, which the pages draw."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from broker.needs.models import Need


@dataclass(frozen=True)
class CompanySeats:
    """How many of one company's people are in a group."""

    company_id: int
    name: str
    people: int


@dataclass(frozen=True)
class Group:
    """A group as far as others have something to say of it; the price per participant, in öre, if one is known."""

    hours: int
    is_mandatory: bool
    price_ore: int | None
    seats: tuple[CompanySeats, ...]

    @classmethod
    def of(cls, members: Iterable[tuple[Need, int]], hours: int, price_ore: int | None) -> "Group":
        """Give a group of needs with how many of each take part; one need that is mandatory makes the group so."""
        found: dict[int, CompanySeats] = {}
        is_mandatory = False
        for need, people in members:
            known = found.get(need.company_id)
            before = known.people if known else 0
            found[need.company_id] = CompanySeats(need.company_id, need.company.name, before + people)
            is_mandatory = is_mandatory or need.is_mandatory_training
        return cls(hours, is_mandatory, price_ore, tuple(found.values()))

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
