"""Tells which sign-in service an installation has, if any."""

from dataclasses import dataclass
from typing import Any

from flask import Flask, current_app

from config import Settings


@dataclass(frozen=True)
class SignOn:
    """The sign-in service of an installation: what people call it, whether it is the only way in, and who asks it."""

    label: str
    is_only: bool
    client: Any


def init_app(app: Flask, settings: Settings) -> None:
    """Make the sign-in service known to an application whose settings name one."""
    app.extensions["broker_sign_on"] = None
    if settings.oidc_issuer:
        # A tenth of every start is not asked of those who have no such service.
        from broker.accounts.single_sign_on.client import Client  # noqa: PLC0415 - see above.

        sign_on = SignOn(settings.oidc_label, settings.oidc_only, Client(app, settings))
        app.extensions["broker_sign_on"] = sign_on


def find_sign_on() -> SignOn | None:
    """Give the sign-in service of this installation, if it has one."""
    sign_on: SignOn | None = current_app.extensions["broker_sign_on"]
    return sign_on


def is_only_way_in() -> bool:
    """Tell whether people sign in there and nowhere else."""
    sign_on = find_sign_on()
    return sign_on is not None and sign_on.is_only
