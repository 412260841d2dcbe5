"""The text of a national register file, plain or inside its ZIP, as numbered lines; never whole in memory."""

import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, cast

from broker.companies.imports import limits
from broker.companies.imports.archives import DAMAGED, open_archive
from broker.companies.imports.errors import UnreadableFileError
from broker.companies.imports.formats import find_register_member
from broker.sentences import N_, Sentence

_BLOCK = limits.MEGABYTE
# Control characters mean nothing in these files and NUL does occur. Deleting bytes costs a hundredth of
# cleaning field by field, and no byte of a longer UTF-8 character is below 128.
_CONTROLS = bytes(code for code in range(32) if code not in b"\t\n") + b"\x7f"


@contextmanager
def open_register(path: Path) -> Iterator[BinaryIO]:
    """Open the register file, in its ZIP or unpacked."""
    with path.open("rb") as stream:
        if stream.read(4) != b"PK\x03\x04":
            stream.seek(0)
            yield stream
            return
    with open_archive(path) as archive:
        member = find_register_member(archive)
        if member is None:
            raise UnreadableFileError(
                Sentence(N_("Zip-filen ska innehålla en enda textfil. Hämta den på nytt från Bolagsverket."))
            )
        with archive.open(member) as packed:
            yield cast(BinaryIO, packed)


def numbered_lines(stream: BinaryIO, encoding: str) -> Iterator[tuple[int, str]]:
    """Give each line that is not empty with its number, in NFC and without control characters."""
    row = 0
    for block in _whole_lines(stream):
        text = block.decode(encoding, errors="replace")
        if not unicodedata.is_normalized("NFC", text):
            text = unicodedata.normalize("NFC", text)
        for line in text.split("\n"):
            row += 1
            if line:
                yield row, line


def _whole_lines(stream: BinaryIO) -> Iterator[bytes]:
    rest, total = b"", 0
    while block := stream.read(_BLOCK):
        total += len(block)
        if total > limits.REGISTER_BYTES or len(rest) > limits.REGISTER_LINE_BYTES:
            raise UnreadableFileError(DAMAGED)
        head, found, tail = block.rpartition(b"\n")
        if found:
            yield (rest + head).translate(None, _CONTROLS)
            rest = tail
        else:
            rest += tail
    if rest:
        yield rest.translate(None, _CONTROLS)
