"""The parts of a document in reading order: headings, texts and tables, the same in every format."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import ClassVar

from broker import swedish

# XML and UTF-8 have no form for lone surrogates and non-characters.
_UNWRITABLE = re.compile("[\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]")
_LINE = 108  # Characters of table text on one line of a page.


@dataclass(frozen=True)
class Notice:
    """The sentence that stands first and is always seen."""

    kind: ClassVar[str] = "notice"

    text: str


@dataclass(frozen=True)
class Heading:
    """A heading of level 1 to 3."""

    kind: ClassVar[str] = "heading"

    level: int
    text: str


@dataclass(frozen=True)
class Text:
    """Running text; a remark is text about the answer, not the answer itself.

    Where some of it is strong, its pieces are told, each with whether it is.
    """

    kind: ClassVar[str] = "text"

    text: str
    is_remark: bool = False
    runs: tuple[tuple[str, bool], ...] = ()

    @property
    def pieces(self) -> tuple[tuple[str, bool], ...]:
        """Give the text in pieces, each with whether it is strong."""
        return self.runs or ((self.text, False),)


@dataclass(frozen=True)
class Items:
    """A list of running texts; one that has a first number is numbered from it."""

    kind: ClassVar[str] = "items"

    items: tuple[Text, ...]
    first: int | None = None


@dataclass(frozen=True)
class Grid:
    """A table with a header row; the numeric columns are set to the right."""

    kind: ClassVar[str] = "grid"

    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    numeric: frozenset[int] = frozenset()


Block = Notice | Heading | Text | Items | Grid


def column_shares(grid: Grid) -> list[float]:
    """Share a width between the columns: first room for the longest word, then for the longest text."""
    columns = list(zip(grid.header, *grid.rows, strict=False))
    words = [_room((word for text in column for word in re.split(r"[ \n\t]", text)), 30) for column in columns]
    texts = [max(word, _room(column, 120)) for word, column in zip(words, columns, strict=True)]
    wish = sum(texts) - sum(words)
    left = max(0, _LINE - sum(words)) / wish if wish else 0
    rooms = [word + left * (text - word) for word, text in zip(words, texts, strict=True)]
    return [room / sum(rooms) for room in rooms]


def _room(texts: Iterable[str], most: int) -> int:
    """Give the characters a column needs for its longest text, up to a limit, with its margins."""
    return min(max(map(len, texts)), most) + 3


def writable(text: str) -> str:
    """Give a text that fits every file format."""
    return _UNWRITABLE.sub("", swedish.clean(text))


def one_line(text: str) -> str:
    """Give a text on one line, for titles and headings."""
    return " ".join(text.split())
