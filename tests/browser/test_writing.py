"""Two people write the same answer at the same time, each in a browser of their own."""

import pytest
from playwright.sync_api import expect

from broker import access
from broker.access import Role
from broker.esf import answer_service
from broker.esf.writing import queries
from broker.extensions import db
from tests import factories, factories_esf
from tests.browser.conftest import opened
from tests.browser.steps import press, sees, sign_in, tab_to


@pytest.fixture
def project(scope, user):
    row = factories_esf.joined_project(scope, user)
    answer_service.save_answer(row, "problem", text="Svetsare saknas.", by=user)
    db.session.commit()
    return row


@pytest.fixture
def colleague(organisation):
    return factories.user(organisation=organisation, roles=list(Role), name="Bo Annan")


# What browsers do with a page does not depend on the database behind it.
@pytest.mark.parametrize("database_app", ["sqlite"], indirect=True)
def test_two_people_write_the_same_answer_and_nothing_is_lost(chromium, address, project, user, colleague):
    question = f"/projekt/{project.id}/ansokan/problemformulering/problem"
    name, organisation_id = user.name, project.owner_id
    db.session.rollback()
    with opened(chromium, address) as first, opened(chromium, address) as second:
        sign_in(first, user)
        sign_in(second, colleague)
        first.goto(question)
        # The first comes to the text and writes by the keyboard alone.
        tab_to(first, "Skriv")
        first.keyboard.press("Enter")
        area = first.get_by_label("Svar", exact=True)
        expect(area).to_have_value("Svetsare saknas.")
        expect(first.get_by_role("group", name="Formatera texten")).to_be_visible()
        area.press("Control+End")
        first.keyboard.type(" Många går i pension.")
        expect(first.locator("#antal-tecken")).to_have_text("37")
        expect(first.get_by_role("status").filter(has_text="Sparat av sig själv")).to_be_visible(timeout=20_000)

        second.goto(question)
        sees(second, "Svetsare saknas. Många går i pension.", f"{name} skriver")
        press(second, "Ta över pennan")
        second.get_by_label("Svar", exact=True).fill("Bo skriver om.")
        press(second, "Spara svaret")
        sees(second, "Svaret är sparat.", "Bo skriver om.")

        area.press("Control+End")
        first.keyboard.type(" Och unga flyttar.")
        told = first.get_by_role("status").filter(has_text="Någon annan har sparat medan du skrev")
        expect(told).to_be_visible(timeout=20_000)
        first.locator("main").get_by_role("button", name="Spara svaret").click()
        sees(first, "Bo skriver om.", "Svetsare saknas. Många går i pension. Och unga flyttar.")
    with access.acting_in(organisation_id):
        kept = [row.text for row in queries.list_versions(project, "problem")]
    assert kept == ["Bo skriver om.", "Svetsare saknas. Många går i pension."]


@pytest.mark.parametrize("database_app", ["sqlite"], indirect=True)
def test_a_text_that_has_come_back_is_counted(chromium, address, project, user):
    question = f"/projekt/{project.id}/ansokan/problemformulering/problem"
    db.session.rollback()
    with opened(chromium, address) as page:
        sign_in(page, user)
        page.goto(question)
        press(page, "Skriv")
        page.get_by_label("Svar", exact=True).fill("Tio tecken")
        page.reload()
        expect(page.get_by_label("Svar", exact=True)).to_have_value("Tio tecken")
        expect(page.locator("#antal-tecken")).to_have_text("10")
