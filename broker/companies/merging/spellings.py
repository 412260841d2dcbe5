"""In which ways the name of one company is written, so that a table of names can be asked for all of them at once."""

import re
from collections.abc import Iterator, Sequence

from broker.swedish import company_key, slips

# The sign between two parts of a name is folded to a space.
_AND_SIGN = re.compile(r"[&+]")
_AND_WORDS = ("och", "o")
# A slip in a shorter word makes another word of it, and one in a number another number.
_SHORTEST_WITH_A_SLIP = 4
# The ways to write a name grow with the square of its length, and no register has many that are longer.
_LONGEST = 80


def spellings(name: str) -> frozenset[str]:
    """Give the folded names that mean the same company: but for a slip, a space, or how it says "and".

    A slip is one letter too much, too few or wrong, or two that changed places, in one word of four letters or more.
    """
    if not (key := company_key(name)):
        return frozenset()
    words, plain = key.split(), _without_and(name).split()
    said = [company_key(_AND_SIGN.sub(f" {word} ", name)) for word in _AND_WORDS]
    if len(key) > _LONGEST:
        return frozenset({key, " ".join(plain), *said})
    ways = (way for written in (words, plain) for way in (*_spaced(written), *_with_a_slip(written)))
    return frozenset({key, *said, *_with_and(plain), *ways})


def _without_and(name: str) -> str:
    """Give a folded name without the words that say "and", unless it has no other: it may be written with a sign."""
    words = company_key(name).split()
    return " ".join([word for word in words if word not in _AND_WORDS] or words)


def _with_and(words: Sequence[str]) -> Iterator[str]:
    yield " ".join(words)
    for place in range(1, len(words)):
        for word in _AND_WORDS:
            yield " ".join([*words[:place], word, *words[place:]])


def _spaced(words: Sequence[str]) -> Iterator[str]:
    for place, word in enumerate(words):
        before, after = words[:place], words[place + 1 :]
        if after:
            yield " ".join([*before, word + after[0], *after[1:]])
        for end in range(1, len(word)):
            yield " ".join([*before, word[:end], word[end:], *after])


def _with_a_slip(words: Sequence[str]) -> Iterator[str]:
    for place, word in enumerate(words):
        if len(word) >= _SHORTEST_WITH_A_SLIP and word.isalpha():
            for other in slips(word):
                yield " ".join([*words[:place], other, *words[place + 1 :]])
