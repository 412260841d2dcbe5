"""Who may destroy."""

import pytest

from broker.access import Role
from tests import factories


@pytest.fixture
def administrator(organisation, scope):
    return factories.user(organisation=organisation, roles=[Role.ADMINISTRATOR])
