"""The application as a Word document with real headings, marked header rows, language and page numbers."""

import io
from collections.abc import Sequence
from copy import deepcopy
from datetime import datetime, time

from docx import Document
from docx.document import Document as WordDocument
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.oxml.table import CT_Row
from docx.oxml.text.run import _RunContentAppender
from docx.shared import Cm, Emu, Pt, RGBColor
from docx.text.paragraph import Paragraph

from broker.documents.blocks import Block, Grid, Heading, Items, Notice, Text, column_shares, one_line
from broker.esf.exports.blocks import build_blocks
from broker.esf.exports.material import Material, cleaned
from broker.esf.exports.zipped import restamp_zip

_WIDTH = Cm(17)
_DARK = RGBColor(0x1A, 0x1A, 0x1A)
_CELL = (
    '<w:tc><w:tcPr><w:tcW w:type="dxa" w:w="{width}"/></w:tcPr>'
    '<w:p><w:pPr><w:spacing w:before="40" w:after="40"/>{align}</w:pPr>'
    '<w:r><w:rPr><w:b{weight}/><w:sz w:val="16"/></w:rPr></w:r></w:p></w:tc>'
)
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
            _add_paragraph(document, f"Heading{block.level}").add_run(block.text)
        case Text():
            _add_text(document.add_paragraph(), block)
        case Items():
            _add_items(document, block)
        case Grid():
            _add_table(document, block)


def _add_paragraph(document: WordDocument, style: str) -> Paragraph:
    """Add a paragraph of a style told by its key; asked for by name, all styles are looked through each time."""
    paragraph = document.add_paragraph()
    paragraph._p.style = style
    return paragraph


def _add_text(paragraph: Paragraph, text: Text) -> None:
    for words, is_strong in text.pieces:
        run = paragraph.add_run(words)
        run.italic = text.is_remark
        run.bold = is_strong or None


def _add_items(document: WordDocument, block: Items) -> None:
    for place, item in enumerate(block.items):
        if block.first is None:
            _add_text(_add_paragraph(document, "ListBullet"), item)
            continue
        # Word goes on counting from the list before, so the numbers stand in the text.
        paragraph = document.add_paragraph(f"{block.first + place}. ")
        paragraph.paragraph_format.left_indent, paragraph.paragraph_format.first_line_indent = Cm(0.9), Cm(-0.6)
        _add_text(paragraph, item)


def _add_table(document: WordDocument, grid: Grid) -> None:
    table = document.add_table(rows=0, cols=len(grid.header))
    table._tbl.tblStyle_val = "TableGrid"
    table.autofit = False
    widths = [Emu(round(_WIDTH * share)) for share in column_shares(grid)]
    for table_column, width in zip(table.columns, widths, strict=True):
        table_column.width = width
    head, model = (_empty_row(widths, grid.numeric, bold=bold) for bold in (True, False))
    _mark(head, "w:tblHeader")
    for row, texts in ((head, grid.header), *((deepcopy(model), texts) for texts in grid.rows)):
        if max(map(len, texts), default=0) < 1000:
            _mark(row, "w:cantSplit")
        for run, text in zip(row.iter(qn("w:r")), texts, strict=False):
            _RunContentAppender.append_to_run_from_text(run, text)
        table._tbl.append(row)
    document.add_paragraph().paragraph_format.space_after = Pt(0)


def _empty_row(widths: Sequence[Emu], numeric: frozenset[int], *, bold: bool) -> CT_Row:
    """Give a row that waits for its texts, written out: to shape it cell by cell takes ten times as long."""
    weight = "" if bold else ' w:val="0"'
    cells = (
        _CELL.format(width=width.twips, align='<w:jc w:val="right"/>' if column in numeric else "", weight=weight)
        for column, width in enumerate(widths)
    )
    row: CT_Row = parse_xml(f"<w:tr {nsdecls('w')}>{''.join(cells)}</w:tr>")
    return row


def _mark(row: CT_Row, name: str) -> None:
    row.get_or_add_trPr().append(OxmlElement(name))
