"""The page under Administration where the public form for tips is opened, closed and given a new address."""

from flask import Blueprint, current_app, flash, g, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from broker.access import Permission, requires
from broker.accounts.me import me
from broker.extensions import db
from broker.leads.tips import queries, service

blueprint = Blueprint("tip_page", __name__)


@blueprint.get("/administration/tips")
@requires(Permission.ADMINISTER)
def show() -> str:
    """Show whether the public form is open, and its address."""
    page = queries.find_page(g.acting.organisation_id)
    url = url_for("tips.give_tip", token=page.token) if page is not None and page.is_open else None
    return render_template("tips/page.html", url=url, base_url=current_app.config["BASE_URL"])


@blueprint.post("/administration/tips/oppna")
@requires(Permission.ADMINISTER)
def open_form() -> Response:
    """Switch the public form on."""
    service.open_page(g.acting.organisation_id, by=me())
    return _changed(_("Formuläret är öppet. Lägg adressen där folk hittar den."))


@blueprint.post("/administration/tips/stang")
@requires(Permission.ADMINISTER)
def close_form() -> Response:
    """Switch the public form off."""
    service.close_page(g.acting.organisation_id, by=me())
    return _changed(_("Formuläret är stängt."))


@blueprint.post("/administration/tips/byt-adress")
@requires(Permission.ADMINISTER)
def renew_address() -> Response:
    """Give the public form another address."""
    service.renew_page(g.acting.organisation_id, by=me())
    return _changed(_("Formuläret har fått en ny adress. Den gamla fungerar inte längre."))


def _changed(sentence: str) -> Response:
    db.session.commit()
    flash(sentence, "success")
    return redirect(url_for("tip_page.show"))
