"""What an offer costs for the whole group, with the arithmetic as people would write it."""

from dataclasses import dataclass

from flask_babel import gettext as _

from broker.formatting import number, ore
from broker.procurement.offers.models import PurchaseOffer
from broker.providers.prices import PriceModel, model_of, price_of


@dataclass(frozen=True)
class OfferPrice:
    """The comparison price of an offer in öre, and how it was worked out."""

    ore: int
    working: str


def price_of_offer(offer: PurchaseOffer, people: int | None) -> OfferPrice | None:
    """Give what an offer costs a group of so many; None when its price counts heads and nobody knows how many."""
    model = model_of(offer)
    if model is PriceModel.PER_GROUP:
        return OfferPrice(price_of(offer, 0), _("%(fixed)s per grupp", fixed=ore(offer.fixed_price_ore)))
    if people is None:
        return None
    total = price_of(offer, people)
    facts = {
        "fixed": ore(offer.fixed_price_ore),
        "each": ore(offer.price_per_participant_ore),
        "people": number(people),
        "total": ore(total),
    }
    if model is PriceModel.PER_PARTICIPANT:
        return OfferPrice(total, _("%(people)s × %(each)s = %(total)s", **facts))
    return OfferPrice(total, _("%(fixed)s + %(people)s × %(each)s = %(total)s", **facts))
