"""Texts as pages show them: blocks with footnotes that lead to the rows, and differences between versions."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from broker.documents.blocks import Grid, Items, Text
from broker.documents.markup import marked, parse

_FOOTNOTE = re.compile(r"\[(\d+)\]")


@dataclass(frozen=True)
class Piece:
    """Some words, perhaps strong; or a footnote by its number."""

    text: str
    is_strong: bool = False
    footnote: int | None = None
    url: str = ""


@dataclass(frozen=True)
class Shown:
    """A block of a text: a paragraph, a list or a table, made of pieces."""

    kind: str
    lines: tuple[tuple[Piece, ...], ...] = ()
    first: int | None = None
    header: tuple[tuple[Piece, ...], ...] = ()
    rows: tuple[tuple[tuple[Piece, ...], ...], ...] = ()
    numeric: frozenset[int] = frozenset()


def shown_blocks(text: str | None, sources: Sequence[dict[str, Any]]) -> list[Shown]:
    """Give a text as blocks; a number in brackets opens its rows where the answer has a footnote of that number."""
    addresses = {source["number"]: source["url"] for source in sources}
    return [_shown(block, addresses) for block in parse(text or "")]


def _shown(block: Any, addresses: Mapping[int, str]) -> Shown:
    match block:
        case Items():
            return Shown("items", tuple(_pieces(item, addresses) for item in block.items), first=block.first)
        case Grid():
            cells = tuple(tuple(_pieces(marked(cell), addresses) for cell in row) for row in block.rows)
            header = tuple(_pieces(marked(cell), addresses) for cell in block.header)
            return Shown("table", header=header, rows=cells, numeric=block.numeric)
    return Shown("paragraph", (_pieces(block, addresses),))


def _pieces(text: Text, addresses: Mapping[int, str]) -> tuple[Piece, ...]:
    found: list[Piece] = []
    for words, is_strong in text.pieces:
        last = 0
        for note in _FOOTNOTE.finditer(words):
            number = int(note[1])
            if number in addresses:
                found += [
                    Piece(words[last : note.start()], is_strong),
                    Piece(note[0], footnote=number, url=addresses[number]),
                ]
                last = note.end()
        found.append(Piece(words[last:], is_strong))
    return tuple(piece for piece in found if piece.text)
