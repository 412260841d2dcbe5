"""The page of the board."""

from decimal import Decimal

from flask import Blueprint, render_template
from flask_babel import gettext as _

from broker import clock
from broker.access import Permission, requires
from broker.procurement.board import queries

blueprint = Blueprint("purchase_board", __name__, url_prefix="/inkop/tavla", template_folder="../templates")


@blueprint.get("")
@requires(Permission.READ)
def show():
    """Show where purchases stand, what is agreed by month and from whom, and how the providers stand."""
    today = clock.today()
    contracts = queries.list_contracts(today)
    return render_template(
        "purchase_board/show.html",
        today=today,
        columns=queries.list_columns(today),
        labels=_labels(),
        months=queries.sum_by_month(contracts, today),
        bought=queries.sum_by_provider(contracts),
        total=sum((Decimal(row.values["contract_value_sek"]) for row in contracts), Decimal(0)),
        statuses=queries.count_providers(today),
    )


def _labels():
    return {"open": _("Förbereds"), "decision": _("Beslut"), "contract": _("Avtal"), "delivery": _("Genomförs")}
