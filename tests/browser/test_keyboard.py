"""The keyboard, and what is kept of what somebody has typed."""

import re
from datetime import timedelta

import pytest
from playwright.sync_api import expect

from broker import clock
from broker.extensions import db
from tests import factories
from tests.browser.steps import focused, press, sees, sign_in, tab_to, unfold

# What a browser does with a page does not depend on the database behind it.
pytestmark = pytest.mark.parametrize("database_app", ["sqlite"], indirect=True)


@pytest.fixture
def company(scope, user):
    row = factories.company("Exempel Verkstad AB")
    factories.person(row, "Anna Exempelsson")
    db.session.rollback()
    return row


@pytest.fixture
def signed_in(page, company, user):
    """Give a page of somebody with every role, on Idag."""
    sign_in(page, user)
    return page


@pytest.fixture
def contact_form(signed_in, company):
    signed_in.goto(f"/foretag/{company.id}/kontakter/ny")
    return signed_in


def test_somebody_signs_in_with_the_keys_alone(page, user):
    page.goto("/logga-in")
    page.keyboard.type(user.email)
    page.keyboard.press("Tab")
    page.keyboard.type(factories.PASSWORD)
    page.keyboard.press("Enter")

    expect(page).to_have_title("Idag – Broker")


def test_a_slash_reaches_the_search(signed_in):
    signed_in.keyboard.press("/")
    expect(focused(signed_in)).to_have_attribute("id", "sok")
    assert signed_in.locator("#sok").input_value() == ""


def test_an_l_logs_a_contact(signed_in):
    signed_in.keyboard.press("l")
    signed_in.wait_for_url("**/kontakter/ny")


def test_a_question_mark_opens_the_help(signed_in):
    signed_in.keyboard.press("?")
    signed_in.wait_for_url("**/hjalp/01-borja-har")


def test_a_letter_in_a_field_is_a_letter(signed_in):
    signed_in.locator("#sok").focus()
    signed_in.keyboard.type("l/?")
    assert signed_in.locator("#sok").input_value() == "l/?"


def test_the_keys_can_be_turned_off_and_stay_off(signed_in):
    signed_in.get_by_role("button", name="Kortkommandon").click()
    signed_in.reload()
    signed_in.keyboard.press("/")
    expect(signed_in.locator("#sok")).not_to_be_focused()
    expect(signed_in.get_by_role("button", name="Kortkommandon")).to_have_attribute("aria-pressed", "false")


def test_a_contact_is_logged_without_a_mouse(signed_in):
    signed_in.keyboard.press("l")
    signed_in.wait_for_url("**/kontakter/ny")
    expect(signed_in.locator("main [name=q]")).to_be_focused()
    signed_in.keyboard.type("exe")
    signed_in.keyboard.press("Enter")
    tab_to(signed_in, "Exempel Verkstad AB")
    signed_in.keyboard.press("Enter")
    signed_in.wait_for_url("**/foretag/*/kontakter/ny")
    tab_to(signed_in, "summary")
    signed_in.keyboard.type("Behöver två truckförare")
    tab_to(signed_in, "next_step")
    signed_in.keyboard.type("Ring i maj")
    tab_to(signed_in, "Spara")
    signed_in.keyboard.press("Enter")
    expect(signed_in.get_by_text("Kontakten med Exempel Verkstad AB är sparad.")).to_be_visible()
    expect(signed_in.get_by_text("Behöver två truckförare")).to_be_visible()


def test_the_arrows_lead_from_the_field_to_the_companies_found_and_back(signed_in, company):
    signed_in.goto("/kontakter/ny")
    expect(signed_in.locator("main [name=q]")).to_be_focused()
    signed_in.keyboard.type("verkst")
    found = signed_in.get_by_role("link", name=company.name)
    expect(found).to_be_visible()
    signed_in.keyboard.press("ArrowDown")
    expect(found).to_be_focused()
    signed_in.keyboard.press("ArrowUp")
    expect(signed_in.locator("main [name=q]")).to_be_focused()
    signed_in.keyboard.press("ArrowDown")
    signed_in.keyboard.press("Enter")
    signed_in.wait_for_url("**/foretag/*/kontakter/ny")


