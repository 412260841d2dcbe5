"""A list that somebody wants again: saved under a name, shared or not, opened as it was."""

import re
from urllib.parse import parse_qs, urlsplit

import pytest
from sqlalchemy import select

from broker.access import Role
from broker.extensions import db
from broker.saved_views.models import SavedView
from tests import factories
from tests.conftest import signed_in_client

LIST = "/foretag?q=svets&status=active&kol=ort&kol=ansvarig"


@pytest.fixture
def colleague(app, scope):
    return signed_in_client(app, factories.user(organisation=scope, roles=[Role.READER]))


def save(client, **fields):
    link = re.search(r'href="(/urval/foretag/nytt[^"]*)"', client.get(LIST).text).group(1).replace("&amp;", "&")
    return client.submit(link, **{"name": "Verkstäder", **fields})


def test_a_list_is_saved_with_its_filter_and_columns_and_opened_again(client):
    saved = save(client)

    assert urlsplit(saved.location).path == "/foretag"
    assert parse_qs(urlsplit(saved.location).query) == {
        "q": ["svets"], "status": ["active"], "kol": ["ort", "ansvarig"],
    }  # fmt: skip
    assert '<a href="/foretag?q=svets' in client.get("/foretag").text
    assert 'aria-current="page">Verkstäder' in client.get(saved.location).text


def test_colleagues_see_a_view_only_when_it_is_shared_and_cannot_change_it(client, colleague):
    save(client)
    assert "Verkstäder" not in colleague.get("/foretag").text
    view = db.session.scalars(select(SavedView)).one()

    client.submit(f"/urval/{view.id}", is_shared="y")

    page = colleague.get("/foretag").text
    assert "Verkstäder" in page and "delas av" in page and f'"/urval/{view.id}"' not in page
    assert colleague.get(f"/urval/{view.id}").status_code == 404
    assert colleague.press(f"/urval/{view.id}/ta-bort").status_code == 404


def test_a_view_is_renamed_and_removed_by_its_owner(client, scope):
    save(client)
    view = db.session.scalars(select(SavedView)).one()

    client.submit(f"/urval/{view.id}", name="Svetsare")
    assert "Svetsare" in client.get("/foretag").text

    client.press(f"/urval/{view.id}/ta-bort")
    assert db.session.scalars(select(SavedView)).all() == []


def test_a_view_without_a_name_is_asked_for_one_and_keeps_the_choice(client):
    refused = save(client, name="")

    assert refused.status_code == 422 and "Ge urvalet ett namn" in refused.text


def test_an_address_with_odd_names_is_saved_as_the_address_that_it_is(client, scope):
    sent = client.submit("/urval/foretag/nytt?q=svets&_external=1&endpoint=x", name="Urval")

    assert sent.location == "/foretag?q=svets&_external=1&endpoint=x"
    assert client.get(sent.location).status_code == 200


def test_an_address_that_no_form_makes_is_refused(client, scope):
    refused = client.submit("/urval/foretag/nytt?q=" + "x" * 2100, name="Urval")

    assert "för långt att spara" in refused.text
    assert db.session.scalars(select(SavedView)).all() == []


def test_the_list_shows_and_hands_out_the_chosen_columns(client, user, scope):
    company = factories.company("Exempel Svets AB", post_town="FLEN")
    factories.interaction(company, by=user)

    page = client.get("/foretag?kol=ansvarig").text
    file = client.press("/foretag/lista.csv?kol=ansvarig").text

    row = page.split("<tbody", 1)[1].split("</tbody>", 1)[0]
    assert "Ansvarig hos oss" in row and user.name in row
    assert "Organisationsnummer" not in page.split("<thead", 1)[1].split("</thead>", 1)[0]
    assert file.splitlines()[0].lstrip("\ufeff") == "Namn;Ansvarig hos oss"


@pytest.mark.parametrize("name", ["endpoint", "file_type", "page", "view_id", "_anchor", "_external"])
@pytest.mark.parametrize("address", ["/foretag", "/kontakter", "/behov", "/urval/foretag/nytt", "/behov/summering"])
def test_a_name_that_no_list_knows_is_only_a_part_of_the_address(client, address, name):
    assert client.get(f"{address}?{name}=x&q=a").status_code == 200
