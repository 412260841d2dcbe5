"""What is known of whoever asks – name, e-mail, telephone, number – and how it is recognised in fields and in texts."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import cache, cached_property
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import ColumnElement, Text, and_, cast, or_
from sqlalchemy.types import JSON

from broker.companies.merging.reasons import email_key, phone_key
from broker.extensions import db
from broker.swedish import clean, search_key

# Two letters can be a whole name, and one is in every text.
FEWEST_LETTERS = 2
_BETWEEN = r"[\s()/.\-]*"
_ANYTHING = "*"
_VOWELS = "aeiouy"
_LAST_LATIN_LETTER = 0x24F
_CORE_OF_NUMBER = 10


class Reason(StrEnum):
    """Why something may be about the person."""

    SAME_EMAIL = "same_email"
    SAME_PHONE = "same_phone"
    SAME_NUMBER = "same_number"
    SAME_NAME = "same_name"
    LIKE_NAME = "like_name"
    EMAIL_IN_TEXT = "email_in_text"
    PHONE_IN_TEXT = "phone_in_text"
    NUMBER_IN_TEXT = "number_in_text"
    NAME_IN_TEXT = "name_in_text"

    @property
    def label(self) -> Any:
        """Give the reason in Swedish."""
        return _LABELS[self]


_LABELS = {
    Reason.SAME_EMAIL: _l("E-postadressen är densamma"),
    Reason.SAME_PHONE: _l("Telefonnumret är detsamma"),
    Reason.SAME_NUMBER: _l("Personnumret är detsamma"),
    Reason.SAME_NAME: _l("Namnet är detsamma"),
    Reason.LIKE_NAME: _l("Namnet liknar"),
    Reason.EMAIL_IN_TEXT: _l("E-postadressen står i texten"),
    Reason.PHONE_IN_TEXT: _l("Telefonnumret står i texten"),
    Reason.NUMBER_IN_TEXT: _l("Personnumret står i texten"),
    Reason.NAME_IN_TEXT: _l("Namnet står i texten"),
}


@dataclass(frozen=True)
class Terms:
    """What the person is looked for by; at least one of them is told. The number has twelve digits."""

    name: str = ""
    email: str = ""
    phone: str = ""
    number: str = ""

    @cached_property
    def words(self) -> tuple[str, ...]:
        """Give the words of the name as they are compared."""
        return tuple(search_key(self.name).split())

    @cached_property
    def _written(self) -> list[str]:
        # The longest word is in the fewest texts, and is looked for first.
        return sorted(re.findall(r"[^\W_]+", clean(self.name)), key=len, reverse=True)

    @property
    def is_whole_name(self) -> bool:
        """Tell whether the name has more than one word, so that it points somebody out in a text."""
        return len(self.words) > 1

    def reason_of_name(self, text: str | None) -> Reason | None:
        """Tell whether a field with a name holds this one: the same words in any order, or words that begin so."""
        theirs = search_key(text or "").split()
        if not self.words or not theirs:
            return None
        if sorted(theirs) == sorted(self.words):
            return Reason.SAME_NAME
        is_like = all(any(other.startswith(word) for other in theirs) for word in self.words)
        return Reason.LIKE_NAME if is_like else None

    def reason_of_email(self, text: str | None) -> Reason | None:
        """Tell whether a field with an address holds this one."""
        return Reason.SAME_EMAIL if self.email and email_key(text) == email_key(self.email) else None

    def reason_of_phone(self, text: str | None) -> Reason | None:
        """Tell whether a field with a telephone number holds this one, perhaps beside another."""
        return Reason.SAME_PHONE if self._phone and self._phone.search(text or "") else None

    def reasons_of_text(self, text: str | None) -> Iterator[Reason]:
        """Give everything of the person that a text holds."""
        if not text:
            return
        if self._email and self._email.search(text):
            yield Reason.EMAIL_IN_TEXT
        if self._phone and self._phone.search(text):
            yield Reason.PHONE_IN_TEXT
        if self._number and self._number.search(text):
            yield Reason.NUMBER_IN_TEXT
        if self.is_whole_name and self._name and self._name.search(search_key(text)):
            yield Reason.NAME_IN_TEXT

    @cached_property
    def _name(self) -> re.Pattern[str] | None:
        if not self.words:
            return None
        first, turned = " ".join(self.words), " ".join((self.words[-1], *self.words[:-1]))
        # In Swedish what somebody owns has only an s after the name.
        return re.compile(rf"\b(?:{re.escape(first)}s?|{re.escape(turned)}s?)\b")

    @cached_property
    def _email(self) -> re.Pattern[str] | None:
        address = re.escape(email_key(self.email))
        return re.compile(rf"(?<![\w.+-]){address}(?![\w-]|\.\w)", re.IGNORECASE) if self.email else None

    @cached_property
    def phone_digits(self) -> str:
        """Give the digits of the telephone number after the zero or the country that it begins with."""
        return phone_key(self.phone).lstrip("0")

    @cached_property
    def _phone(self) -> re.Pattern[str] | None:
        return re.compile(rf"(?<!\d){phone_as_written(self.phone)}(?!\d)", re.ASCII) if self.phone_digits else None

    @cached_property
    def _number(self) -> re.Pattern[str] | None:
        core = self.number[-_CORE_OF_NUMBER:]
        digits = rf"{core[:6]}[-+ ]?{core[6:]}"
        return re.compile(rf"(?<!\d)(?:\d\d)?{digits}(?!\d)", re.ASCII) if self.number else None

    def condition(
        self, *, keys: Any = (), names: Any = (), emails: Any = (), phones: Any = (), texts: Any = ()
    ) -> ColumnElement[bool] | None:
        """Give the condition for rows that may be about the person, so that few are read; None when nothing is asked.

        The database cannot fold letters: it is given the ways to write each, and Python decides about what it finds.
        The keys are names that are stored folded.
        """
        told: list[ColumnElement[bool]] = []
        if self.words:
            told += [and_(*(key.contains(word, autoescape=True) for word in self.words)) for key in keys]
            # One word is in too many texts to tell anything.
            named = (*names, *texts) if self.is_whole_name else names
            told += [and_(*(self._holds(column, word) for word in self._written)) for column in named]
        if self.email:
            told += [self._holds(column, email_key(self.email)) for column in (*emails, *texts)]
        if self.phone_digits:
            told += [self._holds(column, self.phone_digits, _spread) for column in (*phones, *texts)]
        if self.number:
            told += [self._holds(column, self.number[-_CORE_OF_NUMBER:], _spread) for column in texts]
        return or_(*told) if told else None

    def _holds(self, column: Any, text: str, write: "_Write | None" = None) -> ColumnElement[bool]:
        kind, is_sqlite = column.type, db.engine.dialect.name == "sqlite"
        in_json = isinstance(kind, JSON)
        if (text, in_json, is_sqlite) not in self._patterns:
            parts = (write or _letters)(text, in_json=in_json)
            glob, expression = "".join(map(_as_glob, parts)), "".join(map(_as_expression, parts))
            self._patterns[text, in_json, is_sqlite] = f"*{glob}*" if is_sqlite else expression
        plain = column if type(kind) is Text else cast(column, Text)
        found: ColumnElement[bool] = plain.op("GLOB" if is_sqlite else "~", is_comparison=True)(
            self._patterns[text, in_json, is_sqlite]
        )
        return found

    @cached_property
    def _patterns(self) -> dict[tuple[str, bool, bool], str]:
        # The same few words are looked for in a hundred columns.
        return {}


def phone_as_written(phone: str) -> str:
    """Give the expression for all ways to write a telephone number, or nothing for what is none."""
    key = phone_key(phone)
    is_swedish = key.startswith("0") and not key.startswith("00")
    before = rf"(?:\+46|0046|46|0){_BETWEEN}(?:\(0\))?{_BETWEEN}" if is_swedish else r"(?:\+|00)?"
    digits = key.lstrip("0")
    return before + _BETWEEN.join(digits) if digits else ""


_Write = Callable[..., list[str]]


def _letters(text: str, *, in_json: bool) -> list[str]:
    """Give the ways to write each letter; in JSON a letter that is not ASCII is an escape, and a vowel may be one."""
    parts = []
    for letter in text:
        folded = search_key(letter)
        ways = _ways_to_write().get(folded, letter)
        if len(folded) > 1:
            parts.append(_ANYTHING)
        elif in_json and (not letter.isascii() or folded in _VOWELS):
            parts += [f"{_plain(ways)}\\", _ANYTHING]
        else:
            parts.append(_plain(ways) if in_json else ways)
    return parts


def _plain(ways: str) -> str:
    return "".join(filter(str.isascii, ways)) or ways


def _spread(digits: str, *, in_json: bool = False) -> list[str]:
    return [part for digit in digits for part in (digit, _ANYTHING)][:-1]


@cache
def _ways_to_write() -> dict[str, str]:
    """Give each plain letter with all that is folded to it, capitals too."""
    ways: dict[str, str] = {}
    for code in range(ord("A"), _LAST_LATIN_LETTER + 1):
        folded = search_key(chr(code))
        if len(folded) == 1:
            ways[folded] = ways.get(folded, "") + chr(code)
    return ways


def _as_glob(part: str) -> str:
    if part == _ANYTHING:
        return "*"
    return part if len(part) == 1 and part.isalnum() else f"[{part}]"


def _as_expression(part: str) -> str:
    if part == _ANYTHING:
        return ".*"
    return part if len(part) == 1 and part.isalnum() else f"[{part}]".replace("\\", "\\\\")
