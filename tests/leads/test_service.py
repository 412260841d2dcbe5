"""Leads: offered on a ground, copied to the receiver, answered there and seen here."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from broker import access, audit, clock
from broker.actions import Action
from broker.companies import queries as companies
from broker.errors import NotFoundError, RefusedError
from broker.extensions import db
from broker.leads import queries, service
from broker.leads.models import LeadResult, OfferState
from broker.mail import OutgoingMail
from tests import factories, factories_leads


def test_the_receiver_gets_a_copy_of_exactly_what_was_chosen(lead, receiver):
    with access.acting_in(receiver.id):
        copy = factories_leads.received(lead, receiver)
        assert copy.shared == {
            "person_name": "Anna Exempelsson",
            "person_phone": "070-174 06 05",
        }
        assert (copy.summary, copy.state) == (lead.summary, OfferState.SENT)


def test_both_sides_keep_their_own_log(lead, receiver):
    assert [event.action for event in audit.history_of(lead.offers[0])] == [Action.LEAD_OFFERED]
    with access.acting_in(receiver.id):
        copy = factories_leads.received(lead, receiver)
        assert [event.action for event in audit.history_of(copy)] == [Action.LEAD_RECEIVED]


def test_the_letter_to_the_receiver_says_nothing_about_the_company(lead, olle):
    letter = db.session.scalars(select(OutgoingMail).where(OutgoingMail.recipient == olle.email)).one()
    assert "http://localhost/leads" in letter.body
    assert "Exempel Svets" not in letter.body + letter.subject
    assert lead.summary not in letter.body


def test_each_side_sees_only_its_own_rows(lead, receiver):
    offer_id = lead.offers[0].id
    with pytest.raises(NotFoundError):
        queries.get_received_of_offer(offer_id)
    with access.acting_in(receiver.id), pytest.raises(NotFoundError):
        queries.get_offer(offer_id)


@pytest.mark.parametrize(
    ("facts", "sentence"),
    [({"ground_note": "  "}, "samtyckt"), ({"receivers": "own"}, "annan organisation")],
)
def test_a_lead_without_ground_or_to_oneself_is_refused(scope, user, receiver, facts, sentence):
    if facts.get("receivers") == "own":
        facts = {"receivers": [scope]}
    with pytest.raises(RefusedError, match=sentence):
        factories_leads.lead(sender=scope, by=user, **({"receivers": [receiver]} | facts))


def test_a_person_with_protected_identity_never_goes_along(scope, user, receiver, company):
    person = factories.person(company, "Bo Exempelsson", is_protected=True)
    with pytest.raises(RefusedError, match="skyddad identitet"):
        factories_leads.lead(sender=scope, receivers=[receiver], by=user, company=company, person=person)


def test_an_unopened_lead_is_taken_back_and_the_copy_emptied(lead, receiver, user):
    service.revoke_offer(lead.offers[0], by=user)
    db.session.commit()

    with access.acting_in(receiver.id):
        copy = factories_leads.received(lead, receiver)
        assert (copy.state, copy.summary, copy.shared) == (OfferState.REVOKED, "", {})
        assert queries.list_waiting() == []


def test_an_opened_lead_cannot_be_taken_back(answer, user):
    offer = answer(service.open_lead)
    assert offer.state is OfferState.OPENED
    with pytest.raises(service.StateError, match="redan öppnat"):
        service.revoke_offer(offer, by=user)


def test_taking_a_lead_on_gives_the_receiver_relation_person_and_task(answer, receiver, olle, company):
    offer = answer(service.accept_lead)

    assert (offer.state, offer.answered_by) == (OfferState.ACCEPTED, "Olle Mottagare")
    with access.acting_in(receiver.id):
        assert companies.find_engagement(company.id).owner_id == olle.id
        assert [person.name for person in companies.list_people(company.id)] == ["Anna Exempelsson"]
        assert len(companies.list_open_tasks(olle.id, until=clock.today() + timedelta(days=30))) == 1


def test_a_lead_taken_on_twice_is_taken_on_once(answer, receiver, olle, company):
    answer(service.accept_lead)
    answer(service.accept_lead)
    with access.acting_in(receiver.id):
        assert len(companies.list_open_tasks(olle.id, until=clock.today() + timedelta(days=90))) == 1


def test_the_first_contact_is_due_within_days_however_late_the_answer_may_come(scope, user, receiver, olle, company):
    lead = factories_leads.lead(
        sender=scope, receivers=[receiver], by=user, company=company, answer_by=clock.today() + timedelta(days=60)
    )
    with access.acting_in(receiver.id):
        service.accept_lead(factories_leads.received(lead, receiver), by=olle)
        db.session.commit()
        [task] = companies.list_open_tasks(olle.id, until=clock.today() + timedelta(days=90))
    assert task.due_on == clock.today() + timedelta(days=3)


def test_a_no_reaches_the_sender_with_its_reason(answer):
    offer = answer(service.decline_lead, reason="Vi har ingen svetsutbildning.")
    assert (offer.state, offer.reason) == (OfferState.DECLINED, "Vi har ingen svetsutbildning.")
    assert offer.first_answered_at is not None


@pytest.mark.parametrize("steps", [(service.decline_lead,), (service.accept_lead, service.return_lead)])
def test_who_does_not_follow_a_lead_keeps_nothing_of_it(answer, lead, receiver, olle, steps):
    for step in steps:
        answer(step, **({} if step is service.accept_lead else {"reason": "Vi hinner inte."}))

    with access.acting_in(receiver.id):
        copy = factories_leads.received(lead, receiver)
        assert (copy.summary, copy.shared, copy.ground_note) == ("", {}, "")
        assert companies.list_open_tasks(olle.id, until=clock.today() + timedelta(days=90)) == []
        assert audit.history_of(copy)


def test_the_sender_is_told_by_letter_that_there_is_an_answer(answer, user):
    answer(service.open_lead)
    answer(service.accept_lead)
    letters = db.session.scalars(select(OutgoingMail).where(OutgoingMail.recipient == user.email)).all()
    assert [letter.subject for letter in letters] == ["Näringslivsenheten Sala har svarat på ett lead"]


def test_a_question_is_answered_and_the_lead_waits_again(answer, lead, receiver, user):
    offer = answer(service.ask_back, question="Hur många gäller det?")
    assert offer.state is OfferState.ASKED
    service.reply_to_question(offer, reply="Sex personer.", by=user)
    db.session.commit()

    with access.acting_in(receiver.id):
        copy = factories_leads.received(lead, receiver)
        assert (copy.state, copy.reply) == (OfferState.OPENED, "Sex personer.")


def test_what_became_of_a_lead_is_told_the_sender(answer):
    answer(service.accept_lead)
    offer = answer(service.report_result, result=LeadResult.NEED, result_note="Sex svetsare.")

    assert (offer.result, offer.result_note) == (LeadResult.NEED, "Sex svetsare.")
    assert queries.sent_figures(clock.now() - timedelta(days=1)).became_need == 1


def test_a_lead_that_was_taken_on_can_be_given_back(answer):
    answer(service.accept_lead)
    offer = answer(service.return_lead, reason="Företaget har flyttat.")
    assert offer.state is OfferState.RETURNED
