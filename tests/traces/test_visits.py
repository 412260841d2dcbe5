"""Visits that two organisations plan to one company in one month: both see it, each owner gets one letter."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from broker import access, audit, clock
from broker.actions import Action
from broker.companies import service as companies
from broker.companies.models import InteractionKind
from broker.extensions import db
from broker.formatting import month
from broker.mail import OutgoingMail
from broker.traces import queries, visits
from broker.traces.models import Colleague, Trace
from tests import factories, factories_traces
from tests.client import CANARY
from tests.conftest import signed_in_client

SUBJECT = "Två besök hos samma företag samma månad"


@pytest.fixture
def agreement(scope, user, neighbour):
    return factories_traces.agreement(proposer=scope, receiver=neighbour, by=user)


@pytest.fixture
def both(agreement, scope, user, neighbour, eva, company):
    """Let both plan a visit this month."""
    theirs = factories_traces.visit(neighbour, company, by=eva)
    return factories_traces.visit(scope, company, by=user), theirs


def shared(company):
    return queries.list_shared_visits(company, queries.list_neighbours(company))


def tell():
    """Let the upkeep do its round, as it does: for nobody."""
    before = access._scope.get()
    access._enter(None)
    visits.tell_of_shared_visits()
    access._enter(before)


def next_month():
    return (clock.today().replace(day=1) + timedelta(days=32)).replace(day=1)


def letters():
    return list(db.session.scalars(select(OutgoingMail).where(OutgoingMail.subject == SUBJECT).order_by("id")))


def test_both_sides_see_that_the_other_plans_a_visit_in_the_same_month(both, scope, user, neighbour, eva, company):
    month = clock.today().replace(day=1)
    eva_to_ask = Colleague(eva.id, eva.name, eva.email)
    assert shared(company) == [Trace(neighbour.id, neighbour.name, InteractionKind.VISIT, month, eva_to_ask)]
    with access.acting_in(neighbour.id):
        assert [visit.colleague.user_id for visit in shared(company)] == [user.id]


def test_a_visit_that_only_the_other_plans_is_not_shown(agreement, neighbour, eva, company):
    factories_traces.visit(neighbour, company, by=eva)

    assert shared(company) == []


@pytest.mark.parametrize("case", ["call", "other month", "done", "other company", "past"])
def test_what_does_not_meet_is_not_shown(agreement, scope, user, neighbour, eva, company, case):
    today = clock.today()
    facts = {
        "call": {"kind": InteractionKind.CALL},
        "other month": {"due_on": today + timedelta(days=40)},
        "past": {"due_on": today.replace(day=1) - timedelta(days=1)},
    }.get(case, {})
    visited = factories.company() if case == "other company" else company
    if case == "past":
        factories_traces.visit(scope, company, by=user, due_on=facts["due_on"])
    factories_traces.visit(scope, company, by=user)
    theirs = factories_traces.visit(neighbour, visited, by=eva, **facts)
    if case == "done":
        with access.acting_in(neighbour.id):
            companies.finish_task(theirs, by=eva)
            db.session.commit()
    tell()

    assert shared(company) == [] and letters() == []


def test_the_same_month_of_another_year_is_another_month(agreement, scope, user, neighbour, eva, company):
    factories_traces.visit(scope, company, by=user)
    later = clock.today().replace(day=1, year=clock.today().year + 1)
    factories_traces.visit(neighbour, company, by=eva, due_on=later)

    assert shared(company) == []


def test_each_owner_gets_one_letter_once(both, scope, user, neighbour, eva, company):
    for _round in range(2):
        tell()

    assert [letter.recipient for letter in letters()] == [eva.email, user.email]
    first = letters()[0].body
    assert scope.name in first and user.email in first and f"http://localhost/foretag/{company.id}" in first
    assert CANARY not in "".join(letter.body for letter in letters())


def test_when_both_visits_move_to_another_month_both_owners_are_told_of_it(both, scope, user, neighbour, eva):
    tell()
    for organisation, task, by in ((scope, both[0], user), (neighbour, both[1], eva)):
        with access.acting_in(organisation.id):
            companies.edit_task(task, {"due_on": next_month()}, by=by)
            db.session.commit()
    for _round in range(2):
        tell()

    assert [letter.recipient for letter in letters()] == [eva.email, user.email] * 2
    assert month(next_month()) in letters()[-1].body


def test_whoever_takes_over_a_visit_is_told(both, scope, user, eva):
    tell()
    with access.acting_in(scope.id):
        new = factories.user(organisation=scope, email="ny@larcentrum.example")
        companies.edit_task(both[0], {"owner_id": new.id}, by=user)
        db.session.commit()
    for _round in range(2):
        tell()

    assert [letter.recipient for letter in letters()] == [eva.email, user.email, "ny@larcentrum.example"]


def test_both_logs_tell_of_the_letter(both, scope, neighbour):
    tell()

    for organisation, task, other in ((scope, both[0], neighbour), (neighbour, both[1], scope)):
        with access.acting_in(organisation.id):
            event = audit.history_of(task)[0]
            assert (event.action, event.facts) == (Action.SHARED_VISIT_TOLD, {"organisation": other.name})


def test_a_third_visit_is_told_of_too(both, scope, user, company):
    tell()
    third = factories.organisation()
    factories_traces.agreement(proposer=third, receiver=scope, by=user)
    factories_traces.visit(third, company, by=factories.user(organisation=third, email="tredje@larcentrum.example"))
    tell()

    assert sorted(letter.recipient for letter in letters()[2:]) == sorted([user.email, "tredje@larcentrum.example"])


def test_without_an_agreement_nobody_is_told(scope, user, neighbour, eva, company):
    factories_traces.visit(neighbour, company, by=eva)
    factories_traces.visit(scope, company, by=user)
    tell()

    assert shared(company) == [] and letters() == []


def test_an_ended_agreement_hides_the_visit_again(both, agreement, scope, user, company):
    factories_traces.end(agreement, scope, by=user)
    tell()

    assert shared(company) == [] and letters() == []


def test_visits_to_a_sole_trader_meet_only_when_the_agreement_says_so(
    agreement, scope, user, neighbour, eva, sole_trader
):
    factories_traces.visit(neighbour, sole_trader, by=eva)
    factories_traces.visit(scope, sole_trader, by=user)
    tell()
    assert shared(sole_trader) == [] and letters() == []

    agreement.has_sole_traders = True
    db.session.commit()
    tell()
    assert len(shared(sole_trader)) == 1
    assert all("Enskild firma" in letter.body and "Kim" not in letter.body for letter in letters())


def test_who_has_left_gets_no_letter(both, eva, user):
    eva.is_active = False
    db.session.commit()
    tell()

    assert [letter.recipient for letter in letters()] == [user.email]


def test_the_card_and_the_planned_contact_say_it_and_lead_to_the_colleague(client, both, neighbour, eva, company):
    for url in (f"/foretag/{company.id}", f"/uppgifter/{both[0].id}/andra"):
        text = client.get(url).text
        assert f"{neighbour.name} planerar också ett besök" in text and CANARY not in text.replace("hemligt-ärende", "")
    assert client.submit(f"/foretag/{company.id}/kontaktspar/{neighbour.id}/fraga", text="Hej").status_code == 302


def test_the_other_side_does_not_read_our_plan(app, both, eva, company):
    text = signed_in_client(app, eva).get(f"/foretag/{company.id}").text

    # Its own plan has the same title; ours would make it two.
    assert text.count("hemligt-ärende") == 2


def test_before_a_visit_is_planned_the_trace_is_shown(client, agreement, neighbour, eva, company):
    factories_traces.contact(neighbour, company, by=eva)
    text = client.get(f"/foretag/{company.id}/planera").text

    assert f"senast {neighbour.name} (besök" in text and "får ni båda veta det" in text
