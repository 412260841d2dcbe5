"""What one cell of an ordinary list means; an unclear cell is refused with what to do."""

import re
from collections.abc import Iterable
from datetime import date, datetime, time, timedelta

from broker.companies.imports import limits
from broker.companies.imports.register_fields import find_date
from broker.companies.models import LegalBasis
from broker.sentences import N_, Sentence
from broker.swedish import clean, search_key

Cell = str | int | float | bool | date | datetime | time | timedelta | None

_UNKNOWN = frozenset({"", "vet ej", "okänt", "okänd", "saknas", "ej angivet", "uppgift saknas", "n/a", "null"})
_EMPLOYEES = re.compile(
    r"(?:ca\.?|cirka|c:a|circa|ungefär|omkring|runt|minst|över|~|>|<)?\s*(\d{1,3}(?: \d{3})+|\d+)(?:[.,]0+)?"
    r"(?:\s*(?:-|till)\s*(?:\d+))?\s*\+?\s*(?:st\.?|stycken|anst\.?|anställda|pers\.?|personer|medarbetare|årsanställda)?"
)
_DASHES = str.maketrans(dict.fromkeys("‐‑‒–—−", "-"))
_EMAIL = re.compile(r"[^@\s,;<>()\"]+@[^@\s,;<>()\"]+\.[^@\s,;<>()\"]{2,}")
_POSTCODE = re.compile(r"(?:SE?-)?(\d{3}) ?(\d{2})(?:\.0)?", re.ASCII | re.IGNORECASE)
_POSTCODE_TOWN = re.compile(r"(?:SE?-)?(\d{3}) ?(\d{2})\b[ ,]*(.*)", re.ASCII | re.IGNORECASE)
_DAY_FIRST = re.compile(r"(\d{1,2})[/.](\d{1,2})[/. ]+(\d{4})", re.ASCII)
_COUNTRIES = {
    "sverige": "SE",
    "sweden": "SE",
    "norge": "NO",
    "norway": "NO",
    "danmark": "DK",
    "denmark": "DK",
}
_COUNTRIES |= {"finland": "FI", "tyskland": "DE", "germany": "DE"}
_LEGAL_FORMS = {
    "aktiebolag": "AB",
    "handelsbolag": "HB",
    "kommanditbolag": "KB",
    "ekonomisk forening": "EK",
    "ideell forening": "I",
    "stiftelse": "S",
    "bostadsrattsforening": "BRF",
    "enskild firma": "E",
    "enskild naringsverksamhet": "E",
    "enskild naringsidkare": "E",
    "filial": "FL",
    "trossamfund": "TSF",
}
_LEGAL_CODE = re.compile(
    "AB|BAB|BF|BFL|BRF|E|EB|EEIG|EGTS|EK|FAB|FF|FL|FOF|HB|I|KB|KHF|MB|OFB|OTPB|S|SB|SCE|SE|SF|TPAB|TPF|TSF"
)
_LEGAL_BASES = {
    **dict.fromkeys(("allmant intresse", "uppgift av allmant intresse", "public task"), LegalBasis.PUBLIC_TASK),
    **dict.fromkeys(("samtycke", "consent"), LegalBasis.CONSENT),
}
_NO = frozenset({"", "nej", "n", "no", "0", "false", "falskt"})
_YES = frozenset({"ja", "j", "yes", "y", "x", "1", "true", "sant", "sekretess", "skyddad"})
_PROTECTED = re.compile(
    r"skydda(?:d|de)s? (?:identitet|id\b|personuppgift|folkbokf|adress|uppgift)|sekretessmark|kvarskriv|fingera"
)
# The largest employer in Sweden has about 60,000 people; a larger figure is a postcode or a turnover.
_MOST_EMPLOYEES = 100_000


class CellError(ValueError):
    """Say what to do about a cell that cannot be used."""

    def __init__(self, sentence: Sentence) -> None:
        super().__init__(sentence)


