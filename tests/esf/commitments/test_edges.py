"""What happens around a signature: two papers, two equal aids, a company that leaves, letters on the same day."""

import hashlib
import io
import threading
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from flask.testing import FlaskClient

from broker import clock
from broker.esf import answer_service, checks, join_service, material_service, plan_service
from broker.esf import queries as esf
from broker.esf.commitments import queries, upkeep
from broker.esf.commitments.paper import known_of, write
from broker.extensions import db
from broker.formatting import in_swedish
from tests.client import form_values
from tests.needs.confirmations.answers import letters

SIGNED = {"signer_name": "Åsa Exempel", "signer_role": "Vd", "may_sign": "y"}
WHY_OUT = {"left_out_reason": "Företaget lär sina egna"}


def standing_of(project, commitment):
    db.session.expire_all()
    return queries.get_standing(project, commitment.id)


def send_paper(client, page, commitment, signed_on):
    told = {"signer_name": "Bo Exempel", "signer_role": "Firmatecknare", "signed_on": str(signed_on), "is_same": "y"}
    scan = (io.BytesIO(b"%PDF-1.4 underskrift"), "åtagande.pdf")
    assert client.submit(f"{page}/{commitment.id}/papper", **told, file=scan).status_code == 302


def run_upkeep(monkeypatch, day):
    with monkeypatch.context() as on:
        on.setattr(clock, "today", lambda: day)
        upkeep.remind_unsigned()
        upkeep.remind_unsigned()


def test_two_equal_aids_stay_two_however_often_the_company_signs(send, link, project, commitment, user):
    for _time in range(2):
        aid = {"giver": "Almi", "amount_eur": Decimal(5000), "granted_on": clock.today()}
        plan_service.add_earlier_aid(project, commitment, **aid, by=user)
    db.session.commit()

    send(f"/atagande/{link.token}/underteckna", **SIGNED)

    rows = standing_of(project, commitment).commitment.earlier_aid
    assert [(row.giver, row.amount_eur) for row in rows] == [("Almi", Decimal(5000))] * 2


def test_nobody_gets_two_reminders_on_one_day(client, page, link, project, monkeypatch):
    rules = queries.commitment_rules(clock.today())
    link.open_until = clock.today() + timedelta(days=rules.days_to_reminder + rules.days_before_close)
    db.session.commit()
    before = len(letters())

    run_upkeep(monkeypatch, clock.today() + timedelta(days=rules.days_to_reminder))
    assert len(letters()) == before + 1, "both were due on the same day"

    link.open_until, link.sent_on = clock.today() + timedelta(days=1), clock.today() - timedelta(days=1)
    link.reminded_on = link.last_call_on = None
    db.session.commit()
    client.press(f"{page}/paminn")
    upkeep.remind_unsigned()
    assert len(letters()) == before + 2, "somebody had reminded by hand that day"


def test_a_paper_that_another_has_followed_is_not_withdrawn(client, page, project, commitment):
    for _time in range(2):
        send_paper(client, page, commitment, clock.today())
    newest, older = standing_of(project, commitment).papers

    refused = client.submit(f"{page}/papper/{older.id}/aterkalla", withdrawn_on=str(clock.today()), reason="Slut")

    assert refused.status_code == 422 and "undertecknat på nytt" in refused.text
    standing = standing_of(project, commitment)
    assert standing.paper.id == newest.id and standing.commitment.signed_on


def test_figures_that_change_while_a_paper_is_compared_are_compared_again(client, page, project, commitment):
    url = f"{page}/{commitment.id}/papper"
    old = form_values(client.get(url).text)
    commitment.women = 1
    db.session.commit()
    told = {"signer_name": "Bo Exempel", "signer_role": "Firmatecknare", "is_same": "y"}
    scan = (io.BytesIO(b"%PDF-1.4 underskrift"), "åtagande.pdf")
    told |= old | {"signed_on": str(clock.today()), "file": scan}

    late = client.post(url, data=told, content_type="multipart/form-data")

    assert late.status_code == 422 and "har ändrats sedan sidan öppnades" in late.text and "1 kvinnor" in late.text
    assert standing_of(project, commitment).paper is None


def test_whom_a_letter_went_to_is_not_named_once_the_identity_is_protected(client, sheet, link):
    assert "Till Karin Exempel." in client.get(sheet).text
    link.person.is_protected = True
    db.session.commit()

    assert "Karin" not in client.get(sheet).text


def test_nothing_of_what_was_signed_can_be_rewritten(client, page, project, commitment):
    send_paper(client, page, commitment, clock.today())
    paper = standing_of(project, commitment).paper
    paper.text = f"{paper.text} Och mer."

    with pytest.raises(RuntimeError, match="never changed"):
        db.session.flush()
    db.session.rollback()


def test_a_paper_signed_by_hand_is_kept_as_it_was_printed_on_its_day(client, page, project, commitment):
    signed_on = clock.today() - timedelta(days=3)
    situation = queries.situation_of(project, queries.get_commitment(project, commitment.id))
    with in_swedish():
        printed = write(known_of(situation), replace(situation, today=signed_on))

    send_paper(client, page, commitment, signed_on)

    paper = standing_of(project, commitment).paper
    assert paper.text_hash == hashlib.sha256(printed.encode()).hexdigest()


