"""After a training: hours that people were there, needs met or not, and what they say without being pointed out."""

from datetime import time, timedelta

import pytest
from sqlalchemy import select

from broker import access, clock
from broker.access import Role
from broker.extensions import db
from broker.mail import OutgoingMail
from broker.needs import queries as needs
from broker.needs.courses import delivery
from broker.needs.courses import service as courses
from broker.needs.evaluations import queries
from broker.needs.evaluations.models import EvaluationAnswer, EvaluationText
from broker.needs.models import CohortStatus, NeedStatus
from broker.needs.service import CohortRefusedError, dissolve_cohort
from broker.needs.states import begin_cohort
from tests import factories, factories_leads
from tests import factories_needs as make
from tests.client import form_values

ANSWERS = {"fraga_good": "5", "fraga_met": "4", "fraga_recommend": "yes", "fraga_better": "Läser ritningar själv."}


@pytest.fixture
def cohort(scope, user, monkeypatch):
    """Give a group of two companies with three people each, whose two sessions of three hours are over."""
    first, second = factories.company("Exempel Ett AB"), factories.company("Exempel Två AB")
    factories.person(first, "Karin Exempel", email="karin@ett.example")
    row = make.cohort(make.need(by=user, company=first), make.need(by=user, company=second), by=user)
    today = clock.today()
    courses.add_sessions(row, [today - timedelta(days=7), today], starts_at=time(13), ends_at=time(16), by=user)
    begin_cohort(row, by=user)
    db.session.commit()
    return row


@pytest.fixture
def page(cohort):
    return f"/behov/grupper/{cohort.id}/efterat"


@pytest.fixture
def asked(client, page, cohort):
    """Give the links of the companies by their names, once it is noted that everybody came."""
    note(client, page)
    client.submit(f"{page}/skicka")
    return {link.evaluation.company.name: link.evaluation for link in queries.list_links(cohort.id)}


@pytest.fixture
def send(app, monkeypatch):
    real_now, visitor = clock.now, app.test_client()

    def fill_in(evaluation, *, wait=timedelta(seconds=20), **facts):
        url = f"/utvardera/{evaluation.token}"
        page = visitor.get(url)
        if page.status_code != 200:
            return page
        values = form_values(page.text) | facts
        with monkeypatch.context() as later:
            later.setattr(clock, "now", lambda: real_now() + wait)
            return visitor.post(url, data=values)

    return fill_in


def companies_of(cohort):
    return {member.need.company.name: (member.need.company_id, member.need) for member in cohort.members}


def note(client, page, **values):
    """Note who came, and that every need was met unless the values say otherwise."""
    results = [name for name in form_values(client.get(f"{page}/anteckna").text) if name.startswith("result_")]
    return client.submit(f"{page}/anteckna", **(dict.fromkeys(results, "met") | values))


def answers():
    return list(db.session.scalars(select(EvaluationAnswer).order_by(EvaluationAnswer.id)))


def letters():
    return list(db.session.scalars(select(OutgoingMail).order_by(OutgoingMail.id)))


def test_a_group_goes_on_until_it_is_over_and_then_says_what_was_left_out(client, page, cohort):
    group = f"/behov/grupper/{cohort.id}"
    listed = client.get("/behov/grupper").text
    assert "Pågår" in listed and f'href="{group}/upplagg">Planerad<' in listed
    assert "Gjordes inte" not in client.get(group).text

    note(client, page)

    listed = client.get("/behov/grupper?status=delivered").text
    assert f'href="{page}">Utvärderad<' in listed and "Skicka utvärderingen till dem som var med." in listed
    text = client.get(group).text
    assert "Genomförd" in text and "Gjordes inte" in text
    assert text.count("Återstår") == 1


def test_what_was_missed_is_taken_from_the_hours_and_the_group_is_delivered(client, page, cohort):
    (first_id, first), (_second_id, second) = companies_of(cohort).values()
    values = {f"men_{first_id}": "1", f"men_missed_{first_id}": "1,5"}
    values |= {f"result_{second.id}": "not_met", f"why_{second.id}": ""}

    refused = note(client, page, **values)
    assert refused.status_code == 422 and "varför behovet inte blev tillgodosett" in refused.text
    assert 'value="1,5"' in refused.text and needs.get_cohort(cohort.id).status is CohortStatus.FORMED
    saved = note(client, page, **(values | {f"why_{second.id}": "För lätt."}))

    row = next(row for row in delivery.list_attendance(cohort.id) if row.company_id == first_id)
    assert (row.people, row.women_minutes, row.men_minutes) == (2, 360, 270)
    assert needs.get_cohort(cohort.id).status is CohortStatus.DELIVERED
    assert (first.status, second.status) == (NeedStatus.MET, NeedStatus.WITHDRAWN)
    text = client.get(saved.location).text
    assert "10,5" in text and "Tillsammans 5 deltagare och 28,5 deltagartimmar." in text and "För lätt." in text


