"""What nobody may be told: offers of purchases that are not decided yet."""

from collections.abc import Iterable
from typing import Any, Protocol, TypeVar

from sqlalchemy import select

from broker.audit import AuditEvent
from broker.extensions import db
from broker.extracts.kinds import Kind
from broker.files import Attachment
from broker.procurement.filing.models import ReasonsRequest
from broker.procurement.models import Purchase
from broker.procurement.offers.models import OfferSheet, PurchaseOffer
from broker.procurement.offers.queries import hides_offers

_THROUGH: dict[str, type[Any]] = {"offer_id": PurchaseOffer, "sheet_id": OfferSheet}
# What a file or an event can be about that belongs to a purchase.
_SUBJECTS: dict[str, type[Any]] = {model.__tablename__: model for model in (PurchaseOffer, OfferSheet, ReasonsRequest)}


class Found(Protocol):
    """A row that was found, with its kind."""

    kind: Kind
    row: Any


Hit = TypeVar("Hit", bound=Found)


def without_secret_offers(hits: Iterable[Hit]) -> list[Hit]:
    """Leave out what tells of offers before the decision: OSL 19 kap. 3 §, and dataskyddslagen 5 kap. 1 §.

    Whoever handles the purchase sees them, but an extract is made for somebody else.
    """
    hits = list(hits)
    purchases = _purchases_of(hits)
    wanted = set(purchases.values()) - {None}
    if not wanted:
        return hits
    rows = db.session.scalars(select(Purchase).where(Purchase.id.in_(wanted)))
    open_ones = {purchase.id for purchase in rows if not hides_offers(purchase)}
    return [hit for place, hit in enumerate(hits) if purchases.get(place) is None or purchases[place] in open_ones]


def _purchases_of(hits: list[Any]) -> dict[int, int | None]:
    """Give the purchase of each hit that belongs to one, by its place."""
    found: dict[int, int | None] = {}
    indirect: dict[type[Any], dict[int, int]] = {}
    for place, hit in enumerate(hits):
        if hit.kind.model in (Attachment, AuditEvent) and hit.row.subject_type == Purchase.__tablename__:
            found[place] = hit.row.subject_id
        elif hit.kind.model in (Attachment, AuditEvent) and hit.row.subject_type in _SUBJECTS:
            indirect.setdefault(_SUBJECTS[hit.row.subject_type], {})[place] = hit.row.subject_id
        elif hit.kind.purchase in _THROUGH:
            indirect.setdefault(_THROUGH[hit.kind.purchase], {})[place] = getattr(hit.row, hit.kind.purchase)
        elif hit.kind.purchase:
            found[place] = getattr(hit.row, hit.kind.purchase)
    for model, keys in indirect.items():
        query = select(model.id, model.purchase_id).where(model.id.in_(set(keys.values())))
        purchases: dict[int, int] = dict(db.session.execute(query).all())
        found |= {place: purchases.get(key) for place, key in keys.items()}
    return found
