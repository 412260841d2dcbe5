"""Sole traders are people: their number is never stored, only a keyed hash that lets the whole number find them."""

import hashlib
import hmac

from flask import current_app
from flask_babel import gettext as _

from broker.companies.numbers import Number
from broker.errors import RefusedError


def identity_hash(number: Number) -> str:
    """Give the keyed hash of a personal identity number; the same number and key always give the same."""
    if not current_app.config["SECRET_KEY"]:
        raise RefusedError(_("Den hemliga nyckeln saknas. Kör broker init och försök igen."))
    key = str(current_app.config["SECRET_KEY"]).encode()
    return hmac.new(key, number.digits.encode(), hashlib.sha256).hexdigest()


def stored_number(number: Number) -> dict[str, str]:
    """Give what a company keeps of its number: of a person's only the keyed hash."""
    if number.is_personal:
        return {"identity_hash": identity_hash(number)}
    return {"organisation_number": number.digits}
