"""A letter to the first person of the demo that waits for its company, and one that has become a contact."""

from sqlalchemy import select

from broker import clock
from broker.accounts.models import User
from broker.companies.letters import read_letter
from broker.companies.models import Person
from broker.extensions import db
from broker.incoming import queries, service

_BASE = "logg@larcentrum.example"
LETTERS = (
    (
        "{email}",
        "Kurs i vår",
        "Hej!\n\nVi behöver utbilda fyra i vår, gärna på plats hos oss. Kan ni ringa?\n\nMvh\nAnna",
    ),
    (
        "Karin Exempelsson <karin@exempelplat.example>",
        "Fråga efter mässan",
        "Hej!\n\nTack för pratet på mässan. Vi är sju som behöver heta arbeten före sommaren. Vad är nästa steg?",
    ),
)


def add_letters(to: User) -> None:
    """Hand over two letters to the person's private address: one from a company of ours, one from nobody we know."""
    known = select(Person.email).where(Person.is_protected.is_(False)).order_by(Person.id.desc()).limit(1)
    email = db.session.scalars(known).one()
    rules = queries.incoming_rules(clock.today())
    for place, (sender, subject, text) in enumerate(LETTERS):
        head = f"From: {sender.format(email=email)}\nTo: {to.email}\nSubject: {subject}\n"
        head += f"Date: {clock.now():%d %b %Y %H:%M:%S +0000}\nMessage-ID: <{place}@demo.example>\n"
        content = f"{head}Content-Type: text/plain; charset=utf-8\n\n{text}\n".encode()
        service.receive_letter(read_letter(content), content, base=_BASE, rules=rules, to=to)