def test_a_link_that_somebody_has_closed_shows_nothing_of_what_was_signed(app, send, client, page, link, commitment):
    url, visitor = f"/atagande/{link.token}", app.test_client()
    send(f"{url}/underteckna", **SIGNED)
    assert "Åsa Exempel" in visitor.get(f"{url}/tack").text
    db.session.refresh(link)
    client.press(f"{page}/{commitment.id}/stang-lank", version=str(link.version))

    closed = visitor.get(f"{url}/tack")

    assert closed.status_code == 410 and "Åsa Exempel" not in closed.text


@pytest.mark.parametrize("how", ["left out", "taken out"])
def test_a_company_that_has_left_is_asked_nothing_more(
    how, app, client, page, link, project, commitment, user, monkeypatch
):
    rows = [row for row in esf.list_contributions(project) if row.company_id == commitment.company_id]
    if how == "left out":
        for row in rows:
            join_service.edit_contribution(project, row, WHY_OUT, by=user)
    else:
        join_service.take_out_cohort(project, rows[0].cohort_id, reason="Ändrad plan", by=user)
    db.session.commit()
    before = len(letters())

    run_upkeep(monkeypatch, link.open_until)

    assert len(letters()) == before
    assert app.test_client().get(f"/atagande/{link.token}").status_code == 410
    assert app.test_client().get(f"/atagande/{link.token}/underteckna").status_code == 410
    assert f"/{commitment.id}/foretagsblad" not in client.get(page).text


def test_leaving_a_needs_out_takes_it_out_of_what_is_promised_and_checked(project, commitment, user):
    rows = [row for row in esf.list_contributions(project) if row.company_id == commitment.company_id]
    number = commitment.company.organisation_number
    esf.load_application(project.id).activities[0].provider_number = number
    join_service.edit_contribution(project, rows[0], WHY_OUT, by=user)
    db.session.commit()
    commitment = queries.get_commitment(project, commitment.id)
    assert (commitment.women, commitment.men, commitment.hours) == (0, 0, 0)

    application = esf.load_application(project.id)
    found = {check.id: check for group in checks.check_application(application) for check in group.checks}
    assert commitment not in application.commitments
    assert commitment.company.name not in str(found["k5a"].sentence)
    assert found["a2"].passed, "the check itself says that leaving the needs out is enough"

    join_service.edit_contribution(project, rows[0], {"left_out_reason": None}, by=user)
    assert (commitment.women, commitment.men, commitment.hours) == (4, 2, 240)


def test_who_has_signed_is_named_in_no_export(send, link, project, user):
    send(f"/atagande/{link.token}/underteckna", **SIGNED)
    answer_service.save_answer(project, "problem", text="Åsa Exempel vill det.", by=user)
    db.session.commit()

    material = material_service.build_material(esf.load_application(project.id))

    texts = " ".join(question.text for section in material.sections for question in section.questions)
    assert "Åsa Exempel" not in texts and "[namn utelämnat] vill det." in texts


def test_people_of_a_company_that_has_left_are_named_in_no_export_either(project, commitment, user):
    answer_service.save_answer(project, "problem", text="Karin Exempel sade det.", by=user)
    cohort_id = esf.list_contributions(project)[0].cohort_id
    join_service.take_out_cohort(project, cohort_id, reason="Ändrad plan", by=user)
    db.session.commit()

    material = material_service.build_material(esf.load_application(project.id))

    texts = [question.text for section in material.sections for question in section.questions]
    assert "[namn utelämnat] sade det." in texts


def test_a_page_that_is_opened_while_somebody_writes_waits_for_its_turn(app, link, project):
    answers, visitor, url = [], app.test_client(), f"/atagande/{link.token}"
    thread = threading.Thread(target=lambda: answers.append(FlaskClient.open(visitor, url).status_code))
    db.session.rollback()
    project.contact = "Någon annan"
    db.session.flush()
    thread.start()
    thread.join(timeout=0.7)
    db.session.commit()
    thread.join(timeout=20)

    assert answers == [200]
    db.session.refresh(link)
    assert link.opened_at


def test_other_aid_that_a_certificate_tells_of_is_a_question_that_a_person_answers(send, client, project, link, user):
    def found():
        groups = checks.check_application(esf.load_application(project.id))
        return next(check for group in groups for check in group.checks if check.id == "a4")

    assert found().is_unjudged
    send(f"/atagande/{link.token}", staff="12", other_aid="Omställningsfonden, 20 000 kronor")
    send(f"/atagande/{link.token}/underteckna", **SIGNED)
    db.session.expire_all()
    asked = found()
    assert asked.is_missing and asked.level == "ask"
    assert queries.get_commitment(project, link.commitment_id).company.name in str(asked.sentence)

    address = f"/projekt/{project.id}/kontroller/a4"
    assert client.submit(address, is_met="y", note="Tillsammans 40 procent.").status_code == 302
    db.session.expire_all()
    assert found().passed and "40 procent" in str(found().sentence)


def test_what_was_filled_in_and_never_signed_is_forgotten_when_the_link_has_been_closed_for_long(
    send, link, monkeypatch
):
    send(f"/atagande/{link.token}", staff="12")
    kept = timedelta(days=queries.commitment_rules(clock.today()).days_to_keep_draft)
    last = link.open_until

    def draft_on(day):
        with monkeypatch.context() as later:
            later.setattr(clock, "today", lambda: day)
            upkeep.forget_drafts()
        db.session.expire_all()
        return link.draft

    assert draft_on(last + kept)["staff"] == 12
    assert draft_on(last + kept + timedelta(days=1)) is None
