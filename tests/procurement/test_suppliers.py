"""Who can be chosen in a purchase, and what a doubtful choice needs."""

from datetime import timedelta

import pytest

from broker import clock
from broker.extensions import db
from broker.formatting import day
from broker.procurement import service, suppliers
from broker.procurement.service import StepRefusedError
from broker.providers import queries as providers
from broker.providers import service as register
from broker.providers.hearings import service as hearings
from broker.providers.hearings.standing import Cure, Outcome
from broker.providers.service import Finding
from tests import factories_procurement as factories
from tests.procurement.test_queries import cohort
from tests.procurement.test_service import paper

ASK = {
    "competition_method": "request_to_one",
    "offer_deadline": "2026-03-20T16:00:00+01:00",
    "few_suppliers_reason": "Bara en på orten.",
}
DECISION = {"award_reason": "Lägst pris.", "decision_date": "2026-03-23", "delegation_ref": "4.2"}


def ask(purchase, *rows, by, note=None):
    values = ASK | {"suppliers_asked": [str(row.id) for row in rows]}
    return service.take_step(
        purchase, "request_sent", values=values, papers=[paper("request_for_offer")], note=note, by=by
    )


def decide(purchase, *, by, note=None):
    values = DECISION | {"decision_maker": str(by.id)}
    return service.take_step(
        purchase, "direct_decided", values=values, papers=[paper("supplier_check")], note=note, by=by
    )


def test_those_that_teach_the_subject_and_are_vetted_come_first_with_their_standing(scope, user):
    factories.provider(by=user, name="Ada")
    other = factories.vetted_provider(by=user, name="Beda")
    factories.offering(other, by=user, topic_id="T030")
    fitting = factories.vetted_provider(by=user, name="Cilla")
    factories.offering(fitting, by=user)
    paused = factories.vetted_provider(by=user, name="Doris", is_paused=True)
    factories.offering(paused, by=user)

    found = suppliers.list_suppliers("T001", today=clock.today())

    assert [supplier.name for supplier in found] == ["Cilla", "Doris", "Beda", "Ada"]
    until = providers.status_of(fitting, today=clock.today()).next_expiry
    assert found[0].label == f"Cilla – Kvalitetssäkrad till {day(until)}, ger Truckutbildning"
    assert found[1].label == "Doris – Pausad, ger Truckutbildning"
    assert found[3].label == "Ada – Ny, ger inte Truckutbildning"
    subjectless = suppliers.list_suppliers(None, today=clock.today())
    assert [supplier.name for supplier in subjectless] == ["Beda", "Cilla", "Ada", "Doris"]
    assert subjectless[1].label.endswith("ger Truckutbildning")


def test_a_request_to_one_who_is_not_vetted_or_teaches_something_else_is_explained(scope, user):
    row = factories.provider(by=user, name="Lernia")
    factories.offering(row, by=user)
    other = factories.vetted_provider(by=user, name="Beda")
    for asked, doubt in ((row, "Lernia (Ny)"), (other, "Beda (ger inte Truckutbildning)")):
        purchase = factories.purchase(by=user, state="direct_preparing")
        purchase.cohort_id = cohort(user).id
        db.session.commit()
        with pytest.raises(StepRefusedError) as refusal:
            ask(purchase, asked, by=user)
        assert doubt in refusal.value.by_name["step_note"]
        ask(purchase, asked, by=user, note="Ny på orten, granskas före beslutet.")
        assert purchase.state == "request_sent"


def test_a_paused_provider_is_not_awarded(scope, user):
    row = factories.vetted_provider(by=user, is_paused=True)
    purchase = factories.purchase(by=user, state="supplier_check", chosen_provider=str(row.id))
    with pytest.raises(StepRefusedError, match="Ta bort pausen"):
        decide(purchase, by=user, note="Vi vill ändå.")


