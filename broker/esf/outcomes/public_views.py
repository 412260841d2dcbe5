"""The page that somebody outside sees over a link: what a project has come to, without an account."""

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from broker import access, clock
from broker.access import public
from broker.errors import NotFoundError
from broker.esf import queries as esf
from broker.esf.outcomes import queries
from broker.esf.outcomes.reports import build_for
from broker.esf.outcomes.situation import load_situation
from broker.formatting import in_swedish

blueprint = Blueprint("results", __name__, template_folder="../templates")


@blueprint.get("/resultat/<string:token>")
@public
def show(token: str) -> ResponseReturnValue:
    """Show what a project has come to, to whoever has its link; a closed one says that it is closed."""
    with access.every_organisation():
        link = queries.find_link(token)
        project = esf.get_project(link.project_id) if link else None
    if link is None or project is None:
        raise NotFoundError
    with access.acting_in(project.owner_id):
        if not link.is_open_on(clock.today()):
            return render_template("outcomes/closed.html", organisation=project.owner), 410
        situation = load_situation(project.id)
        if not situation.is_granted:
            raise NotFoundError
        with in_swedish():
            blocks = build_for(link.audience, situation)
        return render_template("outcomes/public.html", project=project, blocks=blocks, link=link)
