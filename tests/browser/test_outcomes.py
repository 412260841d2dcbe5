"""A coordinator notes a month on a phone, takes a report out by keyboard, and politicians see what came of it."""

import pytest

from broker.esf import queries as esf
from broker.extensions import db
from tests import factories_esf
from tests.browser.conftest import opened
from tests.browser.phone import PHONE
from tests.browser.steps import press, sees, sign_in, tab_to


# What browsers do with a page does not depend on the database behind it.
@pytest.mark.parametrize("database_app", ["sqlite"], indirect=True)
def test_a_month_is_noted_on_a_phone_and_shown_to_whoever_has_the_link(chromium, address, scope, user):
    project = factories_esf.running_project(scope, user)
    factories_esf.grant(project, user)
    month = f"{factories_esf.month_before(1):%Y-%m}"
    company = esf.list_contributions(project)[0].company.name
    place = f"/projekt/{project.id}/genomforande"
    # The server has its turn to write once nothing is open here.
    db.session.commit()
    with opened(chromium, address, viewport=PHONE) as page:
        sign_in(page, user)
        page.goto(f"{place}/manader/{month}")
        page.locator("main th a").first.click()
        page.get_by_label(f"Män som avslutade, {company}").fill("2")
        page.get_by_role("button", name="Spara").click()
        sees(page, "Fler har avslutat än som har börjat")
        page.get_by_label(f"Män som började, {company}").fill("2")
        page.get_by_label(f"Timmar tillsammans, {company}").fill("16,5")
        page.keyboard.press("Enter")
        sees(page, "Deltagarna är sparade.", "16,5")
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")

        page.goto(f"{place}/rapporter")
        tab_to(page, "Ta ut rapporten")
        page.keyboard.press("Enter")
        sees(page, "Rapport 1", "Rapporten säger detsamma som projektet nu.")

        page.goto(f"{place}/for-fortroendevalda")
        press(page, "Skapa en länk")
        link = page.locator("input[readonly]").input_value()
    with opened(chromium, address, viewport=PHONE) as outside:
        outside.goto(link[link.index("/resultat/") :])
        sees(outside, "1 av 2 planerade företag deltar")
        assert company not in outside.content()
