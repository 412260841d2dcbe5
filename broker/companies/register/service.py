"""Fetches what the register says of one company: one that we lack, or news of one that we have."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import delete, func, insert, select, text

from broker import audit, clock, database
from broker.accounts.models import User
from broker.actions import Action
from broker.companies import lookups
from broker.companies import service as companies
from broker.companies.identity import stored_number
from broker.companies.models import Company
from broker.companies.numbers import Number
from broker.companies.register.answers import Answer, read_answer
from broker.companies.register.client import Patience, UnreachableRegisterError, client_here
from broker.companies.register.models import RegisterQuestion
from broker.companies.watch import service as watch
from broker.companies.watch.models import WatchedFact
from broker.errors import RefusedError
from broker.extensions import db
from broker.reference import queries as reference
from broker.reference.models import DocumentKind
from broker.sentences import N_

_BOTH, _BOLAGSVERKET = N_("Bolagsverket och SCB"), "Bolagsverket"
_FORGOTTEN_AFTER = timedelta(hours=1)
_KEPT = tuple(fact.value for fact in WatchedFact)


class NamelessCompanyError(RefusedError):
    """The register knows the number and has no name for it."""

    def __init__(self) -> None:
        super().__init__(_("Registret har inget namn på numret. Lägg till företaget för hand."))


@dataclass(frozen=True)
class Fetched:
    """A company as the register tells of it now: whether it was there before, what became different, who was silent."""

    company: Company
    is_new: bool = False
    changed: tuple[str, ...] = ()
    silent: tuple[str, ...] = ()


def is_available() -> bool:
    """Tell whether the installation has credentials for the register, so that pages offer to ask it."""
    return client_here().access.is_complete


def ask(number: Number) -> Answer:
    """Ask the register about a number; refuses when it cannot answer, knows no such number, or is asked too often.

    No transaction is open while the register is waited for, so that nobody else waits too.
    """
    if not is_available():
        raise UnreachableRegisterError(_("Installationen har inga nycklar till registret. Lägg in för hand."))
    rules = reference.get_document(DocumentKind.REGISTER_SERVICE, on=clock.today()).content
    db.session.rollback()
    _count_question(most=rules["questions"]["per_minute"])
    return read_answer(client_here().ask(number, Patience(**rules["seconds"])), number)


def add_company(number: Number, answer: Answer, *, by: User) -> Fetched:
    """Add a company that the register told of, with our engagement; refuses one without a name.

    A company that somebody else added meanwhile is brought up to date instead.
    """
    known = lookups.find_company_of(number)
    if known is not None:
        return refresh_company(known, answer, by=by)
    if answer.name is None:
        raise NamelessCompanyError
    company = Company(**stored_number(number), **answer.facts, source=_source_of(answer), source_date=clock.today())
    db.session.add(company)
    db.session.flush()
    audit.record(Action.COMPANY_ADDED, company, by=by, source=company.source)
    companies.engage(company)
    return Fetched(company, is_new=True, silent=answer.silent)


def refresh_company(company: Company, answer: Answer, *, by: User) -> Fetched:
    """Bring what we know of a company up to date, and tell whoever keeps a relation to it what matters."""
    was_known = _BOLAGSVERKET in company.source
    before = _watched(company)
    changes = audit.changes(company, answer.facts)
    for name in changes:
        setattr(company, name, answer.facts[name])
    if not answer.silent:
        company.source, company.source_date = _BOTH, clock.today()
    watch.note_changes([(company.id, before, _watched(company), was_known)], source=_source_of(answer))
    audit.record(Action.COMPANY_REFRESHED, company, by=by, changed=sorted(changes), silent=list(answer.silent))
    db.session.flush()
    return Fetched(company, changed=tuple(changes), silent=answer.silent)


def _watched(company: Company) -> Mapping[str, Any]:
    return {name: getattr(company, name) for name in (*_KEPT, "identity_hash")}


def _source_of(answer: Answer) -> str:
    return next((name for name in (_BOLAGSVERKET, "SCB") if answer.silent and name not in answer.silent), _BOTH)


def _count_question(*, most: int) -> None:
    """Count a question before it is asked, so that many at the same moment see each other; refuses too many."""
    now = clock.now()
    with database.writing(), db.engine.begin() as connection:
        if connection.dialect.name == "postgresql":
            # SQLite lets one count at a time anyway.
            connection.execute(text("lock table register_question in share row exclusive mode"))
        connection.execute(delete(RegisterQuestion).where(RegisterQuestion.asked_at < now - _FORGOTTEN_AFTER))
        recent = select(func.count()).where(RegisterQuestion.asked_at > now - timedelta(minutes=1))
        if connection.execute(recent).scalar_one() >= most:
            raise UnreachableRegisterError(
                _("Registret har fått så många frågor som det tar emot. Vänta en minut och försök igen.")
            )
        connection.execute(insert(RegisterQuestion).values(asked_at=now))
