"""An organisation that demands a second factor of those who come in with a password."""

import pytest
from sqlalchemy import select

from broker.access import Role
from broker.accounts import service as accounts
from broker.actions import Action
from broker.audit import AuditEvent
from broker.extensions import db
from tests import factories
from tests.accounts.second_factor.steps import ON, code_of, turned_on
from tests.accounts.second_factor.test_turning_on import secret_on
from tests.client import form_values
from tests.conftest import signed_in_client
from tests.factories import PASSWORD

pytestmark = pytest.mark.usefixtures("wait")
DEMAND = "/administration/tvastegsinloggning"


@pytest.fixture
def demanding(organisation):
    organisation.demands_second_factor = True
    db.session.commit()
    return organisation


def came_by_service(app, user):
    client = app.test_client()
    client.enter(user, with_sign_on=True)
    return client


def test_an_administrator_who_has_it_demands_it_and_the_chain_says_so(client, user, organisation):
    turned_on(user)
    client.enter(user)

    response = client.submit(DEMAND, demands_second_factor="y")

    assert response.location == "/administration"
    page = client.get("/administration").text
    assert "krävs av alla" in page
    last = db.session.scalars(select(AuditEvent).order_by(AuditEvent.id)).all()[-1]
    assert (last.action, last.facts["changes"]) == (
        Action.SECOND_FACTOR_DEMANDED,
        {"demands_second_factor": [False, True]},
    )
    assert last.organisation_id == organisation.id


def test_who_has_none_cannot_demand_it_but_who_came_by_the_service_can(client, app, user, organisation):
    response = client.submit(DEMAND, demands_second_factor="y")

    assert response.status_code == 422 and "för dig själv först" in response.text
    assert came_by_service(app, user).submit(DEMAND, demands_second_factor="y").location == "/administration"
    assert db.session.get_one(type(organisation), organisation.id).demands_second_factor


def test_two_administrators_who_choose_at_once_get_the_conflict_page(client, user):
    turned_on(user)
    client.enter(user)
    fields = form_values(client.get(DEMAND).text) | {"demands_second_factor": "y"}

    assert client.post(DEMAND, data=fields).status_code == 302
    assert client.post(DEMAND, data=fields).status_code == 409


def test_only_administrators_choose(client_for):
    assert client_for(Role.BROKER).get(DEMAND).status_code == 403


def test_who_lacks_it_is_led_to_it_and_on_when_it_is_on(client, demanding):
    assert client.get("/").location == ON
    page = client.get(ON).text
    assert f"{demanding.name} kräver tvåstegsinloggning" in page
    assert "Huvudmeny" not in page and 'id="sok"' not in page

    shown = client.post(ON, data=form_values(page) | {"password": PASSWORD, "code": code_of(secret_on(page))})

    assert 'href="/"' in shown.text
    assert client.get("/").status_code == 200
    assert client.get("/foretag").status_code == 200


def test_the_own_account_the_language_and_the_way_out_stay_open(client, demanding):
    assert "Påminnelser" not in client.get("/konto").text
    assert client.get("/sprak/en?next=/konto").location == "/konto"
    assert client.get("/hjalp/01-borja-har").status_code == 200
    assert client.press("/logga-ut", page="/konto").location == "/logga-in"


def test_another_organisation_that_demands_nothing_is_a_switch_away(client, user, demanding):
    other = factories.organisation("Östra lärcentrum")
    accounts.set_roles(other, user, [Role.BROKER], by=None)
    db.session.commit()
    assert client.get("/").location == ON
    assert "Östra lärcentrum" in client.get("/konto").text

    client.press("/byt-organisation", page="/konto", organisation_id=other.id)

    assert client.get("/").status_code == 200


def test_who_came_by_the_service_is_let_by(app, user, demanding):
    assert came_by_service(app, user).get("/").status_code == 200


def test_who_has_it_is_let_by_at_no_query_more(app, client_for, user, demanding):
    client = signed_in_client(app, user)
    demanding.demands_second_factor = False
    db.session.commit()
    client.get("/foretag")
    before = client.queries
    turned_on(user)
    demanding.demands_second_factor = True
    db.session.commit()
    client.enter(user)

    assert client.get("/foretag").status_code == 200
    assert client.queries == before


def test_the_list_of_people_says_who_has_it(client, user, organisation):
    turned_on(factories.user(organisation=organisation, name="Med App"))
    factories.user(organisation=organisation, name="Utan App")

    page = " ".join(client.get("/administration").text.split())

    with_app, without = page.split("Med App")[1].split("</tr>")[0], page.split("Utan App")[1].split("</tr>")[0]
    assert ">Ja<" in with_app and ">Nej<" in without
