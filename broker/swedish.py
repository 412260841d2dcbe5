"""Swedish text: one stored form, folded keys for search, keys for sorting, company names without legal forms."""

import re
import unicodedata
from collections.abc import Callable, Iterator
from functools import lru_cache
from string import ascii_lowercase

_CONTROL = {code: None for code in range(32) if chr(code) not in "\n\t"} | {127: None}
_LETTER_AFTER_Z = {"å": "~1", "ä": "~2", "ö": "~3"}
_LIKE_LETTER = {"æ": "ä", "ø": "ö", "ü": "y", "đ": "d", "ł": "l", "ß": "ss"}
_SEARCH_LETTER = {"å": "a", "ä": "a", "ö": "o", "æ": "a", "ø": "o"}
_LEGAL_FORMS = r"aktiebolag(et)?|handelsbolag(et)?|kommanditbolag(et)?|ab|hb|kb|ek f[oö]r|ekonomisk f[oö]rening"
_LEGAL_FORM = re.compile(rf"(^({_LEGAL_FORMS})\b|\b({_LEGAL_FORMS})$|\(publ\))")


class _Letters(dict[int, str]):
    """What each letter is folded to, worked out once: millions of names are folded when the registers are read."""

    def __init__(self, fold: Callable[[str], str]) -> None:
        super().__init__()
        self._fold = fold

    def __missing__(self, code: int) -> str:
        self[code] = folded = self._fold(chr(code))
        return folded


def _search_letter(letter: str) -> str:
    parts = unicodedata.normalize("NFD", _SEARCH_LETTER.get(letter, letter))
    return "".join(part if part.isalnum() else " " for part in parts if not unicodedata.combining(part))


def _sort_letter(letter: str) -> str:
    like = _LIKE_LETTER.get(letter, letter)
    return _LETTER_AFTER_Z.get(like) or unicodedata.normalize("NFD", like)[:1]


_SEARCH_LETTERS, _SORT_LETTERS = _Letters(_search_letter), _Letters(_sort_letter)


def clean(text: str) -> str:
    """Give the one stored form of a text: NFC, without control characters and outer white space."""
    return unicodedata.normalize("NFC", text.replace("\r\n", "\n")).translate(_CONTROL).strip()


def search_key(text: str) -> str:
    """Fold a text for forgiving search: lower case, å ä ö and accents as plain letters, only letters and digits."""
    return " ".join(clean(text).casefold().translate(_SEARCH_LETTERS).split())


def slug(text: str) -> str:
    """Give a text as the beginning of a file name: its search key with hyphens, at most 60 letters; maybe nothing."""
    return search_key(text).replace(" ", "-")[:60]


def sort_key(text: str) -> str:
    """Give a key whose byte order is the Swedish alphabet: case ignored, accents on a e o u ignored, å ä ö after z."""
    return " ".join(clean(text).casefold().translate(_SORT_LETTERS).split())


def company_key(name: str) -> str:
    """Fold a company name for search and comparison: as search_key, without AB, HB, KB and their long forms."""
    folded = search_key(name)
    while (shorter := " ".join(_LEGAL_FORM.sub(" ", folded).split())) != folded and shorter:
        folded = shorter
    return folded


def like_pattern(text: str) -> str:
    """Escape a folded text for use inside LIKE with the escape character backslash."""
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


def is_near(word: str, name_key: str) -> bool:
    """Tell whether a folded name holds a folded word but for spaces, or has a word that begins so but for one slip."""
    return word in name_key.replace(" ", "") or any(_begins_nearly(word, other) for other in name_key.split())


@lru_cache(maxsize=10_000)
def _begins_nearly(word: str, other: str) -> bool:
    # Thousands of names with much the same words are asked about one word.
    return any(is_one_slip(word, other[:length]) for length in (len(word) - 1, len(word), len(word) + 1))


def is_one_slip(one: str, other: str) -> bool:
    """Tell whether two words differ by one letter too much, too few or wrong, or by two that changed places."""
    while one and other and one[0] == other[0]:
        one, other = one[1:], other[1:]
    while one and other and one[-1] == other[-1]:
        one, other = one[:-1], other[:-1]
    return (len(one) <= 1 and len(other) <= 1) or (len(one) == 2 and one == other[::-1])


def slips(word: str) -> Iterator[str]:
    """Give every way to make one slip in a folded word with the letters a to z, some more than once; maybe itself."""
    for place in range(len(word)):
        before, letter, after = word[:place], word[place], word[place + 1 :]
        yield before + after
        yield before + after[:1] + letter + after[1:]
        for other in ascii_lowercase:
            yield before + other + after
            yield before + other + letter + after
    yield from (word + other for other in ascii_lowercase)
