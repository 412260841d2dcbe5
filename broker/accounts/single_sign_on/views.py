"""The way to the sign-in service and back."""

from flask import Blueprint, current_app, flash, redirect, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from broker import database
from broker.access import public
from broker.accounts.entering import inside, remember_in_browser
from broker.accounts.single_sign_on import service
from broker.accounts.single_sign_on.installed import SignOn, find_sign_on
from broker.accounts.single_sign_on.service import SignOnRefusedError
from broker.extensions import db

blueprint = Blueprint("single_sign_on", __name__, url_prefix="/logga-in/tjanst")

_NEXT = "sign_on_next"


@blueprint.get("")
@public
def leave() -> ResponseReturnValue:
    """Send the person to the sign-in service."""
    try:
        there = _sign_on().client.send_there(current_app.config["BASE_URL"] + url_for("single_sign_on.come_back"))
    except SignOnRefusedError as error:
        return _refused(error)
    session[_NEXT] = request.args.get("next", "")
    return there


@blueprint.get("/svar")
@public
def come_back() -> ResponseReturnValue:
    """Let the person in whom the service has sent back, and go on to where he was heading."""
    next_url = session.pop(_NEXT, "")
    try:
        identity = _sign_on().client.read_answer()
        db.session.rollback()
        with database.writing():
            user = service.sign_in(identity)
            db.session.commit()
    except SignOnRefusedError as error:
        db.session.rollback()
        return _refused(error)
    remember_in_browser(user)
    return redirect(inside(next_url))


def _sign_on() -> SignOn:
    sign_on = find_sign_on()
    if sign_on is None:
        raise SignOnRefusedError(_("Här finns ingen inloggningstjänst. Logga in med lösenord."))
    return sign_on


def _refused(error: SignOnRefusedError) -> ResponseReturnValue:
    flash(str(error), "warning")
    return redirect(url_for("accounts.sign_in"))
