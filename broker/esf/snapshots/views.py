"""Pages of the export: what will be handed out, what is left out, the files, and what was taken out before."""

from flask import Blueprint, Response, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from broker.access import Permission, public, requires
from broker.accounts.me import me
from broker.esf import material_service
from broker.esf import queries as esf
from broker.esf.blueprint import page_url
from broker.esf.exports import schema
from broker.esf.exports.blocks import build_blocks
from broker.esf.models import Project
from broker.esf.snapshots import queries, service
from broker.esf.snapshots.differences import compare
from broker.extensions import db

blueprint = Blueprint("snapshots", __name__, url_prefix="/projekt", template_folder="templates")


@blueprint.get("/<int:project_id>/export")
@requires(Permission.EXPORT)
def index(project_id: int) -> ResponseReturnValue:
    """Show the material as it will be handed out, what is left out, and what was taken out before."""
    application = esf.load_application(project_id)
    material = material_service.build_material(application)
    return _page(
        "index",
        application.project,
        material=material,
        blocks=build_blocks(material),
        snapshots=queries.list_snapshots(application.project),
    )


@blueprint.post("/<int:project_id>/export")
@requires(Permission.EXPORT)
def take_out(project_id: int) -> ResponseReturnValue:
    """Keep the application as it is now, to be handed out; it never changes again."""
    project = esf.get_project(project_id)
    snapshot = service.take_out(project_id, by=me())
    db.session.commit()
    flash(_("Uttag %(number)s är sparat. Det ändras inte, vad ni än ändrar i projektet.", number=snapshot.number))
    return redirect(url_for("snapshots.show", project_id=project.id, snapshot_id=snapshot.id))


@blueprint.get("/<int:project_id>/export/<int:snapshot_id>")
@requires(Permission.EXPORT)
def show(project_id: int, snapshot_id: int) -> ResponseReturnValue:
    """Show what was taken out once: its files, its answers to copy into the web form, and what has changed since."""
    application = esf.load_application(project_id)
    snapshot = queries.get_snapshot(application.project, snapshot_id)
    before = queries.read_material(snapshot)
    return _page(
        "show",
        application.project,
        snapshot=snapshot,
        material=before,
        differences=compare(before, material_service.build_material(application)),
        formats=list(service.MEDIA_TYPES),
    )


@blueprint.post("/<int:project_id>/export/<int:snapshot_id>/<string:file_format>")
@requires(Permission.EXPORT)
def download(project_id: int, snapshot_id: int, file_format: str) -> ResponseReturnValue:
    """Hand a file out, the same bytes every time; it is recorded who took it."""
    project = esf.get_project(project_id)
    snapshot = queries.get_snapshot(project, snapshot_id)
    content, file_name = service.hand_out(project, snapshot, file_format, by=me())
    db.session.commit()
    response = Response(content, mimetype=service.MEDIA_TYPES[file_format])
    response.headers.set("Content-Disposition", "attachment", filename=file_name)
    return response


@blueprint.get("/ansokan.schema.json")
@public
def download_schema() -> ResponseReturnValue:
    """Give the schema of the JSON file, for whoever reads it with a program."""
    return Response(schema.render(), mimetype="application/schema+json")


def _page(template: str, project: Project, **context: object) -> str:
    return render_template(f"snapshots/{template}.html", project=project, page_url=page_url, **context)
