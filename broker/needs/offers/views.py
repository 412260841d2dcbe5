"""The page of a waiting need that says which offerings would do for it."""

from flask import Blueprint, render_template

from broker.access import Permission, requires
from broker.needs import queries as needs
from broker.needs.offers import uses

blueprint = Blueprint("need_offers", __name__, url_prefix="/behov", template_folder="../templates")


@blueprint.get("/<int:need_id>/utbud")
@requires(Permission.READ)
def show(need_id):
    """Show what providers give in a need's topic: what fits it and what is missing."""
    need = needs.get_need(need_id)
    return render_template("need_offers/show.html", need=need, offers=uses.list_offers_for_need(need))
