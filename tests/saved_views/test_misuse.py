"""Views as a careless or an ill-willed colleague meets them."""

import pytest
from sqlalchemy import select

from broker.access import Role, acting_in
from broker.accounts import service as accounts
from broker.audit import AuditEvent
from broker.extensions import db
from broker.saved_views import service
from broker.saved_views.models import ListPage, SavedView
from tests import factories
from tests.conftest import signed_in_client
from tests.factories_needs import need as make_need


def stored():
    db.session.expire_all()
    return list(db.session.scalars(select(SavedView).order_by(SavedView.id)))


def view_of(owner, name="Verkstäder", *, is_shared=True, arguments=None):
    """Give the key of a new view."""
    kept = arguments or {"q": ["svets"]}
    view = service.save_view(ListPage.COMPANIES, kept, name=name, is_shared=is_shared, by=owner)
    db.session.commit()
    return view.id


@pytest.fixture
def leaver(scope):
    return factories.user(organisation=scope, roles=[Role.BROKER], name="Lämnar Exempelsson")


def leave(person, organisation):
    accounts.set_roles(organisation, person, [], by=None)
    db.session.commit()


def test_two_pages_open_at_once_do_not_write_over_each_other(client, user, scope):
    view = view_of(user)
    first, second = (client.get(f"/urval/{view}") for _page in range(2))
    assert first.text.count('name="version"') == second.text.count('name="version"') == 1

    client.submit(f"/urval/{view}", name="Svetsare")
    refused = client.post(f"/urval/{view}", data={"csrf_token": client.csrf_token(), "version": "1", "name": "Gamla"})

    assert refused.status_code == 409 and "Gamla" in refused.text and stored()[0].name == "Svetsare"


def test_a_view_that_was_removed_meanwhile_is_told_of_and_its_address_still_opens_the_list(client, user, scope):
    view = view_of(user)
    page = client.get(f"/urval/{view}")
    client.press(f"/urval/{view}/ta-bort")

    sent = client.post(f"/urval/{view}", data={"csrf_token": client.csrf_token(), "version": "1", "name": "Kvar"})

    assert page.status_code == 200 and sent.status_code == 404
    assert client.press(f"/urval/{view}/ta-bort").status_code == 404
    assert client.get("/foretag?q=svets").status_code == 200


def test_a_view_of_another_organisation_is_behind_no_door_also_for_its_owner(client, user, scope):
    other = factories.organisation()
    accounts.set_roles(other, user, list(Role), by=None)
    with acting_in(other.id):
        theirs = view_of(user, "hemligt-urval")

    assert client.get(f"/urval/{theirs}").status_code == 404
    answer = client.post(f"/urval/{theirs}", data={"csrf_token": client.csrf_token(), "version": "1", "name": "Min"})
    assert answer.status_code == client.press(f"/urval/{theirs}/ta-bort").status_code == 404
    assert "hemligt-" not in client.get("/foretag").text
    with acting_in(other.id):
        assert [view.name for view in stored()] == ["hemligt-urval"]


def test_what_somebody_who_left_shares_is_taken_over_or_removed_by_an_administrator_alone(app, client, scope, leaver):
    kept, gone = view_of(leaver, "Kvar"), view_of(leaver, "Bort")
    broker = signed_in_client(app, factories.user(organisation=scope, roles=[Role.BROKER]))
    assert client.get(f"/urval/{kept}").status_code == 404

    leave(leaver, scope)

    assert f'"/urval/{kept}"' in client.get("/foretag").text
    assert f'"/urval/{kept}"' not in broker.get("/foretag").text and "Kvar" in broker.get("/foretag").text
    assert broker.get(f"/urval/{kept}").status_code == broker.press(f"/urval/{gone}/ta-bort").status_code == 404
    assert "arbetar inte längre här" in client.get(f"/urval/{kept}").text
    client.submit(f"/urval/{kept}", name="Vårt")
    client.press(f"/urval/{gone}/ta-bort")
    assert [(view.name, view.owner_id == leaver.id) for view in stored()] == [("Vårt", False)]


