"""What a broker does in a day, on a phone, with a file from the mail program, and with the keyboard alone."""

from datetime import timedelta

import pytest
from playwright.sync_api import expect
from sqlalchemy import select

from broker import access, clock
from broker.access import Role
from broker.companies import service as companies
from broker.companies.merging.models import Merge
from broker.companies.models import Company, Interaction, InteractionKind
from broker.extensions import db
from broker.leads.models import OfferState, ReceivedLead
from broker.leads.tips.models import Tip
from broker.saved_views.models import ListPage
from broker.saved_views.service import save_view
from tests import factories, factories_leads, factories_letters, factories_needs
from tests.browser.conftest import opened, serving
from tests.browser.phone import PHONE
from tests.browser.steps import follow, press, sees, tab_to, unfold, write
from tests.conftest import signed_in_client

# What a browser does with a page does not depend on the database behind it.
pytestmark = pytest.mark.parametrize("database_app", ["sqlite"], indirect=True)

LIST = "Bolag;Orgnr;Anställda\nExempel Nytt AB;5299236900;3\n"


@pytest.fixture(scope="module")
def address(database_app):
    with serving(database_app) as address:
        yield address


@pytest.fixture
def company(scope, user):
    row = factories.company("Exempel Verkstad AB")
    factories.person(row, "Anna Exempelsson", email="anna@verkstad.example")
    db.session.rollback()
    return row


@pytest.fixture
def enter(app, chromium, address):
    """Give a function that opens a page for somebody who has signed in this morning, or for anybody."""
    kept = []

    def open_for(person=None, **options):
        context = opened(chromium, address, **options)
        page = context.__enter__()
        kept.append(context)
        if person:
            cookie = signed_in_client(app, person).get_cookie("broker")
            page.context.add_cookies([{"name": "broker", "value": cookie.value, "domain": "127.0.0.1", "path": "/"}])
        return page

    yield open_for
    for context in kept:
        context.__exit__(None, None, None)


@pytest.fixture
def desk(enter, user):
    return enter(user)


@pytest.fixture
def phone(enter, user):
    return enter(user, viewport=PHONE, has_touch=True)


def pass_menu(page):
    tab_to(page, "Hoppa till innehållet")
    page.keyboard.press("Enter")


def enter_at(page, label):
    """Go to a button by the tab key, press it, and wait for the page that it leads to."""
    tab_to(page, label)
    with page.expect_navigation():
        page.keyboard.press("Enter")


def fits(page):
    return page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]


def found(*columns):
    rows = db.session.execute(select(*columns)).all()
    # A transaction of the test's that stayed open would keep the server from writing.
    db.session.rollback()
    return rows


def test_a_visit_is_logged_on_a_phone_in_four_taps_and_two_texts_without_zoom(phone, company):
    phone.goto("/")
    phone.get_by_role("banner").get_by_role("link", name="Logga kontakt").tap()
    expect(phone.locator("main [name=q]")).to_be_focused()
    phone.keyboard.type("verk")
    phone.get_by_role("link", name=company.name).tap()
    phone.locator("[name=summary]").tap()
    phone.keyboard.type("Vill ha truckkort")
    # A phone zooms in by itself on a field whose text is smaller than 16 px.
    for field in phone.locator("main :is(input, select, textarea):visible").all():
        assert field.evaluate("element => parseFloat(getComputedStyle(element).fontSize)") >= 16
    assert fits(phone)
    phone.get_by_role("button", name="Spara", exact=True).tap()
    sees(phone, f"Kontakten med {company.name} är sparad.")
    [contact] = found(Interaction.kind, Interaction.happened_on, Interaction.summary)
    assert contact == (InteractionKind.VISIT, clock.today(), "Vill ha truckkort")


def test_a_list_is_read_in_and_undone_with_the_keyboard_alone(desk, scope):
    # Who listens from the beginning misses no choice: the browser is told to hand them over only after a while.
    desk.on("filechooser", lambda _chooser: None)
    desk.goto("/foretag/importera")
    pass_menu(desk)
    tab_to(desk, "file")
    with desk.expect_file_chooser() as chooser:
        desk.keyboard.press("Space")
    chooser.value.set_files({"name": "lista.csv", "mimeType": "text/csv", "buffer": LIST.encode()})
    enter_at(desk, "Ladda upp")
    for label in ("Provkör", "Importera nu"):
        pass_menu(desk)
        enter_at(desk, label)
    sees(desk, "Importen är klar och sparad.")
    assert found(Company.name) == [("Exempel Nytt AB",)]
    for label in ("Se vad som händer om importen ångras", "Ångra importen nu"):
        pass_menu(desk)
        enter_at(desk, label)
    sees(desk, "Importen är ångrad.")
    assert found(Company.name) == []


