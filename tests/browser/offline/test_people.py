"""Several people and one device: each sends what is theirs, and sees nothing of the others."""

import pytest
from playwright.sync_api import expect

from broker import access
from broker.access import Role
from broker.accounts import service as accounts
from broker.extensions import db
from tests import factories
from tests.browser.phone import (
    LIGHT,
    contacts,
    end_sessions,
    enter,
    find_net,
    log_without_net,
    lose_net,
    sent,
    sign_out,
    switch,
    waiting,
)
from tests.browser.steps import sees, write

# What a browser keeps does not depend on the database behind it.
pytestmark = pytest.mark.parametrize("database_app", ["sqlite"], indirect=True)


@pytest.fixture
def overloaded(app, monkeypatch):
    """Give a server that saves no contact until it is told that the rush is over."""
    name = "companies.log_interaction_with"

    def refuse(**_keys):
        return "", 429

    # Said by the server: a route of the browser's does not go together with a worker, and could hold a request back.
    refuse.access = app.view_functions[name].access
    with monkeypatch.context() as rush:
        rush.setitem(app.view_functions, name, refuse)
        yield rush


def test_the_next_person_neither_sees_nor_sends_what_waits(phone, app, device, organisation, user, overloaded):
    other = factories.user(organisation=organisation, roles=[Role.BROKER])
    assert other.email != user.email
    # What is known of the two is not read again while the server writes.
    db.session.expunge_all()
    db.session.rollback()
    log_without_net(phone)
    find_net(phone)
    phone.goto(LIGHT)
    expect(waiting(phone)).to_be_visible()
    sign_out(phone)
    sees(phone, "Du är utloggad.")
    overloaded.undo()
    enter(app, device, other)
    phone.goto("/utan-nat")
    sees(phone, "Inget väntar.")
    expect(waiting(phone)).to_be_hidden()
    assert contacts() == []
    enter(app, device, user)
    expect(sent(phone)).to_be_visible()
    assert [contact.logged_by_id for contact in contacts()] == [user.id]


def test_what_is_half_typed_when_a_session_ends_comes_back_to_that_person_alone(
    phone, app, device, company, organisation, user
):
    other = factories.user(organisation=organisation, roles=[Role.BROKER])
    db.session.commit()
    form = f"/foretag/{company.id}/kontakter/ny"
    phone.goto(form)
    write(phone, summary="Hemligt samtal")
    end_sessions()
    phone.goto(form)
    expect(phone.locator("[name=password]")).to_be_visible()
    enter(app, device, user).goto(form)
    expect(phone.locator("[name=summary]")).to_have_value("Hemligt samtal")
    lose_net(phone)
    phone.goto("/utan-nat")
    write(phone, summary="Hemligt besök")
    find_net(phone)
    end_sessions()
    phone.goto(LIGHT)
    expect(phone.locator("[name=password]")).to_be_visible()
    enter(app, device, other).goto(form)
    expect(phone.locator("[name=summary]")).to_have_value("")
    phone.goto("/utan-nat")
    expect(phone.locator("[name=summary]")).to_have_value("")
    assert "Hemligt" not in phone.evaluate("JSON.stringify(sessionStorage)")


def test_whose_session_is_over_is_asked_to_sign_in_and_keeps_what_waits(phone, app, device, user):
    log_without_net(phone)
    end_sessions()
    find_net(phone)
    expect(phone.get_by_role("link", name="Logga in för att skicka det")).to_be_visible()
    assert contacts() == []
    enter(app, device, user)
    expect(sent(phone)).to_be_visible()
    assert len(contacts()) == 1


def test_what_waits_for_another_organisation_is_kept_until_the_person_acts_for_it(phone, organisation, user):
    with access.every_organisation():
        other = factories.organisation()
        accounts.set_roles(other, user, [Role.BROKER], by=None)
        db.session.commit()
    log_without_net(phone)
    switch(user, other)
    find_net(phone)
    sees(phone, f"1 till väntar för {organisation.name}.")
    assert contacts() == []
    phone.goto(LIGHT)
    sign_out(phone, is_sure=False)
    switch(user, organisation)
    phone.goto(LIGHT)
    expect(sent(phone)).to_be_visible()
    assert [contact.organisation_id for contact in contacts()] == [organisation.id]
