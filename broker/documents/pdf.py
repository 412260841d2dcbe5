"""A document as a tagged PDF with embedded fonts, page numbers and repeated header rows."""

import io
from collections.abc import Sequence
from datetime import date
from functools import cache, partial
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

from reportlab.lib.colors import HexColor
from reportlab.lib.enums import TA_RIGHT
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import cm
from reportlab.pdfbase import pdfmetrics
from reportlab.platypus import BaseDocTemplate, CondPageBreak, Flowable, Frame, PageTemplate, Spacer

from broker.documents.blocks import Block, Grid, Heading, Items, Notice, Text, column_shares, one_line
from broker.documents.tagged_pdf import Element, EmbeddedFont, TaggedCanvas, TaggedParagraph, TaggedTable

_FONTS = Path(__file__).parent / "fonts"
_REGULAR, _BOLD = "DejaVuSans", "DejaVuSans-Bold"
_MARGIN = 2 * cm
# Below the first of some headings: room for the others and for the first lines of what they head.
_ROOM_AFTER_HEADING = {1: 8 * cm, 2: TaggedTable.highest_whole_row + 3 * cm, 3: 3.5 * cm}
_WIDTH = A4[0] - 2 * _MARGIN

_BODY = ParagraphStyle("body", fontName=_REGULAR, fontSize=9.5, leading=13.5, spaceAfter=5)
_REMARK = ParagraphStyle("remark", _BODY, fontSize=8, leading=11, textColor=HexColor("#444444"))
_ITEM = ParagraphStyle("item", _BODY, leftIndent=14, firstLineIndent=-9)
_NOTICE = ParagraphStyle("notice", _BODY, fontName=_BOLD, spaceAfter=12)
_CELL = ParagraphStyle("cell", _BODY, fontSize=7.5, leading=10, spaceAfter=0)
_NUMBER = ParagraphStyle("number", _CELL, alignment=TA_RIGHT)
_HEADER = ParagraphStyle("header", _CELL, fontName=_BOLD)
_NUMBER_HEADER = ParagraphStyle("number header", _HEADER, alignment=TA_RIGHT)
_HEADINGS = {
    1: ParagraphStyle("h1", _BODY, fontName=_BOLD, fontSize=18, leading=23, spaceAfter=10),
    2: ParagraphStyle("h2", _BODY, fontName=_BOLD, fontSize=13.5, leading=18, spaceBefore=14),
    3: ParagraphStyle("h3", _BODY, fontName=_BOLD, fontSize=10.5, leading=14, spaceBefore=8),
}
_TABLE_STYLE = [
    ("FONTNAME", (0, 0), (-1, -1), _REGULAR),
    ("VALIGN", (0, 0), (-1, -1), "TOP"),
    ("BACKGROUND", (0, 0), (-1, 0), HexColor("#E8EDF2")),
    ("LINEBELOW", (0, 0), (-1, -1), 0.5, HexColor("#767676")),
    ("LEFTPADDING", (0, 0), (-1, -1), 3),
    ("RIGHTPADDING", (0, 0), (-1, -1), 3),
    ("TOPPADDING", (0, 0), (-1, -1), 3),
    ("BOTTOMPADDING", (0, 0), (-1, -1), 3),
]


def render(blocks: Sequence[Block], *, title: str, subject: str, created_on: date) -> bytes:
    """Give the PDF; the same blocks give the same bytes."""
    _register_fonts()
    title = one_line(title)
    root = Element("Document")
    flowables = _flowables(blocks, root)
    buffer = io.BytesIO()
    document = BaseDocTemplate(
        buffer,
        pagesize=A4,
        title=title,
        author="",
        subject=one_line(subject),
        creator="Broker",
        lang="sv-SE",
        displayDocTitle=1,
        invariant=1,
        initialFontName=_REGULAR,
    )
    frame = Frame(_MARGIN, _MARGIN, _WIDTH, A4[1] - 2 * _MARGIN, 0, 0, 0, 0)
    document.addPageTemplates(PageTemplate("page", [frame], onPageEnd=_number_page))
    document.build(flowables, canvasmaker=partial(TaggedCanvas, root=root, title=title, created_on=created_on))
    return buffer.getvalue()


def as_markup(text: str) -> str:
    """Escape a text for a paragraph: what looks like markup is shown as it was written."""
    return escape(text).replace("\n", "<br/>")


@cache
def _register_fonts() -> None:
    for name in (_REGULAR, _BOLD):
        pdfmetrics.registerFont(EmbeddedFont(name, str(_FONTS / f"{name}.ttf")))


def _number_page(canvas: TaggedCanvas, document: BaseDocTemplate) -> None:
    canvas.begin_artifact()
    canvas.setFont(_REGULAR, 8)
    canvas.drawRightString(A4[0] - _MARGIN, _MARGIN / 2, f"Sida {document.page}")
    canvas.end()


def _flowables(blocks: Sequence[Block], root: Element) -> list[Flowable]:
    flowables: list[Flowable] = []
    for before, block in zip([None, *blocks], blocks, strict=False):
        # A page never breaks between headings: one that begins far enough up has room for those below it.
        if isinstance(block, Heading) and not isinstance(before, Heading):
            flowables.append(CondPageBreak(_ROOM_AFTER_HEADING[block.level]))
        flowables += _draw(block, root)
    return flowables


def _draw(block: Block, root: Element) -> list[Flowable]:
    match block:
        case Notice():
            return [_paragraph(block.text, _NOTICE, root.add("P"))]
        case Heading():
            return [_paragraph(block.text, _HEADINGS[block.level], root.add(f"H{block.level}"))]
        case Text():
            return [_text(block, _REMARK if block.is_remark else _BODY, root.add("P"))]
        case Items():
            return _items(block, root.add("L"))
        case Grid():
            return [_table(block, root.add("Table")), Spacer(0, 8)]


def _text(text: Text, style: ParagraphStyle, element: Element, before: str = "") -> TaggedParagraph:
    pieces = ((as_markup(words), is_strong) for words, is_strong in text.pieces)
    words = "".join(f'<font name="{_BOLD}">{piece}</font>' if is_strong else piece for piece, is_strong in pieces)
    return TaggedParagraph(f"{before}{words}", style, element=element)


def _items(block: Items, element: Element) -> list[Flowable]:
    marks = ["•" if block.first is None else f"{block.first + place}." for place in range(len(block.items))]
    return [
        _text(item, _ITEM, element.add("LI").add("LBody"), before=f"{mark} ")
        for mark, item in zip(marks, block.items, strict=True)
    ]


def _paragraph(text: str, style: ParagraphStyle, element: Element) -> TaggedParagraph:
    return TaggedParagraph(as_markup(text), style, element=element)


def _table(grid: Grid, table: Element) -> TaggedTable:
    head = table.add("TR")
    rows = [
        [
            _paragraph(text, _NUMBER_HEADER if column in grid.numeric else _HEADER, head.add("TH"))
            for column, text in enumerate(grid.header)
        ]
    ]
    for texts in grid.rows:
        row = table.add("TR")
        rows.append(
            [
                _paragraph(text, _NUMBER if column in grid.numeric else _CELL, row.add("TD"))
                for column, text in enumerate(texts)
            ]
        )
    options: dict[str, Any] = {"repeatRows": 1, "style": _TABLE_STYLE}
    return TaggedTable(rows, colWidths=[_WIDTH * share for share in column_shares(grid)], **options)
