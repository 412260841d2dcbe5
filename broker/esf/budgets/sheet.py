"""The sheet Budget: the template's formulas as formulas, so that changed hours and prices recompute it."""

from collections.abc import Sequence
from decimal import Decimal

from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from broker.esf.budgets.cells import Cell, Formats, Formula, write_row, write_text
from broker.esf.budgets.lines import PARTICIPANTS, PERSONNEL, REVENUE, BudgetLine, CoFinancingLine, SubBudget
from broker.esf.exports.material import Material

_COSTS = (
    "Delbudget nr",
    "Stödmottagare",
    "Kostnadsslag",
    "Rad",
    "Räknas som",
    "Timmar",
    "Pris per timme, kr",
    "Belopp, kr",
    "Källor",
)
_FINANCING = ("", "Aktör", "Slag", "Rad", *_COSTS[4:])
_SUBS = (
    "Delbudget nr",
    "Stödmottagare",
    "Personal",
    "Schablon",
    "Övriga kostnader",
    "Intäkter",
    "Projektets kostnad",
)
_WIDTHS = (14, 30, 30, 34, 22, 16, 18, 20, 12)
_COUNTED_AS = {PERSONNEL: "Personal", REVENUE: "Intäkt"}
_OTHER, _HOURS, _IN_KIND, _OWN = "Övrigt", "Deltagartid", "Annat än pengar", "Egen andel"


def write_budget(sheet: Worksheet, material: Material, formats: Formats) -> None:
    """Write lines, co-financing, assumptions, sub-budgets and totals below each other."""
    _BudgetSheet(sheet, material, formats).write()


