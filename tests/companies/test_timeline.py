"""The timeline of a company: by kind, by who of us, by whom we met, what is planned, and what others show."""

from datetime import date, timedelta

import pytest

from broker import access, clock
from broker.access import Role
from broker.companies import service
from broker.companies.models import InteractionKind
from broker.companies.timeline.queries import TimelineFilter, list_contacts, list_users
from broker.extensions import db
from tests import factories, factories_traces


@pytest.fixture
def company(scope):
    return factories.company("Exempel Svets AB")


@pytest.fixture
def anna(company):
    return factories.person(company, "Anna Exempelsson")


@pytest.fixture
def contacts(company, user, karin, anna):
    factories.interaction(company, by=user, summary="Gick runt", people=[anna], colleagues=[karin])
    factories.interaction(company, by=user, summary="Ringde dem", kind=InteractionKind.CALL)
    factories.interaction(company, by=karin, summary="Skrev till dem", kind=InteractionKind.EMAIL)
    plan = {"kind": InteractionKind.MEETING, "due_on": clock.today() + timedelta(days=3), "title": "Höstens plan"}
    service.plan_contact(company, **plan, colleagues=[karin], by=user)
    db.session.commit()


@pytest.mark.parametrize("page", ["", "/kontakter"])
@pytest.mark.parametrize(
    ("asked", "shown", "sentence"),
    [
        ("", {"Gick runt", "Ringde dem", "Skrev till dem"}, "Alla kontakter"),
        ("?hur=call", {"Ringde dem"}, "Samtal"),
        ("?vem={karin}", {"Gick runt", "Skrev till dem"}, "Alla kontakter · där Karin Kollega från oss är med"),
        ("?person={anna}", {"Gick runt"}, "Alla kontakter · med Anna Exempelsson"),
        ("?person={anna}&hur=call", set(), "Samtal · med Anna Exempelsson"),
        ("?visa=planerat&vem={karin}", {"Höstens plan"}, "Planerade kontakter · där Karin Kollega från oss är med"),
        ("?visa=planerat&hur=call", set(), "Samtal · planerade"),
    ],
)
def test_the_timeline_is_narrowed_and_says_so(client, company, contacts, karin, anna, page, asked, shown, sentence):
    text = client.get(f"/foretag/{company.id}{page}{asked.format(karin=karin.id, anna=anna.id)}").text
    entries = text[text.index('id="kontakter"') : text.index("</section>", text.index('id="kontakter"'))]

    told = {"Gick runt", "Ringde dem", "Skrev till dem", "Höstens plan"}
    assert {words for words in told if words in entries} == shown
    assert f'<p class="filter-sentence">{sentence}</p>' in text
    assert f'role="status">{len(shown)} kontakt' in text


def test_the_timeline_tells_whom_we_met_and_which_of_us_was_there(client, company, contacts, user):
    text = client.get(f"/foretag/{company.id}").text

    assert "Besök med Anna Exempelsson" in text
    assert f"{user.name}, Karin Kollega" in text


def test_a_next_part_keeps_the_filter_and_the_count(client, company, user):
    for number in range(27):
        factories.interaction(company, by=user, summary=f"Samtal {number}", kind=InteractionKind.CALL)
    factories.interaction(company, by=user, summary="Besök")

    first = list_contacts(company.id, TimelineFilter(kind=InteractionKind.CALL))
    assert (len(first.rows), first.count) == (25, 27)
    rest = list_contacts(company.id, TimelineFilter(kind=InteractionKind.CALL), before=first.next_before)
    assert (len(rest.rows), rest.count, rest.next_before) == (2, 27, None)
    address = f"/foretag/{company.id}/kontakter?hur=call"
    assert f"{address}&amp;fore={first.next_before}#kontakter" in client.get(address).text


def test_what_nobody_offered_is_asked_for_again_and_narrows_nothing(client, company, contacts):
    response = client.get(f"/foretag/{company.id}/kontakter?vem=99999")

    assert response.status_code == 422
    assert "Välj ett av alternativen i listan." in response.text and "Ringde dem" in response.text


