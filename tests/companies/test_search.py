"""What somebody types finds the company meant: pieces of names, slips, places; the best match first."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import insert, select, update

from broker import access
from broker.companies import pieces, queries, search, service
from broker.companies.models import Company, Engagement
from broker.companies.narrowing import CompanyFilter
from broker.companies.words import service as words
from broker.extensions import db
from broker.swedish import company_key, sort_key
from tests import factories


def names(text, **chosen):
    page = queries.list_companies(CompanyFilter(text=text, **chosen))
    return [company.name for company, _engagement in page.rows]


def suggested(text):
    return [company.name for company in queries.suggest_companies(text)]


@pytest.mark.parametrize("text", ["slageri", "plåt", "berg slag", "bergsunds platslageri", "ab bergsund"])
def test_any_piece_of_a_name_finds_it(scope, text):
    factories.company("Bergsunds Plåtslageri AB")
    factories.company("Något helt annat AB")

    assert names(text) == ["Bergsunds Plåtslageri AB"]


@pytest.mark.parametrize("text", ["xyzxyz", "plåxxlageri", "ab", "&", "zz"])
def test_what_is_like_no_name_finds_nothing(scope, text):
    factories.company("Bergsunds Plåtslageri AB")

    assert suggested(text) == []


@pytest.fixture
def known_by_two(scope, user):
    """Give a company that the organisation in scope and another one have a relation to, and the other one's key."""
    company = factories.company("Exempel Gammalt AB")
    factories.interaction(company, by=user)
    other = factories.organisation()
    with access.acting_in(other.id):
        factories.interaction(company, by=factories.user(organisation=other))
    return company, other.id


def ours(text, organisation_id):
    with access.acting_in(organisation_id):
        return names(text, only_ours=True)


def test_a_company_is_found_among_ours_by_the_name_that_it_has_now_whoever_changed_it(scope, known_by_two):
    company, other_id = known_by_two
    company.name = "Exempel Nytt AB"
    db.session.commit()
    assert ours("nytt", scope.id) == ours("nytt", other_id) == ["Exempel Nytt AB"]
    assert ours("gammalt", scope.id) == ours("gammalt", other_id) == []

    keys = {"name": "Exempel Nyast AB", "name_key": company_key("Exempel Nyast AB"), "sort_key": "exempel nyast"}
    chosen = Company.id == company.id
    pieces.forget(chosen)
    db.session.execute(update(Company).where(chosen).values(keys))
    pieces.learn(chosen)
    db.session.commit()
    assert ours("nyast", scope.id) == ours("nyast", other_id) == ["Exempel Nyast AB"]


def test_our_own_are_listed_in_the_order_of_the_names_that_they_have_now(scope, known_by_two, user):
    company, _other_id = known_by_two
    factories.interaction(factories.company("Exempel Mellan AB"), by=user)
    assert listed_ours() == ["Exempel Gammalt AB", "Exempel Mellan AB"]

    company.name = "Exempel Nytt AB"
    db.session.commit()
    assert listed_ours() == ["Exempel Mellan AB", "Exempel Nytt AB"]
    first = queries.list_companies(CompanyFilter(only_ours=True), limit=1)
    rest = queries.list_companies(CompanyFilter(only_ours=True), after=first.next_after)
    assert [company.name for company, _ours in rest.rows] == ["Exempel Nytt AB"]


def listed_ours():
    return [company.name for company, _ours in queries.list_companies(CompanyFilter(only_ours=True)).rows]


def test_a_company_that_gets_its_number_later_is_found_among_ours_by_a_part_of_it(scope, user):
    company = factories.company("Exempel Ett AB")
    factories.interaction(company, by=user)
    company.organisation_number = "5299304179"
    db.session.commit()

    assert names("304179") == ["Exempel Ett AB"]


def test_a_relation_that_moves_is_found_by_the_name_of_where_it_went(scope, known_by_two):
    _company, other_id = known_by_two
    kept = factories.company("Exempel Kvar AB")
    db.session.scalars(select(Engagement)).one().company_id = kept.id
    db.session.commit()

    assert ours("exempel", scope.id) == ["Exempel Kvar AB"]
    assert ours("exempel", other_id) == ["Exempel Gammalt AB"]


def test_the_best_match_comes_first_then_ours_then_what_begins_so(scope, user):
    for name in ("Västra Exempel AB", "Exempel Väst AB", "Exempel AB", "Allt om Exempel AB"):
        factories.company(name)
    factories.interaction(factories.company("Vårt Exempel AB"), by=user)

    assert names("exempel") == [
        "Exempel AB", "Vårt Exempel AB", "Exempel Väst AB", "Allt om Exempel AB", "Västra Exempel AB",
    ]  # fmt: skip


def test_where_we_know_somebody_called_so_comes_with_ours(scope, user):
    factories.company("Anna Bygg AB")
    factories.person(factories.company("Östra Smedjan AB"), "Anna Exempelsson")

    assert names("anna") == ["Östra Smedjan AB", "Anna Bygg AB"]


