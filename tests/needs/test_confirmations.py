"""Companies confirm how many they send over a link, and the group follows when a broker says so."""

from datetime import time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from broker import access, audit, clock
from broker.access import Role
from broker.errors import RefusedError
from broker.extensions import db
from broker.mail import OutgoingMail
from broker.needs import queries as needs
from broker.needs.confirmations import queries, service
from broker.needs.confirmations.sharing import dealt_out
from broker.needs.courses import service as courses
from broker.needs.models import NeedStatus
from broker.needs.reachable import list_reachable
from tests import factories, factories_leads
from tests import factories_needs as make
from tests.client import form_values

YES = {"takes_part": "True", "women": "1", "men": "2", "unknown_sex": "0"}


@pytest.fixture
def cohort(scope, user):
    """Give a planned group of two companies with three people each, and somebody to write to at the first."""
    first, second = factories.company("Exempel Ett AB"), factories.company("Exempel Två AB")
    factories.person(first, "Karin Exempel", email="karin@ett.example")
    row = make.cohort(make.need(by=user, company=first), make.need(by=user, company=second), by=user)
    row.venue, row.cost = "Sal 3", "Utan kostnad"
    courses.add_sessions(row, [row.starts_on, row.ends_on], starts_at=time(13), ends_at=time(16), by=user)
    db.session.commit()
    return row


@pytest.fixture
def page(cohort):
    return f"/behov/grupper/{cohort.id}/bekraftelser"


@pytest.fixture
def asked(client, page, cohort):
    client.submit(f"{page}/fraga")
    return {row.company.name: row for row in queries.list_confirmations(cohort.id)}


@pytest.fixture
def send(app, monkeypatch):
    """Give a function that fetches a company's page, waits, and sends its answer; nobody is signed in."""
    real_now, visitor = clock.now, app.test_client()

    def fill_in(confirmation, *, wait=timedelta(seconds=20), **facts):
        url = f"/bekrafta-deltagare/{confirmation.token}"
        values = form_values(visitor.get(url).text) | facts
        with monkeypatch.context() as later:
            later.setattr(clock, "now", lambda: real_now() + wait)
            return visitor.post(url, data=values)

    return fill_in


def version_of(confirmation):
    db.session.refresh(confirmation)
    return confirmation.version


def people_of(confirmation):
    return {row.name: row.id for row in list_reachable([confirmation.company_id])[confirmation.company_id]}


def letters():
    return list(db.session.scalars(select(OutgoingMail).order_by(OutgoingMail.id)))


def test_a_company_confirms_by_its_link_and_can_change_its_mind_until_the_start(app, send, asked, client, page, cohort):
    first = asked["Exempel Ett AB"]
    made = [event.facts["company"] for event in audit.history_of(cohort) if event.action.endswith("link_made")]
    assert sorted(made) == ["Exempel Ett AB", "Exempel Två AB"]
    (letter,) = letters()
    assert letter.recipient == "karin@ett.example" and f"/bekrafta-deltagare/{first.token}" in letter.body
    assert "Plats: Sal 3" in letter.body and "Exempel Två" not in letter.body and "BEGIN:VCALENDAR" in letter.calendar
    visitor = app.test_client()
    shown = visitor.get(f"/bekrafta-deltagare/{first.token}").text
    assert "Utan kostnad" in shown and "Exempel Två" not in shown and "Karin" not in shown

    assert send(first, **YES).location.endswith("/tack")
    assert "1 av 2 företag har bekräftat" in client.get(page).text
    assert send(first, **(YES | {"men": "1", "note": "En har slutat."})).status_code == 302

    text = client.get(page).text
    assert "Annat antal" in text and "Ändra till 2" in text and "En har slutat." in text
    assert "BEGIN:VEVENT" in visitor.get(f"/bekrafta-deltagare/{first.token}/kalender.ics").text
    assert "Exempel" not in "".join(letter.subject + letter.body for letter in letters()[1:])


