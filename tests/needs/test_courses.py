"""How a cohort is taught: the provider that fits and may be used, the sessions and their hours, the calendar."""

from datetime import date, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from broker import access, clock
from broker.access import Role
from broker.extensions import db
from broker.formatting import day
from broker.needs import queries as needs
from broker.needs.courses import queries, service
from broker.needs.courses.series import days_of, is_holiday
from broker.needs.drafts import service as drafts
from broker.needs.drafts.content import Content
from broker.needs.drafts.desk import Desk
from broker.needs.drafts.edits import fix_provider
from broker.needs.drafts.queries import get_step
from broker.providers import queries as providers
from broker.reminders import service as reminders
from tests import factories, factories_procurement
from tests import factories_needs as make
from tests.client import form_values
from tests.test_calendars import unfolded

TIMES = {"starts_at": time(13), "ends_at": time(16)}


@pytest.fixture
def cohort(scope, user):
    return make.cohort(make.need(by=user), make.need(by=user), by=user)


@pytest.fixture
def page(cohort):
    return f"/behov/grupper/{cohort.id}"


def offering_of(user, *, name="Svetsskolan", checked_on=None, **values):
    provider = factories_procurement.vetted_provider(by=user, name=name, checked_on=checked_on)
    fitting = {"topic_id": "T023", "title": "Svets 1", "hours": 40, "capacity": 12}
    return factories_procurement.offering(provider, by=user, **(fitting | values))


def test_tuesdays_for_five_weeks_make_five_sessions_and_move_the_group(client, cohort, page):
    tuesday = cohort.starts_on + timedelta(days=1)
    values = {"first_on": tuesday, "starts_at": "13", "ends_at": "kl fyra", "weeks": "5", "break_minutes": "30"}

    refused = client.submit(f"{page}/tillfallen/nya", **values)
    assert refused.status_code == 422 and "Skriv klockslaget som 13:00." in refused.text
    filled = form_values(client.get(f"{page}/tillfallen/nya").text) | values | {"ends_at": "16.30"}
    made, again = (client.post(f"{page}/tillfallen/nya", data=filled) for _time in range(2))
    assert made.location == again.location

    days = [row.day for row in queries.list_sessions(cohort.id)]
    assert len(days) == 5 - sum(is_holiday(tuesday + timedelta(weeks=week)) for week in range(5))
    fresh = needs.get_cohort(cohort.id)
    assert (fresh.starts_on, fresh.ends_on) == (days[0], days[-1])
    text = client.get(made.location).text
    assert f"{3 * len(days)} av 40 är inlagda" in text and "utbildningen är 40." in text


def test_what_overlaps_or_ends_before_it_begins_is_refused_and_nothing_is_lost(client, cohort, page, user):
    service.add_sessions(cohort, [cohort.starts_on], **TIMES, by=user)
    db.session.commit()
    values = {"first_on": cohort.starts_on, "starts_at": "15:00", "ends_at": "17:00", "weeks": "1"}

    crossing = client.submit(f"{page}/tillfallen/nya", **values)
    backwards = client.submit(f"{page}/tillfallen/nya", **(values | {"ends_at": "14:00"}))
    far = client.submit(f"{page}/tillfallen/nya", **(values | {"first_on": "2190-01-01"}))

    assert crossing.status_code == 422 and "Gruppen har redan ett tillfälle" in crossing.text
    assert 'value="15:00"' in crossing.text
    assert "Sluttiden ska ligga efter starttiden." in backwards.text
    assert "Kontrollera årtalet." in far.text
    assert len(queries.list_sessions(cohort.id)) == 1


def test_a_session_is_moved_and_removed_and_the_second_of_two_brokers_sees_both(client, cohort, page, user):
    first, second = service.add_sessions(cohort, [cohort.starts_on, cohort.ends_on], **TIMES, by=user)
    db.session.commit()
    url = f"{page}/tillfallen/{second.id}"
    later = cohort.ends_on + timedelta(days=3)

    assert client.submit(url, day=str(first.day)).status_code == 422
    assert client.submit(url, day=str(later)).status_code == 302
    late = client.submit(url, day=str(later), version="1")
    assert client.press(f"{page}/tillfallen/{second.id}/ta-bort", version="1").status_code == 409
    client.press(f"{page}/tillfallen/{first.id}/ta-bort", version="1")

    assert late.status_code == 409
    assert (needs.get_cohort(cohort.id).starts_on, len(queries.list_sessions(cohort.id))) == (later, 1)


