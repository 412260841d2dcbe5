"""What people write into the budget: costs of the beneficiaries, and how the project is financed."""

from typing import Any

from flask_babel import gettext as _

from broker.accounts.models import User
from broker.actions import Action
from broker.errors import RefusedError
from broker.esf.budgets.lines import PARTICIPANTS, PERSONNEL
from broker.esf.budgets.models import BudgetRow, CoFinancingRow
from broker.esf.models import Actor, Project
from broker.esf.service import save_row


class UnknownPriceError(RefusedError):
    """A unit cost must come from the table of the call."""


def save_budget_row(
    project: Project, row: BudgetRow | None, actor: Actor, values: dict[str, Any], *, by: User
) -> BudgetRow:
    """Save a cost of a beneficiary: hours at a price of the call, or an amount."""
    if not actor.is_beneficiary:
        raise RefusedError(
            _("Lägg kostnaden hos projektägaren eller en samverkanspart: bara de får stöd för kostnader.")
        )
    if values["cost_type"] == PERSONNEL:
        _check_price(project, values.get("rate_id"))
        if not values.get("hours"):
            raise RefusedError(_("Ange hur många timmar rollen omfattar i hela projektet."))
        values = dict(values, amount_kr=None)
    else:
        if values.get("amount_kr") is None:
            raise RefusedError(_("Ange kostnadens belopp i kronor."))
        values = dict(values, hours=None, rate_id=None)
    row = row or BudgetRow(project_id=project.id)
    save_row(
        project,
        row,
        dict(values, actor_id=actor.id),
        action=Action.BUDGET_SAVED,
        by=by,
        beneficiary=actor.name,
    )
    return row


def save_cofinancing_row(
    project: Project, row: CoFinancingRow | None, values: dict[str, Any], *, by: User
) -> CoFinancingRow:
    """Save a contribution to the financing: participants' hours, or an amount."""
    if values["kind"] == PARTICIPANTS:
        _check_price(project, PARTICIPANTS)
        if not values.get("hours"):
            raise RefusedError(_("Ange hur många timmar deltagarna är med."))
        values = dict(values, amount_kr=None)
    else:
        if values.get("amount_kr") is None:
            raise RefusedError(_("Ange bidragets belopp i kronor."))
        values = dict(values, hours=None)
    row = row or CoFinancingRow(project_id=project.id)
    save_row(project, row, values, action=Action.BUDGET_SAVED, by=by)
    return row


def _check_price(project: Project, rate_id: str | None) -> None:
    if rate_id not in project.call.unit_costs:
        raise UnknownPriceError(_("Välj en enhetskostnad ur utlysningens tabell. Saknas den, lägg till en ny version."))
