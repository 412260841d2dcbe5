"""Lets fifty people work at once against a served installation, beside one who works alone in the same run."""

import os
import re
import socket
import statistics
import subprocess
import sys
import threading
import time
from collections import defaultdict
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from random import Random

import requests
from requests.adapters import HTTPAdapter
from urllib3.util import Retry

from broker.demo.organisations import FIRST_EMAIL, PASSWORD

PEOPLE, SECONDS, ALONE_SECONDS = 50, 60, 15
# On average between two pages; nobody reads them faster all day long.
THINKING_SECONDS = 5
WRITES = 0.1
PAGES = {
    "Idag": "/",
    "Företag, första sidan": "/foretag",
    "Våra företag": "/foretag?vara=y",
    "Företag på karta": "/foretag/karta",
    "Sök på ett ord": "/foretag?q=tallas",
    "Sök på två ord": "/foretag?q=stenby+bygg",
    "Sök medan någon skriver": "/kontakter/ny?q=svets",
    "Behov": "/behov",
    "Behov, summan": "/behov/summering",
}
COMPANY, WRITE = "Ett företag", "Logga en kontakt"
_COMPANY = re.compile(r'href="(/foretag/\d+)"')
_TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')
_SHARED_OUT = re.compile(r"^Pss:\s+(\d+)", re.MULTILINE)
_ROOT = Path(__file__).parent.parent


class Seen:
    """How long each page took, in milliseconds, and what went wrong."""

    def __init__(self):
        self.durations, self.faults, self._lock = defaultdict(list), [], threading.Lock()

    @property
    def reads(self):
        return [duration for name, durations in self.durations.items() if name != WRITE for duration in durations]

    def note(self, name, began, status, expected):
        duration = (time.perf_counter() - began) * 1000
        with self._lock:
            self.durations[name].append(duration)
            if status != expected:
                self.faults.append(f"{name}: {status}")


def measure_load(folder, address):
    with served(folder, address) as (base, process, seconds):
        alone = work(base, people=1, seconds=ALONE_SECONDS, thinking=0)
        together = work(base, people=PEOPLE, seconds=SECONDS, thinking=THINKING_SECONDS)
        memory = [f"{size} MB" for size in memory_of_workers(process.pid)]
    print(f"{'Tillsammans':28}{'en ms':>10}{f'{PEOPLE} ms':>10}{'p95 ms':>10}{'antal':>12}")
    for name in (*PAGES, COMPANY, WRITE):
        print_line(name, alone.durations[name], together.durations[name])
    print_line("Alla läsningar", alone.reads, together.reads)
    pages = len(together.reads) + len(together.durations[WRITE])
    print(f"{pages / SECONDS:.0f} sidor i sekunden, fel: {len(together.faults)} {' '.join(together.faults[:3])}")
    print(f"Från start till första svar: {seconds:.1f} s; minne: {', '.join(memory)}")


def print_line(name, alone, together):
    print(f"{name:28}{median(alone):10.1f}{median(together):10.1f}{p95(together):10.1f}{len(together):12}")


@contextmanager
def served(folder, address):
    """Give the address of the product as it is served, its process, and the seconds until it answered."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    base = f"http://127.0.0.1:{port}"
    settings = {"DATA_DIR": str(folder), "DATABASE_URL": address, "BASE_URL": base, "SECRET_KEY": "x" * 32}
    environment = os.environ | settings | {"LOG_LEVEL": "ERROR", "PYTHONPATH": str(_ROOT)}
    command = [sys.executable, "-m", "broker", "serve", "--port", str(port)]
    began = time.perf_counter()
    with subprocess.Popen(command, env=environment, cwd=_ROOT, stdout=subprocess.DEVNULL) as process:
        try:
            wait_for(f"{base}/halsa")
            yield base, process, time.perf_counter() - began
        finally:
            process.terminate()


def wait_for(url):
    for _attempt in range(600):
        try:
            requests.get(url, timeout=5).raise_for_status()
        except requests.ConnectionError:
            time.sleep(0.05)
        else:
            return
    raise TimeoutError(url)


def work(base, *, people, seconds, thinking):
    # One after another, since many sign-ins of one person at the same moment are taken for guessing.
    browsers = [signed_in(base) for _person in range(people)]
    companies = _COMPANY.findall(browsers[0].get(f"{base}/foretag?vara=y", timeout=60).text)
    seen, until = Seen(), time.monotonic() + seconds
    everybody = [
        threading.Thread(target=Person(browser, base, companies, Random(number), thinking).work, args=(seen, until))
        for number, browser in enumerate(browsers)
    ]
    for person in everybody:
        person.start()
    for person in everybody:
        person.join()
    return seen


def signed_in(base):
    browser = requests.Session()
    # A browser asks once more when the connection that it kept was closed meanwhile.
    browser.mount("http://", HTTPAdapter(max_retries=Retry(connect=0, read=2)))
    page = browser.get(f"{base}/logga-in", timeout=60)
    sent = {"csrf_token": _TOKEN.search(page.text).group(1), "email": FIRST_EMAIL, "password": PASSWORD}
    browser.post(f"{base}/logga-in", data=sent, timeout=60).raise_for_status()
    return browser


@dataclass
class Person:
    """Somebody who turns pages, thinks, and now and then logs a contact."""

    browser: requests.Session
    base: str
    companies: list[str]
    random: Random
    thinking: float

    def work(self, seen, until):
        # Nobody begins in the same moment as all others.
        time.sleep(self.random.uniform(0, 2 * self.thinking))
        while time.monotonic() < until:
            if self.random.random() < WRITES:
                self.log_contact(seen)
            else:
                self.read(seen)
            time.sleep(self.random.expovariate(1) * self.thinking)

    def read(self, seen):
        name = self.random.choice((*PAGES, COMPANY))
        path = PAGES.get(name) or self.random.choice(self.companies)
        began = time.perf_counter()
        answer = self.browser.get(self.base + path, timeout=60)
        seen.note(name, began, answer.status_code, 200)

    def log_contact(self, seen):
        url = f"{self.base}{self.random.choice(self.companies)}/kontakter/ny"
        token = _TOKEN.search(self.browser.get(url, timeout=60).text).group(1)
        sent = {"csrf_token": token, "kind": "call", "happened_on": "2026-11-02", "summary": "Mätning."}
        began = time.perf_counter()
        answer = self.browser.post(url, data=sent, timeout=60, allow_redirects=False)
        seen.note(WRITE, began, answer.status_code, 302)


def memory_of_workers(pid):
    """Give the megabytes of each process that answers, what several share divided among them."""
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    rolled_up = [Path(f"/proc/{child}/smaps_rollup").read_text() for child in children]
    return [int(_SHARED_OUT.search(text).group(1)) // 1024 for text in rolled_up]


def median(durations):
    return statistics.median(durations) if durations else 0.0


def p95(durations):
    return sorted(durations)[int(len(durations) * 0.95)] if durations else 0.0
