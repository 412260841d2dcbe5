"""A small markup for what people write: paragraphs, lists, tables and strong words, as blocks of a document.

* An empty line parts paragraphs; a single line break stays a line break.
* `- ` begins an item of a list and `1. ` an item of a numbered one. What word processors leave of a list when it is
  pasted is read as well: `•`, `·`, `–` or `o` before a space or a tab, and `1)`.
* `| a | b |` is a row of a table, whose first row is its header; a line of dashes below it is passed over. Two or more
  lines in a row with tabs in them, as a pasted table has, are a table too.
* `**words**` are strong. Everything else stands for itself: no text is refused, and no sign in it is lost.
"""

import re
from collections.abc import Iterator, Sequence
from enum import Enum, auto
from itertools import groupby

from broker.documents.blocks import Block, Grid, Items, Text

_BULLET = re.compile(r"[ \t]*(?:[-*•·–▪‣][ \t\u00a0]+|o\t)(?=\S)")
_NUMBER = re.compile(r"[ \t]*\d{1,3}[.)][ \t\u00a0]+(?=\S)")
_ROW = re.compile(r"[ \t]*\|.*\|[ \t]*")
_RULE = re.compile(r"[\s|:-]+")
_STRONG = re.compile(r"\*\*(\S(?:[^*\n]*[^*\s])?)\*\*")


class _Kind(Enum):
    TABBED = auto()
    PIPED = auto()
    BULLET = auto()
    NUMBER = auto()
    LINE = auto()
    NOTHING = auto()


def parse(text: str) -> list[Block]:
    """Give a text as blocks; a text without any markup is its paragraphs."""
    lines = text.split("\n")
    blocks: list[Block] = []
    for kind, group in groupby(_kinds(lines), key=lambda pair: pair[0]):
        blocks += _block(kind, [line for _kind, line in group])
    return blocks


def marked(text: str) -> Text:
    """Give one run of text without the signs around its strong words."""
    pieces, last = [], 0
    for found in _STRONG.finditer(text):
        pieces += [(text[last : found.start()], False), (found[1], True)]
        last = found.end()
    pieces.append((text[last:], False))
    kept = tuple((words, is_strong) for words, is_strong in pieces if words)
    return Text("".join(words for words, _is_strong in kept), runs=kept if len(kept) > 1 or last else ())


def _kinds(lines: Sequence[str]) -> Iterator[tuple[_Kind, str]]:
    """Say what each line is part of; one with tabs is a row of a table only beside another."""
    has_tabs = ["\t" in line.strip() and not _BULLET.match(line) and not _NUMBER.match(line) for line in lines]
    for place, line in enumerate(lines):
        if has_tabs[place] and (any(has_tabs[place - 1 : place]) or any(has_tabs[place + 1 : place + 2])):
            yield _Kind.TABBED, line
        elif _ROW.fullmatch(line) and line.strip() != "|":
            yield _Kind.PIPED, line
        elif _BULLET.match(line):
            yield _Kind.BULLET, line
        elif _NUMBER.match(line):
            yield _Kind.NUMBER, line
        else:
            yield (_Kind.LINE if line.strip() else _Kind.NOTHING), line


def _block(kind: _Kind, lines: list[str]) -> list[Block]:
    match kind:
        case _Kind.TABBED:
            return [_grid([line.strip("\n").split("\t") for line in lines])]
        case _Kind.PIPED:
            kept = [line for place, line in enumerate(lines) if place != 1 or not _RULE.fullmatch(line)]
            return [_grid([line.strip()[1:-1].split("|") for line in kept])]
        case _Kind.BULLET:
            return [Items(tuple(marked(_BULLET.sub("", line, count=1).strip()) for line in lines))]
        case _Kind.NUMBER:
            items = tuple(marked(_NUMBER.sub("", line, count=1).strip()) for line in lines)
            first = int(re.findall(r"\d+", lines[0])[0])
            return [Items(items, first=first)]
        case _Kind.LINE:
            return [marked("\n".join(lines))]
    return []


def _grid(rows: list[list[str]]) -> Grid:
    width = max(map(len, rows))
    header, *body = (tuple(cell.strip() for cell in row + [""] * (width - len(row))) for row in rows)
    numeric = {
        column for column in range(width) if body and all(re.fullmatch(r"[\d\s,.%–-]*", row[column]) for row in body)
    }
    return Grid(header, tuple(body), frozenset(numeric))
