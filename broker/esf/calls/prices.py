"""Reads a call's unit costs from an Excel or CSV file, row by row, and says where a cell cannot be used."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import chain, islice
from pathlib import Path
from typing import Any

from broker.companies.imports import limits
from broker.companies.imports.cells import Cell, CellError, cell_text, read_short
from broker.companies.imports.errors import UnreadableFileError
from broker.companies.imports.formats import FileFormat, detect_format
from broker.companies.imports.headings import unique_headings
from broker.companies.imports.rows import Refusal
from broker.companies.imports.text_files import Record, read_records
from broker.companies.imports.xlsx import open_sheets
from broker.esf.budgets.lines import PARTICIPANTS
from broker.sentences import N_, Sentence
from broker.swedish import search_key

# The published tables have a few tens of categories.
MOST_ROWS = 500
_MOST_KR = Decimal(100_000)
_FIELDS = {
    "name": "roll|benamning|kategori|yrkeskategori|yrke|funktion|personalkategori|lonegrupp|personal|role|category",
    "price": (
        "pris|pris per timme|kronor per timme|kr per timme|kr timme|kr h|timpris|enhetskostnad|"
        "enhetskostnad per timme|belopp|price|price per hour|unit cost"
    ),
    "region": "region|lan|omrade|ort|area",
    "source": "kalla|hanvisning|source",
}
_FIELD_OF = {key: name for name, keys in _FIELDS.items() for key in keys.split("|")}
_UNTOLD = re.compile(r" (kr|sek|kronor|i kronor|kr h|kr timme)$")
_PRICE = re.compile(r"(\d{1,3}(?: \d{3})+|\d+)(?:[.,](\d+))?(?: ?(?:kr|sek)(?:/(?:h|tim|timme))?)?")
_NO_TABLE = Sentence(
    N_("Filen saknar rubrikerna Roll och Pris per timme. Skriv dem på raden ovanför tabellen och välj filen igen.")
)
_TOO_LONG = Sentence(N_("Tabellen har fler än %(most)s rader. Välj bara utlysningens tabell."), {"most": MOST_ROWS})
_PRICE_SENTENCE = Sentence(
    N_("Skriv ett pris i kronor per timme med högst två decimaler, över 0, till exempel 592 eller 592,50.")
)


@dataclass(frozen=True)
class PriceRow:
    """One row: what it says, or which of its cells cannot be used and what to do about it."""

    number: int
    name: str = ""
    price: Decimal = Decimal(0)
    region: str = ""
    source: str = ""
    column: str = ""
    problem: Sentence | None = None

    def as_plain(self) -> dict[str, Any]:
        """Give the row as it is kept."""
        return {"name": self.name, "price": str(self.price), "region": self.region, "source": self.source}


@dataclass(frozen=True)
class PriceTable:
    """A table: its rows, and the headings that say nothing we know."""

    rows: list[PriceRow]
    unknown: list[str] = field(default_factory=list)

    @property
    def problems(self) -> list[PriceRow]:
        """List the rows that cannot be used."""
        return [row for row in self.rows if row.problem is not None]


def read_table(path: Path, file_name: str) -> PriceTable:
    """Give the table in a file; one that is none, or is too long, raises UnreadableFileError."""
    match detect_format(path, file_name):
        case FileFormat.TABLE_CSV:
            return _table_of(read_records(path))
        case FileFormat.TABLE_XLSX:
            with open_sheets(path) as sheets:
                tops = {name: _score(islice(sheets.rows(name, limits.HEADING_LAST_ROW), 40)) for name in sheets.names()}
                if not any(tops.values()):
                    raise UnreadableFileError(_NO_TABLE)
                return _table_of(sheets.rows(max(tops, key=lambda name: tops[name])))
        case _:
            raise UnreadableFileError(_NO_TABLE)


def keys_of(rows: Iterable[PriceRow]) -> dict[str, PriceRow]:
    """Give the rows by the names that the budget chooses from: with the region where one name has several."""
    listed = list(rows)
    names = [row.name for row in listed]
    return {f"{row.name} ({row.region})" if names.count(row.name) > 1 else row.name: row for row in listed}


def _table_of(records: Iterator[Record]) -> PriceTable:
    top = list(islice(records, limits.HEADING_SEARCH_ROWS))
    scores = [_score([record]) for record in top]
    if not any(scores):
        raise UnreadableFileError(_NO_TABLE)
    place = scores.index(max(scores))
    headings = _headings(top[place][1])
    mapping = _mapping(headings)
    rows = list(islice(_rows(chain(top[place + 1 :], records), headings, mapping), MOST_ROWS + 1))
    if len(rows) > MOST_ROWS:
        raise UnreadableFileError(_TOO_LONG)
    if not rows:
        raise UnreadableFileError(Sentence(N_("Tabellen har inga rader. Kontrollera filen och välj den igen.")))
    return PriceTable(_without_doubles(rows), [heading for heading in headings if heading not in mapping.values()])


def _score(records: Iterable[Record]) -> int:
    found = [_mapping(_headings(values)) for _number, values in records]
    return max((len(mapping) for mapping in found if {"name", "price"} <= set(mapping)), default=0)


def _headings(values: Sequence[Cell] | Refusal) -> tuple[str, ...]:
    if isinstance(values, Refusal):
        return ()
    return unique_headings([value if isinstance(value, str) else "" for value in values[: limits.LIST_COLUMNS]])


def _mapping(headings: Sequence[str]) -> dict[str, str]:
    mapping: dict[str, str] = {}
    for heading in headings:
        key = search_key(heading)
        name = _FIELD_OF.get(key) or _FIELD_OF.get(_UNTOLD.sub("", key))
        if name and name not in mapping:
            mapping[name] = heading
    return mapping


def _rows(records: Iterable[Record], headings: Sequence[str], mapping: dict[str, str]) -> Iterator[PriceRow]:
    for number, values in records:
        if isinstance(values, Refusal):
            yield PriceRow(number, column=values.column or "", problem=values.message)
        elif any(cell_text(value) for value in values):
            yield _row(number, dict(zip(headings, values, strict=False)), mapping)


def _row(number: int, cells: dict[str, Cell], mapping: dict[str, str]) -> PriceRow:
    said: dict[str, Any] = {}
    for name in ("name", "region", "source"):
        try:
            said[name] = read_short(cells.get(mapping.get(name, ""))) or ""
        except CellError as error:
            return PriceRow(number, column=mapping[name], problem=Sentence.of(error))
    price = _price(cells.get(mapping["price"]))
    if not said["name"]:
        return PriceRow(number, column=mapping["name"], problem=Sentence(N_("Skriv vilken roll priset gäller.")))
    if search_key(said["name"]) in (PARTICIPANTS, "participants"):
        said["name"] = PARTICIPANTS
    if price is None:
        return PriceRow(number, **said, column=mapping["price"], problem=_PRICE_SENTENCE)
    return PriceRow(number, price=price, **said)


def _price(value: Cell) -> Decimal | None:
    text = " ".join(cell_text(value).replace("\xa0", " ").casefold().split())
    found = None if isinstance(value, bool) else _PRICE.fullmatch(text)
    if found is None:
        return None
    decimals = (found[2] or "").rstrip("0")
    price = Decimal(found[1].replace(" ", "") + "." + (decimals or "0"))
    return price if len(decimals) <= 2 and 0 < price < _MOST_KR else None


def _without_doubles(rows: Sequence[PriceRow]) -> list[PriceRow]:
    first: dict[tuple[str, str], int] = {}
    checked = []
    for row in rows:
        key = (search_key(row.name), search_key(row.region))
        if row.problem is None and key in first:
            told = Sentence(N_("Samma roll och region som på rad %(row)s. Ta bort den ena."), {"row": first[key]})
            checked.append(PriceRow(row.number, row.name, row.price, row.region, row.source, "", told))
        else:
            first.setdefault(key, row.number)
            checked.append(row)
    return checked
