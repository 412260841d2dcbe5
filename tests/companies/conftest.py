"""Who works beside the person of the tests."""

import pytest

from broker.access import Role
from tests import factories


@pytest.fixture
def karin(organisation):
    """Give a colleague in the test's organisation."""
    return factories.user(organisation=organisation, name="Karin Kollega", roles=[Role.BROKER])
