"""Invitations to planned contacts: who gets which letter, what it holds, and that nobody gets the same twice."""

import email
from datetime import date, time
from email.policy import default

import pytest
from sqlalchemy import select

from broker import access, clock, database, mail
from broker.access import Role
from broker.accounts.models import Membership
from broker.companies import service as companies
from broker.companies.models import EngagementStatus, InteractionKind
from broker.extensions import db
from broker.mail import OutgoingMail
from broker.meetings.models import MeetingGuest, MeetingInvitation
from tests import factories
from tests.client import form_values
from tests.conftest import signed_in_client
from tests.test_calendars import unfolded


@pytest.fixture
def company(scope):
    return factories.company("Exempel Svets AB", street="Gatan 1", post_town="FLEN")


@pytest.fixture
def anna(company):
    return factories.person(company, "Anna Exempelsson", email="anna@svets.example")


@pytest.fixture
def plan(company, anna, user):
    task = companies.plan_contact(
        company, kind=InteractionKind.VISIT, title="Pressa dem om avtalet", due_on=date(2190, 12, 9),
        starts_at=time(13), minutes=45, by=user,
    )  # fmt: skip
    db.session.commit()
    return task


def page_of(task):
    return f"/uppgifter/{task.id}/inbjudan"


def outbox():
    return list(db.session.scalars(select(OutgoingMail).order_by(OutgoingMail.id)))


def lines(letter):
    return unfolded(letter.calendar)


def value(letter, name):
    [found] = [line for line in lines(letter) if line.split(":", 1)[0].split(";", 1)[0] == name]
    return found


def invite(client, plan, *people, **fields):
    return client.submit(page_of(plan), people=[str(person.id) for person in people], with_me=[], **fields)


def test_each_guest_gets_an_invitation_with_the_time_and_words_meant_for_guests(client, plan, anna, user, scope):
    assert "Anna Exempelsson, anna@svets.example" in client.get(page_of(plan)).text
    client.submit(page_of(plan), people=[str(anna.id)], message="Välkommen, ring när du är här.")

    first, own = outbox()
    assert (first.recipient, first.reply_to, own.recipient) == ("anna@svets.example", user.email, user.email)
    assert "METHOD:REQUEST" in lines(first) and value(first, "UID") == f"UID:uppgift-{plan.id}@localhost"
    assert value(first, "DTSTART") == "DTSTART:21901209T120000Z" and value(first, "DTEND") == "DTEND:21901209T124500Z"
    assert value(first, "ORGANIZER") == f'ORGANIZER;CN="{user.name}":mailto:{user.email}'
    assert value(first, "ATTENDEE").endswith(":mailto:anna@svets.example")
    assert value(first, "LOCATION") == "LOCATION:Gatan 1\\, Flen"
    assert value(first, "SUMMARY") == f"SUMMARY:Besök: {scope.name}"
    told = first.body + first.calendar + first.subject
    assert "9 dec. 2190 kl. 13:00–13:45" in first.body and "Välkommen, ring när du är här." in first.body
    assert "Pressa" not in told and "/uppgifter/" not in told and own.recipient not in value(first, "ATTENDEE")


def test_the_letter_that_leaves_is_one_that_calendar_programs_answer(
    app, client, plan, anna, user, monkeypatch, tmp_path
):
    monkeypatch.setitem(app.config, "MAIL_URL", f"folder:{tmp_path}")
    invite(client, plan, anna, message="Åäö")
    with database.writing():
        mail.send_waiting()
    db.session.expire_all()

    [path] = tmp_path.glob("*.eml")
    message = email.message_from_bytes(path.read_bytes(), policy=default)
    [part] = [row for row in message.walk() if row.get_content_subtype() == "calendar"]
    assert message.get_content_type() == "multipart/alternative" and message["Reply-To"] == user.email
    assert part.get_param("method") == "REQUEST" and part.get_param("charset") == "utf-8"
    assert part.get_payload(decode=True).decode().startswith("BEGIN:VCALENDAR\r\nVERSION:2.0\r\n")
    assert outbox()[0].calendar is None


def test_sent_again_without_a_change_nobody_gets_anything(client, plan, anna):
    invite(client, plan, anna)
    again = invite(client, plan, anna)

    assert len(outbox()) == 1 and "Ingen ny att skriva till." in client.get(again.location).text


