"""Every page of the product for everybody: axe finds nothing, nothing scrolls sideways, no script fails."""

from pathlib import Path

import pytest
from playwright.sync_api import expect

from broker.demo import organisations
from tests.browser.conftest import opened, serving
from tests.browser.steps import press, write
from tests.pages import addresses, demo_in

pytestmark = pytest.mark.parametrize("database_app", ["sqlite"], indirect=True)

AXE = (Path(__file__).parent / "vendor" / "axe.min.js").read_text(encoding="utf-8")
RUN = """async () => {
  const tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
  const found = await axe.run(document, {runOnly: tags, resultTypes: ["violations"]});
  return found.violations.flatMap(rule => rule.nodes.map(n => `${rule.id} ${n.target} ${n.html.slice(0, 90)}`));
}"""
# Addresses that are not pages for people: a file, a picture, an answer to machines, a change of language.
NOT_PAGES = {"esf.download_file", "pages.download", "pages.handbook_picture", "pages.health", "accounts.set_language"}


@pytest.fixture(scope="module")
def site(database_app):
    """Give the address of the demo and the addresses of its pages."""
    with demo_in(database_app), serving(database_app) as address:
        pages = [url for endpoint, url in addresses(database_app) if endpoint not in NOT_PAGES]
        yield address, ["/finns-inte", *pages]


@pytest.fixture
def visited(chromium, site):
    """Give a function that opens a browser, signs in, and lists what a look at every page finds."""

    def visit(look, **options):
        address, urls = site
        with opened(chromium, address, **options) as page:
            sign_in(page)
            faults = []
            for url in urls:
                page.goto(url)
                faults += [f"{url}: {fault}" for fault in look(page)]
        return faults

    return visit


def sign_in(page):
    page.goto("/logga-in")
    write(page, email=organisations.FIRST_EMAIL, password=organisations.PASSWORD)
    press(page, "Logga in")


def violations(page):
    page.evaluate(AXE)
    return page.evaluate(RUN)


def headings(page):
    found = page.locator("h1").all_inner_texts()
    if len(found) != 1 or not found[0].strip():
        return [f"h1: {found}"]
    return [] if page.title().startswith(" ".join(found[0].split())) else [f"{page.title()!r} is not {found[0]!r}"]


def test_every_page_is_accessible_on_a_light_screen(visited):
    faults = visited(lambda page: violations(page) + headings(page), color_scheme="light")
    assert not faults, "\n".join(faults)


def test_every_page_is_accessible_on_a_dark_phone(visited):
    faults = visited(violations, color_scheme="dark", viewport={"width": 390, "height": 844}, has_touch=True)
    assert not faults, "\n".join(faults)


def test_no_page_scrolls_sideways_on_the_narrowest_screen(visited):
    def overflow(page):
        width = page.evaluate("document.documentElement.scrollWidth")
        return [f"{width} px wide"] if width > 320 else []

    faults = visited(overflow, viewport={"width": 320, "height": 700})
    assert not faults, "\n".join(faults)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_refused_form_is_accessible(chromium, site, scheme):
    with opened(chromium, site[0], color_scheme=scheme) as page:
        sign_in(page)
        page.goto("/utlysningar/ny")
        page.get_by_role("button", name="Lägg till utlysningen").click()
        assert page.locator(".error-summary").is_visible()
        assert violations(page) == []


def test_the_open_menus_of_a_phone_are_accessible(chromium, site):
    with opened(chromium, site[0], viewport={"width": 390, "height": 844}) as page:
        sign_in(page)
        page.get_by_role("button", name="Meny").click()
        assert page.get_by_role("link", name="Rapporter").is_visible()
        assert violations(page) == []
        page.keyboard.press("Escape")
        page.locator(".account summary").click()
        assert page.get_by_role("button", name="Logga ut").is_visible()
        assert violations(page) == []


def test_a_phone_shows_the_tab_of_the_page_that_is_open(chromium, site):
    address, urls = site
    with opened(chromium, address, viewport={"width": 390, "height": 844}) as page:
        sign_in(page)
        page.goto(next(url for url in urls if url.endswith("/export")))
        expect(page.locator(".tabs [aria-current]")).to_be_in_viewport(ratio=1)
