"""How ready an application is, by its checks alone, and the mark that it may be handed in."""

import io

import pytest

from broker.errors import RefusedError
from broker.esf import answer_service, checks, plan_service
from broker.esf import queries as esf
from broker.esf.application import questions
from broker.esf.gates import HUMAN, RECORDED
from broker.esf.readiness import queries, service
from broker.extensions import db
from tests import factories_esf
from tests.esf.test_checks import COMPETENCE, PROBLEM


@pytest.fixture
def project(scope, user):
    row = factories_esf.joined_project(scope, user)
    factories_esf.complete(row, user)
    db.session.commit()
    return row


def readiness(project):
    return queries.readiness_of(checks.check_application(esf.load_application(project.id)))


def test_the_percentage_is_the_checks_that_are_met_and_nothing_else(project):
    groups = checks.check_application(esf.load_application(project.id))
    rows = [check for group in groups for check in group.checks if check.id not in ("g1", "g3")]
    rows = [check for check in rows if check.passed is not None or check.level == "ask"]
    found = queries.readiness_of(groups)

    assert (found.met, found.total) == (sum(row.passed is True for row in rows), len(rows))
    assert found.percent == found.met * 100 // found.total < 100


def test_a_gate_that_is_not_met_stops_the_mark_and_the_page_leads_to_it(client, project, user):
    assert not readiness(project).is_ready
    with pytest.raises(RefusedError, match="hindrar"):
        service.mark_ready(project.id, by=user)
    db.session.rollback()

    page = client.get(f"/projekt/{project.id}/kontroller").text
    assert "hindrar att ansökan märks som färdig" in page
    assert "Märk som färdig" not in page
    client.press(f"/projekt/{project.id}/fardig")
    assert queries.find_mark(project) is None


def meet_all(project, user):
    """Record what people say until nothing stops the application, as its texts, budget and papers allow."""
    form = esf.get_form(project.form_version)
    texts = {"problem": PROBLEM, "kompetens": COMPETENCE, "ekonomi": "Likviditetsbehovet bärs av kommunen."}
    for question in questions(form):
        text = texts.get(question["id"], "Svar.")
        answer_service.save_answer(project, question["id"], text=text, by=user)
    factories_esf.worked_budget(project, user)
    for stop in readiness(project).stops:
        if stop.id in {*RECORDED, *HUMAN}:
            plan_service.save_gate(project, stop.id, is_met=True, note="Sett 2026-11-25.", by=user)
    for wanted in project.call.attachments:
        paper = {"file_name": "a.pdf", "media_type": "application/pdf", "kind": wanted["id"]}
        plan_service.add_file(project, io.BytesIO(b"%PDF-1"), **paper, by=user)
    db.session.commit()


def test_what_is_marked_is_kept_and_what_turns_red_afterwards_is_told(client, project, user):
    meet_all(project, user)
    assert [stop.id for stop in readiness(project).stops] == []
    client.press(f"/projekt/{project.id}/fardig")
    mark = queries.find_mark(project)
    assert (mark.marked_by_id, mark.snapshot.number) == (user.id, 1)

    plan_service.save_gate(project, "g5", is_met=False, note="Skuld upptäckt.", by=user)
    db.session.commit()
    page = client.get(f"/projekt/{project.id}/kontroller").text
    assert "1 kontroll blivit röd" in page
    client.press(f"/projekt/{project.id}/fardig/ta-bort")
    assert queries.find_mark(project) is None


def test_that_a_gate_is_met_needs_a_word_on_why(client, project):
    answer = client.submit(f"/projekt/{project.id}/kontroller/g5", is_met="y", note="")
    assert answer.status_code == 422
    assert "Skriv vad du har sett" in answer.text
