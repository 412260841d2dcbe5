"""Contacts that are planned, logged afterwards, and calls that nobody answered."""

from datetime import date, time, timedelta

import pytest
from flask_babel import force_locale
from sqlalchemy import select

from broker import audit, clock
from broker.access import Role, acting_in
from broker.actions import Action
from broker.companies import corrections, queries, service
from broker.companies.models import EngagementStatus, Interaction, InteractionKind, Task
from broker.companies.queries import InteractionFilter
from broker.extensions import db
from broker.formatting import day
from tests import factories
from tests.client import form_values


@pytest.fixture
def company(scope):
    return factories.company("Exempel Svets AB", street="Verkstadsgatan 1", postcode="64230", post_town="FLEN")


def plan(company, user, **facts):
    defaults = {"kind": InteractionKind.VISIT, "due_on": clock.today(), "title": "Se verkstaden"}
    task = service.plan_contact(company, **(defaults | facts), by=user)
    db.session.commit()
    return task


def test_a_visit_is_planned_and_shown_with_its_time(client, company):
    done = client.submit(
        f"/foretag/{company.id}/planera",
        kind="visit",
        due_on=f"{clock.today()}",
        starts_at="13.30",
        title="Se verkstaden",
    )

    for page in (client.get(done.location), client.get("/")):
        assert "Besök: Se verkstaden" in page.text and "kl. 13:30" in page.text


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("starts_at", "halv två", "Skriv klockslaget som 13:00."),
        ("minutes", "2", "Skriv ett tal från 5 till 1440."),
        ("kind", "no_answer", "Välj ett av alternativen i listan."),
        ("title", "", "Skriv med några ord vad det gäller."),
        ("title", "x" * 501, "Korta texten till högst 500 tecken."),
        ("due_on", "9999-12-31", "Kontrollera årtalet."),
        ("due_on", "2025-01-01", "Ange idag eller en senare dag."),
    ],
)
def test_a_faulty_plan_is_asked_for_again(client, company, field, value, sentence):
    values = {"kind": "call", "due_on": f"{clock.today()}", "title": "Höra hur det gick"} | {field: value}

    page = client.submit(f"/foretag/{company.id}/planera", **values)

    assert page.status_code == 422 and sentence in page.text


def test_a_plan_sent_twice_is_one_plan(client, company):
    page = client.get(f"/foretag/{company.id}/planera")
    values = form_values(page.text) | {"kind": "call", "due_on": f"{clock.today()}", "title": "Höra hur det gick"}
    for _time in range(2):
        assert client.post(f"/foretag/{company.id}/planera", data=values).status_code == 302

    assert len(queries.list_tasks_of_company(company.id)) == 1


def test_logging_a_planned_contact_ends_the_plan(client, company, user):
    task = plan(company, user, due_on=clock.today() - timedelta(days=1))
    page = client.get(f"/foretag/{company.id}/kontakter/ny?uppgift={task.id}")
    assert form_values(page.text)["kind"] == "visit" and "Planerat: Se verkstaden." in page.text
    assert form_values(page.text)["happened_on"] == f"{clock.today() - timedelta(days=1)}"

    client.submit(f"/foretag/{company.id}/kontakter/ny?uppgift={task.id}", summary="Såg verkstaden")

    [contact] = db.session.scalars(select(Interaction))
    assert (contact.kind, contact.summary) == (InteractionKind.VISIT, "Såg verkstaden")
    assert queries.list_tasks_of_company(company.id) == []


def test_a_plan_of_another_company_is_not_ended(client, company, user):
    task = plan(factories.company(), user)

    client.submit(f"/foretag/{company.id}/kontakter/ny?uppgift={task.id}", summary="Ringde", kind="call")

    assert queries.get_task(task.id).done_at is None


def test_a_changed_plan_keeps_what_somebody_else_saved_meanwhile(client, company, user):
    task = plan(company, user, starts_at=time(9))
    page = client.get(f"/uppgifter/{task.id}/andra")
    service.edit_task(task, {"starts_at": time(10, 30)}, by=user)
    db.session.commit()

    answer = client.post(f"/uppgifter/{task.id}/andra", data=form_values(page.text) | {"starts_at": "11:00"})

    assert answer.status_code == 409 and "10:30" in answer.text and "11:00" in answer.text