def test_the_arrows_move_between_the_rows_of_a_list(signed_in, scope):
    factories.company("Exempel Ytbehandling AB")
    db.session.rollback()
    signed_in.goto("/foretag")
    links = signed_in.locator("main tbody th a")
    links.first.focus()
    signed_in.keyboard.press("ArrowDown")
    expect(links.nth(1)).to_be_focused()
    signed_in.keyboard.press("ArrowUp")
    expect(links.first).to_be_focused()
    signed_in.keyboard.press("ArrowUp")
    expect(links.first).to_be_focused()


@pytest.mark.parametrize("width", [1280, 390])
def test_a_list_is_sorted_with_the_keys_alone(signed_in, scope, user, width):
    for name, days in (("Exempel Nyss AB", 1), ("Exempel Gammal AB", 90)):
        factories.interaction(factories.company(name), by=user, happened_on=clock.today() - timedelta(days=days))
    db.session.rollback()
    signed_in.set_viewport_size({"width": width, "height": 800})
    signed_in.goto("/foretag")
    for heading, direction, first in (
        ("Senaste kontakt", "ascending", "Exempel Gammal AB"),
        ("Senaste kontakt ↑", "descending", "Exempel Nyss AB"),
    ):
        tab_to(signed_in, heading)
        expect(focused(signed_in)).to_be_in_viewport(ratio=1)
        signed_in.keyboard.press("Enter")
        expect(signed_in.locator("main tbody th a").first).to_have_text(first)
        expect(signed_in.locator(f"main thead th[aria-sort={direction}]")).to_contain_text("Senaste kontakt")


def test_the_next_page_of_a_list_begins_at_the_list(signed_in, scope):
    for number in range(30):
        factories.company(f"Exempel Svets {number:02} AB")
    db.session.rollback()
    signed_in.goto("/foretag?q=svets")
    for way, first in (("Nästa", "Exempel Svets 25 AB"), ("Föregående", "Exempel Svets 00 AB")):
        signed_in.get_by_role("link", name=way, exact=True).focus()
        signed_in.keyboard.press("Enter")
        expect(signed_in.get_by_role("link", name=first)).to_be_visible()
        expect(signed_in.get_by_role("group", name="Företag, de som passar bäst först")).to_be_focused()
        # Two columns can be sorted by; the row comes next.
        for _stop in range(3):
            signed_in.keyboard.press("Tab")
        expect(focused(signed_in)).to_have_text(first)


def test_the_arrows_stay_in_a_field(signed_in):
    signed_in.goto("/foretag")
    field = signed_in.locator("main form select").first
    unfold(field)
    field.focus()
    signed_in.keyboard.press("ArrowDown")
    expect(field).to_be_focused()


def test_the_first_tab_leads_past_the_menu(signed_in):
    signed_in.goto("/foretag")
    signed_in.keyboard.press("Tab")
    expect(focused(signed_in)).to_have_text("Hoppa till innehållet")
    signed_in.keyboard.press("Enter")
    expect(signed_in.locator("main")).to_be_focused()


def test_a_refused_form_moves_the_focus_to_what_has_to_be_mended(contact_form):
    contact_form.get_by_role("button", name="Spara", exact=True).click()
    summary = contact_form.locator(".error-summary")
    expect(summary).to_be_focused()
    summary.get_by_role("link").first.click()
    expect(contact_form.locator("[name='summary']")).to_be_focused()


def test_what_is_typed_survives_a_reload_and_is_gone_once_saved(contact_form, company):
    contact_form.locator("[name='summary']").press_sequentially("Ett långt samtal")
    contact_form.get_by_label("Anna Exempelsson").check()
    contact_form.reload()
    assert contact_form.locator("[name='summary']").input_value() == "Ett långt samtal"
    expect(contact_form.get_by_label("Anna Exempelsson")).to_be_checked()
    expect(contact_form.get_by_text("Det du skrev senast är tillbaka.")).to_be_visible()
    press(contact_form, "Spara")
    contact_form.goto(f"/foretag/{company.id}/kontakter/ny")
    assert contact_form.locator("[name='summary']").input_value() == ""
    expect(contact_form.get_by_text("Det du skrev senast är tillbaka.")).to_be_hidden()


