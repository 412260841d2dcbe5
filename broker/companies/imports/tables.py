"""Ordinary lists of companies in Excel or CSV: headings found, columns recognised, each row checked."""

import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from itertools import chain, islice
from pathlib import Path
from typing import Any

from broker.companies.imports import cells, limits
from broker.companies.imports.cells import Cell, CellError, cell_text
from broker.companies.imports.duplicates import CompaniesInList
from broker.companies.imports.errors import UnreadableFileError
from broker.companies.imports.formats import FileFormat
from broker.companies.imports.headings import checked_mapping, guess_mapping, unique_headings
from broker.companies.imports.rows import CompanyRow, ReadResult, Refusal, Skipped, SkipReason
from broker.companies.imports.text_files import Record, read_records
from broker.companies.imports.xlsx import TOO_WIDE, Sheets, open_sheets
from broker.companies.numbers import InvalidNumberError, Number, parse_number
from broker.sentences import N_, Sentence
from broker.swedish import search_key

_SUM_ROW = re.compile(r"(summa|delsumma|totalt|total|antal|sum|s a)( (antal|foretag|bolag|rader|st)\b.*| \d.*)?")
_HOW_TO_GET_NUMBER = Sentence(
    N_(
        "Organisationsnummer saknas. Sök företaget på bolagsverket.se eller fråga dem, "
        "fyll i numret och läs in filen igen."
    )
)
_NO_NUMBER_COLUMN = Sentence(
    N_(
        "Listan saknar en kolumn med organisationsnummer. Lägg till en kolumn med rubriken Organisationsnummer, "
        "eller välj vilken kolumn som innehåller numret."
    )
)
_READERS: dict[str, Callable[[Cell], Any]] = {
    "legal_form": cells.read_legal_form,
    "registered_on": cells.read_date,
    "postcode": cells.read_postcode,
    "postcode_town": cells.read_postcode_town,
    "country": cells.read_country,
    "sni_2025": cells.read_sni,
    "sni_2007": cells.read_sni,
    "employees": cells.read_employees,
    "email": cells.read_email,
    "contact_email": cells.read_email,
    "industry": cells.read_note,
    "note": cells.read_note,
    "contact_legal_basis": cells.read_legal_basis,
    "contact_is_protected": cells.read_is_protected,
}


@dataclass(frozen=True, slots=True)
class TablePreview:
    """The top of an ordinary list, for a person who checks and corrects what each column means."""

    headings: tuple[str, ...]
    mapping: dict[str, str]
    rows: tuple[tuple[str, ...], ...]
    sheet_name: str | None
    heading_row: int


@dataclass(frozen=True, slots=True)
class _Table:
    headings: tuple[str, ...]
    heading_row: int
    sheet_name: str | None
    records: Iterator[Record]


def preview(path: Path, file_format: FileFormat, mapping: dict[str, str] | None = None, rows: int = 10) -> TablePreview:
    """Give headings, mapping and the first rows, also of a list whose number column is not found."""
    with open_table(path, file_format, mapping) as table:
        chosen = _mapping_for(table, mapping)
        texts = (texts_of(values, len(table.headings)) for _, values in table.records if isinstance(values, tuple))
        first = tuple(islice(texts, rows))
        return TablePreview(table.headings, chosen, first, table.sheet_name, table.heading_row)


