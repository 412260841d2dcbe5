"""The two buttons of the checks' page: the application is ready, or no longer is."""

from flask import Blueprint, flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from broker.access import Permission, requires
from broker.accounts.me import me
from broker.errors import RefusedError
from broker.esf import queries as esf
from broker.esf.readiness import service
from broker.extensions import db

blueprint = Blueprint("readiness", __name__, url_prefix="/projekt/<int:project_id>/fardig")


@blueprint.post("")
@requires(Permission.EXPORT)
def mark_ready(project_id: int) -> ResponseReturnValue:
    """Mark the application as ready, and lead to what was kept of it."""
    try:
        mark = service.mark_ready(project_id, by=me())
    except RefusedError as error:
        flash(str(error), "error")
        return redirect(url_for("esf.checks", project_id=project_id))
    db.session.commit()
    flash(_("Ansökan är märkt som färdig. Uttag %(number)s är det som ska in.", number=mark.snapshot.number), "success")
    return redirect(url_for("snapshots.show", project_id=project_id, snapshot_id=mark.snapshot_id))


@blueprint.post("/ta-bort")
@requires(Permission.EXPORT)
def withdraw(project_id: int) -> ResponseReturnValue:
    """Take the mark away."""
    service.withdraw(esf.get_project(project_id), by=me())
    db.session.commit()
    flash(_("Ansökan är inte längre märkt som färdig."), "success")
    return redirect(url_for("esf.checks", project_id=project_id))
