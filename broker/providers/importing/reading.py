"""Reads a list of offerings from an Excel or CSV file, row by row, with what each cell says."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import chain, islice
from pathlib import Path
from typing import Any

from broker.companies.imports import limits
from broker.companies.imports.cells import Cell, CellError, cell_text
from broker.companies.imports.errors import UnreadableFileError
from broker.companies.imports.formats import FileFormat, detect_format
from broker.companies.imports.headings import unique_headings
from broker.companies.imports.rows import Refusal
from broker.companies.imports.text_files import Record, read_records
from broker.companies.imports.xlsx import open_sheets
from broker.providers.importing.columns import guess_mapping, is_with_vat, read_cell
from broker.sentences import N_, Sentence

# A provider's catalogue. The largest ones of the country have some hundred trainings.
MOST_ROWS = 1000
_NO_NAMES = Sentence(
    N_("Listan saknar en kolumn med utbildningarnas namn. Ge den rubriken Utbildning och välj filen igen.")
)
_NOT_A_LIST = Sentence(N_("Filen är en registerfil över företag. Välj en lista med utbildningar."))
_WITH_VAT = Sentence(
    N_("Priserna är med moms. Räkna om dem till priser exkl. moms, ändra rubriken och välj filen igen.")
)
_TOO_LONG = Sentence(N_("Listan har fler än %(most)s rader. Dela upp den i flera filer."), {"most": MOST_ROWS})


@dataclass(frozen=True)
class Row:
    """One row: what its cells say by field, or why and in which column it cannot be used."""

    number: int
    title: str
    values: dict[str, Any] = field(default_factory=dict)
    column: str | None = None
    problem: Sentence | None = None


@dataclass(frozen=True)
class OfferingList:
    """A list: what its columns mean by heading, which headings are not known, and its rows."""

    mapping: dict[str, str]
    unknown: list[str]
    rows: list[Row]


def read_list(path: Path, file_name: str) -> OfferingList:
    """Give the list in a file; what is none, or is too long, or has prices with VAT raises UnreadableFileError."""
    match detect_format(path, file_name):
        case FileFormat.TABLE_CSV:
            return _list_of(read_records(path))
        case FileFormat.TABLE_XLSX:
            with open_sheets(path) as sheets:
                tops = {name: _score(islice(sheets.rows(name, limits.HEADING_LAST_ROW), 40)) for name in sheets.names()}
                if not tops:
                    raise UnreadableFileError(_NO_NAMES)
                return _list_of(sheets.rows(max(tops, key=lambda name: tops[name])))
        case _:
            raise UnreadableFileError(_NOT_A_LIST)


def _list_of(records: Iterator[Record]) -> OfferingList:
    top = list(islice(records, limits.HEADING_SEARCH_ROWS))
    scores = [_score([record]) for record in top]
    if not any(scores):
        raise UnreadableFileError(_NO_NAMES)
    place = scores.index(max(scores))
    headings = _headings(top[place][1])
    mapping = guess_mapping(headings)
    if any(is_with_vat(heading) for heading in headings if heading not in mapping):
        raise UnreadableFileError(_WITH_VAT)
    rows = list(islice(_rows(chain(top[place + 1 :], records), headings, mapping), MOST_ROWS + 1))
    if len(rows) > MOST_ROWS:
        raise UnreadableFileError(_TOO_LONG)
    return OfferingList(mapping, [heading for heading in headings if heading not in mapping], rows)


def _score(records: Iterable[Record]) -> int:
    """Tell how many columns the best heading row has that we know; none without the names of the trainings."""
    found = [guess_mapping(_headings(values)) for _number, values in records]
    return max((len(mapping) for mapping in found if "title" in mapping.values()), default=0)


def _headings(values: Sequence[Cell] | Refusal) -> tuple[str, ...]:
    if isinstance(values, Refusal):
        return ()
    return unique_headings([value if isinstance(value, str) else "" for value in values[: limits.LIST_COLUMNS]])


def _rows(records: Iterable[Record], headings: Sequence[str], mapping: dict[str, str]) -> Iterator[Row]:
    for number, values in records:
        if isinstance(values, Refusal):
            yield Row(number, "", column=values.column, problem=values.message)
        elif any(cell_text(value) for value in values):
            yield _row(number, dict(zip(headings, values, strict=False)), mapping)


def _row(number: int, cells: dict[str, Cell], mapping: dict[str, str]) -> Row:
    column = {name: heading for heading, name in mapping.items()}
    title = cell_text(cells.get(column["title"]))[: limits.SHORT_TEXT]
    values: dict[str, Any] = {}
    for heading, name in mapping.items():
        try:
            # A column for the smallest group knows better than a span in the column of the largest.
            values = read_cell(name, cells.get(heading)) | values
        except CellError as error:
            return Row(number, title, column=heading, problem=Sentence.of(error))
    if "title" not in values:
        return Row(number, title, column=column["title"], problem=Sentence(N_("Skriv vad utbildningen heter.")))
    return Row(number, values["title"], values)