def test_the_group_follows_an_answer_by_one_tap_and_says_when_it_gets_small(send, asked, client, page, cohort):
    first = asked["Exempel Ett AB"]
    send(first, **(YES | {"men": "0"}))
    tap = f"{page}/{first.id}/andra-antalet"
    assert needs.get_cohort(cohort.id).participants == 6
    assert f'<a href="{page}">1 företag har svarat nej eller ett annat antal' in client.get("/").text

    seen = form_values(client.get(page).text)["version"]
    assert client.press(tap, version="1").status_code == 409 and needs.get_cohort(cohort.id).participants == 6

    client.press(tap, version=seen)
    assert "har svarat nej" not in client.get("/").text
    again = client.press(tap, version=seen)

    assert needs.get_cohort(cohort.id).participants == 4 and again.status_code == 422
    smallest = needs.cohort_rules(clock.today()).group_of("T023").smallest
    assert ("mindre än den minsta" in client.get(page).text) is (smallest > 4)


def test_more_than_the_largest_group_is_refused(send, asked, client, page, cohort):
    first = asked["Exempel Ett AB"]
    send(first, **(YES | {"men": "400"}))

    refused = client.press(f"{page}/{first.id}/andra-antalet", version=version_of(first))

    assert refused.status_code == 422 and "Gruppen får ha högst" in refused.text
    shown = client.get(page).text
    assert "Fler än de" in shown and "Ändra till" not in shown
    assert needs.get_cohort(cohort.id).participants == 6


def test_a_company_that_says_no_leaves_and_its_need_waits_again_with_the_reason(send, asked, client, page, cohort):
    first = asked["Exempel Ett AB"]
    told = f'<a href="{page}">1 företag har svarat nej eller ett annat antal: {cohort.title}</a>'
    assert told not in client.get("/").text
    assert send(first, takes_part="False", note="Vi hinner inte i vår.").status_code == 302
    assert told in client.get("/").text
    need = next(member.need for member in cohort.members if member.need.company_id == first.company_id)

    client.press(f"{page}/{first.id}/ta-ut", version=version_of(first))

    assert [member.need.company.name for member in needs.get_cohort(cohort.id).members] == ["Exempel Två AB"]
    assert (need.status, need.status_reason) == (NeedStatus.CLARIFIED, "Vi hinner inte i vår.")
    assert "Varför det väntar igen: Vi hinner inte i vår." in client.get(f"/behov/{need.id}").text
    assert client.press(f"{page}/{first.id}/ta-ut", version=version_of(first)).status_code == 422
    assert first.token not in client.get(f"{page}/fraga").text
    assert "Företag som har lämnat gruppen" in client.get(page).text
    assert need.id in {row.id for row in needs.list_open_needs()}
    # What the company wrote can have to be destroyed; the chain of events cannot.
    assert "hinner inte" not in str(db.session.scalars(select(audit.AuditEvent.facts)).all())


