"""From what a company says on its phone to a group with a plan and a purchase, the draft by the keyboard alone."""

from datetime import timedelta

import pytest
from playwright.sync_api import expect
from sqlalchemy import select

from broker import clock
from broker.access import Role
from broker.extensions import db
from broker.needs.inquiries import service as inquiries
from broker.needs.inquiries.models import InquiryKind
from broker.needs.models import Cohort, Need, NeedStatus
from broker.procurement.models import Purchase
from tests import factories, factories_needs, factories_procurement
from tests.browser.conftest import opened
from tests.browser.phone import PHONE
from tests.browser.steps import follow, press, sees, tab_to, write
from tests.conftest import signed_in_client

# What a browser does with a page does not depend on the database behind it.
pytestmark = pytest.mark.parametrize("database_app", ["sqlite"], indirect=True)

WELDING = "T023"


@pytest.fixture
def person(organisation):
    """Give somebody who does the whole way alone, as in a small learning centre."""
    return factories.user(organisation=organisation, roles=[Role.BROKER, Role.PROCURER])


@pytest.fixture
def link(scope, person):
    """Give a link to the form of a company; five others want to weld, and somebody may teach it."""
    for letter in "BCDEF":
        factories_needs.need(by=person, men=1, company=factories.company(f"Bolag {letter} AB"))
    school = factories_procurement.vetted_provider(by=person)
    factories_procurement.offering(school, by=person, topic_id=WELDING, title="Svets", capacity=12, hours=40)
    company = factories.company("Bolag A AB")
    inquiry = inquiries.open_inquiry(
        InquiryKind.COMPANY, name=company.name, company=company, topic_ids=[WELDING], by=person
    )
    db.session.commit()
    return f"/behov-hos-er/{inquiry.token}"


def answer_on_a_phone(chromium, address, link, monkeypatch):
    with opened(chromium, address, viewport=PHONE, has_touch=True) as phone:
        phone.goto(link)
        later = clock.now() + timedelta(seconds=20)
        with monkeypatch.context() as waited:
            # Whom it takes no time to fill the form in is a program.
            waited.setattr(clock, "now", lambda: later)
            start = clock.today() + timedelta(weeks=4)
            write(phone, topic_ids=WELDING, text="Två ska svetsa", women="1", men="1", place="Flen")
            write(phone, earliest_on=start.isoformat(), latest_on=(start + timedelta(weeks=20)).isoformat())
            assert phone.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
            phone.get_by_role("button", name="Skicka svaret").tap()
            sees(phone, "Tack")


def confirm_and_clarify(page):
    page.goto("/behov/formular")
    follow(page, "Bolag A AB")
    press(page, "Bekräfta")
    sees(page, "Två ska svetsa")
    follow(page, "Ändra behovet")
    press(page, "Spara och klarlägg")
    sees(page, "Behovet är klarlagt.")


def enter_at(page, label):
    """Go to a button or a link by the tab key, and go where it leads."""
    tab_to(page, "Hoppa till innehållet")
    page.keyboard.press("Enter")
    tab_to(page, label)
    with page.expect_navigation():
        page.keyboard.press("Enter")


def work_on_a_draft_by_keyboard(page):
    """Move a company, lock a group, work the rest out anew, and form what is locked, without a mouse."""
    page.goto("/behov/utkast/nytt")
    tab_to(page, "name")
    page.keyboard.type("Våren")
    page.keyboard.press("Enter")
    expect(page).to_have_title("Våren – Broker")
    groups = page.locator("[data-group]")
    assert groups.count() == 2
    moved = groups.first.locator("[data-part]").first.get_by_role("link").first.inner_text()
    enter_at(page, f"Flytta {moved}")
    enter_at(page, "Flytta hit")
    sees(page, f"Flyttade {moved} till gruppen")
    enter_at(page, "Lås")
    enter_at(page, "Räkna om resten")
    sees(page, "Resten är omräknad.", "Låst")
    enter_at(page, "Bilda de låsta grupperna")


def found(*columns):
    rows = db.session.execute(select(*columns)).all()
    # A transaction of the test's that stayed open would keep the server from writing.
    db.session.rollback()
    return rows


def test_a_company_s_words_become_a_group_with_a_provider_and_a_purchase(
    app, chromium, address, link, person, monkeypatch
):
    answer_on_a_phone(chromium, address, link, monkeypatch)
    cookie = signed_in_client(app, person).get_cookie("broker")
    with opened(chromium, address) as page:
        page.context.add_cookies([{"name": "broker", "value": cookie.value, "domain": "127.0.0.1", "path": "/"}])
        confirm_and_clarify(page)
        work_on_a_draft_by_keyboard(page)
        [(cohort_id,)] = found(Cohort.id)
        page.goto(f"/behov/grupper/{cohort_id}")
        follow(page, "Upplägg")
        follow(page, "Ändra upplägget")
        page.get_by_label("Anordnare och utbildning").select_option(index=1)
        write(page, venue="Lärcentrum, sal 3")
        press(page, "Spara")
        sees(page, "Lärcentrum, sal 3", "Svetsskolan i Flen")
        follow(page, "Gruppen")
        follow(page, "Börja inköp")
        sees(page, "Värdet är förifyllt med priset i utbudet gånger antalet deltagare")
        write(page, buyer="company")
        press(page, "Gå vidare")
        press(page, "Starta inköpet")
        page.get_by_role("heading", level=1).wait_for()
    assert found(Purchase.cohort_id) == [(cohort_id,)]
    placed = [row for row in found(Need.status) if row[0] is NeedStatus.IN_COHORT]
    assert len(placed) >= 2
