"""What is to be imported and how, and how each row ended."""

from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from broker.companies.imports.changes import Change
from broker.companies.imports.formats import FileFormat
from broker.companies.imports.reader import read_rows
from broker.companies.imports.rows import CompanyRow, ReadResult, Refusal, portions
from broker.sentences import N_

SOURCES = {FileFormat.BOLAGSVERKET: "Bolagsverket", FileFormat.SCB: "SCB"}
READING, STORING = N_("Läser filen"), N_("Sparar")
_REFUSALS_SHOWN = 500

# Told how many rows are done, how many there are (0 while unknown), and what is going on.
Tell = Callable[[int, int, str], None]


@dataclass(frozen=True)
class ImportPlan:
    """One file to import and how: what its columns mean, what to do with rows that cannot be used."""

    path: Path
    file_name: str
    file_format: FileFormat
    mapping: dict[str, str] | None = None
    skip_refused: bool = False
    include_sole_traders: bool = False
    is_dry_run: bool = False
    # The numbers that a person chose for rows without one, by row.
    numbers: Mapping[int, str] = field(default_factory=dict)
    # The fields of which an empty cell takes the stored value away.
    clears: Collection[str] = ()
    # The fields where the list wins over what somebody here has written by hand.
    takes: Collection[str] = ()
    # Whose rows are kept for the page of the result; without a job they are only counted.
    job_id: int | None = None

    @property
    def is_register(self) -> bool:
        """Tell whether the file is one of the national registers."""
        return self.file_format in SOURCES

    def chunks(self, size: int) -> Iterator[list[ReadResult]]:
        """Give the file's rows, so many at a time."""
        options: dict[str, Any] = {"numbers": self.numbers, "clears": self.clears}
        rows = read_rows(self.path, self.file_format, self.mapping, self.include_sole_traders, **options)
        return portions(rows, size)


@dataclass
class ImportResult:
    """How each row of a file ended."""

    new: int = 0
    changed: int = 0
    unchanged: int = 0
    conflict: int = 0
    # How many rows each field has kept ours in.
    conflicts: Counter[str] = field(default_factory=Counter)
    skipped: Counter[str] = field(default_factory=Counter)
    refused: int = 0
    refusals: list[Refusal] = field(default_factory=list)
    is_stored: bool = False

    @property
    def rows(self) -> int:
        """Give how many rows have been judged."""
        return self.new + self.changed + self.unchanged + self.conflict + self.refused + self.skipped.total()

    def companies_of(self, chunk: list[ReadResult]) -> list[CompanyRow]:
        """Give the rows that can be used, and count the others."""
        companies: list[CompanyRow] = []
        for row in chunk:
            if isinstance(row, CompanyRow):
                companies.append(row)
            elif isinstance(row, Refusal):
                self._refuse(row)
            else:
                self.skipped[row.reason.value] += 1
        return companies

    def count(self, outcome: str, changes: Collection[Change] = ()) -> None:
        """Count one usable row as new, changed, unchanged or in conflict with what is written here."""
        setattr(self, outcome, getattr(self, outcome) + 1)
        self.conflicts.update(change.name for change in changes if change.by_hand_on)

    def as_facts(self) -> dict[str, Any]:
        """Give the result as plain data."""
        return {
            "new": self.new,
            "changed": self.changed,
            "unchanged": self.unchanged,
            "conflict": self.conflict,
            "conflicts": dict(self.conflicts),
            "skipped": dict(self.skipped),
            "refused": self.refused,
            "refusals": [
                [row.row, row.column, row.message.as_stored(), row.name, row.lacks_number] for row in self.refusals
            ],
            "is_stored": self.is_stored,
        }

    def _refuse(self, row: Refusal) -> None:
        self.refused += 1
        if len(self.refusals) < _REFUSALS_SHOWN:
            self.refusals.append(row)