def test_the_plans_of_a_day_stand_by_their_time(company, user):
    for starts_at in (time(13), None, time(9)):
        plan(company, user, starts_at=starts_at)

    shown = [task.starts_at for task in queries.list_open_tasks(user.id, until=clock.today())]

    assert shown == [None, time(9), time(13)]


def test_a_call_that_nobody_answered_is_logged_in_one_tap_and_is_no_contact(client, company, organisation):
    page = client.get(f"/foretag/{company.id}")
    for _time in range(2):
        client.post(f"/foretag/{company.id}/kontakter/ny", data=form_values(page.text))

    with acting_in(organisation.id):
        [contact] = queries.list_interactions(company.id).rows
        engagement = queries.find_engagement(company.id)
        [again] = queries.list_tasks_of_company(company.id)
    assert contact.kind is InteractionKind.NO_ANSWER
    assert (engagement.status, engagement.last_contact_on) == (EngagementStatus.NEW, None)
    assert (again.kind, again.due_on) == (InteractionKind.CALL, clock.next_weekday(clock.today()))
    assert f"Senast: {day(again.due_on)}" in client.get(f"/foretag/{company.id}/historik").text


def test_what_was_typed_is_logged_with_a_call_that_nobody_answered(client, company, user):
    address = f"/foretag/{company.id}/kontakter/ny"
    fields = {"then": "no-answer", "kind": "", "summary": "Växeln: åter på måndag"}
    done = client.submit(address, **fields, next_step="Ring på måndag", next_step_on=f"{clock.today()}")

    [contact] = db.session.scalars(select(Interaction))
    assert (contact.kind, contact.summary) == (InteractionKind.NO_ANSWER, "Växeln: åter på måndag")
    assert [task.title for task in queries.list_tasks_of_company(company.id)] == ["Ring på måndag"]
    card = client.get(done.location).text
    assert "Samtalet är loggat." in card and f'href="/kontakter/{contact.id}/ta-bort"' in card

    refused = client.submit(address, **fields, happened_on="2099-01-01")
    assert refused.status_code == 422 and form_values(refused.text)["summary"] == "Växeln: åter på måndag"


def test_a_planned_contact_is_asked_about_and_ended_by_the_one_that_is_logged(client, company, user):
    address = f"/foretag/{company.id}/kontakter/ny"
    assert "planerade kontakten?" not in client.get(address).text
    visit, call = plan(company, user), plan(company, user, kind=InteractionKind.CALL, title="Höra av sig")
    page = client.get(address).text
    assert "Var det här den planerade kontakten?" in page and f"Besök {day(visit.due_on)}: Se verkstaden" in page

    client.submit(address, kind="visit", summary="Såg verkstaden", plan_id=visit.id)
    assert [task.id for task in queries.list_tasks_of_company(company.id)] == [call.id]
    client.submit(address, kind="email", summary="Skrev")
    assert [task.id for task in queries.list_tasks_of_company(company.id)] == [call.id]


def test_only_who_planned_a_contact_or_comes_along_is_asked_about_it(client_for, company, user, karin):
    plan(company, user, colleagues=[karin])
    address = f"/foretag/{company.id}/kontakter/ny"
    assert "planerade kontakten?" not in client_for(Role.BROKER).get(address).text
    assert len(queries.list_plans(company.id, karin.id)) == 1


def test_the_same_call_is_moved_when_nobody_answers_again(company, user):
    service.log_no_answer(company, by=user)
    service.log_no_answer(company, by=user)
    db.session.commit()

    assert len(queries.list_tasks_of_company(company.id)) == 1


def test_an_unanswered_call_is_counted_only_when_it_is_asked_for(company, user):
    service.log_no_answer(company, by=user)
    service.log_interaction(company, kind=InteractionKind.CALL, happened_on=clock.today(), summary="Svarade", by=user)
    db.session.commit()
    week = InteractionFilter(first=clock.today(), last=clock.today())
    unanswered = InteractionFilter(first=clock.today(), last=clock.today(), kind=InteractionKind.NO_ANSWER)

    assert queries.count_interactions(week) == queries.count_companies_met(week) == 1
    assert queries.count_interactions(unanswered) == 1