def test_the_best_fit_stands_first_and_one_whose_vetting_ends_too_soon_is_refused(client, cohort, page, user):
    small = offering_of(user, name="Abc-skolan", capacity=3, title="För liten")
    good = offering_of(user, name="Ö-skolan")
    today = clock.today()
    lasts = providers.status_of(good.provider, today=today).next_expiry - today
    old = offering_of(user, name="Snart utgången", checked_on=today - lasts + timedelta(days=8), title="Svets X")
    text = client.get(f"{page}/upplagg").text

    assert text.index("Ö-skolan") < text.index("Abc-skolan") < text.index("Snart utgången")
    assert "Har 3 platser, gruppen är 6." in text and "Rätt språk." in text
    chosen = client.get(f"{page}/upplagg/andra?utbildning={good.id}").text
    assert form_values(chosen)["offering_id"] == str(good.id)
    refused = client.submit(f"{page}/upplagg/andra", offering_id=str(old.id), venue="Sal 3")
    assert refused.status_code == 422 and "men utbildningen slutar" in refused.text and 'value="Sal 3"' in refused.text
    assert client.submit(f"{page}/upplagg/andra", offering_id=str(small.id)).status_code == 302
    stale = client.submit(f"{page}/upplagg/andra", offering_id=str(good.id), version="1")
    assert stale.status_code == 409
    assert needs.get_cohort(cohort.id).offering_id == small.id


def test_an_offering_of_other_hours_than_the_groups_says_so(client, cohort, page, user):
    long = offering_of(user, name="Långa skolan", hours=cohort.hours + 16)
    offering_of(user, name="Lika lång", price_per_participant_ore=9_000_000)
    text = client.get(f"{page}/upplagg").text

    assert f"Är {cohort.hours + 16} timmar, gruppen har {cohort.hours}." in text
    assert text.index("Lika lång") < text.index("Långa skolan")
    client.submit(f"{page}/upplagg/andra", offering_id=str(long.id))
    chosen = f"Den valda utbildningen: Är {cohort.hours + 16} timmar, gruppen har {cohort.hours}."
    for place in ("upplagg", "bekraftelser/fraga"):
        assert chosen in client.get(f"{page}/{place}").text


def test_a_fixed_price_is_shared_by_the_group_and_days_it_is_not_given_on_stop_it(client, cohort, page, user):
    offering_of(user, name="Dyra skolan", price_per_participant_ore=1_000_000)
    offering_of(user, name="Fasta skolan", fixed_price_ore=3_000_000, price_per_participant_ore=0, smallest_group=7)
    over = cohort.ends_on - timedelta(days=1)
    ended = offering_of(user, name="Slutade skolan", price_per_participant_ore=1, valid_to=over)
    later = offering_of(user, name="Sena skolan", valid_from=cohort.starts_on + timedelta(days=1))
    text = client.get(f"{page}/upplagg").text

    assert "60\xa0000,00\xa0kr, 10\xa0000,00\xa0kr var" in text and "30\xa0000,00\xa0kr, 5\xa0000,00\xa0kr var" in text
    assert "Ges för minst 7 deltagare, gruppen är 6." in text
    assert f"Utbildningen ges till och med {day(over)}, men gruppen slutar {day(cohort.ends_on)}." in text
    assert text.index("Dyra skolan") < text.index("Slutade skolan")
    for stopped in (ended, later):
        assert client.submit(f"{page}/upplagg/andra", offering_id=str(stopped.id)).status_code == 422
    assert {row.offering.provider.name for row in needs.list_usable_offerings(over + timedelta(days=1))} == {
        "Dyra skolan",
        "Fasta skolan",
        "Sena skolan",
    }


def test_days_outside_what_a_company_can_do_are_told(client, cohort, page, user):
    after = cohort.members[0].need.latest_on + timedelta(days=1)
    service.add_sessions(cohort, [after], **TIMES, by=user)
    db.session.commit()

    assert f"{cohort.members[0].need.company.name} ska vara klart senast" in client.get(f"{page}/upplagg").text


def test_a_provider_chosen_in_a_draft_is_the_groups_from_the_beginning(scope, user):
    offering = offering_of(user, reach_km=200)
    for _number in range(2):
        make.need(by=user)
    draft = make.draft(by=user)
    desk = Desk(Content.from_stored(get_step(draft).content), None, clock.today())
    key = desk.content.cohorts[0].key
    content, _told = fix_provider(desk, key, offering.provider_id)

    (cohort,) = drafts.accept(draft, desk.with_content(content), [key], by=user)

    assert cohort.offering_id == offering.id


