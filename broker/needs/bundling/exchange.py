"""The JSON form of instances and plans, read strictly: what is wrong is said so that it can be mended."""

import gzip
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, fields
from fractions import Fraction
from math import isfinite
from pathlib import Path
from typing import Any

from broker.needs.bundling.checks import InstanceError, check_instance
from broker.needs.bundling.instance import Area, Instance, Need, Offering, Place, PlannedCohort, Solution, Weights

FORMAT = 1
_PRIORITY_COUNT = 4
_NEED_COLUMNS = {"langs": "languages", "pref_mode": "preferred_mode", "mun": "municipality"}
_OFFERING_COLUMNS = ["provider", "area", "levels", "modes", "langs", "base", "reach_km", "capacity", "vetted_until"]
# The size of the company is part of the format, but nothing here depends on it.
_UNUSED_COLUMNS = {"size"}
# Whole numbers beyond this are not exact everywhere.
_LARGEST = 2**53


def load(path: Path) -> Instance:
    """Read an instance from .json or .json.gz, or raise InstanceError."""
    try:
        content = path.read_bytes()
        document = json.loads(gzip.decompress(content) if path.suffix == ".gz" else content)
    except OSError as error:
        raise InstanceError(
            f"Filen {path} går inte att läsa. Kontrollera namnet och att den inte är skadad."
        ) from error
    except (ValueError, EOFError, RecursionError) as error:
        raise InstanceError(f"Filen {path} är inte giltig JSON. Spara den på nytt och försök igen.") from error
    return parse(document)


def parse(document: Any) -> Instance:
    """Give the instance that a JSON document describes, or raise InstanceError naming what is wrong."""
    if not isinstance(document, dict):
        raise InstanceError("Filen ska innehålla ett objekt med bland annat needs, areas och municipalities.")
    if document.get("format", FORMAT) != FORMAT:
        raise InstanceError(f"Filen har formatet {document['format']!r}, men bara format {FORMAT} går att läsa.")
    if document.get("offering_columns", _OFFERING_COLUMNS) != _OFFERING_COLUMNS:
        raise InstanceError(f"offering_columns ska vara {', '.join(_OFFERING_COLUMNS)}, i den ordningen.")
    instance = Instance(
        needs=tuple(sorted(_needs(document), key=lambda need: need.id)),
        areas=_rows(document, "areas", _area),
        places=_rows(document, "municipalities", _place),
        venues=tuple(sorted({_whole(venue, "venues") for venue in _list(document, "venues")})),
        offerings=tuple(sorted(_rows(document, "offerings", _offering), key=_offering_order)),
        weights=weights_from(_part(document, "config")),
        locked=_rows({"locked": document.get("locked", [])}, "locked", _cohort),
        apart=tuple(sorted(set(_rows({"apart": document.get("apart", [])}, "apart", _pair)))),
    )
    check_instance(instance)
    return instance


def weights_from(config: Mapping[str, Any]) -> Weights:
    """Give the weights of a configuration, or raise InstanceError naming the one that is missing or wrong."""
    names = [field.name for field in fields(Weights)]
    if missing := [name for name in names if name not in config]:
        raise InstanceError(f"config saknar {', '.join(missing)}. Lägg till värdet.")
    values = {name: config[name] for name in names}
    try:
        values["prio_points"] = tuple(_whole(points, "prio_points i config") for points in values["prio_points"])
        values["km_points"] = Fraction(str(values["km_points"]))
        values["max_hours_ratio"] = Fraction(str(values["max_hours_ratio"]))
    except (TypeError, ValueError, ZeroDivisionError) as error:
        if isinstance(error, InstanceError):
            raise
        raise InstanceError("config har ett värde som inte är ett tal. Rätta det.") from error
    if not isinstance(values["require_provider"], bool):
        raise InstanceError("require_provider i config ska vara true eller false.")
    for name in set(names) - {"prio_points", "km_points", "max_hours_ratio", "require_provider"}:
        _whole(values[name], f"{name} i config")
    weights = Weights(**values)
    points = (*weights.prio_points, *(value for value in values.values() if not isinstance(value, tuple)))
    if weights.min_companies < 1 or weights.max_hours_ratio < 1 or len(weights.prio_points) < _PRIORITY_COUNT + 1:
        raise InstanceError("config ska ha min_companies och max_hours_ratio från 1 och poäng för prioritet 0–4.")
    if any(value < 0 for value in points):
        raise InstanceError("config har ett negativt värde. Alla poäng och kostnader ska vara från 0.")
    return weights


