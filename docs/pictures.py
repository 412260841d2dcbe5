"""Takes the handbook's pictures: serves the demo's data and looks at each page as people do."""

import os
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

from playwright.sync_api import sync_playwright

from broker.demo.organisations import FIRST_EMAIL, PASSWORD
from broker.server import free_port
from tests.browser.chromium import ARGUMENTS, find_chromium

PICTURES = Path(__file__).parent / "handbok" / "bilder"
# Name of the picture, where it is taken, and what is pressed there first.
PAGES = (
    ("idag", "/", None),
    ("foretag", "/foretag?vara=y", None),
    ("ett-foretag", "/foretag?vara=y", "main tbody th a"),
    ("logga-kontakt", "/foretag?vara=y", "main tbody th a >> nth=0; text=Logga kontakt med företaget"),
    ("leads", "/leads", None),
    ("behov", "/behov", None),
    ("paketering", "/behov/paketering", None),
    ("anordnare", "/anordnare", "main tbody th a"),
    ("inkop", "/inkop", "main tbody th a"),
    ("projekt", "/projekt", "main tbody tr:last-child th a"),
    ("rapporter", "/rapporter", None),
)


def main():
    PICTURES.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        port = free_port("127.0.0.1", 5700)
        environment = os.environ | {"DATA_DIR": folder}
        broker = [sys.executable, "-m", "broker"]
        subprocess.run([*broker, "init"], env=environment, check=True)
        subprocess.run([*broker, "demo-data"], env=environment, check=True)
        server = subprocess.Popen([*broker, "serve", "--port", str(port), "--workers", "1"], env=environment)
        try:
            wait_for(f"http://127.0.0.1:{port}/halsa")
            with sync_playwright() as playwright:
                browser = playwright.chromium.launch(executable_path=find_chromium(), args=ARGUMENTS)
                for width, height in ((1280, 900), (390, 844)):
                    take(browser, f"http://127.0.0.1:{port}", width, height)
                browser.close()
        finally:
            server.terminate()
            server.wait()


def take(browser, address, width, height):
    page = browser.new_page(base_url=address, viewport={"width": width, "height": height}, locale="sv-SE")
    page.goto("/logga-in")
    page.fill("[name=email]", FIRST_EMAIL)
    page.fill("[name=password]", PASSWORD)
    page.click("main button[type=submit]")
    for name, url, pressed in PAGES:
        page.goto(url)
        for selector in (pressed or "").split("; "):
            if selector:
                page.locator(selector).first.click()
        page.screenshot(path=PICTURES / f"{name}-{width}.png")
    upload(page)
    page.screenshot(path=PICTURES / f"importera-{width}.png")


def upload(page):
    page.goto("/foretag/importera")
    page.set_input_files("[type=file]", Path(__file__).parents[1] / "tests/samples/naringslivsenhet_foretagslista.xlsx")
    page.click("main button[type=submit]")


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
