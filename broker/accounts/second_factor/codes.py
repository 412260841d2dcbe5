"""The codes themselves: of an app, by time (RFC 6238), and on paper."""

import secrets
from collections.abc import Sequence
from datetime import datetime
from hmac import compare_digest

import pyotp

_ISSUER = "Broker"
# RFC 6238 § 5.2 recommends steps of thirty seconds and room for one of them: clocks differ, and typing takes time.
_STEP, _DRIFT = 30, 1
RECOVERY_CODES = 10
# From so few left on people are told to make new ones.
FEW = 3
# Signs that nobody takes for another; sixteen of them are almost eighty bits, so that a plain hash keeps them.
_SIGNS, _GROUPS, _GROUP = "23456789abcdefghjkmnpqrstuvwxyz", 4, 4


def new_secret() -> str:
    """Give what an app makes its codes of: 160 bits, as RFC 4226 § 4 recommends."""
    return pyotp.random_base32()


def address_of(secret: str, email: str) -> str:
    """Give what the app reads out of the square of dots."""
    return pyotp.TOTP(secret, interval=_STEP).provisioning_uri(name=email, issuer_name=_ISSUER)


def in_groups(secret: str) -> str:
    """Give the secret in groups of four, for those who type it."""
    return " ".join(secret[start : start + _GROUP] for start in range(0, len(secret), _GROUP))


def find_step(secret: str, code: str, now: datetime) -> int | None:
    """Give the time step that a code is of, one to each side of now counted in; None for any other code."""
    totp, present = pyotp.TOTP(secret, interval=_STEP), int(now.timestamp()) // _STEP
    written = "".join(code.split()).encode()
    # All are compared, so that how long it takes tells nothing.
    fitting = [
        step
        for step in range(present - _DRIFT, present + _DRIFT + 1)
        if compare_digest(totp.generate_otp(step).encode(), written)
    ]
    return fitting[-1] if fitting else None


def new_recovery_codes() -> Sequence[str]:
    """Give ten codes to write down, in groups with hyphens."""
    return [
        "-".join("".join(secrets.choice(_SIGNS) for _sign in range(_GROUP)) for _group in range(_GROUPS))
        for _code in range(RECOVERY_CODES)
    ]


def fold_recovery_code(code: str) -> str:
    """Give the one form of a recovery code, however it was typed."""
    return "".join(sign for sign in code.casefold() if sign in _SIGNS)
