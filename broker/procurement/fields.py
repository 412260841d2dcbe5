"""How the fields of the workflow are stored, and how a stored value is shown."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from broker import clock
from broker.formatting import day, kronor, moment, number, organisation_number, yes_no
from broker.procurement.labels import alternative_label
from broker.reference import queries as reference

YES, NO = "yes", "no"


@dataclass(frozen=True)
class Names:
    """The names of the providers and people that values point at, and the providers that can no longer win."""

    providers: Mapping[int, str] = field(default_factory=dict)
    users: Mapping[int, str] = field(default_factory=dict)
    set_aside: frozenset[int] = frozenset()


def to_store(definition: Mapping[str, Any], value: Any) -> Any:
    """Give what a form gave as it is stored: money and numbers as decimal text, days and moments as ISO text."""
    if value in (None, "", []):
        return None
    kind = definition["type"]
    if kind == "boolean":
        return value == YES
    if kind in ("money", "number"):
        return str(value)
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
    if kind == "boolean":
        return YES if value else NO
    if kind in ("money", "number"):
        return Decimal(value)
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
    known = {"provider": names.providers, "user": names.users}.get(kind)
    return known.get(int(value), str(value)) if known is not None else str(value)
