"""Without net: a contact is kept on the device, survives the closing of the browser, and reaches the server once."""

from datetime import timedelta

import pytest
from playwright.sync_api import expect
from sqlalchemy import select

from broker import clock
from broker.companies.models import InteractionKind, Task
from broker.extensions import db
from tests.browser.chromium import ARGUMENTS, find_chromium
from tests.browser.phone import (
    LIGHT,
    PHONE,
    READY,
    Watched,
    contacts,
    enter,
    find_net,
    kept,
    log_without_net,
    lose_net,
    sent,
    waiting,
)
from tests.browser.steps import follow, press, sees, write
from tests.browser.test_accessibility import overflow, violations

# What a browser keeps does not depend on the database behind it.
pytestmark = pytest.mark.parametrize("database_app", ["sqlite"], indirect=True)


def test_a_contact_logged_without_net_is_sent_once_when_the_net_is_back(phone):
    log_without_net(phone, kind="call", next_step="Skicka förslag")
    expect(waiting(phone)).to_have_text("Väntar på att skickas: 1")
    assert contacts() == []
    find_net(phone)
    expect(phone.get_by_role("link", name="Kontakten med Exempel Verkstad AB är sparad.")).to_be_visible()
    expect(waiting(phone)).to_be_hidden()
    assert [contact.kind for contact in contacts()] == ["call"]
    assert db.session.scalar(select(Task.due_on)) == clock.today() + timedelta(days=7)
    db.session.rollback()
    follow(phone, "Kontakten med Exempel Verkstad AB är sparad.")
    sees(phone, "Behöver två svetsare")


def test_what_waits_survives_the_closing_of_the_browser(chromium, app, address, company, user, tmp_path):
    def opened():
        options = {"base_url": address, "viewport": PHONE, "executable_path": find_chromium(), "args": ARGUMENTS}
        return Watched(chromium.browser_type.launch_persistent_context(tmp_path, **options))

    with opened() as device:
        log_without_net(enter(app, device.context, user))
    with opened() as device:
        page = device.context.pages[0]
        page.goto(LIGHT)
        expect(sent(page)).to_have_text("Sparad: Exempel Verkstad AB")
    assert len(contacts()) == 1


def test_a_contact_that_is_pressed_twice_and_sent_again_is_one(phone):
    lose_net(phone)
    phone.goto("/utan-nat")
    write(phone, company="exempel verkstad ab", summary="Behöver två svetsare")
    phone.evaluate("() => { const form = document.forms[0]; form.requestSubmit(); form.requestSubmit(); }")
    expect(waiting(phone)).to_have_text("Väntar på att skickas: 1")
    [contact] = phone.evaluate("brokerWaiting.list()")
    find_net(phone)
    expect(sent(phone)).to_be_visible()
    phone.evaluate("contact => brokerWaiting.keep(contact)", {**contact, "iv": None, "sealed": None})
    phone.goto(LIGHT)
    expect(sent(phone)).to_be_visible()
    assert len(contacts()) == 1


def test_a_refused_contact_opens_in_the_ordinary_form_with_the_reasons(phone, company):
    log_without_net(phone, happened_on=str(clock.today() + timedelta(days=2)))
    find_net(phone)
    sees(phone, "Ange en dag som inte ligger i framtiden.")
    phone.get_by_role("button", name="Rätta").click()
    expect(phone.locator(".error-summary")).to_be_focused()
    expect(phone.locator("[name=summary]")).to_have_value("Behöver två svetsare")
    write(phone, happened_on=str(clock.today()))
    phone.get_by_role("button", name="Spara", exact=True).click()
    phone.wait_for_url(f"**/foretag/{company.id}")
    phone.goto("/utan-nat")
    sees(phone, "Inget väntar.")
    assert len(contacts()) == 1


def test_a_company_in_words_is_chosen_from_the_register_when_the_net_is_back(phone):
    log_without_net(phone, company="Exempel Verkst")
    find_net(phone)
    phone.get_by_role("link", name="Välj företag").click()
    follow(phone, "Exempel Verkstad AB")
    expect(phone.locator("[name=summary]")).to_have_value("Behöver två svetsare")
    press(phone, "Spara")
    sees(phone, "Kontakten med Exempel Verkstad AB är sparad.")
    phone.goto("/utan-nat")
    sees(phone, "Inget väntar.")
    assert len(contacts()) == 1


