"""Lists and search over companies."""

import pytest

from broker.access import acting_in
from broker.companies import narrowing, queries, service
from broker.companies.narrowing import CompanyFilter
from broker.extensions import db
from tests import factories


def names(text):
    return [company.name for company in queries.suggest_companies(text)]


@pytest.mark.parametrize(
    "text",
    ["sodra ange", "SÖDRA ÄNGE", "änge svets", "ab södra ange svets", "ange handelsbolag", "529930-4179", "5299304"],
)
def test_a_company_is_found_however_it_is_typed(scope, text):
    factories.company("Södra Änge Svets HB", number="5299304179")
    factories.company("Något helt annat AB")

    assert names(text) == ["Södra Änge Svets HB"]


def test_a_company_is_found_by_a_person_there(scope):
    company = factories.company("Exempel Kvarn AB")
    factories.person(company, "Örjan Exempelsson")

    assert names("orjan exempel") == ["Exempel Kvarn AB"]


def test_a_person_with_protected_identity_finds_nothing(scope):
    factories.person(factories.company(), "Hemlig Person", is_protected=True)

    assert names("hemlig person") == []


def test_a_person_of_another_organisation_finds_nothing(scope):
    company = factories.company()
    other = factories.organisation()
    with acting_in(other.id):
        factories.person(company, "Deras Kontakt")

    assert names("deras kontakt") == []


def test_a_sole_trader_is_found_by_the_whole_number_only(scope, user):
    service.add_company(number="189312249833", name="Exempel Snickeri", by=user)
    db.session.commit()

    assert names("189312249833") == ["Exempel Snickeri"]
    assert names("18931224") == []


def test_wildcards_in_the_text_are_plain_letters(scope):
    factories.company("Exempel AB")

    assert names("%") == []


def test_companies_come_in_swedish_order_page_by_page(scope):
    for name in ("Öhrn AB", "Alfa AB", "Ängen AB", "Zeta AB", "Åsen AB"):
        factories.company(name)

    first = queries.list_companies(CompanyFilter(), limit=3)
    second = queries.list_companies(CompanyFilter(), after=first.next_after, limit=3)

    assert [company.name for company, _engagement in first.rows] == ["Alfa AB", "Zeta AB", "Åsen AB"]
    assert [company.name for company, _engagement in second.rows] == ["Ängen AB", "Öhrn AB"]
    assert second.next_after is None


def test_a_list_is_narrowed_to_a_municipality_and_counted(scope):
    factories.company("I Flen", municipality_code="0482")
    factories.company("I Tierp", municipality_code="0360")
    chosen = CompanyFilter(municipality_code="0360")

    assert [company.name for company, _engagement in queries.list_companies(chosen).rows] == ["I Tierp"]
    assert queries.list_companies(chosen).count == 1


def test_our_own_companies_are_suggested_first(scope, user):
    factories.company("Exempel Alfa AB")
    ours = factories.company("Exempel Beta AB")
    factories.interaction(ours, by=user)

    assert names("exempel") == ["Exempel Beta AB", "Exempel Alfa AB"]


def test_a_name_and_a_place_narrow_each_other(scope):
    factories.company("Exempel Svets AB", municipality_code="0482")
    factories.company("Exempel Svets i Tierp AB", municipality_code="0360")
    factories.company("Exempel Bygg AB", municipality_code="0482")

    assert names("svets flen") == ["Exempel Svets AB"]


def test_the_history_of_a_company_holds_what_was_done_to_all_that_belongs_to_it(scope, user):
    company = factories.company()
    factories.interaction(company, by=user, next_step="Ring")
    service.add_person(company, {"name": "Anna Exempelsson", "source": "Personen själv"}, by=user)
    db.session.commit()
    other = factories.organisation()
    with acting_in(other.id):
        factories.interaction(company, by=factories.user(organisation=other))

    actions = [event.action for event in queries.list_history(company.id)]

    assert actions == ["person:added", "task:added", "interaction:logged"]


def test_more_companies_than_anybody_looks_through_are_not_counted_to_the_end(scope, monkeypatch):
    for _number in range(4):
        factories.company()
    monkeypatch.setattr(narrowing, "COUNTED_AT_MOST", 2)

    assert queries.list_companies(CompanyFilter()).count == 3
