"""What is to be imported and how, and how each row ended."""

from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field
from operator import attrgetter
from pathlib import Path
from typing import Any

from broker.companies.imports.book import Book
from broker.companies.imports.changes import Change
from broker.companies.imports.formats import FileFormat
from broker.companies.imports.people_book import PeopleBook
from broker.companies.imports.people_table import read_people
from broker.companies.imports.reader import read_rows
from broker.companies.imports.rows import ReadResult, Refusal, Skipped, portions
from broker.companies.models import LegalBasis
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
    # A list of contact persons, one row for each, and not of companies.
    is_people: bool = False
    # Where the details of people come from and on which ground they are kept, where the row does not say it.
    source: str | None = None
    legal_basis: LegalBasis = LegalBasis.PUBLIC_TASK
    # Whose rows are kept for the page of the result; without a job they are only counted.
    job_id: int | None = None

    @property
    def is_register(self) -> bool:
        """Tell whether the file is one of the national registers."""
        return self.file_format in SOURCES

    def chunks(self, size: int) -> Iterator[list[ReadResult]]:
        """Give the file's rows, so many at a time."""
        if self.is_people:
            return portions(read_people(self.path, self.file_format, self.mapping, clears=self.clears), size)
        options: dict[str, Any] = {"numbers": self.numbers, "clears": self.clears}
        rows = read_rows(self.path, self.file_format, self.mapping, self.include_sole_traders, **options)
        return portions(rows, size)

    def book(self, rows: list[Any]) -> Book | PeopleBook:
        """Give a portion of usable rows beside what is known."""
        source = self.source or self.file_name
        how: dict[str, Any] = {"source": source, "takes": self.takes, "legal_basis": self.legal_basis}
        return PeopleBook(rows, **how) if self.is_people else Book(rows, **how)


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

    def usable_of(self, chunk: list[ReadResult]) -> list[Any]:
        """Give the rows that can be used, and count the others."""
        usable: list[Any] = []
        for row in chunk:
            if isinstance(row, Refusal):
                self.refuse(row)
            elif isinstance(row, Skipped):
                self.skipped[row.reason.value] += 1
            else:
                usable.append(row)
        return usable

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
                [row.row, row.column, row.message.as_stored(), row.name, row.lacks_number]
                for row in sorted(self.refusals, key=attrgetter("row"))
            ],
            "is_stored": self.is_stored,
        }

    def refuse(self, row: Refusal) -> None:
        """Count a row that cannot be used, and keep the first of them for the page."""
        self.refused += 1
        if len(self.refusals) < _REFUSALS_SHOWN:
            self.refusals.append(row)
