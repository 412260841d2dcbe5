"""Agreements: proposed by one administrator, answered by another, ended by either; both sides' logs and letters."""

import threading
from datetime import date, timedelta

import pytest
from sqlalchemy import select

from broker import access, audit, clock, database
from broker.access import NoScopeError, Role
from broker.accounts import queries as accounts
from broker.accounts.models import User
from broker.actions import Action
from broker.errors import NotFoundError, RefusedError
from broker.extensions import db
from broker.mail import OutgoingMail
from broker.traces import queries, service
from broker.traces.models import Agreement, AgreementState
from broker.traces.service import AgreementStateError
from tests import factories, factories_traces
from tests.client import form_values

INDEX = "/administration/overenskommelser"


@pytest.fixture
def proposal(scope, user, neighbour, boss):
    return factories_traces.agreement(proposer=scope, receiver=neighbour, by=user, answer=None)


def events_of(row, organisation):
    with access.acting_in(organisation.id):
        return [event.action for event in audit.history_of(row)]


def letters_to(user):
    query = select(OutgoingMail).where(OutgoingMail.recipient == user.email)
    return list(db.session.scalars(query.order_by(OutgoingMail.id)))


def test_a_proposal_is_sent_from_the_page_once(client, neighbour, boss):
    first = client.submit(f"{INDEX}/ny", receiver_id=neighbour.id, reference="KS 1", basis="Beslut.")
    assert first.status_code == 302
    page = client.get(first.location)

    assert "KS 1" in page.text and "Aldrig vad som sades" in page.text
    assert ["föreslår" in letter.subject for letter in letters_to(boss)] == [True]


def test_the_same_form_sent_twice_makes_one_proposal(client, scope, neighbour):
    sent = form_values(client.get(f"{INDEX}/ny").text)
    sent |= {"receiver_id": neighbour.id, "reference": "KS 1", "basis": "Beslut."}
    locations = [client.post(f"{INDEX}/ny", data=sent).location for _time in range(2)]

    assert locations[0] == locations[1]
    assert len(queries.list_agreements()) == 1


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"receiver_id": ""}, "Välj organisation."),
        ({"reference": ""}, "Ange diarienumret"),
        ({"basis": ""}, "Skriv med en mening"),
        ({"ends_on": "2020-01-01"}, "från och med i dag"),
        ({"ends_on": "2099-01-01"}, "Ange en dag senast"),
        ({"starts_on": "2099-01-01"}, "efter den första"),
        ({"reference": "K" * 101}, "högst 100 tecken"),
        ({"basis": "B" * 501}, "högst 500 tecken"),
    ],
)
def test_a_proposal_says_what_it_lacks(client, neighbour, fields, sentence):
    sent = {"receiver_id": neighbour.id, "reference": "KS 1", "basis": "Beslut."} | fields
    answer = client.submit(f"{INDEX}/ny", **sent)

    assert answer.status_code == 422 and sentence in answer.text


def test_an_agreement_lasts_as_many_calendar_years_as_the_rules_say(client, neighbour):
    years = queries.trace_rules(clock.today()).longest_years
    first = date(clock.today().year + 1, 3, 1)
    sent = {"receiver_id": neighbour.id, "reference": "KS 1", "basis": "Beslut.", "starts_on": first}
    after = date(first.year + years, 3, 1)

    assert client.submit(f"{INDEX}/ny", **sent, ends_on=after).status_code == 422
    assert client.submit(f"{INDEX}/ny", **sent, ends_on=after - timedelta(days=1)).status_code == 302


@pytest.mark.parametrize(
    ("first", "years", "last"),
    [
        (date(2026, 3, 1), 1, date(2027, 2, 28)),
        (date(2027, 3, 1), 1, date(2028, 2, 29)),
        (date(2028, 2, 29), 1, date(2029, 2, 28)),
        (date(2026, 1, 1), 5, date(2030, 12, 31)),
        (date(9998, 1, 1), 5, date.max),
    ],
)
def test_years_are_counted_to_the_day_before_the_same_day(first, years, last):
    assert queries.last_day(first, years) == last


def test_a_reason_to_decline_has_an_end(boss_client, proposal):
    answer = boss_client.submit(f"{INDEX}/{proposal.id}/avboj", reason="x" * 2001)

    assert answer.status_code == 422 and "högst 2000 tecken" in answer.text


def test_a_second_proposal_for_the_same_days_is_refused_on_both_sides(client, boss_client, proposal, scope, neighbour):
    for page, receiver in ((client, neighbour), (boss_client, scope)):
        answer = page.submit(f"{INDEX}/ny", receiver_id=receiver.id, reference="KS 2", basis="Beslut.")
        assert answer.status_code == 422 and "Ni har redan en överenskommelse" in answer.text


def test_two_that_propose_to_each_other_at_once_make_one_agreement(app, scope, user, neighbour, boss):
    keys = {"proposer": neighbour.id, "receiver": scope.id, "by": boss.id}
    answers = []

    def propose_back():
        with app.app_context(), database.writing():
            sides = {name: accounts.get_organisation(keys[name]) for name in ("proposer", "receiver")}
            try:
                factories_traces.agreement(**sides, by=db.session.get_one(User, keys["by"]), answer=None)
                answers.append("made")
            except RefusedError as error:
                answers.append(str(error))
            db.session.remove()

    db.session.commit()
    factories_traces.propose(scope, neighbour, by=user)
    db.session.flush()
    thread = threading.Thread(target=propose_back)
    thread.start()
    thread.join(timeout=0.7)
    assert not answers
    db.session.commit()
    thread.join(timeout=20)

    assert len(answers) == 1 and "Ni har redan en överenskommelse" in answers[0]
    assert len(queries.list_agreements()) == 1


