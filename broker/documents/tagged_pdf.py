"""A tagging layer for ReportLab: the structure tree a screen reader follows (ISO 32000-1, section 14.7)."""

import re
from datetime import date
from itertools import accumulate
from typing import Any
from xml.sax.saxutils import escape

from reportlab.lib.units import cm
from reportlab.pdfbase.pdfdoc import XMP, PDFArray, PDFDictionary, PDFDocument, PDFName, PDFObject
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Paragraph, Table

_XMP = """<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/"
 xmlns:xmp="http://ns.adobe.com/xap/1.0/" xmlns:pdfuaid="http://www.aiim.org/pdfua/ns/id/">
<dc:title><rdf:Alt><rdf:li xml:lang="x-default">{title}</rdf:li></rdf:Alt></dc:title>
<dc:language><rdf:Bag><rdf:li>{language}</rdf:li></rdf:Bag></dc:language>
<xmp:CreateDate>{created_on}T00:00:00Z</xmp:CreateDate>
<xmp:ModifyDate>{created_on}T00:00:00Z</xmp:ModifyDate>
<pdfuaid:part>1</pdfuaid:part>
</rdf:Description></rdf:RDF></x:xmpmeta>
<?xpacket end="w"?>"""


class Element:
    """One element of the structure tree: other elements, or places on pages where its content is drawn."""

    def __init__(self, tag: str, parent: "Element | None" = None) -> None:
        self.tag = tag
        self.parent = parent
        self.kids: list[Element | tuple[int, int]] = []

    def add(self, tag: str) -> "Element":
        """Add an element last in this one."""
        element = Element(tag, self)
        self.kids.append(element)
        return element


class WrittenObject(PDFObject):
    """An object of the file whose text whoever adds it has written."""

    text = b""

    def format(self, _document: PDFDocument) -> bytes:
        """Give the text as it goes into the file."""
        return self.text


class TaggedCanvas(Canvas):
    """A canvas that writes down which element everything drawn belongs to."""

    def __init__(self, *args: Any, root: Element, title: str, created_on: date, **options: Any) -> None:
        super().__init__(*args, **options)
        self._root = root
        self._pages: list[bytes] = []
        self._owners: list[list[Element]] = [[]]
        self._describe(title, created_on)

    def begin(self, element: Element) -> None:
        """Start the drawing of an element's content."""
        number = len(self._owners[-1])
        self._owners[-1].append(element)
        element.kids.append((len(self._pages), number))
        self._code.append(f"/{element.tag} <</MCID {number}>> BDC")

    def begin_artifact(self) -> None:
        """Start the drawing of something that is not read aloud."""
        self._code.append("/Artifact BMC")

    def end(self) -> None:
        """End what was started last."""
        self._code.append("EMC")

    def showPage(self) -> None:  # noqa: N802 - ReportLab's name.
        """Finish the page and tie it to the structure tree."""
        super().showPage()
        page = self._doc.Pages.pages[-1]
        page.__NoDefault__ = [*page.__NoDefault__, "StructParents", "Tabs"]
        page.StructParents = len(self._pages)
        page.Tabs = PDFName("S")
        self._pages.append(self._refer(page))
        self._owners.append([])

    def save(self) -> None:
        """Write the structure tree and then the file."""
        if self._code:
            self.showPage()
        document = self._doc
        tree = PDFDictionary({"Type": PDFName("StructTreeRoot")})
        tree_reference = self._refer(tree)
        references: dict[Element, bytes] = {}
        tree["K"] = PDFArray([self._write(self._root, tree_reference, references)])
        numbers: list[Any] = []
        for page_number, owners in enumerate(self._owners[: len(self._pages)]):
            numbers += [page_number, PDFArray([references[element] for element in owners])]
        tree["ParentTree"] = PDFDictionary({"Nums": PDFArray(numbers)})
        tree["ParentTreeNextKey"] = len(self._pages)
        document.Catalog.StructTreeRoot = tree_reference
        document.Catalog.MarkInfo = PDFDictionary({"Marked": "true"})
        super().save()

    def _write(self, element: Element, parent: bytes, references: dict[Element, bytes]) -> bytes:
        """Write an element with what is in it, as text since there are thousands, and give the reference to it."""
        written = WrittenObject()
        reference = references[element] = self._refer(written)
        kids = [
            self._write(kid, reference, references) if isinstance(kid, Element) else self._mark(*kid)
            for kid in element.kids
        ]
        scope = b"/A <<\n/O /Table /Scope /Column\n>> " if element.tag == "TH" else b""
        parts = scope, PDFArray(kids).format(self._doc), parent, element.tag.encode()
        written.text = b"<<\n%b/K %b /P %b /S /%b /Type /StructElem\n>>" % parts
        return reference

    def _mark(self, page_number: int, mark: int) -> bytes:
        return b"<<\n/MCID %d /Pg %b /Type /MCR\n>>" % (mark, self._pages[page_number])

    def _refer(self, part: PDFObject) -> bytes:
        reference: bytes = self._doc.Reference(part).format(self._doc)
        return reference

    def _describe(self, title: str, created_on: date) -> None:
        """Set the dates and metadata, so that the bytes do not depend on the clock."""
        day = created_on.strftime("%Y%m%d")
        self.setDateFormatter(lambda *moment: f"D:{day}000000Z")
        packet = _XMP.format(title=escape(title), language="sv-SE", created_on=created_on.isoformat())
        self._doc.Catalog.Metadata = XMP(creator=lambda document: packet.encode())