def test_an_ordinary_form_that_is_saved_without_net_is_kept_and_sent(phone, company):
    phone.goto(f"/foretag/{company.id}/kontakter/ny")
    write(phone, summary="Behöver två svetsare")
    phone.get_by_label("Anna Exempelsson").check()
    lose_net(phone)
    press(phone, "Spara")
    expect(kept(phone)).to_contain_text("Kontakten med Exempel Verkstad AB är sparad på den här enheten")
    expect(kept(phone)).to_be_focused()
    expect(phone.locator("main .notice:visible")).to_have_count(1)
    find_net(phone)
    expect(sent(phone)).to_be_visible()
    assert len(contacts()) == 1
    sent(phone).click()
    sees(phone, "Anna Exempelsson")
    phone.goto(f"/foretag/{company.id}/kontakter/ny")
    expect(phone.locator("[name=summary]")).to_have_value("")


def test_a_planned_contact_that_is_sent_later_closes_its_plan(phone, company, user):
    plan = Task(company=company, owner=user, title="Ring", due_on=clock.today(), kind=InteractionKind.CALL)
    db.session.add(plan)
    db.session.commit()
    phone.goto(f"/foretag/{company.id}/kontakter/ny?uppgift={plan.id}")
    write(phone, summary="Behöver två svetsare", happened_on=str(clock.today() + timedelta(days=2)))
    lose_net(phone)
    press(phone, "Spara")
    expect(kept(phone)).to_be_focused()
    find_net(phone)
    sees(phone, "Ange en dag som inte ligger i framtiden.")
    phone.get_by_role("button", name="Rätta").click()
    expect(phone.locator(".error-summary")).to_be_focused()
    lose_net(phone)
    write(phone, happened_on=str(clock.today()))
    phone.get_by_role("button", name="Spara", exact=True).click()
    expect(kept(phone)).to_be_focused()
    find_net(phone)
    expect(sent(phone)).to_be_visible()
    assert len(contacts()) == 1
    assert db.session.scalar(select(Task.done_at).where(Task.id == plan.id))
    db.session.rollback()


def test_a_contact_that_leads_to_a_need_leads_there_when_it_has_been_sent(phone, company):
    phone.goto(f"/foretag/{company.id}/kontakter/ny")
    write(phone, summary="Behöver två svetsare")
    lose_net(phone)
    press(phone, "Spara och registrera behov")
    expect(kept(phone)).to_be_focused()
    find_net(phone)
    beside = phone.locator("main").get_by_role("link", name="Registrera behov: Exempel Verkstad AB")
    expect(beside).to_be_visible()
    phone.get_by_role("banner").get_by_role("link", name="Registrera behov: Exempel Verkstad AB").click()
    sees(phone, "Behöver två svetsare")
    assert f"/foretag/{company.id}/behov/nytt?kontakt=" in phone.url


def test_an_address_that_is_no_page_does_not_make_the_device_forget(phone):
    lose_net(phone)
    phone.goto("/utan-nat")
    write(phone, summary="Halvskrivet")
    find_net(phone)
    other = phone.context.new_page()
    other.goto("/finns-inte")
    other.evaluate(READY)
    assert other.evaluate("brokerWaiting.person()")
    expect(phone.locator("[name=summary]")).to_be_visible()
    expect(phone.locator("[name=summary]")).to_have_value("Halvskrivet")


def test_half_written_text_survives_a_reload_of_the_page_without_net(phone):
    lose_net(phone)
    phone.goto("/utan-nat")
    write(phone, company="Exempel Verkstad AB", summary="Halvskrivet")
    phone.reload()
    expect(phone.locator("[name=summary]")).to_have_value("Halvskrivet")
    sees(phone, "Det du skrev senast är tillbaka.")
    press(phone, "Spara")
    expect(kept(phone)).to_be_focused()
    phone.get_by_role("button", name="Ändra: Exempel Verkstad AB").click()
    expect(phone.locator("[name=summary]")).to_have_value("Halvskrivet")
    write(phone, summary="Helt skrivet")
    phone.reload()
    expect(phone.locator("[name=summary]")).to_have_value("Helt skrivet")
    press(phone, "Spara")
    expect(kept(phone)).to_be_focused()
    expect(phone.locator("[name=summary]")).to_have_value("")
    phone.reload()
    expect(phone.locator("[data-list] > li")).to_have_count(1)
    expect(phone.locator("[name=summary]")).to_have_value("")
    expect(phone.locator("[data-list] [data-summary]")).to_have_text("Helt skrivet")


