"""What organisations see of each other's contacts: under an agreement in force a trace, otherwise nothing."""

from dataclasses import fields
from datetime import date, timedelta

import pytest
from sqlalchemy import select

from broker import access, clock
from broker.access import Role
from broker.accounts import service as accounts
from broker.companies.models import Engagement, EngagementStatus, InteractionKind
from broker.extensions import db
from broker.traces import queries
from broker.traces.models import Colleague, Trace
from tests import factories, factories_traces
from tests.client import CANARY
from tests.conftest import signed_in_client


def traces_of(company):
    return queries.list_traces(company, queries.list_neighbours(company))


def month_of(day):
    return day.replace(day=1)


@pytest.fixture
def agreement(scope, user, neighbour, boss):
    return factories_traces.agreement(proposer=scope, receiver=neighbour, by=user)


def test_a_trace_says_who_how_which_month_and_whom_to_ask_and_nothing_else(agreement, neighbour, eva, company):
    factories_traces.contact(neighbour, company, by=eva)

    month = month_of(clock.today())
    eva_to_ask = Colleague(eva.id, "Eva Granne", "eva@sala.example")
    assert traces_of(company) == [Trace(neighbour.id, neighbour.name, InteractionKind.VISIT, month, eva_to_ask)]
    assert {field.name for field in fields(Trace)} == {
        "organisation_id", "organisation_name", "kind", "month", "colleague"
    }  # fmt: skip


def test_both_sides_see_each_other(agreement, scope, user, neighbour, company):
    factories_traces.contact(scope, company, by=user)

    with access.acting_in(neighbour.id):
        assert [trace.organisation_id for trace in traces_of(company)] == [scope.id]


def test_several_contacts_of_a_kind_in_a_month_are_one_row(agreement, neighbour, eva, company):
    for kind in (InteractionKind.VISIT, InteractionKind.VISIT, InteractionKind.CALL):
        factories_traces.contact(neighbour, company, by=eva, kind=kind)

    assert [trace.kind for trace in traces_of(company)] == [InteractionKind.VISIT, InteractionKind.CALL]


def test_the_newest_month_comes_first_and_those_too_far_back_are_left_out(agreement, neighbour, eva, company):
    today = clock.today()
    first = queries.list_neighbours(company)[0].since
    for day in (first, first - timedelta(days=1), today):
        factories_traces.contact(neighbour, company, by=eva, happened_on=day)

    assert [trace.month for trace in traces_of(company)] == [month_of(today), first]


@pytest.mark.parametrize(
    ("today", "months", "since"),
    [
        (date(2026, 11, 26), 12, date(2025, 12, 1)),
        (date(2026, 1, 31), 1, date(2026, 1, 1)),
        (date(2026, 1, 31), 2, date(2025, 12, 1)),
        (date(2026, 12, 1), 12, date(2026, 1, 1)),
    ],
)
def test_months_are_counted_back_to_the_first_day_of_one_with_this_one_among_them(today, months, since):
    assert queries._first_shown(today, months) == since


WITHOUT_FORCE = {
    "none": None,
    "proposed": {"answer": None},
    "declined": {"answer": "decline"},
}


@pytest.mark.parametrize("case", WITHOUT_FORCE)
def test_without_an_agreement_in_force_nobody_sees_a_trace(case, scope, user, neighbour, eva, company):
    if facts := WITHOUT_FORCE[case]:
        factories_traces.agreement(proposer=scope, receiver=neighbour, by=user, **facts)
    check_nothing_is_seen(scope, user, neighbour, eva, company)


def test_an_agreement_that_begins_tomorrow_shows_nothing_today(scope, user, neighbour, eva, company):
    tomorrow = clock.today() + timedelta(days=1)
    factories_traces.agreement(proposer=scope, receiver=neighbour, by=user, starts_on=tomorrow)
    check_nothing_is_seen(scope, user, neighbour, eva, company)


def test_an_agreement_that_has_run_out_shows_nothing(agreement, scope, user, neighbour, eva, company):
    agreement.starts_on, agreement.ends_on = clock.today() - timedelta(days=9), clock.today() - timedelta(days=1)
    db.session.commit()

    check_nothing_is_seen(scope, user, neighbour, eva, company)


@pytest.mark.parametrize("ender", ["own", "other"])
def test_an_agreement_ended_by_either_side_shows_nothing_to_both(
    agreement, scope, user, neighbour, eva, company, ender
):
    factories_traces.end(agreement, scope if ender == "own" else neighbour, by=user)

    check_nothing_is_seen(scope, user, neighbour, eva, company)


def check_nothing_is_seen(scope, user, neighbour, eva, company):
    factories_traces.contact(neighbour, company, by=eva)
    factories_traces.contact(scope, company, by=user)
    for organisation in (scope, neighbour):
        with access.acting_in(organisation.id):
            assert traces_of(company) == []
            # Also somebody who claims to have an agreement meets the statement's own question for it.
            others = [row for row in (scope, neighbour) if row is not organisation]
            claimed = [queries.Neighbour(row.id, row.name, date(2000, 1, 1)) for row in others]
            assert queries.list_traces(company, claimed) == []


def test_a_third_organisation_sees_nothing_of_the_two(agreement, neighbour, eva, company):
    factories_traces.contact(neighbour, company, by=eva)

    with access.acting_in(factories.organisation().id):
        assert queries.list_neighbours(company) == [] and queries.list_agreements() == []


