"""The last moment for offers is moved while they come in, with the reason, and not once they are in."""

from datetime import datetime

import pytest

from broker import audit
from broker.access import Role
from broker.actions import Action
from broker.errors import RefusedError
from broker.extensions import db
from broker.procurement import queries, service
from tests import factories
from tests import factories_procurement as make

ADVERTISED = {
    "route_id": "advertised_chapter_19",
    "state": "advertised",
    "tender_deadline": "2099-03-02T12:00:00+01:00",
}
ASKED = {"state": "request_sent", "offer_deadline": "2099-03-02T12:00:00+01:00", "suppliers_asked": ["1", "2"]}


@pytest.mark.parametrize(("values", "field"), [(ASKED, "offer_deadline"), (ADVERTISED, "tender_deadline")])
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
    assert queries.get_purchase(row.id).values[field] == "2099-07-09T16:00:00+02:00"


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"closes_at": "", "closing_reason": "Skäl."}, "Ange den nya sista dagen och tiden."),
        ({"closes_at": "i morgon", "closing_reason": "Skäl."}, "Skriv dag och tid som 2026-03-01 16:00."),
        ({"closes_at": "2099-04-02T12:00", "closing_reason": " "}, "Skriv varför tiden flyttas."),
        ({"closes_at": "2099-03-02T12:00", "closing_reason": "Skäl."}, "Ange en annan tid än den som gäller."),
    ],
)
def test_a_move_without_moment_or_reason_or_to_the_same_moment_is_refused(client, scope, user, values, sentence):
    row = make.purchase(by=user, **ASKED)

    response = client.submit(f"/inkop/{row.id}/sista-dag", **values)

    assert response.status_code == 422 and sentence in response.text
    assert queries.get_purchase(row.id).values["offer_deadline"] == ASKED["offer_deadline"]


@pytest.mark.parametrize("state", ["route_chosen", "offers_in", "direct_decided", "cancelled"])
def test_no_time_runs_that_could_be_moved_before_it_is_set_and_once_offers_are_in(client, scope, user, state):
    row = make.purchase(by=user, **(ASKED | {"state": state}))

    assert "/sista-dag" not in client.get(f"/inkop/{row.id}").text
    assert client.get(f"/inkop/{row.id}/sista-dag").status_code == 404
    with pytest.raises(RefusedError):
        service.move_closing(row, datetime(2099, 4, 1, 12), reason="Skäl.", by=user)


def test_who_only_reads_is_offered_no_move(client_for, scope, user):
    row = make.purchase(by=user, **ASKED)

    assert "/sista-dag" not in client_for(Role.READER).get(f"/inkop/{row.id}").text


def test_while_an_offer_is_secret_only_the_handler_moves_the_time(client_for, scope, user):
    row = make.purchase(by=factories.user(organisation=scope, roles=[Role.PROCURER]), **ASKED)
    make.offer(row, by=row.handler)

    colleague = client_for(Role.PROCURER)
    assert "/sista-dag" not in colleague.get(f"/inkop/{row.id}").text
    assert colleague.get(f"/inkop/{row.id}/sista-dag").status_code == 422


def test_the_move_is_in_the_history_with_its_field(scope, user):
    row = make.purchase(by=user, **ASKED)

    service.move_closing(row, datetime(2099, 4, 1, 12), reason="Fel dag antecknad.", by=user)
    db.session.commit()

    event = audit.history_of(row)[0]
    assert event.action == Action.PURCHASE_TIME_MOVED and event.facts["field"] == "offer_deadline"
