"""The budget in Excel: formulas with the figures stored beside them; tests/office has them computed anew."""

import re
from datetime import date

from xlsxwriter.worksheet import Worksheet

from tests.esf.materials import budget, material, open_xlsx


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


def test_cells_that_others_build_on_are_named():
    names = open_xlsx(material()).defined_names

    assert {"Schablon", "Medfinansieringsandel", "Priser_kr", "Summa_P", "Summa_T", "Summa_S", "Summa_K"} <= set(names)
    assert names["Schablon"].attr_text.startswith("Budget!$D$")


def test_no_formula_asks_for_a_function_that_only_newer_versions_of_excel_know():
    cells = [cell for sheet in open_xlsx(material()) for row in sheet for cell in row if cell.data_type == "f"]
    functions = {name for cell in cells for name in re.findall(r"([A-Z]+)\(", cell.value)}

    assert {"SUMIFS", "EOMONTH", "MEDIAN"} <= functions
    assert {name: Worksheet()._prepare_formula(f"{name}()", True) for name in functions} == {
        name: f"{name}()" for name in functions
    }


def test_hours_times_price_is_a_formula_on_its_own_row():
    sheet = open_xlsx(material())["Budget"]
    assert [cell.value for cell in sheet[3][5:8]] == [
        3440,
        '=IF(L3="",0,SUMPRODUCT((Priser_namn=L3)*Priser_kr))',
        "=ROUND(F3*G3,2)",
    ]


def test_each_company_has_a_row_under_its_beneficiary_and_stays_out_of_the_sums():
    rows = {row[2].value: [cell.value for cell in row] for row in open_xlsx(material(), data_only=True)["Budget"]}

    assert rows["Svets AB"][:8] == [2, "Lärcentrum", "Svets AB", "Undertecknat", None, 1000, 290, 290000]
    assert rows["Plåt AB"][:8] == [None, "Kommunen", "Plåt AB", "Saknas", None, 440, 290, 127600]
    formulas = {row[2].value: row[7].value for row in open_xlsx(material())["Budget"].iter_rows()}
    assert formulas["Svets AB"].startswith("=ROUND(F")


def test_sheets_have_frozen_headers_and_the_file_its_title_and_date():
    workbook = open_xlsx(material())
    assert workbook.sheetnames == ["Budget", "Månader", "Priser", "Aktörer", "Deltagare", "Statsstöd"]
    assert {sheet.freeze_panes for sheet in workbook} == {"A3", "D3"}
    assert workbook.properties.title == "Svetsare för Östergötland"
    assert workbook.properties.created.date() == date(2026, 11, 25)


def test_participants_and_aid_are_computed_in_the_workbook():
    formulas, values = open_xlsx(material()), open_xlsx(material(), data_only=True)
    assert (formulas["Deltagare"]["E3"].value, values["Deltagare"]["E4"].value) == ("=C3+D3", 7)
    assert (formulas["Statsstöd"]["H3"].value, values["Statsstöd"]["H3"].value) == (
        "=ROUND(D3/E3,2)",
        21454.55,
    )
