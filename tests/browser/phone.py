"""A phone that loses its net and finds it again: its browser, and what people do with it."""

from contextlib import contextmanager

from playwright.sync_api import expect
from sqlalchemy import delete, select

from broker.accounts.models import UserSession
from broker.companies.models import Interaction
from broker.extensions import db
from tests.browser.conftest import _is_problem
from tests.browser.steps import press, write
from tests.conftest import signed_in_client

# A page that says whom it is for, as all do, and is soon made.
LIGHT = "/kontakter/ny"
PHONE = {"width": 390, "height": 844}
# The page's policy forbids what Playwright itself would wait with.
READY = """async () => {
  const latest = Date.now() + 10_000;
  const isReady = async () =>
    navigator.serviceWorker.controller && typeof brokerWaiting === "object" && (await brokerWaiting.person());
  while (!(await isReady())) {
    if (Date.now() > latest) throw new Error("the device is not ready for work without net");
    await new Promise(resolve => setTimeout(resolve, 5));
  }
}"""
# The worker learns a moment later than its pages that the net is gone or back. A slow server is still reached.
IS_REACHED = """async (isReached) => {
  const latest = Date.now() + 10_000;
  const ask = () =>
    fetch("/halsa", { cache: "no-store", signal: AbortSignal.timeout(1_000) }).then(
      () => true,
      (error) => (error.name === "TimeoutError" ? null : false),
    );
  while (Date.now() < latest) {
    if ((await ask()) === isReached) return true;
    await new Promise(resolve => setTimeout(resolve, 10));
  }
  return false;
}"""


class Watched:
    """A browser whose pages fail the test on any script error or broken policy."""

    def __init__(self, context):
        self.context, self.problems = context, []
        context.on("weberror", lambda error: self.problems.append(str(error.error)))
        context.on("console", self.note)

    def note(self, message):
        # What cannot be fetched without net is reported by the browser as an error of its own.
        if _is_problem(message) and "ERR_INTERNET_DISCONNECTED" not in message.text:
            self.problems.append(message.text)

    def __enter__(self):
        return self

    def __exit__(self, *failure):
        self.context.close()
        assert self.problems == []

    @contextmanager
    def emptied(self, address):
        """Let a test use the browser without what an earlier one has kept: contacts, session, typed text."""
        left = {"origin": address, "storageTypes": "cookies,indexeddb,local_storage"}
        devtools = self.context.new_cdp_session(self.context.new_page())
        devtools.send("Storage.clearDataForOrigin", left)
        devtools.detach()
        yield self.context
        self.context.set_offline(False)
        for page in self.context.pages:
            page.close()
        problems, self.problems = self.problems, []
        assert problems == []


def enter(app, device, user):
    """Open a page for somebody in a session of his own, and wait until the device is ready for work without net."""
    cookie = signed_in_client(app, user).get_cookie("broker")
    page = device.pages[0] if device.pages else device.new_page()
    device.add_cookies([{"name": "broker", "value": cookie.value, "domain": "127.0.0.1", "path": "/"}])
    page.goto(LIGHT, wait_until="commit")
    page.evaluate(READY)
    return page


def lose_net(page):
    page.context.set_offline(True)
    assert page.context.service_workers[-1].evaluate(IS_REACHED, False)


def find_net(page):
    page.context.set_offline(False)
    assert page.context.service_workers[-1].evaluate(IS_REACHED, True)


def log_without_net(page, **values):
    lose_net(page)
    page.goto("/kontakter/ny")
    write(page, **({"company": "Exempel Verkstad AB", "summary": "Behöver två svetsare"} | values))
    press(page, "Spara")
    expect(kept(page)).to_be_focused()


def sign_out(page, *, is_sure=True):
    page.locator(".account summary").click()
    page.get_by_role("button", name="Logga ut", exact=True).click()
    expect(page.get_by_role("link", name="Se vad som väntar")).to_be_focused()
    if is_sure:
        page.get_by_role("button", name="Logga ut ändå").click()


def switch(user, organisation):
    for session in db.session.scalars(select(UserSession).where(UserSession.user_id == user.id)):
        session.organisation_id = organisation.id
    db.session.commit()


def end_sessions():
    db.session.execute(delete(UserSession))
    db.session.commit()


def waiting(page):
    return page.locator("[data-count]")


def kept(page):
    return page.locator('[data-notice="kept"]')


def sent(page):
    return page.get_by_role("banner").locator("[data-sent]")


def contacts(summary="Behöver två svetsare"):
    query = select(Interaction.kind, Interaction.logged_by_id, Interaction.organisation_id)
    rows = db.session.execute(query.where(Interaction.summary == summary)).all()
    # A transaction of the test's that stayed open would keep the server from writing.
    db.session.rollback()
    return rows
