"""What people do about purchases."""

import io
from datetime import timedelta

import pytest
from flask_babel import force_locale

from broker import audit, clock, files
from broker.errors import NotFoundError, RefusedError
from broker.extensions import db
from broker.formatting import say
from broker.procurement import queries, service
from broker.procurement.service import Paper, StepRefusedError
from tests import factories as general
from tests import factories_procurement as factories

NEED = {"subject": "Truckutbildning för tolv", "contracting_authority": "Bildningsnämnden"}
VALUE = {
    "value_basis": "contract_total",
    "value_includes_options": True,
    "recurring": False,
    "similar_value_12m_sek": "0",
    "state_aid_checked": False,
}


def paper(kind):
    return Paper(kind, io.BytesIO(b"%PDF " + kind.encode()), f"{kind}.pdf", "application/pdf")


def take(purchase, to, *kinds, by, override_reason=None, **values):
    papers = [paper(kind) for kind in kinds]
    step = service.take_step(purchase, to, values=values, papers=papers, override_reason=override_reason, by=by)
    db.session.commit()
    return step


def test_a_purchase_starts_on_the_proposed_route_with_its_reason(scope, user):
    assert service.propose_route(factories.DIRECT_ANSWERS).route_id == "direct_award"
    purchase = service.start_purchase(title="Truck", values=factories.DIRECT_ANSWERS, route_id="direct_award", by=user)
    db.session.commit()
    assert (purchase.state, purchase.route, purchase.workflow_version) == ("draft", "direct_award", "5")
    assert str(purchase.steps[0].note).startswith("Passar: värdet ligger under")
    assert [event.action for event in audit.history_of(purchase)] == ["purchase:started"]


def test_another_route_than_the_proposed_needs_a_written_reason(scope, user):
    choice = {
        "title": "Truck",
        "values": factories.DIRECT_ANSWERS,
        "route_id": "advertised_chapter_19",
        "by": user,
    }
    with pytest.raises(StepRefusedError) as refusal:
        service.start_purchase(**choice)
    assert "route_reason" in refusal.value.by_name
    purchase = service.start_purchase(**choice, route_reason="Vi vill nå fler anordnare.")
    assert str(purchase.steps[0].note) == "Vi vill nå fler anordnare."


def test_answers_that_are_not_enough_are_asked_for(scope, user):
    with pytest.raises(StepRefusedError) as refusal:
        service.propose_route({"buyer": "municipality_for_group"})
    assert set(refusal.value.by_name) == {"value_sek", "procurement_started", "annex2"}


def test_a_start_on_a_day_without_limits_is_refused(scope, user):
    with pytest.raises(StepRefusedError, match="beloppsgränser"):
        service.propose_route(factories.DIRECT_ANSWERS | {"procurement_started": "2031-01-01"})


def test_an_unknown_route_and_an_unknown_cohort_are_refused(scope, user):
    with pytest.raises(StepRefusedError, match="inköpsvägarna"):
        service.start_purchase(title="X", values={}, route_id="trolleri", by=user)
    with pytest.raises(NotFoundError):
        service.start_purchase(
            title="X", values=factories.DIRECT_ANSWERS, route_id="direct_award", cohort_id=4711, by=user
        )


def test_a_refused_step_says_what_to_fill_in_and_keeps_nothing(scope, user):
    purchase = factories.purchase(by=user)
    with pytest.raises(StepRefusedError) as refusal:
        service.take_step(purchase, "need_confirmed", values={"subject": "Truck"}, by=user)
    assert set(refusal.value.by_name) == {"contracting_authority", "paper_need_record"}
    assert "Fyll i: Upphandlande myndighet (nämnd)." in str(refusal.value)
    assert (purchase.state, purchase.values.get("subject"), files.list_attachments(purchase)) == (
        "draft",
        None,
        [],
    )


def test_a_step_keeps_values_and_papers_and_is_written_down(scope, user):
    purchase = factories.purchase(by=user)
    take(purchase, "need_confirmed", "need_record", by=user, **NEED)
    purchase = queries.get_purchase(purchase.id)
    assert (purchase.state, purchase.values["subject"]) == ("need_confirmed", "Truckutbildning för tolv")
    assert [(step.from_state, step.to_state) for step in purchase.steps] == [
        ("", "draft"),
        ("draft", "need_confirmed"),
    ]
    assert [attachment.kind for attachment in files.list_attachments(purchase)] == ["need_record"]
    assert audit.history_of(purchase)[0].facts["to_state"] == "need_confirmed"


def test_a_step_from_another_state_is_refused(scope, user):
    purchase = factories.purchase(by=user)
    with pytest.raises(RefusedError, match="nästa steg"):
        service.take_step(purchase, "contracted", values={}, by=user)


