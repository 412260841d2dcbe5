"""A project with two companies of which one can be written to, and what one of them does on its page."""

from datetime import timedelta
from decimal import Decimal

import pytest

from broker import clock
from broker.esf import queries as esf
from broker.esf.commitments import queries
from broker.extensions import db
from tests import factories, factories_esf
from tests.client import form_values


@pytest.fixture
def project(scope, user):
    row = factories_esf.joined_project(scope, user)
    application = esf.load_application(row.id)
    row.sek_per_eur, row.rate_on, row.rate_source = Decimal("11.0000"), factories_esf.START, "Riksbanken"
    for commitment in application.commitments:
        commitment.staff, commitment.fee_kr = 9, Decimal(4000)
        commitment.turnover_eur, commitment.balance_eur = Decimal(900_000), Decimal(500_000)
    factories.person(application.commitments[0].company, "Karin Exempel", email="karin@ett.example")
    db.session.commit()
    return esf.get_project(row.id)


@pytest.fixture
def page(project):
    return f"/projekt/{project.id}/ataganden"


@pytest.fixture
def commitment(project):
    return esf.list_commitments(project)[0]


@pytest.fixture
def sheet(page, commitment):
    return f"{page}/{commitment.id}/foretagsblad"


@pytest.fixture
def link(client, page, project, commitment):
    client.submit(f"{page}/fraga")
    return queries.find_link(project, commitment.id)


@pytest.fixture
def send(app, monkeypatch):
    """Give a function that fetches a company's page, waits, and sends it; nobody is signed in."""
    real_now, visitor = clock.now, app.test_client()

    def fill_in(url, **facts):
        values = form_values(visitor.get(url).text) | facts
        with monkeypatch.context() as later:
            later.setattr(clock, "now", lambda: real_now() + timedelta(seconds=20))
            return visitor.post(url, data=values)

    return fill_in
