"""Companies confirm how many they send over a link, and the group follows when a broker says so."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from broker import access, audit, clock
from broker.access import Role
from broker.errors import RefusedError
from broker.extensions import db
from broker.needs import queries as needs
from broker.needs.confirmations import queries, service
from broker.needs.confirmations.sharing import dealt_out
from broker.needs.models import NeedStatus
from tests import factories, factories_leads
from tests import factories_needs as make
from tests.client import form_values
from tests.needs.confirmations.answers import YES, letters, version_of


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


def test_more_than_the_largest_group_is_refused(app, send, asked, client, page, cohort):
    first = asked["Exempel Ett AB"]
    thanks = send(first, **(YES | {"men": "400"})).location
    assert "Ni vill delta med 401, och har 3 platser." in app.test_client().get(thanks).text

    refused = client.press(f"{page}/{first.id}/andra-antalet", version=version_of(first))

    assert refused.status_code == 422 and "Gruppen får ha högst" in refused.text
    shown = client.get(page).text
    assert "Kom överens om färre" in shown and "Ändra till" not in shown
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
