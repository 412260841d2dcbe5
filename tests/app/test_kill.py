"""The server is killed in the middle of writes: nothing that it acknowledged is lost, and nothing is half there."""

import http.client
import http.cookiejar
import os
import re
import signal
import sqlite3
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.parse
import urllib.request
from pathlib import Path

import pytest

from bench.register_files import write_files
from broker.server import free_port

ROOT = Path(__file__).parents[2]
PASSWORD = "en mening som lösenord"
ROUNDS, WRITERS, SECONDS = 3, 4, 2.5


class Visitor:
    """A browser without pictures: keeps its cookies, follows nothing by itself."""

    def __init__(self, address):
        self.address = address
        jar = urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar())
        self.opener = urllib.request.build_opener(jar, NoRedirect())

    def send(self, path, **fields):
        page = self.opener.open(self.address + path, timeout=10).read().decode()
        token = re.search(r'name="csrf_token" value="([^"]+)"', page).group(1)
        data = urllib.parse.urlencode({"csrf_token": token, **fields}).encode()
        try:
            return self.opener.open(self.address + path, data, timeout=10).status
        except urllib.error.HTTPError as answer:
            return answer.code


class NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *args):
        return None


@pytest.fixture
def environment(tmp_path):
    environment = os.environ | {"DATA_DIR": str(tmp_path), "PYTHONPATH": str(ROOT)}
    broker = [sys.executable, "-m", "broker"]
    subprocess.run([*broker, "init"], env=environment, check=True, stdout=subprocess.DEVNULL)
    add = [*broker, "user", "add", "a@example.se", "--organisation", "Lärcentrum Flen", "--role", "broker"]
    subprocess.run(
        [*add, "--password-stdin"],
        env=environment,
        check=True,
        input=f"{PASSWORD}\n",
        text=True,
        stdout=subprocess.DEVNULL,
    )
    with sqlite3.connect(tmp_path / "broker.db") as connection:
        connection.execute(
            "insert into company (name, name_key, sort_key, source, source_date)"
            " values ('Exempel AB', 'exempel', 'exempel ab', 'test', '2026-01-01')"
        )
    connection.close()
    return environment


def serve(environment):
    port = free_port("127.0.0.1", 5880)
    command = [sys.executable, "-m", "broker", "serve", "--port", str(port), "--workers", "2"]
    process = subprocess.Popen(command, env=environment, start_new_session=True, stdout=subprocess.DEVNULL)
    address = f"http://127.0.0.1:{port}"
    for _attempt in range(200):
        try:
            urllib.request.urlopen(f"{address}/halsa", timeout=5)
        except OSError:
            time.sleep(0.1)
        else:
            return process, address
    raise TimeoutError(address)


def write_until_killed(address, name, acknowledged):
    try:
        visitor = Visitor(address)
        assert visitor.send("/logga-in", email="a@example.se", password=PASSWORD) == 302
        for number in range(10_000):
            summary = f"{name}-{number}"
            if visitor.send("/foretag/1/kontakter/ny", kind="call", happened_on="2026-11-02", summary=summary) == 302:
                acknowledged.append(summary)
    except (OSError, http.client.HTTPException):
        return


def test_nothing_acknowledged_is_lost_and_nothing_is_half_there(environment, tmp_path):
    acknowledged = []
    for round_number in range(ROUNDS):
        process, address = serve(environment)
        writers = [
            threading.Thread(target=write_until_killed, args=(address, f"{round_number}-{number}", acknowledged))
            for number in range(WRITERS)
        ]
        for writer in writers:
            writer.start()
        time.sleep(SECONDS + round_number / 3)
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        for writer in writers:
            writer.join()

    with sqlite3.connect(tmp_path / "broker.db") as connection:
        stored = {summary for (summary,) in connection.execute("select summary from interaction")}
        events = connection.execute("select count(*) from audit_event where action = 'interaction:logged'").fetchone()
        intact = connection.execute("pragma integrity_check").fetchone()
    connection.close()
    assert len(acknowledged) > 50
    assert set(acknowledged) - stored == set()
    assert (events[0], intact[0]) == (len(stored), "ok")
    verify = subprocess.run([sys.executable, "-m", "broker", "audit", "verify"], env=environment, check=False)
    assert verify.returncode == 0


def count_companies(folder):
    with sqlite3.connect(folder / "broker.db") as connection:
        (count,) = connection.execute("select count(*) from company where source like 'Bolagsverket%'").fetchone()
        (intact,) = connection.execute("pragma integrity_check").fetchone()
    connection.close()
    assert intact == "ok"
    return count


def test_a_register_import_that_is_killed_stores_all_or_nothing(environment, tmp_path):
    path, _scb, organisations = write_files(tmp_path, 15_000)
    command = [sys.executable, "-m", "broker", "import", "companies", str(path)]
    quiet = {"env": environment, "stdout": subprocess.DEVNULL}
    started = time.monotonic()
    subprocess.run([*command, "--dry-run"], check=True, **quiet)
    duration = time.monotonic() - started

    for share in (0.6, 0.9, 1.2):
        process = subprocess.Popen(command, **quiet)
        time.sleep(duration * share)
        process.kill()
        process.wait()
        assert count_companies(tmp_path) in (0, organisations)

    subprocess.run(command, check=True, **quiet)
    assert count_companies(tmp_path) == organisations
