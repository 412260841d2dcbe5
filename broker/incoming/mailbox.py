"""Takes the letters out of the mailbox of the installation, each after it has been stored; the upkeep calls it."""

import logging

from filelock import Timeout
from flask import current_app

from broker import clock, database, files
from broker.extensions import db
from broker.incoming import imap, queries
from broker.incoming.addresses import secrets_of
from broker.incoming.imap import Mailbox
from broker.incoming.receiving import Answer, base_address, receive

_logger = logging.getLogger(__name__)


def read_mailbox() -> None:
    """Take what has come to private addresses out of the mailbox, and leave the rest there; one process at a time.

    A letter that is stored is removed. What is refused is marked as read and stays, for who looks after the mailbox.
    What cannot be taken yet, or was not stored before something broke, is still unread and comes next time.
    """
    url = current_app.config["MAIL_IN_URL"]
    if not url:
        return
    try:
        with files.lock("mail-in").acquire(timeout=0), imap.opened(url) as mailbox:
            _take_letters(mailbox)
    except Timeout:
        return
    except imap.FAULTS as error:
        # The sentence of a server can hold names and addresses of people.
        _logger.warning("the mailbox of MAIL_IN_URL cannot be read: %s", type(error).__name__)


def find_fault() -> str | None:
    """Tell why the mailbox cannot be opened, if one is told and it cannot."""
    url = current_app.config["MAIL_IN_URL"]
    try:
        if url:
            with imap.opened(url):
                return None
    except imap.FAULTS as error:
        return type(error).__name__
    return None


def _take_letters(mailbox: Mailbox) -> None:
    with database.writing(False):
        rules = queries.incoming_rules(clock.today())
        db.session.rollback()
    full: set[str] = set()
    taken = 0
    for number in mailbox.list_unread():
        size, head = mailbox.head_of(number)
        addressed = set(secrets_of(head, base_address()))
        if not addressed or size > rules.largest:
            mailbox.set_aside(number)
            continue
        # Who has had enough for now must not keep others waiting.
        if addressed <= full:
            continue
        answer = receive(mailbox.content_of(number))
        if answer is Answer.TAKEN:
            mailbox.remove(number)
        elif answer is Answer.FULL:
            full |= addressed
        elif answer is not Answer.FAILED:
            mailbox.set_aside(number)
        taken += 1
        if taken >= rules.per_round:
            break