def read_table(
    path: Path,
    file_format: FileFormat,
    mapping: dict[str, str] | None = None,
    *,
    include_sole_traders: bool = False,
    numbers: Mapping[int, str],
    clears: Collection[str] = (),
) -> Iterator[ReadResult]:
    """Give every row of an ordinary list: a company with its contact person, a refusal, or a skipped row."""
    with open_table(path, file_format, mapping) as table:
        columns = {field: heading for heading, field in _mapping_for(table, mapping).items()}
        if "number" not in columns:
            raise UnreadableFileError(_NO_NUMBER_COLUMN)
        clearing = {field: columns[field] for field in clears if field in columns}
        companies = CompaniesInList()
        for row, values in _with_numbers(table.records, table.headings.index(columns["number"]), numbers):
            if isinstance(values, Refusal):
                yield values
                continue
            result = _read_row(row, values, table.headings, columns, include_sole_traders)
            if isinstance(result, CompanyRow):
                if clearing:
                    result = replace(result, clears=empty_cells(values, table.headings, clearing))
                result = companies.check(result, columns["number"])
            if isinstance(result, Refusal) and "name" in columns:
                written = dict(zip(table.headings, values, strict=False)).get(columns["name"])
                result = replace(result, name=cell_text(written)[: limits.SHORT_TEXT] or None)
            yield result


@contextmanager
def open_table(path: Path, file_format: FileFormat, mapping: dict[str, str] | None) -> Iterator[_Table]:
    """Open the sheet or text that holds the list, with its headings found."""
    if file_format is FileFormat.TABLE_CSV:
        yield _find_table(read_records(path), None, mapping)
        return
    with open_sheets(path) as sheets:
        yield _best_sheet(sheets, mapping)


def _best_sheet(sheets: Sheets, mapping: dict[str, str] | None) -> _Table:
    best: tuple[int, str] | None = None
    for name in sheets.names():
        top = list(islice(sheets.rows(name, limits.HEADING_LAST_ROW), limits.HEADING_SEARCH_ROWS))
        score = max((_heading_score(values, mapping) for _, values in top), default=-1)
        if best is None or score > best[0]:
            best = (score, name)
    if best is None:
        raise UnreadableFileError(Sentence(N_("Arbetsboken saknar kalkylblad. Kontrollera filen och välj den igen.")))
    return _find_table(sheets.rows(best[1]), best[1], mapping)


def _find_table(records: Iterator[Record], sheet_name: str | None, mapping: dict[str, str] | None) -> _Table:
    top = list(islice(records, limits.HEADING_SEARCH_ROWS))
    candidates = [
        (_heading_score(values, mapping), -place) for place, (_, values) in enumerate(top) if isinstance(values, tuple)
    ]
    if not candidates:
        raise UnreadableFileError(Sentence(N_("Listan är tom. Kontrollera att den har sparats och välj filen igen.")))
    place = -max(candidates)[1]
    row, values = top[place]
    headings = unique_headings([cell_text(value) for value in values] if isinstance(values, tuple) else [])
    if len(headings) > limits.LIST_COLUMNS:
        raise UnreadableFileError(TOO_WIDE)
    return _Table(headings, row, sheet_name, chain(top[place + 1 :], records))


def _heading_score(values: tuple[Cell, ...] | Refusal, mapping: dict[str, str] | None) -> int:
    # The number column counts most: a second sheet can have more columns that we know, but no companies.
    if isinstance(values, Refusal):
        return -1
    headings = unique_headings([value if isinstance(value, str) else "" for value in values[: limits.LIST_COLUMNS]])
    guessed = guess_mapping(headings)
    chosen = len(mapping.keys() & set(headings)) if mapping else 0
    written = sum(1 for value in values if isinstance(value, str) and value.strip())
    return chosen * 10_000 + ("number" in guessed.values()) * 5_000 + len(guessed) * 10 + min(written, 2)


def _mapping_for(table: _Table, mapping: dict[str, str] | None) -> dict[str, str]:
    return guess_mapping(table.headings) if mapping is None else checked_mapping(mapping, table.headings)


