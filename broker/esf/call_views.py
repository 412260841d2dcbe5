"""Pages of calls: the list, one call, and adding one."""

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from broker import clock, idempotency
from broker.access import Permission, requires
from broker.accounts.me import me
from broker.errors import RefusedError
from broker.esf import queries, service
from broker.esf.blueprint import blueprint, edit_page, refuse
from broker.esf.forms import CallForm
from broker.extensions import db
from broker.forms import pairs
from broker.reference.queries import text_of


@blueprint.get("/utlysningar")
@requires(Permission.READ)
def calls() -> ResponseReturnValue:
    """Show the calls."""
    return render_template("esf/calls.html", calls=queries.list_calls(), now=clock.now())


@blueprint.route("/utlysningar/ny", methods=["GET", "POST"])
@requires(Permission.PROJECT)
def add_call() -> ResponseReturnValue:
    """Add a call as it was read."""
    template = queries.current_form(clock.today())
    form = CallForm(max_months=template["budget"]["max_project_months"], read_on=clock.today())
    form.budget_model.choices = pairs((row["id"], text_of(row, "name")) for row in template["budget"]["models"])
    if form.validate_on_submit():
        if location := idempotency.find_location(form.token.data):
            return redirect(location)
        try:
            values = form.values()
            call = service.add_call(version=values.pop("text_version"), **values, by=me())
        except RefusedError as error:
            refuse(form, error)
        else:
            db.session.flush()
            location = idempotency.remember(form.token.data, url_for("esf.show_call", call_id=call.id))
            db.session.commit()
            flash(_("Utlysningen %(title)s är tillagd.", title=call.title), "success")
            return redirect(location)
    return edit_page(_("Ny utlysning"), form, url_for("esf.calls"), submit=_("Lägg till utlysningen"))


@blueprint.get("/utlysningar/<int:call_id>")
@requires(Permission.READ)
def show_call(call_id: int) -> ResponseReturnValue:
    """Show a call with its window, financing and unit costs."""
    call = queries.get_call(call_id)
    return render_template("esf/show_call.html", call=call, is_open=call.closes_at > clock.now())