def test_two_companies_are_merged_and_parted_again_on_a_phone(phone, company, user):
    noted = companies.add_company(number=None, name=company.name, municipality_code=None, by=user)
    companies.log_interaction(
        noted, kind=InteractionKind.VISIT, happened_on=clock.today(), summary="På parkeringen", by=user
    )
    db.session.commit()
    phone.goto("/foretag/dubbletter/foretag")
    phone.get_by_role("link", name="Jämför och slå ihop").tap()
    sees(phone, "1 kontakt")
    assert fits(phone)
    phone.get_by_role("button", name="Slå ihop företagen").tap()
    expect(phone.locator("h1")).to_have_text(company.name)
    sees(phone, "På parkeringen")
    phone.goto("/foretag/sammanslagningar")
    assert fits(phone)
    with phone.expect_navigation():
        phone.get_by_role("button", name="Ångra").tap()
    assert [undone_at is not None for (undone_at,) in found(Merge.undone_at)] == [True]
    assert found(Interaction.company_id) == [(noted.id,)]


@pytest.mark.parametrize("place", ["[name=file]", "h1"])
def test_a_letter_is_dropped_on_the_page_and_logged(desk, company, tmp_path, place):
    letter = tmp_path / "Kurs i vår.eml"
    letter.write_bytes(factories_letters.letter("Vi behöver fyra platser.", sender="Anna <anna@verkstad.example>"))
    desk.goto(f"/foretag/{company.id}/kontakter/brev")
    drop(desk, letter, on=place)
    expect(desk.locator("[name=file]")).to_have_value("C:\\fakepath\\Kurs i vår.eml")
    press(desk, "Logga brevet")
    sees(desk, "Vi behöver fyra platser.", "Anna Exempelsson")


def drop(page, file, *, on):
    """Drop a file on something of the page as from the desktop: events of a script would not move it."""
    box = page.locator(on).bounding_box()
    devtools = page.context.new_cdp_session(page)
    for kind in ("dragEnter", "dragOver", "drop"):
        carried = {"items": [], "files": [str(file)], "dragOperationsMask": 1}
        place = {"x": box["x"] + box["width"] / 2, "y": box["y"] + box["height"] / 2}
        devtools.send("Input.dispatchDragEvent", {"type": kind, "data": carried, **place})


def test_the_contacts_are_narrowed_with_the_keyboard_alone(desk, company, user):
    for kind, summary in ((InteractionKind.CALL, "Ringde om truckkort"), (InteractionKind.VISIT, "Såg verkstaden")):
        factories.interaction(company, by=user, kind=kind, summary=summary)
    db.session.commit()
    desk.goto(f"/foretag/{company.id}/kontakter")
    sees(desk, "Ringde om truckkort", "Såg verkstaden")
    pass_menu(desk)
    tab_to(desk, "hur")
    desk.keyboard.type("Besök")
    enter_at(desk, "Visa")
    expect(desk.get_by_text("Ringde om truckkort")).to_be_hidden()
    sees(desk, "Såg verkstaden", "1 kontakt")


def test_a_phone_shows_how_many_were_found_and_the_first_at_once(enter, company, user):
    for name in ("Aktiva utan nästa steg", "Inte träffade på ett halvår", "Svetsare i Katrineholm"):
        save_view(ListPage.COMPANIES, {"q": [name]}, name=name, is_shared=False, by=user)
    db.session.commit()
    phone = enter(user, viewport=PHONE, has_touch=True)
    phone.goto("/foretag")
    write(phone, q="verkstad")
    press(phone, "Visa")

    expect(phone.locator(".filter-sentence")).to_have_text("Företag ”verkstad”")
    for seen in ("[name=q]", ".filters [role=status]", f"tbody a:text-is('{company.name}')"):
        expect(phone.locator("main").locator(seen)).to_be_in_viewport(ratio=1)
    expect(phone.locator(".filters [role=status]")).to_have_text("1 företag")
    assert fits(phone)


def test_the_numbers_to_call_are_on_the_first_screen_of_a_phone_and_stand_once_on_a_desk(phone, desk, company):
    factories.person(company, "Anna Exempelsson", phone="070-174 06 01")
    db.session.rollback()
    for page in (phone, desk):
        page.goto(f"/foretag/{company.id}")

    number = phone.locator(".calling a")
    expect(number).to_be_in_viewport(ratio=1)
    expect(number).to_have_attribute("href", "tel:070-1740601")
    assert number.bounding_box()["height"] >= 44 and fits(phone)
    expect(desk.get_by_role("link", name="070-174 06 01")).to_have_count(1)


