"""Sender and receiver at the same moment: one order of locks, and a page that says what to do."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import event

from broker.extensions import db
from broker.leads.models import OfferState
from tests.conftest import signed_in_client


@pytest.fixture
def statements(lead):
    seen = []

    def note(connection, cursor, statement, parameters, context, executemany):
        seen.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    yield seen
    event.remove(db.engine, "before_cursor_execute", note)


def locks(seen):
    """Give which side's row each statement that locks a lead locks, in order."""
    sides = ("lead_offer", "received_lead")
    written = ((side, statement) for statement in seen for side in sides if statement.startswith(f"UPDATE {side} "))
    locked = (("lead_offer", statement) for statement in seen if "FOR UPDATE OF lead_offer" in statement)
    return [side for side, _statement in sorted([*written, *locked], key=lambda pair: seen.index(pair[1]))]


@pytest.mark.parametrize("database_app", ["postgresql"], indirect=True)
@pytest.mark.parametrize("step", ["oppna", "ta-emot", "avboj", "fraga", "aterkalla"])
def test_both_sides_lock_the_offer_first(client, officer, lead, url, statements, step):
    if step == "aterkalla":
        done = client.press(f"/leads/erbjudanden/{lead.offers[0].id}/aterkalla", page="/")
    elif step in ("oppna", "ta-emot"):
        done = officer.press(f"{url}/{step}", page=url)
    else:
        done = officer.submit(f"{url}/{step}", reason="Nej tack", question="Hur många?")
    assert done.status_code == 302
    assert locks(statements)[0] == "lead_offer"
    assert "received_lead" in locks(statements)


@pytest.mark.parametrize("database_app", ["postgresql"], indirect=True)
@pytest.mark.parametrize("code", ["40P01", "40001"])
def test_whom_the_database_turns_away_for_another_gets_the_conflict_page(officer, url, code):
    token = officer.csrf_token(url)

    def turn_away(connection, cursor, statement, parameters, context, executemany):
        if not statement.startswith("UPDATE lead_offer"):
            return statement, parameters
        return f"do $$ begin raise exception using errcode = '{code}'; end $$", None

    event.listen(db.engine, "before_cursor_execute", turn_away, retval=True)
    try:
        refused = officer.post(f"{url}/oppna", data={"csrf_token": token})
    finally:
        event.remove(db.engine, "before_cursor_execute", turn_away)

    assert refused.status_code == 409
    assert officer.post(f"{url}/oppna", data={"csrf_token": token}).status_code == 302


def test_taking_back_and_answering_at_once_ends_one_way(app, client, officer, olle, lead, url):
    offer, colleague = lead.offers[0], signed_in_client(app, olle)
    sent = [
        (client, f"/leads/erbjudanden/{offer.id}/aterkalla", client.csrf_token()),
        (officer, f"{url}/oppna", officer.csrf_token()),
        (colleague, f"{url}/ta-emot", colleague.csrf_token()),
    ]
    db.session.rollback()

    def send(sender, address, token):
        with app.app_context():
            return sender.post(address, data={"csrf_token": token}).status_code

    with ThreadPoolExecutor(len(sent)) as threads:
        answers = list(threads.map(send, *zip(*sent, strict=True)))

    db.session.refresh(offer)
    is_back = offer.state is OfferState.REVOKED
    assert answers == ([302, 422, 422] if is_back else [422, 302, 302])