def test_correcting_an_unanswered_call_to_a_call_makes_it_a_contact(company, user):
    service.log_no_answer(company, by=user)
    contact = db.session.scalars(select(Interaction)).one()
    corrections.edit_interaction(contact, {"kind": InteractionKind.CALL}, by=user)
    db.session.commit()

    assert queries.find_engagement(company.id).last_contact_on == clock.today()


def test_a_planned_visit_is_a_calendar_file_with_time_place_and_link(client, company, user):
    task = plan(company, user, due_on=date(2026, 12, 1), starts_at=time(13), minutes=90)

    answer = client.get(f"/uppgifter/{task.id}/kalender.ics")

    assert answer.mimetype == "text/calendar" and "kontakt-" in answer.headers["Content-Disposition"]
    lines = answer.text.replace("\r\n ", "").split("\r\n")
    assert "DTSTART:20261201T120000Z" in lines and "DTEND:20261201T133000Z" in lines
    assert "SUMMARY:Besök: Exempel Svets AB\\, Se verkstaden" in lines
    assert "LOCATION:Verkstadsgatan 1\\, 642 30 Flen" in lines


def test_a_task_that_is_no_planned_contact_has_no_calendar_file(client, company, user):
    task = service.add_task(title="Ring", due_on=clock.today(), company=company, by=user)
    db.session.commit()

    assert client.get(f"/uppgifter/{task.id}/kalender.ics").status_code == 404


@pytest.mark.parametrize(
    ("day", "following"),
    [(date(2026, 11, 26), 27), (date(2026, 11, 27), 30), (date(2026, 11, 28), 30), (date(2026, 11, 29), 30)],
)
def test_the_next_weekday_skips_saturday_and_sunday(day, following):
    assert clock.next_weekday(day) == date(2026, 11, following)


def test_a_plan_is_a_task_of_its_owner(company, user):
    task = plan(company, user)

    assert db.session.scalars(select(Task)).one() is task
    assert (task.owner_id, task.is_overdue(clock.today() + timedelta(days=1))) == (user.id, True)


def test_a_call_agreed_for_later_keeps_its_time_when_nobody_answers_today(company, user):
    later = plan(
        company, user, kind=InteractionKind.CALL, due_on=clock.today() + timedelta(days=60), starts_at=time(14)
    )

    _contact, again = service.log_no_answer(company, by=user)

    assert (again.due_on, again.kind) == (clock.next_weekday(clock.today()), InteractionKind.CALL)
    assert (later.due_on, later.starts_at) == (clock.today() + timedelta(days=60), time(14))


def test_a_call_agreed_for_the_next_weekday_keeps_its_time_when_nobody_answers_before(company, user):
    agreed = plan(
        company, user, kind=InteractionKind.CALL, due_on=clock.next_weekday(clock.today()), starts_at=time(14)
    )

    assert service.log_no_answer(company, by=user)[1] is agreed and agreed.starts_at == time(14)


def test_what_a_call_without_answer_stores_does_not_depend_on_the_reader(company, user):
    with force_locale("en"):
        _contact, again = service.log_no_answer(company, by=user)

    assert (again.title, queries.list_interactions(company.id).rows[0].summary) == (
        "Ring igen",
        "Ringde utan att få svar.",
    )


def test_the_calendar_file_of_a_sole_trader_names_nobody(client, scope, user):
    trader = factories.company("Kim Exempelsson", number=None, street="Hemgatan 1", post_town="FLEN")
    trader.organisation_number, trader.identity_hash = None, "hash"
    task = plan(trader, user)

    answer = client.get(f"/uppgifter/{task.id}/kalender.ics")

    assert "Enskild firma" in answer.text and "Kim" not in answer.text and "Hemgatan" not in answer.text


def test_a_visit_that_did_not_take_place_is_told_so(client, company, user):
    task = plan(company, user)

    client.press(f"/uppgifter/{task.id}/blev-inte-av")

    assert audit.history_of(queries.get_task(task.id))[0].action == Action.PLAN_DROPPED
    assert queries.list_tasks_of_company(company.id) == []
