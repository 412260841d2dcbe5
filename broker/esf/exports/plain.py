"""The application as JSON: everything in it, for other systems and for comparing two days."""

import json
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import date
from decimal import Decimal
from types import NoneType, UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

from broker.esf.exports.material import Material, Question, cleaned
from broker.sentences import Sentence


def render(material: Material) -> bytes:
    """Give UTF-8 JSON with sorted keys; amounts are strings so that no öre is lost."""
    text = json.dumps(cleaned(material), default=_as_json, sort_keys=True, ensure_ascii=False, indent=2)
    return f"{text}\n".encode()


def read(document: Mapping[str, Any]) -> Material:
    """Give the material that a JSON file holds."""
    material: Material = _read(document, Material)
    return material


def _read(value: Any, kind: Any) -> Any:
    if is_dataclass(kind) and isinstance(kind, type):
        hints = get_type_hints(kind)
        return kind(**{row.name: _read(value[row.name], hints[row.name]) for row in fields(kind) if row.name in value})
    origin, arguments = get_origin(kind), get_args(kind)
    if origin in (Union, UnionType):
        known = next(one for one in arguments if one not in (NoneType, Sentence))
        return None if value is None else _read(value, known)
    if origin in (tuple, frozenset):
        return origin(_read(item, arguments[0]) for item in value)
    if origin is not None:
        return {name: _read(item, arguments[1]) for name, item in value.items()}
    return _exact(value, kind)


def _exact(value: Any, kind: Any) -> Any:
    if kind is date:
        return date.fromisoformat(value)
    return Decimal(value) if kind is Decimal else value


def _as_json(value: Any) -> Any:
    match value:
        case Question():
            return vars(value) | {"characters": value.characters}
        case _ if is_dataclass(value):
            return vars(value)
        case Decimal():
            return f"{value:f}"
        case date():
            return value.isoformat()
        case frozenset():
            return sorted(value)
    raise TypeError(f"No JSON form for {type(value).__name__}.")
