"""What people do about the comparison: settle how offers will be compared, give points, keep the result as a paper."""

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flask_babel import gettext as _
from sqlalchemy.orm.attributes import flag_modified

from broker import audit, clock, files
from broker.accounts.models import User
from broker.actions import Action
from broker.errors import RefusedError
from broker.extensions import db
from broker.procurement import queries as procurement
from broker.procurement import service as purchases
from broker.procurement import workflow
from broker.procurement.models import Purchase
from broker.procurement.offers import queries
from broker.procurement.offers.comparison import report
from broker.procurement.offers.evaluation import HIGHEST, WHOLE, SheetModel
from broker.procurement.offers.models import OfferCriterion, OfferScore, OfferSheet, PurchaseOffer
from broker.procurement.offers.service import hold, refuse_others, touch, update_purchase
from broker.procurement.service import StepRefusedError
from broker.sentences import N_, Sentence

REPORT = "evaluation_report"


@dataclass(frozen=True)
class Criterion:
    """One quality as it was written: its weight in per cent, or what full marks are worth in öre."""

    name: str
    meaning: str
    weight: int = 0
    worth_ore: int = 0


@dataclass(frozen=True)
class Score:
    """What an offer is given for one quality, and why."""

    points: int
    reason: str


def settle(
    purchase: Purchase,
    model: SheetModel,
    *,
    participants: int,
    price_weight: int,
    criteria: Sequence[Criterion],
    by: User,
) -> OfferSheet:
    """Settle how the offers will be compared; refused once one is in or the last moment has passed.

    To change the rules when the offers are known would treat the tenderers unequally: LOU 4 kap. 1 §, 19 kap. 2 §,
    19 a kap. 8 §.
    """
    hold(purchase)
    refuse_settling(purchase, by)
    weight, rows = check_criteria(model, price_weight, criteria)
    sheet = queries.find_sheet(purchase)
    if sheet is None:
        facts = {"purchase_id": purchase.id, "round": purchase.round}
        sheet = OfferSheet(**facts, model=model, participants=participants, price_weight=weight)
        db.session.add(sheet)
    else:
        sheet.model, sheet.participants, sheet.price_weight = model, participants, weight
        flag_modified(sheet, "participants")
    sheet.criteria = [
        OfferCriterion(name=row.name, meaning=row.meaning, weight=row.weight, worth_ore=row.worth_ore) for row in rows
    ]
    db.session.flush()
    label = Sentence(N_("Kriterier för jämförelsen bestämda: %(model)s"), {"model": Sentence(model.label_key)})
    purchases.note(purchase, label, by=by)
    audit.record(
        Action.SHEET_SETTLED,
        purchase,
        by=by,
        model=model,
        participants=participants,
        price_weight=weight,
        criteria=[[row.name, row.weight, row.worth_ore] for row in rows],
    )
    return sheet


def refuse_settling(purchase: Purchase, by: User) -> None:
    """Refuse to change how offers are compared where there are none, and when it is too late."""
    document = procurement.get_workflow(purchase)
    is_open = document["states"][purchase.state]["kind"] == "open"
    if not (is_open and workflow.takes_offers(document, purchase.route)):
        raise RefusedError(_("Det här inköpet väntar inte på några offerter, så det finns inget att jämföra."))
    if queries.is_undecided(purchase):
        refuse_others(purchase, by)
    if queries.is_settled(purchase):
        raise RefusedError(
            _(
                "Kriterierna är låsta, för en offert är registrerad eller sista tiden har gått ut. Ändras de nu "
                "behandlas anordnarna inte lika (LOU 4 kap. 1 §, 19 kap. 2 §, 19 a kap. 8 §). Måste de ändras, så "
                "avbryt inköpet och gör om det."
            )
        )


