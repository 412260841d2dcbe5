"""Reads and writes contact cards as phones and mail programs exchange them (vCard: RFC 6350, older 3.0 and 2.1)."""

import quopri
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice

from email_validator import EmailNotValidError, validate_email
from flask_babel import gettext as _

from broker.content_lines import decoded, escaped, unescaped
from broker.errors import RefusedError
from broker.swedish import clean

MOST_CARDS = 500
# A field: an optional group, the name, its parameters, and the value after the first colon outside quotation marks.
_FIELD = re.compile(r'(?:[\w-]+\.)?([\w-]+)((?:;(?:"[^"]*"|[^":;])*)*):(.*)', re.DOTALL)
_SPLIT = re.compile(r"(?<!\\);")
_MOBILE = re.compile(r"cell|mobile|pref", re.IGNORECASE)


@dataclass(frozen=True)
class Card:
    """What a card says of one person that a contact person has too."""

    name: str
    organisation: str = ""
    function: str = ""
    phone: str = ""
    email: str = ""


def read_cards(content: bytes) -> list[Card]:
    """Read the cards of a file; refuses a file without any, and more than MOST_CARDS."""
    named = (card for fields in _cards(decoded(content)) if (card := _card(fields)).name)
    cards = list(islice(named, MOST_CARDS + 1))
    if not cards:
        raise RefusedError(
            _("Filen har inga kontaktkort. Exportera kontakterna som vCard (.vcf) ur telefonen eller e-postprogrammet.")
        )
    if len(cards) > MOST_CARDS:
        raise RefusedError(
            _("Filen har fler än %(most)s kontaktkort. Välj ut dem som hör till era företag.", most=MOST_CARDS)
        )
    return cards


def write_cards(cards: Iterable[Card]) -> str:
    """Give cards as a file that phones and mail programs read (vCard 3.0)."""
    return "".join(f"{line}\r\n" for card in cards for line in _lines(card))


def _lines(card: Card) -> Iterator[str]:
    first, _space, last = card.name.rpartition(" ")
    yield "BEGIN:VCARD"
    yield "VERSION:3.0"
    yield f"N:{escaped(last)};{escaped(first)};;;"
    yield f"FN:{escaped(card.name)}"
    for name, value in (("ORG", card.organisation), ("TITLE", card.function), ("TEL", card.phone)):
        if value:
            yield f"{name}:{escaped(value)}"
    if card.email:
        yield f"EMAIL;TYPE=INTERNET:{escaped(card.email)}"
    yield "END:VCARD"


def _cards(text: str) -> Iterator[list[tuple[str, str, str]]]:
    """Give each card's fields as name, parameters and value; what stands outside a card is passed over."""
    fields: list[tuple[str, str, str]] | None = None
    for line in _whole_lines(text):
        found = _FIELD.fullmatch(line)
        name, parameters, value = (found[1].upper(), found[2], found[3]) if found else ("", "", "")
        if name == "BEGIN" and value.strip().upper() == "VCARD":
            fields = []
        elif name == "END" and fields is not None:
            yield fields
            fields = None
        elif name and fields is not None:
            fields.append((name, parameters, value))


def _whole_lines(text: str) -> Iterator[str]:
    """Give the lines that were folded: by a space at the beginning, or in 2.1 by an equals sign at the end."""
    pieces: list[str] = []
    is_printable = False
    for line in re.sub(r"\r\n?", "\n", text).split("\n"):
        if pieces and is_printable and pieces[-1].endswith("="):
            pieces[-1] = pieces[-1][:-1]
            pieces.append(line)
        elif pieces and line[:1] in (" ", "\t"):
            pieces.append(line[1:])
        else:
            if pieces:
                yield "".join(pieces)
            pieces = [line]
            is_printable = "QUOTED-PRINTABLE" in line.partition(":")[0].upper()
    yield "".join(pieces)


def _card(fields: Iterable[tuple[str, str, str]]) -> Card:
    told: dict[str, str] = {}
    for name, parameters, value in fields:
        is_better = name == "TEL" and _MOBILE.search(parameters) is not None
        if name not in told or is_better:
            told[name] = _plain(value, parameters)
    family, given = [*_SPLIT.split(told.get("N", "")), "", ""][:2]
    name = told.get("FN") or f"{unescaped(given)} {unescaped(family)}"
    return Card(
        name=_line(unescaped(name)),
        organisation=_line(unescaped(_SPLIT.split(told.get("ORG", ""))[0])),
        function=_line(unescaped(told.get("TITLE") or told.get("ROLE", ""))),
        phone=_line(unescaped(told.get("TEL", "")).removeprefix("tel:")),
        email=_address(unescaped(told.get("EMAIL", "")).removeprefix("mailto:")),
    )


def _address(text: str) -> str:
    """Give a mail address as the form for people takes it, or nothing."""
    try:
        return validate_email(_line(text), check_deliverability=False, test_environment=True).normalized
    except EmailNotValidError:
        return ""


def _plain(value: str, parameters: str) -> str:
    if "QUOTED-PRINTABLE" not in parameters.upper():
        return value
    charset = re.search(r"CHARSET=([\w-]+)", parameters, re.IGNORECASE)
    try:
        return quopri.decodestring(value.encode()).decode(charset[1] if charset else "utf-8", errors="replace")
    except (LookupError, UnicodeError):
        return value


def _line(text: str) -> str:
    return " ".join(clean(text).split())[:200]
