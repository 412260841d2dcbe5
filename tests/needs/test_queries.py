"""Lists and sums of needs tell what they should, and only to whom they belong."""

from datetime import date

import pytest

from broker import access, clock
from broker.errors import NotFoundError
from broker.needs import queries, service
from broker.needs.models import CohortStatus, NeedStatus
from broker.needs.queries import NeedFilter
from tests import factories, factories_procurement
from tests import factories_needs as make


@pytest.mark.parametrize(
    ("chosen", "is_found"),
    [
        (NeedFilter(), True),
        (NeedFilter(text="plåt"), True),
        (NeedFilter(text="svetsning"), True),
        (NeedFilter(text="100%"), False),
        (NeedFilter(topic_id="T023"), True),
        (NeedFilter(topic_id="T042"), False),
        (NeedFilter(municipality_code="0482"), True),
        (NeedFilter(municipality_code="0483"), False),
        (NeedFilter(status=NeedStatus.CLARIFIED), True),
        (NeedFilter(status=NeedStatus.MET), False),
        (NeedFilter(half_year=(2027, 1)), True),
        (NeedFilter(half_year=(2027, 2)), False),
    ],
)
def test_a_filter_finds_what_it_names_and_counts_the_same(scope, user, chosen, is_found):
    make.need(
        by=user, company=factories.company("Exempel Plåt AB"), earliest_on=date(2027, 6, 30), latest_on=date(2027, 7, 1)
    )

    assert bool(queries.list_needs(chosen).rows) is is_found
    assert queries.count_needs(chosen).needs == int(is_found)


def test_the_next_page_begins_where_the_first_ended(scope, user):
    needs = [make.need(by=user) for _number in range(3)]

    first = queries.list_needs(NeedFilter(), limit=2)
    second = queries.list_needs(NeedFilter(), before=first.next_before, limit=2)

    assert [need.id for need in [*first.rows, *second.rows]] == [need.id for need in reversed(needs)]
    assert second.next_before is None


def test_needs_are_seen_only_by_their_organisation(scope, user):
    need = make.need(by=user)
    cohort = make.cohort(make.need(by=user), make.need(by=user), by=user)

    with access.acting_in(factories.organisation().id):
        assert queries.list_needs(NeedFilter()).rows == queries.list_open_needs() == queries.list_cohorts().rows == []
        assert queries.sum_needs() == queries.sum_needs_by_half_year() == []
        assert queries.list_needs_of_company(need.company_id) == queries.list_placed_parts([need.id]) == []
        with pytest.raises(NotFoundError):
            queries.get_need(need.id)
        with pytest.raises(NotFoundError):
            queries.get_cohort(cohort.id)


def test_the_sum_counts_companies_people_needs_and_municipalities(scope, user):
    company = factories.company()
    make.need(by=user, company=company, women=1, men=2)
    make.need(by=user, company=company, women=0, men=4, municipality_code="0483")
    make.need(by=user, topic_id="T042", women=1, men=0)

    first, second = queries.sum_needs()

    assert (first.topic_id, first.companies, first.people, first.needs, first.municipalities) == ("T023", 1, 7, 2, 2)
    assert (second.topic_label, second.people) == ("Excel", 1)


def test_the_sum_by_half_year_parts_spring_from_autumn(scope, user):
    make.need(by=user, earliest_on=date(2027, 6, 30), latest_on=date(2027, 7, 1))
    make.need(by=user, earliest_on=date(2027, 7, 1), latest_on=date(2027, 7, 2))

    assert [row.half_year for row in queries.sum_needs_by_half_year()] == [(2027, 1), (2027, 2)]


def test_withdrawn_needs_are_not_summed(scope, user):
    service.withdraw_need(make.need(by=user), reason="Löst", by=user)

    assert queries.sum_needs() == []


def test_cohorts_are_listed_by_status_and_found_by_need(scope, user):
    needs = [make.need(by=user), make.need(by=user)]
    cohort = make.cohort(*needs, by=user)

    assert queries.list_cohorts().rows == [cohort] == queries.list_cohorts_of_need(needs[0].id)
    assert queries.list_cohorts(status=CohortStatus.DISSOLVED).rows == []
    assert cohort.company_count == 2


def test_only_vetted_providers_in_use_can_teach(scope, user):
    vetted = factories_procurement.vetted_provider(by=user, name="Vetted")
    unvetted = factories_procurement.provider(by=user, name="Okänd")
    for provider in (vetted, unvetted):
        factories_procurement.offering(provider, by=user, topic_id="T023")

    found = queries.list_usable_offerings(clock.today())

    assert [row.offering.provider.name for row in found] == ["Vetted"]


def test_the_rules_know_the_size_of_a_welding_group_and_a_default(scope):
    rules = queries.cohort_rules(clock.today())

    assert rules.group_of("T023").largest == 8
    assert rules.group_of(None) == rules.default
    assert rules.weights.min_companies == 2


def test_the_figures_of_a_week_leave_out_other_people_and_other_organisations(scope, user):
    company, today = factories.company(), clock.today()
    colleague = factories.user(organisation=scope)
    for person in (user, colleague):
        factories.interaction(company, by=person)
    make.need(by=user, company=company)
    other = factories.organisation()
    with access.acting_in(other.id):
        make.need(by=factories.user(organisation=other))

    assert queries.count_for_week(user.id, today, today) == (1, 1, 0)
