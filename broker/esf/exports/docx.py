"""The application as a Word document with real headings, marked header rows, language and page numbers."""

import io
from datetime import datetime, time

from docx import Document
from docx.document import Document as WordDocument
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt, RGBColor
from docx.table import _Row
from docx.text.paragraph import Paragraph

from broker.documents.blocks import Block, Grid, Heading, Items, Notice, Text, column_shares, one_line
from broker.esf.exports.blocks import build_blocks
from broker.esf.exports.material import Material, cleaned
from broker.esf.exports.zipped import restamp_zip

_WIDTH = Cm(17)
_DARK = RGBColor(0x1A, 0x1A, 0x1A)
_TITLE_LENGTH = 255  # The document properties hold no longer title.


def render(material: Material) -> bytes:
    """Give the document; the same material gives the same bytes."""
    material = cleaned(material)
    document = Document()
    _describe(document, material)
    _set_styles(document)
    _number_pages(document)
    for block in build_blocks(material):
        _add(document, block)
    buffer = io.BytesIO()
    document.save(buffer)
    return restamp_zip(buffer.getvalue(), material.created_on)


def _describe(document: WordDocument, material: Material) -> None:
    properties = document.core_properties
    properties.title = one_line(material.project_name)[:_TITLE_LENGTH]
    properties.subject = one_line(material.template_name)[:_TITLE_LENGTH]
    properties.author = properties.comments = properties.keywords = properties.last_modified_by = ""
    properties.language = "sv-SE"
    properties.revision = 1
    properties.created = properties.modified = datetime.combine(material.created_on, time())


def _set_styles(document: WordDocument) -> None:
    language = document.styles.element.find(f".//{qn('w:docDefaults')}//{qn('w:lang')}")
    language.set(qn("w:val"), "sv-SE")
    document.styles["Normal"].font.size = Pt(10)
    for name in ("Normal", "Heading 1", "Heading 2", "Heading 3"):
        style = document.styles[name]
        style.font.color.rgb = _DARK
        style.font.name = "Arial"
        fonts = style.element.rPr.rFonts
        for attribute in [key for key in fonts.attrib if key.endswith("Theme")]:
            del fonts.attrib[attribute]
    for section in document.sections:
        section.page_width, section.page_height = Cm(21), Cm(29.7)
        section.left_margin = section.right_margin = section.top_margin = section.bottom_margin = Cm(2)


def _number_pages(document: WordDocument) -> None:
    paragraph = document.sections[0].footer.paragraphs[0]
    paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
    paragraph.add_run("Sida ")
    field = OxmlElement("w:fldSimple")
    field.set(qn("w:instr"), "PAGE")
    paragraph._p.append(field)
    run = paragraph.add_run("1")
    field.append(run._r)


def _add(document: WordDocument, block: Block) -> None:
    match block:
        case Notice():
            document.add_paragraph().add_run(block.text).bold = True
        case Heading():
            document.add_heading(block.text, level=block.level)
        case Text():
            _add_text(document.add_paragraph(), block)
        case Items():
            _add_items(document, block)
        case Grid():
            _add_table(document, block)


def _add_text(paragraph: Paragraph, text: Text) -> None:
    for words, is_strong in text.pieces:
        run = paragraph.add_run(words)
        run.italic = text.is_remark
        run.bold = is_strong or None


def _add_items(document: WordDocument, block: Items) -> None:
    for place, item in enumerate(block.items):
        if block.first is None:
            _add_text(document.add_paragraph(style="List Bullet"), item)
            continue
        # Word goes on counting from the list before, so the numbers stand in the text.
        paragraph = document.add_paragraph(f"{block.first + place}. ")
        paragraph.paragraph_format.left_indent, paragraph.paragraph_format.first_line_indent = Cm(0.9), Cm(-0.6)
        _add_text(paragraph, item)


def _add_table(document: WordDocument, grid: Grid) -> None:
    table = document.add_table(rows=len(grid.rows) + 1, cols=len(grid.header), style="Table Grid")
    table.autofit = False
    widths = [round(_WIDTH * share) for share in column_shares(grid)]
    for table_column, width in zip(table.columns, widths, strict=True):
        table_column.width = width
    rows = list(table.rows)
    _mark(rows[0], "w:tblHeader")
    for row, texts in zip(rows, (grid.header, *grid.rows), strict=True):
        if max(map(len, texts), default=0) < 1000:
            _mark(row, "w:cantSplit")
        for column, (cell, text) in enumerate(zip(row.cells, texts, strict=False)):
            cell.width = widths[column]
            _write(cell.paragraphs[0], text, bold=row is rows[0], right=column in grid.numeric)
    document.add_paragraph().paragraph_format.space_after = Pt(0)


def _mark(row: _Row, name: str) -> None:
    row._tr.get_or_add_trPr().append(OxmlElement(name))


def _write(paragraph: Paragraph, text: str, *, bold: bool, right: bool) -> None:
    run = paragraph.add_run(text)
    run.font.size = Pt(8)
    paragraph.paragraph_format.space_before = paragraph.paragraph_format.space_after = Pt(2)
    run.bold = bold
    if right:
        paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