def test_the_calendar_has_the_sessions_and_no_company(client, cohort, page, user):
    cohort.venue, cohort.address = "Sal 3", "Storgatan 1"
    service.add_sessions(cohort, [date(2027, 1, 12), date(2027, 7, 13)], **TIMES, by=user)
    db.session.commit()

    lines = unfolded(client.get(f"{page}/kalender.ics").text)

    assert [line for line in lines if line.startswith("DTSTART")] == [
        "DTSTART:20270112T120000Z",
        "DTSTART:20270713T110000Z",
    ]
    assert "LOCATION:Sal 3\\, Storgatan 1" in lines
    assert not any(member.need.company.name in "".join(lines) for member in cohort.members)


def test_a_session_that_is_taken_away_is_called_off_in_calendars_and_its_identity_is_nobody_elses(
    client, cohort, page, user
):
    first, last = service.add_sessions(cohort, [cohort.starts_on, cohort.ends_on], **TIMES, by=user)
    db.session.commit()
    gone = last.uid
    client.press(f"{page}/tillfallen/{last.id}/ta-bort", version="1")
    service.add_sessions(needs.get_cohort(cohort.id), [first.day + timedelta(days=1)], **TIMES, by=user)
    db.session.commit()

    events = "\n".join(unfolded(client.get(f"{page}/kalender.ics").text)).split("BEGIN:VEVENT")[1:]
    off = [event for event in events if "STATUS:CANCELLED" in event]

    assert len(events) == 3 and len(off) == 1
    assert f"UID:tillfalle-{gone}@" in off[0] and "SEQUENCE:2" in off[0]
    assert gone not in {row.uid for row in queries.list_sessions(cohort.id)}


def test_another_organisation_sees_no_plan_and_no_session(client_for, cohort, page, user):
    (session,) = service.add_sessions(cohort, [cohort.starts_on], **TIMES, by=user)
    db.session.commit()
    cohort_id, stranger = cohort.id, client_for(Role.BROKER, organisation=factories.organisation())

    for url in ("upplagg", "upplagg/andra", "tillfallen/nya", f"tillfallen/{session.id}", "kalender.ics"):
        assert stranger.get(f"{page}/{url}").status_code == 404
    with access.acting_in(factories.organisation().id):
        assert queries.list_sessions(cohort_id) == []


@given(
    first=st.dates(date(2026, 1, 1), date(2030, 12, 31)),
    weekdays=st.sets(st.integers(0, 6)),
    weeks=st.integers(1, 20),
    skips=st.booleans(),
)
def test_a_series_has_its_weekdays_within_its_weeks(first, weekdays, weeks, skips):
    days = days_of(first, weekdays, weeks, skips_holidays=skips)

    assert days == sorted(set(days)) and all(first <= day < first + timedelta(weeks=weeks) for day in days)
    assert {day.weekday() for day in days} <= (weekdays or {first.weekday()})
    everything = days_of(first, weekdays, weeks)
    assert len(everything) == weeks * max(1, len(weekdays))
    assert set(everything) - set(days) == ({day for day in everything if is_holiday(day)} if skips else set())


def test_the_page_of_a_group_says_how_far_it_has_come_and_its_purchase_begins_with_its_plan(client, user, cohort, page):
    cohort.offering, cohort.venue = offering_of(user, price_per_participant_ore=450_000), "Sal 3"
    db.session.commit()
    assert "Lägg till tillfällen." in client.get(page).text
    service.add_sessions(cohort, [cohort.starts_on], starts_at=time(0), ends_at=time(23), by=user)
    db.session.commit()

    text = client.get(page).text

    assert f"<dd>{day(cohort.starts_on)}</dd>" in text
    assert "Tillfällena är 23 timmar tillsammans, utbildningen är 40." in text
    assert "0 av 2 företag har bekräftat." in text
    assert f"/inkop/nytt?utbildningsgrupp={cohort.id}" in text and "Inte i något projekt." in text
    assert 'value="27000"' in client.get(f"/inkop/nytt?utbildningsgrupp={cohort.id}").text.replace("27000,00", "27000")


def test_the_persons_own_calendar_has_the_sessions_with_no_more_than_the_person_shows(client, app, user, cohort):
    service.add_sessions(cohort, [cohort.starts_on], **TIMES, by=user)
    reminders.choose_reminders(is_mailed=False, shows_titles=False, shows_companies=False, by=user)
    token = reminders.open_calendar(by=user)
    db.session.commit()
    company = cohort.members[0].need.company.name

    short = app.test_client().get(f"/kalender/{token}.ics").text
    reminders.choose_reminders(is_mailed=False, shows_titles=True, shows_companies=True, by=user)
    db.session.commit()
    full = "".join(unfolded(app.test_client().get(f"/kalender/{token}.ics").text))

    assert "SUMMARY:Utbildning i Broker" in short and company not in short
    assert company in full and "Svetsning" in full