def test_who_is_being_heard_or_was_not_accepted_is_not_awarded(scope, user):
    row = factories.vetted_provider(by=user, email="info@svets.example")
    today = clock.today()
    register.record_checks(row, [Finding("tax_debt", "failed", note="Skuld.")], checked_on=today, by=user)
    letter = {"found": "Skuld.", "recipient": row.email, "answer_by": today + timedelta(days=14)}
    hearings.open_hearing(row, **letter, by=user)
    hearings.note_answer(row, answered_on=today, text="Nej.", by=user)
    hearings.assess(row, cure=Cure.NOT_ENOUGH, text="Inget är betalt.", by=user)
    purchase = factories.purchase(by=user, state="supplier_check", chosen_provider=str(row.id))
    with pytest.raises(StepRefusedError, match="yttra sig"):
        decide(purchase, by=user, note="Vi vill ändå.")
    terms = {"reason": "Obetald skatt.", "conditions": None, "valid_until": None}
    hearings.decide(row, Outcome.REJECTED, **terms, by=user)
    register.record_checks(row, [Finding("tax_debt", "approved")], checked_on=today, by=user)
    with pytest.raises(StepRefusedError, match="inte godtagen"):
        decide(purchase, by=user, note="Vi vill ändå.")


def test_a_decision_for_one_whose_vetting_has_gaps_is_explained(scope, user):
    row = factories.vetted_provider(by=user)
    purchase = factories.purchase(by=user, state="supplier_check", chosen_provider=str(row.id), title="Kurs")
    items = providers.vetting_document(clock.today())["items"]
    lost = next(item for item in items if item["mandatory"] and not item["knock_out"])
    register.record_checks(row, [Finding(lost["id"], "failed", note="Saknas.")], checked_on=clock.today(), by=user)
    db.session.commit()
    with pytest.raises(StepRefusedError, match="Behöver kompletteras"):
        decide(purchase, by=user)
    decide(purchase, by=user, note="Kompletteras före start.")
    assert purchase.state == "direct_decided"


def test_a_supplier_that_is_not_accepted_needs_a_reason_and_cannot_be_chosen_again(scope, user):
    row = factories.vetted_provider(by=user)
    purchase = factories.purchase(by=user, state="supplier_check", chosen_provider=str(row.id))
    with pytest.raises(StepRefusedError) as refusal:
        service.take_step(purchase, "offers_in", values={}, by=user)
    assert set(refusal.value.by_name) == {"step_note"}
    step = service.take_step(purchase, "offers_in", values={}, note="Saknar F-skatt.", by=user)
    assert str(step.note) == "Saknar F-skatt."
    assert (purchase.provider_id, purchase.values.get("chosen_provider")) == (None, None)
    with pytest.raises(StepRefusedError, match="godtogs inte tidigare"):
        service.take_step(purchase, "supplier_check", values={"chosen_provider": str(row.id)}, by=user)


def test_the_company_chooses_whom_it_likes(scope, user):
    row = factories.provider(by=user)
    purchase = factories.purchase(by=user, route_id="company_buys", state="company_deciding", buyer="company")
    values = {"company_decision_date": clock.today().isoformat(), "chosen_provider": str(row.id)}
    service.take_step(purchase, "company_ordered", values=values, by=user)
    assert purchase.provider_id == row.id


def test_two_of_one_name_are_told_apart_by_number_place_and_standing(scope, user):
    factories.provider(by=user, name="Ada", organisation_number="5299236900")
    factories.vetted_provider(by=user, name="Ada", municipality_code="0483")
    factories.provider(by=user, name="Beda")

    found = {supplier.short_label: supplier.label for supplier in suppliers.list_suppliers(None, today=clock.today())}

    assert list(found)[1:] == ["Ada, 529923-6900, Flen – Ny", "Beda"]
    assert next(iter(found)).startswith("Ada, Katrineholm – Kvalitetssäkrad till ")
    assert found["Ada, 529923-6900, Flen – Ny"] == "Ada, 529923-6900, Flen – Ny"


def test_those_that_offered_come_first_then_those_that_were_asked(scope, user):
    for name in ("Ada", "Beda", "Cilla", "Doris"):
        factories.provider(by=user, name=name)
    known = suppliers.list_suppliers(None, today=clock.today())
    keys = {row.name: str(row.id) for row in known}

    values = {"suppliers_asked": [keys["Beda"], keys["Cilla"]], "standing_offers": [keys["Cilla"]]}

    assert [row.name for row in suppliers.involved_first(known, values)] == ["Cilla", "Beda", "Ada", "Doris"]
