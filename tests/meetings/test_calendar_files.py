"""Calendar files: what is read of them, in which time, and how events become contacts once."""

import io
import re
import time as clocks
from contextlib import suppress
from datetime import date, time, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from broker import access, clock, files
from broker.access import Role
from broker.companies import service
from broker.companies.models import Interaction, InteractionKind, Task
from broker.errors import RefusedError
from broker.extensions import db
from broker.files import Attachment
from broker.meetings import import_views
from broker.meetings.ics import MOST_EVENTS, read_events
from tests import factories
from tests.client import form_values

SAMPLE = Path(__file__).parents[1] / "samples" / "kalender.ics"
SOON, AGO = clock.today() + timedelta(days=20), clock.today() - timedelta(days=20)


def event(*lines, uid="1@x", start=f"DTSTART:{SOON:%Y%m%d}T120000Z"):
    return "\r\n".join(["BEGIN:VEVENT", f"UID:{uid}", start, *lines, "END:VEVENT"])


def calendar(*events, ending="\r\n"):
    text = "\r\n".join(["BEGIN:VCALENDAR", "VERSION:2.0", *events, "END:VCALENDAR", ""])
    return text.replace("\r\n", ending).encode()


def read(*events):
    return read_events(calendar(*events)).rows


@pytest.mark.parametrize(
    ("start", "day", "at"),
    [
        ("DTSTART:20270114T120000Z", date(2027, 1, 14), time(13)),
        ("DTSTART:20270714T220000Z", date(2027, 7, 15), time(0)),
        ("DTSTART;TZID=Europe/Stockholm:20270714T090000", date(2027, 7, 14), time(9)),
        ('DTSTART;TZID="W. Europe Standard Time":20270714T090000', date(2027, 7, 14), time(9)),
        ("DTSTART;X-A=1;TZID=GMT Standard Time:20270714T090000", date(2027, 7, 14), time(10)),
        ("DTSTART;TZID=/freeassociation.sourceforge.net/Europe/Helsinki:20270714T090000", date(2027, 7, 14), time(8)),
        ("DTSTART;TZID=America/New_York:20270114T200000", date(2027, 1, 15), time(2)),
        ("DTSTART:20270714T090000", date(2027, 7, 14), time(9)),
        ("DTSTART;VALUE=DATE:20270714", date(2027, 7, 14), None),
    ],
)
def test_the_time_is_the_one_that_swedish_clocks_show(monkeypatch, start, day, at):
    monkeypatch.setattr(clock, "today", lambda: date(2027, 3, 1))
    [row] = read(event(start=start))

    assert (row.day, row.starts_at) == (day, at)


@pytest.mark.parametrize(
    "start",
    [
        "DTSTART;TZID=Customized Time Zone:20270714T090000", "DTSTART;TZID=../../etc/passwd:20270714T090000",
        "DTSTART:20271399T000000Z", "DTSTART:imorgon", "DTSTART:", "X:1", "DTSTART:00010101T000000Z",
    ],
)  # fmt: skip
def test_an_event_whose_time_is_not_known_is_counted_and_not_guessed(app, start):
    events = read_events(calendar(event(start=start)))

    assert events.rows == () and events.unreadable + events.outside == 1


def test_lengths_come_from_the_end_or_the_duration():
    kept = [
        row.minutes
        for row in read(
            event(f"DTEND:{SOON:%Y%m%d}T124500Z", uid="1"),
            event("DURATION:PT1H30M", uid="2"),
            event("DURATION:P1D", uid="3"),
            event(f"DTEND:{SOON:%Y%m%d}T110000Z", uid="4"),
            event("DURATION:P", uid="5"),
        )
    ]
    assert sorted(kept) == sorted([45, 90, 1440, 5, 60])


def test_titles_are_unfolded_and_unescaped_and_nothing_else_is_read():
    alarm = "BEGIN:VALARM\r\nSUMMARY:Larm\r\nBEGIN:VEVENT\r\nUID:9\r\nEND:VEVENT\r\nEND:VALARM"
    [row] = read(event(alarm, "SUMMARY;LANGUAGE=sv:Möte\\, om sv", " ets\\nny rad", "LOCATION:Flen"))

    assert (row.title, row.place) == ("Möte, om svets ny rad", "Flen")


def test_of_the_same_event_the_newest_is_read_and_a_cancelled_one_is_not():
    events = read_events(
        calendar(
            event("SEQUENCE:2", "SUMMARY:Nytt"),
            event("SEQUENCE:1", "SUMMARY:Gammalt"),
            event("STATUS:CANCELLED", uid="2"),
            event("RRULE:FREQ=SECONDLY;COUNT=999999999", uid="3"),
            event(f"RECURRENCE-ID:{SOON:%Y%m%d}T120000Z", uid="3"),
        )
    )
    assert [row.title for row in events.rows if not row.is_recurring] == ["Nytt"]
    assert (events.cancelled, len([row for row in events.rows if row.is_recurring])) == (1, 2)