@pytest.mark.parametrize("ours", [3, 12])
def test_the_few_that_are_suggested_are_the_first_of_all_that_are_found(scope, user, ours):
    for number in range(6):
        factories.company(f"Allt om Exempel {number} AB")
    factories.company("Exempel AB")
    for number in range(ours):
        factories.interaction(factories.company(f"Vårt Exempel {number:02} AB"), by=user)

    assert len(suggested("exempel")) == 10
    assert suggested("exempel") == names("exempel")[:10]


def test_a_search_goes_on_to_the_next_page_without_repeating_or_leaving_out(scope, user):
    for number in range(7):
        factories.company(f"{'Exempel' if number % 2 else 'Nya Exempel'} {number} AB")
    factories.interaction(factories.company("Vårt Exempel AB"), by=user)
    chosen, after, seen = CompanyFilter(text="exempel"), None, []
    while True:
        page = queries.list_companies(chosen, after=after, limit=3)
        seen += [company.name for company, _engagement in page.rows]
        after = page.next_after
        if after is None:
            break

    assert seen == names("exempel") and len(set(seen)) == 8


def test_a_place_after_the_last_has_no_companies_and_still_says_how_many_there_are(scope):
    factories.company("Exempel Väst AB")

    page = queries.list_companies(CompanyFilter(text="exempel"), after=(3, "z", 1))

    assert (page.rows, page.next_after, page.count) == ([], None, 1)


def test_two_letters_begin_a_word_of_the_name_wherever_it_is(scope):
    for name in ("Exempel Bygg 24 AB", "24 Exempel Bygg AB", "Exempel Bygg 1924 AB", "Exempel 24 AB"):
        factories.company(name)

    assert names("bygg 24") == ["24 Exempel Bygg AB", "Exempel Bygg 24 AB"]
    assert names("24") == ["24 Exempel Bygg AB", "Exempel 24 AB", "Exempel Bygg 24 AB"]


def test_a_search_is_narrowed_by_the_rest_of_the_filter(scope, user):
    factories.company("Exempel i Flen AB", municipality_code="0482")
    factories.company("Exempel i Tierp AB", municipality_code="0360")
    factories.interaction(factories.company("Vårt Exempel AB", municipality_code="0482"), by=user)

    assert names("exempel", municipality_code="0360") == ["Exempel i Tierp AB"]
    assert names("exempel", only_ours=True) == ["Vårt Exempel AB"]


def test_the_name_of_a_place_finds_what_is_called_so_and_what_lies_there(scope):
    factories.company("Annat AB", municipality_code="0482")
    factories.company("Flens Bygg AB", municipality_code="0360")
    factories.company("Borta AB", municipality_code="0360")

    assert names("flen") == ["Flens Bygg AB", "Annat AB"]


@pytest.mark.parametrize("text", ["flen", "64230"])
def test_ours_come_first_also_where_more_lie_than_are_looked_through(scope, user, text, monkeypatch):
    monkeypatch.setattr(search, "FOUND_AT_MOST", 2)
    for number in range(5):
        factories.company(f"Annat {number} AB", municipality_code="0482", postcode="64230")
    for name in ("Östra Smedjan AB", "Södra Smedjan AB", "Åsens Smedja AB", "Ändå AB"):
        factories.interaction(factories.company(name, municipality_code="0482", postcode="64230"), by=user)

    # Of those that are ours, too, the first are looked through.
    assert names(text)[:3] == ["Södra Smedjan AB", "Åsens Smedja AB", "Ändå AB"]
    assert names(text, only_ours=True) == ["Södra Smedjan AB", "Åsens Smedja AB", "Ändå AB"]


def test_a_company_that_changes_its_name_is_found_by_the_new_one_only(scope):
    company = factories.company("Gamla Namnet AB")
    company.name = "Bergsunds Plåtslageri AB"
    db.session.commit()

    assert names("gamla namnet") == []
    assert names("slageri") == ["Bergsunds Plåtslageri AB"]


def test_names_that_are_stored_in_one_stroke_are_found(scope):
    source = {"source": "Bolagsverket", "source_date": factories.company("Förut AB").source_date}
    source["organisation_number"] = "5566778899"
    db.session.execute(insert(Company), [_keys("Bergsunds Plåtslageri AB") | source])
    pieces.learn(Company.name == "Bergsunds Plåtslageri AB")
    words.renew()
    db.session.commit()
    assert names("slageri") == suggested("brgsunds") == ["Bergsunds Plåtslageri AB"]

    chosen = Company.name.like("%slageri%")
    pieces.forget(chosen)
    db.session.execute(update(Company).where(chosen).values(_keys("Smedjan AB")))
    pieces.learn(Company.name == "Smedjan AB")
    words.renew()
    db.session.commit()
    assert names("slageri") == [] and names("smedja") == suggested("smedjn") == ["Smedjan AB"]


def _keys(name):
    return {"name": name, "name_key": company_key(name), "sort_key": sort_key(name)}


