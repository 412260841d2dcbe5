"""Pages of projects: the list, one project, its facts, members and history."""

from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from broker import audit, idempotency
from broker.access import Permission, requires
from broker.accounts import queries as accounts
from broker.accounts.me import me
from broker.errors import RefusedError
from broker.esf import (  # noqa: F401 - importing the others puts their pages on the blueprint.
    actor_views,
    aid_hints,
    check_views,
    merging,
    move_views,
    plan_views,
    queries,
    service,
)
from broker.esf.application import find_question
from broker.esf.blueprint import blueprint, edit_page, project_page, refuse
from broker.esf.budgets import views as budget_views  # noqa: F401 - as above.
from broker.esf.calls import fit_views as call_fit_views  # noqa: F401 - as above.
from broker.esf.calls import prices_views as call_prices_views  # noqa: F401 - as above.
from broker.esf.calls import queries as calls_queries
from broker.esf.calls import views as calls_views  # noqa: F401 - as above.
from broker.esf.chain import steering_views as chain_steering_views  # noqa: F401 - as above.
from broker.esf.chain import views as chain_views  # noqa: F401 - as above.
from broker.esf.commitments import views as commitment_views  # noqa: F401 - as above.
from broker.esf.form_versions import views as form_versions_views  # noqa: F401 - as above.
from broker.esf.forms import EditProjectForm, MemberForm, ProjectForm
from broker.esf.ledger import views as ledger_views  # noqa: F401 - as above.
from broker.esf.packing import views as packing_views  # noqa: F401 - as above.
from broker.esf.progress import section_progress
from broker.esf.writing import source_views, talk_views, version_views  # noqa: F401 - as above.
from broker.esf.writing import views as writing_views  # noqa: F401 - as above.
from broker.esf.writing.queries import states_of
from broker.extensions import db
from broker.formatting import event_entries
from broker.forms import pairs
from broker.needs.cohorts.parts import Place, shown_with_cohort
from broker.reference.queries import text_of


@shown_with_cohort
def find_projects(cohort_id: int) -> list[Place]:
    """Give the projects that a cohort has come into, for its own page."""
    rows = queries.list_projects_of_cohort(cohort_id)
    return [Place(project.name, url_for("esf.show", project_id=project.id)) for project in rows]


@blueprint.get("/projekt")
@requires(Permission.READ)
def index() -> ResponseReturnValue:
    """Show the projects that the organisation is a member of, each with a way in for a cohort that comes along."""
    cohort_id = request.args.get("utbildningsgrupp", type=int)
    cohort = queries.get_cohort(cohort_id) if cohort_id else None
    projects = queries.list_projects()
    calls = calls_queries.newest_calls_of(projects)
    return render_template("esf/index.html", projects=projects, calls=calls, cohort=cohort)


@blueprint.route("/projekt/nytt", methods=["GET", "POST"])
@requires(Permission.PROJECT)
def start_project() -> ResponseReturnValue:
    """Start a project for a call."""
    form = ProjectForm(call_id=request.args.get("utlysning", type=int))
    form.call_id.choices = pairs((call.id, f"{call.title} ({call.diary_no})") for call in queries.list_open_calls())
    if form.validate_on_submit():
        if location := idempotency.find_location(form.token.data):
            return redirect(location)
        values = form.values()
        call, owner = (
            queries.get_call(values.pop("call_id")),
            accounts.get_organisation(g.acting.organisation_id),
        )
        try:
            project = service.start_project(call, owner, **values, by=me())
        except service.OutsideCallError as error:
            form.refuse(error.field, str(error))
        else:
            location = idempotency.remember(form.token.data, url_for("esf.show", project_id=project.id))
            db.session.commit()
            flash(_("Projektet %(name)s är påbörjat.", name=project.name), "success")
            return redirect(location)
    note = _("Lägg först till en utlysning som är öppen.") if not form.call_id.choices else ""
    return edit_page(_("Nytt projekt"), form, url_for("esf.index"), note=note, submit=_("Starta projektet"))


@blueprint.get("/projekt/<int:project_id>")
@requires(Permission.READ)
def show(project_id: int) -> ResponseReturnValue:
    """Show a project: how far each section is, its facts and its members."""
    project = queries.get_project(project_id)
    return project_page(
        "show",
        project,
        sections=section_progress(project, [key for key, state in states_of(project).items() if state.is_done]),
        members=queries.list_members(project),
        is_owner=queries.owns(project),
    )


@blueprint.route("/projekt/<int:project_id>/uppgifter", methods=["GET", "POST"])
@requires(Permission.PROJECT)
def edit_project(project_id: int) -> ResponseReturnValue:
    """Change the facts of a project."""
    project = queries.get_project(project_id)
    form = EditProjectForm(obj=project)
    overview = url_for("esf.show", project_id=project.id)
    if form.validate_on_submit():
        form.check_version(project)
        try:
            service.edit_project(project, form.values(), by=me())
        except RefusedError as error:
            refuse(form, error)
        else:
            db.session.commit()
            flash(_("Uppgifterna är sparade."), "success")
            return redirect(overview)
    return edit_page(_("Projektets uppgifter"), form, overview, project=project)


@blueprint.route("/projekt/<int:project_id>/medlemmar", methods=["GET", "POST"])
@requires(Permission.PROJECT)
def add_member(project_id: int) -> ResponseReturnValue:
    """Let another organisation into the project; members that do not own it see who can."""
    project = queries.get_project(project_id)
    if request.method == "GET" and not queries.owns(project):
        return project_page("members", project, members=queries.list_members(project))
    form = MemberForm()
    others = queries.list_other_organisations(project)
    form.organisation_id.choices = pairs((row.id, row.name) for row in others)
    if form.validate_on_submit():
        organisation = next(row for row in others if row.id == form.organisation_id.data)
        try:
            service.add_member(project, organisation, ground_note=form.ground_note.data, by=me())
        except service.NoGroundError as error:
            form.refuse("ground_note", str(error))
        else:
            db.session.commit()
            flash(_("%(name)s är med i projektet.", name=organisation.name), "success")
            return redirect(url_for("esf.show", project_id=project.id))
    note = _("Organisationen ser allt i projektet och kan ändra det. Den ser inget annat av det ni har.")
    cancel = url_for("esf.show", project_id=project.id)
    return edit_page(_("Ny organisation i projektet"), form, cancel, project=project, note=note)


@blueprint.get("/projekt/<int:project_id>/historik")
@requires(Permission.READ)
def history(project_id: int) -> ResponseReturnValue:
    """Show what has been done in the project, and by whom in which organisation."""
    project = queries.get_project(project_id)
    events = audit.history_of(project, limit=200, shared=True)
    names = {row.id: row.name for row in queries.list_members(project)}
    entries = event_entries(events)
    form = queries.get_form(project.form_version)
    for event, entry in zip(events, entries, strict=True):
        if question := find_question(form, event.facts.get("question", "")):
            # The form is in Swedish for everybody.
            entry |= {"text": text_of(question, "text"), "language": "sv"}
        entry["by"] = ", ".join(filter(None, [entry["by"], names.get(event.organisation_id or 0)]))
    return project_page("history", project, entries=entries)
