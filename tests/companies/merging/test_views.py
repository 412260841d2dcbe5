"""Duplicates as a broker meets them on the page."""

import html
import re

import pytest

from broker.access import Role, acting_in
from broker.companies import queries as companies
from broker.companies import service as companies_service
from broker.companies.merging import queries, service
from broker.companies.merging.models import NotDuplicate
from broker.extensions import db
from tests import factories
from tests.client import form_values
from tests.companies.merging.things import numberless, relation


def test_a_company_is_noted_without_its_number_and_seen_by_nobody_else(client, client_for, organisation):
    location = client.submit("/foretag/nytt", name="Parkeringens Plåt", post_town="Flen").location
    page = client.get(location)
    assert "Utan organisationsnummer" in page.text and "••••" not in page.text
    assert "Parkeringens Plåt" in client.get("/foretag?q=parkeringens").text

    stranger = client_for(*Role, organisation=factories.organisation())
    assert stranger.get(location).status_code == 404
    for address in (
        "/foretag",
        "/foretag?q=parkeringens",
        "/foretag/forslag?q=parkeringenss",
        "/foretag/dubbletter/foretag",
    ):
        assert "Parkeringens" not in re.sub(r'value="[^"]*"|”[^”]*”', "", stranger.get(address).text)


def test_a_company_that_seems_to_be_there_is_looked_at_before_another_is_added(client):
    known = factories.company("Exempel Plåt AB", post_town="FLEN")

    first = client.submit("/foretag/nytt", name="Exempel Plåt", municipality_code="0482")
    assert first.status_code == 422 and f'href="/foretag/{known.id}"' in first.text
    values = form_values(first.text)
    assert "is_another" not in values
    assert client.post("/foretag/nytt", data=values | {"is_another": "y"}).status_code == 302


@pytest.mark.parametrize(
    ("known", "typed"),
    [
        ("Exempel Rosenlund El AB", "Exempel Roesnlund El"),
        ("Exempel Rosenlund El AB", "Exempel Rosenlundel"),
        ("Exempel Vassby Svets & Smide AB", "Exempel Vassby Svets och Smide AB"),
    ],
)
def test_a_company_whose_name_is_written_a_little_otherwise_is_looked_at_first(client, known, typed):
    company = factories.company(known, municipality_code="0482")

    refused = client.submit("/foretag/nytt", name=typed)
    assert refused.status_code == 422 and f'href="/foretag/{company.id}"' in refused.text
    assert client.submit("/foretag/nytt", name=typed, municipality_code="0380").status_code == 302


def test_many_companies_with_the_same_word_do_not_stop_another_one(client):
    for place in ("Flen", "Malmköping", "Hälleforsnäs"):
        factories.company(f"Svets i {place} AB")

    assert client.submit("/foretag/nytt", name="Svets AB").status_code == 302


def test_a_number_that_is_there_leads_to_its_company(client):
    known = factories.company("Annat Namn AB", number="5299304179")

    page = client.submit("/foretag/nytt", name="Exempel Plåt", number="529930-4179")

    assert page.status_code == 422 and f'href="/foretag/{known.id}"' in page.text
    assert 'name="is_another"' not in page.text


def test_while_a_company_or_a_person_is_typed_the_ones_alike_are_shown(client, user, scope):
    company = factories.company("Exempel Plåt AB")
    factories.person(company, "Anna Exempelsson", phone="070-174 06 05")
    factories.person(company, "Bo Protected", is_protected=True)

    assert "Exempel Plåt AB" in client.get("/foretag/liknande?name=exempel+pl%C3%A5t").text
    alike = f"/foretag/{company.id}/personer/liknande"
    assert "Anna Exempelsson" in client.get(f"{alike}?name=A+Exempelsson").text
    assert "Anna Exempelsson" in client.get(f"{alike}?name=Okänd&phone=%2B46701740605").text
    assert "Anna Exempelsson" not in client.get(f"{alike}?name=Cim+Annanson").text


@pytest.mark.parametrize(
    "typed",
    [
        {"name": "Exempel Rosenlund"},
        {"name": "Rosenlnd El"},
        {"name": "Rosenlundel"},
        {"name": "El och Rosenlu"},
        {"number": "529930"},
        {"number": "529930-4179", "name": "Annat Namn"},
    ],
)
def test_while_a_company_is_typed_what_the_search_finds_is_shown_but_stops_nobody(client, typed):
    known = factories.company("Exempel Rosenlund El AB", number="5299304179")

    page = client.get("/foretag/liknande", query_string=typed).text

    assert f'href="/foretag/{known.id}"' in page and 'name="is_another"' not in page


def test_a_company_is_shown_once_while_it_is_typed_and_nothing_for_what_says_too_little(client):
    known = factories.company("Exempel Rosenlund El AB")

    assert client.get("/foretag/liknande?name=Exempel+Rosenlund+El").text.count(f'href="/foretag/{known.id}"') == 1
    for typed in ("E", "&", "x" * 600, "%00", "%25"):
        assert "Inget som redan finns liknar" in client.get(f"/foretag/liknande?name={typed}&number={typed}").text


