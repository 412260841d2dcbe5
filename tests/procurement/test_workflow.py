"""The workflow file and its interpreter agree, and the interpreter says what is missing."""

from datetime import date
from decimal import Decimal

import pytest

from broker.procurement import workflow
from broker.procurement.conditions import CONDITIONS
from broker.procurement.guards import FORBIDDEN, GUARDS
from broker.procurement.labels import alternative_label
from broker.procurement.situation import numbers_in
from broker.procurement.thresholds import NoThresholdError
from tests.factories_procurement import DIRECT_ANSWERS, document, situation

DOCUMENT = document("procurement_workflow")
ROUTES = {route["id"]: route for route in DOCUMENT["routes"]}
ALL_TRANSITIONS = [(route_id, row) for route_id, route in ROUTES.items() for row in workflow.transitions(route)]
TYPES = {
    "enum", "orgnr", "text", "cpv", "date", "money", "boolean", "list", "provider", "datetime", "user", "ref",
    "integer", "number",
}  # fmt: skip


def test_every_guard_of_the_file_has_its_function_and_there_is_no_other():
    assert set(GUARDS) == set(DOCUMENT["guards"])


def test_every_condition_of_the_file_has_its_function_and_there_is_no_other():
    written = {row["if"] for row in DOCUMENT["route_selection"]}
    written |= {part["when"] for _route, row in ALL_TRANSITIONS for part in row.get("conditional", [])}
    assert set(CONDITIONS) == written


def test_everything_that_forbids_a_step_says_what_to_do_first():
    assert {row["forbidden_when"] for _route, row in ALL_TRANSITIONS if "forbidden_when" in row} == set(FORBIDDEN)


@pytest.mark.parametrize("route_id", ROUTES)
def test_every_transition_names_only_known_states_fields_papers_and_guards(route_id):
    for row in workflow.transitions(ROUTES[route_id]):
        for demand in (row, *row.get("conditional", [])):
            assert set(demand.get("requires_fields", [])) <= set(DOCUMENT["fields"])
            assert set(demand.get("requires_documents", [])) <= set(DOCUMENT["documents"])
            assert set(demand.get("guards", [])) <= set(GUARDS)
        assert {row["from"], row["to"]} <= set(DOCUMENT["states"])
        assert row.get("deadline", "documentation") in DOCUMENT["deadlines"]


@pytest.mark.parametrize("route_id", ROUTES)
def test_every_transition_can_be_reached_and_every_state_leads_to_an_end(route_id):
    rows = workflow.transitions(ROUTES[route_id])
    reached, before = {ROUTES[route_id]["initial"]}, set()
    while reached != before:
        before = set(reached)
        reached |= {row["to"] for row in rows if row["from"] in reached}
    assert {row["from"] for row in rows} <= reached
    ending, before = {"closed", "cancelled"}, set()
    while ending != before:
        before = set(ending)
        ending |= {row["from"] for row in rows if row["to"] in ending}
    assert reached <= ending


@pytest.mark.parametrize("route_id", ROUTES)
def test_two_steps_of_a_state_never_lead_to_the_same_state(route_id):
    pairs = [(row["from"], row["to"]) for row in workflow.transitions(ROUTES[route_id])]
    assert len(pairs) == len(set(pairs))


def test_every_field_is_of_a_known_type_and_every_alternative_has_a_swedish_name():
    assert {row["type"] for row in DOCUMENT["fields"].values()} <= TYPES
    for name, row in DOCUMENT["fields"].items():
        for value in row.get("values", []):
            assert str(alternative_label(name, value)) != value, f"{name}: {value}"


def test_the_fields_of_every_guard_and_condition_exist():
    named = {name for guard in GUARDS.values() for name in guard.fields}
    named |= {name for condition in CONDITIONS.values() for name in condition.fields}
    assert named <= set(DOCUMENT["fields"])


def test_numbers_are_read_from_rules_but_not_from_names_and_codes():
    assert numbers_in("a + 10 days, + 15 otherwise; similar_value_12m_sek, 79632000-3") == [10, 15]


def test_a_fresh_direct_award_asks_for_the_need_first():
    step, away = workflow.list_steps(situation())
    assert away.to == "cancelled"
    assert (step.to, step.label) == ("need_confirmed", "Bekräfta behovet")
    assert step.missing_fields == ("subject", "contracting_authority")
    assert step.missing_papers == ("need_record",)
    assert not step.is_ready