def test_a_broken_guard_stops_the_step(scope, user):
    purchase = factories.purchase(by=user, state="need_confirmed")
    with pytest.raises(StepRefusedError, match="Behovet är återkommande"):
        service.take_step(purchase, "route_chosen", values=VALUE | {"recurring": True}, by=user)
    take(purchase, "route_chosen", by=user, **VALUE)
    assert purchase.state == "route_chosen"


def test_a_purchase_from_a_provider_with_an_old_check_is_stopped(scope, user):
    old = factories.vetted_provider(by=user, checked_on=clock.today() - timedelta(days=300))
    purchase = factories.purchase(by=user, state="supplier_check", chosen_provider=str(old.id))
    decision = {
        "award_reason": "Lägst pris.",
        "decision_date": "2026-03-09",
        "decision_maker": str(user.id),
        "delegation_ref": "4.2",
    }
    with pytest.raises(StepRefusedError, match="F-skatt"):
        take(purchase, "direct_decided", "supplier_check", by=user, **decision)

    # No check of the supplier is written into chapter 19 a, so a written reason is enough, and it stays in the log.
    db.session.rollback()
    purchase = queries.get_purchase(purchase.id)
    why = "Ny F-skattsedel är beställd."
    take(purchase, "direct_decided", "supplier_check", by=user, override_reason=why, **decision)
    purchase = queries.get_purchase(purchase.id)
    assert str(purchase.steps[-1].note) == (
        f"Gick vidare fast det inte stämde: Leverantörskontrollen är godkänd och färsk. Skäl: {why}"
    )
    assert audit.history_of(purchase)[0].facts["overridden"] == ["supplier_check_ok"]


def test_a_decision_before_the_last_day_takes_the_reason_and_keeps_it(scope, user):
    chosen, other = (factories.vetted_provider(by=user, name=name) for name in ("Svetsskolan", "Lernia"))
    purchase = factories.purchase(
        by=user, state="supplier_check", chosen_provider=str(chosen.id), standing_offers=[str(chosen.id)],
        offers_received=["Svetsskolan; 1"], suppliers_asked=[str(chosen.id), str(other.id)],
        competition_method="request_to_several",
        offer_deadline=(clock.now() + timedelta(days=4)).isoformat(),
    )  # fmt: skip
    decision = {
        "award_reason": "Lägst pris.",
        "decision_date": clock.today().isoformat(),
        "decision_maker": str(user.id),
        "delegation_ref": "4.2",
    }
    with pytest.raises(StepRefusedError, match="alla tillfrågade har inte svarat: Lernia"):
        take(purchase, "direct_decided", "supplier_check", by=user, **decision)
    db.session.rollback()
    purchase = queries.get_purchase(purchase.id)
    why = "Lernia avböjde per telefon."
    take(purchase, "direct_decided", "supplier_check", by=user, override_reason=why, **decision)
    assert str(queries.get_purchase(purchase.id).steps[-1].note) == why


def test_a_reason_does_not_help_where_the_law_demands_the_check_or_against_another_guard(scope, user):
    old = factories.vetted_provider(by=user, checked_on=clock.today() - timedelta(days=300))
    values = {"route_id": "advertised_eu", "state": "supplier_check", "chosen_provider": str(old.id)}
    purchase = factories.purchase(by=user, **values)
    papers = ("evaluation_report", "supplier_check")
    with pytest.raises(StepRefusedError, match="F-skatt"):
        take(purchase, "evaluated", *papers, by=user, override_reason="Bråttom.", evaluation_result="Bäst.")
    db.session.rollback()
    waiting = factories.purchase(by=user, state="need_confirmed")
    with pytest.raises(StepRefusedError, match="Behovet är återkommande"):
        take(waiting, "route_chosen", by=user, override_reason="Bråttom.", **(VALUE | {"recurring": True}))


def test_a_provider_outside_the_register_cannot_be_chosen(scope, user):
    purchase = factories.purchase(by=user, state="offers_in")
    with pytest.raises(RefusedError, match="finns inte i registret"):
        service.take_step(purchase, "supplier_check", values={"chosen_provider": "4711"}, by=user)


