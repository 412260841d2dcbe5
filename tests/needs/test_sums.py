"""Sums by topic: what is lacking for a group, where the needs are, and the page that a row opens."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from broker.needs.sums.groups import lack_in_words, lack_of
from tests import factories
from tests import factories_needs as make

SPRING = {"earliest_on": date(2027, 2, 1), "latest_on": date(2027, 5, 1)}


def counted(people, companies, **changes):
    return lack_of(people, companies, **({"smallest": 4, "largest": 8, "min_companies": 2} | changes))


@given(
    people=st.integers(0, 300),
    companies=st.integers(0, 40),
    smallest=st.integers(1, 20),
    more=st.integers(0, 20),
    least=st.integers(1, 4),
)
def test_what_is_lacking_is_just_enough_and_the_groups_are_neither_too_small_nor_too_large(
    people, companies, smallest, more, least
):
    sizes = {"smallest": smallest, "largest": smallest + more, "min_companies": least}
    lack = lack_of(people, companies, **sizes)

    filled = lack_of(people + lack.people, companies + lack.companies, **sizes)
    assert filled.is_enough and filled.groups >= 1
    assert lack.is_enough == (people >= smallest and companies >= least)
    assert smallest * lack.groups <= people
    if lack.groups and 2 * smallest - 1 <= smallest + more:
        assert people <= (smallest + more) * lack.groups


@pytest.mark.parametrize(
    ("people", "companies", "words"),
    [
        (4, 2, "räcker till en grupp"),
        (20, 9, "räcker till 3 grupper"),
        (3, 2, "1 person till behövs för en grupp"),
        (2, 3, "2 personer till behövs för en grupp"),
        (9, 1, "personerna räcker, men minst ett företag till behövs för en grupp"),
        (1, 1, "3 personer och minst ett företag till behövs för en grupp"),
    ],
)
def test_what_is_lacking_is_told_in_words(app, people, companies, words):
    with app.test_request_context():
        assert lack_in_words(counted(people, companies)) == words


def test_a_row_of_the_sum_opens_its_topic_with_map_needs_and_what_is_lacking(client, user, scope):
    for place in ("0482", "0483"):
        make.need(by=user, company=factories.company(municipality_code=place), municipality_code=place, **SPRING)
    make.need(by=user, women=1, men=0, earliest_on=date(2027, 9, 1), latest_on=date(2027, 12, 1))

    assert "Räcker till en grupp." in client.get("/behov/summering").text
    assert 'href="/behov/summering/T023?halvar=2027-1"' in client.get("/behov/summering").text
    assert 'href="/behov/summering/T023/fraga?halvar=2027-2"' in client.get("/behov/summering").text
    page = client.get("/behov/summering/T023?halvar=2027-1").text
    assert "2 behov, 6 personer, 2 företag, 2 kommuner" in page
    assert "Räcker till en grupp." in page and "oftast 4 till 8 personer" in page
    assert 'href="/behov?omrade=T023&amp;status=clarified&amp;halvar=2027-1&amp;kommun=0483"' in page
    assert 'id="karta-0483"' in page and "Nivå, språk, dagar och avstånd" in page
    assert "3 behov, 7 personer" in client.get("/behov/summering/T023?visa=foretag").text


def test_a_topic_without_needs_says_so_and_an_unknown_one_is_not_found(client, user, scope):
    empty = client.get("/behov/summering/T042?halvar=2027-2").text

    assert "Det finns inga klarlagda behov i området under perioden." in empty
    assert client.get("/behov/summering/T999").status_code == 404
    assert "alla perioder" in client.get("/behov/summering/T023?halvar=skräp").text


def test_people_who_have_a_place_already_fill_no_other_group(client, user, scope):
    large = make.need(by=user, women=8, men=2, **SPRING)
    make.cohort(large, make.need(by=user, **SPRING), by=user)
    make.need(by=user, women=1, men=0, **SPRING)
    assert large.is_clarified and large.participants == 10

    page = client.get("/behov/summering/T023?halvar=2027-1").text

    assert "11 personer" in page and "5 av personerna har redan plats i en grupp." in page
    # Six are left: five of the large need, and one.
    assert "Räcker till en grupp." in page and "Räcker till 2 grupper." not in page
    assert "Räcker till en grupp." in client.get("/behov/summering").text
