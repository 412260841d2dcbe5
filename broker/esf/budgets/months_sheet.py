"""The sheet Månader: every row spread over its months by formulas, and what that comes to for each beneficiary."""

from collections.abc import Iterable, Sequence
from datetime import datetime, time
from decimal import Decimal

from xlsxwriter import Workbook
from xlsxwriter.utility import xl_col_to_name

from broker.esf.budgets.cells import Cell, Formats, Formula, write_row, write_text
from broker.esf.budgets.lines import BudgetLine, CoFinancingLine
from broker.esf.budgets.months import MonthFigures
from broker.esf.budgets.sheet import (
    BUDGET,
    HOURS_WORD,
    IN_KIND_WORD,
    MONTHS,
    OTHER_WORD,
    REVENUE_WORD,
    STAFF_WORD,
    BudgetSheet,
    month_number,
    span,
)
from broker.esf.budgets.spreading import spread
from broker.esf.exports.material import BudgetMaterial

_FIRST = 3  # The column of the first month, after number, name and sum.
_NOTHING = Decimal("0.00")
_PARTS = (
    ("Personal", "personnel", STAFF_WORD),
    ("Schablon", "flat_rate_cost", ""),
    ("Övriga kostnader", "other_costs", OTHER_WORD),
    ("Intäkter", "revenue", REVENUE_WORD),
    ("Projektets kostnad", "direct_cost", ""),
)


