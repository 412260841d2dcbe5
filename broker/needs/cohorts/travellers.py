"""Who comes from where to a group, and who is left over: of our own needs, and of those in a plan with others."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Generic, TypeVar

from broker.needs import planning
from broker.needs.bundling.instance import PlannedCohort
from broker.needs.bundling.rules import Rules
from broker.needs.planning import CohortPlan
from broker.reference import queries as reference
from broker.reference.distances import kilometres
from broker.topics import queries as topics

# A need of ours, or the copy of one in a plan with others.
Wanted = TypeVar("Wanted")


@dataclass(frozen=True)
class Traveller(Generic[Wanted]):
    """A need in a group: who comes from where, how many and how far."""

    need: Wanted
    women: int
    men: int
    unknown_sex: int
    kilometres: int | None

    @property
    def people(self) -> int:
        """Give how many they are."""
        return self.women + self.men + self.unknown_sex


@dataclass(frozen=True)
class Waiting(Generic[Wanted]):
    """A need that was left over, what stops it and what would help."""

    need: Wanted
    people: int
    stop: Any
    helps: list[Any]


class Named:
    """What a proposed group is called; it has a plan."""

    plan: CohortPlan

    @property
    def title(self) -> str:
        """Give what the group would be called."""
        return f"{topics.topic_label(self.plan.topic_id)}, {self.place}"

    @property
    def place(self) -> str:
        """Give where they meet."""
        return reference.municipality_name(self.plan.municipality_code) or str(self.plan.mode.label)


def travellers(
    checker: Rules, planned: PlannedCohort, plan: CohortPlan, needs: Mapping[int, Wanted], largest: int
) -> list[Traveller[Wanted]]:
    """Give who comes from where to a planned group, the nearest first; `largest` is the largest group of its topic."""
    found = []
    for need_id, part in plan.members:
        need: Any = needs[need_id]
        people = asdict(planning.people_of_part(need, part, largest))
        distance = checker.kilometres(checker.instance.needs_by_id[need_id], planned)
        found.append(Traveller(need, kilometres=None if plan.municipality_code is None else distance, **people))
    return _nearest_first(found)


def travellers_of(members: Iterable[Any], municipality_code: str | None) -> list[Traveller[Any]]:
    """Give who comes from where to a stored group that meets in a municipality or nowhere, the nearest first."""
    places, found = planning.places(), []
    for row in members:
        far = None
        if municipality_code is not None:
            far = kilometres(places[row.need.municipality_code], places[municipality_code])
        found.append(Traveller(row.need, row.women, row.men, row.unknown_sex, far))
    return _nearest_first(found)


def waiting_of(rows: Sequence[Mapping[str, Any]], needs: Mapping[int, Wanted], most: int) -> list[Waiting[Wanted]]:
    """Give the first of those that were calculated to be left over."""
    return [Waiting(needs[row["need"]], row["people"], row["stop"], row["helps"]) for row in rows[:most]]


def _nearest_first(found: list[Traveller[Any]]) -> list[Traveller[Any]]:
    return sorted(found, key=lambda row: (row.kilometres or 0, row.need.id))
