"""The second factor by keyboard alone: turned on under one's account, asked for at the next sign-in."""

import re

import pytest
from playwright.sync_api import expect

from broker.extensions import db
from tests import factories
from tests.accounts.second_factor.steps import code_of
from tests.browser.conftest import opened
from tests.browser.steps import sees, sign_in, tab_to, write
from tests.browser.test_accessibility import overflow, violations

# What a browser does with a page does not depend on the database behind it.
pytestmark = pytest.mark.parametrize("database_app", ["sqlite"], indirect=True)


@pytest.fixture
def phone(chromium, address, user):
    """Give a page on the narrowest phone, of nobody yet."""
    db.session.rollback()
    with opened(chromium, address, viewport={"width": 320, "height": 844}) as page:
        yield page


def type_in(page, name, text, button):
    """Reach a field by the tab key, type, and press the button after it."""
    tab_to(page, name)
    page.keyboard.type(text)
    tab_to(page, button)
    page.keyboard.press("Enter")


def follow(page, label):
    tab_to(page, label)
    page.keyboard.press("Enter")


def is_sound(page):
    page.wait_for_load_state()
    for scheme in ("dark", "light"):
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        assert violations(page) == [] and not overflow(page), page.url


def test_turned_on_signed_out_and_signed_in_again_without_a_mouse(phone, user):
    sign_in(phone, user)
    phone.goto("/konto")
    follow(phone, "Slå på tvåstegsinloggning")
    phone.wait_for_url("**/konto/tvastegsinloggning")
    is_sound(phone)
    secret = re.sub(r"\s", "", phone.locator("main p strong").inner_text())

    write(phone, password=factories.PASSWORD)
    type_in(phone, "code", code_of(secret), "Slå på")

    expect(phone).to_have_title("Dina återställningskoder – Broker")
    is_sound(phone)
    paper = phone.locator("#koder").input_value().split()
    tab_to(phone, "Ladda ner som text")
    with phone.expect_download() as download:
        phone.keyboard.press("Enter")
    assert download.value.path().read_text(encoding="utf-8").split() == paper
    assert download.value.suggested_filename == "broker-aterstallningskoder.txt"
    follow(phone, "Jag har sparat koderna")
    phone.wait_for_url("**/")
    phone.locator("details.account summary").focus()
    phone.keyboard.press("Enter")
    follow(phone, "Logga ut")
    expect(phone).to_have_title("Logga in – Broker")

    tab_to(phone, "email")
    phone.keyboard.type(user.email)
    type_in(phone, "password", factories.PASSWORD, "Logga in")
    expect(phone).to_have_title("Skriv koden från din app – Broker")
    is_sound(phone)
    code = code_of(secret, steps=1)
    type_in(phone, "code", f"{code[:3]} {code[3:]}", "Logga in")

    expect(phone).to_have_title("Idag – Broker")


def test_a_wrong_code_keeps_what_was_typed_and_paper_helps(phone, user):
    sign_in(phone, user)
    phone.goto("/konto/tvastegsinloggning")
    secret = re.sub(r"\s", "", phone.locator("main p strong").inner_text())
    write(phone, password=factories.PASSWORD)
    type_in(phone, "code", code_of(secret), "Slå på")
    expect(phone).to_have_title("Dina återställningskoder – Broker")
    paper = phone.locator("#koder").input_value().split()
    phone.context.clear_cookies()
    phone.goto("/logga-in?next=/konto")
    write(phone, email=user.email, password=factories.PASSWORD)
    follow(phone, "Logga in")
    expect(phone).to_have_title("Skriv koden från din app – Broker")

    type_in(phone, "code", "000000", "Logga in")
    sees(phone, "Koden stämmer inte, eller är redan använd.")
    expect(phone.locator("[name=code]")).to_have_value("000000")
    is_sound(phone)
    follow(phone, "Har du inte telefonen? Använd en återställningskod")
    expect(phone).to_have_title("Skriv en återställningskod – Broker")
    is_sound(phone)
    type_in(phone, "code", paper[0], "Logga in")

    phone.wait_for_url("**/konto")
    sees(phone, "Du har 9 återställningskoder kvar.")
    for url in ("/konto", "/konto/tvastegsinloggning/stang-av", "/konto/tvastegsinloggning/nya-koder"):
        phone.goto(url)
        is_sound(phone)
    phone.goto("/administration/tvastegsinloggning")
    is_sound(phone)
    tab_to(phone, "demands_second_factor")
    phone.keyboard.press("Space")
    follow(phone, "Spara")
    sees(phone, "Tvåstegsinloggning krävs av alla som loggar in med lösenord.")
    is_sound(phone)
