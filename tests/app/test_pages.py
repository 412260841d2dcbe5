"""Every page of the product with much data in it: it opens, is sound, and is protected by its headers."""

import re

import html5lib
import pytest

from tests.pages import HANDBOOK, addresses, demo_in, sign_in

# Pages that send the person on, with where to.
REDIRECTS = {
    "companies.rename_tag": "/foretag/etiketter",
    "accounts.set_language": "/",
    "second_factor.give_code": "/logga-in",
    "second_factor.give_recovery_code": "/logga-in",
    "second_factor.turn_off": "/konto",
    "second_factor.renew_codes": "/konto",
    "single_sign_on.leave": "/logga-in",
    "single_sign_on.come_back": "/logga-in",
    "pages.handbook": "/hjalp/01-borja-har",
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


@pytest.mark.parametrize(
    ("url", "label"),
    [
        ("/", "Idag"),
        ("/kontakter", "Företag"),
        ("/foretag/importera", "Företag"),
        ("/behov/paketering", "Behov"),
        ("/behov/utkast", "Behov"),
        ("/utlysningar", "Projekt"),
        ("/administration/bjud-in", "Administration"),
        ("/organisationer", "Organisationer"),
    ],
)
def test_the_menu_marks_the_one_part_that_a_page_belongs_to(demo_client, url, label):
    assert current_lines(demo_client.get(url).text) == [label]


def test_the_handbook_leads_only_to_what_is_there_and_each_picture_says_what_is_seen():
    chapters = {path.stem: path.read_text(encoding="utf-8") for path in HANDBOOK.glob("*.md")}
    text = "\n".join(chapters.values())
    pictures = {name: told for told, name in re.findall(r"!\[([^\]]*)\]\(bilder/([^)]+)\)", text)}

    assert set(re.findall(r"(?<!!)\[[^\]]+\]\(([^)]+)\)", text)) <= set(chapters)
    assert set(pictures) == {path.name for path in HANDBOOK.glob("bilder/*")}
    assert [name for name, told in pictures.items() if len(told.split()) < 3] == []


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


def current_lines(html):
    menu = html5lib.parse(html, namespaceHTMLElements=False).find(".//*[@id='meny']")
    return ["".join(link.itertext()).strip() for link in menu.iterfind(".//a[@aria-current='page']")]


def check_headers(response):
    url = response.request.path
    policy = dict(rule.strip().split(" ", 1) for rule in response.headers["Content-Security-Policy"].split(";"))
    assert policy.items() >= POLICY.items(), url
    assert response.headers["X-Content-Type-Options"] == "nosniff", url
    assert response.headers["X-Frame-Options"] == "DENY", url
    assert response.headers["Referrer-Policy"] == "same-origin", url
    assert response.headers["Cache-Control"] == "no-store", url
    assert "Cookie" in response.headers["Vary"], url
