"""Finds a Chromium on the machine, or has one installed in the ordinary way; says loudly when there is none."""

import shutil
import subprocess
import sys
from pathlib import Path

# The one without windows draws the same pages with less work.
NAMES = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
MAC = Path("/Applications/Google Chrome.app/Contents/MacOS/Google Chrome")
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    # Tests see a page for a moment: what a browser prepares for staying there, and for strangers' sites, is wasted.
    "--js-flags=--no-opt --no-maglev",
    "--num-raster-threads=1",
    "--renderer-process-limit=1",
    "--disable-site-isolation-trials",
]


def find_chromium():
    """Give the path of a browser, or None."""
    from playwright.sync_api import sync_playwright

    for name in NAMES:
        if path := shutil.which(name):
            return path
    if MAC.exists():
        return str(MAC)
    with sync_playwright() as playwright:
        own = Path(playwright.chromium.executable_path)
        return str(own) if own.exists() else None


def main():
    if find_chromium() is None:
        subprocess.run([sys.executable, "-m", "playwright", "install", "chromium"], check=False)
    found = find_chromium()
    if found is None:
        print("\n*** NO BROWSER: the tests in tests/browser will NOT be run. Install Chromium and run again. ***\n")
    else:
        print(f"Browser: {found}")


if __name__ == "__main__":
    main()
