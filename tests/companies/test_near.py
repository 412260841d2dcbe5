"""What is only nearly what somebody types is found too: one slip in a name, a place or a person, or a space."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import literal, select

from broker.companies import queries, service
from broker.companies.narrowing import CompanyFilter
from broker.companies.near import may_be_near
from broker.companies.words import service as words
from broker.extensions import db
from broker.swedish import is_near
from tests import factories
from tests.companies.slips import typed_otherwise


def names(text):
    return [company.name for company, _engagement in queries.list_companies(CompanyFilter(text=text)).rows]


def suggested(text):
    return [company.name for company in queries.suggest_companies(text)]


@pytest.mark.parametrize(
    "text",
    ["plåtslagreri", "pltslageri", "platslagerri", "bergsudns", "bergsumds plåt", "bergsundsplåtslageri", "brgsunds"],
)
def test_one_slip_or_a_missing_space_is_forgiven_when_nothing_else_fits(scope, text):
    factories.company("Bergsunds Plåtslageri AB")
    factories.company("Bengts Målerifirma AB")

    assert names(text) == []
    assert suggested(text) == ["Bergsunds Plåtslageri AB"]


def test_what_fits_but_for_two_letters_is_nearly_meant_ours_first(scope, user):
    factories.company("Exempel Bygg 1924 AB")
    factories.interaction(factories.company("Vårt Exempel Bygg AB"), by=user)

    assert names("bygg 24") == []
    assert suggested("bygg 24") == ["Vårt Exempel Bygg AB", "Exempel Bygg 1924 AB"]


@pytest.mark.parametrize(
    ("typed", "name", "is_meant"),
    [
        ("svest", "Svets & Smide AB", True),
        ("svts", "Svets AB", True),
        ("svetss", "Svets AB", True),
        ("svits", "Svets AB", True),
        ("nordbygg", "Nord Bygg AB", True),
        ("svitz", "Svets AB", False),
        ("tsves", "Svets AB", False),
        ("bergsumds", "Bergsunds Plåtslageri AB", True),
        ("elsa", "El Salong AB", True),
        ("elsa", "Elsalong AB", True),
    ],
)
def test_a_name_is_near_but_for_one_slip_at_the_beginning_of_a_word(scope, typed, name, is_meant):
    factories.company(name)

    assert suggested(typed) == ([name] if is_meant else [])


@given(st.text("cde", min_size=3, max_size=9), st.integers(0, 9), st.integers(0, 2), st.text("cde", max_size=1))
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_what_is_near_is_among_what_the_database_gives_as_likely(app, meant, place, gone, put):
    for word in typed_otherwise(meant, place, gone, put):
        for name in (f"en {meant}b", f"{meant[:2]} {meant[2:]}"):
            if len(word) > 3 and is_near(word, name):
                assert db.session.scalar(select(may_be_near(word, literal(name)))), (word, name)


def test_a_slip_is_forgiven_beside_a_word_that_is_in_other_names(scope):
    factories.company("Granviks Plåt AB")
    factories.company("Plstinvent AB")

    assert suggested("granvik plst") == ["Granviks Plåt AB"]


def test_ours_come_first_among_what_is_near(scope, user):
    factories.company("Alfa Plåtslageri AB")
    factories.interaction(factories.company("Östra Plåtslageri AB"), by=user)

    assert suggested("pltslageri") == ["Östra Plåtslageri AB", "Alfa Plåtslageri AB"]


@pytest.mark.parametrize(
    ("name", "typed"),
    [
        ("Zork Yta Plåt AB", "zorkytaplat"),
        ("Z X Q Bygg AB", "zxqbygg"),
        ("Sten & Zork Kross AB", "stenzorkkross"),
        ("Nordzorkv Snickeri AB", "zorkvsnickeri"),
        ("3Dquick Zo AB", "9dquick"),
    ],
)
def test_ours_are_found_also_by_what_no_word_of_all_names_is_near(scope, user, name, typed):
    company = factories.company(name)
    service.engage(company)
    db.session.commit()

    assert suggested(typed) == [name]


@pytest.mark.parametrize(
    "text", ["verkstd flen", "verkstad fln", "flne verkstad", "verkstadaflen flen", "verkstad i flenn"]
)
def test_a_slip_is_forgiven_beside_a_place_and_in_its_name(scope, text):
    factories.company("Bergs Verkstad Aflen AB", post_town="FLEN", municipality_code="0482")
    factories.company("Lugnets Verkstad AB", post_town="KATRINEHOLM", municipality_code="0483")

    assert suggested(text) == ["Bergs Verkstad Aflen AB"]


def test_of_words_that_are_all_in_some_name_the_rarest_has_the_slip(client):
    for number in range(3):
        factories.company(f"Norra Svets Bygg {number} AB")
    factories.company("Svestibulen AB")
    meant = factories.company("Tallås Svets Bygg Norra AB")
    words.renew()
    db.session.commit()

    page = client.get("/foretag/forslag?q=tallas+svest+bygg+norra").text

    assert f'href="/foretag/{meant.id}"' in page


@pytest.mark.parametrize("text", ["liela", "leila exempelson", "exmepelsson leila", "leilaexempelsson", "liela flen"])
def test_a_slip_in_the_name_of_a_person_is_forgiven(scope, user, text):
    company = factories.company("Bergs Plåt AB", post_town="FLEN", municipality_code="0482")
    factories.person(company, "Leila Exempelsson")
    factories.person(factories.company("Lugnets AB"), "Leif Annansson")

    assert suggested(text) == ["Bergs Plåt AB"]


@pytest.mark.parametrize("hidden", [{"is_active": False}, {"is_protected": True}])
def test_who_has_left_or_is_protected_is_not_found_by_a_slip(scope, hidden):
    factories.person(factories.company("Bergs Plåt AB"), "Leila Exempelsson", **hidden)

    assert suggested("liela") == []
