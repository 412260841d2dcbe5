"""Every export format opened again: structure, hostile text, and equal bytes."""

import hashlib
import io
import json
import math
import re
import zipfile
from dataclasses import fields, replace
from datetime import date
from decimal import Decimal

import openpyxl
import pytest
from docx import Document
from docx.oxml.ns import qn
from pypdf import PdfReader

from broker.esf.budget import BudgetLine, CheckResult, CoFinancingLine, ProjectPlan, compute_budget
from broker.esf.budget_lines import BudgetRules
from broker.esf.exports import archive, docx, pdf, plain, xlsx
from broker.esf.exports.material import (
    ActivityRow,
    ActorRow,
    AttachmentRow,
    BudgetMaterial,
    DataTable,
    Fact,
    GoalRow,
    IndicatorRow,
    Material,
    Question,
    Section,
    Source,
    StateAidRow,
)
from broker.sentences import Sentence

RENDERERS = {"docx": docx, "pdf": pdf, "xlsx": xlsx, "json": plain, "zip": archive}
RULES = BudgetRules(
    model="yrkeskategori",
    model_words=Sentence("Enhetskostnad per yrkeskategori"),
    flat_rate=Decimal("0.15"),
    other_costs_allowed=True,
    cofinancing_rate=Decimal("0.46"),
    hours_per_year=Decimal(1720),
    max_months=36,
    share_tolerance=Decimal("0.0005"),
    computed_types=frozenset(),
    adds_to_total=frozenset({"deltagare", "annat_an_pengar"}),
    unit_costs={"ledare": Decimal(592), "deltagare": Decimal(290)},
)
HOSTILE = [
    "<b>fet</b> & <para> ]]> &amp; <font size=99>",
    "=1+1",
    "+46 11 15 00 00",
    "-1+cmd|' /C calc'!A0",
    "@SUM(A1)",
    "＝1+1",
    "﹣2",
    "{{ 7*7 }} ${7*7} #{7*7}",
    "_x0041_ http://example.org",
    "räksmörgås ÅÄÖ åäö",
    "😀 kursstart",
]


def budget(lines=None):
    lines = lines or (
        BudgetLine("Lärcentrum", "personal", "Ledare", Decimal(3440), Decimal(592), rate_id="ledare", sources=(1,)),
        BudgetLine("Kommun*", "externa_tjanster", "Utbildning", amount=Decimal("3200000.10")),
        BudgetLine("Kommun*", "intakter", "Avgifter", amount=Decimal("1000.05")),
    )
    cofinancing = (
        CoFinancingLine("deltagare", "Tid", "Företagen", Decimal(1440), Decimal(290), rate_id="deltagare"),
        CoFinancingLine("annat_an_pengar", "Lokal", "Verkstad AB", amount=Decimal(5000)),
    )
    return BudgetMaterial(
        lines=lines,
        cofinancing=cofinancing,
        cost_type_titles={"personal": "Personal", "externa_tjanster": "Externa tjänster"},
        cofinancing_titles={"deltagare": "Ersättning eller lön till deltagare"},
        adds_to_total=RULES.adds_to_total,
        result=compute_budget(lines, cofinancing, RULES, plan=ProjectPlan(24, 36, Decimal(1440))),
    )


def actor(name="Svets AB", number="556677-8899"):
    return ActorRow(
        name,
        number,
        "Aktiebolag",
        "Deltagande aktör",
        "Motala",
        "Litet",
        participants_women=3,
        participants_men=4,
        hours=Decimal(280),
        commitment_on=date(2026, 11, 2),
    )


def aid(name="Svets AB"):
    return StateAidRow(
        name,
        "556677-8899",
        "Försumbart stöd",
        aid_sek=Decimal(236000),
        sek_per_eur=Decimal("11.00"),
        rate_on=date(2026, 11, 20),
        rate_source="Riksbanken",
        aid_eur=Decimal("21454.55"),
        earlier_eur=Decimal(60000),
        left_eur=Decimal("218545.45"),
        status="Godkänt",
        reasons=("Ryms under taket.",),
    )


