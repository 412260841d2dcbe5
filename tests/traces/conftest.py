"""A neighbour with somebody who talks to companies and somebody who administers, and a company."""

import pytest

from broker.access import Role
from tests import factories
from tests.conftest import signed_in_client


@pytest.fixture
def neighbour(app):
    return factories.organisation("Näringslivsenheten Sala", municipality_codes=["1981"])


@pytest.fixture
def eva(neighbour):
    return factories.user(organisation=neighbour, roles=[Role.BROKER], name="Eva Granne", email="eva@sala.example")


@pytest.fixture
def boss(neighbour):
    return factories.user(
        organisation=neighbour, roles=[Role.ADMINISTRATOR], name="Bo Administratör", email="bo@sala.example"
    )


@pytest.fixture
def boss_client(app, boss):
    return signed_in_client(app, boss)


@pytest.fixture
def company(scope):
    return factories.company("Exempel Svets AB")


@pytest.fixture
def sole_trader(scope):
    row = factories.company("Kim Exempelsson", identity_hash="hash-av-kim")
    row.organisation_number = None
    return factories.add(row)
