"""What features above needs know of a cohort and its page shows; each registers what it has."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass


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