def test_a_step_with_everything_in_place_is_ready():
    ready = situation(papers=["need_record"], subject="Truck", contracting_authority="Bildningsnämnden")
    assert workflow.find_step(ready, "need_confirmed").is_ready


def test_no_and_zero_are_answers():
    answered = situation(state="need_confirmed", recurring=False, similar_value_12m_sek="0")
    missing = workflow.find_step(answered, "route_chosen").missing_fields
    assert "recurring" not in missing


def test_a_conditional_field_is_missing_only_when_its_condition_holds():
    large = situation(state="route_chosen", direct_award_ground="low_value", **DIRECT_ANSWERS)
    small = situation(
        state="route_chosen", direct_award_ground="low_value", **(DIRECT_ANSWERS | {"value_sek": "100000"})
    )
    assert workflow.find_step(large, "direct_preparing").missing_fields == ("diary_number",)
    assert workflow.find_step(small, "direct_preparing").is_ready


def test_the_form_offers_what_an_answer_in_it_may_make_necessary():
    purchase = situation(state="route_chosen", **DIRECT_ANSWERS)
    fields = workflow.asked_fields(purchase, workflow.find_step(purchase, "direct_preparing"))
    assert fields == ["diary_number", "direct_award_ground", "direct_award_reason"]


def test_the_form_of_a_step_taken_before_asks_for_everything_again():
    purchase = situation("call_off_without_competition", "call_off_declined", chosen_provider="4", ranking_position=1)
    step = workflow.find_step(purchase, "call_off_sent")
    assert workflow.asked_fields(purchase, step) == []
    assert workflow.asked_fields(purchase, step, again=True) == ["chosen_provider", "ranking_position"]


def test_a_step_that_a_guard_forbids_says_what_to_do_first():
    several = situation(state="direct_decided", suppliers_asked=["1", "2"], offers_received=["A; 1"])
    assert "Underrätta dem" in workflow.find_step(several, "contracted").forbidden
    assert workflow.next_step(several).to == "bidders_informed"
    one = situation(state="direct_decided", suppliers_asked=["1"], offers_received=["A; 1"])
    assert not workflow.find_step(one, "contracted").forbidden


@pytest.mark.parametrize(
    ("route_id", "state", "to"),
    [
        ("advertised_chapter_19", "standstill", "contracted"),
        ("advertised_chapter_19", "under_review", "standstill"),
        ("advertised_chapter_19", "route_chosen", "documents_drafting"),
        ("company_buys", "company_deciding", "company_ordered"),
        ("company_buys", "delivered", "followed_up"),
        ("company_buys", "followed_up", "closed"),
        ("call_off_without_competition", "call_off_sent", "call_off_awarded"),
        ("direct_award", "supplier_check", "direct_decided"),
        ("direct_award", "request_sent", "offers_in"),
    ],
)
def test_the_next_step_is_the_normal_way_forward(route_id, state, to):
    assert workflow.next_step(situation(route_id, state)).to == to


@pytest.mark.parametrize("route_id", ROUTES)
def test_the_next_steps_of_every_route_lead_to_its_end(route_id):
    state, seen = ROUTES[route_id]["initial"], set()
    while step := workflow.next_step(situation(route_id, state)):
        assert state not in seen, f"{route_id} goes round by {state}"
        seen.add(state)
        state = step.to

    assert state == "closed"


def test_the_next_step_never_gives_up():
    assert workflow.next_step(situation("company_buys", "company_deciding")).to != "cancelled"
    assert workflow.next_step(situation("company_buys", "closed")) is None


def test_offers_are_secret_from_their_arrival_to_the_decision():
    secret = {state for state in DOCUMENT["states"] if workflow.is_secret(DOCUMENT, state)}
    assert secret == {"offers_in", "tenders_opened", "supplier_check", "evaluated", "mini_tenders_in"}


def guard(guard_id, route_id="direct_award", **values):
    return GUARDS[guard_id].ask(situation(route_id, **values))


@pytest.mark.parametrize(
    ("values", "holds"),
    [
        ({}, False),
        ({"cpv_main": "80530000-8", "annex2": "unclear"}, False),
        ({"cpv_main": "80530000-8", "annex2": "yes"}, False),
        ({"cpv_main": "80530000-8", "annex2": "yes", "annex2_reason": "Yrkesutbildning."}, True),
        ({"cpv_main": "79632000-3", "annex2": "no"}, False),
        ({"cpv_main": "79632000-3", "annex2": "no", "annex2_reason": "Utanför."}, True),
        ({"cpv_main": "79998000-6", "annex2": "no"}, True),
    ],
)
def test_the_choice_of_code_needs_a_reason_where_the_law_is_unclear(values, holds):
    assert guard("cpv_and_annex2_reasoned", **values).holds is holds


