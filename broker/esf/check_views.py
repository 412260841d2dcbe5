"""Pages of the checks, the formal gates and the attachments."""

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from broker import idempotency
from broker.access import Permission, requires
from broker.accounts.me import me
from broker.downloads import send_stored
from broker.errors import RefusedError
from broker.esf import checks as rules
from broker.esf import plan_service, queries
from broker.esf.blueprint import UNWRITTEN, blueprint, commit_edit, edit_page, project_page
from broker.esf.check_names import NAMES
from broker.esf.check_rows import ASK
from broker.esf.forms import AttachmentForm, GateForm
from broker.esf.gates import RECORDED
from broker.esf.readiness.queries import find_mark, readiness_of
from broker.extensions import db
from broker.formatting import say
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
        readiness=readiness_of(groups),
        mark=find_mark(application.project),
        unjudged=sum(group.unjudged for group in groups),
        recorded={*RECORDED, *(check.id for group in groups for check in group.checks if check.level == ASK)},
    )


@blueprint.route("/projekt/<int:project_id>/kontroller/<string:gate_id>", methods=["GET", "POST"])
@requires(Permission.PROJECT)
def edit_gate(project_id: int, gate_id: str) -> ResponseReturnValue:
    """Record what a person says of a gate."""
    project = queries.get_project(project_id)
    title = say(plan_service.gate_rule(project, gate_id))
    gate = queries.find_gate(project, gate_id)
    form = GateForm(obj=gate)
    form.version.data = form.version.data or UNWRITTEN
    cancel = url_for("esf.checks", project_id=project.id, _anchor=f"kontroll-{gate_id}")
    if form.validate_on_submit():
        if gate is not None:
            form.check_version(gate)
        try:
            plan_service.save_gate(project, gate_id, **form.values(), by=me())
        except RefusedError as error:
            form.refuse("note", str(error))
        else:
            commit_edit(form, lambda: queries.find_gate(project, gate_id))
            flash(_("Avstämningen är sparad."), "success")
            return redirect(cancel)
    return edit_page(_("Stäm av: %(check)s", check=say(NAMES[gate_id])), form, cancel, project=project, note=title)


@blueprint.get("/projekt/<int:project_id>/bilagor")
@requires(Permission.READ)
def attachments(project_id: int) -> ResponseReturnValue:
    """Show the files of the application."""
    project = queries.get_project(project_id)
    there = queries.list_files(project)
    titles = {row["id"]: row["title"] for row in project.call.attachments}
    return project_page("attachments", project, attachments=there, kinds={row.kind for row in there}, titles=titles)


@blueprint.get("/projekt/<int:project_id>/bilagor/<int:file_id>")
@requires(Permission.READ)
def download_file(project_id: int, file_id: int) -> ResponseReturnValue:
    """Hand out a file of the application, always as a download."""
    found = queries.get_file(queries.get_project(project_id), file_id)
    return send_stored(found.content_hash, found.file_name)


@blueprint.post("/projekt/<int:project_id>/bilagor/<int:file_id>/ta-bort")
@requires(Permission.PROJECT)
def remove_file(project_id: int, file_id: int) -> ResponseReturnValue:
    """Take a file out of the application."""
    project = queries.get_project(project_id)
    file = queries.get_file(project, file_id)
    plan_service.remove_file(project, file, by=me())
    db.session.commit()
    flash(_("%(name)s är borttagen ur ansökan.", name=file.file_name), "success")
    return redirect(url_for("esf.attachments", project_id=project.id))


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
        if location := idempotency.find_location(form.token.data):
            return redirect(location)
        upload = form.file.data
        told = {"file_name": upload.filename, "media_type": upload.mimetype, "kind": form.kind.data}
        try:
            plan_service.add_file(project, upload.stream, **told, by=me())
        except RefusedError as error:
            form.refuse("file", str(error))
        else:
            location = idempotency.remember(form.token.data, cancel)
            db.session.commit()
            flash(_("Bilagan är sparad."), "success")
            return redirect(location)
    note = _("Ladda upp just de bilagor som utlysningen kräver. Andra bedöms inte.")
    return edit_page(_("Ny bilaga"), form, cancel, project=project, note=note)