def solution_document(solution: Solution) -> dict[str, Any]:
    """Give the JSON form of a solution."""
    names = {"language": "lang", "place": "mun"}
    cohorts = [{names.get(name, name): value for name, value in asdict(cohort).items()} for cohort in solution.cohorts]
    return {
        "cohorts": [{**cohort, "members": [list(pair) for pair in cohort["members"]]} for cohort in cohorts],
        "value": solution.value,
        "bound": solution.bound,
        "complete": solution.is_complete,
    }


def _needs(document: Mapping[str, Any]) -> list[Need]:
    columns = [_NEED_COLUMNS.get(str(name), str(name)) for name in _list(document, "columns")]
    wanted = [field.name for field in fields(Need)]
    if missing := [name for name in wanted if name not in columns]:
        raise InstanceError(f"columns saknar {', '.join(missing)}. Lägg till kolumnerna.")
    if unknown := [name for name in columns if name not in {*wanted, *_UNUSED_COLUMNS}]:
        raise InstanceError(f"columns har {', '.join(unknown)}, som inte finns i formatet. Rätta namnet eller ta bort.")
    if len(set(columns)) < len(columns):
        raise InstanceError("columns har samma namn två gånger. Varje kolumn ska stå en gång.")
    positions = [columns.index(name) for name in wanted]
    found = []
    for number, row in enumerate(_list(document, "needs"), start=1):
        if not isinstance(row, list) or len(row) != len(columns):
            raise InstanceError(
                f"Varje rad i needs ska ha {len(columns)} värden, ett per kolumn. Rad {number} har inte det."
            )
        found.append(Need(*(_whole(row[place], f"{columns[place]} på rad {number} i needs") for place in positions)))
    return found


def _rows(document: Mapping[str, Any], name: str, make: Callable[[Any], Any]) -> tuple[Any, ...]:
    try:
        return tuple(make(row) for row in _list(document, name))
    except (TypeError, ValueError, KeyError, IndexError) as error:
        if isinstance(error, InstanceError):
            raise
        raise InstanceError(f"En rad i {name} har fel form. Jämför med formatets beskrivning.") from error


def _area(row: Sequence[Any]) -> Area:
    return Area(str(row[0]), str(row[1]), _whole(row[2], "areas"), _whole(row[3], "areas"), bool(row[4]))


def _place(row: Sequence[Any]) -> Place:
    latitude, longitude = float(row[1]), float(row[2])
    if not (isfinite(latitude) and isfinite(longitude) and abs(latitude) <= 90 and abs(longitude) <= 180):
        raise InstanceError(f"Kommunen {row[0]} ska ha en latitud från -90 till 90 och en longitud från -180 till 180.")
    return Place(str(row[0]), latitude, longitude, str(row[3]))


def _offering(row: Sequence[Any]) -> Offering:
    return Offering(*(_whole(value, "offerings") for value in row))


def _offering_order(offering: Offering) -> tuple[int, ...]:
    return tuple(getattr(offering, field.name) for field in fields(Offering))


def _cohort(row: Mapping[str, Any]) -> PlannedCohort:
    numbers = {name: _whole(row[name], "locked") for name in ("area", "level", "mode", "hours", "start")}
    place = None if row["mun"] is None else _whole(row["mun"], "locked")
    members = tuple((_whole(need, "locked"), _whole(part, "locked")) for need, part in row["members"])
    return PlannedCohort(**numbers, language=_whole(row["lang"], "locked"), place=place, members=members)


def _pair(row: Sequence[Any]) -> tuple[int, int]:
    one, other = sorted(_whole(company, "apart") for company in row)
    return one, other


def _list(document: Mapping[str, Any], name: str) -> list[Any]:
    if not isinstance(document.get(name), list):
        raise InstanceError(f"Filen saknar listan {name}. Lägg till den.")
    return list(document[name])


def _part(document: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    if not isinstance(document.get(name), dict):
        raise InstanceError(f"Filen saknar delen {name}. Lägg till den.")
    return dict(document[name])


def _whole(value: Any, name: str) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or abs(value) > _LARGEST:
        raise InstanceError(f"{name} ska innehålla heltal, inte {str(value)[:40]!r}.")
    return value
