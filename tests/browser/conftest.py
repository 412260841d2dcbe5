"""A real browser against a real server, on both databases."""

import threading
from contextlib import contextmanager

import pytest
from werkzeug.serving import make_server

from tests.browser.chromium import ARGUMENTS, find_chromium


def pytest_collection_modifyitems(config, items):
    """Leave the browser tests out, loudly, on a machine without a browser."""
    mine = [item for item in items if "tests/browser" in str(item.path)]
    if mine and find_chromium() is None:
        items[:] = [item for item in items if item not in mine]
        config.hook.pytest_deselected(items=mine)
        config.get_terminal_writer().line(f"\n*** NO BROWSER: {len(mine)} browser tests were NOT run ***", red=True)


@pytest.fixture(scope="session")
def chromium():
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_chromium(), args=ARGUMENTS)
        yield browser
        browser.close()


@contextmanager
def serving(app, scripts=None):
    """Serve an application, and scripts of the tests by their paths, on a port of its own and give its address."""
    server = make_server("127.0.0.1", 0, _at_once(app, scripts or {}), threaded=True)
    # How often it looks whether it should stop: by default half a second, as long as a test takes.
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def _at_once(app, scripts):
    """Give each answer whole: a file is left open by this server when the browser hangs up while it is read."""

    def answer(environ, start_response):
        if script := scripts.get(environ["PATH_INFO"]):
            start_response("200 OK", [("Content-Type", "text/javascript"), ("Cache-Control", "max-age=3600")])
            return [script]
        parts = app(environ, start_response)
        try:
            return [b"".join(parts)]
        finally:
            parts.close()

    return answer


@pytest.fixture
def address(app):
    """Serve the tested application on a port of its own."""
    with serving(app) as address:
        yield address


@contextmanager
def opened(chromium, address, **options):
    """Open a page in a context of its own; on leaving, fail on any script error or broken policy."""
    # Only the tests of the work without net have a service worker between the page and the server.
    options = {"viewport": {"width": 1280, "height": 900}, "locale": "sv-SE", "service_workers": "block"} | options
    context = chromium.new_context(base_url=address, timezone_id="Europe/Stockholm", **options)
    page = context.new_page()
    problems = []
    page.on("pageerror", lambda error: problems.append(f"{page.url}: {error}"))
    page.on("console", lambda message: problems.append(f"{page.url}: {message.text}") if _is_problem(message) else None)
    yield page
    context.close()
    assert problems == []


@pytest.fixture
def page(chromium, address):
    """Give a page at 1280 px that fails the test on any script error or broken policy."""
    with opened(chromium, address) as page:
        yield page


def _is_problem(message):
    # A page that answers 4xx on purpose is reported by the browser as an error of its own.
    return message.type == "error" and "the server responded with a status of 4" not in message.text
