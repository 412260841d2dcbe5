"""The sheets of the budget: the template's formulas as formulas, so that changed cells recompute everything."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.utility import quote_sheetname

from broker.esf.budgets.cells import Cell, Formats, Formula, write_row, write_text
from broker.esf.budgets.lines import (
    PARTICIPANTS,
    PERSONNEL,
    REVENUE,
    BudgetLine,
    CoFinancingLine,
    CompanyShare,
    SubBudget,
)
from broker.esf.budgets.spreading import Period
from broker.esf.exports.material import BudgetMaterial

BUDGET, PRICES, MONTHS = "Budget", "Priser", "Månader"
COSTS = (
    "Delbudget nr",
    "Stödmottagare",
    "Kostnadsslag",
    "Rad",
    "Räknas som",
    "Timmar",
    "Pris per timme, kr",
    "Belopp, kr",
    "Källor",
    "Andel av heltid",
    "Personer",
    "Enhetskostnad",
    "Första dag",
    "Sista dag",
    "Rad-id",
    "Från månad",
    "Till månad",
)
FINANCING = (
    "",
    "Aktör",
    "Slag",
    "Rad",
    *COSTS[4:9],
    "Följer grupperna",
    "",
    *COSTS[11:],
)
_SUBS = (
    "Delbudget nr",
    "Stödmottagare",
    "Personal",
    "Schablon",
    "Övriga kostnader",
    "Intäkter",
    "Projektets kostnad",
)
_COMPANIES = ("Delbudget nr", "Stödmottagare", "Företag", "Åtagande", "", "Timmar", "Pris per timme, kr", "Belopp, kr")
_WIDTHS = (14, 30, 30, 34, 20, 14, 14, 18, 10, 12, 10, 30, 12, 12, 8, 10, 10)
STAFF_WORD, OTHER_WORD, REVENUE_WORD = "Personal", "Övrigt", "Intäkt"
HOURS_WORD, IN_KIND_WORD, OWN_WORD = "Deltagartid", "Annat än pengar", "Egen andel"
YES = "ja"
# Rows that are ready for more costs and contributions; they count as nothing until something is written.
_EMPTY_COSTS, _EMPTY_FINANCING = 12, 6
_FIRST_PRICE = 3


class BudgetSheet:
    """One sheet being written from the top; each part remembers the cells that later formulas point at."""

    def __init__(self, workbook: Workbook, budget: BudgetMaterial, notice: str, formats: Formats) -> None:
        self.workbook, self.formats, self.notice = workbook, formats, notice
        self.sheet = workbook.add_worksheet(BUDGET)
        self.budget, self.result = budget, budget.result
        self.names = [sub.beneficiary for sub in self.result.sub_budgets]
        self.row = 0

    def write(self) -> None:
        """Write lines, co-financing, assumptions, sub-budgets and totals below each other."""
        for column, width in enumerate(_WIDTHS):
            self.sheet.set_column(column, column, width)
        self._title(self.notice)
        self._header(COSTS)
        self.sheet.freeze_panes(2, 0)
        self.sheet.repeat_rows(0, 1)
        costs = [self._cost_cells(line) for line in self.budget.lines]
        self.costs = self._rows([*costs, *[self._empty_cost()] * _EMPTY_COSTS])
        self._title("Medfinansiering")
        self._header(FINANCING)
        financing = [self._financing_cells(line) for line in self.budget.cofinancing]
        self.financing = self._rows([*financing, *[self._empty_financing()] * _EMPTY_FINANCING])
        self._assumptions()
        self._title("Delbudgetar")
        self._header(_SUBS)
        self.subs = self._rows([self._sub_cells(*numbered) for numbered in enumerate(self.result.sub_budgets, 1)])
        self._companies()
        self._title("Summor")
        self._totals()

    def _companies(self) -> None:
        """Write a row for each company under its beneficiary; the sums have the same hours in a row of their own."""
        if not self.budget.companies:
            return
        self._title("Företag under delbudgetarna")
        self._header(_COMPANIES)
        self._rows([self._company_cells(row) for row in self.budget.companies])

    def _assumptions(self) -> None:
        self._title("Förutsättningar som kan ändras")
        self._named("Schablon på personalkostnaden", "Schablon", self.result.flat_rate, self.formats.share)
        share = self.result.cofinancing_rate
        self._named("Medfinansieringens andel", "Medfinansieringsandel", share, self.formats.share)
        self._named("Antal deltagare", "Antal_deltagare", self.result.participants)
        self._named("Heltid, timmar per år", "Heltidstimmar", self.budget.hours_per_year)
        self._named("Projektets första dag", "Projektstart", self.budget.period.starts_on)
        self._named("Projektets sista dag", "Projektslut", self.budget.period.ends_on)
        start, end = _positions(self.budget.period)
        self._named("Projektets första månad, i månader", "Projektets_start", Formula(_from("Projektstart"), start))
        self._named("Projektets sista månad, i månader", "Projektets_slut", Formula(_to("Projektslut"), end))
        self.row += 1

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
            write_row(self.sheet, self.row, _at_row(cells, self.row + 1), self.formats, shares=(9,))
            self.row += 1
        last = max(first, self.row)
        self.row = last + 1
        return first, last

    def _named(self, label: str, name: str, value: Cell, look: Format | None = None) -> str:
        """Write a label with its value, name the value's cell, and give the name."""
        write_row(self.sheet, self.row, (label, "", "", value), self.formats, look)
        self.row += 1
        self.workbook.define_name(name, f"={quote_sheetname(BUDGET)}!$D${self.row}")
        return name

    def _cost_cells(self, line: BudgetLine) -> Sequence[Cell]:
        return (
            self.names.index(line.beneficiary) + 1,
            line.beneficiary,
            self.budget.cost_type_titles.get(line.cost_type, line.cost_type),
            line.title,
            Formula(self._counted_cost(), _counted_as(line.cost_type)),
            *self._amount_cells(line),
            line.share,
            line.persons,
            line.rate_id,
            *self._day_cells(line),
        )

    def _empty_cost(self) -> Sequence[Cell]:
        # Compared one by one: a name may hold what a search would take for a wildcard.
        number = 'IF(B{row}="","",SUMPRODUCT((Stodmottagare=B{row})*Stodmottagare_nr))'
        return (
            Formula(f"={number}", ""),
            "",
            "",
            "",
            Formula(self._counted_cost(), ""),
            None,
            self._price(Decimal(0)),
            Formula(f'=IF(E{{row}}="{STAFF_WORD}",ROUND(N(F{{row}})*G{{row}},2),0)', Decimal(0)),
            *(None,) * 7,
            *self._positions_of(None),
        )

    def _financing_cells(self, line: CoFinancingLine) -> Sequence[Cell]:
        return (
            None,
            line.actor,
            self.budget.cofinancing_titles.get(line.kind, line.kind),
            line.title,
            Formula(self._counted_financing(), self._counted_contribution(line.kind)),
            *self._amount_cells(line),
            YES if line.follows_groups else "",
            "",
            line.rate_id,
            *self._day_cells(line),
        )

    def _empty_financing(self) -> Sequence[Cell]:
        price = Formula(f'=IF(E{{row}}="{HOURS_WORD}",{self._lookup(PARTICIPANTS)},0)', Decimal(0))
        amount = Formula(f'=IF(E{{row}}="{HOURS_WORD}",ROUND(N(F{{row}})*G{{row}},2),0)', Decimal(0))
        counted = Formula(self._counted_financing(), "")
        empty = (None,) * 7
        return (None, "", "", "", counted, None, price, amount, *empty, *self._positions_of(None))

    def _amount_cells(self, line: BudgetLine | CoFinancingLine) -> Sequence[Cell]:
        sources = ", ".join(str(number) for number in line.sources)
        if line.amount is not None or (not line.rate_id and line.unit_cost is None):
            return line.hours, line.unit_cost, line.total, sources
        hours: Cell = line.hours or Decimal(0)
        if isinstance(line, BudgetLine) and line.share is not None:
            hours = Formula("=ROUND(J{row}*K{row}*Heltidstimmar*(Q{row}-P{row})/12,2)", line.hours or Decimal(0))
        price: Cell = line.unit_cost or Decimal(0)
        if self.budget.unit_costs.get(line.rate_id) == line.unit_cost and line.rate_id:
            price = self._price(line.unit_cost or Decimal(0))
        return hours, price, Formula("=ROUND(F{row}*G{row},2)", line.total), sources

    def _price(self, value: Decimal) -> Formula:
        return Formula('=IF(L{row}="",0,SUMPRODUCT((Priser_namn=L{row})*Priser_kr))', value)

    def _lookup(self, rate_id: str) -> str:
        return f'SUMPRODUCT((Priser_namn="{rate_id}")*Priser_kr)'

    def _day_cells(self, line: BudgetLine | CoFinancingLine) -> Sequence[Cell]:
        period = line.period if line.period != self.budget.period else None
        days = (period.starts_on, period.ends_on) if period else (None, None)
        return (*days, line.row_id or None, *self._positions_of(period))

    def _positions_of(self, period: Period | None) -> Sequence[Formula]:
        start, end = _positions(period or self.budget.period)
        return Formula(_from("M{row}", "Projektets_start"), start), Formula(_to("N{row}", "Projektets_slut"), end)

    def _counted_cost(self) -> str:
        titles = self.budget.cost_type_titles
        staff, revenue = (_quoted(titles.get(kind, kind)) for kind in (PERSONNEL, REVENUE))
        return (
            f'=IF(C{{row}}="","",IF(C{{row}}="{staff}","{STAFF_WORD}",'
            f'IF(C{{row}}="{revenue}","{REVENUE_WORD}","{OTHER_WORD}")))'
        )

    def _counted_financing(self) -> str:
        titles = self.budget.cofinancing_titles
        tests = "".join(
            f'IF(C{{row}}="{_quoted(titles.get(kind, kind))}","{HOURS_WORD if kind == PARTICIPANTS else IN_KIND_WORD}",'
            for kind in sorted(self.budget.adds_to_total)
        )
        closing = ")" * len(self.budget.adds_to_total)
        return f'=IF(C{{row}}="","",{tests}"{OWN_WORD}"{closing})'

    def _counted_contribution(self, kind: str) -> str:
        if kind not in self.budget.adds_to_total:
            return OWN_WORD
        return HOURS_WORD if kind == PARTICIPANTS else IN_KIND_WORD

    def _sub_cells(self, number: int, sub: SubBudget) -> Sequence[Cell]:
        """Sub-budgets are matched by number, for a name could hold the wildcards of SUMIFS."""
        return (
            number,
            sub.beneficiary,
            Formula(self._sum_costs(STAFF_WORD), sub.personnel),
            Formula("=ROUND(Schablon*C{row},2)", sub.flat_rate_cost),
            Formula(self._sum_costs(OTHER_WORD), sub.other_costs),
            Formula(self._sum_costs(REVENUE_WORD), sub.revenue),
            Formula("=C{row}+D{row}+E{row}-F{row}", sub.direct_cost),
        )

    def _company_cells(self, row: CompanyShare) -> Sequence[Cell]:
        number = self.names.index(row.beneficiary) + 1 if row.beneficiary in self.names else None
        is_known = row.unit_cost is not None
        price = Formula(f"={self._lookup(PARTICIPANTS)}", row.unit_cost or Decimal(0)) if is_known else None
        total = Formula("=ROUND(F{row}*G{row},2)", row.total or Decimal(0)) if is_known else None
        signed = "Undertecknat" if row.is_signed else "Saknas"
        return number, row.beneficiary, row.company, signed, "", row.hours, price, total

    def _sum_costs(self, counted_as: str) -> str:
        numbers, kinds, amounts = (span(column, self.costs) for column in "AEH")
        return f'=SUMIFS({amounts},{numbers},A{{row}},{kinds},"{counted_as}")'

    def _sum_financing(self, column: str, counted_as: str) -> str:
        return f'SUMIFS({span(column, self.financing)},{span("E", self.financing)},"{counted_as}")'

    def _totals(self) -> None:
        result = self.result
        for name, column in (("Stodmottagare", "B"), ("Stodmottagare_nr", "A")):
            self.workbook.define_name(name, f"={quote_sheetname(BUDGET)}!{span(column, self.subs)}")
        for label, name, column, value in (
            ("Personal (P)", "Summa_P", "C", result.personnel),
            ("Schablon (I)", "Summa_I", "D", result.flat_rate_cost),
            ("Övriga kostnader", "Summa_ovrigt", "E", result.other_costs),
            ("Intäkter", "Summa_intakter", "F", result.revenue),
            ("Projektets kostnad (D)", "Summa_D", "G", result.direct_cost),
        ):
            self._named(label, name, Formula(f"=SUM({span(column, self.subs)})", value))
        in_kind = f"={self._sum_financing('H', HOURS_WORD)}+{self._sum_financing('H', IN_KIND_WORD)}"
        for label, name, formula, value in (
            ("Deltagartid och annat än pengar (W)", "Summa_W", in_kind, result.in_kind),
            ("Total kostnad (T)", "Summa_T", "=Summa_D+Summa_W", result.total_cost),
            ("Medfinansiering (C)", "Summa_C", "=ROUND(Medfinansieringsandel*Summa_T,2)", result.cofinancing),
            ("Projektägarens andel (K)", "Summa_K", "=ROUND(Summa_C-Summa_W,2)", result.owner_share),
            ("Sökt ESF-stöd (S)", "Summa_S", "=ROUND(Summa_T-Summa_C,2)", result.support),
            ("Kontroll, ska vara noll (S + K - D)", "Kontroll", "=ROUND(Summa_S+Summa_K-Summa_D,2)", Decimal(0)),
        ):
            self._named(label, name, Formula(formula, value))
        self._ratios()

    def _ratios(self) -> None:
        result, hours = self.result, self._sum_financing("F", HOURS_WORD)
        if result.hours_missing is not None and result.participant_hours:
            price = f"({self._sum_financing('H', HOURS_WORD)}/{hours})"
            wanted = "(Medfinansieringsandel*Summa_D/(1-Medfinansieringsandel)-Summa_W)"
            missing = Formula(f"=MAX(0,ROUNDDOWN({wanted}/{price},2))", result.hours_missing)
            self._named("Saknade deltagartimmar till K = 0", "Saknade_timmar", missing)
        if result.cost_per_participant is not None:
            each = Formula("=ROUND(Summa_T/Antal_deltagare,2)", result.cost_per_participant)
            self._named("Total kostnad per deltagare", "Per_deltagare", each)
        if result.cost_per_hour is not None:
            each = Formula(f"=ROUND(Summa_T/{hours},2)", result.cost_per_hour)
            self._named("Total kostnad per deltagartimme", "Per_timme", each)


