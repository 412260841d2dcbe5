"""The budget in Excel: formulas that compute to the figures stored beside them."""

import math
import re
from dataclasses import replace
from datetime import date
from decimal import Decimal

from broker.esf.budgets.arithmetic import ProjectPlan, compute_budget
from tests.esf.materials import RULES, budget, material, open_xlsx


def sums(sheet):
    return {row[0].value: row[3].value for row in sheet.iter_rows() if isinstance(row[0].value, str)}


def test_the_workbook_keeps_formulas_together_with_their_values():
    formulas = sums(open_xlsx(material())["Budget"])
    values = sums(open_xlsx(material(), data_only=True)["Budget"])
    result = budget().result
    for label, amount in {
        "Personal (P)": result.personnel,
        "Schablon (I)": result.flat_rate_cost,
        "Intäkter": result.revenue,
        "Projektets kostnad (D)": result.direct_cost,
        "Deltagartid och annat än pengar (W)": result.in_kind,
        "Total kostnad (T)": result.total_cost,
        "Medfinansiering (C)": result.cofinancing,
        "Projektägarens andel (K)": result.owner_share,
        "Sökt ESF-stöd (S)": result.support,
        "Total kostnad per deltagare": result.cost_per_participant,
    }.items():
        assert formulas[label].startswith("=")
        assert values[label] == float(amount)


def ranges(sheet, reference):
    cells = sheet[reference.replace("$", "")]
    return [value_of(sheet, cell) for row in cells for cell in row]


def value_of(sheet, cell):
    """Compute a cell from its formula alone, the way a spreadsheet does when it is opened."""
    if not isinstance(cell.value, str) or cell.data_type != "f":
        return cell.value or 0
    formula = re.sub(r"\$?[A-Z]\$?\d+:\$?[A-Z]\$?\d+", lambda found: f'ranges("{found[0]}")', cell.value[1:])
    formula = re.sub(r'(?<!["$:A-Z])\$?[A-Z]\$?\d+(?![":\d])', lambda found: f'cell("{found[0]}")', formula)
    functions = {
        "ranges": lambda reference: ranges(sheet, reference),
        "cell": lambda reference: value_of(sheet, sheet[reference.replace("$", "")]),
        "SUM": sum,
        "MAX": max,
        "ROUND": lambda number, digits: round(number + 1e-9, digits),
        "ROUNDDOWN": lambda number, digits: math.floor(number * 10**digits) / 10**digits,
        "SUMIFS": lambda amounts, *tests: sum(
            amount
            for place, amount in enumerate(amounts)
            if all(values[place] == wanted for values, wanted in zip(tests[::2], tests[1::2], strict=True))
        ),
    }
    return eval(formula, functions)


def computed(sheet):
    return {
        row[0].value: round(value_of(sheet, row[3]), 2)
        for row in sheet.iter_rows()
        if row[3].data_type == "f" and isinstance(row[0].value, str)
    }


def test_the_formulas_compute_to_the_values_stored_beside_them():
    sheet, values = open_xlsx(material())["Budget"], sums(open_xlsx(material(), data_only=True)["Budget"])
    found = computed(sheet)
    assert len(found) == 14
    assert found == {label: values[label] for label in found}


def test_changed_hours_and_prices_recompute_the_whole_budget():
    sheet = open_xlsx(material())["Budget"]
    sheet["F3"], sheet["G3"], sheet["F9"] = 1000, 600, 2000
    (first, *rest), (time, *other) = budget().lines, budget().cofinancing
    lines = [replace(first, hours=Decimal(1000), unit_cost=Decimal(600)), *rest]
    cofinancing = [replace(time, hours=Decimal(2000)), *other]
    expected = compute_budget(lines, cofinancing, RULES, plan=ProjectPlan(24, 36))
    found = computed(sheet)
    assert found["Sökt ESF-stöd (S)"] == float(expected.support)
    assert found["Projektägarens andel (K)"] == float(expected.owner_share)
    assert found["Saknade deltagartimmar till K = 0"] == float(expected.hours_missing)
    assert found["Total kostnad per deltagartimme"] == float(expected.cost_per_hour)


def test_hours_times_price_is_a_formula_on_its_own_row():
    sheet = open_xlsx(material())["Budget"]
    assert [cell.value for cell in sheet[3][5:8]] == [3440, 592, "=ROUND(F3*G3,2)"]


def test_sheets_have_frozen_headers_and_the_file_its_title_and_date():
    workbook = open_xlsx(material())
    assert workbook.sheetnames == ["Budget", "Aktörer", "Deltagare", "Statsstöd"]
    assert {sheet.freeze_panes for sheet in workbook} == {"A3"}
    assert workbook.properties.title == "Svetsare för Östergötland"
    assert workbook.properties.created.date() == date(2026, 11, 25)


def test_participants_and_aid_are_computed_in_the_workbook():
    formulas, values = open_xlsx(material()), open_xlsx(material(), data_only=True)
    assert (formulas["Deltagare"]["E3"].value, values["Deltagare"]["E4"].value) == ("=C3+D3", 7)
    assert (formulas["Statsstöd"]["H3"].value, values["Statsstöd"]["H3"].value) == (
        "=ROUND(D3/E3,2)",
        21454.55,
    )