def test_more_missed_than_there_was_is_refused_and_the_hours_can_be_mended(client, page, cohort):
    first_id = companies_of(cohort)["Exempel Ett AB"][0]

    assert "mer frånvaro än" in note(client, page, **{f"men_missed_{first_id}": "12,5"}).text
    assert note(client, page, **{f"men_missed_{first_id}": "-1"}).status_code == 422
    assert note(client, page).status_code == 302
    stale = note(client, page, **{f"women_{first_id}": "0", "version": "1"})
    assert stale.status_code == 409
    assert note(client, page, **{f"women_{first_id}": "0"}).status_code == 302

    rows = delivery.list_attendance(cohort.id)
    assert [(row.women, row.minutes) for row in rows] == [(0, 720), (1, 1080)]


def test_two_who_mend_the_hours_at_the_same_time_are_told_of_each_other(client, page, cohort):
    first_id = companies_of(cohort)["Exempel Ett AB"][0]
    note(client, page)
    seen = form_values(client.get(f"{page}/anteckna").text)
    assert client.post(f"{page}/anteckna", data=seen | {f"women_{first_id}": "0"}).status_code == 302

    assert client.post(f"{page}/anteckna", data=seen | {f"men_{first_id}": "1"}).status_code == 409


def test_more_than_were_planned_are_ticked_and_a_number_that_cannot_be_is_refused(client, page, cohort):
    first_id = companies_of(cohort)["Exempel Ett AB"][0]
    assert client.submit(f"{page}/anteckna").text.count("Välj ett av alternativen.") == 4

    asked = note(client, page, **{f"men_{first_id}": "4"})
    told = "5 är fler än de 3 som var planerade från Exempel Ett AB. Gruppen var 6 och blir 8."
    assert asked.status_code == 422 and told in asked.text and 'value="4"' in asked.text
    assert asked.text.count('name="more_') == 1
    far = note(client, page, **{f"men_{first_id}": "400", f"more_{first_id}": "y"})
    assert far.status_code == 422 and "404 kan inte ha kommit: gruppen kan ha högst" in far.text
    assert delivery.list_attendance(cohort.id) == []

    assert note(client, page, **{f"men_{first_id}": "4", f"more_{first_id}": "y"}).status_code == 302
    assert note(client, page).status_code == 302
    assert [row.people for row in delivery.list_attendance(cohort.id)] == [5, 3]


def test_a_training_that_has_not_begun_or_is_not_over_is_not_delivered(client, user, cohort, page, monkeypatch):
    other = make.cohort(make.need(by=user), make.need(by=user), by=user)
    early = note(client, f"/behov/grupper/{other.id}/efterat")
    assert early.status_code == 422 and "Säg först på gruppens sida" in early.text

    today = clock.today()
    monkeypatch.setattr(clock, "today", lambda: today - timedelta(days=1))
    assert "Kom tillbaka då." in note(client, page).text


def test_a_part_that_was_taught_is_not_planned_again_though_its_need_waits(scope, user):
    largest = needs.cohort_rules(clock.today()).group_of("T023").largest
    large, rest = make.need(by=user, women=largest, men=1), [make.need(by=user) for _number in range(2)]
    taught = make.cohort(large, rest[0], by=user)
    taught.status = CohortStatus.DELIVERED
    db.session.commit()

    assert large in needs.list_open_needs()
    with pytest.raises(CohortRefusedError):
        make.cohort(large, rest[1], by=user)
    assert make.cohort(large, rest[1], by=user, members=((large.id, 1), (rest[1].id, 0))).is_formed


def test_a_large_need_is_judged_where_its_last_part_is_taught(scope, user, monkeypatch):
    largest = needs.cohort_rules(clock.today()).group_of("T023").largest
    large, today = make.need(by=user, women=largest, men=1), clock.today()
    others = [make.need(by=user, men=1) for _group in range(2)]
    first, second = (
        make.cohort(large, other, by=user, members=((large.id, part), (other.id, 0)))
        for part, other in enumerate(others)
    )
    for row in (first, second):
        courses.add_sessions(row, [today], starts_at=time(13), ends_at=time(16), by=user)
        begin_cohort(row, by=user)

    assert large.is_in_delivery and large not in delivery.needs_to_judge(first)
    met = {need.id: (delivery.Result.MET, None) for need in [large, *delivery.needs_to_judge(first)]}
    delivery.deliver(first, delivery.expected(first), met, by=user)
    assert large.is_in_delivery
    delivery.deliver(second, delivery.expected(second), met, by=user)

    assert large.status is NeedStatus.MET


def test_a_link_that_came_to_the_wrong_person_is_replaced(app, send, asked, client, page):
    evaluation = asked["Exempel Ett AB"]
    old, shown = evaluation.token, f"{page}/lankar/{evaluation.id}"
    assert "Byt länk" in client.get(shown).text

    client.press(f"{shown}/byt", shown, version=form_values(client.get(shown).text)["version"])

    assert app.test_client().get(f"/utvardera/{old}").status_code == 404
    db.session.refresh(evaluation)
    assert evaluation.token != old and evaluation.token in client.get(shown).text
    client.press(f"{page}/paminn")
    assert not [row for row in db.session.scalars(select(OutgoingMail)) if evaluation.token in row.body]
    assert send(evaluation, **ANSWERS).status_code == 302


