"""The company's own form: open to who has the link, closed to programs, and needs only once a broker confirms."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from broker import access, clock, qr
from broker.access import Role
from broker.extensions import db
from broker.mail import OutgoingMail
from broker.needs.inquiries import queries, service, upkeep
from broker.needs.inquiries.models import AnswerState, InquiryAnswer, InquiryKind
from broker.needs.models import Need, NeedStatus
from broker.topics import service as topics
from broker.topics.queries import known_topics
from tests import factories, factories_leads
from tests.client import form_values

SAID = {"company_name": "Exempel Svets AB", "place": "Flen", "text": "Två svetsare behöver intyg.", "men": "2"}
LETTER = "http://localhost/behov-hos-er/"


@pytest.fixture
def campaign(scope, user):
    inquiry = service.open_inquiry(InquiryKind.CAMPAIGN, name="Frukost", topic_ids=["T023", "T042"], by=user)
    db.session.commit()
    return inquiry


@pytest.fixture
def to_company(scope, user):
    """Give a link that was sent to somebody at a company."""
    company = factories.company("Exempel Plåt AB")
    person = factories.person(company, "Karin Exempel", email="karin@plat.example")
    inquiry = service.open_inquiry(InquiryKind.COMPANY, name=company.name, company=company, by=user)
    service.send_inquiry(inquiry, person, link=f"{LETTER}{inquiry.token}", by=user)
    db.session.commit()
    return inquiry


@pytest.fixture
def send(app, monkeypatch):
    """Give a function that fetches a form, waits, and sends it; nobody is signed in."""
    real_now, visitor = clock.now, app.test_client()

    def fill_in(inquiry, *, wait=timedelta(seconds=20), **facts):
        url = f"/behov-hos-er/{inquiry.token}"
        values = form_values(visitor.get(url).text) | facts
        with monkeypatch.context() as later:
            later.setattr(clock, "now", lambda: real_now() + wait)
            return visitor.post(url, data=values)

    return fill_in


def answers():
    return list(db.session.scalars(select(InquiryAnswer).order_by(InquiryAnswer.id)))


def letters():
    return list(db.session.scalars(select(OutgoingMail).order_by(OutgoingMail.id)))


def test_a_topic_of_a_link_that_has_gone_into_another_is_offered_and_confirmed_as_that_one(
    send, campaign, client, scope, user
):
    send(campaign, **SAID, topic_ids=["T023", "T042"])
    topics.merge_topics(known_topics()["T042"], known_topics()["T023"], by=user)
    db.session.commit()

    form = client.get(f"/behov-hos-er/{campaign.token}").text
    assert 'value="T023"' in form
    assert 'value="T042"' not in form
    (answer,) = answers()
    company = factories.company("Exempel Svets AB")
    confirmed = client.press(f"/behov/formular/svar/{answer.id}/bekrafta", company_id=company.id)
    (need,) = queries.list_needs_of(answer.id)
    assert need.topic_id == "T023" and confirmed.location == f"/behov/{need.id}"


def test_a_company_answers_without_an_account_and_a_broker_makes_it_needs(send, campaign, client, scope):
    company = factories.company("Exempel Svets AB")

    sent = send(campaign, **SAID, topic_ids=["T023", "T042"], barriers=["time"], contact_name="Karin")

    assert sent.location == f"/behov-hos-er/{campaign.token}/tack"
    (answer,) = answers()
    assert (answer.people, answer.state) == (2, AnswerState.NEW)
    assert "Svets" not in "".join(letter.subject + letter.body for letter in letters())
    assert "1 svar i behovsformuläret att bekräfta" in client.get("/").text
    assert "Exempel Svets AB" in client.get(f"/behov/formular/svar/{answer.id}/bekrafta").text
    client.press(f"/behov/formular/svar/{answer.id}/bekrafta", company_id=company.id)
    needs = queries.list_needs_of(answer.id)
    assert [(need.topic_id, need.men, need.barriers, need.status) for need in needs] == [
        ("T023", 2, ["time"], NeedStatus.IDENTIFIED), ("T042", 2, ["time"], NeedStatus.IDENTIFIED)
    ]  # fmt: skip
    assert "Företagets eget formulär" in client.get(f"/behov/{needs[0].id}").text
    again = client.press(f"/behov/formular/svar/{answer.id}/bekrafta", company_id=company.id)
    assert again.status_code == 422 and len(queries.list_needs_of(answer.id)) == 2


def test_an_answer_is_rejected_only_with_a_reason_and_makes_no_need(send, campaign, client):
    send(campaign, **SAID)
    address = f"/behov/formular/svar/{answers()[0].id}/avvisa"

    assert client.submit(address, reason=" ").status_code == 422
    client.submit(address, reason="Skräp")

    assert (answers()[0].state, answers()[0].reason) == (AnswerState.REJECTED, "Skräp")
    assert db.session.scalars(select(Need)).all() == []


@pytest.mark.parametrize(
    ("facts", "sentence"),
    [
        ({"company_name": ""}, "Skriv vad företaget heter."),
        ({"place": ""}, "Skriv var de som ska lära sig arbetar."),
        ({"text": ""}, "Skriv med några ord vad ni behöver kunna."),
        ({"latest_on": "2020-01-01"}, "Ange en senaste dag som inte har varit"),
        ({"text": "x" * 4000}, "Korta texten till högst 3000 tecken."),
        ({"organisation_number": "8507309808"}, "Skriv inget personnummer här."),
        ({"topic_ids": ["T001"]}, "Välj bland alternativen i listan."),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_lost(send, campaign, facts, sentence):
    refused = send(campaign, **(SAID | facts))

    assert refused.status_code == 422 and sentence in refused.text
    assert form_values(refused.text)["men"] == "2"
    assert answers() == []


def test_a_program_is_thanked_and_ignored_and_a_flood_is_held_off(send, campaign):
    assert send(campaign, **SAID, webbplats="http://spam.example").status_code == 302
    assert "Det gick väldigt fort" in send(campaign, **SAID, wait=timedelta(0)).text
    assert answers() == []

    factories_leads.flood(campaign.organisation_id)
    refused = send(campaign, **SAID)
    assert refused.status_code == 429 and "Det har kommit många svar" in refused.text


def test_a_link_that_is_over_or_closed_says_whom_to_turn_to(app, campaign, client, user, scope):
    url, visitor = f"/behov-hos-er/{campaign.token}", app.test_client()
    client.press(f"/behov/formular/{campaign.id}/stang")

    assert visitor.get(url).status_code == 410 and scope.name in visitor.get(url).text
    late = service.open_inquiry(
        InquiryKind.ORGANISATION, name="Alla", open_until=clock.today() - timedelta(days=1), by=user
    )
    db.session.commit()
    assert visitor.get(f"/behov-hos-er/{late.token}").status_code == 410
    assert visitor.get("/behov-hos-er/okand").status_code == 404


def test_a_link_of_one_company_knows_whose_it_is_and_shows_nobody_else(send, app, to_company, client):
    page = app.test_client().get(f"/behov-hos-er/{to_company.token}").text
    assert "Exempel Plåt AB" in page and "Karin" not in page and 'name="company_name"' not in page

    assert send(to_company, text="Truckkort för tre").status_code == 302

    (answer,) = answers()
    assert (answer.company_id, answer.company_name) == (to_company.company_id, "Exempel Plåt AB")
    client.press(f"/behov/formular/svar/{answer.id}/bekrafta", company_id=answer.company_id)
    assert queries.list_needs_of(answer.id)[0].topic_id == "T001"


def test_who_was_written_to_is_reminded_once_and_not_if_protected_or_answered(to_company, user, monkeypatch):
    today = clock.today()
    assert LETTER in letters()[0].body and letters()[0].recipient == "karin@plat.example"
    upkeep.remind_unanswered()
    assert len(letters()) == 1

    monkeypatch.setattr(clock, "today", lambda: today + timedelta(days=10))
    upkeep.remind_unanswered()
    upkeep.remind_unanswered()

    assert [letter.subject.startswith("Påminnelse") for letter in letters()] == [False, True]


def test_a_protected_person_is_neither_written_to_nor_reminded(to_company, user, client, monkeypatch):
    to_company.person.is_protected = True
    db.session.commit()
    today = clock.today()
    assert "karin@" not in client.get(f"/foretag/{to_company.company_id}/behovsformular").text

    monkeypatch.setattr(clock, "today", lambda: today + timedelta(days=10))
    upkeep.remind_unanswered()

    assert len(letters()) == 1


def test_whom_to_ask_is_forgotten_once_nobody_needs_to(send, campaign, user, monkeypatch):
    send(campaign, **SAID, contact_name="Karin", contact_reach="070")
    service.reject_answer(answers()[0], reason="Dubblett", by=user)
    db.session.commit()
    now = clock.now()

    monkeypatch.setattr(clock, "now", lambda: now + timedelta(days=31))
    upkeep.forget_contacts()
    db.session.expire_all()

    assert (answers()[0].contact_name, answers()[0].contact_reach) == (None, None)


def test_another_organisation_sees_neither_link_nor_answer(send, campaign, client_for):
    send(campaign, **SAID)
    stranger = client_for(Role.BROKER, organisation=factories.organisation())

    page = stranger.get("/behov/formular").text

    assert "Exempel Svets" not in page and "Frukost" not in page
    with access.acting_in(factories.organisation().id):
        assert queries.list_inquiries() == []


def test_links_are_made_on_the_page_and_drawn_as_dots(client, scope):
    company = factories.company()
    factories.person(company, "Karin Exempel", email="karin@plat.example")
    made = client.submit("/behov/formular/ny", kind="campaign", name="Mässan", topic_ids=["T023"])
    assert "<svg" in client.get(made.location).text and "Mässan" in client.get("/behov/formular").text

    person_id = form_values(client.get(f"/foretag/{company.id}/behovsformular").text)
    assert "person_id" in person_id
    assert client.submit(f"/foretag/{company.id}/behovsformular").status_code == 302


def test_the_dots_begin_with_the_corner_that_readers_look_for():
    drawing = qr.draw("http://localhost/behov-hos-er/abcdefghijkmnp")

    corner = [f"M{column} 4h1v1h-1z" for column in range(4, 11)]
    assert all(dot in drawing.path for dot in corner) and "M11 4h1" not in drawing.path
    # The one dark module that every code has beside its lower left corner (ISO/IEC 18004) tells rows from columns.
    assert f"M{4 + 8} {4 + drawing.size - 8 - 8}h1" in drawing.path
