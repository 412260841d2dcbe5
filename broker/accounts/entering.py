"""Lets somebody in, for views: a cookie of its own for the session, and where to go on."""

from urllib.parse import urlsplit

from flask import redirect, session, url_for
from flask.typing import ResponseReturnValue
from flask_login import login_user

from broker.accounts.models import User
from broker.accounts.second_factor.models import HalfSignIn

_HALF_SIGN_IN = "half_sign_in"


def let_in(user: User, half: HalfSignIn | None, next_url: str | None) -> ResponseReturnValue:
    """Lead somebody whose password was right on to where he was heading, or first to the page that asks for a code."""
    if half is None:
        remember_in_browser(user)
        return redirect(inside(next_url))
    _begin_cookie()
    session[_HALF_SIGN_IN] = half.token
    return redirect(url_for("second_factor.give_code", next=next_url))


def half_sign_in_token() -> str:
    """Give the token of the half-done sign-in that this browser has begun, or an empty one."""
    return str(session.get(_HALF_SIGN_IN, ""))


def remember_in_browser(user: User) -> None:
    """Give the browser a fresh cookie with the user's session."""
    _begin_cookie()
    session.permanent = True
    login_user(user)


def _begin_cookie() -> None:
    # A fresh cookie for a fresh right: what an attacker planted before the sign-in is worth nothing after it.
    language = session.get("language")
    session.clear()
    if language:
        session["language"] = language


def inside(target: str | None) -> str:
    """Give an address of ours to go on to: the one that is asked for, or the first page for any other."""
    parts = urlsplit(target or "")
    if not target or parts.scheme or parts.netloc or not target.startswith("/") or target[1:2] in ("/", "\\"):
        return url_for("home.index")
    return target
