"""Lists as files for a spreadsheet program, where no text is ever a formula."""

import csv
import io
from collections.abc import Callable, Mapping, Sequence
from datetime import date

from xlsxwriter import Workbook

Cell = str | int | date | None

MEDIA_TYPES = {
    "csv": "text/csv",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
# What a program may take for the beginning of a formula, also in full width.
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")
_WIDEST = 60


def render(kind: str, title: str, headings: Sequence[str], rows: Sequence[Sequence[Cell]]) -> bytes:
    """Give the list as a file of this kind, which is a key of MEDIA_TYPES."""
    return _RENDERERS[kind](title, headings, rows)


def _as_csv(title: str, headings: Sequence[str], rows: Sequence[Sequence[Cell]]) -> bytes:
    # A Swedish Excel wants semicolons, a byte order mark and CRLF.
    stream = io.StringIO()
    writer = csv.writer(stream, delimiter=";", lineterminator="\r\n")
    writer.writerow(headings)
    writer.writerows([_harmless(cell) for cell in row] for row in rows)
    return stream.getvalue().encode("utf-8-sig")


def _as_xlsx(title: str, headings: Sequence[str], rows: Sequence[Sequence[Cell]]) -> bytes:
    stream = io.BytesIO()
    workbook = Workbook(stream, {"in_memory": True})
    workbook.set_properties({"title": title})
    sheet = workbook.add_worksheet(title)
    # The mark keeps a text a text also when somebody edits the cell.
    text = workbook.add_format({"quote_prefix": True})
    head, day = workbook.add_format({"bold": True, "bottom": 1}), workbook.add_format({"num_format": "yyyy-mm-dd"})
    for column, heading in enumerate(headings):
        width = max(len(str(row[column] or "")) for row in [headings, *rows])
        sheet.set_column(column, column, min(width + 2, _WIDEST))
        sheet.write_string(0, column, heading, head)
    for number, row in enumerate(rows, 1):
        for column, cell in enumerate(row):
            match cell:
                case int():
                    sheet.write_number(number, column, cell)
                case date():
                    sheet.write_datetime(number, column, cell, day)
                case str():
                    sheet.write_string(number, column, cell, text)
    sheet.freeze_panes(1, 1)
    sheet.autofilter(0, 0, len(rows), len(headings) - 1)
    workbook.close()
    return stream.getvalue()


def _harmless(cell: Cell) -> Cell:
    return f"'{cell}" if isinstance(cell, str) and cell.lstrip(" ").startswith(_FORMULA) else cell


_RENDERERS: Mapping[str, Callable[[str, Sequence[str], Sequence[Sequence[Cell]]], bytes]] = {
    "csv": _as_csv,
    "xlsx": _as_xlsx,
}
