"""What a moderator may do to a text before it is shown: strike out what points at a person, and nothing else."""

import re

STRUCK = "[struket]"
# Addresses, telephone numbers and personal identity numbers are never shown; names have to be found by a reader.
_POINTS_AT_SOMEBODY = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+|(?<![\w+])\+?\d[\d\s-]{5,}\d(?!\w)")


def strike_contacts(text: str) -> str:
    """Give a text with addresses and long numbers struck out, as a beginning for the moderator."""
    return _POINTS_AT_SOMEBODY.sub(STRUCK, text)


def is_struck_only(text: str, shown: str) -> bool:
    """Tell whether the shown text is the written one with nothing but pieces struck out."""
    text, shown = " ".join(text.split()), " ".join(shown.split())
    first, *others = shown.split(STRUCK)
    if not others:
        return shown == text
    *middle, last = others
    if not text.startswith(first):
        return False
    place = len(first)
    for part in middle:
        # Something was struck out before each part, so it cannot begin at once.
        found = text.find(part, place + 1)
        if found < 0:
            return False
        place = found + len(part)
    return text.endswith(last) and len(text) - len(last) > place
