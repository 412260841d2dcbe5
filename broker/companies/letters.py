"""Reads a letter that somebody saved from a mail program (RFC 5322): who, when, what was written, and the files."""

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date
from email import message_from_string, policy
from email.errors import MessageError
from email.message import EmailMessage
from email.utils import getaddresses, parsedate_to_datetime
from html.parser import HTMLParser
from itertools import islice
from textwrap import shorten
from typing import Any

from flask_babel import gettext as _
from flask_babel import ngettext

from broker import clock, files
from broker.errors import RefusedError
from broker.swedish import clean

LONGEST_TEXT = 10_000
_LONGEST_HEAD, _LONGEST_BODY, _LONGEST_LINE = 64_000, 400_000, 300
MOST_FILES = 20
_MOST_ADDRESSES, _MOST_YEARS = 200, 20
_PEOPLE = ("from", "reply-to", "to", "cc")
# So many names of files fit into a message.
_NAMED = 5
# Bounded everywhere, for a letter can hold anything.
_ADDRESS = re.compile(r"[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}")
_OTHERS = re.compile(r"[>\s]{0,20}(från|from|till|to|kopia|cc|svar till|reply-to):", re.IGNORECASE)
_ENCODINGS = ("utf-8", "cp1252", "latin-1")
_ANSWERED = re.compile(r"(den|on)\s.{5,}\s(skrev|wrote)\b.*:$", re.IGNORECASE)
_SENDER = re.compile(r"(från|from):\s", re.IGNORECASE)
_HEADER = re.compile(
    r"(från|from|skickat|sent|datum|date|till|to|kopia|cc|ämne|subject|svar till|reply-to):", re.IGNORECASE
)
_SEPARATOR = re.compile(r"(-{2,}\s*(ursprungligt|vidarebefordrat|original|forwarded)\b.*|_{10,})$", re.IGNORECASE)
_SIGNATURE = re.compile(
    r"(--|((med\s)?(vänlig|bästa|varm)\w*\shälsning|hälsning)\w*\W*|mvh\W*|(kind|best)\sregards\W*)$", re.IGNORECASE
)
_BLOCKS = {"p", "div", "br", "tr", "li", "h1", "h2", "h3", "table", "ul", "ol"}
_UNREAD = {"style", "script", "title", "blockquote"}


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
    sender: str
    addresses: frozenset[str]
    # The people of the letters that this one passes on or answers, as they stand in its text and in letters within it.
    told: frozenset[str]
    sent_on: date | None
    subject: str
    text: str
    is_shortened: bool
    files: tuple[LetterFile, ...]

    @property
    def summary(self) -> str:
        """Give the subject and the text as a logged contact says them."""
        return "\n\n".join(filter(None, [self.subject, self.text]))


def read_letter(content: bytes) -> Letter:
    """Read a saved letter; refuses what is none."""
    try:
        message = _parsed(content)
        addresses = _addresses(message)
        if not addresses:
            raise _no_letter()
        whole = _text(message)
        text = new_text(whole)
        return Letter(
            key=hashlib.sha256((str(message["message-id"] or "").strip() or content.hex()).encode()).hexdigest(),
            sender=_line(message["from"]),
            addresses=addresses,
            told=_told(whole) | _inside(message),
            sent_on=_day(message),
            subject=_line(message["subject"]),
            text=text[:LONGEST_TEXT],
            is_shortened=len(text) > LONGEST_TEXT,
            files=tuple(_files(message)),
        )
    # The library meets letters that break the rules with errors of many kinds.
    except (MessageError, ValueError, LookupError, AttributeError, TypeError, RecursionError) as error:
        raise _no_letter() from error


def new_text(text: str) -> str:
    """Give what the writer added: without quoted lines and without what follows a quoted letter or a signature.

    Where that would leave nothing, as in a letter that was only passed on, what follows is the text.
    """
    lines = [line.rstrip() for line in clean(text).split("\n")]
    kept: list[str] = []
    place = 0
    while place < len(lines):
        line = lines[place].strip()[:_LONGEST_LINE]
        if length := _length_of_mark(lines, place):
            # Below a mark, lines that are not quoted are answers; a letter without such marks is quoted whole.
            if any(kept) and not _is_quoted_below(lines, place + length):
                break
            place += length
        elif _SIGNATURE.match(line) and any(kept):
            break
        else:
            if not line.startswith(">"):
                kept.append(lines[place])
            place += 1
    return re.sub(r"\n{3,}", "\n\n", "\n".join(kept)).strip()