def question(text="Företagen hittar inte svetsare.", table=None, name="problem"):
    return Question(
        id=name,
        title="Beskriv det problem som projektet vill lösa",
        text=text,
        certainty="seen",
        exact_wording=True,
        guidance="Säg vems problem det är.",
        table=table,
        sources=(1, 2),
    )


def material(**changes):
    plain_material = Material(
        project_name="Svetsare för Östergötland",
        diary_number="24-030",
        call_facts=(Fact("Utlysning", "Kompetensutveckling för yrkesverksamma"),),
        template_name="ESF+ ansökan om stöd",
        template_version="0.1.0",
        notice="Utkast. Jämför med Projektrummet+ innan ni skickar in.",
        created_on=date(2026, 11, 25),
        sections=(Section("problemformulering", "Problemformulering", (question(),)),),
        goals=(GoalRow("Fler svetsare", "Antal", "0", "24", date(2027, 6, 1), "Företagen"),),
        activities=(
            ActivityRow(
                "Svetsning",
                "Fler svetsare",
                "Svets",
                24,
                Decimal(40),
                "Kurs",
                "Motala",
                "Yrkesskolan",
                None,
                None,
            ),
        ),
        actors=(actor(),),
        budget=budget(),
        state_aid=(aid(),),
        indicators=(IndicatorRow("EECO01", "Antal deltagare totalt", 12, 12, 24, "recalled"),),
        checks=(CheckResult("b1", "stop", True, "Andelen är 46 %.", "Medfinansieringens andel"),),
        attachments=(AttachmentRow("Inköpspolicy", True, "policy.pdf", "Finns"),),
        sources=(Source(1, "Besök hos Svets AB 2026-10-01"), Source(2, "SCB")),
        left_out=("Två företag med skyddade uppgifter är utelämnade.",),
    )
    return replace(plain_material, **changes)


def answering(text):
    """Give a material where the text is project name, answer, table cell, actor, beneficiary and aid row."""
    lines = (
        BudgetLine(text, "personal", text, Decimal(10), Decimal(592)),
        BudgetLine("Annan", "personal", "Roll", Decimal(5), Decimal(592)),
    )
    table = DataTable(("Rubrik", "Värde"), ((text, "1"),))
    return material(
        project_name=text,
        sections=(Section("s", text, (question(text, table),)),),
        actors=(actor(text),),
        state_aid=(aid(text),),
        budget=budget(lines),
    )


def open_pdf(given):
    return PdfReader(io.BytesIO(pdf.render(given)))


def open_docx(given):
    return Document(io.BytesIO(docx.render(given)))


def open_xlsx(given, **options):
    return openpyxl.load_workbook(io.BytesIO(xlsx.render(given)), **options)


def pdf_text(given):
    return "\n".join(page.extract_text() for page in open_pdf(given).pages)


def docx_texts(given):
    document = open_docx(given)
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return [paragraph.text for paragraph in document.paragraphs] + cells


def tags(element):
    """Give the structure tree as nested names."""
    element = element.get_object()
    kids = element.get("/K", [])
    kids = kids if isinstance(kids, list) else [kids]
    inner = [kid.get_object() for kid in kids if not isinstance(kid.get_object(), int)]
    return [(str(kid["/S"]), tags(kid)) for kid in inner if "/S" in kid]


def flat(tree):
    return [name for tag, inner in tree for name in (tag, *flat(inner))]


@pytest.mark.parametrize("name", RENDERERS)
def test_the_same_material_gives_the_same_bytes(name):
    assert RENDERERS[name].render(material()) == RENDERERS[name].render(material())


@pytest.mark.parametrize("name", RENDERERS)
def test_another_day_gives_other_bytes(name):
    later = material(created_on=date(2026, 11, 26))
    assert RENDERERS[name].render(material()) != RENDERERS[name].render(later)


