"""The workbook computed anew by a spreadsheet program, from cells that have no values stored."""

import io
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest

from broker.esf.budgets.arithmetic import ProjectPlan, compute_budget, read_budget_rules
from broker.esf.budgets.months import add_up, compute_months
from broker.esf.budgets.workbook import render_budget
from broker.esf.exports import docx, xlsx
from tests.esf.budgets.test_arithmetic import FINANCING, OTHER, STAFF, TEMPLATE, staff
from tests.esf.materials import PERIOD, budget, material
from tests.office.files import converted

HALF_AN_ORE = 0.005
PRICES = {"592": Decimal(592), "482": Decimal(482), "579": Decimal(579), "deltagare": Decimal(290)}
# The second day has a third of a month and the third none: days of its own, a share of full time, uneven öre.
ROW_WITH_DAYS = {"starts_on": PERIOD.starts_on.replace(day=21), "ends_on": PERIOD.starts_on.replace(month=11, day=5)}


def worked(model="yrkeskategori", rate="0.46", lines=(*STAFF, *OTHER), financing=tuple(FINANCING)):
    """Give the worked example of the template as the workbook gets it, under one budget model."""
    rules = read_budget_rules(TEMPLATE, model, cofinancing_rate=Decimal(rate), unit_costs=PRICES)
    titles = {
        "cost_type_titles": {row["id"]: row["title_sv"] for row in TEMPLATE["cost_types"]},
        "cofinancing_titles": {row["id"]: row["title_sv"] for row in TEMPLATE["cofinancing_kinds"]},
    }
    lines, financing = tuple(lines), tuple(financing)
    return replace(
        budget(),
        lines=lines,
        cofinancing=financing,
        result=compute_budget(lines, financing, rules, plan=ProjectPlan(24, 360, Decimal(14400))),
        months=compute_months(lines, financing, rules, project=PERIOD).rows,
        unit_costs=PRICES,
        **titles,
    )


def without_values(content, changes=None):
    """Give a workbook whose formulas have no values stored, with some cells of the budget changed."""
    workbook = openpyxl.load_workbook(io.BytesIO(content))
    for cell, value in (changes or {}).items():
        workbook["Budget"][cell] = value
    stored = io.BytesIO()
    workbook.save(stored)
    return stored.getvalue()


def differences(ours, theirs):
    """List the cells that a spreadsheet computes otherwise than we did."""
    found = []
    for sheet in ours:
        for cell in (cell for row in sheet.iter_rows() for cell in row):
            other = theirs[sheet.title][cell.coordinate].value
            if isinstance(cell.value, int | float):
                same = isinstance(other, int | float) and abs(cell.value - other) < HALF_AN_ORE
            else:
                same = (cell.value or None) == (other or None)
            if not same:
                found.append(f"{sheet.title}!{cell.coordinate}: {cell.value!r}, {other!r}")
    return found


def sums(workbook):
    return {row[0].value: row[3].value for row in workbook["Budget"].iter_rows() if isinstance(row[0].value, str)}


def own_file(material):
    return render_budget(material, project_name="Provet", notice="Utkast", state="1", created_on=PERIOD.starts_on)


# The first role gets other hours, and a role is written on the first empty row.
FIRST_EMPTY = 3 + len(STAFF + OTHER)
CHANGES = {
    "F3": 1000,
    f"B{FIRST_EMPTY}": "Lärcentrum",
    f"C{FIRST_EMPTY}": "Personal",
    f"D{FIRST_EMPTY}": "Ny roll",
    f"F{FIRST_EMPTY}": 100.5,
    f"L{FIRST_EMPTY}": "482",
}
SEVERAL = (
    *STAFF,
    replace(staff("2.22", 579, owner="Kommun B"), **ROW_WITH_DAYS),
    replace(OTHER[0], beneficiary="Kommun*", amount=Decimal("100000.01"), **ROW_WITH_DAYS),
    replace(OTHER[1], cost_type="intakter", amount=Decimal("333.33")),
)
GIVEN = {
    "yrkeskategori": own_file(worked()),
    "funktion": own_file(worked("funktion", "0", lines=STAFF, financing=())),
    "flera": own_file(worked(lines=SEVERAL)),
    "ansokan": xlsx.render(material()),
}


@pytest.fixture(scope="module")
def recomputed(tmp_path_factory):
    """Give every file as a spreadsheet has computed it, and one that somebody has changed."""
    files = {f"{name}.xlsx": without_values(content) for name, content in GIVEN.items()}
    files["andrad.xlsx"] = without_values(GIVEN["yrkeskategori"], CHANGES)
    made = converted(files, tmp_path_factory.mktemp("office"), to="xlsx")
    return {Path(name).stem: openpyxl.load_workbook(path, data_only=True) for name, path in made.items()}


@pytest.mark.parametrize("name", GIVEN)
def test_a_spreadsheet_computes_every_cell_to_our_figures(name, recomputed):
    ours = openpyxl.load_workbook(io.BytesIO(GIVEN[name]), data_only=True)

    assert differences(ours, recomputed[name]) == []


def test_what_is_changed_and_added_in_the_file_recomputes_like_our_budget(recomputed):
    found = recomputed["andrad"]
    lines = (replace(STAFF[0], hours=Decimal(1000)), *STAFF[1:], *OTHER, staff("100.5", 482))
    expected = worked(lines=lines)

    totals = sums(found)
    for label, amount in {
        "Personal (P)": expected.result.personnel,
        "Schablon (I)": expected.result.flat_rate_cost,
        "Projektets kostnad (D)": expected.result.direct_cost,
        "Medfinansiering (C)": expected.result.cofinancing,
        "Projektägarens andel (K)": expected.result.owner_share,
        "Sökt ESF-stöd (S)": expected.result.support,
        "Saknade deltagartimmar till K = 0": expected.result.hours_missing,
    }.items():
        assert abs(totals[label] - float(amount)) < HALF_AN_ORE, label
    months = [row for row in found["Månader"].iter_rows(values_only=True) if row[1] == "Projektets kostnad: alla"]
    whole = add_up(row.figures for row in expected.months if not row.beneficiary)
    assert abs(months[0][2] - float(whole.direct_cost)) < HALF_AN_ORE


def test_a_word_processor_reads_every_word_of_the_application(tmp_path):
    made = converted({"ansokan.docx": docx.render(material())}, tmp_path, to="txt:Text (encoded):UTF8")
    words = " ".join(made["ansokan.docx"].read_text("utf-8").split())

    for text in ("Svetsare för Östergötland", "Beskriv det problem som projektet vill lösa", "Projektägarens"):
        assert text in words
