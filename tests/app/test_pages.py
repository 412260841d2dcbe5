"""Every page of the product with much data in it: it opens, is sound, and is protected by its headers."""

import re

import html5lib
import pytest
from babel.messages.pofile import read_po

from tests.checks import CATALOGUE
from tests.pages import addresses, demo_in, sign_in

# Pages that send the person on, with where to.
REDIRECTS = {"accounts.set_language": "/"}
PLACEHOLDER = r"%\(\w+\)s"
POLICY = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self' data:",
    "font-src": "'self'",
    "connect-src": "'self'",
    "object-src": "'none'",
    "base-uri": "'none'",
    "form-action": "'self'",
    "frame-ancestors": "'none'",
}


@pytest.fixture(scope="module")
def demo_user(database_app):
    with demo_in(database_app) as user:
        yield user


@pytest.fixture
def demo_client(database_app, demo_user):
    """Give a client with every role in the demo's first organisation."""
    return sign_in(database_app, demo_user)


def test_every_page_opens_for_somebody_with_every_role(database_app, demo_client):
    # The client refuses a page that is not valid HTML, lacks its one h1 or asks the database too often.
    faults = []
    for endpoint, url in addresses(database_app):
        response = demo_client.get(url)
        if response.status_code == 302 and response.location == REDIRECTS.get(endpoint):
            continue
        if response.status_code != 200:
            faults.append(f"{url}: {response.status_code}")
    assert faults == []


def test_every_page_carries_the_headers_that_protect_it(database_app, demo_client):
    for endpoint, url in addresses(database_app):
        if endpoint != "accounts.set_language":
            check_headers(demo_client.get(url))


def test_no_page_in_english_shows_a_text_in_swedish(database_app, demo_client):
    demo_client.get("/sprak/en")
    swedish = swedish_texts()
    faults = []
    for endpoint, url in addresses(database_app):
        # The handbook is written in Swedish, and fetching this address would change the language back.
        if endpoint.startswith("pages.handbook") or endpoint == "accounts.set_language":
            continue
        page = demo_client.get(url)
        if page.mimetype == "text/html":
            faults += [f"{url}: {text}" for text in texts_of(page.text) if swedish.fullmatch(text)]
    assert faults == []


@pytest.mark.parametrize(
    ("method", "url", "status"),
    [("get", "/finns-inte", 404), ("get", "/foretag/999999999", 404), ("post", "/foretag", 405), ("post", "/foretag/nytt", 400)],
)
def test_a_page_that_says_no_carries_the_same_headers(client, method, url, status):
    response = getattr(client, method)(url)

    assert response.status_code == status
    check_headers(response)


def test_a_forbidden_page_carries_the_same_headers(client_for):
    response = client_for().get("/foretag")

    assert response.status_code == 403
    check_headers(response)


def test_a_refused_form_carries_the_same_headers(client):
    response = client.submit("/foretag/nytt")

    assert response.status_code == 422
    check_headers(response)


def test_a_failure_of_ours_carries_the_same_headers_and_no_trace(app, client, monkeypatch):
    def fail():
        raise RuntimeError("hemligt-fel")

    fail.access = "public"
    monkeypatch.setitem(app.view_functions, "accounts.organisations", fail)

    response = client.get("/organisationer")

    assert response.status_code == 500
    assert "hemligt-" not in response.text
    check_headers(response)


def swedish_texts():
    """Give a pattern of every text of the product whose English is another, with anything at its placeholders."""
    with CATALOGUE.open("rb") as stream:
        messages = [message for message in read_po(stream, locale="en") if message.id]
    pairs = [
        pair
        for message in messages
        for pair in (zip(message.id, message.string, strict=True) if message.pluralizable else [(message.id, message.string)])
    ]
    texts = {swedish for swedish, english in pairs if swedish != english}
    whole = {text for text in texts if len(re.sub(PLACEHOLDER, "", text).split()) >= len(re.findall(PLACEHOLDER, text))}
    return re.compile("|".join(".+".join(map(re.escape, re.split(PLACEHOLDER, text))) for text in sorted(whole)))


def texts_of(html):
    """Give the texts that a page shows or says: between its tags, and in the attributes that are read out."""
    document = html5lib.parse(html, namespaceHTMLElements=False)
    for element in document.iter():
        for text in (element.text, element.tail, element.get("aria-label"), element.get("placeholder")):
            if text and text.strip():
                yield " ".join(text.split())


def check_headers(response):
    url = response.request.path
    policy = dict(rule.strip().split(" ", 1) for rule in response.headers["Content-Security-Policy"].split(";"))
    assert policy.items() >= POLICY.items(), url
    assert response.headers["X-Content-Type-Options"] == "nosniff", url
    assert response.headers["X-Frame-Options"] == "DENY", url
    assert response.headers["Referrer-Policy"] == "same-origin", url
    assert response.headers["Cache-Control"] == "no-store", url
    assert "Cookie" in response.headers["Vary"], url
