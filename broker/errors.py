"""The errors that any feature may raise, each with its answer; every page for them is made here."""

import re
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from flask import Flask, current_app, g, redirect, render_template, request, url_for
from flask_babel import get_locale
from flask_babel import gettext as _
from flask_login import current_user
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import DataError, IntegrityError, OperationalError
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response

from broker.extensions import db
from broker.formatting import say

_CODE = re.compile(r"[a-z_]*|[\dT.:, -]*")
# PostgreSQL's codes for a transaction that met another: could not be serialized, and deadlock.
_MET_ANOTHER = ("40001", "40P01")
# What another person can be the cause of: the only one of its kind is there already, or what it points at has gone.
_BY_ANOTHER = (
    "23505", "23503",
    "SQLITE_CONSTRAINT_UNIQUE", "SQLITE_CONSTRAINT_PRIMARYKEY", "SQLITE_CONSTRAINT_FOREIGNKEY",
)  # fmt: skip
_NEVER_KEPT = ("csrf_token", "version", "token", "acting", "password", "repeated", "present", "code", "sealed")


class BrokerError(Exception):
    """The parent of the errors that people may see; its text says what to do."""

    status = 422


class NotFoundError(BrokerError):
    """There is no such thing, or it belongs to somebody else: the same answer."""

    status = 404


class NotAllowedError(BrokerError):
    """The person's role in the organisation does not include this."""

    status = 403


class SignedOutError(BrokerError):
    """Something was sent by somebody whose session has ended meanwhile."""

    status = 401


class RefusedError(BrokerError):
    """A rule of the domain says no; the text says which and what to do."""


class FieldRefusedError(RefusedError):
    """One value does not go with the others, or a rule says no to it; says which, by the name of its field."""

    def __init__(self, field: str, sentence: str) -> None:
        super().__init__(sentence)
        self.field = field


@dataclass(frozen=True)
class Difference:
    """One field of a form that two people changed: what I wrote and what is saved."""

    name: str
    label: str
    mine: str
    theirs: str


class ConflictError(BrokerError):
    """Somebody saved another version meanwhile; carries both texts so that nothing is lost."""

    status = 409

    def __init__(self, differences: Sequence[Difference] = (), version: int | None = None) -> None:
        super().__init__(_("Någon annan har sparat medan du skrev."))
        self.differences = differences
        self.version = version
        # Where the saved version is shown, when that is not the address that the form was sent to.
        self.back_url: str | None = None


class OtherOrganisationError(ConflictError):
    """The form was opened for one organisation and sent for another; nothing is stored where it does not belong."""

    def __init__(self, opened_for: str, acting_for: str) -> None:
        super().__init__()
        self.opened_for, self.acting_for = opened_for, acting_for


def init_app(app: Flask) -> None:
    """Answer every error with its page."""
    app.register_error_handler(ConflictError, conflict_page)
    app.register_error_handler(SignedOutError, _signed_out_page)
    app.register_error_handler(BrokerError, _broker_page)
    app.register_error_handler(StaleDataError, lambda error: conflict_page(ConflictError()))
    app.register_error_handler(CSRFError, _csrf_page)
    app.register_error_handler(OperationalError, _busy_page)
    app.register_error_handler(sqlite3.OperationalError, _busy_page)
    for too_large in (OverflowError, DataError):
        app.register_error_handler(too_large, _too_large_page)
    app.register_error_handler(HTTPException, _http_page)
    app.register_error_handler(Exception, _failure_page)


def conflict_page(error: ConflictError) -> tuple[str, int]:
    """Show both texts, the person's own and the one that was saved, and what to do."""
    db.session.rollback()
    kept = [(name, value) for name, value in request.form.items(multi=True) if name not in _NEVER_KEPT]
    # Without known differences everything that was sent is shown, so that nobody has to remember it.
    form = g.get("sent_form")
    mine = {row.label: row.mine for row in error.differences} or (form.sent() if form else {})
    theirs = {row.label: row.theirs for row in error.differences}
    if isinstance(error, OtherOrganisationError):
        text = _(
            "Formuläret öppnades för %(opened)s, men du arbetar nu för %(acting)s. Inget är sparat. Byt organisation "
            "uppe till höger, gå tillbaka och spara igen.",
            opened=error.opened_for,
            acting=error.acting_for,
        )
        return _kept_page(_("Du arbetar för en annan organisation nu"), text, error.status)
    page = render_template(
        "errors/conflict.html",
        mine=mine,
        theirs=theirs,
        kept=kept,
        version=error.version,
        back_url=error.back_url or request.full_path,
    )
    return page, 409


def refused_page(error: IntegrityError) -> tuple[str, int]:
    """Show what the database did not take: the conflict page where another can have been first, else our fault."""
    if _note(error) in _BY_ANOTHER:
        return conflict_page(ConflictError())
    return _not_taken_page()


def _too_large_page(error: OverflowError | DataError) -> tuple[str, int]:
    _note(error)
    # In an address it is the key of nothing.
    return _not_taken_page() if request.method == "POST" else _broker_page(NotFoundError())


