"""Cells of a workbook: a text is always written as a text, never as a formula or a link."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal

from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

_CELL_LENGTH = 32767  # A cell of the file format holds no more.
_SHORTENED = " … (förkortad, hela texten finns i dokumentet)"


@dataclass(frozen=True)
class Formula:
    """A formula of our own with the value it has now."""

    text: str
    value: Decimal | int | str


Cell = str | int | Decimal | date | Formula | None


class Sheet(Worksheet):
    """A sheet whose formulas are stored as they are written, with functions that every version of Excel knows."""

    def _prepare_formula(self, formula: str, *_options: bool) -> str:
        # The library looks through each for thirty newer functions, which took most of the time of a workbook.
        return formula.removeprefix("=")


class Formats:
    """The few looks a cell can have; texts carry the mark that keeps them texts when they are edited."""

    def __init__(self, workbook: Workbook) -> None:
        self.text: Format = workbook.add_format({"quote_prefix": True, "text_wrap": True, "valign": "top"})
        self.plain: Format = workbook.add_format({"quote_prefix": True})
        self.bold: Format = workbook.add_format({"quote_prefix": True, "bold": True})
        self.header: Format = workbook.add_format(
            {"quote_prefix": True, "bold": True, "text_wrap": True, "bg_color": "#E8EDF2", "bottom": 1}
        )
        self.number: Format = workbook.add_format({"num_format": "#,##0.00", "valign": "top"})
        self.count: Format = workbook.add_format({"num_format": "#,##0", "valign": "top"})
        self.day: Format = workbook.add_format({"num_format": "yyyy-mm-dd", "valign": "top", "align": "left"})
        self.month: Format = workbook.add_format(
            {"num_format": "yyyy-mm", "bold": True, "bg_color": "#E8EDF2", "bottom": 1, "align": "right"}
        )
        self.share: Format = workbook.add_format({"num_format": "0.00%", "valign": "top"})


def write_text(sheet: Worksheet, row: int, column: int, text: str, look: Format) -> None:
    """Write a text as a text, shortened visibly when no cell can hold it."""
    if len(text.encode("utf-16-le")) // 2 > _CELL_LENGTH:
        text = text[: (_CELL_LENGTH - len(_SHORTENED)) // 2] + _SHORTENED
    if text:
        sheet.write_string(row, column, text, look)


def write_row(
    sheet: Worksheet,
    row: int,
    cells: Sequence[Cell],
    formats: Formats,
    number: Format | None = None,
    *,
    shares: Sequence[int] = (),
) -> None:
    """Write a row of texts, numbers and formulas from the first column on; some columns may hold shares of one."""
    for column, cell in enumerate(cells):
        match cell:
            case Formula():
                look = number or (formats.count if isinstance(cell.value, int) else formats.number)
                value = cell.value if isinstance(cell.value, str) else float(cell.value)
                sheet.write_formula(row, column, cell.text, look, value)
            case int():
                sheet.write_number(row, column, cell, number or formats.count)
            case Decimal():
                sheet.write_number(
                    row, column, float(cell), number or (formats.share if column in shares else formats.number)
                )
            case date():
                sheet.write_datetime(row, column, datetime.combine(cell, time()), formats.day)
            case str():
                write_text(sheet, row, column, cell, formats.text)
