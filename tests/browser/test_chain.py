"""A chain built by keyboard alone, from a cause that the companies told to an activity, until nothing is red."""

import pytest
from playwright.sync_api import expect

from broker.extensions import db
from tests import factories_esf
from tests.browser.steps import focused, sees, sign_in, tab_to

# What a browser does with a page does not depend on the database behind it.
pytestmark = pytest.mark.parametrize("database_app", ["sqlite"], indirect=True)


def put(page, name, text):
    tab_to(page, name)
    page.keyboard.type(text)


def choose(page, name, key="Space"):
    tab_to(page, name)
    page.keyboard.press(key)


def save(page):
    choose(page, "Spara", "Enter")
    expect(page.locator(".drawing svg").first).to_be_visible()


def test_the_red_goes_away_from_cause_to_activity(page, scope, user):
    project = factories_esf.joined_project(scope, user)
    address = f"/projekt/{project.id}/mal"
    db.session.commit()
    sign_in(page, user)
    page.goto(address)
    red = page.locator(".chain-box.is-gap")
    expect(red).not_to_have_count(0)

    choose(page, "Samla orsakerna ur behoven", "Enter")
    sees(page, "1 ny orsak är samlad ur 2 behov.")
    choose(page, "För få utbildade svetsare", "Enter")
    tab_to(page, "is_within_reach")
    page.keyboard.type("Ja")
    save(page)

    choose(page, "Nytt mål", "Enter")
    put(page, "text", "Fler kan svetsa")
    choose(page, "cause_ids")
    put(page, "call_part", "Kompetensutveckling")
    save(page)

    for kind, text in (("R", "Större order"), ("E", "Fler jobb på orten")):
        choose(page, "Nytt resultat eller ny effekt", "Enter")
        tab_to(page, "kind")
        page.keyboard.type(kind)
        put(page, "text", text)
        save(page)

    choose(page, "Nytt delmål", "Enter")
    put(page, "indicator", "Antal intyg")
    put(page, "baseline", "0")
    put(page, "target", "12")
    tab_to(page, "due_on")
    # How a day is typed depends on the browser's language.
    focused(page).fill(f"{factories_esf.END}")
    put(page, "data_source", "Anordnarens intyg")
    save(page)

    activity = page.locator("#utan-mal a")
    title = activity.inner_text()
    expect(red).not_to_have_count(0)
    tab_to(page, title)
    page.keyboard.press("Enter")
    choose(page, "goal_ids")
    save(page)
    page.goto(address)
    sees(page, "Inget i kedjan saknas.")
    expect(red).to_have_count(0)
