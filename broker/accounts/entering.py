"""Lets somebody in, for views: a cookie of its own for the session, and where to go on."""

from urllib.parse import urlsplit

from flask import session, url_for
from flask_login import login_user

from broker.accounts.models import User


def remember_in_browser(user: User) -> None:
    """Give the browser a fresh cookie with the user's session."""
    # A fresh cookie for a fresh right: what an attacker planted before the sign-in is worth nothing after it.
    language = session.get("language")
    session.clear()
    if language:
        session["language"] = language
    session.permanent = True
    login_user(user)


def inside(target: str | None) -> str:
    """Give an address of ours to go on to: the one that is asked for, or the first page for any other."""
    parts = urlsplit(target or "")
    if not target or parts.scheme or parts.netloc or not target.startswith("/") or target[1:2] in ("/", "\\"):
        return url_for("home.index")
    return target
