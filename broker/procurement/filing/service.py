"""What people do for the registry: hand out the file, note requests for the reasons and their answers."""

import re
from collections.abc import Mapping
from datetime import date
from typing import Any

from flask_babel import gettext as _

from broker import audit, clock, files
from broker.accounts.models import User
from broker.actions import Action
from broker.errors import RefusedError
from broker.extensions import db
from broker.procurement import queries as procurement
from broker.procurement import workflow
from broker.procurement.filing import queries
from broker.procurement.filing.models import ReasonsRequest
from broker.procurement.filing.notices import fields_of_notices
from broker.procurement.filing.queries import Dossier
from broker.procurement.models import Purchase
from broker.procurement.service import StepRefusedError, filled

# The code of a county, as Eurostat writes it.
_NUTS = re.compile(r"SE[1-3][1-3][0-9]")


def record_filing(dossier: Dossier, file_type: str, *, by: User) -> None:
    """Write down that the file was handed out; refuses one with nothing in it, or with a paper that is lost."""
    if dossier.is_empty:
        raise RefusedError(
            _("Det finns inget att lämna till diariet än. Ta inköpet till nästa steg, eller lägg till ett dokument.")
        )
    lost = [
        row.attachment.file_name for row in dossier.papers if not files.path_of(row.attachment.content_hash).exists()
    ]
    if lost:
        raise RefusedError(
            _("Filen %(name)s saknas på servern. Be den som driver Broker att återställa den.", name=lost[0])
        )
    papers = [row.attachment.id for row in dossier.papers]
    audit.record(
        Action.PURCHASE_FILED, dossier.purchase, by=by, file_type=file_type, papers=papers, secret=dossier.is_secret
    )


def complete_notice(purchase: Purchase, values: Mapping[str, Any], *, by: User) -> None:
    """Keep what the notices must say and no step asks for; refuses a place of delivery that is no Swedish code."""
    allowed = fields_of_notices(procurement.get_workflow(purchase), purchase.route)
    answers = {name: value for name, value in filled(values).items() if name in allowed}
    code = str(answers.get("nuts_code", "")).upper()
    if code and not _NUTS.fullmatch(code):
        raise StepRefusedError({"nuts_code": _("Skriv NUTS-koden som SE och tre tecken, till exempel SE122.")})
    if code:
        answers["nuts_code"] = code
    audit.record(Action.NOTICE_COMPLETED, purchase, by=by, fields=sorted(answers))
    purchase.values = {name: value for name, value in purchase.values.items() if name not in allowed} | answers


def add_request(purchase: Purchase, *, asked_by: str, received_on: date, note: str | None, by: User) -> ReasonsRequest:
    """Note that a tenderer asked for the reasons; refused before the decision, when there are none to give."""
    document = procurement.get_workflow(purchase)
    is_open = document["states"][purchase.state]["kind"] == "open"
    if is_open or workflow.is_secret(document, purchase.state):
        raise RefusedError(_("Skälen lämnas när beslutet är fattat. Ta inköpet till beslutet först."))
    if received_on > clock.today():
        raise StepRefusedError({"received_on": _("Ange en dag som inte ligger i framtiden.")})
    row = ReasonsRequest(
        purchase_id=purchase.id, asked_by=asked_by, received_on=received_on, note=note, registered_by_id=by.id
    )
    db.session.add(row)
    _update(purchase)
    audit.record(Action.REASONS_REQUESTED, purchase, by=by, request_id=row.id)
    return row


def answer_request(purchase: Purchase, row: ReasonsRequest, *, answered_on: date, note: str | None, by: User) -> None:
    """Note when the reasons were given, not before they were asked for."""
    if answered_on < row.received_on:
        raise StepRefusedError({"answered_on": _("Svaret kan inte ligga före begäran. Rätta dagen.")})
    row.answered_on, row.note = answered_on, note
    _update(purchase)
    audit.record(Action.REASONS_GIVEN, purchase, by=by, request_id=row.id)


def _update(purchase: Purchase) -> None:
    # The time to answer is computed from the values of a purchase, as every other: by the request that waits longest.
    db.session.flush()
    rows = queries.list_requests(purchase)
    waiting = [row for row in rows if row.answered_on is None]
    values = dict(purchase.values)
    values["reasons_requested_on"] = (waiting or rows[-1:])[0].received_on.isoformat()
    values["reasons_answered_on"] = (
        None if waiting else max(row.answered_on.isoformat() for row in rows if row.answered_on)
    )
    purchase.values = values