def test_what_somebody_who_left_kept_to_himself_stays_closed(client, scope, leaver):
    private = view_of(leaver, "hemligt-mitt", is_shared=False)
    leave(leaver, scope)

    assert client.get(f"/urval/{private}").status_code == 404
    assert "hemligt-" not in client.get("/foretag").text


def test_a_name_is_given_once_by_each_person_however_it_is_spelled(client, user, scope):
    view_of(factories.user(organisation=scope), "Verkstäder")
    client.submit("/urval/foretag/nytt?q=svets", name="Verkstäder")

    refused = client.submit("/urval/foretag/nytt?q=plåt", name="VERKSTÄDER")

    assert refused.status_code == 422 and "Du har redan ett urval med det namnet." in refused.text
    client.submit("/urval/foretag/nytt?q=plåt", name="Plåt")
    renamed = client.submit(f"/urval/{stored()[-1].id}", name="verkstäder")
    assert renamed.status_code == 422 and [view.name for view in stored()] == ["Verkstäder", "Verkstäder", "Plåt"]


def test_a_name_as_long_as_a_page_is_refused(client, scope):
    assert "Korta namnet" in client.submit("/urval/foretag/nytt?q=svets", name="x" * 81).text
    assert stored() == []


def test_nobody_fills_the_lists_of_the_others(client, user, scope):
    for number in range(service.MOST_OF_ONE):
        view_of(user, f"Urval {number}")

    refused = client.submit("/urval/foretag/nytt?q=svets", name="Ett till")

    assert "Ta bort något som du inte använder" in refused.text and len(stored()) == service.MOST_OF_ONE
    assert client.get("/foretag").text.count('class="saved-view-edit"') == service.MOST_OF_ONE


def test_markup_in_a_name_is_only_a_name_and_no_name_is_in_the_chain_of_events(client, scope):
    name = '"><script>alert(1)</script>'
    client.submit("/urval/foretag/nytt?q=svets&kol=%22%3E%3Cscript%3E", name=name, is_shared="y")

    page = client.get("/foretag").text
    assert "<script>alert" not in page and "&lt;script&gt;alert" in page
    assert not any("script" in str(event.facts) for event in db.session.scalars(select(AuditEvent)))


@pytest.mark.parametrize(
    "arguments",
    [{"status": ["upphört"]}, {"ej_traffade": ["7"]}, {"kommun": ["9999"]}, {"traffad_fran": ["igår"]}],
)
def test_a_view_whose_filter_means_nothing_any_more_shows_no_company_and_can_be_removed(client, user, scope, arguments):
    factories.company("Exempel Svets AB")
    view = view_of(user, arguments=arguments)
    name, values = next(iter(arguments.items()))

    page = client.get(f"/foretag?{name}={values[0]}")

    assert page.status_code == 422 and "Exempel Svets AB" not in page.text and "Rätta det här" in page.text
    assert "Filtret går inte att läsa" in page.text and "Alla företag i registret" not in page.text
    assert f'"/urval/{view}"' in page.text and "/foretag/lista.csv" not in page.text
    file = client.press(f"/foretag/lista.csv?{name}={values[0]}")
    assert file.mimetype == "text/html" and "Exempel Svets AB" not in file.text


def test_a_view_of_needs_whose_filter_means_nothing_any_more_shows_no_need(client, user, scope):
    make_need(by=user)

    page = client.get("/behov?omrade=borttaget")

    assert page.status_code == 422 and "Rätta filtret" in page.text and 'role="row"' not in page.text


def test_a_view_with_a_column_that_there_was_once_shows_the_others(client, scope):
    factories.company("Exempel Svets AB", post_town="FLEN")

    page = client.get("/foretag?kol=borttagen&kol=ort")

    assert page.status_code == 200 and "Exempel Svets AB" in page.text
    assert "Organisationsnummer</th>" not in page.text and "Ort</th>" in page.text


def test_signs_that_no_database_takes_are_no_fault_of_ours(client, scope):
    for address in ("?efter=%00&id=1", "?efter=a&id=99999999999999999999", "?q=%00", "?efter=a&grad=x&id=x"):
        assert client.get(f"/foretag{address}").status_code in (200, 404), address
    assert client.submit("/urval/foretag/nytt?q=%00&x=%F0%9F%98%80", name="Tecken").status_code == 302
    assert client.get("/foretag").status_code == 200
