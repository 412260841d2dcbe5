"""The application's figures as a workbook: a budget that recomputes, actors, participants and state aid."""

import io
from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from xlsxwriter.utility import xl_range
from xlsxwriter.worksheet import Worksheet

from broker.esf.budgets.cells import Cell, Formats, Formula, write_row, write_text
from broker.esf.budgets.workbook import new_workbook, write_budget
from broker.esf.exports.material import Material, cleaned


def render(material: Material) -> bytes:
    """Give the workbook; the same material gives the same bytes."""
    material = cleaned(material)
    buffer = io.BytesIO()
    workbook = new_workbook(
        buffer, title=material.project_name, subject=material.template_name, created_on=material.created_on
    )
    formats = Formats(workbook)
    write_budget(workbook, material.budget, material.notice, formats)
    _write_actors(workbook.add_worksheet("Aktörer"), material, formats)
    _write_participants(workbook.add_worksheet("Deltagare"), material, formats)
    _write_state_aid(workbook.add_worksheet("Statsstöd"), material, formats)
    workbook.close()
    return buffer.getvalue()


def _write_actors(sheet: Worksheet, material: Material, formats: Formats) -> None:
    header = ("Organisation", "Org.nr", "Juridisk form", "Roll", "Kommun", "Storlek", "Åtagande undertecknat")
    rows = [
        (
            actor.name,
            actor.organisation_number,
            actor.legal_form,
            actor.role,
            actor.municipality,
            actor.size_class,
            _day(actor.commitment_on),
        )
        for actor in material.actors
    ]
    _write_table(sheet, material, formats, header=header, rows=rows, widths=(36, 14, 22, 24, 18, 14, 22))


def _write_participants(sheet: Worksheet, material: Material, formats: Formats) -> None:
    header = ("Organisation", "Kommun", "Kvinnor", "Män", "Totalt", "Timmar")
    rows: list[tuple[Cell, ...]] = []
    for number, actor in enumerate(material.actors, start=3):
        women, men = actor.participants_women, actor.participants_men
        total = Formula(f"=C{number}+D{number}", women + men)
        rows.append((actor.name, actor.municipality, women, men, total, actor.hours))
    if rows:
        rows.append(("Summa", "", *_column_sums(rows)))
    _write_table(sheet, material, formats, header=header, rows=rows, widths=(36, 18, 10, 10, 10, 12))


def _column_sums(rows: Sequence[tuple[Cell, ...]]) -> list[Formula]:
    sums = []
    for column in range(2, 6):
        cells = [row[column] for row in rows]
        value = sum(
            (Decimal(cell.value if isinstance(cell, Formula) else str(cell or 0)) for cell in cells), Decimal(0)
        )
        sums.append(Formula(f"=SUM({xl_range(2, column, len(rows) + 1, column)})", value))
    return sums


def _write_state_aid(sheet: Worksheet, material: Material, formats: Formats) -> None:
    header = (
        "Organisation",
        "Org.nr",
        "Grund",
        "Stöd, kr",
        "Kronor per euro",
        "Kursens dag",
        "Kursens källa",
        "Stöd, euro",
        "Tidigare stöd, euro",
        "Kvar till taket, euro",
        "Bedömning",
        "Skäl",
    )
    rows = [
        (
            row.organisation,
            row.organisation_number,
            row.basis,
            row.aid_sek,
            row.sek_per_eur,
            _day(row.rate_on),
            row.rate_source,
            Formula(f"=ROUND(D{number}/E{number},2)", row.aid_eur),
            row.earlier_eur,
            row.left_eur,
            row.status,
            " ".join(row.reasons),
        )
        for number, row in enumerate(material.state_aid, start=3)
    ]
    _write_table(
        sheet, material, formats, header=header, rows=rows, widths=(36, 14, 20, 14, 14, 12, 20, 14, 18, 20, 16, 60)
    )


def _write_table(
    sheet: Worksheet,
    material: Material,
    formats: Formats,
    *,
    header: Sequence[str],
    rows: Sequence[tuple[Cell, ...]],
    widths: Sequence[int],
) -> None:
    """Write the notice, a frozen header row, and the rows below it."""
    write_text(sheet, 0, 0, material.notice, formats.bold)
    for column, (title, width) in enumerate(zip(header, widths, strict=True)):
        write_text(sheet, 1, column, title, formats.header)
        sheet.set_column(column, column, width)
    sheet.freeze_panes(2, 0)
    sheet.repeat_rows(0, 1)
    for number, row in enumerate(rows, start=2):
        write_row(sheet, number, row, formats)


def _day(day: date | None) -> str:
    return day.isoformat() if day else ""
