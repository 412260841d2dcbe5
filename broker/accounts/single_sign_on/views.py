"""The way to the sign-in service and back."""

from flask import Blueprint, current_app, flash, redirect, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.exc import IntegrityError

from broker import database
from broker.access import public
from broker.accounts.entering import inside, remember_in_browser
from broker.accounts.models import User
from broker.accounts.single_sign_on import service
from broker.accounts.single_sign_on.installed import SignOn, find_sign_on
from broker.accounts.single_sign_on.service import Identity, SignOnRefusedError
from broker.extensions import db

blueprint = Blueprint("single_sign_on", __name__, url_prefix="/logga-in/tjanst")

# What the browser keeps of where somebody was heading; an address too long for its cookie is let go.
_NEXT, _INVITATION, _LONGEST = "sign_on_next", "sign_on_invitation", 1_000


@blueprint.get("")
@public
def leave() -> ResponseReturnValue:
    """Send the person to the sign-in service, perhaps from an invitation, whose secret comes along."""
    try:
        there = _sign_on().client.send_there(current_app.config["BASE_URL"] + url_for("single_sign_on.come_back"))
    except SignOnRefusedError as error:
        return _refused(error)
    for name, argument in ((_NEXT, "next"), (_INVITATION, "inbjudan")):
        asked = request.args.get(argument, "")
        session[name] = asked if len(asked) <= _LONGEST else ""
    return there


@blueprint.get("/svar")
@public
def come_back() -> ResponseReturnValue:
    """Let the person in whom the service has sent back, and go on to where he was heading."""
    next_url, invited_over = session.pop(_NEXT, ""), session.pop(_INVITATION, "")
    try:
        user = _let_in(_sign_on().client.read_answer(), invited_over)
    except SignOnRefusedError as error:
        db.session.rollback()
        return _refused(error)
    remember_in_browser(user)
    return redirect(inside(next_url))


def _let_in(identity: Identity, invited_over: str, *, is_again: bool = False) -> User:
    db.session.rollback()
    try:
        with database.writing():
            user = service.sign_in(identity, invited_over=invited_over)
            db.session.commit()
    except IntegrityError:
        # Of two first sign-ins that meet, the second finds what the first has written.
        if is_again:
            raise
        return _let_in(identity, invited_over, is_again=True)
    return user


def _sign_on() -> SignOn:
    sign_on = find_sign_on()
    if sign_on is None:
        raise SignOnRefusedError(_("Här finns ingen inloggningstjänst. Logga in med lösenord."))
    return sign_on


def _refused(error: SignOnRefusedError) -> ResponseReturnValue:
    flash(str(error), "warning")
    return redirect(url_for("accounts.sign_in"))
