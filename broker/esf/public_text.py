"""Texts that anybody may read: people's names and personal identity numbers are taken out and counted."""

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache

from broker.esf.exports.material import Plain, with_texts
from broker.swedish import search_key

_PERSONAL_NUMBER = re.compile(r"\b(?:18|19|20)?\d{2}(?:0\d|1[0-2])(?:[0-2]\d|3[01]|[6-8]\d|9[01])[-+ ]?\d{4}\b")
_SHORTEST_NAME = 5
NAME_LEFT_OUT = "[namn utelämnat]"
NUMBER_LEFT_OUT = "[personnummer utelämnat]"


class PublicText:
    """Takes known names and personal numbers out of texts, and remembers how many it took.

    Names come as their folded search keys, so accents, case and hyphens in a text hide nobody, nor does a genitive s.
    """

    def __init__(self, name_keys: Iterable[str]) -> None:
        # Longest first, so that a full name goes before a part of it.
        found = sorted({key for key in name_keys if len(key) >= _SHORTEST_NAME}, key=len, reverse=True)
        pattern = "|".join(re.escape(key).replace(r"\ ", " +") for key in found)
        self._names = re.compile(rf"(?<!\w)(?:{pattern})s?(?!\w)") if found else None
        self.replaced = 0

    def over(self, plain: Plain) -> Plain:
        """Give the same data with every text that somebody may have typed as anybody may read it."""
        return with_texts(plain, self.of, only_typed=True)

    def of(self, text: str) -> str:
        """Give a text as anybody may read it."""
        text, numbers = _PERSONAL_NUMBER.subn(NUMBER_LEFT_OUT, text)
        self.replaced += numbers
        return self._without_names(text) if self._names else text

    def _without_names(self, text: str) -> str:
        folded = [_fold(letter) for letter in text]
        places = [place for place, letters in enumerate(folded) for _letter in letters]
        parts, last = [], 0
        for found in self._names.finditer("".join(folded)) if self._names else ():
            parts += [text[last : places[found.start()]], NAME_LEFT_OUT]
            last = places[found.end() - 1] + 1
            self.replaced += 1
        return "".join([*parts, text[last:]])


@lru_cache(maxsize=4096)
def _fold(letter: str) -> str:
    """Give the letters that one letter is searched by; what separates words is a space."""
    return "" if unicodedata.combining(letter) else search_key(letter) or " "