def test_the_way_back_from_a_saved_contact_leads_to_an_empty_form(contact_form):
    contact_form.locator("[name='summary']").press_sequentially("Ett långt samtal")
    contact_form.locator("[name='kind']").select_option("call")
    contact_form.get_by_label("Anna Exempelsson").check()
    press(contact_form, "Spara")
    contact_form.go_back()
    expect(contact_form.locator("[name='summary']")).to_have_value("")
    expect(contact_form.locator("[name='kind']")).not_to_have_value("call")
    expect(contact_form.get_by_label("Anna Exempelsson")).not_to_be_checked()
    expect(contact_form.get_by_text("Det du skrev senast är tillbaka.")).to_be_hidden()


def test_a_saved_contact_is_not_typed_again_on_a_line_too_slow_for_scripts(contact_form, company):
    contact_form.locator("[name='summary']").press_sequentially("Ett långt samtal")
    contact_form.get_by_label("Anna Exempelsson").check()
    contact_form.route("**/unsaved.js*", lambda route: route.fulfill(body="", content_type="text/javascript"))
    press(contact_form, "Spara")
    expect(contact_form.get_by_text("är sparad")).to_be_visible()
    contact_form.unroute_all()
    contact_form.goto(f"/foretag/{company.id}/kontakter/ny")
    expect(contact_form.locator("[name='summary']")).to_have_value("")


def test_what_is_typed_is_gone_for_the_next_person(contact_form, company, user):
    contact_form.locator("[name='summary']").press_sequentially("Ett långt samtal")
    contact_form.locator(".account summary").click()
    contact_form.get_by_role("button", name="Logga ut").click()
    sees(contact_form, "Du är utloggad.")
    sign_in(contact_form, user)
    contact_form.goto(f"/foretag/{company.id}/kontakter/ny")
    assert contact_form.locator("[name='summary']").input_value() == ""


def test_a_contact_asks_for_five_fields_at_most(contact_form):
    shown = contact_form.locator("main form :is(input:not([type='checkbox']), select, textarea):visible")
    assert shown.count() <= 5


def test_the_search_suggests_while_somebody_types_and_the_arrows_lead_there(signed_in, company, scope):
    factories.company("Exempel Ytbehandling AB")
    db.session.rollback()
    signed_in.goto("/")
    start_to_search(signed_in)
    field = focused(signed_in)
    field.press_sequentially("ytbeh")
    suggestions = signed_in.locator("#sok-forslag a")
    expect(suggestions).to_have_count(1)
    expect(signed_in.locator(".search [role=status]")).to_have_text("1 förslag")
    signed_in.keyboard.press("ArrowDown")
    expect(suggestions.first).to_have_attribute("aria-selected", "true")
    field.press_sequentially("xx")
    expect(signed_in.locator("#sok-forslag")).to_have_text("Inget företag passar.")
    field.fill("ytbehandlig")
    expect(suggestions).to_have_count(1)
    suggestions.first.click()
    expect(signed_in.locator("h1")).to_have_text("Exempel Ytbehandling AB")


def start_to_search(page):
    """Go to the search field with the key for it, once what suggests has begun: a moment after the page has loaded."""
    expect(page.locator("#sok")).to_have_attribute("data-htmx-powered", "true")
    page.keyboard.press("/")


@pytest.fixture
def suggested(signed_in, company, scope):
    """Give the search field with two suggestions below it."""
    factories.company("Exempel Ytbehandling AB")
    db.session.rollback()
    signed_in.goto("/")
    start_to_search(signed_in)
    signed_in.keyboard.type("exempel")
    expect(signed_in.get_by_role("option")).to_have_count(2)
    return signed_in.get_by_role("combobox", name="Sök företag eller person")


