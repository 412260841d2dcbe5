"""The XML parts of a workbook, counted before they are read: few bytes can cost very much memory."""

from collections.abc import Iterable
from xml.parsers import expat

from broker.companies.imports import limits
from broker.companies.imports.errors import UnreadableFileError
from broker.sentences import N_, Sentence

ACTIVE = Sentence(
    N_("Excel-filen innehåller delar som kan vara skadliga. Kopiera listan till en ny arbetsbok och försök igen.")
)
TOO_BIG_UNPACKED = Sentence(
    N_(
        "Arbetsboken blir för stor när den packas upp. Kopiera listan till en ny arbetsbok utan bilder, format "
        "och andra blad, eller spara den som CSV."
    )
)
_DEEPEST = 100


def check_part(blocks: Iterable[bytes], *, is_sheet: bool, most_elements: int) -> int:
    """Give the number of elements in a part; refuse entities and anything that reading would swell."""
    counter = _Counter(is_sheet, most_elements)
    parser = expat.ParserCreate()
    parser.StartElementHandler = counter.start
    parser.EndElementHandler = counter.end
    parser.StartDoctypeDeclHandler = _refuse_declaration
    parser.EntityDeclHandler = _refuse_declaration
    for block in blocks:
        # A whole block without the start of a tag is one giant text or tag, which no list holds.
        if len(block) > limits.LARGEST_TEXT_BYTES and b"<" not in block:
            raise UnreadableFileError(TOO_BIG_UNPACKED)
        parser.Parse(block, False)
    parser.Parse(b"", True)
    return counter.total


def _refuse_declaration(*_: object) -> None:
    # Excel writes no declarations; they are how a file reaches other files or grows without end.
    raise UnreadableFileError(ACTIVE)


class _Counter:
    def __init__(self, is_sheet: bool, most_elements: int) -> None:
        self.total = 0
        self._is_sheet = is_sheet
        self._most = most_elements
        self._rows = self._in_row = self._beside = self._depth = self._row_depth = 0

    def start(self, name: str, attributes: dict[str, str]) -> None:
        self.total += 1
        self._depth += 1
        if self.total > self._most or self._depth > _DEEPEST:
            raise UnreadableFileError(TOO_BIG_UNPACKED)
        if not self._is_sheet:
            return
        if self._row_depth:
            self._in_row += 1 + len(attributes)
        elif name == "row" or name.endswith(":row"):
            self._row_depth, self._in_row = self._depth, 0
            self._rows += 1
        else:
            self._beside += 1
        if (
            self._in_row > limits.SHEET_ROW_PARTS
            or self._beside > limits.OTHER_PART_ELEMENTS
            or self._rows > limits.SHEET_ROWS
        ):
            raise UnreadableFileError(TOO_BIG_UNPACKED)

    def end(self, _: str) -> None:
        if self._depth == self._row_depth:
            self._row_depth = 0
        self._depth -= 1
