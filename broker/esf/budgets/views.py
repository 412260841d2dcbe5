"""Pages of the budget: what it comes to and why, month by month, liquidity, and what if."""

from dataclasses import asdict

from flask import request
from flask.typing import ResponseReturnValue

from broker.access import Permission, requires
from broker.errors import NotFoundError
from broker.esf import queries
from broker.esf.application import Application
from broker.esf.blueprint import blueprint, project_page
from broker.esf.budgets import figures, file_views, pages, row_views  # noqa: F401 - the rows' pages are put on the blueprint.
from broker.esf.budgets.arithmetic import BudgetRefusedError
from broker.esf.budgets.drawing import draw
from broker.esf.budgets.explanations import calculation
from broker.esf.budgets.forms import WhatIfForm
from broker.esf.budgets.what_if import WhatIf, compute_if, reckon_costs
from broker.formatting import say

_TOOLS = {
    "calculation": calculation,
    "hours_of": figures.hours_of,
    "participant_hours_of": figures.participant_hours_of,
    "period_of": figures.period_of,
}


@blueprint.get("/projekt/<int:project_id>/budget")
@requires(Permission.READ)
def budget(project_id: int) -> ResponseReturnValue:
    """Show the budget with where every figure comes from, its sub-budgets and its checks."""
    application = queries.load_application(project_id)
    computed, refusal = find_computed(application)
    return project_page(
        "budget",
        application.project,
        application=application,
        budget=computed,
        refusal=refusal,
        pages=pages.overview(application, computed) if computed else None,
        cost_types=figures.cost_types(application.form),
        kinds=figures.cofinancing_kinds(application.form),
        **_TOOLS,
    )


@blueprint.get("/projekt/<int:project_id>/budget/manader")
@requires(Permission.READ)
def budget_months(project_id: int) -> ResponseReturnValue:
    """Show the budget by month and year, of all together or of one beneficiary."""
    application = queries.load_application(project_id)
    computed, refusal = find_computed(application)
    chosen = request.args.get("stodmottagare", "")
    return project_page(
        "budget_months",
        application.project,
        budget=computed,
        refusal=refusal,
        calendar=pages.calendar(computed, chosen) if computed else None,
        outside=figures.outside_the_project(computed) if computed else [],
    )


@blueprint.get("/projekt/<int:project_id>/budget/manader/<string:month>")
@requires(Permission.READ)
def budget_month(project_id: int, month: str) -> ResponseReturnValue:
    """Show from which rows one month's figures come."""
    application = queries.load_application(project_id)
    computed, _refusal = find_computed(application)
    opened = pages.open_month(computed, month) if computed else None
    if opened is None:
        raise NotFoundError
    return project_page("budget_month", application.project, opened=opened, application=application)


@blueprint.get("/projekt/<int:project_id>/budget/likviditet")
@requires(Permission.READ)
def budget_liquidity(project_id: int) -> ResponseReturnValue:
    """Show what the beneficiaries have paid and received by month, drawn and as a table."""
    application = queries.load_application(project_id)
    computed, refusal = find_computed(application)
    money = figures.liquidity(application, computed) if computed and computed.result.direct_cost else None
    return project_page(
        "budget_liquidity",
        application.project,
        refusal=refusal,
        budget=computed,
        money=money,
        drawing=draw(money) if money else None,
        rules=figures.payment_rules(application),
    )


@blueprint.get("/projekt/<int:project_id>/budget/tank-om")
@requires(Permission.READ)
def budget_what_if(project_id: int) -> ResponseReturnValue:
    """Show what the budget would come to if something were otherwise; nothing is saved."""
    application = queries.load_application(project_id)
    computed, refusal = find_computed(application)
    form = WhatIfForm(request.args or None, data=asdict(WhatIf()))
    form.fewer_companies.most = computed.plan.companies if computed else 0
    comparison, reckoned = None, []
    if computed:
        is_asked = bool(request.args) and form.validate()
        change = form.change() if is_asked else WhatIf()
        following = {row.id for actor in application.actors for row in actor.budget_rows if row.follows_participants}
        comparison = pages.compare(computed.result, compute_if(computed, change, following))
        reckoned = reckon_costs(computed, change, following)
    page = project_page(
        "budget_what_if",
        application.project,
        form=form,
        budget=computed,
        refusal=refusal,
        comparison=comparison,
        reckoned=reckoned,
    )
    return page, 422 if form.errors else 200


def find_computed(application: Application) -> tuple[figures.Budget | None, str]:
    """Give the computed budget, or the sentence that says why it cannot be computed."""
    try:
        return figures.compute(application), ""
    except BudgetRefusedError as error:
        return None, say(error)
