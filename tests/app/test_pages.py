"""Every page of the product with much data in it: it opens, is sound, and is protected by its headers."""

import re
from pathlib import Path

import html5lib
import pytest
from babel.messages.pofile import read_po
from sqlalchemy import JSON, String, Text, select

from broker import access, reference
from broker.companies.imports.headings import FIELD_TITLES
from broker.extensions import db
from tests.checks import CATALOGUE
from tests.pages import addresses, demo_in, sign_in

# Pages that send the person on, with where to.
REDIRECTS = {"accounts.set_language": "/", "pages.handbook": "/hjalp/01-borja-har"}
# The handbook, what is handed out to the Swedish fund, invented examples, and the address that changes the language.
ALWAYS_SWEDISH = {
    "accounts.set_language",
    "esf.preview_export",
    "pages.handbook",
    "pages.handbook_chapter",
    "pages.show_style_guide",
}
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


def test_every_page_opens_for_somebody_with_every_role_and_carries_the_headers_that_protect_it(
    database_app, demo_client
):
    # The client refuses a page that is not valid HTML, lacks its one h1 or asks the database too often.
    faults = []
    for endpoint, url in addresses(database_app):
        response = demo_client.get(url)
        check_headers(response)
        if response.status_code == 302 and response.location == REDIRECTS.get(endpoint):
            continue
        if response.status_code != 200:
            faults.append(f"{url}: {response.status_code}")
    assert faults == []


def test_no_page_in_english_shows_a_text_in_swedish(database_app, demo_client):
    demo_client.get("/sprak/en")
    swedish = swedish_texts() - stored_texts()
    faults = []
    for endpoint, url in addresses(database_app):
        if endpoint not in ALWAYS_SWEDISH:
            page = demo_client.get(url)
            if page.mimetype == "text/html":
                faults += [f"{url}: {text}" for text in texts_of(page.text) if text in swedish]
    assert faults == []


@pytest.mark.parametrize(
    ("url", "label"),
    [
        ("/", "Idag"),
        ("/kontakter", "Företag"),
        ("/foretag/importera", "Företag"),
        ("/behov/paketering", "Behov"),
        ("/utlysningar", "Projekt"),
        ("/administration/bjud-in", "Administration"),
        ("/organisationer", "Organisationer"),
    ],
)
def test_the_menu_marks_the_one_part_that_a_page_belongs_to(demo_client, url, label):
    assert current_lines(demo_client.get(url).text) == [label]


def test_somebody_signed_in_keeps_the_menu_on_public_pages(demo_client):
    assert "Huvudmeny" in demo_client.get("/hjalp/01-borja-har").text


@pytest.mark.parametrize(
    ("method", "url", "status"),
    [
        ("get", "/finns-inte", 404),
        ("get", "/foretag/999999999", 404),
        ("post", "/foretag", 405),
        ("post", "/foretag/nytt", 400),
    ],
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
    """Give the texts of the product whose English is another."""
    with CATALOGUE.open("rb") as stream:
        messages = [message for message in read_po(stream, locale="en") if isinstance(message.id, str)]
    return {message.id for message in messages if message.id not in ("", message.string)} - set(FIELD_TITLES.values())


def stored_texts():
    """Give every text of the data: what people wrote and what rules and lists say, each in its own language."""
    with access.every_organisation():
        columns = [
            column
            for mapper in db.Model.registry.mappers
            for column in mapper.columns
            if isinstance(column.type, (Text, String, JSON))
        ]
        found = {text for column in columns for value in db.session.scalars(select(column)) for text in strings(value)}
    db.session.rollback()
    lists = Path(reference.__file__).with_name("data").glob("*.csv")
    return found.union(*(re.split(r"[\n,;]", path.read_text(encoding="utf-8")) for path in lists))


def strings(value):
    if isinstance(value, str):
        yield from (line.strip() for line in value.split("\n"))
    elif isinstance(value, dict | list):
        for part in value.values() if isinstance(value, dict) else value:
            yield from strings(part)


def current_lines(html):
    menu = html5lib.parse(html, namespaceHTMLElements=False).find(".//*[@id='meny']")
    return ["".join(link.itertext()).strip() for link in menu.iterfind(".//a[@aria-current='page']")]


def texts_of(html):
    """Give the texts that a page shows or says: between its tags, and in the attributes that are read out."""
    document = html5lib.parse(html, namespaceHTMLElements=False)
    for element in document.iter():
        # The link to the other language says its name in that language.
        if element.get("lang") and element.tag == "a":
            continue
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
