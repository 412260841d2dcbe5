"""The list of companies as a map: each figure opens as many rows as it says, and the sum is that of the list."""

import re
from html import unescape

import pytest

from broker.access import Role, acting_in
from broker.companies import narrowing, queries, service
from broker.companies.by_municipality import count_by_municipality
from broker.companies.narrowing import NOWHERE, CompanyFilter
from broker.extensions import db
from tests import factories

FLEN, KATRINEHOLM, MALMO = "0482", "0483", "1280"


@pytest.fixture
def companies(scope, user):
    """Give three companies in Flen, one in Katrineholm, one in Malmö, two nowhere; the first and the last are ours."""
    places = (FLEN, FLEN, FLEN, KATRINEHOLM, MALMO, None, None)
    rows = [factories.company(f"Exempel {place} AB", municipality_code=code) for place, code in enumerate(places)]
    for row in (rows[0], rows[-1]):
        factories.interaction(row, by=user)
    return rows


def figures(page):
    """Give what the table beside the map says: names with figures and addresses."""
    rows = re.findall(r'<tr role="row"><th[^>]*><a href="([^"]*)">([^<]+)</a></th><td[^>]*>(.*?)</td></tr>', page)
    return {name: (count, unescape(url)) for url, name, count in rows}


@pytest.mark.parametrize(
    "address", ["", "?vara=y", "?q=exempel", "?traffad_fran=2020-01-01", "?kommun=0482", "?q=0+ab"]
)
def test_every_figure_opens_a_list_of_as_many(client, companies, address):
    page = client.get(f"/foretag/karta{address}").text

    told = figures(page)
    assert told["Summa"][0] != "0"
    for name, (count, url) in told.items():
        if "/karta" not in url:
            assert f">{count} företag</p>" in client.get(url).text, name
    assert sum(int(count) for name, (count, _url) in told.items() if name != "Summa") == int(told["Summa"][0])


def test_companies_outside_the_region_are_counted_and_seen_on_the_map_of_the_country(client, companies):
    told = figures(client.get("/foretag/karta?q=exempel&kol=ort").text)

    assert told["Flen"][0] == "3" and told["Utan känd kommun"][0] == "2" and "Malmö" not in told
    count, url = told["Andra kommuner"]
    assert count == "1" and "q=exempel" in url and "kol=ort" in url
    assert figures(client.get(url).text)["Malmö"][0] == "1"


def test_a_municipality_is_a_link_on_the_map_and_keeps_the_filter_and_the_columns(client, companies):
    page = unescape(client.get("/foretag/karta?vara=y&kol=ort").text)

    assert '<a href="/foretag?vara=y&kol=ort&kommun=0482" tabindex="-1"><path id="karta-0482"' in page
    assert '<input type="hidden" name="kol" value="ort">' in page
    assert '<a href="/foretag/karta?vara=y&kol=ort">Karta</a>' in unescape(client.get("/foretag?vara=y&kol=ort").text)


def test_those_in_no_known_municipality_are_a_list_of_their_own(client, companies):
    page = client.get(f"/foretag?kommun={NOWHERE}").text

    assert "utan känd kommun" in page and ">2 företag</p>" in page


def test_a_note_of_another_organisation_is_not_counted(scope, companies, monkeypatch):
    with acting_in(factories.organisation().id):
        noted = factories.company("Exempel som noterats AB")
        noted.organisation_number = None
        service.engage(noted)
        db.session.commit()
        assert count_by_municipality(CompanyFilter(), [FLEN]).by_code == {FLEN: 4}

    for chosen in (CompanyFilter(), CompanyFilter(text="exempel"), CompanyFilter(only_ours=True)):
        counted = count_by_municipality(chosen, [FLEN])
        assert counted.count == queries.list_companies(chosen).count, chosen
        assert counted.by_code[FLEN] in (1, 3)
    # Nor does it make three companies out to be more than are counted.
    monkeypatch.setattr(narrowing, "COUNTED_AT_MOST", 3)
    assert count_by_municipality(CompanyFilter(), [FLEN]).by_code == {FLEN: 3}


def test_the_register_is_counted_no_further_than_its_lists_are(client, companies, monkeypatch):
    monkeypatch.setattr(narrowing, "COUNTED_AT_MOST", 2)

    counted = count_by_municipality(CompanyFilter(), [FLEN, KATRINEHOLM])
    told = figures(client.get("/foretag/karta").text)

    assert (counted.by_code, counted.elsewhere, counted.nowhere) == ({FLEN: 3, KATRINEHOLM: 1}, 1, 2)
    assert told["Flen"][0] == told["Summa"][0] == "Fler än 2" and told["Katrineholm"][0] == "1"
    assert "fler än 2 företag" in client.get("/foretag/karta").text


def test_a_search_that_finds_too_many_asks_for_more_letters(client, companies, monkeypatch):
    monkeypatch.setattr(queries.search, "FOUND_AT_MOST", 2)

    page = client.get("/foretag/karta?q=exempel").text

    assert "Skriv en bit till av namnet" in page and figures(page) == {}


def test_an_organisation_without_municipalities_sees_the_whole_country(client_for, companies):
    whole = factories.organisation(municipality_codes=())

    page = client_for(Role.READER, organisation=whole).get("/foretag/karta").text

    assert figures(page)["Malmö"][0] == "1" and "Visa hela landet" not in page


def test_a_filter_that_means_nothing_counts_nothing_and_says_why(client, companies):
    page = client.get("/foretag/karta?traffad_fran=igår")

    assert page.status_code == 422 and "Skriv datumet som 2026-03-01." in page.text and figures(page.text) == {}


def test_a_map_asks_no_more_questions_than_a_list(companies, client):
    client.get("/foretag")
    of_the_list = client.queries
    client.get("/foretag/karta")

    assert client.queries <= of_the_list