def test_a_protected_person_is_neither_offered_nor_named(client_for, company, user):
    hidden = factories.person(company, "Skyddad Person", is_protected=True)
    factories.interaction(company, by=user, people=[hidden], summary="Talade med någon")
    broker = client_for(Role.BROKER)

    text = broker.get(f"/foretag/{company.id}").text

    assert "Talade med någon" in text and "Skyddad Person" not in text
    assert broker.get(f"/foretag/{company.id}/kontakter?person={hidden.id}").status_code == 422


def test_only_those_of_us_who_met_the_company_are_offered(company, contacts, organisation, user, karin):
    factories.user(organisation=organisation, name="Olle Okänd")

    assert {row.id for row in list_users(company.id)} == {user.id, karin.id}


def test_who_only_comes_along_to_a_plan_is_offered_too(client, company, organisation, user):
    olle = factories.user(organisation=organisation, name="Olle Medföljare")
    plan = {"kind": InteractionKind.VISIT, "due_on": clock.today() + timedelta(days=3), "title": "Se verkstaden"}
    service.plan_contact(company, **plan, colleagues=[olle], by=user)
    db.session.commit()

    response = client.get(f"/foretag/{company.id}/kontakter?visa=planerat&vem={olle.id}")

    assert response.status_code == 200 and "Se verkstaden" in response.text


def test_traces_of_others_are_chosen_by_their_organisation_and_nothing_more_is_told(
    client, company, organisation, user
):
    other = factories.organisation("Exempel Näringsliv")
    stranger = factories.user(organisation=other, name="Nils Granne")
    factories_traces.agreement(proposer=organisation, receiver=other, by=user)
    with access.acting_in(other.id):
        factories.interaction(company, by=stranger, happened_on=clock.today(), summary="hemligt-besök")
    address = f"/foretag/{company.id}/kontakter"

    assert "Nils Granne" not in client.get(address).text
    text = client.get(f"{address}?org={other.id}").text
    assert "Exempel Näringsliv, Nils Granne" in text and "som Exempel Näringsliv har haft" in text
    assert "hemligt-" not in text
    assert "Nils Granne" not in client.get(f"{address}?org={other.id}&hur=call").text


def test_an_organisation_without_an_agreement_cannot_be_chosen(client, company):
    other = factories.organisation()

    assert client.get(f"/foretag/{company.id}/kontakter?org={other.id}").status_code == 422


def test_the_card_asks_no_more_of_the_database_with_everything_on_it(client, company, contacts, organisation, user):
    other = factories.organisation("Exempel Näringsliv")
    factories_traces.agreement(proposer=organisation, receiver=other, by=user)
    service.add_workplace(
        company, name="Verkstad", street=None, post_town=None, municipality_code=None, employees=3, by=user
    )
    db.session.commit()

    client.get(f"/foretag/{company.id}?visa=planerat&vem={user.id}")

    assert client.queries <= 11


def test_a_day_long_ago_stands_last(company, user):
    old = factories.interaction(company, by=user, happened_on=date(2026, 1, 5))
    new = factories.interaction(company, by=user, happened_on=date(2026, 3, 5))

    assert [row.id for row in list_contacts(company.id, TimelineFilter()).rows] == [new.id, old.id]


def test_a_company_without_contacts_offers_nothing_to_filter_on_its_card(client, company):
    assert "Filtrera kontakterna" not in client.get(f"/foretag/{company.id}").text
    assert "Välj ett av alternativen" in client.get(f"/foretag/{company.id}?vem=abc").text


def test_the_card_says_what_is_to_be_done_and_whom_to_call_before_what_has_been(client, company, anna, contacts):
    page = client.get(f"/foretag/{company.id}").text
    assert page.index("Höstens plan") < page.index("Gick runt") and page.index("Anna Exempelsson") < page.index(
        "Gick runt"
    )