def warnings_about(letter: Letter, left_out: list[str], *, is_known: bool) -> Iterator[str]:
    """Give what a person has to know of a letter that became a contact, with a company that it names or does not."""
    if left_out:
        names = ", ".join(shorten(files.safe_name(name), 60, placeholder="…") for name in left_out[:_NAMED])
        others = len(left_out) - _NAMED
        more = ngettext("och %(num)s till", "och %(num)s till", others) if others > 0 else ""
        yield _("Det här kunde inte tas emot, lägg in det som PDF: %(names)s", names=f"{names} {more}".strip())
    if letter.is_shortened:
        yield _("Texten är avkortad till %(most)s tecken.", most=LONGEST_TEXT)
    if letter.sent_on is None:
        yield _("Brevet säger ingen rimlig dag och är loggat på idag.")
    if not is_known:
        yield _("Ingen adress i brevet finns hos företaget. Kontrollera att det är rätt företag.")


def _length_of_mark(lines: list[str], place: int) -> int:
    """Give how many lines from here on only say whose letter follows; 0 for ordinary text."""
    line, after = (lines[at].strip()[:_LONGEST_LINE] if at < len(lines) else "" for at in (place, place + 1))
    if _ANSWERED.match(line):
        return 1
    if _ANSWERED.match(f"{line} {after}") and not after.startswith(">"):
        return 2
    if _SEPARATOR.match(line) or (_SENDER.match(line) and _HEADER.match(after)):
        end = place + 1
        while end < len(lines) and _HEADER.match(lines[end].strip()[:_LONGEST_LINE]):
            end += 1
        return end - place
    return 0


def _is_quoted_below(lines: list[str], place: int) -> bool:
    following = next((line for line in lines[place:] if line.strip()), "")
    return following.lstrip().startswith(">")


def _no_letter() -> RefusedError:
    return RefusedError(
        _("Filen är inget sparat brev. Spara brevet som .eml i e-postprogrammet, eller kopiera texten till en kontakt.")
    )


def _parsed(content: bytes) -> EmailMessage:
    found = re.search(rb"\r?\n\r?\n", content)
    end = found.start() if found else len(content)
    if end > _LONGEST_HEAD:
        raise _no_letter()
    # Older programs write å, ä and ö in the head as they are, in no encoding that they tell.
    head, body = _decoded(content[:end], None), content[end:].decode("ascii", "surrogateescape")
    return message_from_string(head + body, policy=policy.default)


def _decoded(content: bytes, charset: str | None) -> str:
    for encoding in filter(None, (charset, *_ENCODINGS)):
        try:
            return content.decode(encoding)
        except (UnicodeDecodeError, LookupError):
            continue
    return content.decode("utf-8", "replace")


def _addresses(message: EmailMessage) -> frozenset[str]:
    headers = [str(value) for name in _PEOPLE for value in message.get_all(name, [])]
    found = [address.strip().lower() for _name, address in getaddresses(headers) if "@" in address]
    return frozenset(found[:_MOST_ADDRESSES])


def _day(message: EmailMessage) -> date | None:
    """Give the day in Sweden, or None for no day and for one that nobody can mean."""
    try:
        moment = parsedate_to_datetime(str(message["date"]))
        day = clock.in_sweden(moment if moment.tzinfo else moment.replace(tzinfo=UTC)).date()
    except (ValueError, OverflowError):
        return None
    today = clock.today()
    return day if today.year - _MOST_YEARS < day.year and day <= today else None


def _text(message: EmailMessage) -> str:
    part = message.get_body(("plain", "html"))
    content = part.get_payload(decode=True) if part is not None else None
    if part is None or not isinstance(content, bytes):
        return ""
    text = _decoded(content[:_LONGEST_BODY], part.get_content_charset())
    return _as_text(text) if part.get_content_subtype() == "html" else text


def _told(text: str) -> frozenset[str]:
    lines = (line[:_LONGEST_LINE] for line in text.split("\n") if _OTHERS.match(line))
    found = (address.lower() for line in lines for address in _ADDRESS.findall(line))
    return frozenset(islice(found, _MOST_ADDRESSES))


def _inside(message: EmailMessage) -> frozenset[str]:
    parts = (part for part in message.iter_attachments() if part.get_content_type() == "message/rfc822")
    inner: Iterator[Any] = (part.get_payload(0) for part in islice(parts, MOST_FILES))
    return frozenset().union(*(_addresses(letter) for letter in inner))


def _line(header: Any) -> str:
    return clean(" ".join(str(header or "").split()))[:_LONGEST_LINE]


def _files(message: EmailMessage) -> Iterator[LetterFile]:
    for part in message.iter_attachments():
        # A picture inside the text is most often the logotype of a signature.
        if part.get_content_maintype() == "image" and part.get_content_disposition() != "attachment":
            continue
        if part.get_content_type() == "message/rfc822":
            inner: Any = part.get_payload(0)
            yield LetterFile(f"{inner['subject'] or 'brev'}.eml", "message/rfc822", inner.as_bytes())
        elif isinstance(content := part.get_payload(decode=True), bytes) and (name := part.get_filename()):
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
