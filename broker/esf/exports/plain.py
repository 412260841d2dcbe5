"""The application as JSON: everything in it, for other systems and for comparing two days."""

import json
from dataclasses import asdict
from datetime import date
from decimal import Decimal
from typing import Any

from broker.esf.exports.material import Material, cleaned


def render(material: Material) -> bytes:
    """Give UTF-8 JSON with sorted keys; amounts are strings so that no öre is lost."""
    material = cleaned(material)
    document = asdict(material)
    for section, written in zip(material.sections, document["sections"], strict=True):
        for question, answer in zip(section.questions, written["questions"], strict=True):
            answer["characters"] = question.characters
    text = json.dumps(document, default=_as_json, sort_keys=True, ensure_ascii=False, indent=2)
    return f"{text}\n".encode()


def _as_json(value: Any) -> Any:
    match value:
        case Decimal():
            return f"{value:f}"
        case date():
            return value.isoformat()
        case frozenset():
            return sorted(value)
    raise TypeError(f"No JSON form for {type(value).__name__}.")
