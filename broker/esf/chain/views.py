"""Pages of the chain: its picture, causes, goals, milestones and activities."""

from collections.abc import Mapping, Sequence

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from broker.access import Permission, requires
from broker.accounts.me import me
from broker.errors import RefusedError
from broker.esf import queries
from broker.esf.blueprint import blueprint, edit_page, find_made, finish, project_page, refuse
from broker.esf.chain import gantt, picture, service
from broker.esf.chain import queries as chain
from broker.esf.chain.forms import ActivityForm, CauseForm, EffectForm, GoalForm, MilestoneForm, PartGoalForm
from broker.esf.chain.models import Cause, GoalEffect, Milestone
from broker.esf.chain.tree import grow
from broker.esf.models import Activity, Contribution, Goal, Project
from broker.extensions import db
from broker.formatting import say
from broker.forms import pairs

_WHOLE_PROJECT = _l("Hela projektets")


@blueprint.get("/projekt/<int:project_id>/mal")
@requires(Permission.READ)
def goals(project_id: int) -> ResponseReturnValue:
    """Show the chain from causes to effects as a picture and in words, with what it lacks."""
    application = queries.load_application(project_id)
    tree = grow(application)
    linked = {link.contribution_id for cause in application.causes for link in cause.need_links}
    loose = [row for row in application.brought if row.id not in linked]
    return project_page(
        "goals",
        application.project,
        application=application,
        tree=tree,
        picture=picture.draw(tree, say),
        ungathered=[row for row in loose if row.cause],
        silent=[row for row in loose if not row.cause],
    )


@blueprint.post("/projekt/<int:project_id>/orsaker/samla")
@requires(Permission.PROJECT)
def gather_causes(project_id: int) -> ResponseReturnValue:
    """Make causes of what the needs say."""
    project = queries.get_project(project_id)
    made, needs = service.gather_causes(project, by=me())
    db.session.commit()
    if needs:
        gathered = ngettext(
            "%(num)s ny orsak är samlad ur %(needs)s behov.",
            "%(num)s nya orsaker är samlade ur %(needs)s behov.",
            made,
            needs=needs,
        )
        flash(gathered, "success")
    else:
        flash(_("Inget behov har en orsak som inte redan är samlad."), "info")
    return redirect(url_for("esf.goals", project_id=project.id))


@blueprint.route("/projekt/<int:project_id>/orsaker/ny", methods=["GET", "POST"])
@requires(Permission.PROJECT)
def add_cause(project_id: int) -> ResponseReturnValue:
    """Add a cause."""
    return _cause_page(queries.get_project(project_id), None)


@blueprint.route("/projekt/<int:project_id>/orsaker/<int:cause_id>", methods=["GET", "POST"])
@requires(Permission.PROJECT)
def edit_cause(project_id: int, cause_id: int) -> ResponseReturnValue:
    """Change a cause."""
    project = queries.get_project(project_id)
    return _cause_page(project, queries.get_row(Cause, project, cause_id))


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


@blueprint.route("/projekt/<int:project_id>/mal/<int:goal_id>/delmal/nytt", methods=["GET", "POST"])
@requires(Permission.PROJECT)
def add_milestone(project_id: int, goal_id: int) -> ResponseReturnValue:
    """Add a milestone to a goal."""
    project = queries.get_project(project_id)
    return _milestone_page(project, queries.get_row(Goal, project, goal_id), None)


@blueprint.route("/projekt/<int:project_id>/delmal/<int:milestone_id>", methods=["GET", "POST"])
@requires(Permission.PROJECT)
def edit_milestone(project_id: int, milestone_id: int) -> ResponseReturnValue:
    """Change a milestone."""
    project = queries.get_project(project_id)
    milestone = queries.get_row(Milestone, project, milestone_id)
    return _milestone_page(project, queries.get_row(Goal, project, milestone.goal_id), milestone)


