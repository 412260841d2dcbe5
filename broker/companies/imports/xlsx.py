"""Excel workbooks (XLSX): unpacked within limits, then read row by row with openpyxl."""

import warnings
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO
from xml.parsers.expat import ExpatError

from broker.companies.imports import limits
from broker.companies.imports.archives import open_archive, read_blocks
from broker.companies.imports.cells import Cell
from broker.companies.imports.errors import UnreadableFileError
from broker.companies.imports.text_files import TOO_LARGE, TOO_MANY_ROWS
from broker.companies.imports.xml_parts import TOO_BIG_UNPACKED, check_part
from broker.sentences import N_, Sentence

if TYPE_CHECKING:
    from openpyxl.workbook import Workbook

DAMAGED = Sentence(N_("Excel-filen är skadad. Öppna den i Excel, spara den på nytt som .xlsx och försök igen."))
TOO_WIDE = Sentence(
    N_("Listan har fler än %(limit)s kolumner. Ta bort de kolumner som inte behövs och försök igen."),
    {"limit": limits.LIST_COLUMNS},
)
_XML_ENDINGS = (".xml", ".rels", ".vml")
_BATCH = 500


class Sheets:
    """The sheets of one open workbook, in their order."""

    def __init__(self, workbook: "Workbook") -> None:
        self._workbook = workbook

    def names(self) -> list[str]:
        """Give the names of the sheets that a person sees."""
        visible = [sheet.title for sheet in self._workbook.worksheets if sheet.sheet_state == "visible"]
        return visible or [sheet.title for sheet in self._workbook.worksheets]

    def rows(self, name: str, last_row: int = limits.SHEET_ROWS) -> Iterator[tuple[int, tuple[Cell, ...]]]:
        """Give each row that is not empty with its number, formulas as the values that Excel saved."""
        sheet = self._workbook[name]
        # What the file says of its own size is not trusted; rows and columns are cut here instead.
        sheet.reset_dimensions()
        cells = sheet.iter_rows(
            min_row=1, max_row=last_row, min_col=1, max_col=limits.LIST_COLUMNS + 1, values_only=True
        )
        numbered = enumerate(cells, start=1)
        count = 0
        empty: tuple[Cell, ...] = ()
        while batch := _next_batch(numbered):
            for row, values in batch:
                # One and the same tuple stands for every missing row, and a forged file can have a million.
                if values is empty:
                    continue
                if all(value is None or value == "" for value in values):
                    empty = values
                else:
                    count += 1
                    if count > limits.LIST_ROWS:
                        raise UnreadableFileError(TOO_MANY_ROWS)
                    yield row, _within_width(values)


@contextmanager
def open_sheets(path: Path) -> Iterator[Sheets]:
    """Open a workbook, or raise UnreadableFileError when it is damaged, active or too large."""
    if path.stat().st_size > limits.LIST_BYTES:
        raise UnreadableFileError(TOO_LARGE)
    _measure(path)
    # A stored upload has no ending, and openpyxl judges a path by its ending; a stream it reads as it is.
    with path.open("rb") as stream:
        workbook = _load(stream)
        try:
            yield Sheets(workbook)
        finally:
            workbook.close()


def _measure(path: Path) -> None:
    sheets = 0
    remaining = limits.UNPACKED_BYTES
    with open_archive(path) as archive:
        for member in archive.infolist():
            name = member.filename.casefold()
            is_sheet = name.startswith("xl/worksheets/") and name.endswith(".xml")
            most_bytes, most_elements = _largest_part(name, is_sheet)
            counted = _CountedBlocks(read_blocks(archive, member), min(most_bytes, remaining))
            if name.endswith(_XML_ENDINGS):
                elements = _check_xml(counted, is_sheet, most_elements - sheets if is_sheet else most_elements)
                sheets += elements if is_sheet else 0
            else:
                counted.skip()
            remaining -= counted.size


def _largest_part(name: str, is_sheet: bool) -> tuple[int, int]:
    if is_sheet:
        return limits.UNPACKED_BYTES, limits.SHEET_ELEMENTS
    if name.endswith(_XML_ENDINGS):
        if name.endswith("sharedstrings.xml"):
            return limits.SHARED_TEXT_BYTES, limits.SHARED_TEXT_ELEMENTS
        return limits.OTHER_PART_BYTES, limits.OTHER_PART_ELEMENTS
    return limits.UNPACKED_BYTES, 0


def _check_xml(blocks: Iterable[bytes], is_sheet: bool, most_elements: int) -> int:
    try:
        return check_part(blocks, is_sheet=is_sheet, most_elements=most_elements)
    except ExpatError as error:
        raise UnreadableFileError(DAMAGED) from error


class _CountedBlocks:
    """Blocks of an unpacked part, counted on the way; refuses the block that is one too many."""

    def __init__(self, blocks: Iterable[bytes], most: int) -> None:
        self.size = 0
        self._blocks = blocks
        self._most = most

    def __iter__(self) -> Iterator[bytes]:
        """Give each block after counting it."""
        for block in self._blocks:
            self.size += len(block)
            if self.size > self._most:
                raise UnreadableFileError(TOO_BIG_UNPACKED)
            yield block

    def skip(self) -> None:
        """Count everything without looking at it."""
        for _ in self:
            pass


def _load(stream: BinaryIO) -> "Workbook":
    # Every command would wait for openpyxl, which loads numpy too; only a list that is read needs it.
    from openpyxl import load_workbook  # noqa: PLC0415

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return load_workbook(stream, read_only=True, data_only=True, keep_links=False)
    except Exception as error:
        # openpyxl lets any error through that its parts meet in a damaged file.
        raise UnreadableFileError(DAMAGED) from error


def _next_batch(
    numbered: Iterator[tuple[int, tuple[Cell, ...]]],
) -> list[tuple[int, tuple[Cell, ...]]]:
    try:
        # openpyxl warns of decorations that it leaves out; they say nothing about the companies.
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return list(islice(numbered, _BATCH))
    except Exception as error:
        # openpyxl lets any error through that its parts meet in a damaged file.
        raise UnreadableFileError(DAMAGED) from error


def _within_width(values: tuple[Cell, ...]) -> tuple[Cell, ...]:
    width = len(values)
    while width and values[width - 1] is None:
        width -= 1
    if width > limits.LIST_COLUMNS:
        raise UnreadableFileError(TOO_WIDE)
    return values[:width]
