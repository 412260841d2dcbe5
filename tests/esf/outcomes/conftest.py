"""A project that has been granted and has run for some months."""

import pytest

from tests import factories_esf


@pytest.fixture
def project(scope, user):
    row = factories_esf.running_project(scope, user)
    factories_esf.grant(row, user)
    return row
