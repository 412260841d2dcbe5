"""Why two rows seem to be one: the rules alone."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from broker.companies.merging.reasons import (
    CompanyFacts,
    PersonFacts,
    Reason,
    pairs_of_companies,
    pairs_of_people,
    phone_key,
    same_people_elsewhere,
    website_key,
)
from broker.swedish import is_one_slip


def company(key, name="exempel svets", *, number=False, place=None, **facts):
    return CompanyFacts(key, name, number, place, **facts)


def found(one, other):
    pairs = pairs_of_companies([one], [one, other])
    return set(pairs[0].reasons) if pairs else None


def person(key, name, *, company_id=1, phone=None, email=None):
    return PersonFacts(key, company_id, name, phone, email)


def reasons(*people):
    return {pair.key: set(pair.reasons) for pair in pairs_of_people(people)}


@pytest.mark.parametrize(
    ("other", "expected"),
    [
        (company(2, number=True, place="0482"), {Reason.SAME_NAME, Reason.SAME_PLACE}),
        (company(2, number=True), {Reason.SAME_NAME}),
        (company(2, number=True, place="0380"), None),
        (company(2, number=True, place="0380", phone="016123456"), {Reason.SAME_NAME, Reason.SAME_PHONE}),
        (company(2, "exempel svest", number=True, place="0482"), {Reason.NEAR_NAME, Reason.SAME_PLACE}),
        (company(2, "exempels svets", number=True, place="0482"), {Reason.NEAR_NAME, Reason.SAME_PLACE}),
        (company(2, "exempel svest", number=True), None),
        (company(2, "annat", number=True, email="INFO@exempel.example"), {Reason.SAME_EMAIL}),
        (company(2, "annat", number=True, website="https://www.exempel.example/om"), {Reason.SAME_WEBSITE}),
        (company(2, "annat", number=True, place="0482"), None),
    ],
)
def test_a_company_without_number_is_told_by_name_and_place_or_by_how_it_is_reached(other, expected):
    facts = {"phone": "+46 (0)16-12 34 56", "email": "info@exempel.example", "website": "exempel.example"}

    assert found(company(1, place="0482", **facts), other) == expected


@given(st.text("abc ", min_size=5, max_size=9), st.integers(0, 8), st.sampled_from("abcd"))
def test_no_single_slip_goes_unnoticed(name, place, letter):
    swapped = name[:place] + name[place : place + 2][::-1] + name[place + 2 :]
    others = (name[:place] + name[place + 1 :], name[:place] + letter + name[place:], name[:place] + letter, swapped)
    for other in others:
        is_near = min(len(name), len(other)) >= 5 and is_one_slip(name, other)
        pair = found(company(1, name, place="0482"), company(2, other, number=True, place="0482"))
        assert (pair is not None) == (is_near or name == other), (name, other)


def test_of_two_without_number_the_older_one_stays_and_a_number_always_does():
    first, second, third = company(1), company(2), company(3, number=True)

    pairs = pairs_of_companies([first, second], [first, second, third])

    assert [(pair.first_id, pair.second_id) for pair in pairs] == [(2, 1), (1, 3), (2, 3)]


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("anna exempelsson", {Reason.SAME_NAME}),
        ("exempelsson anna", {Reason.SWAPPED_NAME}),
        ("a exempelsson", {Reason.INITIALS}),
        ("ana exempelsson", {Reason.NEAR_NAME}),
    ],
)
def test_people_at_one_company_are_told_by_their_names(name, expected):
    assert reasons(person(1, "anna exempelsson"), person(2, name)) == {(1, 2): expected}
    assert reasons(person(1, "anna exempelsson"), person(2, name, company_id=2)) == {}


def test_an_address_of_two_tells_and_one_of_the_whole_house_does_not():
    people = [person(number, name, phone="0157-12345") for number, name in enumerate(("anna ek", "bo alm", "cim rönn"))]

    assert reasons(*people[:2]) == {(0, 1): {Reason.SAME_PHONE}}
    assert reasons(*people) == {}


def test_one_person_at_two_companies_is_told_by_name_and_reach_together():
    one, other = person(1, "anna ek", phone="070 1"), person(2, "anna ek", company_id=2, phone="070 1")
    assert same_people_elsewhere([one, other]) == []

    reach = {"email": "anna@exempel.example"}
    one, other = person(1, "anna ek", **reach), person(2, "anna ek", company_id=2, **reach)
    assert [pair.key for pair in same_people_elsewhere([one, other])] == [(1, 2)]


def test_numbers_and_websites_are_compared_without_what_people_write_around_them():
    assert phone_key("+46 (0)157-123 45") == phone_key("0157 12345") == phone_key("0046157-12345") == "015712345"
    assert phone_key("1234") == phone_key(None) == ""
    assert website_key("https://www.Exempel.example/om-oss") == website_key("exempel.example") == "exempel.example"
