"""Pages of the export: what will be handed out, what is left out, and the files."""

from flask import Response
from flask.typing import ResponseReturnValue

from broker.access import Permission, requires
from broker.accounts.me import me
from broker.documents.blocks import Grid, Heading, Items, Notice, Text
from broker.esf import material_service, queries
from broker.esf.blueprint import blueprint, project_page
from broker.esf.exports.blocks import build_blocks
from broker.extensions import db


@blueprint.get("/projekt/<int:project_id>/export")
@requires(Permission.EXPORT)
def preview_export(project_id: int) -> ResponseReturnValue:
    """Show the material as it will be handed out, and what is left out."""
    application = queries.load_application(project_id)
    material = material_service.build_material(application)
    kinds = {Notice: "notice", Heading: "heading", Text: "text", Items: "items", Grid: "grid"}
    blocks = [(kinds[type(block)], block) for block in build_blocks(material)]
    return project_page(
        "preview_export",
        application.project,
        material=material,
        blocks=blocks,
        formats=list(material_service.FORMATS),
    )


@blueprint.post("/projekt/<int:project_id>/export/<string:file_format>")
@requires(Permission.EXPORT)
def download_export(project_id: int, file_format: str) -> ResponseReturnValue:
    """Hand the material out as a file; it is recorded who took it."""
    content, file_name = material_service.export_application(project_id, file_format, by=me())
    db.session.commit()
    response = Response(content, mimetype=material_service.MEDIA_TYPES[file_format])
    response.headers.set("Content-Disposition", "attachment", filename=file_name)
    return response