def test_a_large_need_waits_again_when_the_group_of_its_last_part_is_dissolved(client, scope, user):
    largest = needs.cohort_rules(clock.today()).group_of("T023").largest
    large = make.need(by=user, women=largest, men=1, company=factories.company("Exempel Stort AB"))
    others = [make.need(by=user, men=1) for _group in range(2)]
    first, second = (
        make.cohort(large, other, by=user, members=((large.id, part), (other.id, 0)))
        for part, other in enumerate(others)
    )
    courses.add_sessions(first, [clock.today()], starts_at=time(13), ends_at=time(16), by=user)
    begin_cohort(first, by=user)
    db.session.commit()
    told = "Exempel Stort AB behövde mer än en grupp: behovet bedöms när den andra gruppen är klar."
    assert told in client.get(f"/behov/grupper/{first.id}/efterat/anteckna").text
    met = {need.id: (delivery.Result.MET, None) for need in delivery.needs_to_judge(first)}
    delivery.deliver(first, delivery.expected(first), met, by=user)

    dissolve_cohort(second, reason="Ingen lokal", by=user)

    assert large.is_clarified


def test_who_took_part_answers_without_a_name_and_no_more_than_came(app, send, asked, client, page):
    first = asked["Exempel Ett AB"]
    letter = next(letter for letter in letters() if letter.recipient == "karin@ett.example")
    assert f"/utvardera/{first.token}" in letter.body and "Skicka länken vidare" in letter.body
    assert "Exempel" not in app.test_client().get(f"/utvardera/{first.token}").text

    for _person in range(3):
        assert send(first, **ANSWERS).location.endswith("/tack")
    full = send(first, **ANSWERS)

    assert full.status_code == 410 and len(answers()) == 3
    assert answers()[0].answers == {"good": 5, "met": 4, "recommend": "yes"}
    text = client.get(page).text
    assert "3 av 6 har svarat." in text and "3 av 3" in text and "I snitt" not in text


@pytest.mark.parametrize("text", ["0701234567", "1" * 20])
def test_a_text_of_digits_is_kept_as_it_was_written(send, asked, text):
    send(asked["Exempel Ett AB"], **(ANSWERS | {"fraga_better": text}))

    assert db.session.scalars(select(EvaluationText.text)).one() == text


@pytest.mark.parametrize(
    ("facts", "sentence"),
    [
        ({"fraga_met": ""}, "Välj ett av alternativen."),
        ({"fraga_met": "6"}, "Välj ett av alternativen."),
        ({"fraga_recommend": "no way"}, "Välj ett av alternativen."),
        ({"fraga_better": "x" * 4000}, "Korta texten till högst 3000 tecken."),
    ],
)
def test_what_is_wrong_is_said(send, asked, facts, sentence):
    refused = send(asked["Exempel Ett AB"], **(ANSWERS | facts))

    assert refused.status_code == 422 and sentence in refused.text and answers() == []


def test_programs_floods_late_comers_and_one_form_sent_twice(app, send, asked, monkeypatch):
    first = asked["Exempel Ett AB"]
    visitor, url = app.test_client(), f"/utvardera/{first.token}"
    assert send(first, **ANSWERS, webbplats="x").status_code == 302
    assert "Det gick väldigt fort" in send(first, **ANSWERS, wait=timedelta(0)).text
    assert answers() == [] and visitor.get("/utvardera/okand").status_code == 404
    token = form_values(visitor.get(url).text)["token"]
    assert [send(first, **ANSWERS, token=token).status_code for _time in range(2)] == [302, 302]
    assert len(answers()) == 1

    with monkeypatch.context() as later:
        later.setattr(clock, "today", lambda: first.open_until + timedelta(days=1))
        assert visitor.get(url).status_code == 410

    factories_leads.flood(first.organisation_id)
    assert send(first, **ANSWERS).status_code == 429


def test_the_link_is_shown_in_the_classroom_and_reminded_of_once(client, page, asked):
    first, second = asked["Exempel Ett AB"], asked["Exempel Två AB"]
    assert "<svg" in client.get(f"{page}/lankar/{second.id}").text
    client.press(f"{page}/paminn")
    client.press(f"{page}/paminn")

    assert sum(letter.subject.startswith("Påminnelse") for letter in letters()) == 1
    assert (first.reminded_on, second.reminded_on) == (clock.today(), None)
    assert 'name="person_' not in client.get(f"{page}/skicka").text


def test_another_organisation_sees_neither_hours_nor_answers(client_for, send, asked, cohort, page):
    send(asked["Exempel Ett AB"], **ANSWERS)
    cohort_id, evaluation_id = cohort.id, asked["Exempel Ett AB"].id
    stranger = client_for(Role.BROKER, organisation=factories.organisation())

    for url in ("", "/anteckna", "/skicka", f"/lankar/{evaluation_id}"):
        assert stranger.get(f"{page}{url}").status_code == 404
    with access.acting_in(factories.organisation().id):
        assert queries.list_links(cohort_id) == [] and delivery.list_attendance(cohort_id) == []
        assert not queries.list_answers(cohort_id)
