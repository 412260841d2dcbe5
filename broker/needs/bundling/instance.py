"""What the engine works on and gives back, and the JSON form of both, read strictly."""

import gzip
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from fractions import Fraction
from functools import cached_property
from pathlib import Path
from typing import Any

ON_SITE, DISTANCE, BLENDED = 1, 2, 4
_ALL_MODES = ON_SITE | DISTANCE | BLENDED


class InstanceError(ValueError):
    """The data cannot be worked on; the text says what to mend."""


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

    @cached_property
    def needs_by_id(self) -> Mapping[int, Need]:
        """Give the needs by id."""
        return {need.id: need for need in self.needs}

    def participants_of(self, need: Need, part: int) -> int:
        """Give how many people one part of a need is."""
        return parts_of(need.participants, self.areas[need.area].largest)[part]


@dataclass(frozen=True)
class Solution:
    """The cohorts of a plan, what they are worth, and what no plan can be worth more than.

    `is_complete` is false when the time ended before the search did.
    """

    cohorts: tuple[PlannedCohort, ...]
    is_complete: bool = True
    value: int = 0
    bound: int = 0

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


def load(path: Path) -> Instance:
    """Read an instance from .json or .json.gz, or raise InstanceError."""
    try:
        content = path.read_bytes()
        document = json.loads(gzip.decompress(content) if path.suffix == ".gz" else content)
    except OSError as error:
        raise InstanceError(
            f"Filen {path} går inte att läsa. Kontrollera namnet och att den inte är skadad."
        ) from error
    except (ValueError, EOFError) as error:
        raise InstanceError(f"Filen {path} är inte giltig JSON. Spara den på nytt och försök igen.") from error
    return parse(document)


def parse(document: Any) -> Instance:
    """Give the instance that a JSON document describes, or raise InstanceError naming what is wrong."""
    if not isinstance(document, dict):
        raise InstanceError("Filen ska innehålla ett objekt med bland annat needs, areas och municipalities.")
    instance = Instance(
        needs=tuple(sorted(_needs(document), key=lambda need: need.id)),
        areas=_rows(document, "areas", _area),
        places=_rows(document, "municipalities", _place),
        venues=tuple(sorted({_whole(venue, "venues") for venue in _list(document, "venues")})),
        offerings=tuple(sorted(_rows(document, "offerings", _offering), key=_offering_order)),
        weights=weights_from(_part(document, "config")),
        locked=_rows({"locked": document.get("locked", [])}, "locked", _cohort),
    )
    check_instance(instance)
    return instance


def weights_from(config: Mapping[str, Any]) -> Weights:
    """Give the weights of a configuration, or raise InstanceError naming the one that is missing or wrong."""
    try:
        values = {field.name: config[field.name] for field in fields(Weights)}
        values["prio_points"] = tuple(int(points) for points in values["prio_points"])
        values["km_points"] = Fraction(str(values["km_points"]))
        values["max_hours_ratio"] = Fraction(str(values["max_hours_ratio"]))
        weights = Weights(**values)
    except KeyError as error:
        raise InstanceError(f"config saknar {error.args[0]}. Lägg till värdet.") from error
    except (TypeError, ValueError) as error:
        raise InstanceError("config har ett värde som inte är ett tal. Rätta det.") from error
    if weights.min_companies < 1 or weights.max_hours_ratio < 1 or len(weights.prio_points) < _PRIORITY_COUNT + 1:
        raise InstanceError("config ska ha min_companies och max_hours_ratio från 1 och poäng för prioritet 0–4.")
    return weights


def check_instance(instance: Instance) -> None:
    """Refuse an instance whose numbers point outside its own lists."""
    if len(instance.needs_by_id) != len(instance.needs):
        raise InstanceError("Två behov har samma id. Ge varje behov ett eget.")
    places, areas = range(len(instance.places)), range(len(instance.areas))
    for need in instance.needs:
        _check_need(need, places, areas)
    for area in instance.areas:
        if not 1 <= area.smallest <= area.largest:
            raise InstanceError(f"Området {area.name} ska ha en minsta grupp från 1 och en största som inte är mindre.")
    if any(venue not in places for venue in instance.venues):
        raise InstanceError("venues pekar på en kommun som inte finns i municipalities.")
    if any(offering.base not in places or offering.area not in areas for offering in instance.offerings):
        raise InstanceError("offerings pekar på en kommun eller ett område som inte finns.")
    _check_locked(instance)


