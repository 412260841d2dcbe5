"""How far people travel between municipalities."""

from collections.abc import Sequence

from broker.needs.bundling.instance import Place
from broker.reference.distances import kilometres

# Stands for the place of a course at a distance, where a number is wanted.
NOWHERE = -1


class Distances:
    """Distances between the places of an instance, each row worked out when it is first asked for."""

    def __init__(self, places: Sequence[Place]) -> None:
        self._places = places
        self._rows: dict[int, list[int]] = {}

    def from_place(self, place: int) -> list[int]:
        """Give the distances from one place to all, by index."""
        if place not in self._rows:
            self._rows[place] = [kilometres(self._places[place], other) for other in self._places]
        return self._rows[place]