class _BudgetSheet:
    """One sheet being written from the top; each part remembers the cells that later formulas point at."""

    def __init__(self, sheet: Worksheet, material: Material, formats: Formats) -> None:
        self.sheet, self.formats = sheet, formats
        self.budget, self.result = material.budget, material.budget.result
        self.notice = material.notice
        self.row = 0

    def write(self) -> None:
        for column, width in enumerate(_WIDTHS):
            self.sheet.set_column(column, column, width)
        self._title(self.notice)
        self._header(_COSTS)
        self.sheet.freeze_panes(2, 0)
        self.sheet.repeat_rows(0, 1)
        self.costs = self._rows([self._cost_cells(line) for line in self.budget.lines])
        self._title("Medfinansiering")
        self._header(_FINANCING)
        self.financing = self._rows([self._financing_cells(line) for line in self.budget.cofinancing])
        self._title("Förutsättningar som kan ändras")
        self.flat_rate = self._value("Schablon på personalkostnaden", self.result.flat_rate, self.formats.share)
        self.share = self._value("Medfinansieringens andel", self.result.cofinancing_rate, self.formats.share)
        self.participants = self._value("Antal deltagare", self.result.participants)
        self.row += 1
        self._title("Delbudgetar")
        self._header(_SUBS)
        self.subs = self._rows([self._sub_cells(*numbered) for numbered in enumerate(self.result.sub_budgets, 1)])
        self._title("Summor")
        self._totals()

    def _title(self, text: str) -> None:
        write_text(self.sheet, self.row, 0, text, self.formats.bold)
        self.row += 1

    def _header(self, titles: Sequence[str]) -> None:
        for column, title in enumerate(titles):
            write_text(self.sheet, self.row, column, title, self.formats.header)
        self.row += 1

    def _rows(self, rows: Sequence[Sequence[Cell]]) -> tuple[int, int]:
        """Write the rows and give the numbers of the first and last; an empty part keeps one blank row."""
        first = self.row + 1
        for cells in rows:
            write_row(self.sheet, self.row, _at_row(cells, self.row + 1), self.formats)
            self.row += 1
        last = max(first, self.row)
        self.row = last + 1
        return first, last

    def _value(self, label: str, value: Cell, look: Format | None = None) -> str:
        """Write a label with its value and give the value's cell."""
        write_row(self.sheet, self.row, (label, "", "", value), self.formats, look)
        self.row += 1
        return f"$D${self.row}"

    def _cost_cells(self, line: BudgetLine) -> Sequence[Cell]:
        names = [sub.beneficiary for sub in self.result.sub_budgets]
        return (
            names.index(line.beneficiary) + 1,
            line.beneficiary,
            self.budget.cost_type_titles.get(line.cost_type, line.cost_type),
            line.title,
            _COUNTED_AS.get(line.cost_type, _OTHER),
            *_amount_cells(line),
        )

    def _financing_cells(self, line: CoFinancingLine) -> Sequence[Cell]:
        in_kind = _HOURS if line.kind == PARTICIPANTS else _IN_KIND
        return (
            None,
            line.actor,
            self.budget.cofinancing_titles.get(line.kind, line.kind),
            line.title,
            in_kind if line.kind in self.budget.adds_to_total else _OWN,
            *_amount_cells(line),
        )

    def _sub_cells(self, number: int, sub: SubBudget) -> Sequence[Cell]:
        """Sub-budgets are matched by number, for a name could hold the wildcards of SUMIFS."""
        return (
            number,
            sub.beneficiary,
            Formula(self._sum_costs("Personal"), sub.personnel),
            Formula(f"=ROUND({self.flat_rate}*C{{row}},2)", sub.flat_rate_cost),
            Formula(self._sum_costs(_OTHER), sub.other_costs),
            Formula(self._sum_costs("Intäkt"), sub.revenue),
            Formula("=C{row}+D{row}+E{row}-F{row}", sub.direct_cost),
        )

    def _sum_costs(self, counted_as: str) -> str:
        numbers, kinds, amounts = (_span(column, self.costs) for column in "AEH")
        return f'=SUMIFS({amounts},{numbers},A{{row}},{kinds},"{counted_as}")'

    def _sum_financing(self, column: str, counted_as: str) -> str:
        return f'SUMIFS({_span(column, self.financing)},{_span("E", self.financing)},"{counted_as}")'

    def _totals(self) -> None:
        result = self.result
        for label, column, value in (
            ("Personal (P)", "C", result.personnel),
            ("Schablon (I)", "D", result.flat_rate_cost),
            ("Övriga kostnader", "E", result.other_costs),
            ("Intäkter", "F", result.revenue),
        ):
            self._value(label, Formula(f"=SUM({_span(column, self.subs)})", value))
        direct = self._value("Projektets kostnad (D)", Formula(f"=SUM({_span('G', self.subs)})", result.direct_cost))
        hour_cost = self._sum_financing("H", _HOURS)
        in_kind_formula = f"={hour_cost}+{self._sum_financing('H', _IN_KIND)}"
        in_kind = self._value("Deltagartid och annat än pengar (W)", Formula(in_kind_formula, result.in_kind))
        total = self._value("Total kostnad (T)", Formula(f"={direct}+{in_kind}", result.total_cost))
        shown_formula = f"=ROUND({self.share}*{total},2)"
        shown = self._value("Medfinansiering (C)", Formula(shown_formula, result.cofinancing))
        owner = self._value("Projektägarens andel (K)", Formula(f"={shown}-{in_kind}", result.owner_share))
        support = self._value("Sökt ESF-stöd (S)", Formula(f"={total}-{shown}", result.support))
        self._value(
            "Kontroll, ska vara noll (S + K - D)",
            Formula(f"=ROUND({support}+{owner}-{direct},2)", Decimal(0)),
        )
        self._ratios(direct, in_kind, total, hour_cost)

    def _ratios(self, direct: str, in_kind: str, total: str, hour_cost: str) -> None:
        result, hours = self.result, self._sum_financing("F", _HOURS)
        if result.hours_missing is not None and result.participant_hours:
            wanted = f"{self.share}*{direct}/(1-{self.share})-{in_kind}"
            missing = f"=MAX(0,ROUNDDOWN(({wanted})/({hour_cost}/{hours}),2))"
            self._value("Saknade deltagartimmar till K = 0", Formula(missing, result.hours_missing))
        if result.cost_per_participant is not None:
            each = Formula(f"=ROUND({total}/{self.participants},2)", result.cost_per_participant)
            self._value("Total kostnad per deltagare", each)
        if result.cost_per_hour is not None:
            self._value("Total kostnad per deltagartimme", Formula(f"=ROUND({total}/{hours},2)", result.cost_per_hour))


def _amount_cells(line: BudgetLine | CoFinancingLine) -> Sequence[Cell]:
    sources = ", ".join(str(number) for number in line.sources)
    if line.amount is None:
        product = Formula("=ROUND(F{row}*G{row},2)", line.total)
        return line.hours or Decimal(0), line.unit_cost or Decimal(0), product, sources
    return line.hours, line.unit_cost, line.total, sources


def _at_row(cells: Sequence[Cell], number: int) -> list[Cell]:
    """Fill in the number of the row in our own formulas; texts are left as they are."""
    return [
        Formula(cell.text.replace("{row}", str(number)), cell.value) if isinstance(cell, Formula) else cell
        for cell in cells
    ]


def _span(column: str, rows: tuple[int, int]) -> str:
    return f"${column}${rows[0]}:${column}${rows[1]}"