def test_a_sole_trader_is_shown_only_when_the_agreement_says_so(scope, user, neighbour, eva, sole_trader, boss):
    agreement = factories_traces.agreement(proposer=scope, receiver=neighbour, by=user)
    factories_traces.contact(neighbour, sole_trader, by=eva)
    assert traces_of(sole_trader) == []

    agreement.has_sole_traders = True
    db.session.commit()
    assert len(traces_of(sole_trader)) == 1


def test_that_a_company_wants_no_contact_with_the_other_neither_shows_nor_hides_the_trace(
    agreement, neighbour, eva, company
):
    factories_traces.contact(neighbour, company, by=eva)
    before = traces_of(company)
    with access.acting_in(neighbour.id):
        db.session.scalars(select(Engagement)).one().status = EngagementStatus.DECLINED
        db.session.commit()

    assert traces_of(company) == before != []


@pytest.mark.parametrize("reason", ["inactive", "moved"])
def test_somebody_who_has_left_is_not_named(agreement, neighbour, eva, company, reason):
    factories_traces.contact(neighbour, company, by=eva)
    if reason == "inactive":
        eva.is_active = False
    else:
        accounts.set_roles(neighbour, eva, [], by=None)
    db.session.commit()

    assert [trace.colleague for trace in traces_of(company)] == [None]


def test_who_is_still_there_is_named_for_who_has_left(agreement, neighbour, eva, company):
    per = factories.user(organisation=neighbour, name="Per Kvar")
    factories_traces.contact(neighbour, company, by=per)
    factories_traces.contact(neighbour, company, by=eva)
    eva.is_active = False
    db.session.commit()

    assert [trace.colleague.name for trace in traces_of(company)] == ["Per Kvar"]


def test_reading_leaves_the_scope_as_it_was(agreement, scope, neighbour, eva, company):
    factories_traces.contact(neighbour, company, by=eva)
    traces_of(company)

    assert access.organisation_in_scope() == scope.id
    db.session.expunge_all()
    assert db.session.scalars(select(Engagement)).all() == []


@pytest.mark.parametrize(
    "page",
    [
        "/foretag/{company}",
        "/foretag/{company}/kontakter/ny",
        "/foretag/{company}/kontakter/brev",
        "/foretag/{company}/planera",
    ],
)
def test_the_pages_about_a_company_show_the_trace_and_no_word_of_the_contact(
    client, agreement, neighbour, eva, company, page
):
    factories_traces.contact(neighbour, company, by=eva)

    text = client.get(page.format(company=company.id)).text
    assert neighbour.name in text and "Besök".lower() in text.lower()
    assert CANARY not in text


def test_many_traces_cost_no_more_queries(client, agreement, scope, user, neighbour, eva, company):
    factories_traces.contact(neighbour, company, by=eva)
    client.get(f"/foretag/{company.id}")
    few = client.queries
    for _number in range(3):
        other = factories.organisation()
        factories_traces.agreement(proposer=other, receiver=scope, by=user)
        colleague = factories.user(organisation=other)
        for kind in InteractionKind:
            factories_traces.contact(other, company, by=colleague, kind=kind)
    client.get(f"/foretag/{company.id}")

    assert client.queries == few


def test_a_long_trace_is_cut_on_the_card(client, agreement, neighbour, eva, company):
    for month in range(6):
        for kind in InteractionKind.reached():
            day = clock.today().replace(day=1) - timedelta(days=30 * month)
            factories_traces.contact(neighbour, company, by=eva, kind=kind, happened_on=day)
    text = client.get(f"/foretag/{company.id}").text

    assert text.count("mailto:eva@sala.example") == 20 and "Här syns de senaste" in text


def test_the_card_has_one_button_for_each_organisation_that_can_be_asked(
    client, agreement, scope, user, neighbour, eva, company
):
    other = factories.organisation("Grannkommunen")
    factories_traces.agreement(proposer=other, receiver=scope, by=user)
    factories_traces.contact(other, company, by=factories.user(organisation=other))
    for kind in InteractionKind.reached():
        factories_traces.contact(neighbour, company, by=eva, kind=kind)
    text = client.get(f"/foretag/{company.id}").text

    for name in (neighbour.name, other.name):
        assert text.count(f"Fråga kollegan hos {name}</a>") == 1
    assert text.count("Fråga kollegan hos") == 2


def test_a_call_that_nobody_answered_leaves_no_trace(agreement, neighbour, eva, company):
    factories_traces.contact(neighbour, company, by=eva, kind=InteractionKind.NO_ANSWER)

    assert traces_of(company) == []


def test_with_an_agreement_but_no_trace_the_card_says_so_in_a_sentence(client, agreement, neighbour, company):
    text = client.get(f"/foretag/{company.id}").text

    assert "Ingen av dem ni har överenskommelse med" in text and neighbour.name in text


def test_without_an_agreement_the_card_says_nothing_of_traces(client, company):
    assert "ontaktspår" not in client.get(f"/foretag/{company.id}").text


def test_a_reader_sees_the_trace_but_no_button_to_ask(client_for, agreement, neighbour, eva, company):
    factories_traces.contact(neighbour, company, by=eva)
    text = client_for(Role.READER).get(f"/foretag/{company.id}").text

    assert "Eva Granne" in text and "Fråga kollegan" not in text


def test_who_logs_a_contact_is_told_who_else_sees_that_it_took_place(client, agreement, neighbour, company):
    text = client.get(f"/foretag/{company.id}/kontakter/ny").text

    assert f"ser också {neighbour.name}" in text


def test_the_neighbour_sees_the_same_of_ours(app, agreement, scope, user, neighbour, eva, company):
    factories_traces.contact(scope, company, by=user)
    text = signed_in_client(app, eva).get(f"/foretag/{company.id}").text

    assert scope.name in text and user.email in text and CANARY not in text
