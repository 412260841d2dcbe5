"""What differs between two states of an application, heading by heading, in the reading order of the later one."""

from collections.abc import Iterable
from dataclasses import dataclass
from difflib import SequenceMatcher

from broker.documents.blocks import Block, Grid, Heading, Items
from broker.esf.exports.blocks import build_blocks
from broker.esf.exports.material import Material


@dataclass(frozen=True)
class Difference:
    """What was taken away and what came under one heading."""

    heading: str
    removed: tuple[str, ...]
    added: tuple[str, ...]


def compare(before: Material, after: Material) -> list[Difference]:
    """List where two states of an application differ; the day on which each was made is no difference."""
    return compare_blocks(build_blocks(before), build_blocks(after))


def compare_blocks(before: Iterable[Block], after: Iterable[Block]) -> list[Difference]:
    """List where two documents differ, heading by heading; another title is a difference below the title it has now."""
    later = list(after)
    title = next((block.text for block in later if isinstance(block, Heading) and block.level == 1), "")
    old, new = _by_heading(before, title), _by_heading(later, title)
    found = []
    for heading in [*new, *(heading for heading in old if heading not in new)]:
        removed, added = _lines_apart(old.get(heading, []), new.get(heading, []))
        if removed or added:
            found.append(Difference(heading, tuple(removed), tuple(added)))
    return found


def _by_heading(blocks: Iterable[Block], title: str) -> dict[str, list[str]]:
    lines: dict[str, list[str]] = {}
    section = heading = ""
    for block in blocks:
        if isinstance(block, Heading) and block.level == 1:
            section = heading = title
            lines.setdefault(heading, []).append(block.text)
        elif isinstance(block, Heading):
            section = block.text if block.level < 3 else section
            heading = block.text if block.level < 3 else f"{section}: {block.text}"
            lines.setdefault(heading, [])
        elif isinstance(block, Grid):
            lines.setdefault(heading, []).extend(_rows(block))
        elif isinstance(block, Items):
            lines.setdefault(heading, []).extend(item.text for item in block.items)
        else:
            lines.setdefault(heading, []).append(block.text)
    return lines


def _rows(grid: Grid) -> Iterable[str]:
    for row in grid.rows:
        if row[0] != "Skapat":
            yield " | ".join(value for value in row if value)


def _lines_apart(old: list[str], new: list[str]) -> tuple[list[str], list[str]]:
    removed: list[str] = []
    added: list[str] = []
    for kind, start, end, first, last in SequenceMatcher(a=old, b=new, autojunk=False).get_opcodes():
        if kind != "equal":
            removed += old[start:end]
            added += new[first:last]
    return removed, added
