"""Taking a row of any kind out of an application."""

from flask import flash, redirect
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from broker.access import Permission, requires
from broker.accounts.me import me
from broker.errors import NotFoundError
from broker.esf import plan_service, queries
from broker.esf.blueprint import blueprint, leading_back_to, page_url
from broker.esf.budgets.models import BudgetRow, CoFinancingRow
from broker.esf.chain.models import Cause, GoalEffect, Milestone, Risk, SteeringMeeting, SteeringMember
from broker.esf.kinds import Page
from broker.esf.models import Activity, Actor, Goal
from broker.extensions import db
from broker.forms import EditForm

# What may be taken out of an application, by the word in the address.
_REMOVABLE: dict[str, tuple[type[queries.Removable], Page]] = {
    "orsak": (Cause, Page.GOALS),
    "mal": (Goal, Page.GOALS),
    "delmal": (Milestone, Page.GOALS),
    "effekt": (GoalEffect, Page.GOALS),
    "aktivitet": (Activity, Page.ACTIVITIES),
    "risk": (Risk, Page.STEERING),
    "ledamot": (SteeringMember, Page.STEERING),
    "mote": (SteeringMeeting, Page.STEERING),
    "aktor": (Actor, Page.ACTORS),
    "kostnad": (BudgetRow, Page.BUDGET),
    "medfinansiering": (CoFinancingRow, Page.BUDGET),
}


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
