"""What people and their apps do: turning a second factor on, and the codes that the app shows."""

from datetime import timedelta

import pyotp

from broker import clock
from broker.accounts.second_factor import queries, service
from broker.accounts.second_factor.sealing import unseal
from broker.extensions import db
from tests.factories import PASSWORD

ON, OFF, RENEW = (f"/konto/tvastegsinloggning{rest}" for rest in ("", "/stang-av", "/nya-koder"))
CODE, PAPER, SIGN_IN = "/logga-in/kod", "/logga-in/aterstallningskod", "/logga-in"


def code_of(secret, *, steps=0):
    """Give what an app shows so many steps of half a minute from now."""
    return pyotp.TOTP(secret).at(clock.now() + timedelta(seconds=30 * steps))


def secret_of(user):
    return unseal(queries.get_second_factor(user.id).sealed_secret, user.id)


def turned_on(user):
    """Turn it on half a minute ago, so that the code of now is fresh; give the recovery codes."""
    sealed = service.propose_secret(user)
    code = code_of(service.open_proposed(user, sealed), steps=-1)
    codes = service.turn_on(user, sealed=sealed, password=PASSWORD, code=code, address="10.0.0.1")
    db.session.commit()
    return codes


def next_code(user):
    """Give the code that the app shows now."""
    code = code_of(secret_of(user))
    db.session.rollback()
    return code
