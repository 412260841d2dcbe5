"""The published JSON Schema of the application as JSON, made from the same dataclasses that the file is made from."""

import json
from dataclasses import MISSING, fields, is_dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from types import NoneType, UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

from broker.esf.exports.material import Material, Question
from broker.sentences import Sentence

FILE_NAME = "ansokan.schema.json"
_DIALECT = "https://json-schema.org/draft/2020-12/schema"
_AMOUNT = {"type": "string", "pattern": r"^-?\d+(\.\d+)?$", "description": "An exact decimal number."}
_PLAIN: dict[Any, dict[str, Any]] = {
    str: {"type": "string"},
    int: {"type": "integer"},
    bool: {"type": "boolean"},
    date: {"type": "string", "format": "date"},
    Decimal: _AMOUNT,
    NoneType: {"type": "null"},
    Sentence: {"type": "string"},
}


@cache
def render() -> bytes:
    """Give the schema as UTF-8 JSON."""
    text = json.dumps(build(), sort_keys=True, ensure_ascii=False, indent=2)
    return f"{text}\n".encode()


def build() -> dict[str, Any]:
    """Give the schema: every object with what it must and may hold; amounts are texts so that no öre is lost."""
    parts: dict[str, Any] = {}
    root = _schema_of(Material, parts)
    return {"$schema": _DIALECT, "title": "Application for ESF+ support, draft", **root, "$defs": parts}


def _schema_of(kind: Any, parts: dict[str, Any]) -> dict[str, Any]:
    if kind in _PLAIN:
        return _PLAIN[kind]
    if is_dataclass(kind):
        return _reference(kind, parts)
    arguments = get_args(kind)
    match get_origin(kind):
        case origin if origin in (Union, UnionType):
            choices = [_schema_of(one, parts) for one in arguments]
            unique = [row for place, row in enumerate(choices) if row not in choices[:place]]
            return unique[0] if len(unique) == 1 else {"anyOf": unique}
        case origin if origin in (tuple, frozenset, list):
            return {"type": "array", "items": _schema_of(arguments[0], parts)}
        case _:
            return {"type": "object", "additionalProperties": _schema_of(arguments[1], parts)}


def _reference(kind: Any, parts: dict[str, Any]) -> dict[str, Any]:
    name = kind.__name__
    if name not in parts:
        parts[name] = {}
        hints = get_type_hints(kind)
        known = {row.name: _schema_of(hints[row.name], parts) for row in fields(kind)}
        required = [row.name for row in fields(kind) if row.default is MISSING and row.default_factory is MISSING]
        if kind is Question:
            known["characters"] = {"type": "integer"}
        parts[name] = {
            "type": "object",
            "description": (kind.__doc__ or "").split("\n")[0],
            "properties": known,
            "required": sorted(required),
            "additionalProperties": False,
        }
    return {"$ref": f"#/$defs/{name}"}
