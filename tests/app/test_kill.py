"""The server is killed in the middle of writes: nothing that it acknowledged is lost, and nothing is half there."""

import http.client
import http.cookiejar
import os
import re
import signal
import sqlite3
import subprocess
import threading
import time
import urllib.error
import urllib.parse
import urllib.request

import pytest

from bench.register_files import write_files
from broker.server import free_port
from tests import factories

FORM = "/foretag/1/kontakter/ny"
ROUNDS, WRITERS, WRITES = 10, 4, 30


class Visitor:
    """A browser without pictures: keeps its cookies, follows nothing by itself."""

    def __init__(self):
        self.address = None
        jar = urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar())
        self.opener = urllib.request.build_opener(jar, NoRedirect())

    def read_token(self, path):
        page = self.opener.open(self.address + path, timeout=10).read().decode()
        return re.search(r'name="csrf_token" value="([^"]+)"', page).group(1)

    def send(self, path, **fields):
        try:
            return self.opener.open(self.address + path, urllib.parse.urlencode(fields).encode(), timeout=10).status
        except urllib.error.HTTPError as answer:
            return answer.code


class NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *args):
        return None


@pytest.fixture
def with_a_company(installed):
    with sqlite3.connect(installed.folder / "broker.db") as connection:
        connection.execute(
            "insert into company (organisation_number, name, name_key, sort_key, source, source_date)"
            " values ('5299304179', 'Exempel AB', 'exempel', 'exempel ab', 'test', '2026-01-01')"
        )
    connection.close()
    return installed


def serve(broker):
    port = free_port("127.0.0.1", 5880)
    options = {"start_new_session": True, "stdout": subprocess.DEVNULL}
    process = broker.start("serve", "--port", port, "--workers", 2, **options)
    address = f"http://127.0.0.1:{port}"
    for _attempt in range(1000):
        try:
            urllib.request.urlopen(f"{address}/halsa", timeout=5)
        except OSError:
            time.sleep(0.02)
        else:
            return process, address
    raise TimeoutError(address)


def sign_in(visitor):
    token = visitor.read_token("/logga-in")
    signed_in = visitor.send("/logga-in", csrf_token=token, email="a@example.se", password=factories.PASSWORD)
    assert signed_in == 302


def write_until_killed(visitor, name, acknowledged):
    try:
        facts = {"csrf_token": visitor.read_token(FORM), "kind": "call", "happened_on": "2026-11-02"}
        for number in range(10_000):
            summary = f"{name}-{number}"
            if visitor.send(FORM, **facts, summary=summary) == 302:
                acknowledged.append(summary)
    except (OSError, http.client.HTTPException):
        return


def test_nothing_acknowledged_is_lost_and_nothing_is_half_there(with_a_company):
    acknowledged, visitors = [], [Visitor() for _ in range(WRITERS)]
    for round_number in range(ROUNDS):
        process, address = serve(with_a_company)
        for visitor in visitors:
            visitor.address = address
            if round_number == 0:
                sign_in(visitor)
        writers = [
            threading.Thread(target=write_until_killed, args=(visitor, f"{round_number}-{number}", acknowledged))
            for number, visitor in enumerate(visitors)
        ]
        for writer in writers:
            writer.start()
        enough = len(acknowledged) + WRITES
        while len(acknowledged) < enough:
            time.sleep(0.05)
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        for writer in writers:
            writer.join()

    stored = {summary for (summary,) in with_a_company.rows("select summary from interaction")}
    events = with_a_company.rows("select count(*) from audit_event where action = 'interaction:logged'")
    assert len(acknowledged) >= ROUNDS * WRITES
    assert set(acknowledged) - stored == set()
    assert events == [(len(stored),)]
    assert with_a_company.rows("pragma integrity_check") == [("ok",)]
    assert "Händelsekedjan är hel." in with_a_company("audit", "verify").stdout


def count_companies(broker):
    assert broker.rows("pragma integrity_check") == [("ok",)]
    return broker.rows("select count(*) from company where source like 'Bolagsverket%'")[0][0]


def test_a_register_import_that_is_killed_stores_all_or_nothing(installed, tmp_path):
    path, _scb, organisations = write_files(tmp_path, 8_000)
    started = time.monotonic()
    installed("import", "companies", path, "--dry-run")
    duration = time.monotonic() - started

    for share in (0.5, 0.7, 0.9, 1.1, 1.3):
        process = installed.start("import", "companies", path, stdout=subprocess.DEVNULL)
        time.sleep(duration * share)
        process.kill()
        process.wait()
        assert count_companies(installed) in (0, organisations)

    installed("import", "companies", path)
    assert count_companies(installed) == organisations
    assert "Händelsekedjan är hel." in installed("audit", "verify").stdout
