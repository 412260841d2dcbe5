"""Pages of the application form's versions: which there are, who uses which, and a project's move to the newest."""

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from broker import clock
from broker.access import Permission, requires
from broker.accounts.me import me
from broker.errors import NotFoundError, RefusedError
from broker.esf import queries
from broker.esf.blueprint import blueprint, project_page
from broker.esf.calls.forms import MoveForm
from broker.esf.form_versions import queries as versions
from broker.esf.form_versions import service as versions_service
from broker.esf.form_versions.comparing import gone_answers, list_changes
from broker.extensions import db


@blueprint.get("/projekt/blanketter")
@requires(Permission.READ)
def list_forms() -> ResponseReturnValue:
    """Show the versions of the form and which of our projects use which."""
    current = versions.get_current(clock.today()).version
    return render_template("esf/forms.html", rows=versions.list_used(), current=current)


@blueprint.get("/projekt/<int:project_id>/blankett")
@requires(Permission.READ)
def preview_form(project_id: int) -> ResponseReturnValue:
    """Show which form a project has, what the one in force changes, and answers whose questions are gone."""
    project = queries.get_project(project_id)
    current = versions.get_current(clock.today())
    form = queries.get_form(project.form_version)
    answers = {answer.question_id: answer.text or "" for answer in project.answers}
    gone = [(versions.title_of_gone(row.question_id), row.text) for row in gone_answers(form, project.answers)]
    is_current = current.version == project.form_version
    changes = [] if is_current else list_changes(form, current.content, answers)
    return project_page("preview_form", project, current=current, is_current=is_current, changes=changes, gone=gone)


@blueprint.post("/projekt/<int:project_id>/blankett")
@requires(Permission.PROJECT)
def change_form(project_id: int) -> ResponseReturnValue:
    """Move a project to the form that the report was about."""
    project = queries.get_project(project_id)
    form = MoveForm()
    if not form.validate() or not form.seen.data:
        raise NotFoundError
    form.check_version(project)
    try:
        versions_service.change_form(project, form.seen.data, by=me())
    except RefusedError as error:
        flash(str(error), "error")
    else:
        db.session.commit()
        flash(_("Projektet har nu version %(version)s av blanketten.", version=project.form_version), "success")
    return redirect(url_for("esf.preview_form", project_id=project.id))
