"""Ordinary lists as text (CSV, tab-separated): encoding and delimiter guessed, one record at a time."""

import codecs
import csv
import io
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from broker.companies.imports import limits
from broker.companies.imports.cells import Cell
from broker.companies.imports.errors import UnreadableFileError
from broker.companies.imports.formats import find_wide_encoding
from broker.companies.imports.headings import guess_mapping
from broker.companies.imports.rows import Refusal
from broker.sentences import N_, Sentence

Record = tuple[int, tuple[Cell, ...] | Refusal]

DELIMITERS = ";\t,|"
TOO_LARGE = Sentence(
    N_("Filen är större än 25 MB. Dela upp listan i flera filer, eller använd registerfilen från Bolagsverket.")
)
TOO_MANY_ROWS = Sentence(
    N_("Listan har fler än 200 000 rader. Dela upp den i flera filer, eller använd Bolagsverkets registerfil.")
)
NO_LINES = Sentence(
    N_("Filen har ingen radindelning som går att läsa. Spara listan som Excel-arbetsbok (.xlsx) och försök igen.")
)
_SAMPLE = 64 * 1024
_BLOCK = 256 * 1024
_SWEDISH_LETTERS = "åäöÅÄÖé"
_OLD_ENCODINGS = ("cp1252", "mac_roman", "cp850")
_LONG_CELL = Sentence(
    N_("Raden har en cell med mer än %(count)s tecken. Korta texten i den."), {"count": csv.field_size_limit()}
)
_BAD_QUOTE = Sentence(
    N_(
        'Raden har ett ensamt citattecken ("). Ta bort det eller skriv det dubbelt (""), '
        "eller spara listan som Excel-arbetsbok (.xlsx)."
    )
)


def read_records(path: Path) -> Iterator[Record]:
    """Give each record that is not empty with the line it begins on; broken quoting gives a refusal."""
    if path.stat().st_size > limits.LIST_BYTES:
        raise UnreadableFileError(TOO_LARGE)
    encoding = guess_encoding(path)
    with path.open(encoding=encoding, errors="replace", newline="") as stream:
        delimiter = guess_delimiter(stream.read(_SAMPLE))
    with path.open(encoding=encoding, errors="replace", newline="") as stream:
        yield from _records(stream, delimiter)


def guess_encoding(path: Path) -> str:
    """Give the encoding that reads the whole file; of the old ones the one with most Swedish letters."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    with path.open("rb") as stream:
        sample = stream.read(_SAMPLE)
        if wide := find_wide_encoding(sample):
            return wide
        stream.seek(0)
        try:
            while block := stream.read(_BLOCK):
                decoder.decode(block)
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            stream.seek(0)
            return _old_encoding(bytes(byte for byte in stream.read(limits.LIST_BYTES) if byte > 127))
    return "utf-8-sig"


def guess_delimiter(text: str) -> str:
    """Give the delimiter that makes the most known headings, and after that the most rows of equal width."""
    return max(DELIMITERS, key=lambda delimiter: _fit(text, delimiter))


def _records(stream: io.TextIOWrapper, delimiter: str) -> Iterator[Record]:
    reader = csv.reader(_short_lines(stream), delimiter=delimiter, strict=True)
    count = 0
    while True:
        row = reader.line_num + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            # The library tells its errors apart by their words alone. A quote that is not closed runs over lines.
            is_long = "limit" in str(error) and reader.line_num == row
            yield row, Refusal(row, None, _LONG_CELL if is_long else _BAD_QUOTE)
            cells = []
        if any(cell.strip() for cell in cells):
            yield row, tuple(cells)
        count += 1
        if count > limits.LIST_ROWS:
            raise UnreadableFileError(TOO_MANY_ROWS)


def _short_lines(stream: io.TextIOWrapper) -> Iterator[str]:
    for line in stream:
        if len(line) > limits.LIST_LINE:
            raise UnreadableFileError(NO_LINES)
        yield line


def _old_encoding(high_bytes: bytes) -> str:
    def swedish_letters(encoding: str) -> int:
        letters = Counter(high_bytes.decode(encoding, errors="replace"))
        return sum(letters[letter] for letter in _SWEDISH_LETTERS)

    return max(_OLD_ENCODINGS, key=swedish_letters)


def _fit(text: str, delimiter: str) -> tuple[int, int, int]:
    lines = io.StringIO(text, newline="")
    rows: list[list[str]] = []
    try:
        for cells in csv.reader(lines, delimiter=delimiter):
            rows.append(cells[: limits.LIST_COLUMNS + 1])
            if len(rows) == limits.HEADING_SEARCH_ROWS:
                break
    except csv.Error:
        return 0, 0, 0
    widths = Counter(len(cells) for cells in rows if len(cells) > 1)
    width, equal = widths.most_common(1)[0] if widths else (0, 0)
    return max((len(guess_mapping(cells)) for cells in rows), default=0), equal, width