@pytest.mark.parametrize(
    ("value", "annex2", "started", "holds"),
    [
        ("8513249.99", "yes", "2026-03-01", True),
        ("8513250", "yes", "2026-03-01", False),
        ("700000", "no", "2026-03-01", False),
        ("699999", "unclear", "2026-03-01", True),
        ("626284", "yes", "2022-01-15", True),
        ("500", "no", "2030-01-01", False),
    ],
)
def test_a_direct_award_needs_a_value_below_the_limit_of_its_day(value, annex2, started, holds):
    answer = guard("below_direct_limit", value_sek=value, annex2=annex2, procurement_started=started)
    assert answer.holds is holds


@pytest.mark.parametrize(
    ("values", "holds"),
    [
        ({"similar_value_12m_sek": "0"}, True),
        ({}, False),
        ({"similar_value_12m_sek": "5"}, False),
        ({"similar_value_12m_sek": "5", "split_reason": "Olika orter."}, True),
        ({"similar_value_12m_sek": "5", "value_basis": "recurring_next_12_months"}, True),
    ],
)
def test_a_purchase_beside_similar_ones_needs_a_reason(values, holds):
    assert guard("not_split", **values).holds is holds


def test_a_question_that_is_not_answered_is_not_taken_for_a_yes():
    assert "Svara på om" in GUARDS["recurring_summed"].ask(situation(value_basis="contract_total")).sentence


def test_a_recurring_need_is_valued_over_twelve_months():
    assert not guard("recurring_summed", recurring=True, value_basis="contract_total").holds
    assert guard("recurring_summed", recurring=True, value_basis="recurring_previous_12_months").holds
    assert guard("recurring_summed", recurring=False).holds


def test_the_value_covers_options():
    whole = {"value_sek": "1", "value_basis": "contract_total"}
    assert guard("value_complete", **whole, value_includes_options=True).holds
    assert not guard("value_complete", **whole, value_includes_options=False).holds


def test_documentation_begins_above_the_amount_of_the_file():
    assert not guard("documentation_required", value_sek="100000").holds
    assert guard("documentation_required", value_sek="100000.01").holds


def test_a_contract_waits_for_the_day_after_the_standstill():
    sent = {"notice_sent_date": "2026-03-02", "notice_channel": "electronic"}
    assert not guard("standstill_passed", "advertised_chapter_19", **sent, contract_date="2026-03-12").holds
    assert guard("standstill_passed", "advertised_chapter_19", **sent, contract_date="2026-03-13").holds
    by_post = sent | {"notice_channel": "other"}
    assert not guard("standstill_passed", "advertised_chapter_19", **by_post, contract_date="2026-03-17").holds
    assert guard("standstill_passed", "advertised_chapter_19", **by_post, contract_date="2026-03-18").holds


def test_a_pending_review_stops_the_contract_whatever_the_date():
    values = {"notice_sent_date": "2026-03-02", "notice_channel": "electronic", "contract_date": "2027-01-04"}
    assert not guard("standstill_passed", "advertised_eu", **values, review_case="123-26").holds
    decided = {"review_case": "123-26", "review_outcome": "dismissed", "review_decision_date": "2026-12-28"}
    assert not guard("standstill_passed", "advertised_eu", **values, **decided).holds
    assert guard("standstill_passed", "advertised_eu", **(values | {"contract_date": "2027-01-08"}), **decided).holds


def test_a_framework_agreement_must_be_valid_and_have_room():
    usable = {
        "buyer_named_in_framework": True,
        "framework_end": "2026-12-31",
        "framework_ceiling_sek": "1000000",
        "value_sek": "400000",
    }
    route = "call_off_without_competition"
    assert guard("framework_usable", route, **usable).holds
    assert not guard("framework_usable", route, **(usable | {"framework_end": "2026-01-31"})).holds
    assert not guard("framework_usable", route, **(usable | {"buyer_named_in_framework": False})).holds
    full = situation(route, **usable)
    nearly_full = type(full)(**(full.__dict__ | {"framework_used": Decimal("600000.01")}))
    assert not GUARDS["framework_usable"].ask(nearly_full).holds


