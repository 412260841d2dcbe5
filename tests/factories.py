"""One function per kind of row, with sensible defaults; the caller names only what matters."""

from datetime import date
from functools import cache
from itertools import count

from broker import access, clock
from broker.access import Role
from broker.accounts import service as accounts
from broker.accounts.models import OrganisationKind, User
from broker.accounts.passwords import hash_password
from broker.companies import service as companies
from broker.companies.models import Company, InteractionKind, Person
from broker.companies.numbers import has_check_digit
from broker.extensions import db

PASSWORD = "en lång mening som lösenord"
_number = count(1)


def organisation(name=None, *, municipality_codes=("0482",), kind=OrganisationKind.LEARNING_CENTRE):
    row = accounts.add_organisation(
        name=name or f"Lärcentrum {next(_number)}", kind=kind, municipality_codes=list(municipality_codes), by=None
    )
    db.session.commit()
    return row


def user(*, organisation=None, roles=(Role.BROKER,), name=None, email=None, is_operator=False):
    number = next(_number)
    row = User(
        email=email or f"person{number}@larcentrum.example",
        name=name or f"Test Person {number}",
        password_hash=_hashed(PASSWORD),
        is_operator=is_operator,
    )
    db.session.add(row)
    db.session.flush()
    if organisation is not None:
        accounts.set_roles(organisation, row, list(roles), by=None)
    db.session.commit()
    return row


@cache
def _hashed(password):
    # The hash is dear on purpose; one is enough for all who exist for one test only.
    return hash_password(password)


def add(row, *, organisation_id=None):
    """Store any row; a private one for this organisation or the one in scope."""
    if organisation_id is not None:
        with access.acting_in(organisation_id):
            db.session.add(row)
            db.session.commit()
    else:
        db.session.add(row)
        db.session.commit()
    return row


def company(name=None, *, number=None, **facts):
    """Store a company of the public register."""
    serial = next(_number)
    defaults = {"source": "Bolagsverket", "source_date": date(2026, 11, 2), "municipality_code": "0482"}
    return add(
        Company(
            organisation_number=number or _organisation_number(serial),
            name=name or f"Exempel Företag {serial} AB",
            **(defaults | facts),
        )
    )


def person(company, name="Anna Exempelsson", **facts):
    """Store somebody at a company, for the organisation in scope."""
    return add(Person(company_id=company.id, name=name, **({"source": "Personen själv"} | facts)))


def interaction(company, *, by, **facts):
    """Log a contact as a broker does."""
    defaults = {"kind": InteractionKind.VISIT, "happened_on": clock.today(), "summary": "Pratade om svetsning."}
    row = companies.log_interaction(company, **(defaults | facts), by=by)
    db.session.commit()
    return row


def _organisation_number(serial):
    nine = f"5299{serial:05d}"
    return next(f"{nine}{digit}" for digit in range(10) if has_check_digit(f"{nine}{digit}"))
