"""Takes the handbook's pictures: serves the demo's data and walks to each page as people do."""

import os
import subprocess
import sys
import tempfile
import time
import urllib.request
from datetime import timedelta
from pathlib import Path

from PIL import Image
from playwright.sync_api import sync_playwright

from broker import clock
from broker.demo.organisations import FIRST_EMAIL, PASSWORD
from broker.server import free_port
from tests.browser.chromium import ARGUMENTS, find_chromium

PICTURES = Path(__file__).parent / "handbok" / "bilder"
SAMPLES = Path(__file__).parents[1] / "tests" / "samples"
SCREEN, PHONE = (1280, 900), (390, 844)
# The pages have few: a picture of no more takes a third of the room.
COLOURS = 128
MAIL_IN = "logg@larcentrum.example"
# A browser shows days and times in its own language, which the one that draws here has in English alone.
SHOW_DAYS = """() => document.querySelectorAll("input[type=date], input[type=time]").forEach(field => {
  const [text, empty] = [field.value, field.type === "date" ? "åååå-mm-dd" : "--:--"];
  field.type = "text";
  field.value = text;
  field.placeholder = empty;
})"""


def main():
    PICTURES.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        port = free_port("127.0.0.1", 5700)
        address = f"http://127.0.0.1:{port}"
        environment = os.environ | {"DATA_DIR": folder, "BASE_URL": address, "MAIL_IN_ADDRESS": MAIL_IN}
        broker = [sys.executable, "-m", "broker"]
        subprocess.run([*broker, "init"], env=environment, check=True)
        subprocess.run([*broker, "demo-data"], env=environment, check=True)
        server = subprocess.Popen([*broker, "serve", "--port", str(port), "--workers", "1"], env=environment)
        try:
            wait_for(f"{address}/halsa")
            with sync_playwright() as playwright:
                browser = playwright.chromium.launch(executable_path=find_chromium(), args=ARGUMENTS)
                for size, steps in ((SCREEN, ON_SCREENS), (PHONE, ON_PHONES)):
                    take(browser, address, size, steps)
                browser.close()
        finally:
            server.terminate()
            server.wait()


def take(browser, address, size, steps):
    width, height = size
    viewport = {"width": width, "height": height}
    context = browser.new_context(base_url=address, viewport=viewport, locale="sv-SE", has_touch=size == PHONE)
    page = context.new_page()
    page.goto("/logga-in")
    page.fill("[name=email]", FIRST_EMAIL)
    page.fill("[name=password]", PASSWORD)
    page.click("main button[type=submit]")
    for name, walk in steps.items():
        walk(page)
        page.evaluate(SHOW_DAYS)
        path = PICTURES / f"{name}-{width}.png"
        page.screenshot(path=path)
        Image.open(path).convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE).save(path, optimize=True)
        context.set_offline(False)
    context.close()


def at(address, *pressed, below=None):
    """Give the walk to a page, to what is pressed there, and down to something on it."""

    def walk(page):
        page.goto(address)
        for selector in pressed:
            page.locator(selector).first.click()
        if below:
            show(page, below)

    return walk


def first_company(page):
    """Open the company of today's visit, which a neighbour has met too."""
    page.goto("/")
    page.locator("main tbody td a").first.click()


def at_company(path, **how):
    """Give the walk to a page about that company."""

    def walk(page):
        first_company(page)
        at(page.url + path, **how)(page)

    return walk


def show(page, selector):
    page.locator(selector).first.evaluate("element => scrollTo(0, element.getBoundingClientRect().top + scrollY - 12)")


def plan_with_guests(page):
    page.goto("/")
    page.get_by_role("link", name="Digitalt möte").first.click()
    page.get_by_role("link", name="Öppna inbjudan").click()


def log_without_net(page):
    first_company(page)
    page.goto(page.url + "/kontakter/ny")
    # What the device needs without net is there a moment after the page.
    page.evaluate("async () => (await navigator.serviceWorker.ready).active")
    page.wait_for_timeout(1000)
    page.fill("[name=summary]", "Gick igenom verkstaden. Fyra behöver heta arbeten före jul.")
    page.fill("[name=next_step]", "Skicka förslag på två kurser")
    page.context.set_offline(True)
    page.get_by_role("button", name="Spara", exact=True).click()
    page.locator('[data-notice="kept"]').wait_for()
    show(page, "#vantar")


def open_private_address(page):
    page.goto("/konto/brev-till-loggen")
    page.get_by_role("button", name="Skapa privat adress").click()


def read_calendar(page):
    """Hand a calendar file in with two meetings: one that names the company, and one that does not say."""
    first_company(page)
    company = page.locator("h1").inner_text()
    days = [clock.today() + timedelta(days=number) for number in (-1, 6)]
    titles = f"Företagsbesök {company}", "Uppstart valideringsprojekt"
    events = "".join(
        f"BEGIN:VEVENT\nUID:{place}\nDTSTART:{day:%Y%m%d}T0{8 + place}0000Z\nSUMMARY:{title}\nEND:VEVENT\n"
        for place, (day, title) in enumerate(zip(days, titles, strict=True))
    )
    content = f"BEGIN:VCALENDAR\nVERSION:2.0\n{events}END:VCALENDAR\n".encode()
    page.goto("/kontakter/kalenderfil")
    page.set_input_files("[type=file]", {"name": "kalender.ics", "mimeType": "text/calendar", "buffer": content})
    page.get_by_role("button", name="Läs filen").click()


