"""Finds companies and people by what a file says of them: number, hash, name, e-mail address."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from email.utils import getaddresses
from typing import Any

from sqlalchemy import func, literal, select
from sqlalchemy.orm import InstrumentedAttribute

from broker import access, database
from broker.accounts.models import Organisation
from broker.companies.identity import identity_hash
from broker.companies.models import Company, Engagement, Interaction, Person
from broker.companies.numbers import Number
from broker.extensions import db
from broker.swedish import company_key, search_key

_MOST_NAMED = 200


def find_company_of(number: Number) -> Company | None:
    """Give the company or the sole trader that a number points out."""
    if number.is_personal:
        hashed = identity_hash(number)
        return companies_by_identity([hashed]).get(hashed)
    return companies_by_number([number.digits]).get(number.digits)


def companies_by_number(numbers: Sequence[str]) -> dict[str, Company]:
    """Give the companies with these organisation numbers, by number."""
    found: dict[str, Company] = {}
    for start in range(0, len(numbers), 500):
        query = select(Company).where(Company.organisation_number.in_(numbers[start : start + 500]))
        found.update({str(company.organisation_number): company for company in db.session.scalars(query)})
    return found


def companies_by_identity(hashes: Sequence[str]) -> dict[str, Company]:
    """Give the sole traders with these keyed hashes, by hash."""
    found: dict[str, Company] = {}
    for start in range(0, len(hashes), 500):
        query = select(Company).where(Company.identity_hash.in_(hashes[start : start + 500]))
        found.update({str(company.identity_hash): company for company in db.session.scalars(query)})
    return found


def facts_by_number(numbers: Sequence[str], facts: Sequence[str]) -> dict[str, tuple[Any, ...]]:
    """Give key, source and these facts of the companies with these organisation numbers, by number."""
    return _facts_by(Company.organisation_number, numbers, facts)


def facts_by_identity(hashes: Sequence[str], facts: Sequence[str]) -> dict[str, tuple[Any, ...]]:
    """Give key, source and these facts of the sole traders with these keyed hashes, by hash."""
    return _facts_by(Company.identity_hash, hashes, facts)


def engagements_by_company(company_ids: Collection[int]) -> dict[int, Engagement]:
    """Give our relations to these companies, by company."""
    query = select(Engagement).where(database.among(Engagement.company_id, company_ids))
    return {engagement.company_id: engagement for engagement in db.session.scalars(query)}


def our_companies_called(names: Collection[str]) -> dict[str, Company]:
    """Give the one company that we have a relation to with each of these names, by the name's key."""
    return {key: found[0] for key, found in all_our_companies_called(names).items() if len(found) == 1}


def all_our_companies_called(names: Collection[str]) -> dict[str, list[Company]]:
    """Give the companies that we have a relation to with each of these names, by the name's key."""
    found: dict[str, list[Company]] = defaultdict(list)
    query = select(Company).join(Engagement, Engagement.company_id == Company.id)
    for company in db.session.scalars(query.where(Company.name_key.in_({company_key(name) for name in names}))):
        found[company.name_key].append(company)
    return found


def our_companies_at(addresses: Collection[str], *, with_protected: bool) -> dict[str, list[Company]]:
    """Give the companies of ours by the mail addresses that people or we ourselves have noted, folded."""
    people = select(func.lower(Person.email), Company).join(Company, Company.id == Person.company_id)
    people = people.where(Person.is_active, func.lower(Person.email).in_(addresses))
    if not with_protected:
        people = people.where(Person.is_protected.is_(False))
    relations = select(func.lower(Engagement.email), Company).join(Company, Company.id == Engagement.company_id)
    found: dict[str, list[Company]] = defaultdict(list)
    for query in (people, relations.where(func.lower(Engagement.email).in_(addresses))):
        for address, company in db.session.execute(query):
            if company not in found[address]:
                found[address].append(company)
    return found


def our_companies_named_in(text: str) -> list[Company]:
    """List the companies of ours whose whole names a text holds, without AB and the like."""
    is_named = literal(f" {search_key(text)} ").contains(literal(" ") + Company.name_key + literal(" "))
    query = select(Company).join(Engagement, Engagement.company_id == Company.id)
    return list(db.session.scalars(query.where(is_named).order_by(Company.id).limit(_MOST_NAMED)))


def people_of(company_ids: Collection[int]) -> list[Person]:
    """List the people at these companies, also those with a protected identity: for comparing, never for showing."""
    return list(db.session.scalars(select(Person).where(database.among(Person.company_id, company_ids))))


def find_letter(company_id: int, key: str) -> Interaction | None:
    """Give the contact with a company that a letter has become already, or nothing.

    The same letter can come by two doors at once: whoever is about to log one waits for the others of the organisation.
    """
    database.hold(Organisation.id, access.organisation_in_scope())
    query = select(Interaction).where(Interaction.company_id == company_id, Interaction.letter_key == key)
    return db.session.scalars(query.order_by(Interaction.id).limit(1)).one_or_none()


def is_protected_address(text: str) -> bool:
    """Tell whether a text holds the mail address of somebody with a protected identity."""
    addresses = [address.lower() for _name, address in getaddresses([text])]
    query = select(Person.id).where(Person.is_protected, func.lower(Person.email).in_(addresses))
    return db.session.scalars(query.limit(1)).first() is not None


def _facts_by(
    attribute: InstrumentedAttribute[str | None], keys: Sequence[str], facts: Sequence[str]
) -> dict[str, tuple[Any, ...]]:
    found: dict[str, tuple[Any, ...]] = {}
    columns = [attribute, Company.id, Company.source, *(getattr(Company, fact) for fact in facts)]
    for start in range(0, len(keys), 1000):
        query = select(*columns).where(attribute.in_(keys[start : start + 1000]))
        found.update({row[0]: row[1:] for row in db.session.execute(query)})
    return found