def test_a_new_time_is_asked_about_and_then_told_with_a_higher_number(client, plan, anna, scope):
    invite(client, plan, anna)
    assert "frågar nästa sida" in client.get(f"/uppgifter/{plan.id}/andra").text
    moved = client.submit(f"/uppgifter/{plan.id}/andra", starts_at="15:00")
    assert moved.location == page_of(plan) and "en annan tid" in client.get(moved.location).text
    assert len(outbox()) == 1

    invite(client, plan, anna)

    first, second = outbox()
    assert value(first, "UID") == value(second, "UID") and value(second, "DTSTART") == "DTSTART:21901209T140000Z"
    numbers = [int(value(letter, "SEQUENCE").partition(":")[2]) for letter in (first, second)]
    assert numbers[0] < numbers[1] and second.subject.startswith("Ändrad tid eller plats: ")
    assert client.get(f"/uppgifter/{plan.id}/andra").text.count("en annan") == 0


def test_a_call_that_nobody_answered_asks_what_the_invited_shall_know_of_its_new_day(client, plan, anna, scope):
    invite(client, plan, anna)
    plan.kind, plan.due_on = InteractionKind.CALL, clock.today()
    db.session.commit()

    moved = client.press(f"/foretag/{plan.company_id}/kontakter/ny", f"/foretag/{plan.company_id}", then="no-answer")

    assert moved.location == page_of(plan) and len(outbox()) == 1
    assert "den förra tiden" in client.get(moved.location).text


def test_a_dropped_plan_asks_whether_to_call_off_and_tells_the_guests_once(client, plan, anna, scope):
    invite(client, plan, anna)
    dropped = client.press(f"/uppgifter/{plan.id}/blev-inte-av")
    assert dropped.location == page_of(plan) and "Skicka avbokning" in client.get(dropped.location).text
    assert len(outbox()) == 1

    for _time in range(2):
        client.press(f"{page_of(plan)}/avboka")

    _first, second = outbox()
    assert {"METHOD:CANCEL", "STATUS:CANCELLED"} <= set(lines(second)) and second.subject.startswith("Avbokat: ")
    assert db.session.scalars(select(MeetingGuest)).all() == []


@pytest.mark.parametrize("change", [{"starts_at": ""}, {"due_on": "2190-12-20"}])
def test_who_is_not_told_of_a_new_time_is_called_off_by_the_time_that_is_in_the_calendar(client, plan, anna, change):
    invite(client, plan, anna)
    client.submit(f"/uppgifter/{plan.id}/andra", **change)
    client.press(f"{page_of(plan)}/avboka")

    off = outbox()[-1]
    assert "9 dec. 2190 kl. 13:00–13:45" in off.body
    assert value(off, "DTSTART") == "DTSTART:21901209T120000Z" and value(off, "DTEND") == "DTEND:21901209T124500Z"


def test_a_guest_who_is_taken_away_is_told_in_the_words_of_the_invitation(client, plan, anna, company):
    eva = factories.person(company, "Eva", email="eva@svets.example")
    db.session.commit()
    invite(client, plan, anna, eva, title="Om svetsning")
    client.submit(f"/uppgifter/{plan.id}/andra", due_on="2190-12-20")
    invite(client, plan, anna, title="Om något annat")

    off, changed = outbox()[2:]
    assert (off.recipient, off.subject) == ("eva@svets.example", "Avbokat: Om svetsning")
    assert "9 dec. 2190" in off.body and "20 dec. 2190" in changed.body and "Om något annat" in changed.subject


def test_answers_go_to_who_writes_when_who_invited_has_left(client, app, plan, anna, user, scope):
    invite(client, plan, anna)
    db.session.scalars(select(Membership).where(Membership.user_id == user.id)).one().roles = ["reader"]
    colleague = factories.user(organisation=scope)
    db.session.commit()
    signed_in_client(app, colleague).press(f"{page_of(plan)}/avboka")

    off = outbox()[-1]
    assert off.reply_to == colleague.email and user.email not in off.calendar + off.body


