"""One test for every row of limits, every transition and every deadline of the data files, made from the files."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from broker.procurement import deadlines, workflow
from broker.procurement.thresholds import NoThresholdError, get_threshold, read_thresholds
from tests.factories_procurement import DIRECT_ANSWERS, document, situation

DOCUMENT, LIMITS = document("procurement_workflow"), document("procurement_thresholds")
ROWS = [row for row in LIMITS["rows"] if row["law"] == "LOU" and row["direct_award_limit_sek"] and row["threshold_sek"]]
ROUTES = {route["id"]: route for route in DOCUMENT["routes"]}
TRANSITIONS = [(route_id, row) for route_id, route in ROUTES.items() for row in [*route["transitions"], *route["tail"]]]
ORE = Decimal("0.01")

# Values that no guard and no fact of the calendar objects to.
GOOD = DIRECT_ANSWERS | {
    "value_basis": "contract_total",
    "value_includes_options": True,
    "recurring": False,
    "similar_value_12m_sek": "0",
    "state_aid_checked": True,
    "direct_award_ground": "low_value",
    "presentation_criteria": "Alla som ger kursen i länet.",
    "conflict_check": True,
    "framework": "Ramavtal truck",
    "framework_end": "2027-12-31",
    "framework_ceiling_sek": "9000000",
    "buyer_named_in_framework": True,
    "call_off_model": "single_supplier",
    "suppliers_asked": ["1"],
    "offers_received": ["Svetsskolan; 240 000"],
    "delegation_ref": "4.2",
    "notice_sent_date": "2026-03-16",
    "notice_channel": "electronic",
    "notice_published": "2026-03-09",
    "standstill_end": "2026-03-26",
    "contract_date": "2026-04-13",
    "review_outcome": "dismissed",
    "review_decision_date": "2026-03-25",
}
SAMPLES = {
    "date": "2026-04-20",
    "datetime": "2026-03-12T12:00:00+01:00",
    "money": "240000",
    "number": "4",
    "integer": 12,
    "boolean": True,
    "provider": "1",
    "user": "1",
    "list": ["1"],
}


def filled(route_id, row):
    """Give what a transition asks for, with values that nothing objects to."""
    values = {
        name: (field["values"][0] if "values" in field else SAMPLES.get(field["type"], "x"))
        for name, field in DOCUMENT["fields"].items()
    } | GOOD
    if "forbidden_when" in row:
        values |= {"value_sek": "90000", "suppliers_asked": ["1"]}
    return values


def papers(row):
    demands = [row, *row.get("conditional", [])]
    return [name for demand in demands for name in demand.get("requires_documents", [])]


def ids(pair):
    route_id, row = pair
    return f"{route_id}: {row['from']} – {row['to']}"


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row['category']} {row['valid_from']}")
def test_a_row_of_limits_counts_from_its_first_day_to_its_last_and_to_the_ore(row):
    rows, first = read_thresholds(LIMITS), date.fromisoformat(row["valid_from"])
    last = date.fromisoformat(row["valid_to"])
    limit = Decimal(row["direct_award_limit_sek"])
    for day in (first, last):
        found = get_threshold(rows, category=row["category"], started_on=day)
        assert (found.direct_award_limit, found.threshold) == (limit, Decimal(row["threshold_sek"]))
        assert found.allows_direct_award(limit - ORE)
        assert found.allows_direct_award(limit) is (row["comparison"] == "at_most")
        assert not found.allows_direct_award(limit + ORE)
        assert found.is_reached_by(found.threshold) and not found.is_reached_by(found.threshold - ORE)
    for day in (first - timedelta(days=1), last + timedelta(days=1)):
        try:
            other = get_threshold(rows, category=row["category"], started_on=day)
        except NoThresholdError:
            continue
        assert other.valid_from != first


@pytest.mark.parametrize("pair", TRANSITIONS, ids=ids)
def test_a_transition_is_open_with_what_it_asks_for_and_closed_without_any_of_it(pair):
    route_id, row = pair
    values, kinds = filled(route_id, row), papers(row)
    ready = situation(route_id, row["from"], papers=kinds, **values)
    step = workflow.find_step(ready, row["to"])
    assert step.is_ready, (step.missing_fields, step.missing_papers, step.broken_guards, step.forbidden)

    for name in row["requires_fields"]:
        if workflow.is_computed(DOCUMENT, name):
            continue
        lacking = situation(route_id, row["from"], papers=kinds, **{**values, name: None})
        assert name in workflow.find_step(lacking, row["to"]).missing_fields
    for name in row.get("requires_documents", []):
        others = [kind for kind in kinds if kind != name]
        lacking = situation(route_id, row["from"], papers=others, **values)
        assert workflow.find_step(lacking, row["to"]).missing_papers == (name,)
    for elsewhere in DOCUMENT["states"].keys() - {
        pair[1]["from"] for pair in TRANSITIONS if pair[1]["to"] == row["to"]
    }:
        assert workflow.find_step(situation(route_id, elsewhere, **values), row["to"]) is None


# What each deadline rests on, and the day that it gives, counted by hand with a calendar.
DAYS = {
    "standstill_end": (
        "advertised_chapter_19",
        {"notice_sent_date": "2026-03-02", "notice_channel": "other"},
        "2026-03-17",
    ),
    "voluntary_notice_standstill": ("direct_award", {"notice_published": "2026-03-02"}, "2026-03-12"),
    "after_court": (
        "advertised_eu",
        {"review_decision_date": "2026-03-02", "review_outcome": "dismissed"},
        "2026-03-12",
    ),
    "documentation": ("direct_award", {"contract_date": "2026-03-02"}, "2026-04-01"),
    "post_notice": ("advertised_eu", {"contract_date": "2026-03-02", "annex2": "no"}, "2026-04-01"),
    "extra_information": ("advertised_eu", {"tender_deadline": "2026-04-20T12:00:00+02:00"}, "2026-04-14"),
    "tender_time_open_eu": ("advertised_eu", {"notice_published": "2026-03-02", "procedure": "open"}, "2026-04-07"),
    "validity_challenge": ("direct_award", {"contract_date": "2026-03-02"}, "2026-09-02"),
    "harm_fee_decision": ("direct_award", {"contract_date": "2026-03-02"}, "2028-03-02"),
    "offers_due": ("direct_award", {"offer_deadline": "2026-03-20T12:00:00+01:00"}, "2026-03-20"),
    "option_use": (
        "direct_award",
        {
            "contract_date": "2026-03-02",
            "value_parts": [{"kind": "option", "text": "x", "amount": "1", "use_by": "2026-11-30"}],
        },
        "2026-11-30",
    ),
    "contract_end": ("exempt", {"contract_date": "2026-03-02", "contract_end": "2026-12-18"}, "2026-12-18"),
    "framework_maximum_term": (
        "advertised_eu",
        {"contract_start": "2026-03-02", "value_basis": "framework_maximum"},
        "2030-03-02",
    ),
}
# The time for giving reasons runs from a request, which has rows of its own.
NOT_OF_THE_PURCHASE = {"reasons_on_request"}


def test_every_deadline_of_the_file_has_a_day_counted_by_hand():
    assert set(DAYS) | NOT_OF_THE_PURCHASE == set(DOCUMENT["deadlines"])


@pytest.mark.parametrize("deadline_id", DAYS)
def test_a_deadline_falls_on_the_day_that_was_counted_by_hand(deadline_id):
    route_id, values, day = DAYS[deadline_id]
    purchase = situation(route_id, value_sek="900000", **values)
    found = {row.id.rstrip("_0123456789"): row for row in deadlines.list_deadlines(purchase)}
    assert found[deadline_id].on == date.fromisoformat(day)
    assert found[deadline_id].law


# Around Christmas, Easter and midsummer, counted by hand: ten and thirty days from the day a letter or a contract left.
HOLIDAYS = [
    # 24 and 25 December are eve and holiday, 26 a holiday, 27 a Sunday: Monday 28 December 2026.
    ("2026-12-14", "2026-12-28", "2027-01-13"),
    # Ten days end on New Year's Eve, then a holiday, Saturday and Sunday: Monday 4 January 2027.
    ("2026-12-21", "2027-01-04", "2027-01-20"),
    # Ten days end on Good Friday 26 March 2027; Easter Monday is the 29th: Tuesday 30 March. Thirty: 15 April.
    ("2027-03-16", "2027-03-30", "2027-04-15"),
    # Ten days end on Maundy Thursday, which is an ordinary weekday here.
    ("2027-03-15", "2027-03-25", "2027-04-14"),
    # Ten days end on Midsummer Eve, Friday 25 June 2027: Monday 28 June. Thirty: Thursday 15 July.
    ("2027-06-15", "2027-06-28", "2027-07-15"),
    # Ten days end on the National Day, Sunday 6 June 2027: Monday. Thirty end on Midsummer Day, 26 June: Monday.
    ("2027-05-27", "2027-06-07", "2027-06-28"),
    # Ten days end on Ascension Day, Thursday 6 May 2027: Friday, an ordinary weekday. Thirty: Wednesday 26 May.
    ("2027-04-26", "2027-05-07", "2027-05-26"),
]


@pytest.mark.parametrize(("day", "ten", "thirty"), HOLIDAYS)
def test_days_around_the_holidays_are_as_counted_by_hand(day, ten, thirty):
    sent = situation("advertised_chapter_19", notice_sent_date=day, notice_channel="electronic")
    signed = situation("direct_award", contract_date=day, value_sek="250000")
    assert deadlines.find_standstill_end(sent) == date.fromisoformat(ten)
    found = {row.id: row.on for row in deadlines.list_deadlines(signed)}
    assert found["documentation"] == date.fromisoformat(thirty)
