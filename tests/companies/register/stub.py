"""A stand-in for the register's service, over HTTP: tokens, numbers in the body, and every way in which it can fail."""

import json
import secrets
import threading
import time
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs

from sqlalchemy import select

from broker.companies.models import Company
from broker.companies.numbers import has_check_digit
from broker.companies.register.client import Access
from broker.extensions import db

SAMPLES = json.loads((Path(__file__).parents[2] / "samples" / "bolagsverket_api_sample.json").read_text("utf-8"))
SCOPES = "vardefulla-datamangder:read vardefulla-datamangder:ping"

# The page that asks, and what the stand-in knows: a company, one that is bankrupt, and a person.
PAGE = "/foretag/hamta"
NUMBER, BANKRUPT, SOLE_TRADER = "5299999994", "5299999986", "189001189803"


def sample(name):
    """Give one of the documented answers as status and body."""
    answer = SAMPLES["responses"][name]
    return answer["status"], answer["body"]


class Stub:
    """What the service knows and how it behaves; a test sets the answers and reads what was asked."""

    def __init__(self):
        self.client_id, self.client_secret = "klient", "hemlig&nyckel"
        self.answers, self.asked, self.tokens, self.token_requests = {}, [], set(), 0
        self.lifetime, self.delay, self.headers = 3600, 0, {}
        # Answers that come before all others, one for each question; and what happens before an answer.
        self.first, self.meanwhile = [], lambda: None

    def give_token(self, form):
        self.token_requests += 1
        given = {name: values[0] for name, values in parse_qs(form).items()}
        wanted = {"grant_type": "client_credentials", "client_id": self.client_id, "client_secret": self.client_secret}
        if given != wanted | {"scope": SCOPES}:
            return 401, {"error": "invalid_client"}
        token = secrets.token_hex(8)
        self.tokens.add(f"Bearer {token}")
        return 200, {"access_token": token, "token_type": "Bearer", "scope": SCOPES, "expires_in": self.lifetime}

    def answer(self, authorization, content):
        if authorization not in self.tokens:
            return sample("saknar_behorighet")
        digits = json.loads(content)["identitetsbeteckning"]
        self.asked.append(digits)
        self.meanwhile()
        time.sleep(self.delay)
        if self.first:
            return self.first.pop(0)
        if not (digits.isdigit() and len(digits) in (10, 12) and has_check_digit(digits[-10:])):
            return sample("ogiltig_kontrollsiffra")
        return self.answers.get(digits) or sample("organisation_saknas_men_http_200")


@contextmanager
def serving_stub():
    """Serve a stand-in and give it with its address."""
    stub = Stub()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            content = self.rfile.read(int(self.headers["Content-Length"])).decode()
            if self.path == "/oauth2/token":
                status, body = stub.give_token(content)
            elif self.path == "/v1/organisationer" and self.headers["Content-Type"] == "application/json":
                status, body = stub.answer(self.headers["Authorization"], content)
            else:
                status, body = 404, None
            self.send_response(status)
            for name, value in stub.headers.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body if isinstance(body, bytes) else json.dumps(body).encode())

        def log_message(self, *arguments):
            """Say nothing: the tests read what was asked."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    stub.address = f"http://127.0.0.1:{server.server_port}"
    try:
        yield stub
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def access_to(stub, **changes):
    """Give what an installation that asks the stand-in has set."""
    addresses = {"url": f"{stub.address}/v1", "token_url": f"{stub.address}/oauth2/token"}
    return Access(**(addresses | {"client_id": stub.client_id, "client_secret": stub.client_secret} | changes))


def only_company():
    """Give the one company that has been stored."""
    return db.session.scalars(select(Company)).one()
