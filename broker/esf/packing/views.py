"""Pages of packing: projects proposed for a call, and starting one of them."""

from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from broker import clock, idempotency
from broker.access import Permission, requires
from broker.accounts import queries as accounts
from broker.accounts.me import me
from broker.esf import queries
from broker.esf.blueprint import blueprint, edit_page, refuse
from broker.esf.join_service import DoubleJoinError
from broker.esf.models import Call
from broker.esf.packing import queries as groups
from broker.esf.packing import service
from broker.esf.packing.forms import PackingForm, StartOfGroupsForm
from broker.esf.packing.proposals import limits_of, propose
from broker.esf.packing.rules import packing_rules
from broker.esf.service import OutsideCallError
from broker.extensions import db
from broker.forms import pairs


@blueprint.get("/projekt/forslag")
@requires(Permission.PROJECT)
def propose_projects() -> ResponseReturnValue:
    """Show which of our groups make projects for a call together, within limits that a person chooses."""
    rules, calls = packing_rules(clock.today()), queries.list_open_calls()
    is_asked = "utlysning" in request.args
    form = PackingForm(request.args if is_asked else None, data=rules.limits)
    form.utlysning.choices = _choices(calls)
    board = None
    if is_asked and form.validate():
        call = next(call for call in calls if call.id == form.utlysning.data)
        board = propose(groups.list_priced(call, rules), limits_of(call, form.limits()))
    page = render_template("esf/propose_projects.html", form=form, board=board, rules=rules)
    return page, 422 if form.errors else 200


@blueprint.route("/projekt/forslag/starta", methods=["GET", "POST"])
@requires(Permission.PROJECT)
def start_of_groups() -> ResponseReturnValue:
    """Start a project with groups in it, on one recorded ground."""
    chosen = request.args.getlist("grupp", type=int)
    cohorts = groups.list_cohorts(request.form.getlist("cohort_ids", type=int) or chosen)
    first, last = (
        min((row.starts_on for row in cohorts), default=None),
        max((row.ends_on for row in cohorts), default=None),
    )
    form = StartOfGroupsForm(
        call_id=request.args.get("utlysning", type=int), cohort_ids=chosen, starts_on=first, ends_on=last
    )
    form.call_id.choices = _choices(queries.list_open_calls())
    form.cohort_ids.choices = pairs((row.id, f"{row.title} ({row.participants})") for row in cohorts)
    if form.validate_on_submit():
        if location := idempotency.find_location(form.token.data):
            return redirect(location)
        try:
            project = service.start_with_groups(
                queries.get_call(form.call_id.data),
                accounts.get_organisation(g.acting.organisation_id),
                [row for row in cohorts if row.id in form.cohort_ids.data],
                **form.project_values(),
                ground=form.ground.data,
                ground_note=form.ground_note.data or "",
                by=me(),
            )
        except (OutsideCallError, DoubleJoinError) as error:
            refuse(form, error)
        else:
            location = idempotency.remember(form.token.data, url_for("esf.show", project_id=project.id))
            db.session.commit()
            flash(_("Projektet %(name)s är påbörjat, med grupperna i sig.", name=project.name), "success")
            return redirect(location)
    note = _("Projektets medlemmar får en kopia av behoven: företag, område, antal, orsak, följd.")
    if not cohorts:
        note = _("Välj grupper bland förslagen först.")
    cancel = url_for("esf.propose_projects")
    return edit_page(_("Nytt projekt av grupper"), form, cancel, note=note, submit=_("Starta projektet"))


def _choices(calls: list[Call]) -> list:
    return pairs((call.id, f"{call.title} ({call.diary_no})") for call in calls)
