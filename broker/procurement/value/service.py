"""What people do about the value of a purchase: add and remove its parts, choose how they are reckoned, show it."""

import io
from collections.abc import Collection, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any

from flask_babel import gettext as _

from broker import audit, clock, files
from broker.accounts.models import User
from broker.actions import Action
from broker.errors import RefusedError
from broker.procurement import queries, workflow
from broker.procurement.frameworks.queries import wait_for_turn
from broker.procurement.models import Purchase
from broker.procurement.offers.service import refuse_others_while_undecided
from broker.procurement.situation import Situation
from broker.procurement.value import report
from broker.procurement.value.parts import PARTS, Part, PartKind, parts_of, to_stored
from broker.procurement.value.queries import Similar, list_similar
from broker.procurement.value.rules import basis_of, calculate, has_rules, is_recurring

PAPER = "value_calculation"
_MOST_PARTS = 60


def may_value(purchase: Situation) -> bool:
    """Tell whether the value may still be reckoned: in a procurement that is open, before offers are in."""
    return has_rules(purchase) and workflow.may_change_route(purchase)


def add_part(purchase: Purchase, part: Part, *, by: User) -> None:
    """Add one amount and reckon the value anew; refuses once offers are in, and a purchase with very many parts."""
    parts = _open_parts(purchase, by)
    if len(parts) >= _MOST_PARTS:
        raise RefusedError(_("Värdet har redan %(count)s delar. Slå ihop några av dem först.", count=_MOST_PARTS))
    _keep(purchase, [*parts, part], by=by)


def remove_part(purchase: Purchase, place: int, *, by: User) -> Part:
    """Take away the amount at a place, counted from 0, and reckon the value anew."""
    parts = _open_parts(purchase, by)
    if not 0 <= place < len(parts):
        raise RefusedError(_("Delen finns inte längre. Ladda om sidan och försök igen."))
    removed = parts.pop(place)
    _keep(purchase, parts, by=by)
    return removed


def answer_option(purchase: Purchase, place: int, *, is_used: bool, by: User) -> Part:
    """Note, once, whether an option of a signed contract was used; its time then runs on, or it lapses."""
    parts = parts_of(purchase.values)
    if not 0 <= place < len(parts) or parts[place].kind is not PartKind.OPTION:
        raise RefusedError(_("Optionen finns inte längre. Ladda om sidan och försök igen."))
    if not purchase.values.get("contract_date"):
        raise RefusedError(_("Teckna avtalet först. En option finns först när avtalet gör det."))
    if parts[place].is_used is not None:
        raise RefusedError(_("Optionen är redan besvarad. Ladda om sidan."))
    answered = replace(parts[place], is_used=is_used)
    purchase.values = {**purchase.values, PARTS: to_stored([*parts[:place], answered, *parts[place + 1 :]])}
    audit.record(Action.PURCHASE_OPTION, purchase, by=by, text=answered.text, is_used=is_used)
    return answered


def settle(
    purchase: Purchase,
    *,
    basis: str,
    similar_ids: Collection[int],
    split_reason: str | None,
    is_whole: bool,
    by: User,
) -> None:
    """Choose the basis and which contracts of ours are similar; the value and what the guards ask for follow."""
    parts = [part for part in _open_parts(purchase, by) if part.purchase_id is None]
    situation = queries.get_situation(purchase, today=clock.today(), attachments=())
    if basis not in situation.document["value_bases"]:
        raise RefusedError(_("Välj hur värdet räknas bland alternativen i listan."))
    found = [row for row in list_similar(purchase, situation) if row.purchase_id in similar_ids]
    values = {
        "value_basis": basis,
        "recurring": is_recurring(basis),
        "split_reason": split_reason,
        "value_includes_options": is_whole,
    }
    _keep(purchase, [*parts, *map(_part_of, found)], by=by, values=values)


def attach_calculation(purchase: Purchase, *, organisation: str, by: User) -> files.Attachment:
    """Add the calculation as a PDF to the papers of the purchase; refuses while the value is nothing."""
    situation = queries.get_situation(purchase, today=clock.today(), attachments=())
    parts = list_parts(purchase)
    if not parts:
        raise RefusedError(_("Lägg till värdets delar först, så finns det något att visa."))
    calculation = calculate(situation.document, basis_of(situation), parts)
    content = report.write(purchase, situation, calculation, organisation=organisation)
    return files.attach(
        purchase,
        io.BytesIO(content),
        file_name=f"Värdeberäkning {clock.today():%Y-%m-%d}.pdf",
        media_type="application/pdf",
        kind=PAPER,
        by=by,
    )


def list_parts(purchase: Purchase) -> list[Part]:
    """List the parts of the value; a value that was typed when the purchase started is its first part."""
    typed, parts = purchase.values.get("value_sek"), parts_of(purchase.values)
    return parts if parts or not typed else [Part(PartKind.PRICE, purchase.title, Decimal(typed))]


def _open_parts(purchase: Purchase, by: User) -> list[Part]:
    refuse_others_while_undecided(purchase, by)
    if not may_value(queries.get_situation(purchase, today=clock.today(), attachments=())):
        raise RefusedError(
            _("Värdet kan inte räknas om här: det uppskattas innan anbud kommer in (LOU 5 kap.). Se inköpets steg.")
        )
    return list_parts(purchase)


def _keep(purchase: Purchase, parts: Sequence[Part], *, by: User, values: dict[str, Any] | None = None) -> None:
    wait_for_turn([purchase.framework_id])
    situation = queries.get_situation(purchase, today=clock.today(), attachments=()).with_values(values or {})
    calculation = calculate(situation.document, basis_of(situation), parts)
    new = {
        **situation.to_keep(),
        PARTS: to_stored(parts),
        "value_sek": str(calculation.value) if calculation.value > 0 else None,
    }
    # That there are no similar contracts is an answer, which only the choice of them gives.
    if values is not None or situation.has("similar_value_12m_sek"):
        similar = (part.amount for part in parts if part.kind is PartKind.SIMILAR)
        new["similar_value_12m_sek"] = str(sum(similar, Decimal(0)))
    # What a step was taken on must stay so: the limit for direct award and a ceiling are asked once, on the way there.
    taken = {(step.from_state, step.to_state) for step in purchase.steps}
    if broken := workflow.list_newly_broken(situation, situation.with_values(new), taken):
        raise RefusedError(" ".join(broken))
    purchase.values = {name: value for name, value in new.items() if value not in (None, "")}
    audit.record(Action.PURCHASE_VALUED, purchase, by=by, value=str(calculation.value), law=calculation.law)


def _part_of(similar: Similar) -> Part:
    return replace(Part(PartKind.SIMILAR, similar.title, similar.amount), purchase_id=similar.purchase_id)