def test_a_colleague_reads_who_gets_the_answers(client, app, plan, anna, user, scope):
    invite(client, plan, anna)
    colleague = factories.user(organisation=scope)
    db.session.commit()
    page = signed_in_client(app, colleague).get(page_of(plan)).text
    assert f"Skicka till {user.name} också" in page and f"Svaren kommer till {user.name}" in page
    assert "Skicka till mig också" not in page


def test_a_guest_who_is_taken_away_is_told_and_only_a_new_one_is_invited(client, plan, anna, company):
    bo = factories.person(company, "Bo Ek", email="bo@svets.example")
    invite(client, plan, anna)
    invite(client, plan, bo)

    _first, *rest = outbox()
    assert [(letter.recipient, "METHOD:CANCEL" in lines(letter)) for letter in rest] == [
        ("anna@svets.example", True),
        ("bo@svets.example", False),
    ]


def test_nobody_with_a_protected_identity_or_without_an_address_can_be_invited(client, plan, company, scope):
    factories.person(company, "Hemlig Person", email="hemlig@svets.example", is_protected=True)
    factories.person(company, "Utan Adress")
    odd = factories.person(company, "Udda Adress", email="a@b.example\nBcc: x@y.example")
    page = client.get(page_of(plan))

    assert not [name for name in ("Hemlig", "Utan Adress", "Udda") if name in page.text]
    assert invite(client, plan, odd).status_code == 422 and outbox() == []


def test_the_address_of_a_guest_goes_when_the_identity_becomes_protected(client, plan, anna, scope, user):
    invite(client, plan, anna)
    companies.edit_person(db.session.merge(anna), {"is_protected": True}, by=user)
    db.session.commit()

    assert db.session.scalars(select(MeetingGuest)).all() == []


def test_no_word_of_a_person_gets_to_where_a_program_would_take_it_for_an_order(client, plan, anna, user):
    user.name = 'A";X:mailto:x@y.example\r\nEND:VEVENT'
    db.session.commit()
    invite(client, plan, anna, title="Rad\r\nATTENDEE:x, y; z", message="a\nEND:VCALENDAR")

    [letter] = outbox()
    assert lines(letter).count("END:VEVENT") == 1 and len([row for row in lines(letter) if "ATTENDEE" in row]) == 2
    assert value(letter, "SUMMARY") == "SUMMARY:Rad ATTENDEE:x\\, y\\; z"
    assert "\n" not in letter.subject


@pytest.mark.parametrize("change", [{"starts_at": None}, {"due_on": date(2026, 1, 1)}])
def test_a_plan_without_a_time_to_come_invites_nobody(client, plan, anna, user, change):
    companies.edit_task(plan, change, by=user)
    db.session.commit()

    assert "Sätt en dag och ett klockslag" in client.get(page_of(plan)).text and outbox() == []


def test_two_who_change_the_same_invitation_do_not_overwrite_each_other(client, client_for, plan, anna):
    invite(client, plan, anna)
    colleague = client_for(Role.BROKER)
    seen = form_values(colleague.get(page_of(plan)).text)
    invite(client, plan, anna, title="Min rubrik")
    answer = colleague.post(page_of(plan), data=seen | {"title": "Kollegans"})

    assert "Spara min version i stället" in answer.text
    assert answer.status_code == 409 and db.session.scalars(select(MeetingInvitation)).one().title == "Min rubrik"


def test_a_task_without_a_contact_has_no_invitation(client, company, scope, user):
    task = companies.add_task(title="Skriv", due_on=date(2190, 12, 9), company=company, by=user)
    db.session.commit()

    assert client.get(page_of(task)).status_code == 404


def test_another_organisation_sees_no_invitation(client, plan, anna):
    invite(client, plan, anna)
    with access.acting_in(factories.organisation().id):
        assert db.session.scalars(select(MeetingInvitation)).all() == []


def test_who_wants_no_contact_is_pointed_out_before_anything_is_planned_or_sent(client, plan, company, user):
    pages = [page_of(plan), f"/foretag/{company.id}/planera"]
    assert not any("vill inte bli kontaktat" in client.get(page).text for page in pages)
    companies.engage(company).status = EngagementStatus.DECLINED
    db.session.commit()

    assert all("vill inte bli kontaktat" in client.get(page).text for page in pages)
    assert client.get(f"/foretag/{company.id}").text.count("Vill inte bli kontaktad") == 2