@blueprint.route("/projekt/<int:project_id>/mal/<int:goal_id>/effekter/ny", methods=["GET", "POST"])
@requires(Permission.PROJECT)
def add_effect(project_id: int, goal_id: int) -> ResponseReturnValue:
    """Add what a goal leads to."""
    project = queries.get_project(project_id)
    return _effect_page(project, queries.get_row(Goal, project, goal_id), None)


@blueprint.route("/projekt/<int:project_id>/effekter/<int:effect_id>", methods=["GET", "POST"])
@requires(Permission.PROJECT)
def edit_effect(project_id: int, effect_id: int) -> ResponseReturnValue:
    """Change what a goal leads to."""
    project = queries.get_project(project_id)
    effect = queries.get_row(GoalEffect, project, effect_id)
    return _effect_page(project, queries.get_row(Goal, project, effect.goal_id), effect)


@blueprint.get("/projekt/<int:project_id>/aktiviteter")
@requires(Permission.READ)
def activities(project_id: int) -> ResponseReturnValue:
    """Show the activities in time and as a table, and which needs nothing meets yet."""
    application = queries.load_application(project_id)
    active = {row.id for row in application.activities}
    unmet = [row for row in application.brought if row.activity_id not in active]
    nodes = {node.id: node for node in grow(application).nodes if node.kind == "activity"}
    closing = {row.id for row in application.activities if gantt.is_in_closing(row, application)}
    return project_page(
        "activities",
        application.project,
        application=application,
        unmet=unmet,
        has_shared=any(application.shared_needs_of(row) for row in application.activities),
        nodes=nodes,
        closing=closing,
        chart=gantt.draw(application, chain.list_meetings(application.project), without_goal=_("Utan mål")),
    )


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


def _cause_page(project: Project, cause: Cause | None) -> ResponseReturnValue:
    form = CauseForm(obj=cause)
    rows = queries.list_contributions(project)
    form.contribution_ids.choices = pairs((row.id, _told(row)) for row in rows)
    if not form.is_submitted() and cause:
        form.contribution_ids.data = [link.contribution_id for link in cause.need_links]
    cancel = url_for("esf.goals", project_id=project.id)
    if form.validate_on_submit():
        if location := find_made(form, cause):
            return redirect(location)
        values = form.values()
        chosen = values.pop("contribution_ids")
        try:
            service.save_cause(project, cause, values, contribution_ids=chosen, by=me())
        except service.AlreadyThereError as error:
            form.refuse("text", str(error))
        else:
            return finish(form, cause, cancel, _("Orsaken är sparad."))
    remove_url = _remove_url(project, "orsak", cause.id) if cause else ""
    return edit_page(_("Orsak") if cause else _("Ny orsak"), form, cancel, project=project, remove_url=remove_url)


def _goal_page(project: Project, goal: Goal | None) -> ResponseReturnValue:
    parts = project.call.parts
    form = PartGoalForm(parts, obj=goal) if parts else GoalForm(obj=goal)
    form.cause_ids.choices = pairs((row.id, row.text) for row in chain.list_causes(project))
    form.actor_id.choices = pairs(((row.id, row.name) for row in queries.list_actors(project)), empty=_WHOLE_PROJECT)
    if not form.is_submitted() and goal:
        form.cause_ids.data = [link.cause_id for link in goal.cause_links]
    cancel = url_for("esf.goals", project_id=project.id)
    if form.validate_on_submit():
        if location := find_made(form, goal):
            return redirect(location)
        values = form.values()
        chosen = values.pop("cause_ids")
        service.save_goal(project, goal, values, cause_ids=chosen, by=me())
        return finish(form, goal, cancel, _("Målet är sparat."))
    remove_url = _remove_url(project, "mal", goal.id) if goal else ""
    note = "" if form.cause_ids.choices else _("Samla eller skriv först orsakerna, så kan målet svara mot dem.")
    return edit_page(
        _("Mål") if goal else _("Nytt mål"), form, cancel, project=project, remove_url=remove_url, note=note
    )


