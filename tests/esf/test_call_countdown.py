"""When people are told that a call is about to close: on Swedish clocks, also over a change of the hour, and once."""

from datetime import UTC, date, datetime, time, timedelta
from urllib.parse import quote

import pytest

from broker import access, clock
from broker.access import Role
from broker.esf import plan_service
from broker.esf.calls import reminding
from broker.esf.calls import service as calls_service
from broker.esf.calls.countdown import call_rules, time_left
from broker.esf.models import Call
from broker.extensions import db
from broker.mail import OutgoingMail
from broker.reminders import feed
from broker.reminders import service as reminders
from broker.reminders.models import ReminderChoice
from tests import factories, factories_esf


def at(text):
    return datetime.fromisoformat(text).replace(tzinfo=clock.SWEDEN).astimezone(UTC)


@pytest.fixture
def rules(app):
    with app.app_context():
        return call_rules(date(2027, 1, 1))


@pytest.mark.parametrize(
    ("closes", "week", "hours"),
    [
        # Summer time begins on 28 March 2027 and ends on 31 October 2027.
        ("2027-03-30 16:00", "2027-03-23 16:00", "2027-03-30 12:00"),
        ("2027-11-02 16:00", "2027-10-26 16:00", "2027-11-02 12:00"),
        ("2027-03-28 05:00", "2027-03-21 05:00", "2027-03-28 00:00"),
        ("2027-10-31 05:00", "2027-10-24 05:00", "2027-10-31 02:00"),
    ],
)
def test_days_are_counted_on_swedish_clocks_and_hours_as_they_pass(rules, closes, week, hours):
    moments = {row.id: row.moment(at(closes)) for row in rules.warnings}
    assert moments["week"] == at(week)
    assert moments["four_hours"] == at(hours)


def test_the_colour_is_stronger_the_nearer_the_call_closes(rules):
    closes = at("2027-03-30 16:00")
    assert [rules.tone(closes, closes - timedelta(hours=hours)) for hours in (400, 100, 30, 2, 0)] == [
        *("info", "warn", "stop", "stop", "off"),
    ]


def test_the_last_hours_are_counted_one_by_one(app):
    with app.test_request_context():
        now = clock.now() + timedelta(seconds=5)
        assert time_left(now + timedelta(hours=30)) == "om 30 timmar"
        assert time_left(now + timedelta(minutes=20)) == "om 20 minuter"
        assert time_left(now - timedelta(minutes=1)) == "stängd"


def closing_project(organisation, user, left, **changes):
    closes = clock.in_sweden(clock.now() + left)
    today = factories_esf.TODAY
    call = factories_esf.call(
        user,
        **{"opens_on": today - timedelta(days=9), "closes_on": closes.date(), "closing_time": closes.time()} | changes,
    )
    return factories_esf.project(organisation, user, call_row=call, name="Sista minuten")


def urgent():
    db.session.expire_all()
    query = db.session.query(OutgoingMail).filter(OutgoingMail.subject.contains("Sista minuten"))
    return query.order_by(OutgoingMail.id).all()


@pytest.fixture
def mailed(scope, user):
    db.session.add(ReminderChoice(user_id=user.id, is_mailed=True))
    db.session.commit()


def test_four_hours_before_a_letter_of_its_own_is_written_once(scope, user, mailed):
    project = closing_project(scope, user, timedelta(hours=3))
    for _round in range(2):
        reminding.write_urgent()
    (letter,) = urgent()
    assert letter.recipient == user.email and f"/projekt/{project.id}/kontroller" in letter.body

    closing_project(scope, user, timedelta(hours=5))
    reminding.write_urgent()
    assert len(urgent()) == 1


def test_a_corrected_text_that_closes_earlier_is_what_people_are_told_of(client, scope, user, mailed):
    project = closing_project(scope, user, timedelta(hours=30))
    closes = clock.in_sweden(clock.now() + timedelta(hours=2))
    calls_service.correct_call(
        project.call, version="2", closes_on=closes.date(), closing_time=closes.time().replace(second=0), by=user
    )
    db.session.commit()
    reminding.write_urgent()
    assert f"{closes:%H:%M}" in urgent()[-1].subject
    page = client.get(f"/projekt/{project.id}").text
    assert "(om 1 timme)" in page and "Utlysningen har rättats." in page


def test_who_has_sent_the_application_in_is_left_in_peace(scope, user, mailed):
    project = closing_project(scope, user, timedelta(hours=3))
    plan_service.save_gate(project, "g1", is_met=True, note="Inskickad.", by=user)
    db.session.commit()
    reminding.write_urgent()
    assert urgent() == []


def test_the_morning_letter_and_the_calendar_know_the_closing_and_the_signature(app, scope, user, mailed):
    soon = factories_esf.TODAY + timedelta(days=5)
    project = closing_project(scope, user, timedelta(days=4), signing_deadline=soon)
    closing_project(scope, user, timedelta(days=30))
    told = feed.waiting_for(user.id, date.max)
    assert [(row.day, row.endpoint) for row in told] == [
        (clock.in_sweden(project.call.closes_at).date(), "esf.checks"),
        (soon, "esf.checks"),
    ]
    reader = factories.user(organisation=scope, roles=[Role.READER])
    assert feed.waiting_for(reader.id, date.max) == []

    token = reminders.open_calendar(by=user)
    db.session.commit()
    calendar = app.test_client().get(f"/kalender/{quote(token)}.ics").text
    closes = clock.in_sweden(project.call.closes_at)
    starts = closes - timedelta(minutes=30)
    assert f"DTSTART;TZID=Europe/Stockholm:{starts:%Y%m%dT%H%M%S}" in calendar or (
        f"DTSTART:{starts.astimezone(UTC):%Y%m%dT%H%M}" in calendar
    )
    assert "Sista minuten" not in calendar, "titles only as the person has chosen"


def test_a_call_that_closes_at_a_clock_time_is_kept_in_swedish_time(scope, user):
    call = factories_esf.call(user, closes_on=date(2027, 7, 1), opens_on=date(2027, 1, 1), closing_time=time(16))
    with access.every_organisation():
        kept = db.session.query(Call).populate_existing().filter_by(id=call.id).one()
    assert kept.closes_at == datetime(2027, 7, 1, 14, tzinfo=UTC)
