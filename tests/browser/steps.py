"""What people do on the pages, as steps that a test reads like prose."""

from playwright.sync_api import expect

from tests import factories

OUTLINE = "element => { const style = getComputedStyle(element); return [style.outlineStyle, style.outlineWidth]; }"


def write(page, **values):
    """Fill fields of the page in by their names, whatever kind of field each is."""
    for name, value in values.items():
        field = page.locator(f"main [name='{name}']")
        unfold(field.first)
        if field.first.evaluate("element => element.localName") == "select":
            field.select_option(value)
        elif field.first.get_attribute("type") in ("checkbox", "radio"):
            page.locator(f"main [name='{name}'][value='{value}']").check()
        elif field.first.get_attribute("type") == "file":
            field.set_input_files(value)
        else:
            field.fill(value)


def unfold(field):
    """Open what the field is folded into, from the outside in, as whoever looks for it does."""
    field.wait_for(state="attached")
    for fold in field.locator("xpath=ancestor::details[not(@open)]").all():
        fold.locator("> summary").click()


def press(page, label):
    """Press the button of the page with exactly this label, and see that nothing was refused."""
    page.locator("main").get_by_role("button", name=label, exact=True).first.click()
    refused = page.locator(".error-summary, .notice-error")
    assert refused.count() == 0, f"{label}: {refused.first.inner_text()}"


def follow(page, label):
    """Follow the link of the page with exactly this label."""
    page.locator("main").get_by_role("link", name=label, exact=True).first.click()


def open_menu(page, label):
    """Open a page by the menu."""
    page.get_by_role("navigation", name="Huvudmeny").get_by_role("link", name=label, exact=True).click()


def sees(page, *texts):
    """Check that the page shows each text."""
    for text in texts:
        expect(page.locator("main").get_by_text(text).first).to_be_visible()


def focused(page):
    return page.locator("*:focus")


def tab_to(page, name):
    """Press the tab key until the field or the words of this name have the focus, which must be seen all the way."""
    for _step in range(60):
        page.keyboard.press("Tab")
        here = focused(page)
        # What a link inside the page leads to has the focus too, but nobody can do anything with it.
        if here.count() == 0 or here.get_attribute("tabindex") == "-1":
            continue
        style, width = here.evaluate(OUTLINE)
        assert style == "solid" and float(width.removesuffix("px")) >= 2, here.evaluate("element => element.outerHTML")
        if name in (here.get_attribute("name"), " ".join(here.inner_text().split())):
            return
    raise AssertionError(f"{name} cannot be reached by the tab key")


def sign_in(page, user, password=factories.PASSWORD):
    page.goto("/logga-in")
    write(page, email=user.email, password=password)
    press(page, "Logga in")
    expect(page).to_have_title("Idag – Broker")
    # The title comes with the first bytes; the keys work once the page has loaded.
    page.wait_for_load_state()