def test_escape_closes_what_is_suggested_and_keeps_what_was_typed_until_the_next(signed_in, suggested):
    options = signed_in.get_by_role("option")
    for _way in ("from the field", "from a suggestion"):
        signed_in.keyboard.press("Escape")
        expect(options).to_have_count(0)
        expect(suggested).to_have_value("exempel")
        expect(suggested).to_have_attribute("aria-expanded", "false")
        expect(signed_in.locator(".search [role=status]")).to_have_text("")
        signed_in.keyboard.press("ArrowDown")
        expect(options).to_have_count(2)
    signed_in.keyboard.press("Escape")
    signed_in.keyboard.press("Escape")
    expect(suggested).to_have_value("")
    expect(suggested).to_be_focused()
    signed_in.keyboard.press("ArrowDown")
    expect(options).to_have_count(0)


def test_an_answer_that_comes_after_escape_opens_nothing(signed_in, company):
    answers = []
    signed_in.route("**/foretag/forslag*", lambda route: answers.append(route))  # noqa: PLW0108 - a built-in cannot be marked.
    start_to_search(signed_in)
    with signed_in.expect_request("**/foretag/forslag*"):
        signed_in.keyboard.type("verkstad")
    signed_in.keyboard.press("Escape")
    with signed_in.expect_response("**/foretag/forslag*"):
        answers[-1].continue_()
    expect(signed_in.locator("#sok-forslag a")).to_have_count(1)
    expect(signed_in.locator("#sok-forslag")).to_be_hidden()
    expect(signed_in.locator("#sok")).to_have_value("verkstad")


def test_the_arrows_choose_among_the_suggestions_and_the_keys_stay_in_the_field(signed_in, suggested):
    options = signed_in.get_by_role("option")

    def is_chosen(place):
        expect(suggested).to_be_focused()
        expect(suggested).to_have_attribute("aria-expanded", "true")
        if place is None:
            expect(suggested).not_to_have_attribute("aria-activedescendant", re.compile("."))
            expect(signed_in.get_by_role("option", selected=True)).to_have_count(0)
        else:
            expect(suggested).to_have_attribute("aria-activedescendant", options.nth(place).get_attribute("id"))
            expect(options.nth(place)).to_have_attribute("aria-selected", "true")

    for key, place in [
        ("ArrowDown", 0),
        ("ArrowDown", 1),
        ("ArrowDown", None),
        ("ArrowUp", 1),
        ("ArrowUp", 0),
        ("ArrowUp", None),
        ("ArrowDown", 0),
        ("ArrowLeft", None),
    ]:
        signed_in.keyboard.press(key)
        is_chosen(place)
    signed_in.keyboard.press("Tab")
    expect(focused(signed_in)).to_have_role("button")
    expect(options).to_have_count(0)


def test_enter_opens_the_chosen_suggestion_or_shows_all_that_was_found(signed_in, suggested, company):
    signed_in.keyboard.press("ArrowUp")
    signed_in.keyboard.press("Enter")
    expect(signed_in.locator("h1")).to_have_text("Exempel Ytbehandling AB")
    start_to_search(signed_in)
    signed_in.keyboard.type("exempel")
    expect(signed_in.get_by_role("option")).to_have_count(2)
    signed_in.keyboard.press("Enter")
    signed_in.wait_for_url("**/foretag?q=exempel")


def test_the_company_of_a_contact_is_found_while_somebody_types(signed_in, scope):
    company = factories.company("Exempel Ytbehandling AB")
    db.session.rollback()
    signed_in.goto("/kontakter/ny")
    signed_in.locator("main [name=q]").press_sequentially("ytbe")
    signed_in.locator("#traffar").get_by_role("link", name=company.name).click()
    expect(signed_in.locator("h1")).to_contain_text("Logga kontakt")


def test_what_is_shown_once_is_copied_whole(signed_in):
    signed_in.context.grant_permissions(["clipboard-read", "clipboard-write"])
    signed_in.goto("/konto/brev-till-loggen")
    press(signed_in, "Skapa privat adress")
    signed_in.get_by_label("Privat adress").focus()
    assert signed_in.evaluate("getSelection().toString()").startswith("logg+")
    press(signed_in, "Kopiera")
    sees(signed_in, "Kopierad")
    assert signed_in.evaluate("navigator.clipboard.readText()").startswith("logg+")
