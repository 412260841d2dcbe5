"""Reads a mailbox on a mail server (IMAP, RFC 3501): only what is needed to take letters out of it."""

import imaplib
import re
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any
from urllib.parse import unquote, urlsplit

from broker.errors import BrokerError
from broker.incoming.addresses import LONGEST_HEAD

_SECONDS = 20
_OWN_MACHINE = ("localhost", "127.0.0.1", "::1")
_SIZE = re.compile(rb"RFC822\.SIZE (\d{1,15})")
# What a mailbox on a server says that is broken or not there; the letters are still in it.
FAULTS = (OSError, imaplib.IMAP4.error, ValueError)


def check_url(url: str) -> None:
    """Refuse an address that names no mailbox, or that would send its password over the net as it is."""
    parts = urlsplit(url)
    is_own = parts.scheme == "imap" and parts.hostname in _OWN_MACHINE
    if not (is_own or parts.scheme == "imaps") or not parts.hostname or not parts.username:
        raise BrokerError("MAIL_IN_URL must be imaps://user:password@host/INBOX; imap:// only on the own machine.")


class Mailbox:
    """A mailbox that is open; letters keep their numbers, and are unread until they have been dealt with."""

    def __init__(self, connection: imaplib.IMAP4) -> None:
        self._connection = connection

    def list_unread(self) -> list[str]:
        """List the letters that nobody has dealt with, the oldest first."""
        found = self._ask("SEARCH", "UNSEEN", "UNDELETED")
        return [number.decode("ascii") for line in found if isinstance(line, bytes) for number in line.split()]

    def head_of(self, number: str) -> tuple[int, bytes]:
        """Give a letter's size and its head; it stays unread."""
        answer = self._ask("FETCH", number, f"(RFC822.SIZE BODY.PEEK[HEADER]<0.{LONGEST_HEAD}>)")
        told = b" ".join(part if isinstance(part, bytes) else part[0] for part in answer if part)
        size = _SIZE.search(told)
        return int(size[1]) if size else 0, _literal(answer)

    def content_of(self, number: str) -> bytes:
        """Give a whole letter; it stays unread."""
        return _literal(self._ask("FETCH", number, "(BODY.PEEK[])"))

    def remove(self, number: str) -> None:
        """Take a letter out of the mailbox."""
        self._ask("STORE", number, "+FLAGS.SILENT", "(\\Seen \\Deleted)")
        if "UIDPLUS" in self._connection.capabilities:
            self._ask("EXPUNGE", number)
        else:
            self._connection.expunge()

    def set_aside(self, number: str) -> None:
        """Leave a letter where it is, read, for whoever looks after the mailbox."""
        self._ask("STORE", number, "+FLAGS.SILENT", "(\\Seen)")

    def _ask(self, command: str, *words: str) -> list[Any]:
        state, answer = self._connection.uid(command, *words)
        if state != "OK":
            raise imaplib.IMAP4.error(f"{command} was answered with {state}")
        return answer


@contextmanager
def opened(url: str) -> Iterator[Mailbox]:
    """Open the mailbox that an address names."""
    parts = urlsplit(url)
    host, folder = parts.hostname or "localhost", unquote(parts.path.strip("/")) or "INBOX"
    if parts.scheme == "imaps":
        context = ssl.create_default_context()
        connection: imaplib.IMAP4 = imaplib.IMAP4_SSL(host, parts.port or 993, ssl_context=context, timeout=_SECONDS)
    else:
        connection = imaplib.IMAP4(host, parts.port or 143, timeout=_SECONDS)
    try:
        _sign_in(connection, unquote(parts.username or ""), unquote(parts.password or ""))
        state, _answer = connection.select(_quoted(folder))
        if state != "OK":
            raise imaplib.IMAP4.error("the folder cannot be opened")
        yield Mailbox(connection)
        connection.logout()
    except BaseException:
        # A connection that is broken cannot be signed out of, and would stay open.
        with suppress(OSError):
            connection.shutdown()
        raise


def _sign_in(connection: imaplib.IMAP4, user: str, password: str) -> None:
    if f"{user}{password}".isascii():
        connection.login(user, password)
    else:
        # The plain command takes no other letters (RFC 4616).
        connection.authenticate("PLAIN", lambda _answer: f"\0{user}\0{password}".encode())


def _literal(answer: list[Any]) -> bytes:
    found = next((part[1] for part in answer if isinstance(part, tuple)), None)
    if not isinstance(found, bytes):
        raise imaplib.IMAP4.error("the letter was not handed over")
    return found


def _quoted(folder: str) -> str:
    if not folder.isascii() or not folder.isprintable():
        raise ValueError("the folder's name has other signs than plain letters")
    escaped = folder.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
