"""Texts that anybody may read: people's names and personal identity numbers are taken out and counted."""

import re
from collections.abc import Iterable

_PERSONAL_NUMBER = re.compile(r"\b(?:18|19|20)?\d{2}(?:0\d|1[0-2])(?:[0-2]\d|3[01]|[6-8]\d|9[01])[-+ ]?\d{4}\b")
_SHORTEST_NAME = 5
NAME_LEFT_OUT = "[namn utelämnat]"
NUMBER_LEFT_OUT = "[personnummer utelämnat]"


class PublicText:
    """Takes known names and personal numbers out of texts, and remembers how many it took."""

    def __init__(self, names: Iterable[str]) -> None:
        # Longest first, so that a full name goes before a part of it.
        found = sorted({name.strip() for name in names if len(name.strip()) >= _SHORTEST_NAME}, key=len, reverse=True)
        pattern = "|".join(rf"(?<!\w){re.escape(name)}(?!\w)" for name in found)
        self._names = re.compile(pattern, re.IGNORECASE) if found else None
        self.replaced = 0

    def of(self, text: str) -> str:
        """Give a text as anybody may read it."""
        text, numbers = _PERSONAL_NUMBER.subn(NUMBER_LEFT_OUT, text)
        names = 0
        if self._names:
            text, names = self._names.subn(NAME_LEFT_OUT, text)
        self.replaced += numbers + names
        return text
