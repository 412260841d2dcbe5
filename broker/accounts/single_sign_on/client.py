"""Speaks with the sign-in service: sends people there, and reads what it says of who comes back.

The flow is OpenID Connect Core 1.0 § 3.1 (authorization code), with PKCE (RFC 7636); state, nonce, signature, issuer,
receiver and times are checked by the library.
"""

from typing import Any, cast

from authlib.integrations.base_client.errors import OAuthError
from authlib.integrations.flask_client import OAuth
from flask import Flask, session
from flask_babel import gettext as _
from joserfc.errors import JoseError
from requests.exceptions import RequestException
from werkzeug.wrappers import Response

from broker.accounts.single_sign_on.service import Identity, SignOnRefusedError
from broker.swedish import clean
from config import Settings

# Seconds that the service is waited for.
_PATIENCE = 10
# OpenID Connect Core 1.0 § 2 (sub), and RFC 5321 § 4.5.3.1.3 (a path without its brackets).
_LONGEST_SUBJECT, _LONGEST_ADDRESS = 255, 254
# What the library remembers in the cookie of each way to the service; a browser drops a cookie that grows too large.
_BEGUN, _BEGUN_AT_MOST = "_state_sign_on_", 3


class Client:
    """One application's conversation with the service that its settings name."""

    def __init__(self, app: Flask, settings: Settings) -> None:
        self._service = OAuth(app).register(
            "sign_on",
            client_id=settings.oidc_client_id,
            client_secret=settings.oidc_client_secret,
            server_metadata_url=f"{settings.oidc_issuer}/.well-known/openid-configuration",
            client_kwargs={
                "scope": "openid email profile",
                "code_challenge_method": "S256",
                "default_timeout": _PATIENCE,
            },
        )

    def send_there(self, come_back_to: str) -> Response:
        """Send the browser to the service, or raise SignOnRefusedError when it does not answer."""
        _forget_the_earliest()
        try:
            return cast("Response", self._service.authorize_redirect(come_back_to))
        except (RequestException, OAuthError, ValueError, KeyError, TypeError, RuntimeError) as error:
            raise _unreachable() from error

    def read_answer(self) -> Identity:
        """Give who has come back with this request, or raise SignOnRefusedError."""
        try:
            claims = self._service.authorize_access_token()["userinfo"]
            issuer, subject = str(claims["iss"]), _subject_of(claims)
        except OAuthError as error:
            if error.error == "access_denied":
                raise SignOnRefusedError(_("Inloggningen avbröts. Försök igen när du vill.")) from error
            raise _unbelievable() from error
        except RequestException as error:
            raise _unreachable() from error
        except (JoseError, ValueError, KeyError, TypeError, RuntimeError) as error:
            raise _unbelievable() from error
        return Identity(issuer, subject, _address_in(claims), str(claims.get("name") or ""))


def _forget_the_earliest() -> None:
    begun = sorted((key for key in session if key.startswith(_BEGUN)), key=lambda key: session[key]["exp"])
    for key in begun[: 1 - _BEGUN_AT_MOST]:
        session.pop(key)


def _subject_of(claims: Any) -> str:
    subject = str(claims["sub"] or "")
    # A service that names everybody alike would let all of them in as the first.
    if not subject or len(subject) > _LONGEST_SUBJECT or clean(subject) != subject:
        raise ValueError("no name of an account")
    return subject


def _address_in(claims: Any) -> str:
    # Some services say nothing of whether an address is verified: theirs are given out by the employer. One that says
    # that it is not, or that it does not know, is believed.
    if str(claims.get("email_verified", True)).lower() != "true":
        return ""
    named = (claims.get(name) for name in ("email", "preferred_username", "upn"))
    addresses = (clean(str(name)) for name in named if name)
    return next((address for address in addresses if "@" in address and len(address) <= _LONGEST_ADDRESS), "")


def _unreachable() -> SignOnRefusedError:
    return SignOnRefusedError(_("Inloggningstjänsten svarar inte just nu. Försök igen om en stund."))


def _unbelievable() -> SignOnRefusedError:
    return SignOnRefusedError(_("Inloggningen gick inte att slutföra. Börja om från början."))
