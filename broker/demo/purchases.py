"""Purchases on every route of the workflow, each taken step by step by the services to a state of its own."""

import io
from collections.abc import Mapping, Sequence
from dataclasses import replace

from broker import clock
from broker.accounts.models import User
from broker.demo.purchase_steps import STORIES, Desk, Story
from broker.needs.models import Cohort
from broker.procurement import queries, service
from broker.procurement.frameworks import declining
from broker.procurement.frameworks.models import CallOffModel, FrameworkAgreement
from broker.procurement.models import Purchase
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
        papers = [_paper(kind, documents[kind]["label_sv"], title) for kind in step.papers]
        service.take_step(purchase, step.to, values=step.values, papers=papers, note=step.note, by=by)
    return purchase


def _paper(kind: str, label: str, title: str) -> Paper:
    text = f"{label}\n\n{title}\n\nEtt påhittat dokument, som visar var papperen till ett inköp ligger.\n"
    return Paper(kind, io.BytesIO(text.encode()), f"{label}.txt", "text/plain")


def _vetted(purchase: Purchase) -> dict[int, str]:
    """Give the vetted providers without anything that stops a purchase, those that teach its subject first."""
    found = queries.list_suppliers(purchase, today=clock.today())
    return {row.id: row.name for row in found if may_be_used(row.status) and not row.status.knock_out_problems}