def cell_text(value: Cell) -> str:
    """Give a cell as text: whole numbers without decimals, dates as 2026-02-14, empty for nothing."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "Ja" if value else "Nej"
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    if isinstance(value, datetime) and value.time() == time(0):
        return value.date().isoformat()
    return clean(str(value))


def read_short(value: Cell) -> str | None:
    """Give a name or another short text on one line, or None when the cell says nothing."""
    text = " ".join(cell_text(value).split())
    if "\ufffd" in text:
        raise CellError(
            Sentence(N_("Bokstäver har gått förlorade (�). Spara om listan från källan som Excel eller CSV UTF-8."))
        )
    if len(text) > limits.SHORT_TEXT:
        raise CellError(
            Sentence(
                N_("Texten är längre än %(limit)s tecken. Korta den eller flytta den till en anteckning."),
                {"limit": limits.SHORT_TEXT},
            )
        )
    return None if _says_nothing(text) else text


def read_note(value: Cell) -> str | None:
    """Give a longer text with its line breaks."""
    text = cell_text(value)
    if len(text) > limits.NOTE_TEXT:
        raise CellError(Sentence(N_("Texten är längre än %(limit)s tecken. Korta den."), {"limit": limits.NOTE_TEXT}))
    return text or None


def read_employees(value: Cell) -> int | None:
    """Give the number of employees: about 12 is 12, and of a span (10-19, 500+) the lower end."""
    if isinstance(value, date | time | timedelta):
        raise CellError(
            Sentence(
                N_("Excel har gjort om antalet till ett datum. Gör kolumnen till text och skriv till exempel 10-19.")
            )
        )
    text = " ".join(cell_text(value).split()).translate(_DASHES).casefold()
    if _says_nothing(text):
        return None
    found = _EMPLOYEES.fullmatch(text)
    count = int(found[1].replace(" ", "")[:12]) if found else -1
    if not 0 <= count <= _MOST_EMPLOYEES:
        raise CellError(
            Sentence(N_("Antalet anställda går inte att tolka. Skriv ett heltal, till exempel 12, eller lämna tomt."))
        )
    return count


def read_date(value: Cell) -> date | None:
    """Give a whole date, from a date cell or written as 2026-02-14, 20260214 or 14/2 2026."""
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    text = cell_text(value)
    if _says_nothing(text):
        return None
    if found := _DAY_FIRST.fullmatch(text):
        text = f"{found[3]}-{found[2]:0>2}-{found[1]:0>2}"
    day = find_date(text[:10] if re.fullmatch(r"\d{4}-\d\d-\d\d[ T].*", text) else text)
    if day is None or not 1600 <= day.year <= 2200:
        raise CellError(Sentence(N_("Datumet går inte att tolka. Skriv det som ÅÅÅÅ-MM-DD, till exempel 2026-02-14.")))
    return day


def read_email(value: Cell) -> str | None:
    """Give an e-mail address."""
    text = read_short(value)
    if text is None:
        return None
    text = text.removeprefix("mailto:")
    if not _EMAIL.fullmatch(text):
        raise CellError(
            Sentence(N_("E-postadressen är inte hel. Skriv en adress, till exempel namn@foretag.se, eller lämna tomt."))
        )
    return text


def read_postcode(value: Cell) -> str | None:
    """Give a postcode; a Swedish one as five digits without space."""
    text = read_short(value)
    if text is None:
        return None
    found = _POSTCODE.fullmatch(text)
    return found[1] + found[2] if found else text


def read_postcode_town(value: Cell) -> tuple[str | None, str | None]:
    """Split a line such as 982 30 GÄLLIVARE; without a postcode the whole line is the town."""
    text = read_short(value)
    if text is None:
        return None, None
    found = _POSTCODE_TOWN.fullmatch(text)
    return (found[1] + found[2], found[3] or None) if found else (None, text)


def read_country(value: Cell) -> str | None:
    """Give the two-letter code for the countries nearest to us, otherwise the text itself."""
    text = read_short(value)
    return _COUNTRIES.get(search_key(text), text) if text else None


def read_legal_form(value: Cell) -> str | None:
    """Give Bolagsverket's code, or None for other words: the register knows better than a list."""
    text = read_short(value)
    if text is None:
        return None
    return text.upper() if _LEGAL_CODE.fullmatch(text.upper()) else _LEGAL_FORMS.get(search_key(text))


def read_sni(value: Cell) -> tuple[str, ...] | None:
    """Give the five-digit industry codes in a cell, which may be written 10.850 or follow one another."""
    text = read_short(value)
    if text is None:
        return None
    codes = [part.replace(".", "").partition(" ")[0] for part in re.split(r"[,;/]\s*", text) if part]
    # Excel takes the leading zero away when the column holds numbers.
    full = tuple(code.zfill(5) if isinstance(value, int | float) else code for code in codes)
    if not all(re.fullmatch(r"\d{5}", code, re.ASCII) for code in full):
        raise CellError(Sentence(N_("SNI-koden ska ha fem siffror, till exempel 01110. Rätta den eller lämna tomt.")))
    return full


def read_legal_basis(value: Cell) -> LegalBasis | None:
    """Give the ground on which a person's details are kept."""
    text = read_short(value)
    if text is None:
        return None
    if basis := _LEGAL_BASES.get(search_key(text)):
        return basis
    raise CellError(Sentence(N_("Skriv allmänt intresse eller samtycke, eller lämna tomt.")))


def read_is_protected(value: Cell) -> bool:
    """Tell whether an identity is protected; what is neither yes nor no is refused rather than guessed."""
    key = search_key(cell_text(value))
    if key in _NO:
        return False
    if key in _YES or says_protected([value]):
        return True
    raise CellError(Sentence(N_("Skriv ja eller nej: har personen skyddad identitet?")))


def says_protected(values: Iterable[Cell]) -> bool:
    """Tell whether any of some cells says that somebody's identity is protected, in whichever column."""
    return any(isinstance(value, str) and _PROTECTED.search(value.casefold()) for value in values)


def _says_nothing(text: str) -> bool:
    return text.casefold().strip(" .-–?/*") in _UNKNOWN
