"""Pages where a cohort comes into a project or is taken out of it, with what that does to every figure."""

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from broker import idempotency
from broker.access import Permission, requires
from broker.accounts.me import me
from broker.errors import NotFoundError, RefusedError
from broker.esf import join_service, moves, queries
from broker.esf.blueprint import blueprint, project_page, refuse
from broker.esf.budgets.pages import Compared
from broker.esf.forms import JoinForm, TakeOutForm
from broker.extensions import db
from broker.formatting import day
from broker.forms import pairs
from broker.needs.models import Cohort


@blueprint.route("/projekt/<int:project_id>/utbildningsgrupper/ny", methods=["GET", "POST"])
@requires(Permission.PROJECT)
def join_cohort(project_id: int) -> ResponseReturnValue:
    """Bring one of our cohorts into the project, on a recorded ground, or only show what it does to every figure."""
    project = queries.get_project(project_id)
    form = JoinForm(cohort_id=request.args.get("utbildningsgrupp", type=int))
    cohorts = queries.list_joinable_cohorts(project)
    form.cohort_id.choices = pairs((row.id, _cohort_label(row)) for row in cohorts)
    only_shown = "visa" in request.form
    if not only_shown and form.validate_on_submit():
        if location := idempotency.find_location(form.token.data):
            return redirect(location)
        price = form.price_kr.data
        try:
            join_service.join_cohort(
                project,
                queries.get_cohort(form.cohort_id.data),
                ground=form.ground.data,
                ground_note=form.ground_note.data or "",
                price_per_participant_ore=None if price is None else int(price * 100),
                double_reason=form.double_reason.data,
                by=me(),
            )
        except join_service.DoubleJoinError as error:
            form.refuse("double_reason", str(error))
        else:
            location = idempotency.remember(form.token.data, url_for("esf.actors", project_id=project.id))
            db.session.commit()
            flash(_("Utbildningsgruppen är med i projektet."), "success")
            return redirect(location)
    chosen = next((row for row in cohorts if row.id == form.cohort_id.data), None)
    page = project_page(
        "join_cohort",
        project,
        form=form,
        cohorts=cohorts,
        chosen=chosen,
        taken_out=queries.find_taken_out(project, chosen.id) if chosen else None,
        comparison=_foretell(project.id, chosen) if chosen and only_shown else None,
    )
    return page, 422 if form.errors else 200


@blueprint.route("/projekt/<int:project_id>/utbildningsgrupper/<int:cohort_id>/ta-ut", methods=["GET", "POST"])
@requires(Permission.PROJECT)
def take_out_cohort(project_id: int, cohort_id: int) -> ResponseReturnValue:
    """Take a cohort out of the project; shows first what it does to every figure."""
    form = TakeOutForm()
    if location := idempotency.find_location(form.token.data):
        return redirect(location)
    application = queries.load_application(project_id)
    project = application.project
    group = next((row for row in moves.groups_in(application) if row.cohort_id == cohort_id), None)
    if group is None:
        raise NotFoundError
    if form.validate_on_submit():
        try:
            join_service.take_out_cohort(project, cohort_id, reason=form.reason.data or "", by=me())
        except RefusedError as error:
            refuse(form, error)
        else:
            location = idempotency.remember(form.token.data, url_for("esf.actors", project_id=project.id))
            db.session.commit()
            flash(_("Utbildningsgruppen är tagen ur projektet. Den kan läggas till igen som den var."), "success")
            return redirect(location)
    page = project_page(
        "take_out_cohort",
        project,
        form=form,
        group=group,
        comparison=moves.effects(application, moves.without_cohort(application, cohort_id)),
    )
    return page, 422 if form.errors else 200


def _foretell(project_id: int, cohort: Cohort) -> list[Compared]:
    application = queries.load_application(project_id)
    return moves.effects(application, moves.with_cohort(application, queries.get_cohort(cohort.id)))


def _cohort_label(cohort: Cohort) -> str:
    return _(
        "%(title)s, %(count)s deltagare, %(day)s",
        title=cohort.title,
        count=cohort.participants,
        day=day(cohort.starts_on),
    )
