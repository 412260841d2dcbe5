"""Which kind of company file this is, told by its content and never by its name."""

from enum import Enum
from pathlib import Path
from zipfile import ZipFile

from broker.companies.imports.archives import open_archive
from broker.companies.imports.errors import UnreadableFileError
from broker.sentences import N_, Sentence

BOLAGSVERKET_START = b"organisationsidentitet;"
SCB_START = b"ForAndrTyp\t"
_SAMPLE_BYTES = 64 * 1024
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"
_WIDE_MARKS = (b"\xff\xfe", b"\xfe\xff")
_ARCHIVE_STARTS = (b"PK\x03\x04", b"PK\x05\x06")
_USUAL_CONTROLS = b"\t\n\r\f"

_SAVE_AS = {"save_as": Sentence(N_("Spara listan som Excel-arbetsbok (.xlsx) eller CSV och försök igen."))}
_BINARY = Sentence(N_("Filen är varken en Excel-lista, en textlista eller en registerfil. %(save_as)s"), _SAVE_AS)
_PICTURE = Sentence(N_("Filen är en bild. Be den som har listan om den som Excel- eller textfil."))
_KNOWN_STARTS = (
    (b"\x89PNG", _PICTURE),
    (b"\xff\xd8\xff", _PICTURE),
    (b"GIF8", _PICTURE),
    (b"%PDF", Sentence(N_("Filen är en PDF. Öppna listan i det program den kommer ifrån. %(save_as)s"), _SAVE_AS)),
    (
        b"\xd0\xcf\x11\xe0",
        Sentence(N_("Filen är en äldre Excel-fil (.xls) eller har lösenord. Öppna den i Excel. %(save_as)s"), _SAVE_AS),
    ),
    (b"{\\rtf", Sentence(N_("Filen är ett textdokument. %(save_as)s"), _SAVE_AS)),
    (b"begin:vcard", Sentence(N_("Filen innehåller visitkort. Välj en lista med företag."))),
    (b"begin:vcalendar", Sentence(N_("Filen är en kalender. Välj en lista med företag."))),
    (b"<", Sentence(N_("Filen är en webbsida eller XML. Öppna den i Excel. %(save_as)s"), _SAVE_AS)),
    (b"{", Sentence(N_("Filen är JSON, inte en lista. %(save_as)s"), _SAVE_AS)),
)


class FileFormat(Enum):
    """The kinds of company file that can be read."""

    BOLAGSVERKET = "bolagsverket"
    SCB = "scb"
    TABLE_CSV = "csv"
    TABLE_XLSX = "xlsx"


def detect_format(path: Path, file_name: str) -> FileFormat:
    """Give the format of a file, or raise UnreadableFileError with a sentence that says what to do."""
    with path.open("rb") as stream:
        sample = stream.read(_SAMPLE_BYTES)
    if not sample.removeprefix(_BYTE_ORDER_MARK).strip():
        raise UnreadableFileError(Sentence(N_("Filen är tom. Kontrollera att listan har sparats och välj filen igen.")))
    if sample.startswith(_ARCHIVE_STARTS):
        return _format_of_archive(path)
    if register := _find_register(sample):
        return register
    refuse_other_kinds(sample, file_name)
    return FileFormat.TABLE_CSV


def refuse_other_kinds(sample: bytes, file_name: str) -> None:
    """Refuse what its first bytes show to be no company file; an archive has to be opened first."""
    if sample.startswith(_ARCHIVE_STARTS):
        return
    start = sample.removeprefix(_BYTE_ORDER_MARK).lstrip().lower()
    for known, message in _KNOWN_STARTS:
        if start.startswith(known.lower()):
            raise UnreadableFileError(message)
    if find_wide_encoding(sample):
        return
    controls = sum(1 for byte in sample if byte < 32 and byte not in _USUAL_CONTROLS)
    if b"\x00\x00" in sample or controls * 100 > len(sample):
        raise UnreadableFileError(_BINARY)
    if file_name.casefold().endswith((".xlsx", ".xls", ".xlsm")) and len(sample.splitlines()) < 2:
        raise UnreadableFileError(Sentence(N_("Filen heter som en Excel-fil men är ingen. %(save_as)s"), _SAVE_AS))


def find_wide_encoding(sample: bytes) -> str | None:
    """Give which UTF-16 a text is in, told by its mark or by a zero in every second byte, or None."""
    if sample.startswith(_WIDE_MARKS):
        return "utf-16"
    even, odd, half = sample[::2].count(0), sample[1::2].count(0), max(1, len(sample) // 2)
    if odd * 3 > half and even * 20 < half:
        return "utf-16-le"
    return "utf-16-be" if even * 3 > half and odd * 20 < half else None


def find_register_member(archive: ZipFile) -> str | None:
    """Give the name of the only text file in the ZIP, or None; SCB's has a new name every week."""
    names = [name for name in archive.namelist() if name.casefold().endswith(".txt")]
    return names[0] if len(names) == 1 else None


def _format_of_archive(path: Path) -> FileFormat:
    with open_archive(path) as archive:
        names = archive.namelist()
        if "xl/workbook.xml" in names:
            return FileFormat.TABLE_XLSX
        if member := find_register_member(archive):
            with archive.open(member) as stream:
                if register := _find_register(stream.read(_SAMPLE_BYTES)):
                    return register
    if any(name.startswith(("word/", "ppt/")) for name in names):
        raise UnreadableFileError(Sentence(N_("Filen är ett Word- eller PowerPoint-dokument. %(save_as)s"), _SAVE_AS))
    if "content.xml" in names:
        raise UnreadableFileError(Sentence(N_("Filen kommer från LibreOffice. %(save_as)s"), _SAVE_AS))
    raise UnreadableFileError(
        Sentence(
            N_(
                "Zip-filen innehåller ingen registerfil från Bolagsverket eller SCB. "
                "Packa upp den och välj listan i den."
            )
        )
    )


def _find_register(sample: bytes) -> FileFormat | None:
    start = sample.removeprefix(_BYTE_ORDER_MARK).lstrip(b'"')
    if start.startswith(BOLAGSVERKET_START):
        return FileFormat.BOLAGSVERKET
    first_line = start.split(b"\n", 1)[0]
    return FileFormat.SCB if start.startswith(SCB_START) and b"PeOrgNr" in first_line else None
