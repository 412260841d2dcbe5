"""What differs between two versions of a rule or form: which part, and what it said before and says now."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

# By what a row of a list is known, so that a row in between does not make all that follow look changed.
_NAMES = ("id", "code", "name")
_OF_VERSION = ("version", "valid_from", "source")
_PAIRS = (("category", "valid_from"), ("from", "to"))


@dataclass(frozen=True)
class Difference:
    """One part that differs: its place, what it held and what it holds; None where it was not or no longer is."""

    place: tuple[str, ...]
    before: Any
    after: Any

    @property
    def before_text(self) -> str:
        """Give what it held as text."""
        return _text(self.before)

    @property
    def after_text(self) -> str:
        """Give what it holds as text."""
        return _text(self.after)


def without_version(content: Mapping[str, Any]) -> dict[str, Any]:
    """Give what a version says, without its own name and day."""
    return {name: value for name, value in content.items() if name not in _OF_VERSION}


def list_differences(before: Any, after: Any, place: tuple[str, ...] = ()) -> Iterator[Difference]:
    """List the smallest parts that differ, in the order of the newer version, what is gone last."""
    if before == after:
        return
    old, new = _parts(before), _parts(after)
    if old is None or new is None or isinstance(before, Mapping) != isinstance(after, Mapping):
        yield Difference(place, before, after)
        return
    for name in [*new, *(name for name in old if name not in new)]:
        if name in old and name in new:
            yield from list_differences(old[name], new[name], (*place, name))
        else:
            yield Difference((*place, name), old.get(name), new.get(name))


def _text(value: Any) -> str:
    if value is None or isinstance(value, str):
        return value or ""
    return json.dumps(value, ensure_ascii=False, indent=1)


def _parts(value: Any) -> Mapping[str, Any] | None:
    if isinstance(value, Mapping):
        return value
    rows = value if isinstance(value, Sequence) and not isinstance(value, str) else None
    if rows is None or not all(isinstance(row, Mapping) for row in rows):
        return None
    names = [_name_of(row) for row in rows]
    return dict(zip(names, rows, strict=True)) if None not in names and len(set(names)) == len(names) else None  # type: ignore[arg-type]


def _name_of(row: Mapping[str, Any]) -> str | None:
    for name in _NAMES:
        if name in row:
            return str(row[name])
    for pair in _PAIRS:
        if all(name in row for name in pair):
            return " – ".join(str(row[name]) for name in pair)
    return None
