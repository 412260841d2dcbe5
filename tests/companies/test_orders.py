"""The list of our companies by last contact and by next step: in pages, in files, in saved views."""

import re
from datetime import date, timedelta
from html import unescape

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from broker import clock
from broker.access import acting_in
from broker.companies import queries, service
from broker.companies.models import InteractionKind
from broker.companies.narrowing import CompanyFilter
from broker.companies.orders import CompanyOrder
from broker.extensions import db
from tests import factories
from tests.companies.test_list_misuse import names_on, walk

DAY = date(2026, 3, 2)
DAYS = st.none() | st.sampled_from([DAY, DAY + timedelta(days=1), DAY + timedelta(days=40)])


def ours(name, *, met=None, **facts):
    """Give a company that we have a relation to."""
    company = factories.company(name, **facts)
    service.engage(company).last_contact_on = met
    db.session.commit()
    return company


def plan(company, user, *, days):
    task = service.add_task(title="Ring", due_on=DAY + timedelta(days=days), company=company, by=user)
    db.session.commit()
    return task


def names(order, **chosen):
    page = queries.list_companies(CompanyFilter(order=order, **chosen))
    return [company.name for company, _ours in page.rows]


@pytest.fixture
def three(scope):
    """Give three companies of ours, one of them never met, and one of the register."""
    factories.company("Allas AB")
    return [ours("Ny AB"), ours("Färsk AB", met=DAY), ours("Gammal AB", met=DAY - timedelta(days=400))]


def test_who_was_never_met_has_waited_longest(three):
    assert names(CompanyOrder.LONGEST_AGO) == ["Ny AB", "Gammal AB", "Färsk AB"]
    assert names(CompanyOrder.LATEST) == ["Färsk AB", "Gammal AB", "Ny AB"]


def test_a_call_that_nobody_answered_is_no_contact(three, user):
    factories.interaction(three[2], by=user, kind=InteractionKind.NO_ANSWER)
    factories.interaction(three[0], by=user)

    assert names(CompanyOrder.LATEST) == ["Ny AB", "Färsk AB", "Gammal AB"]


def test_the_nearest_step_comes_first_and_who_has_none_last(three, user):
    new, fresh, _old = three
    plan(fresh, user, days=9)
    plan(fresh, user, days=2)
    plan(new, user, days=5)
    service.finish_task(plan(new, user, days=1), by=user)
    db.session.commit()

    assert names(CompanyOrder.NEXT_STEP) == ["Färsk AB", "Ny AB", "Gammal AB"]


def test_companies_of_one_day_come_in_swedish_order_in_both_directions(scope):
    for name in ("Öberg AB", "Ahl AB", "Åkeri AB"):
        ours(name, met=DAY)

    assert names(CompanyOrder.LONGEST_AGO) == names(CompanyOrder.LATEST) == ["Ahl AB", "Åkeri AB", "Öberg AB"]


def test_what_others_have_done_with_a_company_orders_nothing(three, user):
    other = factories.organisation()
    with acting_in(other.id):
        colleague = factories.user(organisation=other)
        factories.interaction(three[0], by=colleague)
        plan(three[2], colleague, days=1)
    plan(three[1], user, days=9)

    assert names(CompanyOrder.LATEST) == ["Färsk AB", "Gammal AB", "Ny AB"]
    assert names(CompanyOrder.NEXT_STEP) == ["Färsk AB", "Gammal AB", "Ny AB"]


def test_the_rest_of_the_filter_still_narrows_the_list(three):
    ours("I Tierp AB", municipality_code="0360", met=DAY)

    assert names(CompanyOrder.LATEST, municipality_code="0360") == ["I Tierp AB"]
    assert names(CompanyOrder.LATEST, not_met_since=DAY) == ["Gammal AB", "Ny AB"]


def test_what_a_text_finds_comes_in_the_chosen_order_and_is_counted(three):
    factories.company("Gammal Registrerad AB")
    ours("Gammal Kvarn AB", met=DAY)
    chosen = CompanyFilter(text="gammal", order=CompanyOrder.LATEST)

    page = queries.list_companies(chosen, limit=1)
    rest = queries.list_companies(chosen, after=page.next_after, limit=1)

    assert [company.name for company, _ours in page.rows + rest.rows] == ["Gammal Kvarn AB", "Gammal AB"]
    assert (page.count, rest.next_after) == (2, None)


@pytest.fixture
def nine(scope, user):
    """Give nine companies of ours with few names, each with something to do."""
    companies = [ours(name) for name in ("Ahl AB", "Öberg AB", "Zeta AB") for _same in range(3)]
    return [(company, service.engage(company), plan(company, user, days=0)) for company in companies]


def _place(order, company, met, step):
    day = (step or date.max) if order is CompanyOrder.NEXT_STEP else (met or date.min)
    return (-day.toordinal() if order.is_descending else day.toordinal()), company.sort_key, company.id


@pytest.mark.parametrize("order", CompanyOrder)
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(facts=st.lists(st.tuples(DAYS, DAYS), min_size=9, max_size=9), limit=st.integers(1, 6))
def test_all_pages_together_are_the_whole_list_in_its_order(nine, order, facts, limit):
    for (_company, engagement, task), (met, step) in zip(nine, facts, strict=True):
        engagement.last_contact_on = met
        task.due_on, task.done_at = step or DAY, None if step else clock.now()
    db.session.commit()

    page = queries.list_companies(CompanyFilter(order=order), limit=limit)
    seen = [*page.rows]
    while page.next_after:
        page = queries.list_companies(CompanyFilter(order=order), after=page.next_after, limit=limit)
        seen += page.rows

    places = [_place(order, company, *days) for (company, _ours, _task), days in zip(nine, facts, strict=True)]
    assert [company.id for company, _ours in seen] == [company_id for _day, _name, company_id in sorted(places)]


