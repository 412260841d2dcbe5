"""What a notice must say, from the lists of the workflow, with what is known and what is missing."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _

from broker.formatting import organisation_number
from broker.procurement import workflow
from broker.procurement.filing.queries import Dossier
from broker.procurement.offers.models import PurchaseOffer, Standing
from broker.procurement.situation import get_route


@dataclass(frozen=True)
class NoticeText:
    """A notice: its name and law, its rows to copy, and the fields that are missing."""

    id: str
    label: str
    law: str
    rows: tuple[tuple[str, str], ...]
    missing: tuple[str, ...]

    @property
    def text(self) -> str:
        """Give the rows as one text to copy."""
        return "\n".join(f"{label}: {value}" for label, value in self.rows)


def list_notices(dossier: Dossier) -> list[NoticeText]:
    """List the notices of a purchase on a procurement route; none while what they say is secret."""
    if not dossier.situation.route["is_procurement"] or dossier.is_secret:
        return []
    labels = {"post_award_notice": _("Efterannons"), "intent_notice": _("Annons om avsikt")}
    # An intent to award without competition is announced for a direct award alone: LOU 19 a kap. 9 §.
    names = labels if dossier.purchase.route == "direct_award" else ["post_award_notice"]
    return [_notice(dossier, name, labels[name]) for name in names]


def fields_of_notices(document: Mapping[str, Any], route_id: str) -> list[str]:
    """List what the notices must say that no step of the route asks for."""
    asked = {
        name
        for row in workflow.transitions(get_route(document, route_id))
        for demand in (row, *row.get("conditional", []))
        for name in demand.get("requires_fields", [])
    }
    wanted = [name for notice in ("post_award_notice", "intent_notice") for name in document[notice]["contents"]]
    if not get_route(document, route_id)["is_procurement"]:
        return []
    return [name for name in dict.fromkeys(wanted) if name not in asked and name not in workflow.OFFER_FIELDS]


def _notice(dossier: Dossier, notice_id: str, label: str) -> NoticeText:
    definition = dossier.situation.document[notice_id]
    rows = [(name, _value(dossier, name)) for name in definition["contents"]]
    return NoticeText(
        id=notice_id,
        label=label,
        # What follows the paragraph is a remark to whoever reads the file of rules.
        law=definition["law"],
        rows=tuple((dossier.label(name), value) for name, value in rows if value),
        missing=tuple(dossier.label(name) for name, value in rows if not value),
    )


def _value(dossier: Dossier, name: str) -> str:
    if name == "offers_received" and dossier.offers:
        return _tenders(dossier)
    if name == "chosen_provider" and (chosen := next(_chosen(dossier), None)):
        return _bidder(chosen)
    return dossier.shown.get(name, "")


def _tenders(dossier: Dossier) -> str:
    received = [row for row in dossier.offers if row.standing is not Standing.WITHDRAWN]
    won = {row.id for row in _chosen(dossier)}
    lost = ", ".join(_bidder(row) for row in received if row.id not in won)
    return _("%(count)s. Fick inte avtalet: %(names)s", count=len(received), names=lost or _("ingen"))


def _chosen(dossier: Dossier) -> Iterator[PurchaseOffer]:
    chosen = str(dossier.situation.values.get("chosen_provider") or "")
    return (row for row in dossier.offers if row.is_compared and str(row.provider_id) == chosen)


def _bidder(offer: PurchaseOffer) -> str:
    number = organisation_number(offer.organisation_number)
    return f"{offer.bidder_name} ({number})" if number else offer.bidder_name
