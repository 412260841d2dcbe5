"""Reads the rounds of offers that a purchase has left behind because it had to be done again."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from broker.procurement import showing
from broker.procurement.models import Purchase
from broker.procurement.offers import queries
from broker.procurement.offers.evaluation import Result
from broker.procurement.offers.models import OfferScore, OfferSheet, PurchaseOffer
from broker.procurement.situation import Situation
from broker.reference.queries import text_of


@dataclass(frozen=True)
class EndedRound:
    """One round as it was when it ended: what was filled in, by label, and its offers with how they were compared."""

    number: int
    ended_at: datetime
    facts: Mapping[str, str]
    offers: Sequence[PurchaseOffer]
    people: int | None
    sheet: OfferSheet | None
    scores: Sequence[OfferScore]
    result: Result | None


def list_ended(purchase: Purchase, situation: Situation) -> list[EndedRound]:
    """List the rounds that have ended, the first one first; only for those who may see the offers."""
    if purchase.round == 1:
        return []
    fields, every = situation.document["fields"], queries.list_earlier_offers(purchase)
    sheets = {sheet.round: sheet for sheet in queries.list_earlier_sheets(purchase)}
    points, ended = queries.list_scores(every) if sheets else [], []
    for row in purchase.ended_rounds:
        values = showing.list_values(replace(situation, values=row.values), is_hidden=False)
        sheet = sheets.get(row.number)
        offers = [offer for offer in every if offer.round == row.number]
        keys = {offer.id for offer in offers}
        scores = [score for score in points if score.offer_id in keys]
        ended.append(
            EndedRound(
                number=row.number,
                ended_at=row.ended_at,
                facts={text_of(fields[name]): text for name, text in values.items() if name != "offers_received"},
                offers=offers,
                people=queries.participants_of(purchase, sheet),
                sheet=sheet,
                scores=scores,
                result=queries.evaluate(sheet, offers, scores) if sheet else None,
            )
        )
    return ended