def test_of_too_many_events_those_nearest_today_are_read():
    days = [SOON + timedelta(days=number) for number in range(MOST_EVENTS + 30)]
    events = read_events(
        calendar(*(event(uid=str(day), start=f"DTSTART;VALUE=DATE:{day:%Y%m%d}") for day in reversed(days)))
    )
    assert [row.day for row in events.rows] == days[:MOST_EVENTS] and events.outside == 30


@pytest.mark.parametrize("content", [b"", b"BEGIN:VCALENDAR\nEND:VCALENDAR", b"inte en kalender", b"\xff\xfe\x00"])
def test_what_is_no_calendar_is_refused_with_a_sentence(app, content):
    with pytest.raises(RefusedError, match="inga möten"):
        read_events(content)


@pytest.mark.parametrize(
    "content",
    [
        b"BEGIN:VCALENDAR\n" + b"BEGIN:X\n" * 500_000,
        b"A" + b';"' * 2_000_000,
        b"BEGIN:VCALENDAR\nBEGIN:VEVENT\nSUMMARY:a\n" + b" b\n" * 1_500_000,
        b"BEGIN:VCALENDAR\n"
        + b"BEGIN:VEVENT\nUID:1\nDTSTART:20270101T000000Z\nEND:VEVENT\n" * 80_000
        + b"END:VCALENDAR",
        b"BEGIN:VCALENDAR\nBEGIN:VEVENT\n" + b"ATTENDEE:mailto:a@b.example\n" * 150_000 + b"END:VEVENT",
        b"-" * 5_000_000,
    ],
    ids=["deep", "quotes", "folded", "many", "people", "long"],
)
def test_a_hostile_file_is_read_or_refused_in_a_moment(app, content):
    begun = clocks.monotonic()
    with suppress(RefusedError):
        read_events(content)
    assert clocks.monotonic() - begun < 8


def test_the_sample_and_other_encodings_are_read(app, monkeypatch):
    monkeypatch.setattr(clock, "today", lambda: date(2026, 9, 1))
    titles = [row.title for row in read_events(SAMPLE.read_bytes()).rows]
    assert "Företagsbesök Exempel Falkås Maskin AB" in titles

    text = SAMPLE.read_text(encoding="utf-8")
    for encoding in ("cp1252", "utf-16", "utf-8-sig"):
        assert [row.title for row in read_events(text.encode(encoding)).rows] == titles


@pytest.fixture
def company(scope):
    company = factories.company("Exempel Svets AB")
    factories.person(company, "Åsa Öberg", email="Asa@svets.example")
    factories.interaction(company, by=factories.user(organisation=scope))
    return company


def upload(client, *events):
    return client.submit("/kontakter/kalenderfil", file=(io.BytesIO(calendar(*events)), "min kalender.ics"))


def meetings():
    return event(
        "SUMMARY:Om kurs i vår", "ATTENDEE;CN=Åsa:mailto:asa@svets.example", "LOCATION:Microsoft Teams-möte",
        f"DTEND:{SOON:%Y%m%d}T124500Z",
    ), event(
        "SUMMARY:Besök hos Exempel Svets", "ATTENDEE:MAILTO:ASA@svets.example", uid="2@x",
        start=f"DTSTART;TZID=Europe/Stockholm:{AGO:%Y%m%d}T090000",
    ), event("SUMMARY:Tandläkaren", uid="3@x", start=f"DTSTART:{SOON:%Y%m%d}T150000Z")  # fmt: skip


def values_of(client, page):
    return form_values(client.get(page).text)


def test_events_become_planned_and_logged_contacts_with_the_companies_that_were_proposed(client, company, scope, user):
    page = upload(client, *meetings()).location
    seen = values_of(client, page)
    assert [seen[f"events-{number}-company"] for number in range(3)] == ["Exempel Svets AB", "Exempel Svets AB", ""]
    assert db.session.scalars(select(Task)).all() == []

    done = client.submit(page)

    [task] = db.session.scalars(select(Task))
    assert (task.company_id, task.due_on, task.minutes, task.title) == (company.id, SOON, 45, "Om kurs i vår")
    assert (task.kind, task.owner_id) == (InteractionKind.DIGITAL_MEETING, user.id)
    contact = db.session.scalars(select(Interaction).order_by(Interaction.id.desc())).first()
    assert (contact.kind, contact.happened_on) == (InteractionKind.VISIT, AGO)
    assert contact.summary == "Besök hos Exempel Svets"
    assert [person.name for person in contact.people] == ["Åsa Öberg"]
    assert "1 kontakt är planerad." in client.get(done.location).text
    with access.every_organisation():
        assert db.session.scalars(select(Attachment).where(Attachment.kind == files.UPLOAD)).all() == []


