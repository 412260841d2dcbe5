"""Pages of calls: the list, one call, adding and correcting it, and moving a project to a corrected one."""

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from broker import clock, idempotency
from broker.access import Permission, requires
from broker.accounts.me import me
from broker.errors import NotFoundError, RefusedError
from broker.esf import queries, service
from broker.esf.blueprint import blueprint, edit_page, page_url, project_page, refuse
from broker.esf.calls import queries as calls_queries
from broker.esf.calls import reminding  # noqa: F401 - importing it puts its days into letters and calendars.
from broker.esf.calls import service as calls_service
from broker.esf.calls.countdown import call_rules, time_left
from broker.esf.calls.differences import list_changes
from broker.esf.calls.forms import CallForm, CorrectCallForm, MoveForm
from broker.esf.calls.moving import list_effects
from broker.extensions import db
from broker.forms import pairs
from broker.reference.queries import text_of

blueprint.add_app_template_filter(time_left)
blueprint.add_app_template_global(calls_queries.newest_call)


@blueprint.get("/utlysningar")
@requires(Permission.READ)
def calls() -> ResponseReturnValue:
    """Show the calls in their newest versions."""
    rules, now = call_rules(clock.today()), clock.now()
    return render_template("esf/calls.html", calls=queries.list_calls(), now=now, rules=rules)


@blueprint.route("/utlysningar/ny", methods=["GET", "POST"])
@requires(Permission.PROJECT)
def add_call() -> ResponseReturnValue:
    """Add a call as it was read."""
    template = queries.current_form(clock.today())
    form = CallForm(max_months=template["budget"]["max_project_months"], read_on=clock.today())
    _offer_models(form, template)
    if form.validate_on_submit():
        if location := idempotency.find_location(form.token.data):
            return redirect(location)
        try:
            values = form.values()
            call = service.add_call(version=values.pop("text_version"), **values, by=me())
        except RefusedError as error:
            refuse(form, error)
        else:
            db.session.flush()
            location = idempotency.remember(form.token.data, url_for("esf.show_call", call_id=call.id))
            db.session.commit()
            flash(_("Utlysningen %(title)s är tillagd.", title=call.title), "success")
            return redirect(location)
    return edit_page(_("Ny utlysning"), form, url_for("esf.calls"), submit=_("Lägg till utlysningen"))


@blueprint.get("/utlysningar/<int:call_id>")
@requires(Permission.READ)
def show_call(call_id: int) -> ResponseReturnValue:
    """Show a call with its window, financing and unit costs, its versions and our projects for it."""
    call = queries.get_call(call_id)
    now = clock.now()
    return render_template(
        "esf/show_call.html",
        call=call,
        is_open=call.closes_at > now,
        model=_models_of(queries.current_form(clock.today())).get(call.budget_model, call.budget_model),
        tone=call_rules(clock.today()).tone(call.closes_at, now),
        versions=calls_queries.list_versions(call),
        projects=calls_queries.list_projects_of(call),
        table=calls_queries.find_price_table(call),
    )


@blueprint.route("/utlysningar/<int:call_id>/ratta", methods=["GET", "POST"])
@requires(Permission.PROJECT)
def correct_call(call_id: int) -> ResponseReturnValue:
    """Add a later text of a call as a new version; what is filled in is what the call says now."""
    call = queries.get_call(call_id)
    closes = clock.in_sweden(call.closes_at)
    form = CorrectCallForm(
        **{name: getattr(call, name) for name in _KEPT},
        text_version=calls_service.next_version(call),
        closes_on=closes.date(),
        closing_time=closes.time(),
        read_on=clock.today(),
    )
    _offer_models(form, queries.current_form(clock.today()))
    if call.price_table_id is not None:
        del form.unit_costs
    if form.validate_on_submit():
        if location := idempotency.find_location(form.token.data):
            return redirect(location)
        values = form.values()
        try:
            later = calls_service.correct_call(call, version=values.pop("text_version"), **values, by=me())
        except RefusedError as error:
            refuse(form, error)
        else:
            location = url_for("esf.show_call_changes", call_id=later.id)
            idempotency.remember(form.token.data, location)
            db.session.commit()
            flash(_("Version %(version)s är tillagd. Den tidigare finns kvar.", version=later.version), "success")
            return redirect(location)
    note = _("Ändra det som den nya texten säger annorlunda. Det blir en ny version, och den tidigare finns kvar.")
    cancel = url_for("esf.show_call", call_id=call.id)
    return edit_page(_("Rätta utlysningen"), form, cancel, note=note, submit=_("Spara som ny version"))


@blueprint.get("/utlysningar/<int:call_id>/andringar")
@requires(Permission.READ)
def show_call_changes(call_id: int) -> ResponseReturnValue:
    """Show what one version of a call says otherwise than the one before, and which of our projects it concerns."""
    call = queries.get_call(call_id)
    versions = calls_queries.list_versions(call)
    earlier = next((row for row in versions if row.id < call.id), None)
    return render_template(
        "esf/call_changes.html",
        call=call,
        earlier=earlier,
        changes=list_changes(earlier, call) if earlier else [],
        is_newest=versions[0].id == call.id,
        projects=[row for row in calls_queries.list_projects_of(call) if row.call_id < call.id],
    )


@blueprint.get("/projekt/<int:project_id>/rattad-utlysning")
@requires(Permission.READ)
def preview_move(project_id: int) -> ResponseReturnValue:
    """Show what the newest version of its call says otherwise, and what that means for a project."""
    application = queries.load_application(project_id)
    project = application.project
    newer = calls_queries.find_newer(project.call)
    context = {}
    if newer is not None:
        context = {
            "changes": list_changes(project.call, newer),
            "effects": list_effects(application, newer),
            "address": lambda row: page_url(project, row.page),
        }
    return project_page("move_project", project, newer=newer, is_owner=queries.owns(project), **context)


@blueprint.post("/projekt/<int:project_id>/rattad-utlysning")
@requires(Permission.PROJECT)
def move_project(project_id: int) -> ResponseReturnValue:
    """Move a project to the version of its call that the report was about."""
    project = queries.get_project(project_id)
    form = MoveForm()
    if not form.validate() or not (form.seen.data or "").isdecimal():
        raise NotFoundError
    form.check_version(project)
    try:
        calls_service.move_project(project, queries.get_call(int(form.seen.data[:18])), by=me())
    except RefusedError as error:
        flash(str(error), "error")
        return redirect(url_for("esf.preview_move", project_id=project.id))
    db.session.commit()
    flash(_("Projektet följer nu version %(version)s av utlysningen.", version=project.call.version), "success")
    return redirect(url_for("esf.show", project_id=project.id))


def _offer_models(form: CallForm, template: dict[str, object]) -> None:
    form.budget_model.choices = pairs(_models_of(template).items())


def _models_of(template: dict[str, object]) -> dict[str, str]:
    """Give what the budget models of a form are called."""
    budget: dict[str, list[dict[str, str]]] = template["budget"]  # type: ignore[assignment]
    return {row["id"]: text_of(row, "name") for row in budget["models"]}


# What a correction is filled in with as it stands; days and clock time are put together from one column.
_KEPT = (
    *("title", "region", "programme_area", "specific_objective", "opens_on", "signing_deadline", "budget_kr"),
    *("cofinancing_rate", "budget_model", "flat_rate", "max_months", "earliest_start", "latest_start", "latest_end"),
    *("attachments", "state_aid_basis", "parts", "sectors", "priorities", "phases", "excerpt", "unit_costs", "source"),
)
