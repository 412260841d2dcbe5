"""How far it is by road between two places: the great circle, lengthened to what roads usually add."""

from math import asin, cos, radians, sin, sqrt
from typing import Protocol

_EARTH_RADIUS_KM = 6371.0
# The exchange format defines road distance as the great circle times this, rounded to whole kilometres.
_ROAD_FACTOR = 1.25


class Located(Protocol):
    """What lies somewhere."""

    @property
    def latitude(self) -> float:
        """Give how far north it lies, in degrees."""

    @property
    def longitude(self) -> float:
        """Give how far east it lies, in degrees."""


def kilometres(start: Located, end: Located) -> int:
    """Give the distance by road between two places, in whole kilometres."""
    latitudes = radians(start.latitude), radians(end.latitude)
    height = sin((latitudes[0] - latitudes[1]) / 2) ** 2
    width = sin((radians(start.longitude) - radians(end.longitude)) / 2) ** 2
    return round(
        2 * _EARTH_RADIUS_KM * asin(sqrt(height + cos(latitudes[0]) * cos(latitudes[1]) * width)) * _ROAD_FACTOR
    )
