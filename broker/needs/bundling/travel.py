"""How far people travel between municipalities: the great circle, lengthened to what roads usually add."""

from collections.abc import Sequence
from math import asin, cos, radians, sin, sqrt

from broker.needs.bundling.instance import Place

_EARTH_RADIUS_KM = 6371.0
# The exchange format defines road distance as the great circle times this, rounded to whole kilometres.
_ROAD_FACTOR = 1.25
# Stands for the place of a course at a distance, where a number is wanted.
NOWHERE = -1


def kilometres(start: Place, end: Place) -> int:
    """Give the distance by road between two places, in whole kilometres."""
    latitudes = radians(start.latitude), radians(end.latitude)
    height = sin((latitudes[0] - latitudes[1]) / 2) ** 2
    width = sin((radians(start.longitude) - radians(end.longitude)) / 2) ** 2
    return round(
        2 * _EARTH_RADIUS_KM * asin(sqrt(height + cos(latitudes[0]) * cos(latitudes[1]) * width)) * _ROAD_FACTOR
    )


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