def _milestone_page(project: Project, goal: Goal, milestone: Milestone | None) -> ResponseReturnValue:
    form = MilestoneForm(obj=milestone)
    cancel = url_for("esf.goals", project_id=project.id)
    if form.validate_on_submit():
        if location := find_made(form, milestone):
            return redirect(location)
        try:
            service.save_milestone(project, goal, milestone, form.values(), by=me())
        except service.OutsideProjectError as error:
            form.refuse("due_on", str(error))
        else:
            return finish(form, milestone, cancel, _("Delmålet är sparat."))
    remove_url = _remove_url(project, "delmal", milestone.id) if milestone else ""
    note = _("Mål: %(text)s", text=goal.text)
    title = _("Delmål") if milestone else _("Nytt delmål")
    return edit_page(title, form, cancel, project=project, remove_url=remove_url, note=note)


def _effect_page(project: Project, goal: Goal, effect: GoalEffect | None) -> ResponseReturnValue:
    form = EffectForm(obj=effect)
    cancel = url_for("esf.goals", project_id=project.id)
    if form.validate_on_submit():
        if location := find_made(form, effect):
            return redirect(location)
        service.save_effect(project, goal, effect, form.values(), by=me())
        return finish(form, effect, cancel, _("Resultatet eller effekten är sparad."))
    remove_url = _remove_url(project, "effekt", effect.id) if effect else ""
    note = _("Mål: %(text)s", text=goal.text)
    return edit_page(_("Resultat eller effekt"), form, cancel, project=project, remove_url=remove_url, note=note)


def _activity_page(project: Project, activity: Activity | None) -> ResponseReturnValue:
    form = ActivityForm(obj=activity)
    rows = queries.list_contributions(project)
    form.goal_ids.choices = pairs((row.id, row.text) for row in chain.list_goals(project))
    titles = {row.id: row.title for row in chain.list_activities(project) if row is not activity}
    form.contribution_ids.choices = pairs((row.id, _told_with(row, titles)) for row in rows)
    if not form.is_submitted():
        # From a goal's own part of the chain one comes with the goal chosen.
        served = [link.goal_id for link in activity.goal_links] if activity else request.args.getlist("mal", type=int)
        form.goal_ids.data = served
        form.contribution_ids.data = list(_met_by(activity, rows)) if activity else []
    cancel = url_for("esf.activities", project_id=project.id)
    if form.validate_on_submit():
        if location := find_made(form, activity):
            return redirect(location)
        values = form.values()
        chosen = {name: values.pop(name) for name in ("contribution_ids", "goal_ids")}
        try:
            service.save_activity(project, activity, values, **chosen, by=me())
        except RefusedError as error:
            refuse(form, error)
        else:
            return finish(form, activity, cancel, _("Aktiviteten är sparad."))
    remove_url = _remove_url(project, "aktivitet", activity.id) if activity else ""
    title = _("Aktivitet: %(title)s", title=activity.title) if activity else _("Ny aktivitet")
    return edit_page(title, form, cancel, project=project, remove_url=remove_url)


def _met_by(activity: Activity, rows: Sequence[Contribution]) -> set[int]:
    shared = {link.contribution_id for link in activity.need_links}
    return shared | {row.id for row in rows if row.activity_id == activity.id}


def _told(row: Contribution) -> str:
    return f"{row.company.name}: {row.topic_label}"


def _told_with(row: Contribution, titles: Mapping[int, str]) -> str:
    """Name a need, and the other activity at which its hours are counted."""
    title = titles.get(row.activity_id or 0)
    return _("%(need)s (timmarna räknas vid %(activity)s)", need=_told(row), activity=title) if title else _told(row)


def _remove_url(project: Project, kind: str, row_id: int) -> str:
    return url_for("esf.remove_row", project_id=project.id, kind=kind, row_id=row_id)
