"""What calendars and contact cards have in common: lines of a name and a text (RFC 5545, 3.1; RFC 6350, 3)."""

import re

_ENCODINGS = ("utf-8-sig", "cp1252")
_ESCAPED = re.compile(r"\\(.)")


def decoded(content: bytes) -> str:
    """Give the text of a file in whichever encoding a phone or a mail program saved it; never fails."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return content.decode("utf-16", errors="replace")
    for encoding in _ENCODINGS:
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    return content.decode("latin-1")


def escaped(text: str) -> str:
    """Give a text as a line may have it, so that nothing in it ends or divides the line."""
    return re.sub(r"([\\,;])", r"\\\1", text).replace("\r", "").replace("\n", "\\n")


def unescaped(text: str) -> str:
    """Give the text that a line holds, on one line."""
    return _ESCAPED.sub(lambda found: " " if found[1] in "nN" else found[1], text)
