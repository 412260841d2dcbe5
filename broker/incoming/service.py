"""What people and mail servers do: make and close a private address, hand a letter over, place it, throw it away."""

import io
from dataclasses import replace

from flask_babel import gettext as _

from broker import access, audit, clock, database, files
from broker.access import Permission
from broker.accounts import queries as accounts
from broker.accounts.models import Organisation, User
from broker.actions import Action
from broker.companies import lookups
from broker.companies import queries as companies
from broker.companies import service as companies_service
from broker.companies.letters import Letter, read_letter, warnings_about
from broker.companies.models import Company, Interaction
from broker.errors import RefusedError
from broker.extensions import db
from broker.incoming import matching, queries
from broker.incoming.addresses import new_secret, without_secrets
from broker.incoming.models import IncomingLetter, LetterAddress, LetterState
from broker.incoming.queries import IncomingRules


class TooManyLettersError(RefusedError):
    """More letters than are taken for one person; the mail server keeps this one and tries again."""


def open_address(*, by: User) -> str:
    """Give the private address a new secret, which is nowhere else; the one before leads nowhere from now on."""
    secret = new_secret()
    address = _address_of(by)
    address.secret_hash = accounts.token_hash(secret)
    audit.record(Action.LETTER_ADDRESS_OPENED, address, by=by)
    return secret


def close_address(*, by: User) -> None:
    """Let the private address lead nowhere."""
    address = _address_of(by)
    if address.secret_hash is not None:
        address.secret_hash = None
        audit.record(Action.LETTER_ADDRESS_CLOSED, address, by=by)


def receive_letter(letter: Letter, content: bytes, *, base: str, rules: IncomingRules, to: User) -> IncomingLetter:
    """Take a letter in: a contact when its addresses point at one company, else it waits; the same letter only once."""
    _take_turn()
    if known := queries.find_letter(to.id, letter.key):
        return known
    _check_room(to, rules)
    letter = _without_secrets(letter, base)
    with_protected = accounts.may(to.id, access.organisation_in_scope(), Permission.SEE_PROTECTED)
    found = matching.companies_of(letter, base=base, public_domains=rules.public_domains, with_protected=with_protected)
    row = IncomingLetter(user_id=to.id, key=letter.key, state=LetterState.LOGGED)
    db.session.add(row)
    if len(found) != 1:
        row.state, row.sender, row.subject, row.sent_on = (
            LetterState.WAITING, letter.sender, letter.subject, letter.sent_on
        )  # fmt: skip
        row.content_hash, _size = files.store(io.BytesIO(content))
    db.session.flush()
    audit.record(Action.LETTER_RECEIVED, row, by=None)
    if row.state is LetterState.LOGGED and lookups.find_letter(found[0].id, letter.key) is None:
        contact, left_out = _log(found[0], letter, with_protected=with_protected, by=to)
        warnings = list(warnings_about(letter, left_out, is_known=True))
        # Nobody sees a message in this moment, so what has to be known stands in the contact itself.
        contact.summary = "\n\n".join([contact.summary, *warnings])
        audit.record(Action.LETTER_LOGGED, contact, by=None)
    return row


def read_waiting(row: IncomingLetter, *, base: str) -> Letter:
    """Read a letter that waits, without the private address that it was sent to.

    Reading a large one takes its time: no transaction is open meanwhile, so that nobody who writes waits for it.
    """
    content = files.path_of(row.content_hash or "").read_bytes()
    db.session.rollback()
    return _without_secrets(read_letter(content), base)


def candidates_for(row: IncomingLetter, letter: Letter, *, base: str) -> list[Company]:
    """List the companies that a waiting letter can be about."""
    rules = queries.incoming_rules(clock.today())
    with_protected = accounts.may(row.user_id, access.organisation_in_scope(), Permission.SEE_PROTECTED)
    return matching.companies_of(letter, base=base, public_domains=rules.public_domains, with_protected=with_protected)


def place_letter(row: IncomingLetter, letter: Letter, company: Company, *, by: User) -> tuple[Interaction, list[str]]:
    """Make a waiting letter a contact with a company, if it is none there; also gives the names of refused files."""
    _take_turn()
    # The upkeep removes the content once this is stored: a file cannot be brought back if it is not.
    row.state, row.sender, row.subject, row.sent_on = LetterState.LOGGED, None, None, None
    if earlier := lookups.find_letter(company.id, letter.key):
        return earlier, []
    with_protected = accounts.may(by.id, access.organisation_in_scope(), Permission.SEE_PROTECTED)
    contact, left_out = _log(company, letter, with_protected=with_protected, by=by)
    audit.record(Action.LETTER_PLACED, contact, by=by)
    return contact, left_out


def throw_away(row: IncomingLetter, *, by: User) -> None:
    """Let go of a waiting letter; for a while it can be taken back, and it is still where it was sent from."""
    row.state, row.thrown_at = LetterState.THROWN, clock.now()
    audit.record(Action.LETTER_THROWN, row, by=by)


def take_back(row: IncomingLetter, *, by: User) -> None:
    """Let a letter wait again that was thrown away."""
    row.state, row.thrown_at = LetterState.WAITING, None
    audit.record(Action.LETTER_TAKEN_BACK, row, by=by)


def _log(company: Company, letter: Letter, *, with_protected: bool, by: User) -> tuple[Interaction, list[str]]:
    people = companies.list_people(company.id, with_protected=with_protected)
    # In a letter that was passed on, the people stand in the letter within it.
    everybody = replace(letter, addresses=letter.addresses | letter.told)
    return companies_service.log_letter(company, everybody, known=people, by=by)


def _without_secrets(letter: Letter, base: str) -> Letter:
    return replace(
        letter,
        sender=without_secrets(letter.sender, base),
        subject=without_secrets(letter.subject, base),
        text=without_secrets(letter.text, base),
    )


def _check_room(user: User, rules: IncomingRules) -> None:
    recent = queries.count_received(user.id, since=clock.now() - rules.window)
    if recent >= rules.per_person or queries.count_waiting(user.id) >= rules.waiting_per_person:
        raise TooManyLettersError(_("Det har kommit fler brev än vad som tas emot. Placera dem som väntar."))


def _take_turn() -> None:
    # The same letter can come by two doors at once, or to two people of one organisation: one after the other.
    database.hold(Organisation.id, access.organisation_in_scope())


def _address_of(user: User) -> LetterAddress:
    # Two sendings that meet must not both find that there is nothing yet.
    database.hold(User.id, user.id)
    address = queries.find_address(user.id)
    if address is None:
        address = LetterAddress(user_id=user.id)
        db.session.add(address)
        db.session.flush()
    return address