def test_a_long_text_that_waits_is_folded(phone):
    log_without_net(phone, summary="Behöver två svetsare. " * 300)
    assert phone.evaluate("document.documentElement.scrollHeight") < 2000
    whole = phone.locator("[data-whole]")
    expect(whole).to_be_hidden()
    phone.get_by_text("Visa hela texten").click()
    expect(whole).to_have_text("Behöver två svetsare. " * 300)


def test_any_other_form_that_could_not_be_sent_is_sent_again_from_the_page(phone, company):
    phone.goto(f"/foretag/{company.id}/uppgifter/ny")
    write(phone, title="Boka möte", due_on="2099-01-02")
    lose_net(phone)
    press(phone, "Spara")
    sees(phone, "Formuläret kunde inte skickas")
    find_net(phone)
    follow(phone, "Skicka det igen")
    sees(phone, "Uppgiften är sparad.")


def test_what_waits_is_changed_and_removed_and_brought_back_with_the_keyboard_alone(phone):
    log_without_net(phone)
    phone.get_by_role("button", name="Ändra: Exempel Verkstad AB").press("Enter")
    expect(phone.locator("[name=company]")).to_be_focused()
    phone.locator("[name=summary]").fill("Behöver tre svetsare")
    phone.get_by_role("button", name="Spara", exact=True).press("Enter")
    expect(kept(phone)).to_be_focused()
    phone.get_by_role("button", name="Ta bort: Exempel Verkstad AB").press("Enter")
    undo = phone.get_by_role("button", name="Ångra: Exempel Verkstad AB")
    expect(undo).to_be_focused()
    expect(waiting(phone)).to_be_hidden()
    undo.press("Enter")
    expect(phone.get_by_role("button", name="Ta bort: Exempel Verkstad AB")).to_be_focused()
    find_net(phone)
    expect(sent(phone)).to_be_visible()
    assert len(contacts("Behöver tre svetsare")) == 1


def test_a_device_keeps_this_release_of_the_page_and_no_page_of_anybody(app, new_device, company, user):
    page = new_device.new_page()
    page.goto("/logga-in")
    page.evaluate("caches.open('broker-older')")
    enter(app, new_device, user).goto(f"/foretag/{company.id}")
    names = page.evaluate("caches.keys()")
    files = page.evaluate("async name => (await (await caches.open(name)).keys()).map(one => one.url)", names[0])
    assert len(names) == 1 and "broker-older" not in names
    pages = [url.split("/", 3)[3] for url in files if "/static/" not in url]
    assert pages == ["utan-nat?sprak=sv", "utan-nat?sprak=en"]


def test_the_page_is_accessible_when_something_waits_and_when_something_is_missing(phone):
    log_without_net(phone)
    phone.get_by_role("button", name="Spara", exact=True).click()
    expect(phone.locator(".error-summary")).to_be_focused()
    phone.set_viewport_size({"width": 320, "height": 844})
    for scheme in ("light", "dark"):
        phone.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        assert violations(phone) == []
    assert overflow(phone) == []


def test_going_back_over_a_form_that_was_refused_shows_the_form_and_no_loss_of_net(phone, company):
    phone.goto(f"/foretag/{company.id}/uppgifter/ny")
    phone.get_by_role("button", name="Spara", exact=True).click()
    sees(phone, "Rätta det här innan du går vidare")
    write(phone, title="Ring Anna", due_on=clock.today().isoformat())
    press(phone, "Spara")
    sees(phone, "Ring Anna")
    phone.go_back()
    expect(phone.get_by_role("heading", level=1)).to_have_text("Ny uppgift")
    assert db.session.scalars(select(Task.title).where(Task.title == "Ring Anna")).all() == ["Ring Anna"]
    db.session.rollback()