def test_a_direct_award_goes_the_whole_way_to_its_end(scope, user):
    provider = factories.vetted_provider(by=user)
    other = factories.vetted_provider(by=user, name="Lernia")
    for row in (provider, other):
        factories.offering(row, by=user)
    asked = [str(provider.id), str(other.id)]
    purchase = factories.purchase(by=user)
    take(purchase, "need_confirmed", "need_record", by=user, **NEED)
    take(purchase, "route_chosen", by=user, **VALUE)
    take(purchase, "direct_preparing", by=user, direct_award_ground="low_value", diary_number="BIN 2026/12")
    take(
        purchase, "request_sent", "request_for_offer", by=user,
        suppliers_asked=asked, competition_method="request_to_several",
        offer_deadline="2026-03-20T16:00:00+01:00", few_suppliers_reason="Bara två ger kursen på orten.",
    )  # fmt: skip
    take(purchase, "offers_in", by=user, offers_received=["Svetsskolan; 240 000", "Lernia; 260 000"])
    take(purchase, "supplier_check", by=user, chosen_provider=str(provider.id))
    take(
        purchase, "direct_decided", "supplier_check", by=user,
        award_reason="Lägst pris.", decision_date="2026-03-23", decision_maker=str(user.id), delegation_ref="4.2",
    )  # fmt: skip
    contract = {
        "contract_date": "2026-03-25",
        "contract_start": "2026-04-01",
        "contract_end": "2026-06-30",
        "contract_value_sek": "240000",
    }
    with pytest.raises(StepRefusedError, match="Underrätta dem"):
        take(purchase, "contracted", "contract", by=user, **contract)
    db.session.rollback()
    purchase = queries.get_purchase(purchase.id)
    take(purchase, "bidders_informed", "award_notification", by=user, notice_sent_date="2026-03-24")
    take(purchase, "contracted", "contract", by=user, **contract)
    take(purchase, "documented", "direct_award_record", by=user, documentation_done_date="2026-04-02")
    take(purchase, "in_delivery", by=user, delivery_start="2026-04-07", participants_planned=12)
    take(purchase, "delivered", by=user, delivery_end="2026-06-12", participants_completed=11)
    take(purchase, "followed_up", "course_evaluation", by=user, evaluation_reaction="4.3")
    take(purchase, "closed", by=user)
    assert purchase.provider_id == provider.id
    assert len(queries.get_purchase(purchase.id).steps) == 15


def test_the_log_of_a_purchase_tells_no_offers(scope, user):
    purchase = factories.purchase(by=user, state="request_sent")
    take(purchase, "offers_in", by=user, offers_received=["hemligt-pris 1 kr"])
    assert "hemligt-" not in str([event.facts for event in audit.history_of(purchase)])


def test_a_route_is_changed_with_a_reason_and_keeps_what_is_known(scope, user):
    purchase = factories.purchase(by=user)
    take(purchase, "need_confirmed", "need_record", by=user, **NEED)
    purchase.state = "direct_preparing"
    with pytest.raises(RefusedError, match="Skriv varför"):
        service.change_route(purchase, "advertised_chapter_19", reason=None, by=user)
    step = service.change_route(purchase, "advertised_chapter_19", reason="Värdet blev större.", by=user)
    assert (purchase.route, purchase.state, str(step.note)) == (
        "advertised_chapter_19",
        "need_confirmed",
        "Värdet blev större.",
    )
    assert purchase.values["cpv_main"] == "80530000-8"


@pytest.mark.parametrize(("papers", "state"), [((), "need_confirmed"), (("value_calculation",), "route_chosen")])
def test_a_change_of_route_skips_nothing_that_the_new_one_asks_for_on_the_way(scope, user, papers, state):
    purchase = factories.purchase(by=user)
    take(purchase, "need_confirmed", "need_record", *papers, by=user, **NEED)
    take(purchase, "route_chosen", by=user, **VALUE)
    service.change_route(purchase, "advertised_chapter_19", reason="Vi annonserar ändå.", by=user)
    assert purchase.state == state


def test_a_purchase_that_the_company_was_to_make_says_which_authority_buys_when_the_municipality_does(scope, user):
    purchase = factories.purchase(by=user, route_id="company_buys", buyer="company")
    take(purchase, "need_confirmed", "need_record", by=user, subject="Truck")
    service.change_route(purchase, "direct_award", reason="Kommunen köper.", by=user)
    with pytest.raises(StepRefusedError) as refused:
        take(purchase, "need_confirmed", by=user)
    assert refused.value.by_name.keys() == {"contracting_authority"}


@pytest.mark.parametrize("state", ["offers_in", "direct_decided", "closed"])
def test_a_route_is_not_changed_once_offers_are_in(scope, user, state):
    purchase = factories.purchase(by=user, state=state)
    with pytest.raises(RefusedError, match="starta ett nytt"):
        service.change_route(purchase, "exempt", reason="Ångrade oss.", by=user)


def test_a_purchase_may_be_about_a_cohort_only_of_ones_own_organisation(scope, user):
    other = general.organisation()
    with pytest.raises(NotFoundError):
        queries.get_cohort(other.id)


def test_a_step_taken_by_who_reads_english_is_kept_in_swedish(scope, user):
    with force_locale("en"):
        purchase = service.start_purchase(
            title="Truck", values=factories.DIRECT_ANSWERS, route_id="direct_award", route_reason="Bråttom.", by=user
        )
        db.session.commit()
        db.session.expire_all()
        first = purchase.steps[0]

        assert (say(first.label), str(first.label)) == (
            "The purchase was started: Direct award",
            "Inköpet startades: Direktupphandling",
        )
        assert say(first.note).endswith("Bråttom.")
    assert str(first.note).startswith("Passar: värdet ligger under")
