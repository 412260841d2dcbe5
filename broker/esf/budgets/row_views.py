"""Pages where a row of the budget is added or changed."""

from flask import redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from broker.access import Permission, requires
from broker.accounts.me import me
from broker.errors import RefusedError
from broker.esf import queries
from broker.esf.blueprint import blueprint, edit_page, find_made, finish, refuse
from broker.esf.budgets import figures, service
from broker.esf.budgets.amounts import as_kr
from broker.esf.budgets.forms import BudgetRowForm, CoFinancingForm
from broker.esf.budgets.lines import PARTICIPANTS
from broker.esf.budgets.models import BudgetRow, CoFinancingRow
from broker.esf.chain import queries as chain
from broker.esf.models import Actor, Project
from broker.forms import pairs
from broker.reference.queries import text_of

_EMPTY = _l("Välj")


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
    title = _("Kostnad: %(title)s", title=row.title) if row else _("Ny kostnad")
    return edit_page(title, form, cancel, project=project, remove_url=_remove_url(project, "kostnad", row))


def _offer_costs(form: BudgetRowForm, project: Project) -> None:
    """Offer the beneficiaries, the cost types of the call's model, and the call's unit costs."""
    beneficiaries = [actor for actor in queries.list_actors(project) if actor.is_beneficiary]
    prices = [(rate, price) for rate, price in project.call.prices.items() if rate != PARTICIPANTS]
    form.actor_id.choices = pairs((actor.id, actor.name) for actor in beneficiaries)
    offered = figures.offered_cost_types(queries.get_form(project.form_version), project.call.budget_model)
    form.cost_type.choices = pairs(offered.items())
    form.rate_id.choices = pairs(
        ((rate, _("%(rate)s, %(price)s per timme", rate=rate, price=as_kr(price))) for rate, price in prices),
        empty=_EMPTY,
    )
    form.offer_activities(chain.list_activities(project))


def _financing_page(project: Project, row: CoFinancingRow | None) -> ResponseReturnValue:
    form = CoFinancingForm(obj=row)
    kinds = queries.get_form(project.form_version)["budget"]["cofinancing_kinds"]
    form.kind.choices = pairs((kind["id"], text_of(kind, "title")) for kind in kinds)
    form.actor_id.choices = pairs(((row.id, row.name) for row in queries.list_actors(project)), empty=_EMPTY)
    form.offer_activities(chain.list_activities(project))
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
    title = _("Medfinansiering: %(title)s", title=row.title) if row else _("Ny medfinansiering")
    return edit_page(title, form, cancel, project=project, remove_url=remove_url)


def _remove_url(project: Project, kind: str, row: BudgetRow | CoFinancingRow | None) -> str:
    return url_for("esf.remove_row", project_id=project.id, kind=kind, row_id=row.id) if row else ""
