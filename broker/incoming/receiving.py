"""Takes letters from mail servers, each for one private address in a transaction of its own."""

import logging
from enum import Enum

from flask import Flask, current_app

from broker import access, clock, database
from broker.accounts.models import User
from broker.companies.letters import read_letter
from broker.errors import BrokerError, NotFoundError, RefusedError
from broker.extensions import db
from broker.formatting import in_swedish
from broker.incoming import queries, service
from broker.incoming.addresses import secrets_in, secrets_of
from broker.incoming.imap import check_url

_logger = logging.getLogger(__name__)


class Answer(Enum):
    """What became of a letter, the most pressing first: what has to come again goes before what need not."""

    FAILED = "failed"
    FULL = "full"
    TAKEN = "taken"
    UNREADABLE = "unreadable"
    UNKNOWN = "unknown"

    @property
    def status(self) -> int:
        """Give the exit status by which programs that are handed mail tell it (sysexits.h)."""
        return {Answer.TAKEN: 0, Answer.UNREADABLE: 65, Answer.UNKNOWN: 67}.get(self, 75)


def receive(content: bytes, recipient: str | None = None) -> Answer:
    """Take a letter for its recipient, or for those that its head names; what is refused is stored nowhere."""
    base = base_address()
    if not base:
        # Who hands mail over before the installation has been told of it keeps it.
        return Answer.FAILED
    secrets = secrets_in(recipient, base) if recipient else secrets_of(content, base)
    answers = {_receive(content, secret, base) for secret in secrets}
    # Handed over again, it is taken only where it was not: so one that has to wait makes the server keep it.
    return next((answer for answer in Answer if answer in answers), Answer.UNKNOWN)


@in_swedish()
def _receive(content: bytes, secret: str, base: str) -> Answer:
    try:
        with database.writing(False):
            # Asked before anything is read: of a letter to nobody not a word is looked at.
            queries.get_address_by_secret(secret)
            rules = queries.incoming_rules(clock.today())
            db.session.rollback()
        if len(content) > rules.largest:
            return Answer.UNREADABLE
        letter = read_letter(content)
        with database.writing():
            address = queries.get_address_by_secret(secret)
            with access.acting_in(address.organisation_id):
                user = db.session.get_one(User, address.user_id)
                service.receive_letter(letter, content, base=base, rules=rules, to=user)
                db.session.commit()
    except NotFoundError:
        answer = Answer.UNKNOWN
    except service.TooManyLettersError:
        answer = Answer.FULL
    except RefusedError:
        answer = Answer.UNREADABLE
    except Exception:
        _logger.exception("a letter could not be taken and will be tried again")
        answer = Answer.FAILED
    else:
        return Answer.TAKEN
    db.session.rollback()
    return answer


def base_address() -> str:
    """Give the address that private ones are made from, or nothing where no mail is taken in."""
    base: str = current_app.config["MAIL_IN_ADDRESS"]
    return base


def init_app(app: Flask, *, url: str, address: str) -> None:
    """Take mail in at this address in this application, from the mailbox behind the url if there is one."""
    name, _at, domain = address.partition("@")
    if (address and not (name and domain)) or "+" in address or "@" in domain or any(map(str.isspace, address)):
        raise BrokerError("MAIL_IN_ADDRESS must be one address without a plus sign, such as logg@kommun.se.")
    if url:
        check_url(url)
        if not address:
            raise BrokerError("MAIL_IN_URL needs MAIL_IN_ADDRESS too, the address that private ones are made from.")
    app.config.update(MAIL_IN_URL=url, MAIL_IN_ADDRESS=address.lower())
