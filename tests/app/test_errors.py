"""What the database does not take: whose fault it is, what is kept of it for the person, and what of it is noted."""

from contextlib import contextmanager

import pytest
from sqlalchemy import delete, event

from broker.accounts.models import UserSession
from broker.extensions import db
from tests.client import CANARY

TOO_LARGE = {"postgresql": ("select 99999::int2", ()), "sqlite": ("select ?", (2**70,))}


@contextmanager
def refusing(statement, parameters=(), *, instead_of="INSERT INTO company "):
    """Let the database be asked for something impossible instead of this."""

    def turn(connection, cursor, asked, given, context, executemany):
        return (statement, parameters) if asked.startswith(instead_of) else (asked, given)

    event.listen(db.engine, "before_cursor_execute", turn, retval=True)
    try:
        yield
    finally:
        event.remove(db.engine, "before_cursor_execute", turn)


def add(client):
    return client.submit("/foretag/nytt", name=f"{CANARY}bolag")


def test_a_row_that_breaks_a_rule_of_ours_is_nobody_elses_fault_and_is_noted_by_its_column(client, scope, caplog):
    with refusing("insert into company (id, name) values (1, null)"):
        refused = add(client)

    assert refused.status_code == 422 and "Det gick inte att spara" in refused.text
    assert f"{CANARY}bolag" in refused.text and "Någon annan" not in refused.text
    assert "name" in caplog.text and CANARY not in caplog.text


def test_what_somebody_else_made_first_is_noted_too(client, scope, caplog):
    again = f"insert into organisation select * from organisation where id = {scope.id}"
    with refusing(again):
        refused = add(client)

    assert refused.status_code == 409 and "Någon annan hann spara" in refused.text
    assert "organisation" in caplog.text and scope.name not in caplog.text


def test_a_value_too_large_to_store_is_noted_and_what_was_written_is_shown(client, scope, caplog):
    with refusing(*TOO_LARGE[db.engine.dialect.name]):
        refused = add(client)

    assert refused.status_code == 422 and f"{CANARY}bolag" in refused.text
    assert "POST companies.add_company" in caplog.text and CANARY not in caplog.text


def test_a_number_in_an_address_that_is_too_large_is_the_key_of_nothing(client, scope, caplog):
    assert client.get("/foretag?efter=a&id=99999999999999999999").status_code == 404
    assert "GET companies.index" in caplog.text


@pytest.fixture(params=["the session has ended", "the cookie is gone"])
def signed_out(request, client):
    """Give somebody whose session has ended since the form was opened, and the token of the form."""
    token = client.csrf_token()
    if request.param == "the cookie is gone":
        client.delete_cookie("broker")
    else:
        db.session.execute(delete(UserSession))
        db.session.commit()
    return client, {"csrf_token": token}


def test_who_was_signed_out_meanwhile_sees_what_was_written_and_the_way_back(signed_out, scope):
    client, form = signed_out
    here = {"Referer": "http://localhost/foretag/nytt"}
    refused = client.post("/foretag/nytt", data=form | {"name": f"{CANARY}bolag"}, headers=here)

    assert refused.status_code == 401
    assert "Du har blivit utloggad" in refused.text and f"{CANARY}bolag" in refused.text
    assert 'href="/logga-in?next=/foretag/nytt"' in refused.text


def test_who_was_signed_out_meanwhile_is_shown_no_password_and_asked_to_sign_in(signed_out, scope):
    client, form = signed_out
    refused = client.post("/konto", data=form | {"present": CANARY, "password": CANARY, "repeated": CANARY})

    assert CANARY not in refused.text
    assert refused.status_code == 302 and refused.location.startswith("/logga-in")
