"""What people write into the budget: costs of the beneficiaries, and how the project is financed."""

from datetime import date
from typing import Any

from flask_babel import gettext as _

from broker.accounts.models import User
from broker.actions import Action
from broker.errors import RefusedError
from broker.esf.budgets.lines import PARTICIPANTS, PERSONNEL
from broker.esf.budgets.models import BudgetRow, CoFinancingRow
from broker.esf.models import Actor, Project
from broker.esf.service import save_row
from broker.formatting import day


class UnknownPriceError(RefusedError):
    """A unit cost must come from the table of the call."""


def save_budget_row(
    project: Project, row: BudgetRow | None, actor: Actor, values: dict[str, Any], *, by: User
) -> BudgetRow:
    """Save a cost of a beneficiary: hours or a share of full time at a price of the call, or an amount.

    Refuses a beneficiary that may have no costs, a price that is not the call's, and days outside the project's.
    """
    row, values = checked_budget_row(project, row, actor, values)
    save_row(
        project,
        row,
        dict(values, actor_id=actor.id),
        action=Action.BUDGET_SAVED,
        by=by,
        beneficiary=actor.name,
    )
    return row


def checked_budget_row(
    project: Project, row: BudgetRow | None, actor: Actor, values: dict[str, Any]
) -> tuple[BudgetRow, dict[str, Any]]:
    """Give the row with the values it is to have, or refuse what a cost may not be."""
    if not actor.is_beneficiary:
        raise RefusedError(
            _("Lägg kostnaden hos projektägaren eller en samverkanspart: bara de får stöd för kostnader.")
        )
    if values["cost_type"] == PERSONNEL:
        _check_price(project, values.get("rate_id"))
        if values.get("hours") and values.get("share"):
            raise RefusedError(_("Ange antingen timmar eller andel av heltid, och lämna den andra rutan tom."))
        if not (values.get("hours") or values.get("share")):
            raise RefusedError(_("Ange hur många timmar rollen omfattar i hela projektet, eller andelen av heltid."))
        values = dict(values, amount_kr=None, follows_participants=False)
    else:
        if values.get("amount_kr") is None:
            raise RefusedError(_("Ange kostnadens belopp i kronor."))
        values = dict(values, hours=None, share=None, rate_id=None)
    _check_days(project, values.get("starts_on"), values.get("ends_on"))
    return row or BudgetRow(project_id=project.id), values


def save_cofinancing_row(
    project: Project, row: CoFinancingRow | None, values: dict[str, Any], *, by: User
) -> CoFinancingRow:
    """Save a contribution to the financing: participants' hours, or an amount; refuses what is neither."""
    row, values = checked_cofinancing_row(project, row, values)
    save_row(project, row, values, action=Action.BUDGET_SAVED, by=by)
    return row


def checked_cofinancing_row(
    project: Project, row: CoFinancingRow | None, values: dict[str, Any]
) -> tuple[CoFinancingRow, dict[str, Any]]:
    """Give the row with the values it is to have, or refuse what a contribution may not be."""
    if values["kind"] == PARTICIPANTS:
        _check_price(project, PARTICIPANTS)
        if values.get("hours") and values.get("follows_groups"):
            raise RefusedError(_("Lämna timmarna tomma när raden följer utbildningsgrupperna."))
        if not (values.get("hours") or values.get("follows_groups")):
            raise RefusedError(
                _("Ange hur många timmar deltagarna är med, eller låt raden följa utbildningsgrupperna.")
            )
        values = dict(values, amount_kr=None)
    else:
        if values.get("amount_kr") is None:
            raise RefusedError(_("Ange bidragets belopp i kronor."))
        values = dict(values, hours=None, follows_groups=False)
    _check_days(project, values.get("starts_on"), values.get("ends_on"))
    if values.get("actor_id"):
        values = dict(values, contributor=None)
    return row or CoFinancingRow(project_id=project.id), values


def _check_price(project: Project, rate_id: str | None) -> None:
    if rate_id not in project.call.unit_costs:
        raise UnknownPriceError(_("Välj en enhetskostnad ur utlysningens tabell. Saknas den, lägg till en ny version."))


def _check_days(project: Project, starts_on: date | None, ends_on: date | None) -> None:
    first, last = starts_on or project.starts_on, ends_on or project.ends_on
    if not project.starts_on <= first <= last <= project.ends_on:
        raise RefusedError(
            _(
                "Ange dagar i ordning inom projektets tid, från %(first)s till %(last)s.",
                first=day(project.starts_on),
                last=day(project.ends_on),
            )
        )
