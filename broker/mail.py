"""Mail: a row in the transaction of its cause, sent by the upkeep of the queue until it has been received."""

import re
import smtplib
from datetime import datetime, timedelta
from email.message import EmailMessage
from email.utils import formatdate, make_msgid
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from flask import Flask, current_app
from sqlalchemy import delete, or_, select
from sqlalchemy.orm import Mapped, mapped_column

from broker import clock, database
from broker.extensions import Base, db
from broker.swedish import clean

_MOST_ATTEMPTS = 12
# To whom a letter went is asked for within weeks, when somebody says that none has come.
_KEPT_FOR = timedelta(days=90)
_METHOD = re.compile(r"^METHOD:([A-Z]+)\r?$", re.MULTILINE)


class OutgoingMail(Base):
    """One letter on its way; kept until it has been sent, with what went wrong."""

    recipient: Mapped[str]
    subject: Mapped[str]
    body: Mapped[str]
    # Who gets the answer, when that is not us; and an invitation that calendar programs read (RFC 5546).
    reply_to: Mapped[str | None]
    calendar: Mapped[str | None]
    created_at: Mapped[datetime] = mapped_column(default=clock.now)
    sent_at: Mapped[datetime | None]
    attempts: Mapped[int] = mapped_column(default=0)
    next_attempt_at: Mapped[datetime] = mapped_column(default=clock.now, index=True)
    last_error: Mapped[str | None]


def write(
    recipient: str, subject: str, body: str, *, reply_to: str | None = None, calendar: str | None = None
) -> OutgoingMail:
    """Add a letter to the running transaction, with an invitation if there is one; its headers get no line breaks."""
    letter = OutgoingMail(
        recipient=_one_line(recipient),
        subject=_one_line(subject),
        body=body,
        reply_to=reply_to and _one_line(reply_to),
        calendar=calendar,
    )
    db.session.add(letter)
    return letter


def link_to(endpoint: str, **values: Any) -> str:
    """Give the address of a page for a letter, which often has no request whose address Flask could build on."""
    return f"{current_app.config['BASE_URL']}{current_app.url_map.bind('').build(endpoint, values)}"


def send_waiting() -> int:
    """Send the letters whose time has come and count the sent ones; no transaction is open while a server is asked."""
    sent = 0
    with database.writing():
        while (letter := _claim_next()) is not None:
            error = _find_refusal(letter)
            letter.last_error = error
            if error is None:
                letter.sent_at = clock.now()
                # The body can hold a link that opens something; it is not needed once the letter has left.
                letter.body, letter.calendar = "", None
                sent += 1
            db.session.commit()
    return sent


def tidy() -> None:
    """Forget letters of long ago, sent or given up: to whom each went stands here alone and has no other end."""
    is_over = or_(OutgoingMail.sent_at.is_not(None), OutgoingMail.attempts >= _MOST_ATTEMPTS)
    with database.writing():
        db.session.execute(delete(OutgoingMail).where(is_over, OutgoingMail.created_at < clock.now() - _KEPT_FOR))
        db.session.commit()


def _claim_next() -> OutgoingMail | None:
    due = select(OutgoingMail).where(
        OutgoingMail.sent_at.is_(None),
        OutgoingMail.attempts < _MOST_ATTEMPTS,
        OutgoingMail.next_attempt_at <= clock.now(),
    )
    letter = db.session.scalars(due.order_by(OutgoingMail.id).limit(1).with_for_update(skip_locked=True)).one_or_none()
    if letter is not None:
        letter.attempts += 1
        letter.next_attempt_at = clock.now() + timedelta(minutes=2**letter.attempts)
    db.session.commit()
    return letter


def _find_refusal(letter: OutgoingMail) -> str | None:
    try:
        _deliver(_as_message(letter), current_app.config["MAIL_URL"])
    except (OSError, smtplib.SMTPException) as error:
        return type(error).__name__
    return None


def _as_message(letter: OutgoingMail) -> EmailMessage:
    message = EmailMessage()
    message["From"] = current_app.config["MAIL_FROM"]
    message["To"] = letter.recipient
    message["Subject"] = letter.subject
    message["Date"] = formatdate(letter.created_at.timestamp())
    message["Message-ID"] = make_msgid(idstring=str(letter.id), domain="broker.invalid")
    if letter.reply_to:
        message["Reply-To"] = letter.reply_to
    message.set_content(letter.body)
    if letter.calendar:
        # Programs offer to answer only when the part names the method that the calendar itself has.
        method = _METHOD.search(letter.calendar)
        parameters = {"method": method[1] if method else "PUBLISH", "charset": "utf-8"}
        message.add_alternative(letter.calendar.encode(), maintype="text", subtype="calendar", params=parameters)
    return message


def _deliver(message: EmailMessage, url: str) -> None:
    if url.startswith("folder:"):
        folder = Path(url.removeprefix("folder:"))
        folder.mkdir(parents=True, exist_ok=True)
        name = message["Message-ID"].strip("<>").split("@")[0]
        (folder / f"{name}.eml").write_bytes(message.as_bytes())
        return
    parts = urlsplit(url)
    kind = smtplib.SMTP_SSL if parts.scheme == "smtps" else smtplib.SMTP
    with kind(parts.hostname or "localhost", parts.port or 0, timeout=20) as server:
        if parts.scheme == "smtp+starttls":
            server.starttls()
        if parts.username:
            server.login(unquote(parts.username), unquote(parts.password or ""))
        server.send_message(message)


def _one_line(text: str) -> str:
    return " ".join(clean(text).split())


def init_app(app: Flask, *, url: str, base_url: str) -> None:
    """Send from this application by way of MAIL_URL: folder:PATH, smtp://, smtp+starttls:// or smtps://."""
    host = urlsplit(base_url).hostname or "localhost"
    app.config.update(MAIL_URL=url, MAIL_FROM=f"Broker <broker@{host}>")
    app.extensions["broker_jobs"].add_upkeep(send_waiting)
