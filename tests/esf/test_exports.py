"""Every export format opened again: structure, hostile text, and equal bytes."""

import hashlib
import io
import json
import zipfile
from dataclasses import fields, replace
from datetime import date

import pytest
from docx import Document
from docx.oxml.ns import qn

from broker.esf.budgets.arithmetic import ProjectPlan, compute_budget
from broker.esf.exports import archive, docx, pdf, plain, xlsx
from broker.esf.exports.material import (
    Material,
    Section,
)
from broker.esf.exports.zipped import write_zip
from tests.esf.materials import (
    RULES,
    answering,
    budget,
    many_companies,
    material,
    open_pdf,
    open_xlsx,
    question,
)


def zipped(given):
    return write_zip(archive.render_files(given), given.created_on)


RENDERERS = {"docx": docx.render, "pdf": pdf.render, "xlsx": xlsx.render, "json": plain.render, "zip": zipped}
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


def open_docx(given):
    return Document(io.BytesIO(docx.render(given)))


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
    assert RENDERERS[name](material()) == RENDERERS[name](material())


@pytest.mark.parametrize("name", RENDERERS)
def test_another_day_gives_other_bytes(name):
    later = material(created_on=date(2026, 11, 26))
    assert RENDERERS[name](material()) != RENDERERS[name](later)


@pytest.mark.parametrize("name", RENDERERS)
def test_an_application_without_content_is_still_a_file(name):
    empty = {item.name: () for item in fields(Material) if isinstance(getattr(material(), item.name), tuple)}
    nothing = replace(budget(), lines=(), cofinancing=(), result=compute_budget([], [], RULES, plan=ProjectPlan(0)))
    assert RENDERERS[name](material(budget=nothing, **empty))


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
    assert RENDERERS[name](answering("a\x00b\x0b\x1f\ud800\uffffc")) == RENDERERS[name](answering("abc"))


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


def test_json_keeps_amounts_as_text_and_counts_characters():
    document = json.loads(plain.render(material()))
    assert document["budget"]["result"]["personnel"] == "2036480.00"
    assert document["sections"][0]["questions"][0]["characters"] == 31
    assert list(document) == sorted(document)


def test_the_archive_lists_every_file_with_its_size_and_hash():
    package = zipfile.ZipFile(io.BytesIO(zipped(material())))
    manifest = json.loads(package.read("manifest.json"))
    assert (manifest["template_version"], manifest["created_on"]) == ("0.1.0", "2026-11-25")
    assert {row["name"] for row in manifest["files"]} == set(package.namelist()) - {"manifest.json"}
    for row in manifest["files"]:
        content = package.read(row["name"])
        assert (row["size"], row["sha256"]) == (len(content), hashlib.sha256(content).hexdigest())


def test_all_sixty_companies_are_in_every_format():
    given = many_companies(60)
    last = "Företag 59 i Östergötland AB"
    assert last in docx_texts(given)
    assert last in " ".join(pdf_text(given).split())
    assert open_xlsx(given)["Aktörer"]["A62"].value == last
    assert json.loads(plain.render(given))["actors"][59]["name"] == last