def test_of_two_proposals_for_the_same_days_one_is_accepted(app, boss_client, proposal, scope, neighbour, user, boss):
    facts = {name: getattr(proposal, name) for name in ("reference", "basis", "starts_on", "ends_on", "months")}
    with access.acting_in(neighbour.id):
        parties = {"proposer_id": neighbour.id, "receiver_id": scope.id}
        other = factories.add(Agreement(**facts, **parties, proposed_by=boss.name))
        service.accept_agreement(proposal, link="", by=boss)
        db.session.commit()

    with pytest.raises(AgreementStateError, match="redan en överenskommelse"):
        service.accept_agreement(other, link="", by=user)


def test_nobody_makes_an_agreement_with_himself(scope, user):
    with pytest.raises(RefusedError, match="annan organisation"):
        factories_traces.agreement(proposer=scope, receiver=scope, by=user, answer=None)


def test_the_other_side_reads_the_same_and_accepts(boss_client, proposal, scope, neighbour, user):
    page = boss_client.get(f"{INDEX}/{proposal.id}")
    assert "Anta överenskommelsen" in page.text and proposal.basis in page.text
    answer = boss_client.press(f"{INDEX}/{proposal.id}/anta", page=f"{INDEX}/{proposal.id}", version=proposal.version)

    assert answer.status_code == 302
    assert queries.get_agreement(proposal.id).state is AgreementState.ACCEPTED
    for side in (scope, neighbour):
        assert events_of(proposal, side) == [Action.AGREEMENT_ACCEPTED, Action.AGREEMENT_PROPOSED]
    assert "antagit" in letters_to(user)[-1].subject


def test_what_was_withdrawn_meanwhile_is_not_accepted(boss_client, proposal, scope, user):
    version = proposal.version
    factories_traces.end(proposal, scope, by=user)
    answer = boss_client.press(f"{INDEX}/{proposal.id}/anta", page=INDEX, version=version)

    assert answer.status_code == 409
    assert queries.get_agreement(proposal.id).state is AgreementState.WITHDRAWN


def test_the_other_side_declines_with_a_reason_that_the_log_does_not_hold(boss_client, proposal, scope):
    assert boss_client.submit(f"{INDEX}/{proposal.id}/avboj", reason="").status_code == 422
    boss_client.submit(f"{INDEX}/{proposal.id}/avboj", reason="hemligt-skäl")

    saved = queries.get_agreement(proposal.id)
    assert (saved.state, saved.reason) == (AgreementState.DECLINED, "hemligt-skäl")
    assert "hemligt" not in str([event.facts for event in audit.history_of(proposal)])


def test_the_proposer_cannot_answer_his_own_proposal(client, proposal):
    for page in ("anta", "avboj"):
        answer = client.press(f"{INDEX}/{proposal.id}/{page}", page=INDEX, version=proposal.version, reason="x")
        assert answer.status_code == 422 and "svarar på det" in answer.text


def test_the_receiver_answers_a_proposal_rather_than_ending_it(boss_client, proposal):
    answer = boss_client.submit(f"{INDEX}/{proposal.id}/avsluta")

    assert answer.status_code == 422 and "Anta det eller avböj det" in answer.text


@pytest.mark.parametrize("side", ["own", "other"])
def test_either_side_ends_an_agreement_at_once(client, boss_client, scope, user, neighbour, boss, side):
    agreement = factories_traces.agreement(proposer=scope, receiver=neighbour, by=user)
    page = client if side == "own" else boss_client
    assert "brev" in page.get(f"{INDEX}/{agreement.id}/avsluta").text
    page.submit(f"{INDEX}/{agreement.id}/avsluta")

    assert queries.get_agreement(agreement.id).state is AgreementState.ENDED
    for organisation in (scope, neighbour):
        assert events_of(agreement, organisation)[0] == Action.AGREEMENT_ENDED
    assert "avslutat" in letters_to(boss if side == "own" else user)[-1].subject


def test_a_proposal_whose_days_have_passed_cannot_be_accepted(proposal, neighbour, boss):
    proposal.starts_on = proposal.ends_on = clock.today() - timedelta(days=1)
    db.session.commit()
    with access.acting_in(neighbour.id), pytest.raises(RefusedError, match="passerat"):
        service.accept_agreement(proposal, link="", by=boss)


def test_only_administrators_manage_agreements(client_for, proposal):
    assert client_for(Role.BROKER).get(INDEX).status_code == 403
    assert client_for(Role.ADMINISTRATOR).get(INDEX).status_code == 200


def test_others_neither_read_nor_write_an_agreement_between_two(proposal, neighbour):
    stranger = factories.organisation()
    db.session.expunge_all()
    with access.acting_in(stranger.id):
        with pytest.raises(NotFoundError):
            queries.get_agreement(proposal.id)
        parties = {"proposer_id": proposal.proposer_id, "receiver_id": proposal.receiver_id}
        days = {"starts_on": clock.today(), "ends_on": clock.today()}
        row = Agreement(**parties, **days, reference="x", basis="x", months=12, proposed_by="x")
        db.session.add(row)
        with pytest.raises(NoScopeError):
            db.session.flush()
        db.session.rollback()


def test_what_waits_for_an_answer_stands_first(boss_client, proposal, scope):
    page = boss_client.get(INDEX).text

    assert "Väntar på ert svar" in page and scope.name in page