class MonthsSheet:
    """The months being written: one column for each, one row for each row of the budget, and sums below."""

    def __init__(self, workbook: Workbook, budget: BudgetMaterial, notice: str, formats: Formats) -> None:
        self.sheet = workbook.add_worksheet(MONTHS)
        self.budget, self.notice, self.formats = budget, notice, formats
        self.months = sorted({row.month for row in budget.months})
        self.figures = {(row.beneficiary, row.month): row.figures for row in budget.months}
        self.row = 0

    def write(self, written: BudgetSheet) -> None:
        """Write the months of the budget that stands on its own sheet."""
        write_text(self.sheet, 0, 0, self.notice, self.formats.bold)
        self.sheet.set_column(0, 0, 12)
        self.sheet.set_column(1, 1, 40)
        self.sheet.set_column(2, _FIRST + len(self.months), 15)
        for column, title in enumerate(("Delbudget nr", "Rad", "Summa")):
            write_text(self.sheet, 1, column, title, self.formats.header)
        for column, month in enumerate(self.months, start=_FIRST):
            self.sheet.write_datetime(1, column, datetime.combine(month, time()), self.formats.month)
        self.sheet.freeze_panes(2, _FIRST)
        self.row = 2
        numbers: list[Cell] = [month_number(month) for month in self.months]
        self._write(("", "Månad som tal", None, *numbers))
        self.costs = self._lines(self.budget.lines, written.costs)
        self.financing = self._lines(self.budget.cofinancing, written.financing)
        whole: list[tuple[int, ...]] = []
        self.row += 1
        for number, sub in enumerate(self.budget.result.sub_budgets, start=1):
            whole.append(self._beneficiary(number, sub.beneficiary, written))
        self._together(whole, written)

    def _lines(self, lines: Sequence[BudgetLine | CoFinancingLine], rows: tuple[int, int]) -> tuple[int, int]:
        """Write the months of each row, also of those that are empty so far, and give the numbers of the rows."""
        first = self.row + 1
        for place, number in enumerate(range(rows[0], rows[1] + 1)):
            line = lines[place] if place < len(lines) else None
            parts = spread(line.total, line.period or self.budget.period) if line else {}
            title: Cell = Formula(f'=IF({BUDGET}!D{number}="","",{BUDGET}!D{number})', line.title if line else "")
            self._spread_row(number, title, [parts.get(month, _NOTHING) for month in self.months])
        return first, self.row

    def _spread_row(self, number: int, title: Cell, amounts: Sequence[Decimal]) -> None:
        def reached(column: str, more: int) -> str:
            place = f"({column}$3+{more}-{BUDGET}!$P{number})/({BUDGET}!$Q{number}-{BUDGET}!$P{number})"
            return f"ROUND(N({BUDGET}!$H{number})*MEDIAN(0,1,{place}),2)"

        cells = [
            Formula(f"=ROUND({reached(column, 1)}-{reached(column, 0)},2)", amount)
            for column, amount in zip(self._columns(), amounts, strict=True)
        ]
        self._write((None, title, self._sum(amounts), *cells))

    def _beneficiary(self, number: int, name: str, written: BudgetSheet) -> tuple[int, ...]:
        """Write the five rows of a beneficiary and give their numbers."""
        rows = tuple(self.row + 1 + place for place in range(len(_PARTS)))
        for title, attribute, word in _PARTS:
            amounts = self._amounts(name, attribute)
            match attribute:
                case "flat_rate_cost":
                    formulas = [self._flat(column, rows[0]) for column in self._columns()]
                case "direct_cost":
                    formulas = [
                        f"=ROUND({column}{rows[0]}+{column}{rows[1]}+{column}{rows[2]}-{column}{rows[3]},2)"
                        for column in self._columns()
                    ]
                case _:
                    formulas = [self._matching(column, number, word, written) for column in self._columns()]
            cells = [Formula(text, amount) for text, amount in zip(formulas, amounts, strict=True)]
            self._write((number, f"{title}: {name}", self._sum(amounts), *cells))
        return rows

    def _flat(self, column: str, personnel: int) -> str:
        first = xl_col_to_name(_FIRST)
        so_far = f"ROUND(Schablon*SUM(${first}{personnel}:{column}{personnel}),2)"
        if column == first:
            return f"={so_far}"
        before = xl_col_to_name(self._columns().index(column) + _FIRST - 1)
        return f"=ROUND({so_far}-ROUND(Schablon*SUM(${first}{personnel}:{before}{personnel}),2),2)"

    def _matching(self, column: str, number: int, word: str, written: BudgetSheet) -> str:
        numbers, words = (f"{BUDGET}!{span(letter, written.costs)}" for letter in "AE")
        amounts = f"{column}${self.costs[0]}:{column}${self.costs[1]}"
        return f'=ROUND(SUMIFS({amounts},{numbers},{number},{words},"{word}"),2)'

    def _together(self, whole: Sequence[tuple[int, ...]], written: BudgetSheet) -> None:
        """Write what all beneficiaries spend, what is brought in kind, and both together."""
        words = f"{BUDGET}!{span('E', written.financing)}"
        rows: dict[str, int] = {}
        for place, (title, attribute, _word) in enumerate(_PARTS):
            rows[attribute] = self.row + 1
            formulas = [
                "=" + ("+".join(f"{column}{numbers[place]}" for numbers in whole) or "0") for column in self._columns()
            ]
            self._total(title, attribute, formulas)
        brought = [f"{column}${self.financing[0]}:{column}${self.financing[1]}" for column in self._columns()]
        rows["in_kind"] = self.row + 1
        in_kind = [
            f'=ROUND(SUMIFS({cells},{words},"{HOURS_WORD}")+SUMIFS({cells},{words},"{IN_KIND_WORD}"),2)'
            for cells in brought
        ]
        self._total("Deltagartid och annat än pengar", "in_kind", in_kind)
        direct, kind = rows["direct_cost"], rows["in_kind"]
        total = [f"=ROUND({column}{direct}+{column}{kind},2)" for column in self._columns()]
        self._total("Total kostnad", "total_cost", total)

    def _total(self, title: str, attribute: str, formulas: Sequence[str]) -> None:
        amounts = self._amounts("", attribute)
        cells = [Formula(text, amount) for text, amount in zip(formulas, amounts, strict=True)]
        self._write((None, f"{title}: alla", self._sum(amounts), *cells))

    def _amounts(self, name: str, attribute: str) -> list[Decimal]:
        nothing = MonthFigures()
        return [getattr(self.figures.get((name, month), nothing), attribute) for month in self.months]

    def _sum(self, amounts: Iterable[Decimal]) -> Formula:
        first, last = xl_col_to_name(_FIRST), xl_col_to_name(_FIRST + max(len(self.months), 1) - 1)
        return Formula(f"=ROUND(SUM({first}{self.row + 1}:{last}{self.row + 1}),2)", sum(amounts, _NOTHING))

    def _columns(self) -> list[str]:
        return [xl_col_to_name(_FIRST + place) for place in range(len(self.months))]

    def _write(self, cells: Sequence[Cell]) -> None:
        write_row(self.sheet, self.row, cells, self.formats)
        self.row += 1