@pytest.mark.parametrize("name", ["Rosenlund+El+Vassby", "Rosenlund+Vassbi", "Rosenlund+Vassby+Svets+Smide+Lantbruk"])
def test_what_is_like_a_name_is_read_in_few_queries(client, name):
    for known in ("Rosenlund El AB", "Vassby Svets AB", "Exempel Smide AB", "Exempel Lantbruk AB"):
        factories.company(known)

    client.get(f"/foretag/liknande?name={name}&number=5299")

    assert client.queries <= 12


def test_a_protected_person_is_not_told_of_to_who_may_not_see_it(client_for, scope):
    company = factories.company()
    factories.person(company, "Bo Protected", is_protected=True)

    page = client_for(Role.BROKER).get(f"/foretag/{company.id}/personer/liknande?name=Bo+Protected")

    assert "Bo Protected" not in page.text.replace('value="Bo Protected"', "")


def test_a_person_who_seems_to_be_there_is_looked_at_before_another_is_added(client, scope):
    company = factories.company()
    known = factories.person(company, "Anna Exempelsson")
    address, fields = f"/foretag/{company.id}/personer/ny", {"name": "Exempelsson Anna", "source": "Hon"}

    first = client.submit(address, **fields)
    assert first.status_code == 422 and f'href="/personer/{known.id}"' in first.text
    assert client.post(address, data=form_values(first.text) | {"is_another": "y"}).status_code == 302
    assert len(companies.list_people(company.id)) == 2
    other = client.submit(address, name="Cim Annanson", source="Hen")
    assert other.status_code == 302


def test_likely_pairs_are_merged_from_the_list_and_parted_again(client, user, scope):
    kept, gone = factories.company("Exempel Plåt AB"), numberless("Exempel Plåt", by=user)
    relation(kept, phone="0157-111 11")
    relation(gone, phone="0157-222 22")
    factories.interaction(gone, by=user, summary="Pratade om plåt.")
    listed = client.get("/foretag/dubbletter/foretag").text
    assert "samma namn" in listed
    address = f"/foretag/{gone.id}/sla-ihop/{kept.id}"
    assert f'href="{address}"' in listed
    preview = client.get(address).text
    assert "1 kontakt" in preview and "0157-111 11" in preview and "0157-222 22" in preview

    done = client.submit(address, field_phone="gone")
    assert done.location == f"/foretag/{kept.id}"
    page = client.get(done.location).text
    assert "Pratade om plåt." in page and "0157-222 22" in page
    assert "Ångra sammanslagningen" in page
    assert client.get(f"/foretag/{gone.id}").location == f"/foretag/{kept.id}"
    assert "samma namn" not in client.get("/foretag/dubbletter/foretag").text

    merge = queries.list_merges()[0]
    assert "Exempel Plåt gick upp i Exempel Plåt AB" in client.get("/foretag/sammanslagningar").text
    client.press(f"/foretag/sammanslagningar/{merge.id}/angra", "/foretag/sammanslagningar")
    assert "Pratade om plåt." in client.get(f"/foretag/{gone.id}").text
    assert "0157-111 11" in client.get(f"/foretag/{kept.id}").text
    assert client.press(f"/foretag/sammanslagningar/{merge.id}/angra").status_code == 422


def test_sent_twice_it_is_merged_once(client, user, scope):
    kept, gone = factories.company(), numberless(by=user)
    address = f"/foretag/{gone.id}/sla-ihop/{kept.id}"
    values = form_values(client.get(address).text)

    answers = [client.post(address, data=values) for _time in range(2)]

    assert [answer.location for answer in answers] == [f"/foretag/{kept.id}"] * 2
    assert len(queries.list_merges()) == 1


def test_what_changed_since_the_preview_is_looked_at_again(client, user, scope):
    kept, gone = factories.company(), numberless(by=user)
    relation(kept, phone="0157-111 11")
    address = f"/foretag/{gone.id}/sla-ihop/{kept.id}"
    values = form_values(client.get(address).text)
    companies_service.edit_engagement(companies.find_engagement(kept.id), {"phone": "0157-333 33"}, by=user)
    db.session.commit()

    answer = client.post(address, data=values)

    assert answer.status_code == 409 and "0157-333 33" in answer.text
    assert queries.list_merges() == []
    assert client.post(address, data=form_values(answer.text)).status_code == 302


def test_a_contact_sent_to_a_company_that_is_merged_meanwhile_lands_where_it_went(client, user, scope):
    kept, gone = factories.company(), numberless(by=user)
    address = f"/foretag/{gone.id}/kontakter/ny"
    values = form_values(client.get(address).text) | {"kind": "call", "summary": "Sagt i sista stund."}
    service.merge_companies(kept, gone, {}, by=user)
    db.session.commit()

    answer = client.post(address, data=values)
    assert answer.status_code == 307
    assert client.post(answer.location, data=values).status_code == 302

    assert [row.summary for row in companies.list_interactions(kept.id).rows] == ["Sagt i sista stund."]


