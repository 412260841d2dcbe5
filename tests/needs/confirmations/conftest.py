"""A planned group of two companies that are asked who takes part, and the answer of one of them over its link."""

from datetime import time, timedelta

import pytest

from broker import clock
from broker.extensions import db
from broker.needs.confirmations import queries
from broker.needs.courses import service as courses
from tests import factories
from tests import factories_needs as make
from tests.client import form_values


@pytest.fixture
def cohort(scope, user):
    """Give a planned group of two companies with three people each, and somebody to write to at the first."""
    first, second = factories.company("Exempel Ett AB"), factories.company("Exempel Två AB")
    factories.person(first, "Karin Exempel", email="karin@ett.example")
    row = make.cohort(make.need(by=user, company=first), make.need(by=user, company=second), by=user)
    row.venue, row.cost = "Sal 3", "Utan kostnad"
    courses.add_sessions(row, [row.starts_on, row.ends_on], starts_at=time(13), ends_at=time(16), by=user)
    db.session.commit()
    return row


@pytest.fixture
def page(cohort):
    return f"/behov/grupper/{cohort.id}/bekraftelser"


@pytest.fixture
def asked(client, page, cohort):
    client.submit(f"{page}/fraga")
    return {row.company.name: row for row in queries.list_confirmations(cohort.id)}


@pytest.fixture
def send(app, monkeypatch):
    """Give a function that fetches a company's page, waits, and sends its answer; nobody is signed in."""
    real_now, visitor = clock.now, app.test_client()

    def fill_in(confirmation, *, wait=timedelta(seconds=20), **facts):
        url = f"/bekrafta-deltagare/{confirmation.token}"
        values = form_values(visitor.get(url).text) | facts
        with monkeypatch.context() as later:
            later.setattr(clock, "now", lambda: real_now() + wait)
            return visitor.post(url, data=values)

    return fill_in
