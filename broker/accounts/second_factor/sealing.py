"""Closes and opens what apps make their codes of, with a key that follows the secret of the installation."""

import base64

from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from flask import current_app
from flask_babel import gettext as _

from broker import clock
from broker.errors import RefusedError

# Says what the derived key is for (RFC 5869 § 3.2), so that no other use of the same secret gives the same key.
_PURPOSE = b"broker/second-factor/1"
_KEY_LENGTH = 32


class UnreadableSecretError(RefusedError):
    """The secret of the installation is another one than when this was sealed, so that no code can be checked."""


def seal(secret: str, user_id: int) -> str:
    """Give the secret so that the database alone, or the row of somebody else, is worth nothing."""
    return _fernet().encrypt_at_time(f"{user_id}/{secret}".encode(), _now()).decode()


def unseal(sealed: str, user_id: int, *, seconds: int | None = None) -> str:
    """Give the secret of this user; raises UnreadableSecretError, also for one that was sealed too many seconds ago."""
    try:
        fernet, token = _fernet(), sealed.encode()
        opened = fernet.decrypt(token) if seconds is None else fernet.decrypt_at_time(token, seconds, _now())
    except InvalidToken as error:
        raise _unreadable() from error
    owner, _slash, secret = opened.decode().partition("/")
    if owner != str(user_id):
        raise _unreadable()
    return secret


def _unreadable() -> UnreadableSecretError:
    return UnreadableSecretError(
        _(
            "Din tvåstegsinloggning går inte att läsa längre. Använd en återställningskod, eller be den som driver "
            "Broker att ta bort tvåstegsinloggningen för dig."
        )
    )


def _now() -> int:
    return int(clock.now().timestamp())


def _fernet() -> Fernet:
    derived = HKDF(SHA256(), _KEY_LENGTH, salt=None, info=_PURPOSE).derive(current_app.config["SECRET_KEY"].encode())
    return Fernet(base64.urlsafe_b64encode(derived))