def test_the_same_event_never_becomes_a_contact_twice(client, client_for, company, scope):
    pages = [upload(client, *meetings()).location for _time in range(2)]
    stale = values_of(client, pages[1])
    client.submit(pages[0])
    client.post(pages[1], data=stale)
    third = upload(client_for(Role.BROKER), *meetings()).location

    assert len(list(db.session.scalars(select(Task)))) == 1
    assert len(list(db.session.scalars(select(Interaction)))) == 2
    assert third


def test_sent_twice_the_choices_count_once(client, company, scope):
    page = upload(client, *meetings()).location
    seen = values_of(client, page)
    answers = [client.post(page, data=seen) for _time in range(2)]

    assert answers[0].location == answers[1].location and len(list(db.session.scalars(select(Task)))) == 1


def test_our_own_planned_contact_in_the_file_is_known(client, company, scope, user):
    task = service.plan_contact(company, kind=InteractionKind.CALL, title="Ring", due_on=SOON, by=user)
    db.session.commit()
    page = upload(client, event(uid=f"uppgift-{task.id}@localhost")).location

    assert "Filen har inget möte att ta in." in client.get(page).text


def test_a_company_that_is_not_found_is_asked_for_again_and_nothing_is_stored(client, company, scope):
    page = upload(client, *meetings()).location
    answer = client.submit(page, **{"events-2-company": "Finns inte AB"})

    assert answer.status_code == 422 and "Skriv hela namnet" in answer.text and "Finns inte AB" in answer.text
    assert db.session.scalars(select(Task)).all() == []


def test_only_what_became_of_the_meetings_is_told(client, company, scope):
    page = upload(client, event("SUMMARY:Tandläkare"), event("SUMMARY:Möte", uid="2@x")).location
    done = client.submit(page, **{"events-0-company": company.name})
    assert "1 kontakt är planerad." in (told := client.get(done.location).text) and "loggade." not in told

    page = upload(client, event("SUMMARY:Tandläkare", uid="3@x")).location
    done = client.submit(page, **{"events-0-company": ""})
    assert "Inget möte blev en kontakt." in client.get(done.location).text


def test_a_part_of_a_name_is_answered_with_the_names_of_ours_that_it_can_mean(client, company, scope):
    factories.company("Främmande Svets AB")
    db.session.commit()
    page = upload(client, event("SUMMARY:Okänt")).location
    answer = client.submit(page, **{"events-0-company": "svets"})

    assert answer.status_code == 422 and f"Menade du {company.name}?" in answer.text
    assert "Främmande" not in answer.text


def test_a_company_is_also_found_by_its_number(client, company, scope):
    page = upload(client, event("SUMMARY:Okänt")).location
    client.submit(page, **{"events-0-company": f"{company.organisation_number[:6]}-{company.organisation_number[6:]}"})

    assert db.session.scalars(select(Task)).one().company_id == company.id


def test_somebody_with_a_protected_identity_proposes_no_company(client_for, scope):
    factories.person(factories.company(), email="asa@svets.example", is_protected=True)
    broker = client_for(Role.BROKER)
    page = upload(broker, meetings()[0]).location

    assert values_of(broker, page)["events-0-company"] == ""


def test_only_who_took_a_file_in_sees_it(client, client_for, company, scope):
    page = upload(client, *meetings()).location

    assert client_for(*Role).get(page).status_code == 404
    number = re.search(r"\d+$", page)[0]
    assert client.get(f"/filer/{number}").status_code == 404


def test_nobody_who_writes_waits_while_a_calendar_is_read(client, company, scope, monkeypatch):
    holding = []
    monkeypatch.setattr(
        import_views,
        "read_events",
        lambda content: holding.append(db.session().in_transaction()) or read_events(content),
    )

    client.submit(upload(client, *meetings()).location)

    assert not any(holding) and len(list(db.session.scalars(select(Task)))) == 1


def test_many_events_cost_no_more_questions(client, scope):
    for number in range(30):
        factories.person(factories.company(), email=f"p{number}@x.example")
    rows = [event(f"ATTENDEE:mailto:p{number}@x.example", uid=str(number)) for number in range(30)]
    page = upload(client, *rows).location

    assert client.get(page).status_code == 200 and client.queries <= 12
