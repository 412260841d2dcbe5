"""Pages of calls, as a browser meets them."""

from decimal import Decimal

import pytest
from sqlalchemy import select

from broker import access
from broker.esf.models import Call
from broker.extensions import db
from tests import factories_esf
from tests.client import form_values


def call_fields(**changes):
    year = factories_esf.TODAY.year + 1
    return {
        "diary_no": "26-777",
        "title": "Svetsarlyftet",
        "region": "Östra Mellansverige",
        "programme_area": "A",
        "opens_on": f"{factories_esf.TODAY}",
        "closes_on": f"{year}-01-15",
        "closing_time": "16.00",
        "cofinancing_rate": "46",
        "earliest_start": f"{year}-03-01",
        "latest_start": f"{year}-06-01",
        "latest_end": f"{year + 3}-02-28",
        "attachments": "Förändringsteori\nInköpspolicy; frivillig",
        "unit_costs": "Projektledare; 592,00\ndeltagare; 290",
        "source": "https://www.esf.se/utlysningar/",
    } | changes


def test_a_call_is_added_and_shown(client):
    response = client.submit("/utlysningar/ny", **call_fields())

    assert response.status_code == 302, response.text
    page = client.get(response.location).text
    assert "592,00" in page
    assert "16:00" in page
    with access.every_organisation():
        assert [row["required"] for row in db.session.scalars(select(Call)).one().attachments] == [
            True,
            False,
        ]


def test_a_call_whose_days_do_not_follow_each_other_says_which(client):
    response = client.submit("/utlysningar/ny", **call_fields(latest_end="2020-01-01", sectors="tjugofem"))

    assert response.status_code == 422
    assert "Ange en dag efter senaste start" in response.text
    assert "Skriv koden med siffror" in response.text


def test_a_call_is_corrected_and_the_project_moved_as_on_the_pages(client, scope, user):
    project = factories_esf.project(scope, user)
    call = project.call
    page = client.get(f"/utlysningar/{call.id}/ratta")
    fields = form_values(page.text)
    assert fields["cofinancing_rate"] == "46" and "Projektledare; 592" in fields["unit_costs"]
    response = client.post(f"/utlysningar/{call.id}/ratta", data=fields | {"closing_time": "12.00", "flat_rate": "15"})
    assert response.status_code == 302, response.text
    assert "12:00" in client.get(response.location).text
    assert "Utlysningen är rättad" in client.get("/").text
    assert "Utlysningen har rättats." in client.get(f"/projekt/{project.id}").text
    assert " 12:00" in client.get("/projekt").text, "the newest text decides, whichever version is followed"
    assert " 12:00.</p>" in client.get(f"/projekt/{project.id}/bilagor").text

    report = f"/projekt/{project.id}/rattad-utlysning"
    fields = form_values(client.get(report).text)
    stale = client.post(report, data=fields | {"version": "99"})
    assert stale.status_code == 409
    moved = client.post(report, data=fields)
    assert moved.location == f"/projekt/{project.id}"
    assert "Projekt flyttat till rättad utlysning" in client.get(f"/projekt/{project.id}/historik").text
    assert "Det finns inget att flytta" in client.get(report).text


@pytest.mark.parametrize("price", ["Projektledare", "Projektledare; 592,005"])
def test_a_price_that_is_no_price_is_asked_for_again(client, price):
    response = client.submit("/utlysningar/ny", **call_fields(unit_costs=price))

    assert response.status_code == 422
    assert "Skriv varje rad som benämning; pris" in response.text


def test_the_price_of_the_participants_is_known_however_it_is_typed(client):
    client.submit("/utlysningar/ny", **call_fields(unit_costs="Deltagare; 290 kr"))

    with access.every_organisation():
        assert db.session.scalars(select(Call)).one().prices == {"deltagare": Decimal(290)}
