"""Reads a filled-in workbook of a budget: its rows as values, and the cells that do not say what they must."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

from broker.companies.imports.errors import UnreadableFileError
from broker.companies.imports.xlsx import open_sheets
from broker.esf.budgets.amounts import to_ore
from broker.esf.budgets.lines import PARTICIPANTS, PERSONNEL
from broker.esf.budgets.sheet import BUDGET, COSTS, FINANCING, YES
from broker.esf.budgets.workbook import ABOUT, STATE_LABEL
from broker.sentences import N_, Sentence

_MOST_ROWS = 1000
_COLUMNS = 15
_END = "Förutsättningar som kan ändras"
_LARGEST = Decimal(10) ** 12
# A row of the sheet with its number, as plain data that a form can carry from the preview to the saving.
Raw = list[list[Any]]


@dataclass(frozen=True)
class Words:
    """What the words of the file mean in this project, as the file was written."""

    beneficiaries: Mapping[str, int]
    actors: Mapping[str, int]
    cost_types: Mapping[str, str]
    kinds: Mapping[str, str]
    rates: frozenset[str]


@dataclass
class ReadRow:
    """One row of the file: which row of ours it is, and what it is to say."""

    number: int
    row_id: int | None
    values: dict[str, Any]


@dataclass
class Reading:
    """The rows of a file, and what is wrong in which cell."""

    costs: list[ReadRow] = field(default_factory=list)
    financing: list[ReadRow] = field(default_factory=list)
    faults: list[Sentence] = field(default_factory=list)


class NoBudgetError(ValueError):
    """The file is no workbook of a budget."""

    def __init__(self) -> None:
        super().__init__(Sentence(N_("Välj en budgetfil som är hämtad här. Den har bladen Budget och Om filen.")))


def read_raw(path: Path) -> tuple[Raw, str]:
    """Give the rows of the budget and the state that the file was made of, or raise NoBudgetError."""
    try:
        with open_sheets(path) as sheets:
            if not {BUDGET, ABOUT} <= set(sheets.names()):
                raise NoBudgetError
            state = next((str(row[1]) for _number, row in sheets.rows(ABOUT) if row[0] == STATE_LABEL), "")
            rows = [
                [number, *(_plain(value) for value in row[:_COLUMNS])]
                for number, row in sheets.rows(BUDGET, last_row=_MOST_ROWS)
            ]
    except UnreadableFileError as error:
        raise NoBudgetError from error
    return rows, state


def read_budget(raw: Raw, words: Words) -> Reading:
    """Read costs and contributions; every cell that cannot be understood is named with what to do."""
    reading = Reading()
    part = ""
    for number, *cells in raw:
        row = [*cells, *[None] * (_COLUMNS - len(cells))]
        if row[1:4] == list(COSTS[1:4]):
            part = "costs"
        elif row[1:4] == list(FINANCING[1:4]):
            part = "financing"
        elif row[0] == _END:
            break
        elif part and any(_text(row[place]) for place in (1, 2, 3)) and row[0] != "Medfinansiering":
            reader = _RowReader(int(number), row, reading.faults)
            if part == "costs":
                reading.costs.append(_read_cost(reader, words))
            else:
                reading.financing.append(_read_contribution(reader, words))
    return reading


class _RowReader:
    """The cells of one row by their columns; what is wrong is noted with the cell."""

    def __init__(self, number: int, cells: Sequence[Any], faults: list[Sentence]) -> None:
        self.number, self._cells, self._faults = number, cells, faults

    def fault(self, column: str, sentence: str, **facts: str) -> None:
        self._faults.append(Sentence(sentence, {"cell": f"{BUDGET}!{column}{self.number}", **facts}))

    def text(self, column: str) -> str:
        return _text(self._cells[ord(column) - ord("A")])

    def number_in(self, column: str) -> Decimal | None:
        text = "".join(self.text(column).split()).replace(",", ".")
        if not text:
            return None
        try:
            number = Decimal(text)
        except InvalidOperation:
            number = Decimal("NaN")
        if not number.is_finite() or not 0 <= number < _LARGEST:
            self.fault(column, N_("%(cell)s: skriv ett tal från 0 och uppåt."))
            return None
        return number

    def day_in(self, column: str) -> date | None:
        text = self.text(column)
        try:
            return date.fromisoformat(text[:10]) if text else None
        except ValueError:
            self.fault(column, N_("%(cell)s: skriv dagen som 2026-03-01."))
            return None

    def chosen(self, column: str, choices: Mapping[str, Any], sentence: str) -> Any:
        text = self.text(column)
        if text not in choices:
            self.fault(column, sentence, choices=", ".join(choices))
            return None
        return choices[text]

    @property
    def row_id(self) -> int | None:
        number = self.number_in("O")
        return int(number) if number else None


def _read_cost(reader: _RowReader, words: Words) -> ReadRow:
    kind = reader.chosen("C", words.cost_types, N_("%(cell)s: skriv ett av kostnadsslagen %(choices)s."))
    is_staff = kind == PERSONNEL
    share = reader.number_in("J") if is_staff else None
    if share is not None and share > 1:
        reader.fault("J", N_("%(cell)s: skriv en andel av heltid på högst 100 procent."))
    rate = reader.text("L") or None if is_staff else None
    if is_staff and rate not in words.rates:
        reader.fault("L", N_("%(cell)s: skriv en enhetskostnad som står på bladet Priser."))
    persons = reader.number_in("K")
    if not reader.text("D"):
        reader.fault("D", N_("%(cell)s: skriv vad raden gäller."))
    values = {
        "actor_id": reader.chosen("B", words.beneficiaries, N_("%(cell)s: skriv en av stödmottagarna %(choices)s.")),
        "cost_type": kind,
        "title": reader.text("D"),
        "rate_id": rate,
        "hours": _two(reader.number_in("F")) if is_staff and share is None else None,
        "share": share.quantize(Decimal("0.0001")) if share else None,
        "persons": max(1, int(persons or 1)),
        "amount_kr": None if is_staff else _two(reader.number_in("H")),
        "starts_on": reader.day_in("M"),
        "ends_on": reader.day_in("N"),
    }
    return ReadRow(reader.number, reader.row_id, values)


def _read_contribution(reader: _RowReader, words: Words) -> ReadRow:
    kind = reader.chosen("C", words.kinds, N_("%(cell)s: skriv ett av slagen %(choices)s."))
    is_time = kind == PARTICIPANTS
    follows = is_time and reader.text("J").casefold() == YES
    name = reader.text("B")
    if not reader.text("D"):
        reader.fault("D", N_("%(cell)s: skriv vad raden gäller."))
    values = {
        "actor_id": words.actors.get(name),
        "contributor": None if name in words.actors else name or None,
        "kind": kind,
        "title": reader.text("D"),
        "hours": _two(reader.number_in("F")) if is_time and not follows else None,
        "follows_groups": follows,
        "amount_kr": None if is_time else _two(reader.number_in("H")),
        "starts_on": reader.day_in("M"),
        "ends_on": reader.day_in("N"),
    }
    return ReadRow(reader.number, reader.row_id, values)


def _two(number: Decimal | None) -> Decimal | None:
    return None if number is None else to_ore(number)


def _text(value: Any) -> str:
    return "" if value is None else str(value).strip()


def _plain(value: Any) -> Any:
    """Give a cell as what a form can carry: a number as it is shown, a day as 2026-03-01."""
    match value:
        case datetime():
            return value.date().isoformat()
        case date():
            return value.isoformat()
        case float():
            return str(int(value)) if value.is_integer() else f"{value:.6f}".rstrip("0")
        case None | str():
            return value
    return str(value)


def ids(rows: Iterable[ReadRow]) -> set[int]:
    """Give which rows of ours a file still has."""
    return {row.row_id for row in rows if row.row_id}
