"""Files that come with the product are in order, and one that is not is told everything that is wrong."""

import copy

import pytest
from hypothesis import given
from hypothesis import strategies as st

from broker.procurement import checking, thresholds
from broker.reference.models import DocumentKind
from broker.rules import shapes
from broker.rules.differences import list_differences
from broker.rules.labels import KIND_LABELS
from tests.factories_procurement import document

WORKFLOW, LIMITS = document("procurement_workflow"), document("procurement_thresholds")
ROWS = thresholds.read_thresholds(LIMITS)
TREES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=4), inner, max_size=4),
    max_leaves=12,
)


def changed(content, change):
    copied = copy.deepcopy(content)
    change(copied)
    return copied


def route(content, route_id="direct_award"):
    return next(row for row in content["routes"] if row["id"] == route_id)


def test_the_products_own_workflow_and_limits_have_no_faults(app):
    with app.test_request_context():
        assert checking.list_faults(WORKFLOW, ROWS) == []
        assert thresholds.list_faults(LIMITS) == []


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lambda new: new["guards"].pop("not_split"), "Kontrollen ”not_split” saknas."),
        (lambda new: new["guards"].update(magic={"rule": "x"}), "Broker känner inte kontrollen ”magic”."),
        (lambda new: new["route_selection"][0].update({"if": "moon == full"}), "villkoret ”moon == full”"),
        (lambda new: route(new)["transitions"][0].update(to="limbo"), "läget limbo finns inte"),
        (lambda new: new["states"]["draft"].pop("label_en"), "”draft” saknar namn"),
        (lambda new: route(new)["transitions"][0]["requires_fields"].append("mood"), "fältet ”mood”"),
        (lambda new: new["deadlines"]["standstill_end"].update(rule="ten days"), "en regel kan inte räknas"),
        (lambda new: new["value_bases"].pop("contract_total"), "value_bases ska ha en rad"),
        (lambda new: route(new)["transitions"].pop(0), "inget steg leder till"),
        (lambda new: route(new).update(tail=[]), "når man inget slut"),
        (lambda new: new.pop("states"), "inte uppbyggd som ett arbetsflöde"),
    ],
)
def test_a_workflow_that_cannot_be_followed_says_why(app, change, told):
    with app.test_request_context():
        faults = checking.list_faults(changed(WORKFLOW, change), ROWS)
    assert any(told in fault for fault in faults), faults


def test_a_new_state_with_its_steps_is_only_data(app):
    def add(new):
        new["states"]["checked_by_lawyer"] = {
            "label_sv": "Granskad av jurist",
            "label_en": "Seen by lawyer",
            "kind": "open",
        }
        steps = route(new)["transitions"]
        first = next(row for row in steps if row["to"] == "route_chosen")
        steps.append(dict(first, to="checked_by_lawyer"))
        steps.append(
            {
                "from": "checked_by_lawyer",
                "to": "route_chosen",
                "label_sv": "Klar",
                "label_en": "Done",
                "requires_fields": [],
            }
        )

    with app.test_request_context():
        assert checking.list_faults(changed(WORKFLOW, add), ROWS) == []


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lambda row: row.update(valid_to="2021-12-30"), "ska börja dagen efter"),
        (lambda row: row.update(direct_award_limit_sek=0), "ska vara över 0"),
        (lambda row: row.update(valid_from="igår"), "Rad 1 kan inte läsas."),
        (lambda row: row.update(direct_award_limit_sek="mycket"), "Rad 1 kan inte läsas."),
        (lambda row: row.update(category="annex2_socal"), "känner inte slaget ”annex2_socal”"),
        (lambda row: row.update(valid_to="2019-12-31"), "slutar innan den börjar"),
    ],
)
def test_limits_with_a_gap_or_an_impossible_amount_say_where(app, change, told):
    faulty = changed(LIMITS, lambda new: change(new["rows"][0]))
    with app.test_request_context():
        faults = thresholds.list_faults(faulty)
    assert any(told in fault for fault in faults), faults


@pytest.mark.parametrize("kind", DocumentKind, ids=str)
def test_a_file_of_the_product_has_its_own_shape_and_an_emptied_one_has_not(app, kind):
    content = document(kind.value)
    with app.test_request_context():
        assert list(shapes.list_faults(content, content)) == []
        assert list(shapes.list_faults(content, {}))


@pytest.mark.parametrize(
    ("after", "told"),
    [
        ({"days": {"undo": "trettio"}}, "days/undo: här ska stå ett tal."),
        ({"days": {}}, "days/undo saknas."),
        ({"days": 30}, "days: här ska stå namn och värden."),
    ],
)
def test_a_wrong_value_is_told_with_its_place(app, after, told):
    with app.test_request_context():
        assert told in list(shapes.list_faults({"days": {"undo": 30}}, after))


@given(before=TREES, after=TREES)
def test_differences_are_none_exactly_when_nothing_differs(before, after):
    assert bool(list(list_differences(before, after))) == (before != after)


def test_a_row_in_between_is_one_difference():
    rows = [{"id": "a", "n": 1}, {"id": "b", "n": 2}]
    between = [rows[0], {"id": "c", "n": 3}, rows[1]]
    (difference,) = list_differences({"rows": rows}, {"rows": between})
    assert (difference.place, difference.before, difference.after) == (("rows", "c"), None, {"id": "c", "n": 3})


def test_every_rule_and_form_has_a_name():
    assert set(KIND_LABELS) == set(DocumentKind)
