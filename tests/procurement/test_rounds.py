"""A procurement that has to be done again: a new round of offers, and the one that ended stays as it was."""

import io
from datetime import date

import pytest
from pypdf import PdfReader

from broker import files
from broker.extensions import db
from broker.procurement import queries, service, workflow
from broker.procurement.filing.queries import gather
from broker.procurement.filing.report import write
from broker.procurement.offers import queries as offer_queries
from broker.procurement.offers.comparison import service as comparison
from broker.procurement.offers.comparison.service import Criterion
from broker.procurement.offers.evaluation import SheetModel
from broker.procurement.service import Paper
from tests import factories_procurement as factories

TODAY = date(2026, 5, 4)
JUDGED = {"review_outcome": "redo", "review_decision_date": "2026-04-20"}


@pytest.fixture
def reviewed(scope, user):
    """Give an advertised procurement under review, with an offer, how it was compared, and the papers so far."""
    row = factories.purchase(by=user, route_id="advertised_chapter_19", state="advertised")
    settle(row, by=user)
    factories.offer(row, by=user, name="Svets och Form AB")
    for kind in ("procurement_documents", "award_decision"):
        files.attach(row, io.BytesIO(b"%PDF x"), file_name=f"{kind}.pdf", media_type="", kind=kind, by=user)
    row.state = "under_review"
    row.values = row.values | {
        "tender_deadline": "2026-03-20T12:00:00+01:00",
        "award_reason": "Bäst pris.",
        "decision_date": "2026-03-25",
        "notice_sent_date": "2026-03-26",
        "standstill_end": "2026-04-07",
        "review_case": "123-26",
        "diary_number": "BUN 2026/7",
    }
    db.session.commit()
    return row


def settle(row, *, by):
    criteria = [Criterion("Lärare", "Hur länge läraren har svetsat", weight=40)]
    comparison.settle(row, SheetModel.WEIGHTED, participants=12, price_weight=60, criteria=criteria, by=by)
    db.session.commit()


def redo(row, *, by):
    service.take_step(row, "documents_drafting", values=JUDGED, by=by)
    db.session.commit()


def situation(row):
    return queries.get_situation(row, today=TODAY)


def test_what_is_done_again_begins_without_the_offers_and_papers_of_before(reviewed, user):
    redo(reviewed, by=user)

    assert (reviewed.round, offer_queries.list_offers(reviewed), offer_queries.find_sheet(reviewed)) == (2, [], None)
    assert reviewed.values["diary_number"] == "BUN 2026/7"
    assert not reviewed.values.keys() & set(workflow.cleared_by_round(situation(reviewed)))
    advertise = workflow.find_step(situation(reviewed), "advertised")
    assert "procurement_documents" in advertise.missing_papers
    settle(reviewed, by=user)
    assert offer_queries.find_sheet(reviewed).round == 2


def test_offers_of_the_new_round_stand_for_themselves(reviewed, user):
    redo(reviewed, by=user)
    reviewed.state = "advertised"
    db.session.commit()
    factories.offer(reviewed, by=user, name="Svets och Form AB")

    assert [row.round for row in offer_queries.list_offers(reviewed)] == [2]
    assert [row.round for row in offer_queries.list_earlier_offers(reviewed)] == [1]
    assert len(reviewed.values["offers_received"]) == 1


def test_the_round_that_ended_can_be_read_and_filed(client, reviewed, user):
    redo(reviewed, by=user)

    offers = client.get(f"/inkop/{reviewed.id}/offerter").text
    assert "Omgång 1, avslutad" in offers
    assert "Svets och Form AB" in offers
    assert "123-26" in offers
    assert "Tidigare omgång" in client.get(f"/inkop/{reviewed.id}").text
    content = write(gather(reviewed, user, organisation="Lärcentrum", today=TODAY))
    report = "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(content)).pages)
    assert "Omgång 1, som avslutades" in report
    assert "Bäst pris." in report


def test_a_request_that_nobody_answered_is_sent_again_with_a_new_last_day(scope, user):
    row = factories.purchase(
        by=user, state="request_sent", suppliers_asked=["1"], offer_deadline="2026-04-01T12:00:00+02:00"
    )
    service.take_step(row, "direct_preparing", values={}, papers=(), by=user)
    db.session.commit()

    assert (row.round, offer_queries.closes_at(row)) == (2, None)
    (ended,) = row.ended_rounds
    assert ended.values["offer_deadline"] == "2026-04-01T12:00:00+02:00"
    assert row.values["suppliers_asked"] == ["1"]


def test_a_paper_for_the_new_round_fulfils_what_it_asks_for(reviewed, user):
    redo(reviewed, by=user)
    papers = [Paper("procurement_documents", io.BytesIO(b"%PDF y"), "nya.pdf", "application/pdf")]
    files.attach(reviewed, papers[0].stream, file_name="nya.pdf", media_type="", kind="procurement_documents", by=user)
    db.session.commit()

    assert "procurement_documents" not in workflow.find_step(situation(reviewed), "advertised").missing_papers