def _read_row(
    row: int,
    values: tuple[Cell, ...],
    headings: tuple[str, ...],
    columns: dict[str, str],
    include_sole_traders: bool,
) -> ReadResult:
    by_heading = dict(zip(headings, values, strict=False))
    number_text = cell_text(by_heading.get(columns["number"]))
    if is_no_row(values, headings, number_text, columns["number"]):
        return Skipped(row, SkipReason.NOT_A_COMPANY)
    number = _read_number(row, number_text, columns["number"], include_sole_traders)
    if not isinstance(number, Number):
        return number
    facts = read_facts(row, by_heading, columns)
    if isinstance(facts, Refusal):
        return facts
    if "name" in columns and facts["name"] is None:
        return Refusal(
            row, columns["name"], Sentence(N_("Företagets namn saknas. Fyll i namnet och läs in filen igen."))
        )
    if cells.says_protected(values):
        facts["contact_is_protected"] = True
    return _company(row, number, facts)


def read_facts(row: int, by_heading: Mapping[str, Cell], columns: Mapping[str, str]) -> dict[str, Any] | Refusal:
    """Give what the cells of a row say by field, all but the number, or the refusal of a cell that cannot be used."""
    facts: dict[str, Any] = {}
    for field, heading in columns.items():
        if field == "number":
            continue
        try:
            facts[field] = _READERS.get(field, cells.read_short)(by_heading.get(heading))
        except CellError as error:
            return Refusal(row, heading, Sentence.of(error))
    return facts


def person_name(facts: dict[str, Any]) -> str | None:
    """Take the name of a contact person out of the facts of a row, also when it stands in two columns."""
    parts = (facts.pop("contact_first_name", None), facts.pop("contact_last_name", None))
    return facts.pop("contact_name", None) or " ".join(part for part in parts if part) or None


def _read_number(row: int, text: str, column: str, include_sole_traders: bool) -> Number | Refusal | Skipped:
    if not text:
        return Refusal(row, column, _HOW_TO_GET_NUMBER, lacks_number=True)
    try:
        number = parse_number(text)
    except InvalidNumberError as error:
        if error.is_personal and not include_sole_traders:
            return Skipped(row, SkipReason.SOLE_TRADER)
        return Refusal(row, column, Sentence.of(error))
    if number.is_personal and not include_sole_traders:
        return Skipped(row, SkipReason.SOLE_TRADER)
    return number


def _with_numbers(records: Iterator[Record], place: int, numbers: Mapping[int, str]) -> Iterator[Record]:
    for row, values in records:
        if row not in numbers or isinstance(values, Refusal):
            yield row, values
            continue
        filled = [*values, *[None] * (place + 1 - len(values))]
        filled[place] = cell_text(filled[place]) or numbers[row]
        yield row, tuple(filled)


def _company(row: int, number: Number, facts: dict[str, Any]) -> CompanyRow:
    postcode, town = facts.pop("postcode_town", None) or (None, None)
    facts["postcode"] = facts.get("postcode") or postcode
    facts["post_town"] = facts.get("post_town") or town
    facts["contact_name"] = person_name(facts)
    for edition in ("2007", "2025"):
        if codes := facts.pop(f"sni_{edition}", None):
            facts["sni_codes"], facts["sni_edition"] = codes, edition
    return CompanyRow(row, number, **facts)


def empty_cells(values: tuple[Cell, ...], headings: tuple[str, ...], columns: Mapping[str, str]) -> frozenset[str]:
    """Give the fields whose cells are empty, of those in which that clears what is stored."""
    # Only a cell without anything clears: "vet ej" and the like say that somebody did not know.
    by_heading = dict(zip(headings, values, strict=False))
    return frozenset(field for field, heading in columns.items() if not cell_text(by_heading.get(heading)))


def is_no_row(values: Sequence[Cell], headings: tuple[str, ...], number: str, number_column: str) -> bool:
    """Tell whether a row is a sum or a repeated heading."""
    if number:
        return number == number_column and texts_of(values, len(headings)) == headings
    texts = (cell_text(value) for value in values)
    return _SUM_ROW.fullmatch(search_key(next((text for text in texts if text), ""))) is not None


def texts_of(values: Sequence[Cell], width: int) -> tuple[str, ...]:
    """Give the cells of a row as so many texts."""
    texts = tuple(cell_text(value) for value in values[:width])
    return texts + ("",) * (width - len(texts))
