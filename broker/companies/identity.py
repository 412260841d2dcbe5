"""Sole traders are people: their number is never stored, only a keyed hash that lets the whole number find them."""

import hashlib
import hmac

from flask import current_app

from broker.companies.numbers import Number


def identity_hash(number: Number) -> str:
    """Give the keyed hash of a personal identity number; the same number and key always give the same."""
    key = str(current_app.config["SECRET_KEY"]).encode()
    return hmac.new(key, number.digits.encode(), hashlib.sha256).hexdigest()
