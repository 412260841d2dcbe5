"""On a telephone the numbers to call a company by stand at its heading: its own, and whom we know best."""

import re
from datetime import timedelta

import pytest

from broker import clock
from broker.companies import queries
from broker.companies.calling import numbers_to_call
from broker.companies.models import EngagementStatus, InteractionKind
from broker.extensions import db
from tests import factories


@pytest.fixture
def company(scope, user):
    row = factories.company("Exempel Smide AB")
    factories.interaction(row, by=user)
    return row


def numbers(company, **engagement):
    ours = queries.find_engagement(company.id)
    for name, value in engagement.items():
        setattr(ours, name, value)
    db.session.commit()
    met = queries.list_people_met(company.id, with_protected=True)
    return [(number.phone, number.person and number.person.name) for number in numbers_to_call(ours, met)]


def test_the_company_comes_first_and_then_whom_we_met_last(company, user):
    first = factories.person(company, "Anna Ask", phone="070-1")
    last = factories.person(company, "Bo Ek", phone="070-2")
    factories.person(company, "Cia Al")
    for days, person in ((9, first), (2, last)):
        factories.interaction(company, by=user, people=[person], happened_on=clock.today() - timedelta(days=days))

    assert numbers(company, phone="016-12") == [("016-12", None), ("070-2", "Bo Ek")]


def test_a_call_that_nobody_answered_and_somebody_without_a_number_make_nobody_nearer(company, user):
    factories.person(company, "Anna Ask", phone="070-1")
    other = factories.person(company, "Bo Ek", phone="070-2")
    without = factories.person(company, "Cia Al")
    factories.interaction(company, by=user, people=[other], kind=InteractionKind.NO_ANSWER)
    factories.interaction(company, by=user, people=[without])

    assert numbers(company) == [("070-1", "Anna Ask")]


def test_a_contact_that_has_been_destroyed_still_tells_whom_we_met(company):
    factories.person(company, "Anna Ask", phone="070-1")
    factories.person(company, "Bo Ek", phone="070-2", last_met_on=clock.today() - timedelta(days=900))

    assert numbers(company) == [("070-2", "Bo Ek")]


def test_nobody_with_a_protected_identity_and_no_number_twice(company):
    factories.person(company, "Anna Ask", phone="070-1", is_protected=True)
    factories.person(company, "Bo Ek", phone="016-12")

    assert numbers(company, phone="016-12") == [("016-12", "Bo Ek")]


def test_a_company_that_does_not_want_to_hear_from_us_is_not_offered_to_be_called(company):
    factories.person(company, "Anna Ask", phone="070-1")

    assert numbers(company, phone="016-12", status=EngagementStatus.DECLINED) == []


def test_the_card_has_the_numbers_to_tap_before_all_else(client, company):
    queries.find_engagement(company.id).phone = "+46 (0)16 12"
    factories.person(company, "Anna <Ask", function="Chef & ägare", phone="070-1")
    db.session.commit()

    page = client.get(f"/foretag/{company.id}").text

    calling = re.search(r'<ul class="calling.*?</ul>', page, re.S)[0]
    assert re.findall(r'href="(tel:.*?)"', calling) == ["tel:+461612", "tel:070-1"]
    assert "Företaget" in calling and "Anna &lt;Ask, Chef &amp; ägare" in calling
    assert page.index(calling) < page.index('class="tabs"')


def test_without_a_number_there_is_nothing_to_tap(client, company):
    factories.person(company, "Anna Ask")
    db.session.rollback()

    assert 'class="calling' not in client.get(f"/foretag/{company.id}").text
