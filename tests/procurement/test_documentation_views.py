"""What the law still asks for when a purchase has ended."""

from datetime import timedelta

import pytest

from broker import clock
from broker.access import Role
from tests import factories_procurement as factories
from tests.client import form_values


@pytest.fixture
def cancelled(scope, user):
    day = clock.today() - timedelta(days=10)
    return factories.purchase(
        by=user, state="cancelled", cancel_date=day.isoformat(), value_sek="900000", title="Avbruten truck"
    )


def test_an_ended_purchase_says_what_the_law_still_asks_for(client, client_for, cancelled):
    page = client.get(f"/inkop/{cancelled.id}").text

    assert "Inget mer att göra" not in page
    assert "Inköpet är avslutat, men det här är kvar att göra:" in page
    assert "Dokumentation slutförd senast" in page
    reader = client_for(Role.READER)
    assert "Anteckna att den är klar" not in reader.get(f"/inkop/{cancelled.id}").text


def test_the_documentation_of_an_ended_purchase_is_noted_and_leaves_the_day(client, cancelled):
    assert "Avbruten truck" in client.get("/").text

    shown = form_values(client.get(f"/inkop/{cancelled.id}").text)
    response = client.post(f"/inkop/{cancelled.id}/dokumentation", data=shown)

    assert response.location == f"/inkop/{cancelled.id}"
    page = client.get(response.location).text
    assert "Inget mer att göra" in page
    assert "Dokumentation antecknad" in page
    assert "Avbruten truck" not in client.get("/").text


def test_a_documentation_day_that_is_missing_or_in_the_future_is_asked_for_again(client, cancelled):
    url = f"/inkop/{cancelled.id}/dokumentation"

    assert "Ange vilken dag" in client.submit(url, documentation_done_date="").text
    assert client.submit(url, documentation_done_date="2099-01-01").status_code == 422
