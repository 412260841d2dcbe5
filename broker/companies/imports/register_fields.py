"""The packed fields of Bolagsverket's file: names, proceedings, postal address, dates."""

import re
from datetime import date

_NAMED = re.compile(r"(?:^|\|)(.*?)\$([A-Z_]+)-ORGNAM(?:\$|$)")
NAME_ORDER = ("FORETAGSNAMN", "NAMN", "FORNAMN_FRSPRAK", "SARS_FORNAMN")
_POSTCODE = re.compile(r"\d{3} ?\d{2}", re.ASCII)
_ENDED = "-AVSLAVOMFO"
_BEGUN = "-AVOMFO"

Address = tuple[str | None, str | None, str | None, str | None]


def find_date(text: str) -> date | None:
    """Give the date written as 2015-09-16 or 20150916, or None for anything else."""
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def register_name(field: str) -> str | None:
    """Give the company's own name; a foreign or secondary name only when it has no other."""
    pieces = field.split("$")
    if len(pieces) <= 3:
        return pieces[0].strip() or None
    by_kind: dict[str, str] = {}
    for name, kind in _NAMED.findall(field):
        by_kind.setdefault(kind, name.strip())
    for kind in NAME_ORDER:
        if by_kind.get(kind):
            return by_kind[kind]
    return pieces[0].strip() or None


def open_proceedings(field: str) -> tuple[tuple[str, date | None], ...]:
    """Give the proceedings still going on: a later ending code of the same kind closes an event.

    The ending codes (FRUHOR, KKAVOV …) begin with the code that they end; seen in the file, in no code list.
    """
    events = [event.partition("$") for event in field.split("|") if event]
    endings = [(code.removesuffix(_ENDED), find_date(day)) for code, _, day in events if code.endswith(_ENDED)]
    begun = [(code.removesuffix(_BEGUN), find_date(day)) for code, _, day in events if not code.endswith(_ENDED)]
    return tuple((code, day) for code, day in begun if not _is_over(code, day, endings))


def postal_address(field: str) -> Address:
    """Split the address into street, postcode, town and country; guards against town and postcode swapped."""
    if not field:
        return None, None, None, None
    pieces = field.rsplit("$", 4)
    if len(pieces) != 5:
        return field.replace("$", " ").strip() or None, None, None, None
    street, care_of, town, postcode, country = (piece.strip() for piece in pieces)
    if _POSTCODE.fullmatch(town) and not _POSTCODE.fullmatch(postcode):
        town, postcode = postcode, town
    if care_of:
        street = f"{care_of}, {street}" if street else care_of
    if " " in postcode and _POSTCODE.fullmatch(postcode):
        postcode = postcode.replace(" ", "")
    return street or None, postcode or None, town or None, country.removesuffix("-LAND") or None


def _is_over(code: str, day: date | None, endings: list[tuple[str, date | None]]) -> bool:
    return any(ending.startswith(code) and (day is None or ended is None or ended >= day) for ending, ended in endings)
