"""The one door to every kind of company file: rows streamed, whatever the format."""

from collections.abc import Collection, Iterator, Mapping
from pathlib import Path
from typing import Any

from broker.companies.imports.formats import FileFormat
from broker.companies.imports.registers import read_bolagsverket, read_scb
from broker.companies.imports.rows import ReadResult
from broker.companies.imports.tables import read_table


def read_rows(
    path: Path,
    file_format: FileFormat,
    mapping: dict[str, str] | None = None,
    include_sole_traders: bool = False,
    *,
    numbers: Mapping[int, str] | None = None,
    clears: Collection[str] = (),
) -> Iterator[ReadResult]:
    """Give the rows of a company file one by one; a damaged file raises UnreadableFileError on the way.

    `numbers` holds what a person chose for rows of an ordinary list that have no number, by row; `clears` the fields
    of which an empty cell takes the stored value away.
    """
    if file_format is FileFormat.BOLAGSVERKET:
        return read_bolagsverket(path, include_sole_traders=include_sole_traders)
    if file_format is FileFormat.SCB:
        return read_scb(path, include_sole_traders=include_sole_traders)
    options: dict[str, Any] = {"mapping": mapping, "include_sole_traders": include_sole_traders}
    return read_table(path, file_format, numbers=numbers or {}, clears=clears, **options)
