"""Two texts side by side, word by word: what stayed, what was taken away and what was added."""

import re
from dataclasses import dataclass
from difflib import SequenceMatcher

_WORD = re.compile(r"\s+|\w+|[^\w\s]")


@dataclass(frozen=True)
class Piece:
    """Some words in a row that stayed, were taken away or were added."""

    kind: str
    text: str


SAME, GONE, NEW = "same", "gone", "new"


def compare(before: str, after: str) -> list[Piece]:
    """Give the pieces in reading order: without the new ones they are the old text, without those gone the new one."""
    old, new = _WORD.findall(before), _WORD.findall(after)
    pieces: list[Piece] = []
    for tag, first, last, new_first, new_last in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag == "equal":
            pieces.append(Piece(SAME, "".join(old[first:last])))
            continue
        pieces += [
            Piece(kind, text)
            for kind, text in ((GONE, "".join(old[first:last])), (NEW, "".join(new[new_first:new_last])))
            if text
        ]
    return _calm(pieces)


def _calm(pieces: list[Piece]) -> list[Piece]:
    """Join changes that only white space parts: three words changed in a row are read as one change."""
    joined: list[Piece] = []
    gone = new = ""
    for place, piece in enumerate(pieces):
        is_gap = piece.kind == SAME and piece.text.isspace() and "\n" not in piece.text and (gone or new)
        follows = place + 1 < len(pieces) and pieces[place + 1].kind != SAME
        if piece.kind != SAME or (is_gap and follows):
            gone += piece.text if piece.kind in (SAME, GONE) else ""
            new += piece.text if piece.kind in (SAME, NEW) else ""
            continue
        joined += _changed(gone, new)
        gone = new = ""
        joined.append(piece)
    return [*joined, *_changed(gone, new)]


def _changed(gone: str, new: str) -> list[Piece]:
    return [Piece(kind, text) for kind, text in ((GONE, gone), (NEW, new)) if text]


def count_words(pieces: list[Piece], kind: str) -> int:
    """Count the words that were taken away, or added."""
    return sum(len(re.findall(r"\w+", piece.text)) for piece in pieces if piece.kind == kind)
