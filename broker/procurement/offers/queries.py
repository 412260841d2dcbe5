"""Reads the offers of a purchase, and decides who may see them."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import joinedload

from broker import clock
from broker.accounts.models import User
from broker.errors import NotFoundError
from broker.extensions import db
from broker.procurement import queries as procurement
from broker.procurement import workflow
from broker.procurement.models import Purchase
from broker.procurement.offers.evaluation import Bid, Quality, Result, compare
from broker.procurement.offers.models import OfferReader, OfferScore, OfferSheet, PurchaseOffer, ReaderPart
from broker.procurement.offers.prices import price_of_offer
from broker.procurement.service import people_bought_for
from broker.procurement.situation import closing_field, get_route, waits_for_offers


def sees_offers(purchase: Purchase, user: User) -> bool:
    """Tell whether somebody sees the offers: everybody once it is decided, before that those who handle or assess them.

    Tenders are absolutely secret until the decision, also inside the authority: OSL 19 kap. 3 §.
    """
    if user.id == purchase.handler_id:
        return True
    if not hides_offers(purchase):
        return True
    query = select(OfferReader.id).where(OfferReader.purchase_id == purchase.id, OfferReader.user_id == user.id)
    return db.session.scalar(query) is not None


def hides_offers(purchase: Purchase) -> bool:
    """Tell whether the offers are secret where the purchase stands."""
    return workflow.hides_offers(procurement.get_workflow(purchase), purchase.route, purchase.state)


def is_undecided(purchase: Purchase) -> bool:
    """Tell whether offers can come in or be judged where the purchase stands."""
    return workflow.receives_offers(procurement.get_workflow(purchase), purchase.route, purchase.state)


def list_readers(purchase: Purchase) -> list[OfferReader]:
    """List whom the handler lets see the offers."""
    query = select(OfferReader).options(joinedload(OfferReader.user)).where(OfferReader.purchase_id == purchase.id)
    return list(db.session.scalars(query.order_by(OfferReader.id)))


def list_offers(purchase: Purchase) -> list[PurchaseOffer]:
    """List the offers of the present round of a purchase in the order in which they came."""
    return _offers(purchase, PurchaseOffer.round == purchase.round)


def list_earlier_offers(purchase: Purchase) -> list[PurchaseOffer]:
    """List the offers of the rounds that have ended, in the order in which they came."""
    return _offers(purchase, PurchaseOffer.round < purchase.round)


def get_offer(purchase: Purchase, offer_id: int) -> PurchaseOffer:
    """Give an offer of the present round of this purchase, or raise NotFoundError."""
    query = select(PurchaseOffer).where(
        PurchaseOffer.id == offer_id, PurchaseOffer.purchase_id == purchase.id, PurchaseOffer.round == purchase.round
    )
    offer = db.session.scalars(query).one_or_none()
    if offer is None:
        raise NotFoundError
    return offer


def has_offers(purchase: Purchase) -> bool:
    """Tell whether any offer has been registered in any round, whatever became of it."""
    query = select(PurchaseOffer.id).where(PurchaseOffer.purchase_id == purchase.id).limit(1)
    return db.session.scalar(query) is not None


def find_sheet(purchase: Purchase) -> OfferSheet | None:
    """Give how the offers of the present round will be compared, if that is settled."""
    return next(iter(_sheets(purchase, OfferSheet.round == purchase.round)), None)


def list_earlier_sheets(purchase: Purchase) -> Sequence[OfferSheet]:
    """List how the offers of the rounds that have ended were compared."""
    return _sheets(purchase, OfferSheet.round < purchase.round)


def list_scores(offers: Iterable[PurchaseOffer]) -> Sequence[OfferScore]:
    """List what these offers were given."""
    query = select(OfferScore).where(OfferScore.offer_id.in_([offer.id for offer in offers]))
    return db.session.scalars(query.order_by(OfferScore.id)).all()


def route_of(purchase: Purchase) -> Mapping[str, Any]:
    """Give the route of the workflow that a purchase follows."""
    return get_route(procurement.get_workflow(purchase), purchase.route)


def closes_at(purchase: Purchase) -> datetime | None:
    """Give the last moment for offers on the route of a purchase, if one is set."""
    name = closing_field(route_of(purchase))
    if not name or not (stated := purchase.values.get(name)):
        return None
    moment = datetime.fromisoformat(stated)
    return moment if moment.tzinfo else moment.replace(tzinfo=clock.SWEDEN)


def may_move_closing(purchase: Purchase) -> bool:
    """Tell whether the last moment for offers can still be moved: while they come in, until it has passed."""
    closing = closes_at(purchase)
    return closing is not None and closing > clock.now() and waits_for_offers(route_of(purchase), purchase.state)


def participants_of(purchase: Purchase, sheet: OfferSheet | None) -> int | None:
    """Give for how many a price per participant is counted: as settled for the comparison, planned, or in the group."""
    if sheet is not None:
        return sheet.participants
    planned = purchase.values.get("participants_planned")
    if planned:
        return int(planned)
    return people_bought_for(purchase.cohort) if purchase.cohort is not None else None


def may_score(purchase: Purchase, user: User) -> bool:
    """Tell whether somebody gives the offers their points: the handler, and who is named to assess them."""
    if user.id == purchase.handler_id:
        return True
    is_assessor = OfferReader.user_id == user.id, OfferReader.part == ReaderPart.ASSESSOR
    query = select(OfferReader.id).where(OfferReader.purchase_id == purchase.id, *is_assessor)
    return db.session.scalar(query) is not None


def is_settled(purchase: Purchase) -> bool:
    """Tell whether it is too late to change how offers are compared: one is in, or the last moment has passed."""
    closing = closes_at(purchase)
    is_over = closing is not None and closing <= clock.now()
    return is_over or bool(purchase.values.get("offers_received")) or bool(list_offers(purchase))


def evaluate(sheet: OfferSheet, offers: Sequence[PurchaseOffer], scores: Iterable[OfferScore]) -> Result:
    """Compare those of the offers that are to be compared, by the sheet."""
    points: dict[int, dict[int, int]] = {}
    for score in scores:
        points.setdefault(score.offer_id, {})[score.criterion_id] = score.points
    bids = [
        Bid(offer.id, offer.bidder_name, price.ore, points.get(offer.id, {}))
        for offer in offers
        if offer.is_compared and (price := price_of_offer(offer, sheet.participants))
    ]
    qualities = [Quality(row.id, row.name, row.weight, row.worth_ore) for row in sheet.criteria]
    return compare(sheet.model, sheet.price_weight, qualities, bids)


def _offers(purchase: Purchase, which: ColumnElement[bool]) -> list[PurchaseOffer]:
    query = select(PurchaseOffer).options(joinedload(PurchaseOffer.attachment))
    found = query.where(PurchaseOffer.purchase_id == purchase.id, which)
    return list(db.session.scalars(found.order_by(PurchaseOffer.received_at, PurchaseOffer.id)))


def _sheets(purchase: Purchase, which: ColumnElement[bool]) -> Sequence[OfferSheet]:
    query = select(OfferSheet).options(joinedload(OfferSheet.criteria))
    return db.session.scalars(query.where(OfferSheet.purchase_id == purchase.id, which)).unique().all()
