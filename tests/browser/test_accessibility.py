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
# Who looks at hundreds of pages lets the browser ask for it once: it is read faster than it could be handed over.
ADDRESS_OF_AXE = "/axe.min.js"
RUN = """async () => {
  const tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
  const found = await axe.run(document, {runOnly: tags, resultTypes: ["violations"]});
  return found.violations.flatMap(rule => rule.nodes.map(n => `${rule.id} ${n.target} ${n.html.slice(0, 90)}`));
}"""
# Addresses that are not pages for people: a file, a picture, an answer to machines, a change of language.
NOT_PAGES = {
    "rules.download",
    "esf.download_file",
    "esf.print_commitment",
    "grants.download_evidence",
    "outcomes.download_report",
    "esf.download_paper",
    "esf.download_aid_register",
    "commitment_form.download",
    "snapshots.download_schema",
    "pages.download",
    "providers.download_vetting",
    "offering_lists.download",
    "reminders.download_plan",
    "companies.download_card",
    "companies.download_cards",
    "pages.handbook_picture",
    "pages.health",
    "accounts.set_language",
    "reminders.show_calendar",
    "courses.download_calendar",
    "confirmation_form.download_calendar",
    "offline.service_worker",
    "offline.manifest",
    "offline.person",
}


@pytest.fixture(scope="module")
def site(database_app):
    """Give the address of the demo and its pages, each with how it is looked at."""
    with demo_in(database_app), serving(database_app, {ADDRESS_OF_AXE: AXE.encode()}) as address:
        pages, kinds = [("/finns-inte", LOOKS_AT_FIRST)], set()
        for endpoint, url in addresses(database_app):
            if endpoint not in NOT_PAGES:
                pages.append((url, LOOKS if endpoint in kinds else LOOKS_AT_FIRST))
                kinds.add(endpoint)
        yield address, pages


def sign_in(page):
    page.goto("/logga-in")
    write(page, email=organisations.FIRST_EMAIL, password=organisations.PASSWORD)
    press(page, "Logga in")


def violations(page):
    if page.evaluate("typeof axe") == "undefined":
        page.evaluate(AXE)
    return page.evaluate(RUN)


def headings(page):
    title, *found = page.evaluate("[document.title, ...[...document.querySelectorAll('h1')].map(h => h.innerText)]")
    if len(found) != 1 or not found[0].strip():
        return [f"h1: {found}"]
    return [] if title.startswith(" ".join(found[0].split())) else [f"{title!r} is not {found[0]!r}"]


def overflow(page):
    width = page.evaluate("document.documentElement.scrollWidth")
    return [f"{width} px wide"] if width > 320 else []


# What a page is looked at with: the scheme of its colours, its width, and what is looked for. Another page of the
# same kind has other words and rows in the same frame.
LOOKS = (("light", 1280, headings), ("light", 1280, violations), ("dark", 320, overflow))
LOOKS_AT_FIRST = (*LOOKS, ("dark", 320, violations))


def test_every_page_is_accessible_on_screens_and_phones_in_light_and_dark(chromium, site):
    address, pages = site
    faults = []
    # A colour on its way from light to dark would be judged as it is in between.
    with opened(chromium, address, reduced_motion="reduce") as page:
        sign_in(page)
        here = None
        for number, (url, looks) in enumerate(pages):
            page.goto(url)
            page.add_script_tag(url=ADDRESS_OF_AXE)
            # Every other page begins as the one before it ended: to change its size takes longer than to look.
            for scheme, width, look in looks if number % 2 else reversed(looks):
                if (scheme, width) != here:
                    page.emulate_media(color_scheme=scheme)
                    page.set_viewport_size({"width": width, "height": 844})
                    here = scheme, width
                faults += [f"{url}, {scheme}, {width} px: {fault}" for fault in look(page)]
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


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_what_the_search_suggests_is_accessible_with_one_of_it_chosen(chromium, site, scheme):
    with opened(chromium, site[0], viewport={"width": 320, "height": 844}, color_scheme=scheme) as page:
        sign_in(page)
        page.goto("/foretag?q=anna")
        page.locator("#sok[data-htmx-powered]").press_sequentially("anna")
        page.locator("#sok-forslag a").first.wait_for()
        page.keyboard.press("ArrowDown")
        assert page.locator("#sok-forslag").get_by_role("option", selected=True).count() == 1
        assert violations(page) == [] and overflow(page) == []


def test_what_a_list_folds_away_is_accessible_on_a_phone(chromium, site):
    with opened(chromium, site[0], viewport={"width": 320, "height": 844}) as page:
        sign_in(page)
        page.goto("/foretag?vara=y")
        page.locator(".filter-more > summary").click()
        assert page.get_by_label("Ansvarig hos oss").is_visible()
        assert violations(page) == [] and overflow(page) == []
        page.locator(".more-menu > summary").click()
        assert page.get_by_role("link", name="Importera en lista").is_visible()
        assert violations(page) == [] and overflow(page) == []


def test_a_phone_shows_every_tab_of_a_project_without_scrolling(chromium, site):
    address, pages = site
    with opened(chromium, address, viewport={"width": 390, "height": 844}) as page:
        sign_in(page)
        page.goto(next(url for url, _looks in pages if url.endswith("/export")))
        tabs = page.locator(".tabs a")
        assert {"Lämna in", "Export"} <= set(page.locator(".tabs [aria-current]").all_inner_texts())
        for index in range(tabs.count()):
            expect(tabs.nth(index)).to_be_in_viewport(ratio=1)
