"""Draws the icons that devices show for the product, from the one drawing of it."""

from pathlib import Path

from playwright.sync_api import sync_playwright

from tests.browser.chromium import ARGUMENTS, find_chromium

STATIC = Path(__file__).parents[1] / "broker" / "static"
SIZES = (192, 512)
# A device may cut a maskable icon to any shape within four fifths of it: the ground is whole, the drawing smaller.
SCALES = {"icon": 1.0, "maskable": 0.8}


def main():
    drawing = (STATIC / "favicon.svg").read_text(encoding="utf-8")
    ground = drawing.split('fill="')[1].split('"')[0]
    (STATIC / "icons").mkdir(exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_chromium(), args=ARGUMENTS)
        for name, scale in SCALES.items():
            for size in SIZES:
                page = browser.new_page(viewport={"width": size, "height": size})
                page.set_content(drawing_at(drawing, size, scale, ground if name == "maskable" else "transparent"))
                page.screenshot(path=STATIC / "icons" / f"{name}-{size}.png", omit_background=True)
        browser.close()


def drawing_at(drawing, size, scale, ground):
    margin = size * (1 - scale) / 2
    return (
        f"<style>body {{ margin: 0; padding: {margin}px; background: {ground} }} "
        f"svg {{ display: block; width: {size * scale}px; height: {size * scale}px }}</style>{drawing}"
    )


if __name__ == "__main__":
    main()