def write_prices(workbook: Workbook, budget: BudgetMaterial, notice: str, formats: Formats) -> None:
    """Write the call's unit costs, which the rows of the budget look up."""
    sheet = workbook.add_worksheet(PRICES)
    write_text(sheet, 0, 0, notice, formats.bold)
    for column, (title, width) in enumerate((("Enhetskostnad", 50), ("Kronor per timme", 18))):
        write_text(sheet, 1, column, title, formats.header)
        sheet.set_column(column, column, width)
    sheet.freeze_panes(2, 0)
    for number, (rate, price) in enumerate(budget.unit_costs.items(), start=_FIRST_PRICE - 1):
        write_row(sheet, number, (rate, price), formats)
    last = max(_FIRST_PRICE, len(budget.unit_costs) + _FIRST_PRICE - 1)
    for name, letter in (("Priser_namn", "A"), ("Priser_kr", "B")):
        workbook.define_name(name, f"={quote_sheetname(PRICES)}!{span(letter, (_FIRST_PRICE, last))}")


def span(column: str, rows: tuple[int, int]) -> str:
    """Give the cells of a column from one row to another."""
    return f"${column}${rows[0]}:${column}${rows[1]}"


def month_number(day: date) -> int:
    """Give a month as a number that the next month is one more than."""
    return day.year * 12 + day.month - 1