def test_so_many_that_nobody_looks_through_them_are_not_searched_to_the_end(scope, monkeypatch):
    monkeypatch.setattr(search, "FOUND_AT_MOST", 2)
    for _number in range(5):
        factories.company("Något med Exempel AB")
    chosen = CompanyFilter(text="exempel")

    assert queries.list_companies(chosen).count == 3
    assert chosen.counted_at_most == 2


@pytest.mark.parametrize("text", ["malmköping", "Malmkoping", "svets malmköping", "malmköping svets", "svets malmk"])
def test_a_post_town_finds_what_is_there(scope, text):
    factories.company("Exempel Svets AB", post_town="MALMKÖPING", municipality_code="0482")
    factories.company("Exempel Svets i Flen AB", post_town="FLEN", municipality_code="0482")

    assert names(text) == ["Exempel Svets AB"]


def test_where_two_words_are_places_the_last_is_one_too(scope):
    factories.company("Bergs Svets AB", post_town="FLEN", municipality_code="0482")

    assert names("bergs svets flen") == ["Bergs Svets AB"]


def test_what_others_have_noted_hides_nothing_from_us(scope, user):
    factories.company("Nya Zeta AB")
    with access.acting_in(factories.organisation().id):
        for number in range(10):
            service.add_company(number=None, name=f"Zeta {number} AB", by=user)
        db.session.commit()

    assert suggested("zeta") == ["Nya Zeta AB"]


@pytest.mark.parametrize("text", ["64260", "642 60"])
def test_a_postcode_finds_what_is_there(scope, text):
    factories.company("Exempel Svets AB", postcode="64260")
    factories.company("Exempel Plåt AB", postcode="64230")

    assert names(text) == ["Exempel Svets AB"]


def test_a_person_is_found_by_the_beginnings_of_her_names(scope, user):
    company = factories.company("Exempel Bygg AB")
    factories.person(company, "Anna-Karin Östen")
    factories.company("Exempel Sten AB")

    assert names("ost") == names("karin ö") == ["Exempel Bygg AB"]
    assert names("sten") == ["Exempel Sten AB"]


@pytest.mark.parametrize("text", ["0157-123 45", "015712345", "+46 157 12345", "12345"])
def test_a_telephone_number_finds_the_company_or_whose_it_is(scope, text):
    ours, theirs = factories.company("Exempel Ett AB"), factories.company("Exempel Två AB")
    hidden, gone = factories.company("Exempel Tre AB"), factories.company("Exempel Fyra AB")
    db.session.add(Engagement(company_id=ours.id, tags=[], phone="0157-12345"))
    factories.person(theirs, "Anna Exempelsson", phone="+46157 123 45")
    factories.person(hidden, "Bo Exempelsson", phone="0157-12345", is_protected=True)
    factories.person(gone, "Eva Exempelsson", phone="0157-12345", is_active=False)

    assert names(text) == ["Exempel Ett AB", "Exempel Två AB"]


@pytest.mark.parametrize("text", ["anna@exempel.example", "ANNA@", "@exempel.example"])
def test_a_mail_address_finds_whose_it_is(scope, text):
    company = factories.company("Exempel Ett AB")
    factories.company("Exempel Två AB")
    factories.person(company, "Anna Exempelsson", email="Anna@exempel.example")

    assert names(text) == ["Exempel Ett AB"]


def test_a_part_of_a_number_finds_ours_alone(scope, user):
    factories.interaction(factories.company("Exempel Ett AB", number="5299304179"), by=user)
    factories.company("Exempel Två AB", number="5299326016")

    assert names("304179") == ["Exempel Ett AB"]
    assert names("326016") == []


WORDS = st.lists(st.text("abeksåö1-@ ", min_size=1, max_size=6), min_size=1, max_size=4).map(" ".join)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=WORDS)
def test_whatever_is_typed_is_answered(scope, text):
    names(text)
    suggested(text)


@pytest.mark.parametrize("text", ["anna ek", "abcd e", "ab cd", "å ä ö", "ek 1"])
def test_short_words_are_answered(scope, text):
    assert suggested(text) == []


@pytest.mark.parametrize(
    "text", ["svets och smide", "svets o smide", "smide & svets", "Svets Smide AB Flen", "svets i flen"]
)
def test_small_words_and_legal_forms_need_not_be_in_the_name(scope, text):
    factories.company("Svets & Smide AB", post_town="FLEN", municipality_code="0482")
    factories.company("Oxhults Smide AB", post_town="KATRINEHOLM", municipality_code="0483")

    assert names(text) == ["Svets & Smide AB"]


def test_a_name_with_a_small_word_is_found_by_all_of_it(scope, monkeypatch):
    monkeypatch.setattr(search, "FOUND_AT_MOST", 0)
    for name in ("Alfa Bygg AB", "Beta Bygg AB", "O Bygg AB"):
        factories.company(name)

    assert names("o bygg")[0] == "O Bygg AB"