def give_points(offer: PurchaseOffer, scores: Mapping[int, Score], *, by: User) -> None:
    """Give an offer its points, each with a reason; who is only present at the opening gives none."""
    purchase = offer.purchase
    hold(purchase)
    refuse_others(purchase, by)
    sheet = queries.find_sheet(purchase)
    if not queries.is_undecided(purchase) or not queries.may_score(purchase, by):
        raise RefusedError(_("Poängen sätts av handläggaren och de som bedömer offerterna, tills beslutet är fattat."))
    if not offer.is_compared or sheet is None or not sheet.criteria:
        raise RefusedError(_("Offerten jämförs inte, eller jämförs bara på pris. Den får inga poäng."))
    refusals = {}
    for criterion in sheet.criteria:
        given = scores.get(criterion.id)
        if given is None or not 0 <= given.points <= HIGHEST:
            refusals[f"points_{criterion.id}"] = _("Välj poäng från 0 till %(highest)s.", highest=HIGHEST)
        elif not given.reason:
            refusals[f"reason_{criterion.id}"] = _("Skriv varför offerten får de poängen.")
    if refusals:
        raise StepRefusedError(refusals)
    known = {row.criterion_id: row for row in queries.list_scores([offer])}
    for criterion in sheet.criteria:
        given = scores[criterion.id]
        row = known.get(criterion.id) or OfferScore(criterion_id=criterion.id, offer_id=offer.id)
        row.points, row.reason = given.points, given.reason
        row.scored_by_id, row.scored_at = by.id, clock.now()
        db.session.add(row)
    flag_modified(offer, "standing")
    db.session.flush()
    update_purchase(purchase)
    audit.record(Action.OFFERS_SCORED, purchase, by=by, offer_id=offer.id)


def keep_report(purchase: Purchase, *, by: User) -> None:
    """Keep the comparison as the evaluation report of the purchase; refuses one in which points are missing."""
    refuse_others(purchase, by)
    sheet, offers = queries.find_sheet(purchase), queries.list_offers(purchase)
    if sheet is None:
        raise RefusedError(_("Inga kriterier är bestämda, så det finns ingen jämförelse att spara."))
    scores = queries.list_scores(offers)
    result = queries.evaluate(sheet, offers, scores)
    if not result.outcomes:
        raise RefusedError(_("Jämförelsen är inte klar. Registrera offerterna och sätt alla poäng först."))
    if not queries.is_undecided(purchase):
        raise RefusedError(_("Beslutet är fattat. Jämförelsen finns i akten till diariet."))
    content = report.write(purchase, sheet, offers, scores, result, on=clock.today())
    if files.hash_of(content) in {row.content_hash for row in files.list_attachments(purchase) if row.kind == REPORT}:
        return
    name = f"Utvärderingsrapport {clock.today().isoformat()}.pdf"
    files.attach(purchase, io.BytesIO(content), file_name=name, media_type="application/pdf", kind=REPORT, by=by)
    touch(purchase)
    audit.record(Action.SHEET_REPORTED, purchase, by=by)


def check_criteria(
    model: SheetModel, price_weight: int, criteria: Sequence[Criterion]
) -> tuple[int, Sequence[Criterion]]:
    """Give the weight of the price and the criteria as they are kept; refuses weights that are not 100 together."""
    if model is SheetModel.LOWEST_PRICE:
        if criteria:
            raise StepRefusedError(
                {"model": _("Vid lägsta pris finns inga kvalitetskriterier. Ta bort dem, eller välj en annan modell.")}
            )
        return WHOLE, []
    names = [row.name.casefold() for row in criteria]
    if len(set(names)) < len(names):
        raise StepRefusedError({}, [_("Två kriterier heter lika. Ge dem olika namn.")])
    if any(not row.meaning for row in criteria):
        raise StepRefusedError({}, [_("Skriv vad varje kriterium betyder, och vad som ger poäng.")])
    if model is SheetModel.DEDUCTION:
        if not criteria or any(row.worth_ore <= 0 for row in criteria):
            raise StepRefusedError({}, [_("Ange minst ett kriterium, och vad full poäng är värd i kronor.")])
        return WHOLE, [Criterion(row.name, row.meaning, 0, row.worth_ore) for row in criteria]
    total = price_weight + sum(row.weight for row in criteria)
    if total != WHOLE or any(row.weight <= 0 for row in criteria):
        raise StepRefusedError(
            {},
            [
                _(
                    "Vikterna blir tillsammans %(total)s %%. Ändra dem så att summan är 100 %%, och varje kriterium "
                    "har en vikt.",
                    total=total,
                )
            ],
        )
    return price_weight, [Criterion(row.name, row.meaning, row.weight) for row in criteria]