def test_a_filter_that_is_folded_away_is_told_and_found_with_the_keyboard_alone(desk, company):
    desk.goto("/foretag")
    pass_menu(desk)
    tab_to(desk, "Fler filter, ordning och kolumner")
    desk.keyboard.press("Enter")
    tab_to(desk, "vara")
    desk.keyboard.press("Space")
    enter_at(desk, "Visa")

    sees(desk, "Företag som vi har en relation till", "0 företag", "(1 valt)")
    expect(desk.locator("[name=vara]")).to_be_hidden()
    expect(desk.locator("[name=vara]")).to_be_checked()


def test_what_is_seldom_done_with_companies_is_found_with_the_keyboard_alone(desk):
    desk.goto("/foretag")
    pass_menu(desk)
    tab_to(desk, "Mer om företag")
    desk.keyboard.press("Enter")
    enter_at(desk, "Etiketter")
    expect(desk.get_by_role("heading", name="Etiketter", level=1)).to_be_visible()


def test_a_lead_is_answered_on_a_phone(enter, company, organisation, user):
    receiver = factories.organisation()
    olle = factories.user(organisation=receiver, roles=[Role.DEVELOPER])
    factories_leads.lead(sender=organisation, receivers=[receiver], by=user, company=company)
    # What is known of them is not read again while the server writes.
    phone = enter(olle, viewport=PHONE, has_touch=True)
    db.session.rollback()
    phone.goto("/")
    follow(phone, "Oöppnat lead")
    phone.get_by_role("button", name="Öppna leadet").tap()
    sees(phone, "Exempel Verkstad AB", "Behöver hjälp med svetsutbildning.")
    assert fits(phone)
    phone.get_by_role("button", name="Anta leadet").tap()
    phone.get_by_role("link", name="Berätta vad det blev").wait_for()
    with access.acting_in(receiver.id):
        assert found(ReceivedLead.state) == [(OfferState.ACCEPTED,)]


def test_a_tip_that_was_refused_is_mended_and_given_on_a_phone(enter, scope, user, monkeypatch):
    token = factories_leads.tip_page(scope, by=user).token
    db.session.rollback()
    phone = enter(viewport=PHONE, has_touch=True)
    phone.goto(f"/tipsa/{token}")
    later = clock.now() + timedelta(seconds=20)
    # Whom it takes no time to fill the form in is a program.
    monkeypatch.setattr(clock, "now", lambda: later)
    write(phone, company_name="Exempel Svets AB", need="Två svetsare behöver intyg.")
    phone.get_by_role("button", name="Skicka tipset").tap()
    expect(phone.locator(".error-summary")).to_be_focused()
    assert fits(phone) and found(Tip.place) == []
    phone.get_by_role("link", name="Skriv var företaget finns.").tap()
    phone.keyboard.type("Sala")
    phone.get_by_role("button", name="Skicka tipset").tap()
    sees(phone, "Tack för tipset")
    assert found(Tip.company_name, Tip.place) == [("Exempel Svets AB", "Sala")]


def test_a_need_is_dragged_to_another_group_of_a_draft(enter, scope, user):
    for letter in "ABCDEF":
        factories_needs.need(by=user, men=1, company=factories.company(f"Bolag {letter} AB"))
    draft = factories_needs.draft(by=user)
    db.session.commit()
    page = enter(user, viewport={"width": 1280, "height": 2400})
    page.goto(f"/behov/utkast/{draft.id}")
    # A group has room for eight: four companies are in one, and two in the other.
    groups, fourth = page.locator("[data-group]"), page.locator("[data-part]:nth-child(4)")
    need = groups.filter(has=fourth).locator("[data-part]").first
    group = groups.filter(has_not=fourth)
    name = need.get_by_role("link").first.inner_text()
    start, end = need.bounding_box(), group.bounding_box()

    # To the right of its links, a row is nothing but itself.
    page.mouse.move(start["x"] + start["width"] / 2, start["y"] + 8)
    page.mouse.down()
    page.mouse.move(end["x"] + end["width"] / 2, end["y"] + 20, steps=10)
    page.mouse.up()

    sees(page, f"Flyttade {name} till gruppen")
    expect(page.locator("[data-part]:nth-child(4)")).to_have_count(0)


def test_tags_are_offered_once_somebody_turns_to_the_filter(enter, scope, user, company):
    companies.engage(company).tags = ["nätverk", "bygg"]
    db.session.commit()
    page = enter(user)
    page.goto("/foretag")
    assert page.locator("#etiketter option").count() == 0

    unfold(page.locator("#kommun"))

    expect(page.locator("#etiketter option")).to_have_count(2)
    assert page.locator("#etiketter option").first.get_attribute("value") == "bygg"
