"""A phone that has the product's page, and somebody who has signed in on it."""

import pytest

from broker.extensions import db
from tests import factories
from tests.browser.conftest import serving
from tests.browser.phone import (
    PHONE,
    Watched,
    enter,
)


@pytest.fixture
def company(scope, user):
    row = factories.company("Exempel Verkstad AB")
    factories.interaction(row, by=user, summary="Första besöket")
    factories.person(row, "Anna Exempelsson")
    db.session.commit()
    return row


@pytest.fixture(scope="module")
def address(database_app):
    """Serve all tests from one address, so that the phone need not fetch the files and the worker for each."""
    with serving(database_app) as address:
        yield address


@pytest.fixture(scope="module")
def used_phone(chromium, address):
    """Give a phone's browser that has the files and the worker since earlier."""
    with Watched(
        chromium.new_context(base_url=address, locale="sv-SE", timezone_id="Europe/Stockholm", viewport=PHONE)
    ) as watched:
        yield watched


@pytest.fixture
def device(app, used_phone, address):
    """Give the phone's browser as nobody has left anything in it; its pages fail the test on any script error."""
    with used_phone.emptied(address) as context:
        yield context


@pytest.fixture
def new_device(app, chromium, address):
    """Give a browser that has never been here."""
    with Watched(
        chromium.new_context(base_url=address, locale="sv-SE", timezone_id="Europe/Stockholm", viewport=PHONE)
    ) as watched:
        yield watched.context


@pytest.fixture
def phone(app, device, company, user):
    """Give the page of somebody who has signed in this morning."""
    return enter(app, device, user)
