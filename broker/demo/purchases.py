"""Purchases on every route of the workflow, each taken step by step by the services to a state of its own."""

import io
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from broker import clock
from broker.accounts.models import User
from broker.demo.purchase_steps import STORIES, Desk, Offered, Story
from broker.needs.models import Cohort
from broker.procurement import queries, service
from broker.procurement.models import Purchase
from broker.procurement.offers import service as offers
from broker.procurement.service import Paper
from broker.providers.vetting import may_be_used


def add_purchases(cohorts: Sequence[Cohort], *, company_number: str, by: User) -> list[Purchase]:
    """Add the purchases of the organisation in scope: some for these cohorts, some for a company on its own."""
    waiting = list(cohorts)
    added = []
    for story in STORIES:
        cohort = waiting.pop(0) if story.is_for_cohort and waiting else None
        desk = Desk(clock.today(), by.id, {}, company_number, cohort)
        added.append(_add(story, desk, by))
    return added


def _add(story: Story, desk: Desk, by: User) -> Purchase:
    title = f"{story.title}: {desk.cohort.title}" if desk.cohort else story.title
    purchase = service.start_purchase(
        title=title,
        values=story.start(desk),
        route_id=story.route_id,
        route_reason=story.route_reason,
        cohort_id=desk.cohort.id if desk.cohort else None,
        by=by,
    )
    desk = replace(desk, provider_names=_vetted(purchase))
    documents = queries.get_workflow(purchase)["documents"]
    for step in story.steps(desk):
        for offered in step.offers:
            _offer(purchase, offered, desk, by)
        papers = [_paper(kind, documents[kind]["label_sv"], title) for kind in step.papers]
        service.take_step(purchase, step.to, values=step.values, papers=papers, note=step.note, by=by)
    return purchase


def _offer(purchase: Purchase, offered: Offered, desk: Desk, by: User) -> None:
    values = {
        "provider_id": int(desk.providers[offered.place]),
        "bidder_name": None,
        "organisation_number": None,
        "received_at": datetime.fromisoformat(offered.received_at),
        "fixed_price_ore": offered.fixed_kr * 100,
        "price_per_participant_ore": offered.each_kr * 100,
        "valid_to": desk.today + timedelta(days=60),
        "note": None,
    }
    offers.add_offer(purchase, values, by=by)


def _paper(kind: str, label: str, title: str) -> Paper:
    text = f"{label}\n\n{title}\n\nEtt påhittat dokument, som visar var papperen till ett inköp ligger.\n"
    return Paper(kind, io.BytesIO(text.encode()), f"{label}.txt", "text/plain")


def _vetted(purchase: Purchase) -> dict[int, str]:
    """Give the vetted providers without anything that stops a purchase, those that teach its subject first."""
    found = queries.list_suppliers(purchase, today=clock.today())
    return {row.id: row.name for row in found if may_be_used(row.status) and not row.status.knock_out_problems}
