"""Finds private addresses, such as logg+secret@kommun.se, in what a mail server says of a letter."""

import re
import secrets
from collections.abc import Iterator
from email.parser import BytesHeaderParser

# Mail servers may write an address in small letters, so the secret has no others, and none that look alike.
_SIGNS, _LENGTH = "abcdefghjkmnpqrstuvwxyz23456789", 20
LONGEST_HEAD = 64_000
# For whom the letter was handed over; who else gets it is asked only where no server has told.
_HANDED_OVER = ("delivered-to", "x-original-to", "envelope-to", "x-envelope-to", "x-rcpt-to", "resent-to", "received")
_WRITTEN = ("to", "cc", "bcc")


def new_secret() -> str:
    """Give a secret that cannot be guessed: almost a hundred bits."""
    return "".join(secrets.choice(_SIGNS) for _sign in range(_LENGTH))


def with_secret(base: str, secret: str) -> str:
    """Give the private address with this secret."""
    name, _at, domain = base.partition("@")
    return f"{name}+{secret}@{domain}"


def secrets_in(text: str, base: str) -> list[str]:
    """List the secrets of the private addresses that a text holds, each once."""
    return list(dict.fromkeys(found[1].lower() for found in _pattern(base).finditer(text)))


def without_secrets(text: str, base: str) -> str:
    """Give a text with the base address in place of private ones."""
    return _pattern(base).sub(lambda _found: base, text) if base else text


def secrets_of(content: bytes, base: str) -> list[str]:
    """List the secrets that a letter was sent to by its head: as the mail servers say, or else as it says itself."""
    head = BytesHeaderParser().parsebytes(content[:LONGEST_HEAD])
    for names in (_HANDED_OVER, _WRITTEN):
        values: Iterator[str] = (str(value) for name in names for value in head.get_all(name, []))
        if found := secrets_in(" ".join(values), base):
            return found
    return []


def _pattern(base: str) -> re.Pattern[str]:
    name, _at, domain = base.partition("@")
    return re.compile(
        rf"(?<![\w.+-]){re.escape(name)}\+([{_SIGNS}]{{{_LENGTH}}})@{re.escape(domain)}(?![\w-]|\.\w)", re.IGNORECASE
    )
