"""Purchases on every route of the workflow, each taken step by step by the services to a state of its own."""

import io
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from broker import clock
from broker.accounts.models import User
from broker.demo.purchase_desk import Desk, Offered, Story
from broker.demo.purchase_steps import STORIES
from broker.needs.models import Cohort
from broker.procurement import queries, service
from broker.procurement.filing import service as filing
from broker.procurement.frameworks import declining
from broker.procurement.frameworks.models import CallOffModel, FrameworkAgreement
from broker.procurement.models import Purchase
from broker.procurement.offers import service as offer_service
from broker.procurement.offers.comparison import service as comparison
from broker.procurement.offers.comparison.service import Criterion, Score
from broker.procurement.offers.evaluation import SheetModel
from broker.procurement.offers.models import PurchaseOffer
from broker.procurement.service import Paper
from broker.providers.vetting import may_be_used

_WHY_NOT_CALLED_OFF = "Ramavtalets leverantörer har inga lediga lärare under perioden."


def add_purchases(
    cohorts: Sequence[Cohort],
    frameworks: Mapping[CallOffModel, FrameworkAgreement],
    *,
    company_number: str,
    by: User,
) -> list[Purchase]:
    """Add the purchases of the organisation in scope: some for these cohorts, some for a company on its own."""
    waiting = list(cohorts)
    added = []
    for story in STORIES:
        cohort = waiting.pop(0) if story.is_for_cohort and waiting else None
        desk = Desk(clock.today(), by.id, {}, company_number, cohort, frameworks)
        added.append(_add(story, desk, by))
    return added


def _add(story: Story, desk: Desk, by: User) -> Purchase:
    title = f"{story.title}: {desk.cohort.title}" if desk.cohort else story.title
    values = story.start(desk)
    topic_id = desk.cohort.topic_id if desk.cohort else None
    is_covered = story.route_id == "direct_award" and queries.list_covering(values, topic_id, today=desk.today)
    purchase = service.start_purchase(
        title=title,
        values=values,
        route_id=story.route_id,
        route_reason=story.route_reason or (_WHY_NOT_CALLED_OFF if is_covered else None),
        cohort_id=desk.cohort.id if desk.cohort else None,
        by=by,
    )
    desk = replace(desk, provider_names=_vetted(purchase))
    documents = queries.get_workflow(purchase)["documents"]
    for step in story.steps(desk):
        if step.to == "call_off_declined":
            said_by = "Kim Exempel, kundansvarig"
            declining.note_decline(purchase, reason=step.note or "", said_on=desk.today, said_by=said_by, by=by)
            continue
        if step.is_compared:
            _compare(purchase, step.offers, desk, by)
        papers = [_paper(kind, documents[kind]["label_sv"], title) for kind in step.papers]
        service.take_step(purchase, step.to, values=step.values, papers=papers, note=step.note, by=by)
    if story.asked_by:
        filing.add_request(purchase, asked_by=story.asked_by, received_on=clock.today(), note=None, by=by)
    return purchase


# How each offer fulfils the two criteria of the demo's comparison.
_GIVEN = (
    ((4, "Två lärare med mer än tio år i yrket."), (3, "Övningar hos anordnaren, inte hos företagen.")),
    ((3, "En lärare med åtta år i yrket."), (5, "Övningar hos varje företag, med uppföljning efter en månad.")),
    ((2, "Lärarnas erfarenhet framgår bara delvis."), (2, "Föreläsningar med en övningsdag.")),
)


def _compare(purchase: Purchase, offers: Sequence[Offered], desk: Desk, by: User) -> None:
    # The criteria were settled while nobody had answered; a purchase of the demo has its last moment behind it.
    closes_at = purchase.values.get("offer_deadline")
    purchase.values = {name: value for name, value in purchase.values.items() if name != "offer_deadline"}
    sheet = comparison.settle(
        purchase,
        SheetModel.WEIGHTED,
        participants=desk.people,
        price_weight=60,
        criteria=[
            Criterion("Lärarnas erfarenhet", "0: framgår inte. 5: minst tio år i yrket för alla lärare.", 25),
            Criterion("Övningar i arbetet", "0: inga. 5: hos varje företag, med uppföljning.", 15),
        ],
        by=by,
    )
    purchase.values = purchase.values | {"offer_deadline": closes_at}
    for offered, given in zip(offers, _GIVEN, strict=True):
        offer = _offer(purchase, offered, desk, by)
        points = zip(sheet.criteria, given, strict=True)
        comparison.give_points(offer, {row.id: Score(*score) for row, score in points}, by=by)


def _offer(purchase: Purchase, offered: Offered, desk: Desk, by: User) -> PurchaseOffer:
    values = {
        "provider_id": int(purchase.values["suppliers_asked"][offered.place]),
        "bidder_name": None,
        "organisation_number": None,
        "received_at": datetime.fromisoformat(offered.received_at),
        "fixed_price_ore": offered.fixed_kr * 100,
        "price_per_participant_ore": offered.each_kr * 100,
        "valid_to": desk.today + timedelta(days=60),
        "note": None,
    }
    return offer_service.add_offer(purchase, values, by=by)


def _paper(kind: str, label: str, title: str) -> Paper:
    text = f"{label}\n\n{title}\n\nEtt påhittat dokument, som visar var papperen till ett inköp ligger.\n"
    return Paper(kind, io.BytesIO(text.encode()), f"{label}.txt", "text/plain")


def _vetted(purchase: Purchase) -> dict[int, str]:
    """Give the vetted providers without anything that stops a purchase, those that teach its subject first."""
    found = queries.list_suppliers(purchase, today=clock.today())
    return {row.id: row.name for row in found if may_be_used(row.status) and not row.status.knock_out_problems}
