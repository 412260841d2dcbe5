"""Letters about leads, and the tasks of those who owe the next word."""

import re
from datetime import timedelta

import pytest
from flask_babel import force_locale
from sqlalchemy import event, select

from broker import access, clock, database
from broker.access import Role
from broker.companies import queries as companies
from broker.extensions import db
from broker.leads import reminders, service
from broker.leads.models import LeadResult
from broker.mail import OutgoingMail
from tests import factories, factories_leads


def subjects_to(person):
    query = select(OutgoingMail.subject).where(OutgoingMail.recipient == person.email)
    return list(db.session.scalars(query.order_by(OutgoingMail.id)))


def tasks_of(person):
    return [task.title for task in companies.list_open_tasks(person.id, until=clock.today())]


def remind():
    db.session.commit()
    db.session.rollback()
    with database.writing():
        reminders.remind_of_late()


@pytest.fixture
def late(lead):
    lead.answer_by = clock.today() - timedelta(days=1)
    db.session.commit()
    return lead


def test_each_answer_is_told_in_its_own_words(answer, user):
    answer(service.ask_back, question="Hur många?")
    answer(service.accept_lead)
    answer(service.report_result, result=LeadResult.NEED, result_note=None)
    answer(service.return_lead, reason="Fel kommun.")

    assert subjects_to(user) == [
        "Näringslivsenheten Sala har en fråga om ett lead",
        "Näringslivsenheten Sala har svarat på ett lead",
        "Näringslivsenheten Sala berättar vad det blev av ett lead",
        "Näringslivsenheten Sala har lämnat tillbaka ett lead",
    ]


def test_the_receiver_is_told_of_an_answer_and_of_a_lead_taken_back(answer, scope, user, receiver, olle):
    offer = answer(service.ask_back, question="Hur många?")
    service.reply_to_question(offer, reply="Sex.", by=user)
    other = factories_leads.lead(sender=scope, receivers=[receiver], by=user)
    service.revoke_offer(other.offers[0], by=user)
    db.session.commit()

    assert subjects_to(olle)[1::2] == [
        f"{scope.name} har svarat på er fråga om ett lead",
        f"{scope.name} har tagit tillbaka ett lead",
    ]


def test_every_letter_leads_to_what_it_is_about(answer, user, olle, late):
    offer = answer(service.ask_back, question="Hur många?")
    service.reply_to_question(offer, reply="Sex.", by=user)
    remind()

    letters = dict(db.session.execute(select(OutgoingMail.subject, OutgoingMail.body)).all())
    links = {
        subject: re.search(r"http://\S+", body)[0].removeprefix("http://localhost") for subject, body in letters.items()
    }
    assert links["Näringslivsenheten Sala har en fråga om ett lead"] == f"/leads/skickade/{offer.lead_id}"
    [replied] = [link for subject, link in links.items() if subject.endswith("har svarat på er fråga om ett lead")]
    assert replied == f"/leads/mottagna/{offer.id}"
    assert links["Ett lead väntar fortfarande på svar"] == "/leads"


def test_letters_and_stored_texts_are_swedish_whoever_causes_them(answer, receiver, olle, user, company):
    with force_locale("en"):
        answer(service.accept_lead)
    assert subjects_to(user) == ["Näringslivsenheten Sala har svarat på ett lead"]
    with access.acting_in(receiver.id):
        assert companies.find_engagement(company.id).source.startswith("Lead från ")
        [task] = companies.list_open_tasks(olle.id, until=clock.today() + timedelta(days=9))
    assert task.title.startswith("Kontakta företaget")


def test_the_answer_to_somebody_who_has_left_goes_to_those_who_are_there(answer, scope, user):
    colleague = factories.user(organisation=scope, roles=[Role.BROKER])
    reader = factories.user(organisation=scope, roles=[Role.READER])
    user.is_active = False
    db.session.commit()

    answer(service.ask_back, question="Hur många?")

    assert [len(subjects_to(person)) for person in (user, colleague, reader)] == [0, 1, 0]


def test_a_late_answer_gives_the_sender_a_task_and_the_receiver_a_letter_once(late, user, olle):
    remind()
    remind()

    assert tasks_of(user) == ["Leadet är inte besvarat. Ring Näringslivsenheten Sala eller välj en annan mottagare."]
    assert subjects_to(olle)[1:] == ["Ett lead väntar fortfarande på svar"]


def test_who_has_asked_something_is_not_reminded(late, answer, user, olle):
    offer = answer(service.ask_back, question="Hur många?")
    remind()

    assert not offer.is_late(clock.today())
    assert tasks_of(user) == ["Näringslivsenheten Sala har frågat om leadet. Svara under Leads."]
    assert len(subjects_to(olle)) == 1


def test_a_reminder_does_not_refuse_what_is_being_written(late):
    before = late.offers[0].version
    remind()
    db.session.refresh(late.offers[0])
    assert late.offers[0].escalated_at is not None
    assert late.offers[0].version == before


def test_one_reminder_that_fails_does_not_stop_the_rest(late, scope, user, receiver, olle, caplog):
    other = factories_leads.lead(sender=scope, receivers=[receiver], by=user)
    other.answer_by = late.answer_by
    failures = iter(["insert into nowhere values (1)"])

    def fail_once(connection, cursor, statement, parameters, context, executemany):
        if statement.startswith("INSERT INTO task") and (failing := next(failures, None)):
            return failing, None if db.engine.dialect.name == "postgresql" else ()
        return statement, parameters

    db.session.commit()
    event.listen(db.engine, "before_cursor_execute", fail_once, retval=True)
    try:
        remind()
    finally:
        event.remove(db.engine, "before_cursor_execute", fail_once)
    assert len(tasks_of(user)) == 1
    assert "broker.leads.reminders._remind failed for" in caplog.text

    remind()
    assert len(tasks_of(user)) == 2
