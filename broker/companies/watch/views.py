"""The page of what the registers changed about our companies."""

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue

from broker.access import Permission, requires
from broker.companies.blueprint import blueprint
from broker.companies.watch import queries


@blueprint.get("/foretag/registret")
@requires(Permission.READ)
def register_changes() -> ResponseReturnValue:
    """Show what the registers changed about the companies that we have a relation to."""
    before = request.args.get("fore", type=int)
    page = queries.list_our_changes(before=before)
    return render_template(
        "companies/register_changes.html",
        rows=page.rows,
        first_url=url_for("companies.register_changes") if before else None,
        next_url=url_for("companies.register_changes", fore=page.next_before) if page.next_before else None,
    )