def compare(page):
    page.goto("/foretag/dubbletter/foretag")
    page.get_by_role("link", name="Jämför och slå ihop").first.click()


def upload(page):
    page.goto("/foretag/importera")
    page.set_input_files("[type=file]", SAMPLES / "naringslivsenhet_foretagslista.xlsx")
    page.click("main button[type=submit]")
    page.get_by_role("button", name="Provkör").wait_for()


def columns_of_list(page):
    upload(page)
    show(page, "legend")


def try_list_out(page):
    upload(page)
    page.get_by_role("button", name="Provkör").click()
    page.locator("[data-over]").wait_for()


def stored_list(page):
    page.goto("/jobb")
    page.locator("main tbody th a").last.click()


def undo_list(page):
    stored_list(page)
    page.get_by_role("button", name="Se vad som händer").click()
    page.locator("[data-over]").wait_for()


def open_lead(page):
    page.goto("/leads")
    page.locator("main tbody th a").nth(1).click()
    show(page, "h1")


def begin_draft(page):
    page.goto("/behov/utkast/nytt")
    page.fill("[name=name]", "Höstens grupper")
    page.click("main form button[type=submit]")


def open_sum(page):
    """Open the sum that most people wait in, down to its map."""
    page.goto("/behov/summering")
    page.locator("main tbody th a").first.click()
    show(page, "figure")


def ask_more(page):
    open_sum(page)
    page.get_by_role("link", name="Fråga fler företag").first.click()


def open_group(page):
    """Open a group whose companies have begun to answer."""
    page.goto("/behov/grupper")
    page.locator("main tbody tr", has_text="företag har bekräftat").locator("th a").first.click()


def open_confirmations(page):
    open_group(page)
    page.get_by_role("link", name="Bekräftelser").first.click()


def open_tip_form(page):
    page.goto("/administration/tips")
    address = page.get_by_role("link", name="Se formuläret").get_attribute("href")
    page.context.clear_cookies()
    page.goto(address)


def liquidity_of_project(page):
    at("/projekt", "main tbody tr:last-child th a")(page)
    page.goto(f"{page.url}/budget/likviditet")


FILTERED = "/foretag?vara=y&status=active&ej_traffade=3&kol=ort&kol=bransch&kol=kontakt&kol=nasta"
# Limits that the demo's groups keep to.
LIMITS = "least_kr=100000&most_kr=300000&least_companies=2&most_topics=6&most_projects=2"
PROPOSED = f"/projekt/forslag?utlysning=2&{LIMITS}"
READY = "main tbody tr:last-child th a"
ON_SCREENS = {
    "idag": at("/"),
    "foretag": at(FILTERED),
    "karta": at("/foretag/karta", below="figure"),
    "ett-foretag": first_company,
    "tidslinje": at_company("/kontakter?hur=digital_meeting"),
    "storlek": at_company("/storlek"),
    "bjud-in": plan_with_guests,
    "kalenderfil": read_calendar,
    "privat-adress": open_private_address,
    "hora-av-sig": at("/att-hora-av-sig"),
    "sla-ihop": compare,
    "importera": upload,
    "kolumner": columns_of_list,
    "provkorning": try_list_out,
    "angra-import": undo_list,
    "leads": at("/leads"),
    "behov": at("/behov"),
    "summering": open_sum,
    "fraga-fler": ask_more,
    "paketering": at("/behov/paketering"),
    "utkast": begin_draft,
    "grupp": open_group,
    "samplanering": at("/behov/samplanering", "main th a:not([href*=inbjudan])"),
    "projektforslag": at(PROPOSED, below="h2:has-text('Projekt 1')"),
    "kedja": at("/projekt", READY, "main nav a:text-is('Plan')", below="figure"),
    "tidplan": at(
        "/projekt", READY, "main nav a:text-is('Plan')", "main nav a:has-text('Aktiviteter')", below="figure"
    ),
    "anordnare": at("/anordnare", "main tbody th a"),
    "inkop": at("/inkop", "main tbody th a"),
    "rattad-utlysning": at("/", "main a[href$='/rattad-utlysning']"),
    "fraga": at(
        "/projekt", "main tbody tr:last-child th a", "main th a[href$=problemformulering]", "main .panel a.btn"
    ),
    "projekt": at("/projekt", READY),
    "ataganden": at("/projekt/2/ataganden"),
    "genomforande": at("/projekt/3/genomforande"),
    "likviditet": liquidity_of_project,
    "rapporter": at("/rapporter"),
}
ON_PHONES = {
    "idag": at("/"),
    "ett-foretag": first_company,
    "logga-kontakt": at_company("/kontakter/ny"),
    "kontaktspar": at_company("/planera"),
    "utan-nat": log_without_net,
    "brev-att-placera": at("/brev", "main tbody th a"),
    "paminnelser": at("/konto/paminnelser"),
    "sla-ihop": compare,
    "sammanslagningar": at("/foretag/sammanslagningar"),
    "bekraftelser": open_confirmations,
    "lead": open_lead,
    "tips": open_tip_form,
}


def wait_for(address):
    for _attempt in range(100):
        try:
            urllib.request.urlopen(address)
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise TimeoutError(address)


if __name__ == "__main__":
    main()