@pytest.mark.parametrize("name", RENDERERS)
def test_an_application_without_content_is_still_a_file(name):
    empty = {item.name: () for item in fields(Material) if isinstance(getattr(material(), item.name), tuple)}
    nothing = replace(budget(), lines=(), cofinancing=(), result=compute_budget([], [], RULES, plan=ProjectPlan(0)))
    assert RENDERERS[name].render(material(budget=nothing, **empty))


def test_the_templates_notice_stands_first_everywhere():
    notice = material().notice
    assert open_docx(material()).paragraphs[0].text == notice
    assert open_pdf(material()).pages[0].extract_text().startswith(notice)
    assert {sheet["A1"].value for sheet in open_xlsx(material())} == {notice}
    assert json.loads(plain.render(material()))["notice"] == notice


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_comes_back_as_text_in_word(text):
    assert docx_texts(answering(text)).count(text) >= 6


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_comes_back_as_text_in_the_pdf(text):
    found = "".join(pdf_text(answering(text)).split())
    assert found.count("".join(text.split())) >= 6


@pytest.mark.parametrize("text", [*HOSTILE, "\t=1+1", "\r=1+1"])
def test_a_text_is_never_a_formula_in_the_workbook(text):
    workbook = open_xlsx(answering(text))
    cell = workbook["Aktörer"]["A3"]
    assert (cell.value, cell.data_type) == (text.strip(), "s")
    assert workbook["Budget"]["B3"].value == text.strip()
    assert not any(row.hyperlink for sheet in workbook for cells in sheet for row in cells)


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_comes_back_as_text_in_json(text):
    assert json.loads(plain.render(answering(text)))["sections"][0]["questions"][0]["text"] == text


@pytest.mark.parametrize("name", RENDERERS)
def test_characters_that_no_file_can_hold_are_taken_away(name):
    assert RENDERERS[name].render(answering("a\x00b\x0b\x1f\ud800\uffffc")) == RENDERERS[name].render(answering("abc"))


@pytest.mark.parametrize("long", ["å" * 20000, "ord med mellanslag " * 1050], ids=["one word", "many words"])
def test_twenty_thousand_characters_are_kept_whole(long):
    given = answering(long.strip())
    assert long.strip() in docx_texts(given)
    assert "".join(pdf_text(given).replace("Sida", "").split()).count("å") >= long.count("å") * 4
    assert open_xlsx(given)["Aktörer"]["A3"].value == long.strip()


def test_a_text_that_no_cell_can_hold_is_shortened_visibly():
    value = open_xlsx(answering("😀" * 40000))["Aktörer"]["A3"].value
    assert value.startswith("😀") and value.endswith("hela texten finns i dokumentet)")


def test_lines_of_an_answer_stay_lines():
    given = material(sections=(Section("s", "S", (question("Rad ett\nRad två"),)),))
    assert "Rad ett\nRad två" in docx_texts(given)
    assert "Rad ett\nRad två" in pdf_text(given)


def test_the_word_document_has_headings_title_language_and_page_numbers():
    document = open_docx(material())
    styles = [paragraph.style.name for paragraph in document.paragraphs]
    assert styles.count("Heading 1") == 1 and "Heading 2" in styles and "Heading 3" in styles
    assert document.core_properties.title == "Svetsare för Östergötland"
    assert document.styles.element.find(f".//{qn('w:lang')}").get(qn("w:val")) == "sv-SE"
    assert 'w:instr="PAGE"' in document.sections[0].footer._element.xml


def test_every_table_in_word_marks_its_header_row():
    tables = open_docx(material()).tables
    assert tables and all(table.rows[0]._tr.trPr.find(qn("w:tblHeader")) is not None for table in tables)


