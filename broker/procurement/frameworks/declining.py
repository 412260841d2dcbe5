"""A supplier's no to a call-off: it is kept with who said it and why, and the call-off goes to the next."""

from datetime import date

from flask_babel import gettext as _

from broker import audit, clock
from broker.accounts.models import User
from broker.actions import Action
from broker.errors import RefusedError
from broker.extensions import db
from broker.procurement import queries as purchases
from broker.procurement import service
from broker.procurement.frameworks import queries, rules
from broker.procurement.frameworks.models import CallOffModel, FrameworkDecline, FrameworkSupplier
from broker.procurement.models import Purchase
from broker.procurement.situation import Situation

_WAITING, _DECLINED = ("framework_checked", "call_off_declined"), "call_off_declined"


def asked_supplier(situation: Situation) -> FrameworkSupplier | None:
    """Give the supplier whose answer the call-off waits for: the one that was asked, or else the next to be asked."""
    framework = situation.framework
    if framework is None or framework.agreement.model is CallOffModel.MINI_COMPETITION:
        return None
    if situation.state == "call_off_sent":
        return framework.supplier(situation.values.get("chosen_provider"))
    if situation.state not in _WAITING:
        return None
    return rules.proposed(framework, day=situation.today, value=rules.amount_of(situation.values))


def note_decline(purchase: Purchase, *, reason: str, said_on: date, said_by: str, by: User) -> FrameworkDecline:
    """Keep the no of the supplier whose turn it is; refuses when no answer is waited for, and a day to come.

    A call-off that was sent goes to its declined state; one that was asked about beforehand stays where it is.
    """
    queries.wait_for_turn([purchase.framework_id])
    situation = purchases.get_situation(purchase, today=clock.today())
    supplier = asked_supplier(situation)
    if supplier is None:
        raise RefusedError(_("Avropet väntar inte på något svar. Gå till inköpet och se vad som är nästa steg."))
    if said_on > situation.today:
        raise RefusedError(_("Ange en dag som inte ligger i framtiden."))
    decline = FrameworkDecline(
        framework_id=supplier.framework_id,
        supplier=supplier,
        purchase_id=purchase.id,
        said_on=said_on,
        said_by=said_by,
        reason=reason,
        noted_by=by,
    )
    db.session.add(decline)
    db.session.flush()
    if situation.state == "call_off_sent":
        service.take_step(purchase, _DECLINED, values={}, note=reason, by=by)
    else:
        aside = purchase.values.get("suppliers_set_aside", [])
        purchase.values = {**purchase.values, "suppliers_set_aside": [*aside, str(supplier.provider_id)]}
    audit.record(Action.CALL_OFF_DECLINED, purchase, by=by, provider=supplier.provider.name)
    audit.record(
        Action.CALL_OFF_DECLINED, supplier.framework, by=by, provider=supplier.provider.name, title=purchase.title
    )
    return decline
