"""Days move, links go astray, groups are dissolved: what a company has answered to, and who is told what."""

from datetime import time, timedelta

import pytest

from broker import clock
from broker.extensions import db
from broker.needs import queries as needs
from broker.needs.confirmations import queries
from broker.needs.courses import service as courses
from tests import factories
from tests.client import form_values
from tests.needs.confirmations.answers import YES, letters, people_of, version_of


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