def test_an_address_of_what_was_merged_is_followed_whatever_else_it_says(client, user, scope):
    kept, gone = factories.company(), numberless(by=user)
    service.merge_companies(kept, gone, {}, by=user)
    db.session.commit()

    answer = client.get(f"/foretag/{gone.id}?endpoint=x&_external=1&values=a&values=b")

    assert answer.location == f"/foretag/{kept.id}?endpoint=x&_external=1&values=a&values=b"


def test_two_people_are_merged_from_the_list(client, user, scope):
    company = factories.company()
    kept = factories.person(company, "Anna Exempelsson")
    gone = factories.person(company, "Anna Exempelsson", email="anna@exempel.example")
    factories.interaction(company, by=user, people=[gone])
    address = f"/personer/{gone.id}/sla-ihop/{kept.id}"
    assert f'href="{address}"' in client.get("/foretag/dubbletter/personer").text

    assert client.submit(address).location == f"/foretag/{company.id}"

    assert [person.email for person in companies.list_people(company.id)] == ["anna@exempel.example"]
    assert client.get(f"/personer/{gone.id}").location == f"/personer/{kept.id}"
    assert "Anna Exempelsson" in client.get("/foretag/sammanslagningar").text


def test_a_pair_that_is_none_goes_from_the_list_and_comes_back(client, user, scope):
    company = factories.company()
    pair = [factories.person(company, "Anna Exempelsson") for _number in range(2)]
    fields = {"kind": "person", "first": str(pair[1].id), "second": str(pair[0].id)}

    client.press("/foretag/dubbletter/inte", **fields)
    page = client.get("/foretag/dubbletter/personer").text
    assert "Jämför och slå ihop" not in page and "visa paret igen" in page
    assert len(db.session.query(NotDuplicate).all()) == 1

    client.press("/foretag/dubbletter/ater", **fields)
    assert "Jämför och slå ihop" in client.get("/foretag/dubbletter/personer").text


def test_one_person_at_two_companies_has_several_roles_and_is_not_merged(client, scope):
    people = [factories.person(factories.company(), "Anna Exempelsson", phone="0701740605") for _number in range(2)]

    assert "Anna Exempelsson" in client.get("/foretag/dubbletter/roller").text
    assert "Jämför och slå ihop" not in client.get("/foretag/dubbletter/personer").text
    assert client.get(f"/personer/{people[0].id}/sla-ihop/{people[1].id}").status_code == 422


def test_the_company_without_number_leads_to_the_one_that_is_the_same(client, user, scope):
    kept, gone = factories.company("Helt Annat Namn AB"), numberless(by=user)
    link = f"/foretag/{gone.id}/sla-ihop"
    assert link in client.get(f"/foretag/{gone.id}").text

    assert f'href="{link}/{kept.id}"' in client.get(f"{link}?q=helt+annat").text
    assert "två företag" in html.unescape(client.get(f"/foretag/{kept.id}/sla-ihop/{factories.company().id}").text)


@pytest.mark.parametrize("part", ["foretag", "personer", "roller"])
def test_pages_of_pairs_ask_the_database_no_more_for_more_pairs(client, user, scope, part):
    def add(count):
        for number in range(count):
            company = factories.company("Exempel Plåt AB")
            for place in (company, company, factories.company()):
                factories.person(place, "Anna Exempelsson", phone=f"07017{count:02}{number:03}")
            numberless("Exempel Plåt", by=user)

    add(2)
    client.get(f"/foretag/dubbletter/{part}")
    few = client.queries
    add(25)
    page = client.get(f"/foretag/dubbletter/{part}?sida=1").text
    assert client.queries == few
    assert "sida=2" in page
    client.get(f"/foretag/dubbletter/{part}?sida=2")


def test_a_reader_sees_the_pairs_and_changes_nothing(client_for, user, scope):
    kept, gone = factories.company("Exempel Plåt AB"), numberless("Exempel Plåt", by=user)
    reader = client_for(Role.READER)

    assert "Jämför och slå ihop" not in reader.get("/foretag/dubbletter/foretag").text
    assert reader.get(f"/foretag/{gone.id}/sla-ihop/{kept.id}").status_code == 403


def test_another_organisation_that_knows_the_company_keeps_its_page(client, client_for, user, scope):
    kept, gone = factories.company(), numberless("Exempel Plåt", by=user)
    other = factories.organisation()
    with acting_in(other.id):
        relation(gone, note="Deras.")
    client.submit(f"/foretag/{gone.id}/sla-ihop/{kept.id}")

    page = client_for(*Role, organisation=other).get(f"/foretag/{gone.id}")

    assert page.status_code == 200 and "Deras." in page.text
