"""Pages of goals and activities."""

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from broker.access import Permission, requires
from broker.accounts.me import me
from broker.errors import NotFoundError, RefusedError
from broker.esf import plan_service, queries
from broker.esf.blueprint import (
    blueprint,
    edit_page,
    find_made,
    finish,
    leading_back_to,
    page_url,
    project_page,
    refuse,
)
from broker.esf.budgets.models import BudgetRow, CoFinancingRow
from broker.esf.kinds import Page
from broker.esf.models import Activity, Actor, Goal, Project
from broker.esf.row_forms import ActivityForm, GoalForm
from broker.extensions import db
from broker.forms import EditForm, pairs

_EMPTY = _l("Välj")
# What may be taken out of an application, by the word in the address.
_REMOVABLE: dict[str, tuple[type[queries.Removable], Page]] = {
    "mal": (Goal, Page.GOALS),
    "aktivitet": (Activity, Page.ACTIVITIES),
    "aktor": (Actor, Page.ACTORS),
    "kostnad": (BudgetRow, Page.BUDGET),
    "medfinansiering": (CoFinancingRow, Page.BUDGET),
}


@blueprint.get("/projekt/<int:project_id>/mal")
@requires(Permission.READ)
def goals(project_id: int) -> ResponseReturnValue:
    """Show the goals."""
    project = queries.get_project(project_id)
    return project_page("goals", project, goals=queries.list_goals(project))


@blueprint.route("/projekt/<int:project_id>/mal/nytt", methods=["GET", "POST"])
@requires(Permission.PROJECT)
def add_goal(project_id: int) -> ResponseReturnValue:
    """Add a goal."""
    return _goal_page(queries.get_project(project_id), None)


@blueprint.route("/projekt/<int:project_id>/mal/<int:goal_id>", methods=["GET", "POST"])
@requires(Permission.PROJECT)
def edit_goal(project_id: int, goal_id: int) -> ResponseReturnValue:
    """Change a goal."""
    project = queries.get_project(project_id)
    return _goal_page(project, queries.get_row(Goal, project, goal_id))


@blueprint.get("/projekt/<int:project_id>/aktiviteter")
@requires(Permission.READ)
def activities(project_id: int) -> ResponseReturnValue:
    """Show the activities and which needs nothing meets yet."""
    application = queries.load_application(project_id)
    active = {row.id for row in application.activities}
    unmet = [row for row in application.brought if row.activity_id not in active]
    return project_page("activities", application.project, application=application, unmet=unmet)


@blueprint.route("/projekt/<int:project_id>/aktiviteter/ny", methods=["GET", "POST"])
@requires(Permission.PROJECT)
def add_activity(project_id: int) -> ResponseReturnValue:
    """Add an activity."""
    return _activity_page(queries.get_project(project_id), None)


@blueprint.route("/projekt/<int:project_id>/aktiviteter/<int:activity_id>", methods=["GET", "POST"])
@requires(Permission.PROJECT)
def edit_activity(project_id: int, activity_id: int) -> ResponseReturnValue:
    """Change an activity."""
    project = queries.get_project(project_id)
    return _activity_page(project, queries.get_row(Activity, project, activity_id))


@blueprint.post("/projekt/<int:project_id>/ta-bort/<string:kind>/<int:row_id>")
@requires(Permission.PROJECT)
def remove_row(project_id: int, kind: str, row_id: int) -> ResponseReturnValue:
    """Take a row out of the application."""
    project = queries.get_project(project_id)
    if kind not in _REMOVABLE:
        raise NotFoundError
    model, page = _REMOVABLE[kind]
    row = queries.get_removable(model, project, row_id)
    with leading_back_to(page_url(project, page)):
        EditForm().check_version(row)
        plan_service.remove_row(project, row, by=me())
        db.session.commit()
    flash(_("Raden är borttagen ur ansökan. Den finns kvar i historiken."), "success")
    return redirect(page_url(project, page))


def _goal_page(project: Project, goal: Goal | None) -> ResponseReturnValue:
    form = GoalForm(obj=goal)
    rows = queries.list_contributions(project)
    causes = dict.fromkeys(row.cause for row in rows if row.cause)
    form.cause.choices = pairs(((cause, cause) for cause in causes), empty=_EMPTY)
    cancel = url_for("esf.goals", project_id=project.id)
    if form.validate_on_submit():
        if location := find_made(form, goal):
            return redirect(location)
        try:
            plan_service.save_goal(project, goal, form.values(), by=me())
        except plan_service.OutsideProjectError as error:
            form.refuse("due_on", str(error))
        else:
            return finish(form, goal, cancel, _("Målet är sparat."))
    remove_url = _remove_url(project, "mal", goal.id) if goal else ""
    return edit_page(_("Mål"), form, cancel, project=project, remove_url=remove_url)


def _activity_page(project: Project, activity: Activity | None) -> ResponseReturnValue:
    form = ActivityForm(obj=activity)
    rows = queries.list_contributions(project)
    form.goal_id.choices = pairs(((row.id, row.text) for row in queries.list_goals(project)), empty=_EMPTY)
    form.contribution_ids.choices = pairs((row.id, f"{row.company.name}: {row.topic_label}") for row in rows)
    if not form.is_submitted() and activity:
        form.contribution_ids.data = [row.id for row in rows if row.activity_id == activity.id]
    cancel = url_for("esf.activities", project_id=project.id)
    if form.validate_on_submit():
        if location := find_made(form, activity):
            return redirect(location)
        values = form.values()
        chosen = values.pop("contribution_ids")
        try:
            plan_service.save_activity(project, activity, values, contribution_ids=chosen, by=me())
        except RefusedError as error:
            refuse(form, error)
        else:
            return finish(form, activity, cancel, _("Aktiviteten är sparad."))
    remove_url = _remove_url(project, "aktivitet", activity.id) if activity else ""
    return edit_page(_("Aktivitet"), form, cancel, project=project, remove_url=remove_url)


def _remove_url(project: Project, kind: str, row_id: int) -> str:
    return url_for("esf.remove_row", project_id=project.id, kind=kind, row_id=row_id)
