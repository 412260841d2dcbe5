"""The comparison of offers as a part of a document, and as a PDF of its own, in Swedish."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date

from broker.documents import pdf
from broker.documents.blocks import Block, Grid, Heading, Notice, Text, writable
from broker.formatting import in_swedish, moment, number, ore, organisation_number, say
from broker.procurement.models import Purchase
from broker.procurement.offers.evaluation import HIGHEST, Result, SheetModel, in_words
from broker.procurement.offers.models import OfferScore, OfferSheet, PurchaseOffer
from broker.procurement.offers.prices import price_of_offer

SECRECY = "Sekretess enligt OSL 19 kap. 3 § tills beslutet är fattat."


@in_swedish()
def write(
    purchase: Purchase,
    sheet: OfferSheet,
    offers: Sequence[PurchaseOffer],
    scores: Iterable[OfferScore],
    result: Result,
    *,
    on: date,
) -> bytes:
    """Give the evaluation report as a PDF, marked as secret; the same facts give the same bytes."""
    title = writable(f"Utvärdering: {purchase.title}")
    blocks = [
        Heading(1, title),
        Notice(SECRECY),
        Grid(
            ("Uppgift", "Värde"),
            (
                ("Diarienummer", writable(purchase.values.get("diary_number") or "Saknas")),
                ("Handläggare", writable(purchase.handler.name)),
            ),
        ),
        Heading(2, "Offerter"),
        offers_grid(offers, sheet.participants),
        *comparison(sheet, offers, scores, result),
    ]
    return pdf.render(blocks, title=title, subject="Utvärderingsrapport", created_on=on)


def offers_grid(offers: Sequence[PurchaseOffer], people: int | None) -> Grid:
    """Give every offer with when it came, its price with the arithmetic, and whether it is compared."""
    return Grid(
        ("Anordnare", "Org.nr", "Kom in", "Pris exkl. moms", "Jämförpris", "Läge"),
        tuple(_offer_row(offer, people) for offer in offers),
        numeric=frozenset({4}),
    )


def comparison(
    sheet: OfferSheet, offers: Sequence[PurchaseOffer], scores: Iterable[OfferScore], result: Result
) -> Iterator[Block]:
    """Give the criteria, the points with their reasons, every line of the arithmetic, and the places."""
    yield Heading(2, "Hur offerterna jämförs")
    yield Text(writable(f"{sheet.model.label}. {sheet.model.rule}"))
    people = number(sheet.participants)
    yield Text(f"Priset räknas för {people} deltagare. Kriterierna bestämdes innan någon offert var känd.")
    if sheet.criteria or sheet.model is SheetModel.WEIGHTED:
        yield _criteria(sheet)
    names = {offer.id: offer.bidder_name for offer in offers}
    criteria = {row.id: row.name for row in sheet.criteria}
    rows = tuple(
        (writable(names[row.offer_id]), writable(criteria[row.criterion_id]), str(row.points), writable(row.reason))
        for row in scores
        if row.offer_id in names and row.criterion_id in criteria
    )
    if rows:
        yield Heading(3, f"Poäng, 0 till {HIGHEST}")
        yield Grid(("Anordnare", "Kriterium", "Poäng", "Skäl"), rows, numeric=frozenset({2}))
    yield Heading(2, "Resultat")
    if not result.outcomes:
        yield Text("Jämförelsen är inte gjord: offerter eller poäng saknas.")
        return
    yield Grid(
        ("Plats", "Anordnare", "Rad", "Uträkning", "Resultat"),
        tuple(_lines(result)),
        numeric=frozenset({4}),
    )
    first = [bid.name for bid in result.first]
    yield Text(writable(f"Först: {first[0]}." if len(first) == 1 else f"Lika på första plats: {', '.join(first)}."))


def _criteria(sheet: OfferSheet) -> Grid:
    if sheet.model is SheetModel.DEDUCTION:
        rows = [(row.name, row.meaning, ore(row.worth_ore)) for row in sheet.criteria]
        heading = "Värde av full poäng"
    else:
        rows = [("Pris", "Lägsta jämförpris ger full vikt.", f"{sheet.price_weight} %")]
        rows += [(row.name, row.meaning, f"{row.weight} %") for row in sheet.criteria]
        heading = "Vikt"
    written = tuple((writable(name), writable(meaning), value) for name, meaning, value in rows)
    return Grid(("Kriterium", "Betyder", heading), written, numeric=frozenset({2}))


def _lines(result: Result) -> Iterator[tuple[str, ...]]:
    for row in result.outcomes:
        name = writable(row.bid.name)
        for line in row.lines:
            yield "", name, writable(line.label), line.working, in_words(result.model, line.result)
        yield str(row.place), name, "Summa", "", result.total_in_words(row)


def _offer_row(offer: PurchaseOffer, people: int | None) -> tuple[str, ...]:
    price = price_of_offer(offer, people)
    standing = ": ".join(filter(None, [str(offer.standing.label), say(offer.standing_reason)]))
    return (
        writable(offer.bidder_name),
        organisation_number(offer.organisation_number),
        moment(offer.received_at),
        price.working if price else "Antalet deltagare är inte känt",
        ore(price.ore) if price else "",
        writable(standing),
    )