@pytest.mark.parametrize(
    ("facts", "sentence"),
    [
        ({"takes_part": ""}, "Välj om ni deltar."),
        ({"takes_part": "kanske"}, "Välj om ni deltar."),
        ({"women": "0", "men": "", "unknown_sex": "0"}, "Skriv hur många som deltar"),
        ({"women": "-1"}, "Skriv ett tal från 0 till 500."),
        ({"women": "många"}, "Skriv ett heltal"),
        ({"note": "x" * 4000}, "Korta texten till högst 3000 tecken."),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_stored(send, asked, facts, sentence):
    first = asked["Exempel Ett AB"]

    refused = send(first, **(YES | {"note": "Hej"} | facts))

    assert refused.status_code == 422 and sentence in refused.text
    db.session.refresh(first)
    assert not first.has_answer


def test_a_company_that_has_not_answered_can_be_taken_out_and_one_that_said_yes_cannot(client, page, asked, cohort):
    first, second = asked["Exempel Ett AB"], asked["Exempel Två AB"]
    client.submit(f"{page}/foretag/{first.company_id}", **YES)

    assert client.press(f"{page}/{first.id}/ta-ut", version=version_of(first)).status_code == 422
    assert client.press(f"{page}/{second.id}/ta-ut", version=version_of(second)).status_code == 302
    assert [member.need.company.name for member in needs.get_cohort(cohort.id).members] == ["Exempel Ett AB"]


def test_programs_floods_and_a_form_sent_twice(send, asked, app):
    first, url = asked["Exempel Ett AB"], f"/bekrafta-deltagare/{asked['Exempel Ett AB'].token}"
    assert send(first, **YES, webbplats="http://spam.example").status_code == 302
    assert "Det gick väldigt fort" in send(first, **YES, wait=timedelta(0)).text
    db.session.refresh(first)
    assert not first.has_answer
    token = form_values(app.test_client().get(url).text)["token"]
    assert [send(first, **YES, token=token).status_code for _time in range(2)] == [302, 302]
    assert sum("svar om deltagare" in letter.subject for letter in letters()) == 1
    # Who goes back in the browser and changes the answer is not thanked for the one before.
    assert send(first, **(YES | {"men": "5"}), token=token).status_code == 302
    db.session.refresh(first)
    assert first.men == 5

    factories_leads.flood(first.organisation_id)
    assert send(first, **YES).status_code == 429


def test_a_link_is_closed_once_the_training_begins_or_the_group_is_gone(app, asked, client, cohort, monkeypatch):
    url, visitor = f"/bekrafta-deltagare/{asked['Exempel Ett AB'].token}", app.test_client()
    assert visitor.get("/bekrafta-deltagare/okand").status_code == 404
    with monkeypatch.context() as later:
        later.setattr(clock, "today", lambda: cohort.starts_on)
        assert visitor.get(url).status_code == 410
        assert visitor.get(f"{url}/tack").status_code == 410
        assert visitor.get(f"{url}/kalender.ics").status_code == 200
        later.setattr(clock, "today", lambda: cohort.ends_on + timedelta(days=1))
        assert visitor.get(f"{url}/kalender.ics").status_code == 404
    assert visitor.get(url).status_code == 200
    client.submit(f"/behov/grupper/{cohort.id}/los-upp", dissolved_because="Ingen lokal")

    assert visitor.get(url).status_code == 410 and visitor.get(f"{url}/kalender.ics").status_code == 404
    assert "Utbildningen blir inte av" in visitor.get(url).text
    with pytest.raises(RefusedError):
        service.receive(asked["Exempel Ett AB"], {"takes_part": True}, shown="", link="")


def test_an_answer_by_telephone_is_noted_and_two_brokers_see_each_other(client, page, asked, cohort):
    second = asked["Exempel Två AB"]
    address = f"{page}/foretag/{second.company_id}"
    assert f'href="{address}#lank"' in client.get(page).text
    assert f"/bekrafta-deltagare/{second.token}" in client.get(address).text

    assert client.submit(address, **YES).status_code == 302
    late = client.submit(address, **(YES | {"version": "1"}))

    assert late.status_code == 409
    assert "antecknat av" in client.get(page).text
    assert client.get(f"{page}/foretag/{factories.company().id}").status_code == 404


def test_who_has_not_answered_is_reminded_once_and_never_when_protected(client, page, asked):
    client.press(f"{page}/paminn")
    client.press(f"{page}/paminn")
    assert [letter.subject.startswith("Påminnelse") for letter in letters()] == [False, True]

    first = asked["Exempel Ett AB"]
    first.reminded_on, first.person.is_protected = None, True
    db.session.commit()
    client.press(f"{page}/paminn")
    assert len(letters()) == 2 and "Karin" not in client.get(page).text


def test_a_reminder_says_what_holds_now(client, page, asked, cohort, user):
    moved = cohort.ends_on + timedelta(days=1)
    courses.add_sessions(cohort, [moved], starts_at=time(9), ends_at=time(10), by=user)
    db.session.commit()
    client.press(f"{page}/paminn")

    body = letters()[-1].body
    assert "kl. 09:00–10:00" in body and "Något har ändrats sedan vi skrev sist" in body
    assert asked["Exempel Ett AB"].told in body
    # The company whose link was handed over is the broker's to tell.
    assert client.get(page).text.count("Har inte fått det som gäller nu") == 1


def test_a_company_is_told_anew_when_a_day_has_moved_and_not_otherwise(client, page, asked, cohort, user):
    assert 'name="person_' not in client.get(f"{page}/fraga").text
    courses.add_sessions(cohort, [cohort.ends_on + timedelta(days=1)], starts_at=time(9), ends_at=time(10), by=user)
    db.session.commit()
    assert "Har inte fått det som gäller nu" in client.get(page).text

    assert client.submit(f"{page}/fraga").status_code == 302

    assert [letter.subject.startswith("Ändrat: ") for letter in letters()] == [False, True]
    assert len(queries.list_confirmations(cohort.id)) == 2


def test_a_yes_to_days_that_have_moved_is_no_yes_until_it_is_given_anew(app, send, asked, client, page, cohort, user):
    first = asked["Exempel Ett AB"]
    send(first, **YES)
    assert "1 av 2 företag har bekräftat" in client.get(page).text
    added = client.submit(
        f"/behov/grupper/{cohort.id}/tillfallen/nya",
        first_on=str(cohort.ends_on + timedelta(days=1)),
        starts_at="9",
        ends_at="10",
        weeks="1",
    )

    assert "2 företag har inte fått det som gäller nu" in client.get(added.location).text
    text = client.get(page).text
    assert "0 av 2 företag har bekräftat" in text and "Svarade innan upplägget ändrades" in text
    assert "0 av 2 företag har bekräftat" in client.get(f"/behov/grupper/{cohort.id}").text
    client.submit(f"{page}/fraga")
    client.press(f"{page}/paminn")
    assert [letter.subject.split(":")[0] for letter in letters() if letter.recipient == "karin@ett.example"] == [
        "Bekräfta era deltagare",
        "Ändrat",
        "Påminnelse",
    ]
    assert "Ni svarade innan upplägget ändrades" in letters()[-1].body
    assert "så svara igen" in letters()[-2].body and letters()[-2].reply_to == user.email
    form = app.test_client().get(f"/bekrafta-deltagare/{first.token}").text
    assert "Ni svarade innan upplägget ändrades. Läs vad som gäller nu" in form and "checked" not in form

    assert send(first, **YES).status_code == 302
    assert "1 av 2 företag har bekräftat" in client.get(page).text


def test_an_answer_to_a_page_that_no_longer_holds_is_asked_for_again_with_what_was_written(
    send, asked, app, cohort, user
):
    first = asked["Exempel Ett AB"]
    seen = form_values(app.test_client().get(f"/bekrafta-deltagare/{first.token}").text)["shown"]
    courses.add_sessions(cohort, [cohort.ends_on + timedelta(days=1)], starts_at=time(9), ends_at=time(10), by=user)
    db.session.commit()

    refused = send(first, **YES, shown=seen, note="Vi tar egen bil.")

    assert refused.status_code == 422 and "Upplägget har ändrats sedan sidan öppnades" in refused.text
    assert "Vi tar egen bil." in refused.text and "kl. 09:00–10:00" in refused.text
    db.session.refresh(first)
    assert not first.has_answer
    assert send(first, **(form_values(refused.text) | YES)).status_code == 302


def test_a_link_that_came_to_the_wrong_person_is_replaced_and_the_company_told_anew(app, asked, client, page):
    first = asked["Exempel Ett AB"]
    old, noting = first.token, f"{page}/foretag/{first.company_id}"
    assert client.press(f"{page}/{first.id}/byt-lank", noting, version="0").status_code == 409

    client.press(f"{page}/{first.id}/byt-lank", noting, version=version_of(first))

    db.session.refresh(first)
    visitor = app.test_client()
    assert [visitor.get(f"/bekrafta-deltagare/{token}").status_code for token in (old, first.token)] == [404, 200]
    assert first.token in client.get(noting).text
    # Who had the old link gets the new one only if somebody chooses so.
    factories.person(first.company, "Rätt Person", email="ratt@ett.example")
    db.session.commit()
    client.press(f"{page}/paminn")
    assert form_values(client.get(f"{page}/fraga").text)[f"person_{first.company_id}"] == ""
    assert not [letter for letter in letters() if first.token in letter.body]
    client.submit(f"{page}/fraga", **{f"person_{first.company_id}": str(people_of(first)["Rätt Person"])})
    letter = letters()[-1]
    assert (letter.recipient, first.token in letter.body) == ("ratt@ett.example", True)
    assert "Något har ändrats" not in letter.body


def test_an_answer_by_telephone_is_to_what_the_page_said_and_changes_no_letter(client, page, asked, cohort, user):
    first = asked["Exempel Ett AB"]
    address = f"{page}/foretag/{first.company_id}"
    opened = form_values(client.get(address).text) | YES
    courses.add_sessions(cohort, [cohort.ends_on + timedelta(days=1)], starts_at=time(9), ends_at=time(10), by=user)
    db.session.commit()

    late = client.post(address, data=opened)

    assert late.status_code == 422 and "Upplägget har ändrats sedan sidan öppnades" in late.text
    assert client.submit(address, **YES).status_code == 302
    shown = client.get(page).text
    assert "1 av 2 företag har bekräftat" in shown and "Har inte fått det som gäller nu" in shown


def test_a_training_does_not_begin_with_a_company_that_has_said_no(client, page, asked, cohort, monkeypatch):
    second = asked["Exempel Två AB"]
    client.submit(f"{page}/foretag/{second.company_id}", takes_part="False")
    first_day, begin = cohort.starts_on, f"/behov/grupper/{cohort.id}/borjad"
    monkeypatch.setattr(clock, "today", lambda: first_day)

    assert "Exempel Två AB har tackat nej" in client.press(begin).text
    assert not needs.get_cohort(cohort.id).has_begun

    # It can still be taken out, though companies no longer answer by themselves.
    assert "Ta ut ur gruppen" in client.get(page).text
    client.press(f"{page}/{second.id}/ta-ut", version=version_of(second))
    assert client.press(begin).status_code == 302 and needs.get_cohort(cohort.id).has_begun


@pytest.mark.parametrize("tells", ["y", None])
def test_who_was_asked_is_told_that_nothing_becomes_of_it_unless_the_broker_says_it_herself(
    client, asked, cohort, tells
):
    url = f"/behov/grupper/{cohort.id}/los-upp"
    values = form_values(client.get(url).text) | {"dissolved_because": "hemligt skäl"}
    assert values.pop("tells") == ["y"]
    client.post(url, data=values | ({"tells": tells} if tells else {}))

    off = [letter for letter in letters() if letter.subject.startswith("Blir inte av")]
    assert [letter.recipient for letter in off] == (["karin@ett.example"] if tells else [])
    for letter in off:
        assert "hemligt" not in letter.body and letter.calendar.count("STATUS:CANCELLED") == 2
    assert cohort.is_dissolved


def test_who_gets_no_letter_about_the_end_is_named_to_the_broker(client, send, asked, cohort):
    send(asked["Exempel Två AB"], **YES)
    asked["Exempel Ett AB"].person.email = None
    db.session.commit()
    url = f"/behov/grupper/{cohort.id}/los-upp"
    assert 'name="tells"' not in client.get(url).text

    dissolved = client.submit(url, dissolved_because="Ingen lokal")

    assert "Hör av dig själv till Exempel Ett AB, Exempel Två AB" in client.get(dissolved.location).text


def test_a_group_without_sessions_asks_nobody_and_a_stranger_is_no_contact_of_theirs(client, user, scope):
    companies = [factories.company() for _number in range(2)]
    for company in companies:
        factories.person(company, email="nagon@foretag.example")
    cohort = make.cohort(*(make.need(by=user, company=company) for company in companies), by=user)
    url = f"/behov/grupper/{cohort.id}/bekraftelser/fraga"

    refused = client.submit(url)
    stranger = factories.person(factories.company(), email="annan@foretag.example")
    odd = client.submit(url, **{f"person_{companies[0].id}": str(stranger.id)})

    assert refused.status_code == 422 and "Lägg till tillfällen först" in refused.text
    assert odd.status_code == 422 and letters() == []


def test_another_organisation_sees_no_answer(client_for, asked, cohort, page):
    first, stranger = asked["Exempel Ett AB"].id, client_for(Role.BROKER, organisation=factories.organisation())
    cohort_id = cohort.id

    assert stranger.get(page).status_code == 404
    assert stranger.press(f"{page}/{first}/ta-ut").status_code == 404
    with access.acting_in(factories.organisation().id):
        assert queries.list_confirmations(cohort_id) == []


@given(st.integers(0, 60), st.lists(st.integers(0, 20), min_size=1, max_size=5))
def test_a_number_is_dealt_out_without_losing_or_making_anybody(total, planned):
    shares = dealt_out(total, planned)

    assert sum(shares) == total and len(shares) == len(planned) and min(shares) >= 0
    assert total != sum(planned) or shares == planned
