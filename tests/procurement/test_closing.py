"""The last moment for offers is moved before it has passed, with the reason, and every limit follows."""

from datetime import datetime, timedelta

import pytest

from broker import audit, clock
from broker.access import Role
from broker.actions import Action
from broker.extensions import db
from broker.procurement import queries
from broker.procurement.offers import service as offers
from broker.procurement.offers.queries import closes_at
from tests import factories
from tests import factories_procurement as make

SECOND_OF_MARCH = "2099-03-02T12:00:00+01:00"
ASKED = {"state": "request_sent", "offer_deadline": SECOND_OF_MARCH, "suppliers_asked": ["1", "2"]}
CALLED_OFF = {"route_id": "call_off_mini_competition", "state": "call_off_sent", "offer_deadline": SECOND_OF_MARCH}
ADVERTISED = {"route_id": "advertised_chapter_19", "state": "advertised", "tender_deadline": SECOND_OF_MARCH}


def values_of(purchase):
    return queries.get_purchase(purchase.id).values


@pytest.mark.parametrize(
    ("values", "field"),
    [(ASKED, "offer_deadline"), (CALLED_OFF, "offer_deadline"), (ADVERTISED, "tender_deadline")],
)
def test_the_last_moment_is_moved_with_its_reason_and_every_limit_follows(client, scope, user, values, field):
    row = make.purchase(by=user, **values)
    url = client.get(f"/inkop/{row.id}").text.partition("/sista-dag")[0].rpartition('"')[2] + "/sista-dag"

    response = client.submit(url, closes_at="2099-07-09T16:00", closing_reason="Ändrat kursinnehåll.")

    assert response.location == f"/inkop/{row.id}"
    page = client.get(response.location).text
    assert "Sista dag flyttad från 2 mars 2099 kl. 12:00 till 9 juli 2099 kl. 16:00" in page
    assert "Ändrat kursinnehåll." in page and "Sista dag för offert flyttad" in page
    limits = page.partition('id="tidsgranser"')[2].partition("</table>")[0]
    assert "9 juli 2099" in limits and "2 mars 2099" not in limits
    # By the clocks of Sweden, where it is summer by then.
    assert values_of(row)[field] == "2099-07-09T16:00:00+02:00"


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"closes_at": "", "closing_reason": "Skäl."}, "Ange den nya sista dagen och tiden."),
        ({"closes_at": "i morgon", "closing_reason": "Skäl."}, "Skriv dag och tid som 2026-03-01 16:00."),
        ({"closes_at": "2099-04-02T12:00", "closing_reason": " "}, "Skriv varför tiden flyttas."),
        ({"closes_at": "2099-03-02T12:00", "closing_reason": "Skäl."}, "Ange en annan tid än den som gäller."),
        ({"closes_at": "2026-03-02T12:00", "closing_reason": "Skäl."}, "Ange en tid som inte har passerat."),
    ],
)
def test_a_move_without_moment_or_reason_or_to_no_other_time_ahead_is_refused(client, scope, user, values, sentence):
    row = make.purchase(by=user, **ASKED)

    response = client.submit(f"/inkop/{row.id}/sista-dag", **values)

    assert response.status_code == 422 and sentence in response.text
    assert values_of(row)["offer_deadline"] == SECOND_OF_MARCH


def test_once_an_offer_is_in_the_time_is_prolonged_but_not_shortened(client, scope, user):
    row = make.purchase(by=user, **ASKED)
    make.offer(row, by=user)
    url = f"/inkop/{row.id}/sista-dag"

    refused = client.submit(url, closes_at="2099-03-01T12:00", closing_reason="Skäl.")
    assert refused.status_code == 422 and "Då kan tiden bara förlängas." in refused.text
    assert client.submit(url, closes_at="2099-03-03T12:00", closing_reason="Skäl.").status_code == 302


@pytest.mark.parametrize("values", [ASKED, CALLED_OFF, ADVERTISED])
def test_a_time_that_has_passed_stands_with_and_without_offers(client, scope, user, values):
    passed = (clock.now() - timedelta(minutes=1)).isoformat()
    row = make.purchase(by=user, **(values | {name: passed for name in values if name.endswith("_deadline")}))

    for _opened in range(2):
        assert "/sista-dag" not in client.get(f"/inkop/{row.id}").text
        assert client.get(f"/inkop/{row.id}/sista-dag").status_code == 404
        make.offer(row, by=user)


@pytest.mark.parametrize("state", ["route_chosen", "offers_in", "direct_decided", "cancelled"])
def test_no_time_is_moved_where_no_offers_come_in(client, scope, user, state):
    row = make.purchase(by=user, **(ASKED | {"state": state}))

    assert "/sista-dag" not in client.get(f"/inkop/{row.id}").text
    assert client.get(f"/inkop/{row.id}/sista-dag").status_code == 404


def test_after_a_change_of_route_the_time_of_the_new_one_counts_and_is_moved(client, scope, user):
    row = make.purchase(by=user, **ASKED, tender_deadline="2099-05-02T12:00:00+02:00")
    assert closes_at(row) == datetime.fromisoformat(SECOND_OF_MARCH)

    client.submit(f"/inkop/{row.id}/sista-dag", closes_at="2099-04-01T12:00", closing_reason="Skäl.")

    assert closes_at(queries.get_purchase(row.id)) == datetime(2099, 4, 1, 12, tzinfo=clock.SWEDEN)
    limits = client.get(f"/inkop/{row.id}").text.partition('id="tidsgranser"')[2].partition("</table>")[0]
    assert "1 apr. 2099" in limits and "2 maj 2099" not in limits


def test_who_only_reads_is_offered_no_move(client_for, scope, user):
    row = make.purchase(by=user, **ASKED)

    assert "/sista-dag" not in client_for(Role.READER).get(f"/inkop/{row.id}").text


def test_while_an_offer_is_secret_its_handler_moves_the_time_and_no_colleague(client, client_for, scope, user):
    row = make.purchase(by=user, **ASKED)
    make.offer(row, by=user)
    factories.user(organisation=scope, roles=[Role.PROCURER])

    colleague = client_for(Role.PROCURER)
    assert "/sista-dag" not in colleague.get(f"/inkop/{row.id}").text
    assert colleague.get(f"/inkop/{row.id}/sista-dag").status_code == 422
    assert client.get(f"/inkop/{row.id}/sista-dag").status_code == 200


def test_the_log_tells_of_the_move_and_not_why(scope, user):
    row = make.purchase(by=user, **ASKED)

    offers.move_closing(row, datetime(2099, 4, 1, 12), reason="Kim Nyman bad om det.", by=user)
    db.session.commit()

    event = audit.history_of(row)[0]
    assert event.action == Action.PURCHASE_TIME_MOVED and event.facts == {"to": "2099-04-01T12:00:00+02:00"}
    assert str(row.steps[-1].note) == "Kim Nyman bad om det."
