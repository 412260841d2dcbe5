"""Which field of which of two rows stays: what they say, what is proposed, and how a value is kept for the undoing."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from flask_babel import lazy_gettext as _l

from broker.companies.models import Engagement, EngagementStatus, Person
from broker.formatting import number, say

KEPT, GONE, BOTH = "kept", "gone", "both"
_TITLES = {
    "status": _l("Läge"),
    "owner_id": _l("Ansvarig hos oss"),
    "tags": _l("Etiketter"),
    "employees": _l("Anställda"),
    "phone": _l("Telefon"),
    "email": _l("E-postadress"),
    "website": _l("Webbplats"),
    "industry": _l("Bransch"),
    "note": _l("Anteckning"),
    "source": _l("Varifrån uppgifterna kommer"),
    "name": _l("Namn"),
    "function": _l("Funktion"),
    "legal_basis": _l("Rättslig grund"),
}
_OF_RELATION = ("status", "owner_id", "tags", "employees", "phone", "email", "website", "industry", "note", "source")
_OF_PERSON = ("name", "function", "phone", "email", "source", "legal_basis")
_JOINED = ("tags", "note")


@dataclass(frozen=True)
class FieldChoice:
    """One field in which two rows differ: what each says, and which of them is proposed."""

    name: str
    title: Any
    kept: Any
    gone: Any
    kept_text: str
    gone_text: str
    proposed: str
    can_be_both: bool


def differing_fields(kept: Engagement | Person, gone: Engagement | Person, *, is_gone_newer: bool) -> list[FieldChoice]:
    """List the fields in which two rows differ; what is filled in is proposed, of two texts the newer one."""
    names = _OF_PERSON if isinstance(kept, Person) else _OF_RELATION
    found = []
    for name in names:
        ours, theirs = getattr(kept, name), getattr(gone, name)
        if (ours or None) == (theirs or None):
            continue
        texts = (_as_words(kept, name), _as_words(gone, name))
        can_be_both = name in _JOINED and bool(ours) and bool(theirs)
        proposed = BOTH if can_be_both else _proposed(name, ours, theirs, is_gone_newer)
        found.append(FieldChoice(name, _TITLES[name], ours, theirs, *texts, proposed, can_be_both))
    return found


def chosen_values(fields: Sequence[FieldChoice], chosen: Mapping[str, str]) -> dict[str, Any]:
    """Give the values that the kept row gets, of the fields that it does not keep as they are."""
    values = {}
    for row in fields:
        choice = chosen.get(row.name, row.proposed)
        if choice == GONE:
            values[row.name] = row.gone
        elif choice == BOTH and row.can_be_both:
            values[row.name] = _joined(row.kept, row.gone)
    return values


def stored(value: Any) -> Any:
    """Give a value of a field as it is kept for the undoing."""
    if isinstance(value, date):
        return value.isoformat()
    return value.value if isinstance(value, StrEnum) else value


def restored(model: type[Engagement] | type[Person], name: str, value: Any) -> Any:
    """Give a kept value back as the row has it."""
    if value is None:
        return None
    kind = getattr(model, name).type.python_type
    if issubclass(kind, date):
        return date.fromisoformat(value)
    return kind(value) if issubclass(kind, StrEnum) else value


def _as_words(row: Engagement | Person, name: str) -> str:
    value = getattr(row, name)
    match value:
        case StrEnum():
            return str(value.label)  # type: ignore[attr-defined]
        case list():
            return ", ".join(value)
        case int() if isinstance(row, Engagement) and name == "owner_id":
            return row.owner.name if row.owner else ""
        case int():
            return number(value)
        case _:
            return say(value)


def _proposed(name: str, ours: Any, theirs: Any, is_gone_newer: bool) -> str:
    # Who does not want to be contacted is never contacted by mistake; a new relation says nothing yet.
    for status, wins in ((EngagementStatus.DECLINED, True), (EngagementStatus.NEW, False)):
        if status in (ours, theirs):
            return KEPT if (ours == status) is wins else GONE
    if not ours or not theirs:
        return KEPT if ours else GONE
    if name == "name":
        # An initial is not news.
        return KEPT if len(ours) >= len(theirs) else GONE
    return GONE if is_gone_newer else KEPT


def _joined(ours: Any, theirs: Any) -> Any:
    if isinstance(ours, list):
        return list(dict.fromkeys([*ours, *theirs]))
    return f"{ours}\n\n{theirs}"
