"""Pages of the checks, the formal gates and the attachments."""

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from broker import files
from broker.access import Permission, requires
from broker.esf import checks as rules
from broker.esf import plan_service, queries
from broker.esf.blueprint import blueprint, edit_page, me, project_page
from broker.esf.check_rows import ASK
from broker.esf.forms import AttachmentForm, GateForm
from broker.esf.gates import RECORDED
from broker.extensions import db
from broker.forms import pairs


@blueprint.get("/projekt/<int:project_id>/kontroller")
@requires(Permission.READ)
def checks(project_id: int) -> ResponseReturnValue:
    """Show every check, each with what to do and where."""
    application = queries.load_application(project_id)
    groups = rules.check_application(application)
    return project_page(
        "checks",
        application.project,
        groups=groups,
        missing=sum(group.missing for group in groups),
        recorded={*RECORDED, *(check.id for group in groups for check in group.checks if check.level == ASK)},
    )


@blueprint.route("/projekt/<int:project_id>/kontroller/<string:gate_id>", methods=["GET", "POST"])
@requires(Permission.PROJECT)
def edit_gate(project_id: int, gate_id: str) -> ResponseReturnValue:
    """Record what a person says of a gate."""
    project = queries.get_project(project_id)
    title = plan_service.gate_rule(project, gate_id)
    form = GateForm(obj=queries.find_gate(project, gate_id))
    cancel = url_for("esf.checks", project_id=project.id)
    if form.validate_on_submit():
        plan_service.save_gate(project, gate_id, **form.values(), by=me())
        db.session.commit()
        flash(_("Avstämningen är sparad."), "success")
        return redirect(cancel)
    return edit_page(_("Stäm av %(gate)s", gate=gate_id), form, cancel, project=project, note=title)


@blueprint.get("/projekt/<int:project_id>/bilagor")
@requires(Permission.READ)
def attachments(project_id: int) -> ResponseReturnValue:
    """Show the files of the application."""
    project = queries.get_project(project_id)
    there = files.list_attachments(project)
    return project_page("attachments", project, attachments=there, kinds={row.kind for row in there})


@blueprint.route("/projekt/<int:project_id>/bilagor/ny", methods=["GET", "POST"])
@requires(Permission.PROJECT)
def add_attachment(project_id: int) -> ResponseReturnValue:
    """Add a file to the application."""
    project = queries.get_project(project_id)
    form = AttachmentForm()
    form.kind.choices = pairs(
        [*((row["id"], row["title"]) for row in project.call.attachments), ("ovrigt", _("Övrigt"))]
    )
    cancel = url_for("esf.attachments", project_id=project.id)
    if form.validate_on_submit():
        upload = form.file.data
        files.attach(
            project,
            upload.stream,
            file_name=upload.filename,
            media_type=upload.mimetype,
            kind=form.kind.data,
            by=me(),
        )
        db.session.commit()
        flash(_("Bilagan är sparad."), "success")
        return redirect(cancel)
    note = _("Ladda upp just de bilagor som utlysningen kräver. Andra bedöms inte.")
    return edit_page(_("Ny bilaga"), form, cancel, project=project, note=note)
