"""A hit says who there, or which number or address, led to it when the company is not called what was typed."""

import pytest

from broker import access
from broker.companies import queries
from broker.companies.found_by import what_led_to
from broker.companies.narrowing import CompanyFilter
from broker.extensions import db
from tests import factories


def led(text):
    """Tell by name what led to each company of a list, or of what is near when the list is empty."""
    rows = [company for company, _ours in queries.list_companies(CompanyFilter(text=text)).rows]
    near = [] if rows else queries.list_near(text)
    told = what_led_to(text, rows, near)
    return {company.name: told[company.id].shown if company.id in told else None for company in rows or near}


@pytest.fixture
def smithy(scope, user):
    company = factories.company("Bergsunds Smide AB", municipality_code="0482", post_town="FLEN")
    factories.interaction(company, by=user)
    return company


def test_a_person_who_led_to_a_company_is_told_of_with_her_function(smithy):
    factories.person(smithy, "Leila Exempelsson", function="Platschef")
    factories.person(smithy, "Anna Annan")

    for text in ("leila", "exempelsson leila", "leila flen", "leila i flen"):
        assert led(text) == {"Bergsunds Smide AB": ["Leila Exempelsson, Platschef"]}, text


@pytest.mark.parametrize("text", ["liela exempelsson", "liela", "leila exmpelsson", "leila x", "leila fken"])
def test_somebody_is_told_of_also_where_what_was_typed_is_only_near(smithy, text):
    factories.person(smithy, "Leila Exempelsson")

    assert led(text) == {"Bergsunds Smide AB": ["Leila Exempelsson"]}


@pytest.mark.parametrize("text", ["bergsund", "smide flen", "flen", "smidw", "be smide"])
def test_where_the_company_is_called_so_nothing_is_told(smithy, text):
    factories.person(smithy, "Smilla Bergsund")

    assert led(text) == {"Bergsunds Smide AB": None}


def test_the_people_are_told_of_in_swedish_order_three_at_most(smithy):
    for name in ("Anna Östlund", "Anna Ek", "Anna Zetterberg", "Anna Ask", "Anna Åberg"):
        factories.person(smithy, name)

    told = what_led_to("anna", [smithy])[smithy.id]

    assert (told.shown, told.more) == (["Anna Ask", "Anna Ek", "Anna Zetterberg"], 2)


@pytest.mark.parametrize("text", ["leila", "070-123 45 67", "leila@exempel.example"])
def test_only_the_companies_that_are_asked_about_are_told_of(smithy, text):
    for company in (smithy, factories.company("Exempel Plåt AB")):
        factories.person(company, "Leila Exempelsson", phone="070-123 45 67", email="leila@exempel.example")

    assert list(what_led_to(text, [smithy])) == list(what_led_to(text, [], [smithy])) == [smithy.id]


@pytest.mark.parametrize("text", ["leila", "070-123 45 67", "leila@exempel.example"])
def test_who_is_protected_has_left_or_is_known_to_others_is_never_told_of(smithy, text):
    details = {"phone": "070-123 45 67", "email": "leila@exempel.example"}
    factories.person(smithy, "Leila Skyddad", is_protected=True, **details)
    factories.person(smithy, "Leila Borta", is_active=False, **details)
    with access.acting_in(factories.organisation().id):
        factories.person(smithy, "Leila Grannes", **details)

    assert what_led_to(text, [smithy]) == {} and what_led_to(text, [], [smithy]) == {}


@pytest.mark.parametrize("text", ["0701234567", "070-12 345", "+46 70 123 45 67"])
def test_a_telephone_number_is_told_with_whose_it_is(smithy, text):
    queries.find_engagement(smithy.id).phone = "070-123 45 60"
    factories.person(smithy, "Leila Exempelsson", function="Platschef", phone="+46 (0)70 123 45 67")
    factories.person(smithy, "Anna Annan", phone="016-12 34 56")
    db.session.commit()

    own = ["070-123 45 60"] if text == "070-12 345" else []
    assert led(text) == {"Bergsunds Smide AB": [*own, "Leila Exempelsson, Platschef, +46 (0)70 123 45 67"]}


def test_a_mail_address_is_told_with_whose_it_is(smithy):
    queries.find_engagement(smithy.id).email = "Info@smide.example"
    factories.person(smithy, "Leila Exempelsson", email="leila@smide.example")
    db.session.commit()

    assert led("@smide.example") == {
        "Bergsunds Smide AB": ["Info@smide.example", "Leila Exempelsson, leila@smide.example"]
    }


def test_a_postcode_is_told_with_the_address_and_an_own_number_not_at_all(scope):
    company = factories.company(number="5299300011", street="Smedjegatan 1", postcode="64230", post_town="FLEN")

    assert led("642 30") == {company.name: ["Smedjegatan 1, 642 30 Flen"]}
    assert led("529930-0011") == led("52993") == {company.name: None}


def test_a_place_that_is_typed_in_part_does_not_make_somebody_a_reason(smithy):
    factories.person(smithy, "Leila Katrinehd")

    assert what_led_to("smide katr", [smithy]) == {}


@pytest.mark.parametrize("address", ["/foretag?q=", "/foretag/forslag?q="])
def test_one_question_is_asked_for_all_rows_and_none_where_the_names_say_it(client, scope, address):
    for number in range(3):
        factories.person(factories.company(f"Exempel Smide {number} AB"), f"Leila Exempelsson {number}")
    db.session.rollback()

    def asked(text):
        client.get(address + text)
        return client.queries

    asked("smide")
    assert asked("leila") == asked("leila 2") == asked("smide") + 1 == asked("leila exempelsson") <= 12


@pytest.mark.parametrize("address", ["/foretag?q=", "/foretag/forslag?q=", "/kontakter/ny?q="])
def test_the_pages_tell_what_led_there_and_write_it_out_plainly(client, scope, address):
    company = factories.company("Bergsunds Smide AB")
    factories.person(company, "Leila <b>Exempelsson", function="Chef & ägare")
    db.session.rollback()

    for text in ("leila", "liela"):
        assert "Leila &lt;b&gt;Exempelsson, Chef &amp; ägare" in client.get(address + text).text
    assert "Leila" not in client.get(f"{address}smide").text


def test_how_many_more_there_are_is_said(client, scope):
    company = factories.company("Bergsunds Smide AB")
    for number in range(5):
        factories.person(company, f"Leila Exempelsson {number}")
    db.session.rollback()

    assert "Leila Exempelsson 2 och 2 till" in client.get("/foretag?q=leila").text
