"""A client that looks at every page it fetches as a careful reader of the HTML would."""

import re
from contextlib import contextmanager
from functools import cache
from html import unescape

import html5lib
import lxml.html
from flask.testing import FlaskClient
from sqlalchemy import event

from broker.access import _scope
from broker.accounts import service as accounts
from broker.extensions import db
from tests import factories

MOST_QUERIES = 12
# Sentences of private rows in the whole suite begin so; an answer to another organisation must never hold one.
CANARY = "hemligt-"
# Words between tags, and values, that no rule of HTML is about: a page is judged by what is left without them.
ODD_SIGNS = r"\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufdd0-\uffff\U0001fffe-\U0010ffff"
WORDS = re.compile(rf">(?=\s*[^<>&\s])[^<>&{ODD_SIGNS}]+<")
TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')
VALUES = re.compile(rf' (href|action|value)="[^"<>&{ODD_SIGNS}]*"')


class Client(FlaskClient):
    """A browser: own cookies, CSRF tokens from the page, pages checked for valid HTML, one h1, few queries."""

    queries = 0
    _token = None

    def open(self, *args, **kwargs):
        """Send one request in a context of its own, as a server would, and inspect the page that comes."""
        scope = _scope.get()
        db.session.rollback()
        with self._counted(), self.application.app_context():
            response = super().open(*args, **kwargs)
            response.get_data()
            response.close()
        _scope.set(scope)
        db.session.expire_all()
        self._remember_token(response)
        if response.mimetype == "text/html" and response.status_code not in (301, 302, 303, 308):
            try:
                inspect(response.text)
            except AssertionError as fault:
                raise AssertionError(f"{response.request.path}: {fault}") from fault
            if response.request.method == "GET":
                assert self.queries <= MOST_QUERIES, f"{self.queries} queries for {response.request.path}"
        return response

    def sign_in(self, user, password=factories.PASSWORD):
        """Sign in as a person does."""
        response = self.submit("/logga-in", email=user.email, password=password)
        assert response.status_code == 302, response.text

    def enter(self, user, *, with_sign_on=False):
        """Hold a session of this person's, as after signing in, without the page and its dear hash."""
        token = accounts.start_session(user, with_sign_on=with_sign_on).token
        db.session.commit()
        scope = _scope.get()
        with self.session_transaction() as cookie:
            cookie.update(_user_id=token, _fresh=True, _permanent=True)
        self._token = None
        _scope.set(scope)

    def submit(self, url, **fields):
        """Fetch the page with a form, fill fields in and send it with what else the form holds."""
        page = self.get(url)
        assert page.status_code == 200, f"{url}: {page.status_code}"
        data = form_values(page.text)
        data.update({name: value for name, value in fields.items() if value is not None})
        return self.post(url, data=data, content_type="multipart/form-data")

    def press(self, url, page="/", **fields):
        """Press a one-button form: post with the CSRF token that the pages of this person carry."""
        return self.post(url, data={"csrf_token": self.csrf_token(page), **fields})

    def csrf_token(self, page="/jobb"):
        """Give the token of the page that this person saw last, or else of this one."""
        if self._token is None:
            self.get(page, follow_redirects=True)
        return self._token

    def _remember_token(self, response):
        # Who signs in or out is given a new session, for which no earlier token is meant.
        if "Set-Cookie" in response.headers:
            self._token = None
        if response.mimetype == "text/html" and (found := TOKEN.search(response.text)):
            self._token = found.group(1)

    @contextmanager
    def _counted(self):
        self.queries = 0

        def count(connection, cursor, statement, parameters, context, executemany):
            # What opens a transaction asks the database for nothing.
            if not statement.startswith(("BEGIN", "select set_config")):
                self.queries += 1

        event.listen(db.engine, "before_cursor_execute", count)
        try:
            yield
        finally:
            event.remove(db.engine, "before_cursor_execute", count)


def form_values(html):
    """Give what the first form of the content would send unchanged."""
    document = lxml.html.document_fromstring(html)
    main = document.find(".//main")
    forms = main.findall(".//form[@method='post']") or document.findall(".//form[@method='post']")
    values = {}
    for element in forms[0].iter():
        name = element.get("name")
        if element.tag == "input" and name:
            kind = element.get("type", "text")
            if kind in ("checkbox", "radio"):
                if element.get("checked") is not None:
                    values.setdefault(name, []).append(element.get("value", "y"))
            elif kind not in ("submit", "file", "button"):
                values[name] = element.get("value", "")
        elif element.tag == "textarea":
            # A browser leaves out the line break that a text begins with.
            values[name] = (element.text or "").removeprefix("\n")
        elif element.tag == "select":
            chosen = [option for option in element.iter("option") if option.get("selected") is not None]
            options = list(element.iter("option"))
            if chosen or (options and element.get("multiple") is None):
                values[name] = (chosen or options)[0].get("value", "")
    return values


def inspect(html):
    """Refuse a page that is not valid HTML, lacks its one h1, repeats an id or has a control without a name."""
    inspect_shape(VALUES.sub(r' \1=""', WORDS.sub(">x<", html)))
    title, heading = text_of("title", html), text_of("h1", html)
    assert heading, "empty h1"
    assert title.startswith(heading), f"title {title!r} does not begin with {heading!r}"
    assert not re.search(r"\son[a-z]+=|<style|<script(?![^>]*\ssrc=)|\sstyle=", html), "inline script or style"


def text_of(tag, html):
    """Give the words of the only element of a kind."""
    content = re.search(rf"<{tag}\b[^>]*>(.*?)</{tag}>", html, re.DOTALL).group(1)
    return " ".join(unescape(re.sub(r"<[^>]*>", "", content)).split())


# A shape that was found good is good with other words too: most pages of the tests differ in nothing else.
@cache
def inspect_shape(html):
    """Refuse a page for its tags and attributes."""
    parser = html5lib.HTMLParser(strict=True, namespaceHTMLElements=False)
    document = parser.parse(html)
    headings = document.findall(".//h1")
    assert len(headings) == 1, f"{len(headings)} h1"
    identifiers = [element.get("id") for element in document.iter() if element.get("id")]
    repeated = {name for name in identifiers if identifiers.count(name) > 1}
    assert not repeated, f"repeated ids {repeated}"
    labelled = {label.get("for") for label in document.iter("label")}
    for control in [*document.iter("input"), *document.iter("select"), *document.iter("textarea")]:
        if control.get("type") in ("hidden", "submit"):
            continue
        assert control.get("id") in labelled or control.get("aria-label"), f"unlabelled {control.attrib}"
