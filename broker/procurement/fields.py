"""How the fields of the workflow are stored, and how a stored value is shown."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from broker import clock
from broker.formatting import day, kronor, moment, number, organisation_number, yes_no
from broker.procurement.labels import alternative_label
from broker.procurement.value.parts import PartKind
from broker.reference import queries as reference

YES, NO = "yes", "no"
# A framework agreement is chosen by its key; before there was a register it was typed, and stands by its name.
TYPED = "name:"
_LONGEST_KEY = 18


def _key_or_name(value: str) -> int | str | None:
    if value.startswith(TYPED):
        return value.removeprefix(TYPED)
    return int(value) if value.isascii() and value.isdecimal() and len(value) <= _LONGEST_KEY else None


_STORED: Mapping[str, Callable[[Any], Any]] = {
    "boolean": lambda value: value == YES,
    "money": str,
    "number": str,
    "ref": _key_or_name,
}
_IN_FORMS: Mapping[str, Callable[[Any], Any]] = {
    "boolean": lambda value: YES if value else NO,
    "money": Decimal,
    "number": Decimal,
    "ref": lambda value: str(value) if isinstance(value, int) else f"{TYPED}{value}",
}


@dataclass(frozen=True)
class Names:
    """The names of the providers and people that values point at, and the providers that can no longer win."""

    providers: Mapping[int, str] = field(default_factory=dict)
    users: Mapping[int, str] = field(default_factory=dict)
    set_aside: frozenset[int] = frozenset()
    frameworks: Mapping[str, str] = field(default_factory=dict)


def to_store(definition: Mapping[str, Any], value: Any) -> Any:
    """Give what a form gave as it is stored: money and numbers as decimal text, days and moments as ISO text."""
    if value in (None, "", []):
        return None
    kind = definition["type"]
    if kind in _STORED:
        return _STORED[kind](value)
    if kind == "list" and definition["of"] == "offer":
        return [line.strip() for line in value.splitlines() if line.strip()]
    if isinstance(value, datetime):
        return value.replace(tzinfo=clock.SWEDEN).isoformat()
    return value.isoformat() if isinstance(value, date) else value


def to_form(definition: Mapping[str, Any], value: Any) -> Any:
    """Give a stored value as a form shows it for change."""
    if value is None:
        return None
    kind = definition["type"]
    if kind in _IN_FORMS:
        return _IN_FORMS[kind](value)
    if kind == "list" and definition["of"] == "offer":
        return "\n".join(value)
    if kind == "date":
        return date.fromisoformat(value)
    return datetime.fromisoformat(value).replace(tzinfo=None) if kind == "datetime" else value


def to_show(name: str, definition: Mapping[str, Any], value: Any, names: Names) -> str:
    """Give a stored value as people read it."""
    kind = definition["type"]
    if kind == "list":
        return ", ".join(_entry(definition["of"], entry, names) for entry in value)
    if kind in ("provider", "user"):
        return _entry(kind, value, names)
    shown = {
        "ref": lambda: names.frameworks.get(str(value), str(value)),
        "enum": lambda: str(alternative_label(name, value)),
        "boolean": lambda: yes_no(value),
        "money": lambda: kronor(Decimal(value)),
        "number": lambda: number(Decimal(value)),
        "date": lambda: day(date.fromisoformat(value)),
        "datetime": lambda: moment(datetime.fromisoformat(value)),
        "orgnr": lambda: organisation_number(value),
        "cpv": lambda: cpv_label(value),
    }
    return shown[kind]() if kind in shown else str(value)


def cpv_label(code: str) -> str:
    """Give a CPV code with its name."""
    known = reference.cpv_codes().get(code)
    return f"{code} {known.name}" if known else code


def _entry(kind: str, value: Any, names: Names) -> str:
    if kind == "value_part":
        return f"{PartKind(value['kind']).label}: {value['text']} ({kronor(Decimal(value['amount']))})"
    known = {"provider": names.providers, "user": names.users}.get(kind)
    return known.get(int(value), str(value)) if known is not None else str(value)
