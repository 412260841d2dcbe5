"""Whether a new version has the shape of the one in force: the parts that the product reads, each of its kind."""

from collections.abc import Iterator, Mapping
from typing import Any

from flask_babel import gettext as _


def list_faults(before: Any, after: Any, place: str = "") -> Iterator[str]:
    """Say what the newer version lacks, or holds of another kind, of what the version in force holds.

    What every row of a list has, each of its rows must have; rows themselves may come and go.
    """
    if isinstance(before, Mapping):
        yield from _faults_of_mapping(before, after, place)
    elif isinstance(before, list):
        yield from _faults_of_list(before, after, place)
    elif not _is_alike(before, after):
        yield _("%(place)s: här ska stå %(kind)s.", place=place, kind=_kind(before))


def _faults_of_mapping(before: Mapping[str, Any], after: Any, place: str) -> Iterator[str]:
    if not isinstance(after, Mapping):
        yield _("%(place)s: här ska stå namn och värden.", place=place or _("Filen"))
        return
    for name, value in before.items():
        inner = f"{place}/{name}" if place else str(name)
        if name not in after:
            yield _("%(place)s saknas.", place=inner)
        else:
            yield from list_faults(value, after[name], inner)


def _faults_of_list(before: list[Any], after: Any, place: str) -> Iterator[str]:
    if not isinstance(after, list):
        yield _("%(place)s: här ska stå en lista.", place=place)
        return
    rows = [row for row in before if isinstance(row, Mapping)]
    if not rows or len(rows) < len(before):
        return
    always = {name for name in rows[0] if all(name in row for row in rows)}
    for number, row in enumerate(after, start=1):
        lacking = always - row.keys() if isinstance(row, Mapping) else always
        if lacking:
            yield _(
                "%(place)s, rad %(row)s saknar %(names)s.", place=place, row=number, names=", ".join(sorted(lacking))
            )


def _is_alike(before: Any, after: Any) -> bool:
    if before is None or after is None:
        return True
    if isinstance(before, bool) or isinstance(after, bool):
        return isinstance(before, bool) and isinstance(after, bool)
    if isinstance(before, int | float):
        return isinstance(after, int | float)
    return isinstance(after, str)


def _kind(value: Any) -> str:
    if isinstance(value, bool):
        return _("true eller false")
    return _("ett tal") if isinstance(value, int | float) else _("en text")