def test_an_own_framework_agreement_comes_before_a_direct_award():
    usable = {
        "buyer_named_in_framework": True,
        "framework_end": "2026-12-31",
        "framework_ceiling_sek": "1000000",
        "value_sek": "400000",
    }
    assert guard("framework_must_be_used").holds
    assert not guard("framework_must_be_used", **usable).holds
    assert guard("framework_must_be_used", **usable, few_suppliers_reason="Avtalet saknar truck.").holds


def test_a_supplier_with_an_old_check_is_refused_with_the_items():
    purchase = situation(chosen_provider="7")
    checked = type(purchase)(**(purchase.__dict__ | {"supplier_problems": {7: ("Godkänd för F-skatt",)}.__getitem__}))
    assert "Godkänd för F-skatt" in GUARDS["supplier_check_ok"].ask(checked).sentence
    assert GUARDS["supplier_check_ok"].ask(purchase).holds


def test_support_to_a_single_company_is_examined_unless_it_pays_or_the_staff_is_ones_own():
    assert guard("no_aid_to_single_company", buyer="company").holds
    assert guard("no_aid_to_single_company", buyer="company", payer="company").holds
    assert not guard("no_aid_to_single_company", buyer="company", payer="municipality").holds
    assert not guard("no_aid_to_single_company", buyer="company", payer="esf_project").holds
    assert guard("no_aid_to_single_company", buyer="municipality_own_staff", state_aid_checked=False).holds
    assert not guard("no_aid_to_single_company", buyer="municipality_for_group").holds
    assert guard("no_aid_to_single_company", buyer="municipality_for_group", state_aid_checked=True).holds


def test_every_guard_that_is_broken_says_what_to_do():
    for guard_id, row in GUARDS.items():
        answer = row.ask(situation(value_sek="1", procurement_started="2026-01-01"))
        assert answer.holds or answer.sentence.endswith("."), guard_id


def propose(**values):
    return workflow.propose_route(situation(**values))


FRAMEWORK = {
    "buyer_named_in_framework": True,
    "framework_end": "2026-12-31",
    "framework_ceiling_sek": "9000000",
}


@pytest.mark.parametrize(
    ("values", "route_id"),
    [
        ({"buyer": "company"}, "company_buys"),
        ({"buyer": "company", "commission_form": "university"}, "commissioned_by_company"),
        ({"regular_form": "komvux"}, "regular_education"),
        ({"exemption_ground": "in_house"}, "exempt"),
        (FRAMEWORK | {"call_off_model": "mini_competition"}, "call_off_mini_competition"),
        (FRAMEWORK | {"call_off_model": "ranking"}, "call_off_without_competition"),
        ({}, "direct_award"),
        ({"value_sek": "8513250"}, "advertised_chapter_19"),
        ({"value_sek": "8513250", "direct_award_ground": "extreme_urgency"}, "direct_award"),
        ({"annex2": "no", "value_sek": "700000"}, "advertised_chapter_19"),
        ({"annex2": "no", "value_sek": "2451816"}, "advertised_eu"),
    ],
)
def test_the_answers_lead_to_a_route(values, route_id):
    assert propose(**(DIRECT_ANSWERS | values)).route_id == route_id


def test_a_proposal_tells_every_rule_that_was_tried():
    proposal = propose(**DIRECT_ANSWERS)
    assert [trial.fits for trial in proposal.trials] == [False] * 6 + [True]
    assert str(proposal.trials[-1].reason).startswith("Passar: värdet ligger under")
    assert str(proposal.trials[2].reason) == "Passar inte. Vägen gäller när företaget är köpare."


def test_answers_that_are_not_enough_lead_to_questions_and_never_to_a_guess():
    assert propose().missing_fields == ("buyer",)
    assert propose(buyer="municipality_for_group").missing_fields == (
        "value_sek",
        "procurement_started",
        "annex2",
    )


def test_a_day_without_limits_is_told_only_when_the_choice_rests_on_them():
    late = DIRECT_ANSWERS | {"procurement_started": "2031-01-01"}
    with pytest.raises(NoThresholdError, match="Kontrollera datumet"):
        propose(**late)
    assert propose(**(late | {"buyer": "company"})).route_id == "company_buys"
    assert propose(**late, direct_award_ground="extreme_urgency").route_id == "direct_award"


def test_the_situation_does_not_change_when_values_are_tried():
    purchase = situation(subject="Truck")
    tried = purchase.with_values({"subject": "Lift"}, frozenset({"contract"}))
    assert (purchase.values["subject"], tried.values["subject"], tried.papers) == (
        "Truck",
        "Lift",
        {"contract"},
    )
    assert tried.day("contract_date") is None
    assert purchase.today == date(2026, 5, 4)
