"""The public form for tips: open to anybody, closed to programs, kept for the organisation alone."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from broker import access, clock
from broker.access import Role
from broker.extensions import db
from broker.leads.tips import service
from broker.leads.tips.models import Tip, TipAttempt
from broker.mail import OutgoingMail
from broker.reference.models import DocumentKind, ReferenceDocument
from broker.reference.queries import get_document
from tests import factories, factories_leads
from tests.client import form_values

TIP = {
    "company_name": "Exempel Svets AB",
    "organisation_number": "",
    "place": "Sala",
    "need": "Två svetsare behöver intyg.",
    "tipper_name": "Karin Exempel",
    "tipper_reach": "070-174 06 05",
}


@pytest.fixture
def page(organisation, user):
    return factories_leads.tip_page(organisation, by=user)


@pytest.fixture
def url(page):
    return f"/tipsa/{page.token}"


@pytest.fixture
def visitor(app):
    return app.test_client()


@pytest.fixture
def send(visitor, url, monkeypatch):
    """Give a function that fetches the form, waits, and sends it."""
    real_now = clock.now

    def fill_in(*, wait=timedelta(seconds=20), **facts):
        values = form_values(visitor.get(url).text) | TIP | facts
        with monkeypatch.context() as later:
            later.setattr(clock, "now", lambda: real_now() + wait)
            return visitor.post(url, data=values)

    return fill_in


def tips_of(organisation):
    with access.acting_in(organisation.id):
        return list(db.session.scalars(select(Tip).order_by(Tip.id)))


def test_a_tip_is_given_without_an_account_or_a_cookie_and_kept(send, visitor, url, organisation):
    answer = send(company_knows="y")

    assert answer.location == f"{url}/tack"
    assert "Tack för tipset" in visitor.get(answer.location).text
    assert "Set-Cookie" not in visitor.get(url).headers
    [tip] = tips_of(organisation)
    assert (tip.company_name, tip.place, tip.company_knows) == ("Exempel Svets AB", "Sala", True)
    assert (tip.tipper_name, tip.tipper_reach, tip.organisation_number) == ("Karin Exempel", "070-174 06 05", None)


def test_nobody_has_to_say_who_gives_the_tip(send, organisation):
    assert send(tipper_name="", tipper_reach=" ").status_code == 302
    assert tips_of(organisation)[0].tipper_name is None


def test_who_can_answer_gets_a_letter_that_says_nothing_of_the_tip(send, organisation):
    reader = factories.user(organisation=organisation, roles=[Role.READER])
    broker = factories.user(organisation=organisation, roles=[Role.BROKER])
    send()

    letters = {letter.recipient: letter for letter in db.session.scalars(select(OutgoingMail))}
    assert reader.email not in letters
    assert "http://localhost/leads/tips" in letters[broker.email].body
    assert "Svets" not in letters[broker.email].body + letters[broker.email].subject


def test_another_organisation_never_sees_the_tip(send, client_for):
    send()
    stranger = client_for(Role.BROKER, organisation=factories.organisation())

    assert "Exempel Svets" not in stranger.get("/leads/tips").text


@pytest.mark.parametrize("name", ["company_name", "place", "need"])
def test_what_is_missing_is_asked_for_and_the_rest_is_kept(send, organisation, name):
    answer = send(**{name: "  "})

    assert answer.status_code == 422
    kept = form_values(answer.text)
    assert all(kept[other] == TIP[other] for other in ("company_name", "place", "need") if other != name)
    assert tips_of(organisation) == []


@pytest.mark.parametrize(
    ("number", "sentence"),
    [
        ("556016-0681", "Kontrollsiffran stämmer inte."),
        ("12", "Numret har 2 siffror."),
        ("<b>5560</b>", "Numret innehåller annat än siffror"),
        ("8507309808", "Skriv inget personnummer här."),
        ("19850730-9808", "Skriv inget personnummer här."),
        ("5" * 10_000, "Korta texten till högst 200 tecken."),
    ],
)
def test_a_wrong_number_is_refused_with_what_to_do(send, organisation, number, sentence):
    answer = send(organisation_number=number)

    assert answer.status_code == 422 and sentence in answer.text
    assert tips_of(organisation) == []


def test_a_right_number_is_stored_as_ten_digits(send, organisation):
    send(organisation_number="SE556016068001")

    assert tips_of(organisation)[0].organisation_number == "5560160680"


@pytest.mark.parametrize("name", ["company_name", "place", "need", "tipper_name", "tipper_reach"])
def test_ten_thousand_signs_are_refused(send, organisation, name):
    answer = send(**{name: "å" * 10_000})

    assert answer.status_code == 422 and "Korta texten till högst" in answer.text
    assert tips_of(organisation) == []


def test_a_flood_of_text_is_not_even_read(send, organisation):
    assert send(need="å" * 200_000).status_code == 413
    assert tips_of(organisation) == []


def test_scripts_links_and_signs_of_control_are_plain_text(send, client, organisation):
    send(need="<script>alert(1)</script> https://skrap.example\x00\x07", company_name="A\x00B <b>AB</b>")
    [tip] = tips_of(organisation)
    assert tip.company_name == "AB <b>AB</b>"

    page = client.get(f"/leads/tips/{tip.id}").text
    assert "&lt;script&gt;alert(1)&lt;/script&gt; https://skrap.example</p>" in page
    assert 'href="https://skrap' not in page


def test_a_filled_trap_gets_the_same_thanks_and_is_not_kept(send, url, organisation):
    answer = send(webbplats="https://skrap.example")

    assert answer.location == f"{url}/tack"
    assert tips_of(organisation) == []


def test_the_trap_is_hidden_from_people_and_screen_readers(visitor, url):
    text = visitor.get(url).text

    assert '<p class="trap" aria-hidden="true">' in text
    assert 'tabindex="-1"' in text


@pytest.mark.parametrize(
    ("wait", "sentence"),
    [(timedelta(seconds=1), "Det gick väldigt fort."), (timedelta(hours=25), "Formuläret har varit öppet för länge.")],
)
def test_too_soon_and_too_late_the_form_comes_back_with_what_was_written(send, organisation, wait, sentence):
    answer = send(wait=wait)

    assert answer.status_code == 422 and sentence in answer.text
    assert form_values(answer.text)["need"] == TIP["need"]
    assert tips_of(organisation) == []


def test_what_is_to_be_mended_is_said_alone_also_when_it_went_fast(send):
    text = send(wait=timedelta(seconds=1), need="").text

    assert "Skriv med några ord vad företaget behöver." in text and "Det gick väldigt fort." not in text


def test_a_form_that_came_back_is_received_when_it_is_sent_again(send, visitor, url, organisation, monkeypatch):
    values = form_values(send(wait=timedelta(seconds=1)).text)
    later = clock.now() + timedelta(seconds=10)
    monkeypatch.setattr(clock, "now", lambda: later)

    assert visitor.post(url, data=values).status_code == 302
    assert len(tips_of(organisation)) == 1


@pytest.mark.parametrize("stamp", ["", "x", "å", "\x00", "WyJ4IiwxLCJ5Il0.c2ln", "9" * 5_000])
def test_a_stamp_that_is_not_ours_is_refused(send, organisation, stamp):
    assert send(token=stamp).status_code == 422
    assert tips_of(organisation) == []


def test_a_stamp_of_another_organisation_is_refused(send, visitor, user, organisation):
    other = factories_leads.tip_page(factories.organisation(), by=user)
    stamp = form_values(visitor.get(f"/tipsa/{other.token}").text)["token"]

    assert send(token=stamp).status_code == 422
    assert tips_of(organisation) == []


def test_a_form_sent_over_and_over_is_kept_once(send, visitor, url, organisation):
    stamp = form_values(visitor.get(url).text)["token"]
    answers = {send(token=stamp).location for _sending in range(4)}

    assert answers == {f"{url}/tack"}
    assert len(tips_of(organisation)) == 1


def test_after_ten_tips_in_an_hour_the_address_has_to_wait(send, organisation):
    assert [send().status_code for _sending in range(12)] == [302] * 10 + [429] * 2
    assert len(tips_of(organisation)) == 10
    assert db.session.scalar(select(func.count(TipAttempt.id))) == 10


def test_from_many_addresses_an_organisation_gets_at_most_sixty_an_hour(send, organisation):
    for number in range(60):
        db.session.add(TipAttempt(organisation_id=organisation.id, address=f"2001:db8::{number}"))
    db.session.commit()
    answer = send()

    assert answer.status_code == 429 and "Vänta en stund och skicka igen." in answer.text
    assert form_values(answer.text)["need"] == TIP["need"]


def test_what_is_said_of_the_limit_is_its_own_window(send, organisation):
    rules = get_document(DocumentKind.TIP_RULES, on=clock.today()).content
    changed = rules | {"limits": {"window_minutes": 15, "per_address": 1, "per_organisation": 60}}
    facts = {"version": "test", "valid_from": clock.today(), "source": "test: another window"}
    factories.add(ReferenceDocument(kind=DocumentKind.TIP_RULES, content=changed, **facts))

    assert send().status_code == 302
    assert "Det har kommit många tips de senaste 15 minuterna." in send().text


def test_one_sender_with_a_network_of_addresses_is_one_sender(app, organisation):
    for number in range(10):
        service.count_attempt(organisation.id, f"2001:db8:1:2::{number}")
    service.count_attempt(organisation.id, "2001:db8:1:3::1")
    service.count_attempt(organisation.id, "::ffff:192.0.2.1")

    with pytest.raises(service.TooManyTipsError):
        service.count_attempt(organisation.id, "2001:db8:1:2:ffff::1")
    assert set(db.session.scalars(select(TipAttempt.address))) == {
        "2001:db8:1:2::/64", "2001:db8:1:3::/64", "192.0.2.1"
    }  # fmt: skip


def test_the_limit_of_one_organisation_is_not_that_of_another(send, user, visitor):
    other = factories.organisation()
    for _number in range(60):
        db.session.add(TipAttempt(organisation_id=other.id, address="127.0.0.1"))
    db.session.commit()

    assert send().status_code == 302


def test_a_closed_form_an_old_address_and_an_unknown_one_look_alike(visitor, client, url, page):
    client.press("/administration/tips/byt-adress")
    renewed = f"/tipsa/{db.session.merge(page).token}"
    assert renewed != url and visitor.get(renewed).status_code == 200
    client.press("/administration/tips/stang")
    answers = [visitor.get(address) for address in (url, renewed, "/tipsa/okand", "/tipsa/%00", f"{renewed}/tack")]

    assert {answer.status_code for answer in answers} == {404}
    assert len({"\n".join(row for row in answer.text.splitlines() if "/sprak/" not in row) for answer in answers}) == 1
    assert visitor.post(renewed, data=TIP).status_code == 404


def test_an_administrator_opens_the_form_that_is_closed_from_the_start(client, visitor):
    assert "Formuläret är stängt." in client.get("/administration/tips").text
    client.press("/administration/tips/oppna")
    text = client.get("/administration/tips").text

    address = text.split("http://localhost", 1)[1].split("<", 1)[0]
    assert visitor.get(address).status_code == 200


def test_a_signed_in_visitor_gives_the_tip_to_the_organisation_of_the_form(client_for, url, organisation, monkeypatch):
    other = factories.organisation()
    client = client_for(Role.BROKER, organisation=other)
    values = form_values(client.get(url).text) | TIP
    later = clock.now() + timedelta(seconds=10)
    monkeypatch.setattr(clock, "now", lambda: later)

    assert client.post(url, data=values).status_code == 302
    assert len(tips_of(organisation)) == 1 and tips_of(other) == []
