"""Asks Bolagsverket's service about a number over HTTP, as OAuth 2 calls a client with credentials of its own."""

import json
import threading
import time
import urllib.error
import urllib.request
import uuid
from dataclasses import dataclass
from http.client import HTTPException, HTTPResponse
from typing import Any
from urllib.parse import urlencode

from flask import Flask, current_app
from flask_babel import gettext as _

from broker.companies.numbers import Number
from broker.errors import RefusedError
from config import Settings, is_safe

_SCOPE = "vardefulla-datamangder:read vardefulla-datamangder:ping"
_LONGEST_ANSWER = 1_000_000
# A token is left in time, so that none runs out on its way.
_MARGIN = 30
_NOT_NOW = (502, 503, 504)


class UnreachableRegisterError(RefusedError):
    """The service gave no answer that can be used; the text says why and what to do."""


@dataclass(frozen=True)
class Access:
    """Where the service is and who asks."""

    url: str
    token_url: str
    client_id: str
    client_secret: str

    @classmethod
    def of(cls, settings: Settings) -> "Access":
        """Give what an installation has set."""
        return cls(
            settings.bolagsverket_url,
            settings.bolagsverket_token_url,
            settings.bolagsverket_client_id,
            settings.bolagsverket_client_secret,
        )

    @property
    def is_complete(self) -> bool:
        """Tell whether the installation has credentials and the addresses protect them on their way."""
        return bool(self.client_id and self.client_secret) and all(map(is_safe, (self.url, self.token_url)))


@dataclass(frozen=True)
class Patience:
    """For how many seconds an answer is waited for, and how long a pause that the service asks for is taken."""

    answer: float
    pause: float


class Client:
    """One process's conversation with the service; keeps the token for as long as it is good."""

    def __init__(self, access: Access) -> None:
        self.access = access
        self._lock = threading.Lock()
        self._token, self._good_until = "", 0.0

    def ask(self, number: Number, patience: Patience) -> Any:
        """Give the service's answer about a number as plain data, or raise UnreachableRegisterError.

        The number goes in the body, since it can be a person's. Asks once more with a new token, after a short pause
        that the service asked for, and after a failure of its own that passes.
        """
        for is_last in (False, True):
            try:
                return _send(self._question(number, patience), patience)
            except urllib.error.HTTPError as error:
                pause = _pause_after(error, patience)
                if is_last or pause is None:
                    raise _refusal(error.code) from error
                if error.code == 401:
                    self._forget_token()
                time.sleep(pause)
        raise AssertionError("the last attempt answers or raises")

    def _question(self, number: Number, patience: Patience) -> urllib.request.Request:
        headers = {
            "Authorization": f"Bearer {self._find_token(patience)}",
            "Content-Type": "application/json",
            "Accept": "application/json",
            "X-Request-Id": str(uuid.uuid4()),
        }
        body = json.dumps({"identitetsbeteckning": number.digits}).encode()
        return urllib.request.Request(f"{self.access.url}/organisationer", body, headers)  # noqa: S310 - is_complete.

    def _find_token(self, patience: Patience) -> str:
        with self._lock:
            if time.monotonic() < self._good_until:
                return self._token
            self._token, seconds = _fetch_token(self.access, patience)
            self._good_until = time.monotonic() + seconds - _MARGIN
            return self._token

    def _forget_token(self) -> None:
        with self._lock:
            self._good_until = 0.0


def init_app(app: Flask, access: Access) -> None:
    """Let this application ask the register by these addresses and credentials."""
    app.extensions["broker_register"] = Client(access)


def client_here() -> Client:
    """Give the client of the running application."""
    client: Client = current_app.extensions["broker_register"]
    return client


def _fetch_token(access: Access, patience: Patience) -> tuple[str, float]:
    """Give a token and for how many seconds it is good; one that does not say it is good for this question alone."""
    body = urlencode(
        {
            "grant_type": "client_credentials",
            "client_id": access.client_id,
            "client_secret": access.client_secret,
            "scope": _SCOPE,
        }
    ).encode()
    try:
        answer = _send(urllib.request.Request(access.token_url, body), patience)  # noqa: S310 - is_complete.
    except urllib.error.HTTPError as error:
        # What a token is refused with says the same of the credentials, whichever the number.
        raise _refusal(401 if error.code in (400, 401, 403) else error.code) from error
    if not isinstance(answer, dict) or not isinstance(answer.get("access_token"), str):
        raise _refusal(0)
    seconds = answer.get("expires_in")
    return answer["access_token"], float(seconds) if isinstance(seconds, int | float) else 0.0


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """The credentials go to the address that was set, and nowhere else."""

    def redirect_request(self, *arguments: Any) -> None:
        """Follow nothing, so that a redirect is an error like others."""


_opener = urllib.request.build_opener(_NoRedirect)


def _send(request: urllib.request.Request, patience: Patience) -> Any:
    response: HTTPResponse
    try:
        with _opener.open(request, timeout=patience.answer) as response:
            return json.loads(response.read(_LONGEST_ANSWER))
    except urllib.error.HTTPError:
        raise
    except (OSError, HTTPException, ValueError, RecursionError) as error:
        raise _refusal(0) from error


def _pause_after(error: urllib.error.HTTPError, patience: Patience) -> float | None:
    """Give how long to wait before asking once more, or None when it would not help or would take too long."""
    if error.code in (401, *_NOT_NOW):
        return 0.0
    told = error.headers.get("Retry-After", "")
    if error.code == 429 and told.isascii() and told.isdigit() and int(told) <= patience.pause:
        return float(told)
    return None


def _refusal(status: int) -> UnreachableRegisterError:
    if status == 400:
        text = _("Registret godtar inte numret. Kontrollera det siffra för siffra.")
    elif status in (401, 403):
        text = _(
            "Registret godtar inte installationens nycklar. Be den som sköter installationen att kontrollera "
            "BOLAGSVERKET_CLIENT_ID och BOLAGSVERKET_CLIENT_SECRET."
        )
    elif status == 429:
        text = _("Registret tar inte emot fler frågor just nu. Vänta en minut och försök igen.")
    else:
        text = _("Registret svarar inte just nu. Försök igen om en stund, eller lägg in uppgifterna för hand.")
    return UnreachableRegisterError(text)
