"""Draws municipalities for the map component: outlines as SVG paths, values as shades."""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache

from broker.reference import queries as reference

_MIDDLE_OF_SWEDEN = math.cos(math.radians(60))
_UNITS_PER_DEGREE = 100
_SHADES = 5


@dataclass(frozen=True)
class Shape:
    """One municipality on a map: its outline, its figure and how dark it is drawn."""

    code: str
    name: str
    path: str
    value: int | None
    shade: int
    url: str | None


@dataclass(frozen=True)
class MunicipalityMap:
    """The shapes of a map and the part of the plane that they fill."""

    shapes: list[Shape]
    view_box: str


def draw(regions: frozenset[str], values: Mapping[str, int], link: Callable[[str], str]) -> MunicipalityMap:
    """Draw the municipalities of some regions (NUTS 2 codes), darker where the figure is higher."""
    codes = codes_of(regions)
    largest = max((values.get(code, 0) for code in codes), default=0)
    shapes = [
        Shape(
            code=code,
            name=reference.municipality_name(code),
            path=_path(code),
            value=values.get(code, 0),
            shade=_shade(values.get(code, 0), largest),
            url=link(code) if values.get(code) else None,
        )
        for code in codes
    ]
    return MunicipalityMap(shapes, _view_box(regions))


def codes_of(regions: frozenset[str]) -> list[str]:
    """Give the municipalities of some regions (NUTS 2) by their codes."""
    return [place.code for place in reference.municipalities().values() if place.region_code in regions]


def regions_of(municipality_codes: list[str]) -> frozenset[str]:
    """Give the regions (NUTS 2) that these municipalities lie in; the whole country for none."""
    places = reference.municipalities()
    chosen = frozenset(places[code].region_code for code in municipality_codes if code in places)
    return chosen or frozenset(place.region_code for place in places.values())


def _shade(value: int, largest: int) -> int:
    return math.ceil(value * _SHADES / largest) if largest else 0


@cache
def _path(code: str) -> str:
    rings = [[_point(*position) for position in ring] for ring in reference.municipality_shapes()[code]]
    return "".join("M" + "L".join(f"{x:g} {y:g}" for x, y in ring[:-1]) + "Z" for ring in rings)


def _point(longitude: float, latitude: float) -> tuple[float, float]:
    x = longitude * _MIDDLE_OF_SWEDEN * _UNITS_PER_DEGREE
    return round(x, 1), round(-latitude * _UNITS_PER_DEGREE, 1)


@cache
def _view_box(regions: frozenset[str]) -> str:
    shapes = reference.municipality_shapes()
    points = [_point(*position) for code in codes_of(regions) for ring in shapes[code] for position in ring]
    left, top = min(x for x, _y in points), min(y for _x, y in points)
    right, bottom = max(x for x, _y in points), max(y for _x, y in points)
    return f"{left:g} {top:g} {right - left:g} {bottom - top:g}"
