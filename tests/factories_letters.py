"""Letters as mail servers hand them over, and private addresses to send them to."""

from email.message import EmailMessage
from itertools import count

from broker import access, clock
from broker.companies.letters import read_letter
from broker.extensions import db
from broker.incoming import queries, service
from broker.incoming.addresses import with_secret

BASE = "logg@larcentrum.example"
_number = count(1)


def message(text="Vi behöver svetskurs.", *, sender="Åsa <asa@svets.example>", to=BASE, subject="Kurs", **headers):
    """Make a letter."""
    letter = EmailMessage()
    letter["From"], letter["To"], letter["Subject"] = sender, to, subject
    letter["Date"] = headers.pop("date", "Mon, 02 Nov 2026 08:30:00 +0000")
    letter["Message-ID"] = headers.pop("key", f"<{next(_number)}@letters.example>")
    for name, value in headers.items():
        letter[name.replace("_", "-")] = value
    letter.set_content(text)
    return letter


def letter(text="Vi behöver svetskurs.", **headers):
    """Make a letter as bytes."""
    return message(text, **headers).as_bytes()


def address(user):
    """Give a person a private address in the organisation in scope."""
    found = with_secret(BASE, service.open_address(by=user))
    db.session.commit()
    return found


def waiting(user, **headers):
    """Let a letter of strangers wait for a person in the organisation in scope."""
    content = letter(**headers)
    rules = queries.incoming_rules(clock.today())
    row = service.receive_letter(read_letter(content), content, base=BASE, rules=rules, to=user)
    db.session.commit()
    return row


def letters_of(user, organisation):
    """List what waits for a person."""
    with access.acting_in(organisation.id):
        return queries.list_waiting(user.id, limit=100)
