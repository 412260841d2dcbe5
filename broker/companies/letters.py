"""Reads a letter that somebody saved from a mail program (RFC 5322): who, when, what was written, and the files."""

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from email import message_from_bytes, policy
from email.errors import MessageError
from email.message import EmailMessage
from email.utils import getaddresses, parsedate_to_datetime
from html.parser import HTMLParser

from flask_babel import gettext as _

from broker import clock
from broker.errors import RefusedError
from broker.swedish import clean

LARGEST_TEXT = 10_000
_MOST_FILES = 20
_PEOPLE = ("from", "reply-to", "to", "cc")
_QUOTED = re.compile(
    r"^\s*(>|-{2,}\s*(ursprungligt meddelande|vidarebefordrat|original message|forwarded)|_{10,}\s*$"
    r"|(från|from):\s.+|den\s.+\sskrev\b.*:\s*$|on\s.+\swrote:\s*$)",
    re.IGNORECASE,
)
_SIGNATURE = re.compile(
    r"^\s*(--\s?$|(med\s)?(vänlig|bästa|varm)\w*\shälsning\w*\W*|hälsning\w*\W*$|mvh\W*$|(kind|best)\sregards\W*$)",
    re.IGNORECASE,
)
_BLOCKS = {"p", "div", "br", "tr", "li", "h1", "h2", "h3", "table", "ul", "ol"}
_UNREAD = {"style", "script", "head", "title", "blockquote"}


@dataclass(frozen=True)
class LetterFile:
    """One file that came with a letter."""

    name: str
    media_type: str
    content: bytes


@dataclass(frozen=True)
class Letter:
    """What a letter says: the new text alone, without what it answers and without the signature."""

    key: str
    addresses: frozenset[str]
    sent_on: date | None
    subject: str
    text: str
    files: tuple[LetterFile, ...]

    @property
    def summary(self) -> str:
        """Give the subject and the text as a logged contact says them."""
        return "\n\n".join(filter(None, [self.subject, self.text])) or _("Brev utan text.")


def read_letter(content: bytes) -> Letter:
    """Read a saved letter; refuses what is none."""
    try:
        message = message_from_bytes(content, policy=policy.default)
        addresses = _addresses(message)
        if not addresses:
            raise _no_letter()
        return Letter(
            key=hashlib.sha256((str(message["message-id"] or "").strip() or content.hex()).encode()).hexdigest(),
            addresses=addresses,
            sent_on=_day(message),
            subject=clean(" ".join(str(message["subject"] or "").split()))[:300],
            text=_text(message)[:LARGEST_TEXT],
            files=tuple(_files(message))[:_MOST_FILES],
        )
    # The library meets letters that break the rules with errors of many kinds.
    except (MessageError, ValueError, LookupError, AttributeError, TypeError) as error:
        raise _no_letter() from error


def new_text(text: str) -> str:
    """Give what the writer added: up to the first line that quotes another letter or begins a signature."""
    kept: list[str] = []
    for line in clean(text).split("\n"):
        if _QUOTED.match(line) or _SIGNATURE.match(line):
            break
        kept.append(line.rstrip())
    return re.sub(r"\n{3,}", "\n\n", "\n".join(kept)).strip()


def _no_letter() -> RefusedError:
    return RefusedError(
        _("Filen är inget sparat brev. Spara brevet som .eml i e-postprogrammet, eller kopiera texten till en kontakt.")
    )


def _addresses(message: EmailMessage) -> frozenset[str]:
    headers = [str(value) for name in _PEOPLE for value in message.get_all(name, [])]
    return frozenset(address.strip().lower() for _name, address in getaddresses(headers) if "@" in address)


def _day(message: EmailMessage) -> date | None:
    try:
        return clock.in_sweden(parsedate_to_datetime(str(message["date"]))).date()
    except (ValueError, OverflowError):
        return None


def _text(message: EmailMessage) -> str:
    part = message.get_body(("plain", "html"))
    if part is None:
        return ""
    content = str(part.get_content())
    return new_text(_as_text(content) if part.get_content_subtype() == "html" else content)


def _files(message: EmailMessage) -> Iterator[LetterFile]:
    for part in message.iter_attachments():
        name = part.get_filename()
        content = part.get_payload(decode=True) if name else None
        # A picture inside the text is most often the logotype of a signature.
        if name and isinstance(content, bytes) and part.get_content_disposition() == "attachment":
            yield LetterFile(name, part.get_content_type(), content)


def _as_text(html: str) -> str:
    reader = _Reader()
    reader.feed(html)
    reader.close()
    lines = (" ".join(line.split()) for line in "".join(reader.pieces).split("\n"))
    return "\n".join(lines)


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.pieces: list[str] = []
        self._unread = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._unread += tag in _UNREAD
        if tag in _BLOCKS:
            self.pieces.append("\n")

    def handle_endtag(self, tag: str) -> None:
        self._unread -= tag in _UNREAD and self._unread > 0
        if tag in _BLOCKS:
            self.pieces.append("\n")

    def handle_data(self, data: str) -> None:
        if not self._unread:
            self.pieces.append(data.replace("\n", " "))