def _note(error: IntegrityError | DataError | OverflowError) -> str:
    """Write down what was refused and where, and give the database's code for it.

    Of PostgreSQL's text only the names are taken, for it quotes what people wrote.
    """
    fault = getattr(error, "orig", None) or error
    code = str(getattr(fault, "sqlstate", None) or getattr(fault, "sqlite_errorname", None) or type(fault).__name__)
    diagnosis = getattr(fault, "diag", None)
    names = [diagnosis.table_name, diagnosis.column_name, diagnosis.constraint_name] if diagnosis else [str(fault)]
    told = " ".join(filter(None, names))
    current_app.logger.warning("%s %s was not taken: %s %s", request.method, request.endpoint, code, told)
    return code


def _not_taken_page() -> tuple[str, int]:
    text = _(
        "Felet är antecknat. Inget har sparats till hälften. Gå tillbaka, se efter om något är ovanligt stort eller "
        "långt, och försök igen, eller hör av dig till din administratör."
    )
    return _kept_page(_("Det gick inte att spara"), text, 422)


def _kept_page(title: str, message: str, status: int, sign_in_url: str | None = None) -> tuple[str, int]:
    db.session.rollback()
    texts = _sent_texts()
    page = render_template("errors/kept.html", title=title, message=message, texts=texts, sign_in_url=sign_in_url)
    return page, status


def _sent_texts() -> list[str]:
    if form := g.get("sent_form"):
        return list(form.sent().values())
    # No view has read the form, so codes and days cannot be told by their labels; words stand for themselves.
    sent = [(name, value) for name, value in request.form.items(multi=True) if name not in _NEVER_KEPT]
    return [value for _name, value in sent if not _CODE.fullmatch(value)]


def _broker_page(error: BrokerError) -> tuple[str, int]:
    titles = {404: _("Sidan finns inte"), 403: _("Du får inte göra det här")}
    texts = {404: _("Det du söker finns inte, eller hör till en annan organisation. Kontrollera adressen.")}
    title = titles.get(error.status, _("Det gick inte"))
    return _page(title, say(error) or texts.get(error.status, ""), error.status)


def _csrf_page(error: CSRFError) -> Any:
    view = current_app.view_functions.get(request.endpoint or "")
    if getattr(view, "access", "public") != "public" and not current_user.is_authenticated:
        return _signed_out_page(error)
    text = _("Formuläret är för gammalt. Gå tillbaka, ladda om sidan och skicka igen. Det du skrivit finns kvar.")
    return _page(_("Skicka formuläret igen"), text, 400)


def _busy_page(error: OperationalError | sqlite3.OperationalError) -> tuple[str, int]:
    if getattr(getattr(error, "orig", None), "sqlstate", None) in _MET_ANOTHER:
        return conflict_page(ConflictError())
    current_app.logger.error("database unavailable: %s", error)
    text = _("Databasen svarar inte just nu. Vänta en stund och försök igen. Inget har sparats till hälften.")
    return _plain_page(_("Försök igen om en stund"), text, 503)


def _http_page(error: HTTPException) -> Any:
    if error.response is not None or (error.code and error.code < 400):
        return error
    texts = {
        404: (_("Sidan finns inte"), _("Kontrollera adressen, eller gå till startsidan.")),
        405: (_("Så kan sidan inte användas"), _("Gå tillbaka och använd knappen på sidan.")),
        413: (_("Filen är för stor"), _("Välj en fil som är högst 25 MB.")),
        429: (_("För många försök"), _("Vänta en stund innan du försöker igen.")),
    }
    title, text = texts.get(error.code or 500, (_("Det gick inte"), _("Gå tillbaka och försök igen.")))
    body, status = _page(title, text, error.code or 500)
    kept_headers = [
        (name, value)
        for name, value in error.get_headers(request.environ)
        if name.lower() not in ("content-type", "content-length")
    ]
    return Response(body, status=status, headers=kept_headers, mimetype="text/html")


def _failure_page(error: Exception) -> tuple[str, int]:
    current_app.logger.exception("unexpected error")
    text = _(
        "Felet är antecknat. Inget har sparats till hälften. Försök igen, eller hör av dig till din administratör."
    )
    return _plain_page(_("Något gick fel hos oss"), text, 500)


def _plain_page(title: str, message: str, status: int) -> tuple[str, int]:
    # The usual frame asks who is signed in; what has just failed would fail again there.
    template = current_app.jinja_env.get_template("errors/plain.html")
    return template.render(title=title, message=message, language=str(get_locale() or "sv")), status


def _signed_out_page(error: Exception) -> Any:
    sign_in_url = url_for("accounts.sign_in", next=_came_from() or "/")
    if not _sent_texts():
        return redirect(sign_in_url)
    text = _("Inget är sparat. Kopiera det du skrev, logga in och skicka det igen.")
    return _kept_page(_("Du har blivit utloggad"), text, SignedOutError.status, sign_in_url)


def _came_from() -> str | None:
    came_from = urlsplit(request.referrer or "")
    is_here = request.method == "POST" and came_from.netloc == request.host
    return "/" + came_from.path.lstrip("/") if is_here else None


def _page(title: str, message: str, status: int) -> tuple[str, int]:
    db.session.rollback()
    next_url, next_label = "/", _("Till startsidan")
    if came_from := _came_from():
        next_url, next_label = came_from, _("Tillbaka")
    page = render_template("errors/error.html", title=title, message=message, next_url=next_url, next_label=next_label)
    return page, status
