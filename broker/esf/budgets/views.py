"""Pages of the budget: its costs, its financing and what they come to."""

from flask import redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from broker.access import Permission, requires
from broker.accounts.me import me
from broker.errors import RefusedError
from broker.esf import queries
from broker.esf.blueprint import blueprint, edit_page, find_made, finish, project_page, refuse
from broker.esf.budgets import figures, service
from broker.esf.budgets.amounts import as_kr
from broker.esf.budgets.arithmetic import BudgetRefusedError
from broker.esf.budgets.forms import BudgetRowForm, CoFinancingForm
from broker.esf.budgets.lines import PARTICIPANTS
from broker.esf.budgets.models import BudgetRow, CoFinancingRow
from broker.esf.models import Actor, Project
from broker.formatting import say
from broker.forms import pairs
from broker.reference.queries import text_of

_EMPTY = _l("Välj")


@blueprint.get("/projekt/<int:project_id>/budget")
@requires(Permission.READ)
def budget(project_id: int) -> ResponseReturnValue:
    """Show the budget with its result, its sub-budgets and its checks."""
    application = queries.load_application(project_id)
    computed, refusal = None, ""
    try:
        computed = figures.compute(application)
    except BudgetRefusedError as error:
        refusal = say(error)
    section = application.form["budget"]
    return project_page(
        "budget",
        application.project,
        application=application,
        budget=computed,
        liquidity=figures.liquidity_need(application, computed.result) if computed else None,
        refusal=refusal,
        cost_types={row["id"]: text_of(row, "title") for row in section["cost_types"]},
        kinds={row["id"]: text_of(row, "title") for row in section["cofinancing_kinds"]},
        prices=application.call.prices,
        participants=PARTICIPANTS,
    )


@blueprint.route("/projekt/<int:project_id>/budget/kostnader/ny", methods=["GET", "POST"])
@requires(Permission.PROJECT)
def add_budget_row(project_id: int) -> ResponseReturnValue:
    """Add a cost."""
    return _cost_page(queries.get_project(project_id), None)


@blueprint.route("/projekt/<int:project_id>/budget/kostnader/<int:row_id>", methods=["GET", "POST"])
@requires(Permission.PROJECT)
def edit_budget_row(project_id: int, row_id: int) -> ResponseReturnValue:
    """Change a cost."""
    project = queries.get_project(project_id)
    return _cost_page(project, queries.get_row(BudgetRow, project, row_id))


@blueprint.route("/projekt/<int:project_id>/budget/medfinansiering/ny", methods=["GET", "POST"])
@requires(Permission.PROJECT)
def add_cofinancing_row(project_id: int) -> ResponseReturnValue:
    """Add a contribution to the financing."""
    return _financing_page(queries.get_project(project_id), None)


@blueprint.route("/projekt/<int:project_id>/budget/medfinansiering/<int:row_id>", methods=["GET", "POST"])
@requires(Permission.PROJECT)
def edit_cofinancing_row(project_id: int, row_id: int) -> ResponseReturnValue:
    """Change a contribution to the financing."""
    project = queries.get_project(project_id)
    return _financing_page(project, queries.get_row(CoFinancingRow, project, row_id))


def _cost_page(project: Project, row: BudgetRow | None) -> ResponseReturnValue:
    form = BudgetRowForm(obj=row)
    _offer_costs(form, project)
    cancel = url_for("esf.budget", project_id=project.id)
    if form.validate_on_submit():
        if location := find_made(form, row):
            return redirect(location)
        values = form.values()
        actor = queries.get_row(Actor, project, values.pop("actor_id"))
        try:
            service.save_budget_row(project, row, actor, values, by=me())
        except RefusedError as error:
            refuse(form, error)
        else:
            return finish(form, row, cancel, _("Kostnaden är sparad."))
    return edit_page(_("Kostnad"), form, cancel, project=project, remove_url=_remove_url(project, "kostnad", row))


def _offer_costs(form: BudgetRowForm, project: Project) -> None:
    """Offer the beneficiaries, the cost types of the call's model, and the call's unit costs."""
    model = project.call.budget_model
    types = queries.get_form(project.form_version)["budget"]["cost_types"]
    kept = [
        row
        for row in types
        if row["unit"] != "percent_of_personal" and (model in row["models"] or model == "klumpsumma")
    ]
    beneficiaries = [actor for actor in queries.list_actors(project) if actor.is_beneficiary]
    prices = [(rate, price) for rate, price in project.call.prices.items() if rate != PARTICIPANTS]
    form.actor_id.choices = pairs((actor.id, actor.name) for actor in beneficiaries)
    form.cost_type.choices = pairs((row["id"], text_of(row, "title")) for row in kept)
    form.rate_id.choices = pairs(
        ((rate, _("%(rate)s, %(price)s per timme", rate=rate, price=as_kr(price))) for rate, price in prices),
        empty=_EMPTY,
    )


def _financing_page(project: Project, row: CoFinancingRow | None) -> ResponseReturnValue:
    form = CoFinancingForm(obj=row)
    kinds = queries.get_form(project.form_version)["budget"]["cofinancing_kinds"]
    form.kind.choices = pairs((kind["id"], text_of(kind, "title")) for kind in kinds)
    cancel = url_for("esf.budget", project_id=project.id)
    if form.validate_on_submit():
        if location := find_made(form, row):
            return redirect(location)
        try:
            service.save_cofinancing_row(project, row, form.values(), by=me())
        except RefusedError as error:
            refuse(form, error)
        else:
            return finish(form, row, cancel, _("Medfinansieringen är sparad."))
    remove_url = _remove_url(project, "medfinansiering", row)
    return edit_page(_("Medfinansiering"), form, cancel, project=project, remove_url=remove_url)


def _remove_url(project: Project, kind: str, row: BudgetRow | CoFinancingRow | None) -> str:
    return url_for("esf.remove_row", project_id=project.id, kind=kind, row_id=row.id) if row else ""