def solution_document(solution: Solution) -> dict[str, Any]:
    """Give the JSON form of a solution."""
    names = {"language": "lang", "place": "mun"}
    cohorts = [{names.get(name, name): value for name, value in asdict(cohort).items()} for cohort in solution.cohorts]
    return {"cohorts": [{**cohort, "members": [list(pair) for pair in cohort["members"]]} for cohort in cohorts]}


_NEED_COLUMNS = {"langs": "languages", "pref_mode": "preferred_mode", "mun": "municipality"}
_PRIORITY_COUNT = 4


def _needs(document: Mapping[str, Any]) -> list[Need]:
    columns = [_NEED_COLUMNS.get(str(name), str(name)) for name in _list(document, "columns")]
    wanted = [field.name for field in fields(Need)]
    if missing := [name for name in wanted if name not in columns]:
        raise InstanceError(f"columns saknar {', '.join(missing)}. Lägg till kolumnerna.")
    positions = [columns.index(name) for name in wanted]
    rows = _list(document, "needs")
    for row in rows:
        if not isinstance(row, list) or len(row) != len(columns):
            raise InstanceError(f"Varje rad i needs ska ha {len(columns)} värden, ett per kolumn.")
    return [Need(*(_whole(row[position], "needs") for position in positions)) for row in rows]


def _check_need(need: Need, places: range, areas: range) -> None:
    if need.area not in areas or need.municipality not in places:
        raise InstanceError(f"Behov {need.id} pekar på ett område eller en kommun som inte finns.")
    if need.women < 0 or need.men < 0 or need.participants < 1 or need.hours < 1:
        raise InstanceError(f"Behov {need.id} ska ha minst en deltagare och minst en timme.")
    if not 1 <= need.priority <= _PRIORITY_COUNT or need.max_km < 0 or need.level < 0:
        raise InstanceError(f"Behov {need.id} ska ha prioritet 1–4 och inga negativa tal.")
    is_mode_accepted = 0 <= need.preferred_mode < 3 and need.modes >> need.preferred_mode & 1
    if not is_mode_accepted or need.modes & ~_ALL_MODES or need.languages < 1:
        raise InstanceError(f"Behov {need.id} ska godta minst ett språk och den form som det helst vill ha.")


def _check_locked(instance: Instance) -> None:
    used: set[tuple[int, int]] = set()
    for cohort in instance.locked:
        for need_id, part in cohort.members:
            need = instance.needs_by_id.get(need_id)
            if need is None or not 0 <= part < len(parts_of(need.participants, instance.areas[need.area].largest)):
                raise InstanceError(f"En låst grupp har del {part} av behov {need_id}, som inte finns.")
            if (need_id, part) in used:
                raise InstanceError(f"Behov {need_id} finns i två låsta grupper. Ta bort det ur den ena.")
            used.add((need_id, part))


def _rows(document: Mapping[str, Any], name: str, make: Any) -> tuple[Any, ...]:
    try:
        return tuple(make(row) for row in _list(document, name))
    except (TypeError, ValueError, KeyError, IndexError) as error:
        if isinstance(error, InstanceError):
            raise
        raise InstanceError(f"En rad i {name} har fel form. Jämför med formatets beskrivning.") from error


def _area(row: Sequence[Any]) -> Area:
    return Area(str(row[0]), str(row[1]), _whole(row[2], "areas"), _whole(row[3], "areas"), bool(row[4]))


def _place(row: Sequence[Any]) -> Place:
    return Place(str(row[0]), float(row[1]), float(row[2]), str(row[3]))


def _offering(row: Sequence[Any]) -> Offering:
    return Offering(*(_whole(value, "offerings") for value in row))


def _offering_order(offering: Offering) -> tuple[int, ...]:
    return tuple(getattr(offering, field.name) for field in fields(Offering))


def _cohort(row: Mapping[str, Any]) -> PlannedCohort:
    numbers = {name: _whole(row[name], "locked") for name in ("area", "level", "mode", "hours", "start")}
    place = None if row["mun"] is None else _whole(row["mun"], "locked")
    members = tuple((_whole(need, "locked"), _whole(part, "locked")) for need, part in row["members"])
    return PlannedCohort(**numbers, language=_whole(row["lang"], "locked"), place=place, members=members)


def _list(document: Mapping[str, Any], name: str) -> list[Any]:
    if not isinstance(document.get(name), list):
        raise InstanceError(f"Filen saknar listan {name}. Lägg till den.")
    return list(document[name])


def _part(document: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    if not isinstance(document.get(name), dict):
        raise InstanceError(f"Filen saknar delen {name}. Lägg till den.")
    return dict(document[name])


def _whole(value: Any, name: str) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        raise InstanceError(f"{name} ska innehålla heltal, inte {value!r}.")
    return value
