"""Which documents are taken as papers: by the ending of the name and by what the content begins with."""

import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from typing import BinaryIO

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from broker.errors import RefusedError

_SAMPLE_BYTES = 64 * 1024
_MACROS = "vbaproject.bin"
ACCEPTED = _l(
    "Det här tas emot: PDF, Word, Excel, PowerPoint, OpenDocument, RTF, text, CSV, bilder (PNG, JPEG) och sparad "
    "e-post (EML, MSG), utan makron."
)


@dataclass(frozen=True)
class Kind:
    """One kind of document: its endings, how its content is known, and why it is taken."""

    endings: tuple[str, ...]
    fits: Callable[[BinaryIO], bool]
    reason: str


def refuse_other_kinds(stream: BinaryIO, file_name: str) -> None:
    """Refuse what is no document of a known kind, such as a program; that a file is empty is found when it is kept."""
    kind = next((kind for kind in KINDS if file_name.casefold().endswith(kind.endings)), None)
    if kind is None:
        raise RefusedError(
            _("Filen är inte av ett slag som tas emot. Spara den som PDF och försök igen. %(kinds)s", kinds=ACCEPTED)
        )
    is_empty = not stream.read(1)
    stream.seek(0)
    is_fitting = is_empty or kind.fits(stream)
    stream.seek(0)
    if not is_fitting:
        raise RefusedError(
            _(
                "Innehållet är inte det som filens namn säger. Öppna den i sitt program, spara den på nytt och försök "
                "igen. %(kinds)s",
                kinds=ACCEPTED,
            )
        )


def _starting(*starts: bytes) -> Callable[[BinaryIO], bool]:
    return lambda stream: stream.read(_SAMPLE_BYTES).startswith(starts)


def _packed(member: str) -> Callable[[BinaryIO], bool]:
    def fits(stream: BinaryIO) -> bool:
        try:
            with zipfile.ZipFile(stream) as package:
                names = package.namelist()
        except zipfile.BadZipFile:
            return False
        return member in names and not any(name.casefold().endswith(_MACROS) for name in names)

    return fits


def _is_text(stream: BinaryIO) -> bool:
    sample = stream.read(_SAMPLE_BYTES)
    is_wide = sample.startswith((b"\xff\xfe", b"\xfe\xff"))
    return (is_wide or b"\x00" not in sample) and not sample.startswith(b"#!")


_OFFICE_97 = _starting(b"\xd0\xcf\x11\xe0")
KINDS = (
    Kind((".pdf",), _starting(b"%PDF"), "Offers, decisions and contracts; the format that archives take."),
    Kind((".docx", ".xlsx", ".pptx"), _packed("[Content_Types].xml"), "What municipalities and providers write in."),
    Kind((".odt", ".ods", ".odp"), _packed("mimetype"), "The open formats that some municipalities write in."),
    Kind((".doc", ".xls", ".ppt"), _OFFICE_97, "Older templates and price lists are still sent."),
    Kind((".msg",), _OFFICE_97, "A mail saved by Outlook, for a request or a reply that came by mail."),
    Kind((".eml", ".txt", ".csv"), _is_text, "Mail, notes and price lists as plain text."),
    Kind((".rtf",), _starting(b"{\\rtf"), "Text that older systems hand out."),
    Kind((".png",), _starting(b"\x89PNG"), "A picture of a screen or a certificate."),
    Kind((".jpg", ".jpeg"), _starting(b"\xff\xd8\xff"), "A photographed or scanned paper."),
)