def _positions(period: Period) -> tuple[Decimal, Decimal]:
    first, last = period.starts_on.replace(day=1), period.ends_on.replace(day=1)
    before = 1 - Period(period.starts_on, date.max).share_of(first)
    until = Period(date.min, period.ends_on).share_of(last)
    return (
        month_number(first) + Decimal(before.numerator) / before.denominator,
        month_number(last) + Decimal(until.numerator) / until.denominator,
    )


def _from(cell: str, own: str = "") -> str:
    begun = f"(YEAR({cell})*12+MONTH({cell})-1)+(DAY({cell})-1)/DAY(EOMONTH({cell},0))"
    return f'=IF({cell}="",{own},{begun})' if own else f"={begun}"


def _to(cell: str, own: str = "") -> str:
    done = f"(YEAR({cell})*12+MONTH({cell})-1)+DAY({cell})/DAY(EOMONTH({cell},0))"
    return f'=IF({cell}="",{own},{done})' if own else f"={done}"


def _counted_as(cost_type: str) -> str:
    return {PERSONNEL: STAFF_WORD, REVENUE: REVENUE_WORD}.get(cost_type, OTHER_WORD)


def _quoted(text: str) -> str:
    return text.replace('"', '""')


def _at_row(cells: Sequence[Cell], number: int) -> list[Cell]:
    """Fill in the number of the row in our own formulas; texts are left as they are."""
    return [
        Formula(cell.text.replace("{row}", str(number)), cell.value) if isinstance(cell, Formula) else cell
        for cell in cells
    ]
