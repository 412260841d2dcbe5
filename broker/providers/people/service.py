"""What is done about people at providers: add and edit them."""

from typing import Any

from sqlalchemy import select

from broker import audit
from broker.accounts.models import User
from broker.actions import Action
from broker.extensions import db
from broker.providers.models import Provider
from broker.providers.people.models import ProviderPerson
from broker.swedish import search_key


def add_person(provider: Provider, *, by: User, **values: Any) -> ProviderPerson:
    """Add somebody at a provider; the name stays out of the history, which is kept for ever."""
    person = ProviderPerson(provider=provider, **values)
    db.session.add(person)
    db.session.flush()
    audit.record(Action.PROVIDER_PERSON_ADDED, provider, by=by, person=person.id)
    return person


def edit_person(person: ProviderPerson, *, by: User, **values: Any) -> None:
    """Change what is known about somebody at a provider."""
    changed = audit.changes(person, values)
    if not changed:
        return
    for name, value in values.items():
        setattr(person, name, value)
    audit.record(Action.PROVIDER_PERSON_EDITED, person.provider, by=by, person=person.id, fields=sorted(changed))


def is_known(provider_id: int, name: str, email: str | None) -> bool:
    """Tell whether a provider has somebody with this name or address already."""
    people = db.session.scalars(select(ProviderPerson).where(ProviderPerson.provider_id == provider_id))
    address = (email or "").casefold()
    return any(
        search_key(row.name) == search_key(name) or (address and (row.email or "").casefold() == address)
        for row in people
    )
