"""The budget as a workbook of its own, which can be filled in and read back, and as sheets in the application's."""

import io
from datetime import date, datetime, time

from xlsxwriter import Workbook

from broker.documents.blocks import one_line
from broker.esf.budgets.cells import Formats, Sheet, write_row, write_text
from broker.esf.budgets.months_sheet import MonthsSheet
from broker.esf.budgets.sheet import BudgetSheet, write_prices
from broker.esf.exports.material import BudgetMaterial

ABOUT = "Om filen"
STATE_LABEL = "Budgetens läge när filen gjordes"
_TITLE_LENGTH = 255
_HELP = (
    "Ändra, lägg till och ta bort rader under Kostnader och Medfinansiering på bladet Budget. Allt annat räknas om.",
    "En ny kostnad skrivs på en tom rad: stödmottagare, kostnadsslag, rad, och timmar med enhetskostnad eller belopp.",
    "Skriv enhetskostnaden som den står på bladet Priser. Andel av heltid skrivs i stället för timmar.",
    "Ta bort en rad genom att tömma den. Ändra inte kolumnen Rad-id: den säger vilken rad i Broker det är.",
    "Läs in filen på budgetens sida i Broker. Du får se varje ändring innan något sparas.",
)


def new_workbook(buffer: io.BytesIO, *, title: str, subject: str, created_on: date) -> Workbook:
    """Give an empty workbook in which a text is always a text; the same day gives the same bytes."""
    workbook = Workbook(
        buffer,
        {
            "in_memory": True,
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "strings_to_numbers": False,
        },
    )
    workbook.worksheet_class = Sheet
    workbook.set_properties(
        {
            "title": one_line(title)[:_TITLE_LENGTH],
            "subject": one_line(subject)[:_TITLE_LENGTH],
            "created": datetime.combine(created_on, time()),
        }
    )
    return workbook


def write_budget(workbook: Workbook, budget: BudgetMaterial, notice: str, formats: Formats) -> None:
    """Write the sheets of the budget: its rows and sums, its months, and the call's prices."""
    sheet = BudgetSheet(workbook, budget, notice, formats)
    sheet.write()
    MonthsSheet(workbook, budget, notice, formats).write(sheet)
    write_prices(workbook, budget, notice, formats)


def render_budget(budget: BudgetMaterial, *, project_name: str, notice: str, state: str, created_on: date) -> bytes:
    """Give the budget as a workbook that remembers which state of the budget it was made of."""
    buffer = io.BytesIO()
    workbook = new_workbook(buffer, title=project_name, subject="Budget", created_on=created_on)
    formats = Formats(workbook)
    write_budget(workbook, budget, notice, formats)
    about = workbook.add_worksheet(ABOUT)
    about.set_column(0, 0, 36)
    about.set_column(1, 1, 70)
    write_text(about, 0, 0, notice, formats.bold)
    write_row(about, 1, ("Projekt", project_name), formats)
    write_row(about, 2, (STATE_LABEL, state), formats)
    for number, line in enumerate(_HELP, start=4):
        write_text(about, number, 0, line, formats.plain)
    workbook.close()
    return buffer.getvalue()
