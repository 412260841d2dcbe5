"""ZIP files from outside: looked at and unpacked only within limits."""

import lzma
import struct
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from broker.companies.imports import limits
from broker.companies.imports.errors import UnreadableFileError
from broker.sentences import N_, Sentence

DAMAGED = Sentence(N_("Filen är skadad eller lösenordsskyddad. Hämta eller spara filen på nytt, utan lösenord."))
TOO_MANY_PARTS = Sentence(N_("Filen består av för många delar. Spara listan i en ny, tom arbetsbok och försök igen."))

_ZIP_ERRORS = (
    zipfile.BadZipFile,
    zlib.error,
    lzma.LZMAError,
    EOFError,
    RuntimeError,
    ValueError,
    OSError,
    struct.error,
)
_END_RECORD = struct.Struct("<4s4H2LH")
_BLOCK = 256 * 1024


@contextmanager
def open_archive(path: Path) -> Iterator[zipfile.ZipFile]:
    """Open a ZIP file with a directory of reasonable size; every fault in it becomes UnreadableFileError."""
    try:
        _refuse_large_directory(path)
        with zipfile.ZipFile(path) as archive:
            if len(archive.infolist()) > limits.ZIP_MEMBERS:
                raise UnreadableFileError(TOO_MANY_PARTS)
            yield archive
    except _ZIP_ERRORS as error:
        raise UnreadableFileError(DAMAGED) from error


def read_blocks(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> Iterator[bytes]:
    """Unpack one member a block at a time, so that the caller can count and stop."""
    with archive.open(member) as stream:
        while block := stream.read(_BLOCK):
            yield block


def _refuse_large_directory(path: Path) -> None:
    # The directory is read into memory whole, before anything can be counted, so its size is checked first.
    with path.open("rb") as stream:
        size = stream.seek(0, 2)
        stream.seek(max(0, size - 65_557))
        tail = stream.read()
    place = tail.rfind(b"PK\x05\x06")
    if place < 0 or len(tail) - place < _END_RECORD.size:
        raise UnreadableFileError(DAMAGED)
    _, _, _, _, members, directory_bytes, _, _ = _END_RECORD.unpack_from(tail, place)
    if members > limits.ZIP_MEMBERS or directory_bytes > limits.ZIP_DIRECTORY_BYTES:
        raise UnreadableFileError(TOO_MANY_PARTS)