@pytest.mark.parametrize("order", CompanyOrder)
def test_the_pages_and_the_file_have_the_same_order(client, scope, user, order):
    for number in range(60):
        company = ours(f"Exempel {number % 7} AB", met=DAY + timedelta(days=number % 5) if number % 3 else None)
        if number % 4:
            plan(company, user, days=number % 6)

    shown = [name for page in walk(client, f"/foretag?ordning={order}") for name in page]

    file = client.press(f"/foretag/lista.csv?ordning={order}").text.splitlines()[1:]
    assert len(shown) == 60 and shown == [line.split(";")[0] for line in file]


def test_a_place_that_no_day_has_is_a_place_all_the_same(client, three):
    address = "/foretag?ordning={}&efter=a&id=1&grad={}"

    assert names_on(client.get(address.format("langst-sedan", -1))) == ["Ny AB", "Gammal AB", "Färsk AB"]
    assert "Inget företag passar" in client.get(address.format("langst-sedan", 10**9)).text
    assert names_on(client.get(address.format("senast", -(10**9)))) == ["Ny AB"]
    assert len(names_on(client.get(address.format("nasta-steg", "x")))) == 3


def headings(page):
    """Give what each heading of the list leads to and how it says that the list is sorted."""
    found = re.findall(r'<th scope="col"[^>]*?(?: aria-sort="(\w+)")?>(?:<a href="([^"]+)">)?([^<]+)', page.text)
    return {unescape(text).strip(): (unescape(address), direction) for direction, address, text in found}


def test_headings_sort_the_list_and_the_second_time_the_other_way_around(client, three):
    first = client.get("/foretag?kol=ort&kol=kontakt&kol=nasta")
    assert headings(first)["Ort"] == ("", "") and headings(first)["Namn"][1] == "ascending"
    by_contact = client.get(headings(first)["Senaste kontakt"][0])
    assert names_on(by_contact) == ["Ny AB", "Gammal AB", "Färsk AB"]
    assert headings(by_contact)["Senaste kontakt"][1] == "ascending" and headings(by_contact)["Namn"][1] == ""
    latest = client.get(headings(by_contact)["Senaste kontakt"][0])
    assert names_on(latest) == ["Färsk AB", "Gammal AB", "Ny AB"]
    assert headings(latest)["Senaste kontakt"][1] == "descending"
    by_name = client.get(headings(latest)["Namn"][0])
    assert names_on(by_name) == ["Allas AB", "Färsk AB", "Gammal AB", "Ny AB"] and "Nästa steg" in headings(by_name)
    assert "ordning" not in headings(latest)["Namn"][0]


def test_the_page_says_the_order_and_whom_it_leaves_out(client, three):
    page = client.get("/foretag?ordning=langst-sedan").text

    assert "<caption>Företag, längst sedan kontakt först</caption>" in page
    assert "Företag som vi har en relation till</p>" in page and ">3 företag</p>" in page


def test_a_search_is_best_match_first_until_an_order_is_chosen(client, three):
    best = client.get("/foretag?q=ny")
    assert "<caption>Företag, de som passar bäst först</caption>" in best.text and headings(best)["Namn"] == ("", "")

    sorted_ = client.get(headings(best)["Senaste kontakt"][0])
    assert names_on(sorted_) == ["Ny AB"] and "längst sedan kontakt först" in sorted_.text
    assert "Företag ”ny” · som vi har en relation till</p>" in sorted_.text


def test_an_order_that_is_none_is_told_of_by_its_field(client, three):
    for address in ("/foretag?ordning=baklanges", "/foretag/karta?ordning=baklanges"):
        page = client.get(address)
        assert page.status_code == 422 and 'href="#ordning"' in page.text and 'id="ordning"' in page.text
        assert "Välj ett av alternativen i listan." in page.text and "Ny AB" not in page.text


def test_the_map_counts_the_same_companies_and_leads_back_to_the_order(client, three):
    page = client.get("/foretag/karta?ordning=senast")

    assert ">3 företag</p>" in page.text and 'name="ordning" value="senast"' in page.text
    assert 'id="ordning"' not in page.text
    assert "/foretag?ordning=senast&amp;kommun=0482" in page.text


def test_a_saved_view_keeps_the_order(client, three):
    link = unescape(
        re.search(r'href="(/urval/foretag/nytt[^"]*)"', client.get("/foretag?ordning=senast").text).group(1)
    )

    saved = client.submit(link, name="Nyss träffade")

    assert saved.location == "/foretag?ordning=senast"
    assert names_on(client.get(saved.location)) == ["Färsk AB", "Gammal AB", "Ny AB"]


def test_what_is_sorted_of_more_hits_than_are_looked_through_is_said(client, scope, monkeypatch):
    monkeypatch.setattr(queries.search, "FOUND_AT_MOST", 2)
    for name in ("Sorteral Ett AB", "Sorteral Två AB", "Sorteral Tre AB"):
        ours(name)

    assert "av de 2 första som passar: senaste kontakt först" in client.get("/foretag?q=sorteral&ordning=senast").text
    assert "som passar:" not in client.get("/foretag?q=sorteral+ett&ordning=senast").text
