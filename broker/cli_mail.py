"""The command that a mail server hands a letter to, with the exit statuses that mail servers know."""

import logging
import sys

import click

from broker import create_app
from broker.files import LARGEST_FILE
from broker.incoming.receiving import Answer, receive

_SAID = {
    Answer.UNREADABLE: "The message is too large, or cannot be read as a letter.",
    Answer.UNKNOWN: "No such address.",
    Answer.FULL: "Too many messages at the moment.",
    Answer.FAILED: "The message cannot be taken at the moment.",
}


@click.command("receive-mail")
@click.argument("recipient", required=False)
def receive_mail(recipient: str | None) -> None:
    """Take one letter from standard input for RECIPIENT, or for the private addresses that its head names.

    Ends with 0 when it is stored, 67 for an address that nobody has, 65 for what is no letter or too large, and 75 when
    the mail server should try again later. A refused letter is stored nowhere.
    """
    answer = _take(recipient)
    if answer is not Answer.TAKEN:
        click.echo(_SAID[answer], err=True)
    sys.exit(answer.status)


def _take(recipient: str | None) -> Answer:
    try:
        # One byte more than any letter may have tells that it is too large.
        content = sys.stdin.buffer.read(LARGEST_FILE + 1)
        with create_app().app_context():
            return receive(content, recipient)
    except Exception:
        # Whatever is wrong here, the letter must stay with the mail server.
        logging.getLogger(__name__).exception("a letter could not be taken")
        return Answer.FAILED
