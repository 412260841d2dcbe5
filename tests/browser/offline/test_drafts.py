"""What is half typed outlives its tab on the device: for the same person alone, until it is saved or let go of."""

import pytest
from playwright.sync_api import expect

from broker.access import Role
from broker.extensions import db
from tests import factories
from tests.browser.phone import LIGHT, READY, enter, find_net, lose_net
from tests.browser.steps import press, sees, write

# What a browser keeps does not depend on the database behind it.
pytestmark = pytest.mark.parametrize("database_app", ["sqlite"], indirect=True)

KEPT = """async (text) => {
  const latest = Date.now() + 5_000;
  const rows = () => new Promise((resolve) => {
    const request = indexedDB.open("broker-drafts", 1);
    request.onupgradeneeded = () => request.result.createObjectStore("drafts", { keyPath: "key" });
    request.onsuccess = () => {
      const all = request.result.transaction("drafts").objectStore("drafts").getAll();
      all.onsuccess = () => { request.result.close(); resolve(all.result); };
    };
  });
  while ((await rows()).length !== %s) {
    if (Date.now() > latest) throw new Error("another number of drafts is kept");
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  return JSON.stringify((await rows()).map((row) => new TextDecoder().decode(row.sealed))).includes("Halvskrivet");
}"""


def drafts(page, count):
    """Wait until so many drafts are kept, and see that nobody can read them."""
    assert page.evaluate(KEPT % count) is False


def in_new_tab(page, url):
    other = page.context.new_page()
    page.close()
    other.goto(url)
    other.evaluate(READY)
    return other


@pytest.fixture
def form(company):
    return f"/foretag/{company.id}/kontakter/ny"


def test_a_half_written_contact_comes_back_in_another_tab_until_it_is_saved(phone, form):
    phone.goto(form)
    write(phone, summary="Halvskrivet", next_step="Ring Anna")
    drafts(phone, 1)

    tab = in_new_tab(phone, form)
    expect(tab.locator("[name=summary]")).to_have_value("Halvskrivet")
    expect(tab.locator("[name=next_step]")).to_have_value("Ring Anna")
    sees(tab, "Vi hittade ett utkast från")
    tab.locator("[name=kind]").select_option("visit")
    press(tab, "Spara")
    tab.wait_for_url("**/foretag/*")
    drafts(tab, 0)
    tab = in_new_tab(tab, form)
    expect(tab.locator("[name=summary]")).to_have_value("")


def test_a_draft_is_let_go_of_with_a_button(phone, form):
    phone.goto(form)
    write(phone, summary="Halvskrivet")
    drafts(phone, 1)
    tab = in_new_tab(phone, form)
    expect(tab.locator("[name=summary]")).to_have_value("Halvskrivet")

    press(tab, "Kasta")

    expect(tab.locator("[name=summary]")).to_have_value("")
    expect(tab.locator("[data-kept-notice]")).to_be_hidden()
    drafts(tab, 0)


def test_a_need_is_found_again_with_what_was_said_and_what_was_chosen(phone, company):
    address = f"/foretag/{company.id}/behov/nytt"
    phone.goto(address)
    write(phone, text="Halvskrivet: tre behöver svetsa")
    drafts(phone, 1)
    tab = in_new_tab(phone, address)
    expect(tab.locator("[name=text]")).to_have_value("Halvskrivet: tre behöver svetsa")
    press(tab, "Fortsätt")
    write(tab, women="7")
    drafts(tab, 2)
    tab = in_new_tab(tab, address)
    expect(tab.locator("[name=text]")).to_have_value("Halvskrivet: tre behöver svetsa")
    press(tab, "Fortsätt")
    expect(tab.locator("[name=women]")).to_have_value("7")
    press(tab, "Spara nu, klarlägg senare")
    drafts(tab, 0)


def test_nobody_else_on_the_device_finds_a_draft_and_its_writer_does_again(
    phone, app, device, form, organisation, user
):
    other = factories.user(organisation=organisation, roles=[Role.BROKER])
    db.session.commit()
    phone.goto(form)
    write(phone, summary="Halvskrivet")
    drafts(phone, 1)

    page = enter(app, device, other)
    page.goto(form)
    page.evaluate(READY)
    expect(page.locator("[name=summary]")).to_have_value("")
    drafts(page, 1)

    page = enter(app, device, user)
    page.goto(form)
    expect(page.locator("[name=summary]")).to_have_value("Halvskrivet")


def test_signing_out_drops_the_drafts(phone, form):
    phone.goto(form)
    write(phone, summary="Halvskrivet")
    drafts(phone, 1)
    phone.locator(".account summary").click()
    phone.get_by_role("button", name="Logga ut", exact=True).click()
    expect(phone.locator("[name=password]")).to_be_visible()
    drafts(phone, 0)


def test_a_contact_that_waits_for_the_net_is_no_draft_any_more(phone, form):
    phone.goto(form)
    write(phone, summary="Halvskrivet", kind="call")
    drafts(phone, 1)
    lose_net(phone)
    press(phone, "Spara")
    expect(phone.locator('[data-notice="kept"]')).to_be_visible()
    drafts(phone, 0)
    find_net(phone)
    phone.goto(LIGHT)


def test_a_draft_of_long_ago_is_dropped(phone, form):
    phone.goto(form)
    write(phone, summary="Halvskrivet")
    drafts(phone, 1)
    phone.evaluate("() => { const now = Date.now; Date.now = () => now() + 8 * 86_400_000; }")
    phone.evaluate("brokerWaiting.drafts.dropOld()")
    drafts(phone, 0)