def test_the_pdf_is_tagged_with_language_and_title():
    reader = open_pdf(material())
    root = reader.trailer["/Root"]
    assert root["/Lang"] == "sv-SE"
    assert root["/MarkInfo"]["/Marked"] == True  # noqa: E712
    assert root["/ViewerPreferences"]["/DisplayDocTitle"] == True  # noqa: E712
    assert reader.metadata.title == "Svetsare för Östergötland"
    assert b"pdfuaid:part" in root["/Metadata"].get_data()


def test_the_pdf_structure_has_headings_and_tables_with_header_cells():
    tree = tags(open_pdf(material()).trailer["/Root"]["/StructTreeRoot"])
    assert flat(tree)[:3] == ["/Document", "/P", "/H1"]
    table = next(inner for tag, inner in tree[0][1] if tag == "/Table")
    assert table[0] == ("/TR", [("/TH", []), ("/TH", [])])
    assert table[1] == ("/TR", [("/TD", []), ("/TD", [])])
    assert {"/H2", "/H3"} <= set(flat(tree))


def test_every_mark_on_a_page_of_the_pdf_belongs_to_an_element():
    reader = open_pdf(many_companies(60))
    tree = reader.trailer["/Root"]["/StructTreeRoot"]
    owners = tree["/ParentTree"]["/Nums"]
    for number, page in enumerate(reader.pages):
        assert page["/StructParents"] == owners[2 * number] == number
        content = page.get_contents().get_data()
        assert content.count(b"/MCID") == len(owners[2 * number + 1].get_object())
        assert content.count(b"BDC") + content.count(b"BMC") == content.count(b"EMC")


def test_a_header_row_repeated_on_the_next_page_is_seen_but_not_read_twice():
    given = many_companies(60)
    tree = flat(tags(open_pdf(given).trailer["/Root"]["/StructTreeRoot"]))
    assert tree.count("/TH") == sum(len(table.columns) for table in open_docx(given).tables)
    assert pdf_text(given).count("Åtagande") > 1


def test_every_font_of_the_pdf_is_embedded():
    found = {}
    for page in open_pdf(answering("Å 😀")).pages:
        for reference in page["/Resources"]["/Font"].values():
            font = reference.get_object()
            found[font["/BaseFont"]] = "/FontDescriptor" in font and "/FontFile2" in font["/FontDescriptor"]
    assert found and all(found.values())


def test_pages_of_the_pdf_are_numbered_outside_the_structure():
    page = open_pdf(material()).pages[0]
    assert "Sida 1" in page.extract_text()
    assert page.get_contents().get_data().startswith(b"1 0 0 1 0 0 cm") and b"/Artifact BMC" in (
        page.get_contents().get_data()
    )


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


def test_json_keeps_amounts_as_text_and_counts_characters():
    document = json.loads(plain.render(material()))
    assert document["budget"]["result"]["personnel"] == "2036480.00"
    assert document["sections"][0]["questions"][0]["characters"] == 31
    assert list(document) == sorted(document)


def test_the_archive_lists_every_file_with_its_size_and_hash():
    package = zipfile.ZipFile(io.BytesIO(archive.render(material())))
    manifest = json.loads(package.read("manifest.json"))
    assert (manifest["template_version"], manifest["created_on"]) == ("0.1.0", "2026-11-25")
    assert {row["name"] for row in manifest["files"]} == set(package.namelist()) - {"manifest.json"}
    for row in manifest["files"]:
        content = package.read(row["name"])
        assert (row["size"], row["sha256"]) == (len(content), hashlib.sha256(content).hexdigest())


def many_companies(count):
    names = [f"Företag {number} i Östergötland AB" for number in range(count)]
    return material(actors=tuple(map(actor, names)), state_aid=tuple(map(aid, names)))


def test_all_sixty_companies_are_in_every_format():
    given = many_companies(60)
    last = "Företag 59 i Östergötland AB"
    assert last in docx_texts(given)
    assert last in " ".join(pdf_text(given).split())
    assert open_xlsx(given)["Aktörer"]["A62"].value == last
    assert json.loads(plain.render(given))["actors"][59]["name"] == last
