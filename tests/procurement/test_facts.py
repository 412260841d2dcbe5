"""What cannot have happened is refused with what to do."""

from datetime import date, timedelta

import pytest

from broker.procurement.facts import list_contradictions
from broker.procurement.suppliers import Supplier
from tests.factories_procurement import situation

TODAY = date(2026, 5, 4)


def supplier(name="Svetsskolan i Flen", number="5560001234"):
    return Supplier(id=7, name=name, organisation_number=number, status=None, teaching="", fits=None)


def found(*answered, suppliers=(), **values):
    return list_contradictions(situation(today=TODAY, **values), answered or values, suppliers)


@pytest.mark.parametrize(
    ("earlier", "later"),
    [
        ({"procurement_started": "2026-03-02"}, {"decision_date": "2026-03-01"}),
        ({"procurement_started": "2026-03-02"}, {"offer_deadline": "2026-03-01T16:00:00+01:00"}),
        ({"offer_deadline": "2026-03-20T16:00:00+01:00"}, {"decision_date": "2026-03-19"}),
        ({"tender_deadline": "2026-03-20T16:00:00+01:00"}, {"tenders_opened": "2026-03-20T15:00:00+01:00"}),
        ({"decision_date": "2026-03-20"}, {"contract_date": "2026-03-19"}),
        ({"contract_start": "2026-03-20"}, {"contract_end": "2026-03-19"}),
        ({"delivery_start": "2026-03-20"}, {"delivery_end": "2026-03-19"}),
    ],
)
def test_a_day_before_what_it_follows_on_is_refused_and_the_same_day_is_not(scope, earlier, later):
    (name,) = later
    (first,) = earlier
    assert "kan inte ligga före" in found(name, **earlier, **later)[name]
    same = next(iter(earlier.values()))
    assert found(name, **{first: same, name: same if name in ("tenders_opened", "offer_deadline") else same[:10]}) == {}


def test_what_was_answered_before_is_not_refused_in_a_later_step(scope):
    assert found("subject", procurement_started="2026-03-02", decision_date="2026-03-01") == {}


def test_what_has_happened_lies_not_ahead(scope):
    ahead = (TODAY + timedelta(days=1)).isoformat()
    assert "framåt i tiden" in found(decision_date=ahead)["decision_date"]
    for plan in ({"offer_deadline": f"{ahead}T12:00:00+02:00"}, {"delivery_start": ahead}):
        assert found(**plan) == {}


@pytest.mark.parametrize(
    ("method", "asked", "is_refused"),
    [
        ("request_to_one", ["1", "2"], True),
        ("request_to_one", ["1"], False),
        ("request_to_several", ["1"], True),
        ("request_to_several", ["1", "2"], False),
        ("published_on_own_site", ["1"], False),
    ],
)
def test_how_many_are_asked_agrees_with_how_they_are_asked(scope, method, asked, is_refused):
    assert ("competition_method" in found(competition_method=method, suppliers_asked=asked)) is is_refused


@pytest.mark.parametrize(
    ("offer", "is_known"),
    [
        ("Svetsskolan i Flen, 240 000 kr", True),
        ("Svetsskolan; 240 000", True),
        ("Anbud 1, 556000-1234, 240 000", True),
        ("Lernia; 260 000", False),
        ("Anbud 1; 240 000", False),
    ],
)
def test_a_winner_stands_among_the_offers(scope, offer, is_known):
    refused = found(suppliers=[supplier()], chosen_provider="7", offers_received=["Ada; 1", offer])
    assert ("chosen_provider" not in refused) is is_known


@pytest.mark.parametrize(
    ("route_id", "people", "is_enough"),
    [("advertised_eu", 1, False), ("advertised_eu", 2, True), ("advertised_chapter_19", 1, True)],
)
def test_two_open_the_tenders_where_the_law_says_so(app, route_id, people, is_enough):
    present = [str(key) for key in range(people)]
    with app.test_request_context():
        found = list_contradictions(situation(route_id, opening_attendees=present), {"opening_attendees"})
    assert (found == {}) is is_enough
    assert is_enough or "LOU 12 kap. 10 §" in found["opening_attendees"]


EARLY = {
    "competition_method": "request_to_several",
    "offer_deadline": "2026-05-20T12:00:00+02:00",
    "decision_date": "2026-05-04",
    "suppliers_asked": ["7", "8"],
}
ASKED = [supplier(), Supplier(8, "Lernia", "5565498952", None, "", None)]


def early(note=None, **values):
    purchase = situation(today=TODAY, **(EARLY | values))
    return list_contradictions(purchase, ["decision_date"], ASKED, note=note)


@pytest.mark.parametrize(
    "offers",
    [
        {"standing_offers": ["7", "5565498952"]},
        {"offers_received": ["Svetsskolan i Flen, 240 000 kr", "Lernia; 260 000"]},
    ],
)
def test_a_direct_award_waits_for_no_day_once_all_that_were_asked_have_answered(scope, offers):
    assert early(**offers) == {}


def test_a_direct_award_before_all_have_answered_says_when_they_declined(scope):
    refused = early(standing_offers=["7"])
    assert refused.keys() == {"step_note"}
    assert "20 maj 2026, och alla tillfrågade har inte svarat: Lernia." in refused["step_note"]
    assert early(standing_offers=["7"], note="Lernia avböjde den 3 maj.") == {}


@pytest.mark.parametrize("method", ["published_on_own_site", "advertised"])
def test_a_request_that_was_published_is_open_until_its_last_moment(scope, method):
    refused = early(competition_method=method, standing_offers=["7", "8"], note="Alla har svarat.")
    assert "kan inte ligga före" in refused["decision_date"]


def test_an_offer_in_a_competition_under_an_agreement_is_waited_for(scope):
    values = {**EARLY, "standing_offers": ["7", "8"]}
    purchase = situation("call_off_mini_competition", today=TODAY, **values)
    assert "decision_date" in list_contradictions(purchase, ["decision_date"], ASKED, note="Alla har svarat.")