class TaggedParagraph(Paragraph):
    """A paragraph that belongs to an element, also when it is split over pages."""

    def __init__(self, text: Any, style: Any = None, *args: Any, element: Element | None = None, **options: Any):
        super().__init__(text, style, *args, **options)
        self.element = element
        self._is_drawn = False
        self._wrapped: tuple[float, tuple[float, float]] | None = None

    def wrap(self, available_width: float, available_height: float) -> tuple[float, float]:
        """Break into lines once for a width; a table asks for the height of a cell again when it draws it."""
        if self._wrapped is None or self._wrapped[0] != available_width:
            self._wrapped = available_width, super().wrap(available_width, available_height)
        return self._wrapped[1]

    def split(self, available_width: float, available_height: float) -> list[Any]:
        """Split as any paragraph; the parts stay one element."""
        parts = super().split(available_width, available_height)
        # A paragraph of which nothing fits has lost its lines.
        self._wrapped = None
        for part in parts:
            part.element = self.element
        return parts

    def draw(self) -> None:
        """Draw inside the element; a header row that is repeated on the next page is not read again."""
        if self._is_drawn or self.element is None:
            self.canv.begin_artifact()
        else:
            self.canv.begin(self.element)
        self._is_drawn = True
        super().draw()
        self.canv.end()


class TaggedTable(Table):
    """A table of tagged paragraphs whose lines and backgrounds are not read."""

    # A row that is at most this high is never split over pages.
    highest_whole_row = 4 * cm

    def split(self, available_width: float, available_height: float) -> list[Any]:
        """Split above the row that has no room, or inside it when it is too high to be moved whole."""
        self._calc(available_width, available_height)
        below = zip(accumulate(self._rowHeights), self._rowHeights, strict=True)
        height = next((height for bottom, height in below if bottom > available_height), 0)
        if height > self.highest_whole_row and (parts := self._splitRows(available_height, doInRowSplit=True)):
            return list(parts)
        return list(self._splitRows(available_height, doInRowSplit=False))

    def _drawBkgrnd(self) -> None:  # noqa: N802 - ReportLab's name.
        self.canv.begin_artifact()
        super()._drawBkgrnd()
        self.canv.end()

    def _drawLines(self) -> None:  # noqa: N802 - ReportLab's name.
        self.canv.begin_artifact()
        super()._drawLines()
        self.canv.end()


class _EveryCharacter(dict[int, int]):
    """Glyph numbers by character, where a character the font lacks is drawn as its empty box."""

    def __contains__(self, code_point: object) -> bool:
        return True

    def __missing__(self, code_point: int) -> int:
        return 0


class EmbeddedFont(TTFont):
    """A font whose text can be copied out again, also characters it cannot draw or beyond the basic plane."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.face.charToGlyph = _EveryCharacter(self.face.charToGlyph)

    def addObjects(self, doc: PDFDocument) -> None:  # noqa: N802 - ReportLab's name.
        """Add the font, with its table of characters written as UTF-16 as the format asks."""
        super().addObjects(doc)
        for name, stream in doc.idToObject.items():
            if str(name).startswith("toUnicodeCMap:"):
                stream.content = re.sub(r"(?<= <)[0-9A-F]{5,6}(?=>)", _as_utf16, stream.content)


def _as_utf16(code_point: re.Match[str]) -> str:
    return chr(int(code_point[0], 16)).encode("utf-16-be").hex().upper()
