"""The days that the law sets for a purchase."""

from dataclasses import replace
from datetime import date

import pytest

from broker.procurement import deadlines
from tests.factories_procurement import situation


def found(route_id="direct_award", **values):
    return {row.id: row for row in deadlines.list_deadlines(situation(route_id, **values))}


def test_a_contract_starts_the_times_of_the_law():
    rows = found(contract_date="2026-03-02", value_sek="900000", annex2="no")
    assert rows["documentation"].on == date(2026, 4, 1)
    assert rows["post_notice"].on == date(2026, 4, 1)
    assert rows["validity_challenge"].on == date(2026, 9, 2)
    assert rows["harm_fee_decision"].on == date(2028, 3, 2)
    assert "19 a kap. 11 §" in rows["documentation"].law


def test_annex_2_may_be_announced_by_the_quarter():
    assert found(contract_date="2026-02-02", value_sek="900000", annex2="yes")["post_notice"].on == date(2026, 4, 30)


@pytest.mark.parametrize(("value", "is_announced"), [("699999", False), ("700000", True)])
def test_a_direct_award_is_announced_from_the_amount_of_the_file(value, is_announced):
    assert ("post_notice" in found(contract_date="2026-03-02", value_sek=value)) is is_announced


def test_a_small_direct_award_has_nothing_to_document():
    assert "documentation" not in found(contract_date="2026-03-02", value_sek="100000")


def test_a_call_off_is_never_announced():
    assert "post_notice" not in found("call_off_without_competition", contract_date="2026-03-02", value_sek="5000000")


def test_a_notification_of_a_direct_award_starts_no_standstill():
    sent = {"notice_sent_date": "2026-03-02", "notice_channel": "electronic"}
    assert "standstill_end" not in found(**sent)
    assert found("advertised_chapter_19", **sent)["standstill_end"].on == date(2026, 3, 12)


def test_an_intent_notice_starts_one_and_a_call_for_tenders_does_not():
    assert found(notice_published="2026-03-02")["voluntary_notice_standstill"].on == date(2026, 3, 12)
    assert "voluntary_notice_standstill" not in found("advertised_chapter_19", notice_published="2026-03-02")


def test_a_longer_stated_standstill_counts_for_the_contract():
    values = {
        "notice_sent_date": "2026-03-02",
        "notice_channel": "electronic",
        "standstill_end": "2026-03-25",
    }
    assert deadlines.find_standstill_end(situation("advertised_eu", **values)) == date(2026, 3, 25)


def test_a_judgment_lengthens_the_standstill():
    values = {
        "notice_sent_date": "2026-03-02",
        "notice_channel": "electronic",
        "review_case": "1-26",
        "review_outcome": "dismissed",
        "review_decision_date": "2026-05-04",
    }
    assert deadlines.find_standstill_end(situation("advertised_eu", **values)) == date(2026, 5, 15)


def test_open_tenders_have_a_last_day_for_information_and_a_shortest_time():
    rows = found(
        "advertised_eu",
        notice_published="2026-03-02",
        procedure="open",
        tender_deadline="2026-04-20T12:00:00+02:00",
    )
    assert rows["extra_information"].on == date(2026, 4, 14)
    assert rows["tender_time_open_eu"].on == date(2026, 4, 7)


def test_a_framework_agreement_has_a_longest_time():
    rows = found("advertised_eu", contract_start="2026-03-02", value_basis="framework_maximum")
    assert rows["framework_maximum_term"].on == date(2030, 3, 2)


OPTIONS = [
    {"kind": "price", "text": "Första året", "amount": "1"},
    {"kind": "option", "text": "Andra året", "amount": "1", "use_by": "2026-12-01", "until": "2027-12-31"},
]


def test_an_option_waits_for_an_answer_and_lengthens_the_contract_when_it_is_used():
    values = {"contract_date": "2026-01-12", "contract_end": "2026-12-31", "value_parts": OPTIONS}
    rows = found(**values)
    option = rows["option_use_1"]
    assert (option.on, option.label) == (date(2026, 12, 1), "Använd optionen eller avstå: Andra året")
    assert option.is_task and not option.is_done
    assert rows["contract_end"].on == date(2026, 12, 31)

    used = found(**(values | {"value_parts": [OPTIONS[0], OPTIONS[1] | {"is_used": True}]}))
    assert used["option_use_1"].is_done
    assert used["contract_end"].on == date(2027, 12, 31)

    let_go = found(**(values | {"value_parts": [OPTIONS[0], OPTIONS[1] | {"is_used": False}]}))
    assert let_go["option_use_1"].is_done
    assert let_go["contract_end"].on == date(2026, 12, 31)


def test_an_option_of_a_contract_that_is_not_signed_waits_for_nobody():
    assert "option_use_1" not in found(value_parts=OPTIONS)


def test_a_contract_that_follows_a_workflow_from_before_options_keeps_its_other_days():
    now = situation(contract_date="2026-03-02", value_sek="900000", value_parts=OPTIONS)
    known = {name: row for name, row in now.document["deadlines"].items() if name != "option_use"}
    older = replace(now, document={**now.document, "deadlines": known})
    days = {row.id for row in deadlines.list_deadlines(now)}
    assert {row.id for row in deadlines.list_deadlines(older)} == days - {"option_use_1"}


def test_the_end_of_a_contract_is_nothing_to_do_once_the_purchase_is_closed():
    values = {"contract_date": "2026-01-12", "contract_end": "2026-12-31", "state": "closed"}
    assert found(**values)["contract_end"].is_done


def test_the_last_day_for_offers_runs_until_the_purchase_goes_on_and_tells_nobody_that_one_is_in():
    asked = {"offer_deadline": "2026-05-10T12:00:00+02:00"}
    assert not found(state="request_sent", **asked)["offers_due"].is_done
    assert not found(state="request_sent", **asked, offers_received=["A; 1"])["offers_due"].is_done
    assert found(state="offers_in", **asked, offers_received=["A; 1"])["offers_due"].is_done
    assert found(state="direct_preparing", **asked)["offers_due"].is_done


def test_a_company_that_buys_has_no_times_of_the_procurement_law():
    assert found("company_buys", contract_date="2026-03-02", value_sek="900000") == {}


def test_the_next_deadline_is_the_earliest_thing_left_to_do():
    values = {"contract_date": "2026-03-02", "value_sek": "900000", "annex2": "yes"}
    assert deadlines.next_deadline(situation(**values)).id == "documentation"
    assert deadlines.next_deadline(situation(**values, documentation_done_date="2026-03-20")).id == "post_notice"
    done = values | {"documentation_done_date": "2026-03-20", "post_notice_date": "2026-03-21"}
    assert deadlines.next_deadline(situation(**done)) is None
