"""A sender with a company, a receiver with somebody who answers, and a lead between them."""

import pytest

from broker import access
from broker.access import Role
from broker.extensions import db
from tests import factories, factories_leads
from tests.conftest import signed_in_client


@pytest.fixture
def receiver(app):
    return factories.organisation("Näringslivsenheten Sala", municipality_codes=["0482"])


@pytest.fixture
def olle(receiver):
    return factories.user(organisation=receiver, roles=[Role.DEVELOPER], name="Olle Mottagare")


@pytest.fixture
def officer(app, olle):
    return signed_in_client(app, olle)


@pytest.fixture
def company(scope):
    return factories.company("Exempel Svets AB")


@pytest.fixture
def anna(company):
    return factories.person(company, "Anna Exempelsson", phone="070-174 06 05", email="anna@exempel.example")


@pytest.fixture
def lead(scope, user, receiver, olle, company, anna):
    return factories_leads.lead(
        sender=scope, receivers=[receiver], by=user, company=company, person=anna, fields=["person", "phone"]
    )


@pytest.fixture
def url(lead):
    """Give where the receiver answers."""
    return f"/leads/mottagna/{lead.offers[0].id}"


@pytest.fixture
def answer(lead, receiver, olle):
    """Give a function that does something with the receiver's copy, as the receiver, and commits."""

    def act(step, **facts):
        with access.acting_in(receiver.id):
            step(factories_leads.received(lead, receiver), **facts, by=olle)
            db.session.commit()
        return lead.offers[0]

    return act
