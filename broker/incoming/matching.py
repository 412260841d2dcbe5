"""Finds which company of ours a letter is about, by the addresses in it."""

from collections.abc import Callable, Collection
from typing import Any

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute

from broker.access import organisation_in_scope
from broker.accounts import queries as accounts
from broker.companies.letters import Letter
from broker.companies.models import Company, Engagement, Person
from broker.extensions import db
from broker.swedish import like_pattern

_MOST_FOUND, _MOST_DOMAINS = 20, 20
# The condition that a column with an address fits.
_Fits = Callable[[InstrumentedAttribute[Any]], ColumnElement[bool]]


def companies_of(letter: Letter, *, base: str, public_domains: frozenset[str], with_protected: bool) -> list[Company]:
    """List the companies that a letter can be about: found when it is one, a choice when they are several.

    Who writes and who is written to goes before the people of a letter within it, a whole address before its domain.
    Our own addresses tell nothing, nor do those that anybody can get. Somebody with a protected identity points at no
    company unless the person who gets the letter may know of it.
    """
    own = {user.email for user in accounts.list_users(organisation_in_scope())} | {base.lower()}
    others = [_of_others(addresses, own, base) for addresses in (letter.addresses, letter.told)]
    for addresses in filter(None, others):
        if found := _find(_among(addresses), with_protected):
            return found
    ours = {_domain(address) for address in own}
    domains = sorted({_domain(address) for group in others for address in group} - ours - public_domains)
    if not domains:
        return []
    return _find(_ending(domains[:_MOST_DOMAINS]), with_protected)


def _of_others(addresses: Collection[str], own: set[str], base: str) -> set[str]:
    name, _at, domain = base.lower().partition("@")
    return {
        address
        for address in addresses
        if address not in own and not (address.startswith(f"{name}+") and address.endswith(f"@{domain}"))
    }


def _among(addresses: Collection[str]) -> _Fits:
    return lambda column: func.lower(column).in_(addresses)


def _ending(domains: Collection[str]) -> _Fits:
    patterns = [f"%@{like_pattern(domain)}" for domain in domains]
    return lambda column: or_(*(func.lower(column).like(pattern, escape="\\") for pattern in patterns))


def _find(fits: _Fits, with_protected: bool) -> list[Company]:
    people = select(Person.company_id).where(Person.is_active, fits(Person.email))
    if not with_protected:
        people = people.where(Person.is_protected.is_(False))
    relations = select(Engagement.company_id).where(fits(Engagement.email))
    query = select(Company).where(or_(Company.id.in_(people), Company.id.in_(relations)))
    return list(db.session.scalars(query.order_by(Company.sort_key, Company.id).limit(_MOST_FOUND)))


def _domain(address: str) -> str:
    return address.rpartition("@")[2]
