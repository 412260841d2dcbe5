"""Reads people at providers."""

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from broker.errors import NotFoundError
from broker.extensions import db
from broker.providers.people.models import ProviderPerson
from broker.swedish import sort_key


def list_people(provider_id: int) -> list[ProviderPerson]:
    """List the people of a provider in Swedish order, those who have left last."""
    query = select(ProviderPerson).where(ProviderPerson.provider_id == provider_id)
    return sorted(db.session.scalars(query), key=lambda row: (not row.is_active, sort_key(row.name), row.id))


def get_person(provider_id: int, person_id: int) -> ProviderPerson:
    """Give somebody at a provider, or raise NotFoundError."""
    query = select(ProviderPerson).options(joinedload(ProviderPerson.provider))
    query = query.where(ProviderPerson.provider_id == provider_id, ProviderPerson.id == person_id)
    person = db.session.scalars(query).one_or_none()
    if person is None:
        raise NotFoundError
    return person
