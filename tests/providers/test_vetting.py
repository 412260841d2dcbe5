"""The status of a provider follows from its checks."""

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from broker.providers import vetting
from tests.factories_procurement import document

TODAY = date(2026, 5, 4)
LIST = document("provider_vetting")
ITEMS = {item["id"]: item for item in LIST["items"]}
KNOCK_OUTS = [item["id"] for item in LIST["items"] if item["knock_out"]]
RESULTS = [row["id"] for row in LIST["item_results"]]


@dataclass(frozen=True)
class Check:
    item_id: str
    result: str = "approved"
    checked_on: date = TODAY
    valid_to: date | None = None
    created_at: datetime = datetime(2026, 5, 4, 8, tzinfo=UTC)


def assess(*checks, today=TODAY, has_employees=True, gives_certificates=True, is_paused=False, gives_distance=True):
    return vetting.assess(
        checks,
        LIST,
        today=today,
        has_employees=has_employees,
        gives_certificates=gives_certificates,
        is_paused=is_paused,
        gives_distance=gives_distance,
    )


def everything(**changes):
    """Give an approved check of every item, some of them changed."""
    return [changes.get(item_id, Check(item_id)) for item_id in ITEMS]


def test_a_provider_without_checks_is_new():
    assert assess().id == "new"


def test_a_provider_with_some_checks_is_in_review_and_says_what_remains():
    status = assess(Check("registered"))
    assert status.id == "in_review"
    assert "registered" not in {item.id for item in status.missing}
    assert "återstår" in status.reasons[0]


def test_a_provider_with_every_item_approved_is_vetted_until_the_first_item_runs_out():
    status = assess(*everything())
    assert (status.id, status.label) == ("vetted", "Kvalitetssäkrad")
    assert status.next_expiry == date(2026, 11, 4)
    assert vetting.may_be_used(status)


def test_a_remark_is_shown_with_the_status():
    status = assess(*everything(price_list=Check("price_list", "remark")))
    assert status.id == "vetted_with_remarks"
    assert [item.id for item in status.remarks] == ["price_list"]
    assert vetting.may_be_used(status)


@pytest.mark.parametrize("item_id", KNOCK_OUTS)
def test_a_failed_excluding_item_leads_to_a_hearing_and_never_to_refusal(item_id):
    status = assess(*everything(**{item_id: Check(item_id, "failed")}))
    assert status.id == "under_hearing"
    assert not vetting.may_be_used(status)


def test_a_failed_mandatory_item_that_does_not_exclude_asks_for_completion():
    assert assess(*everything(references=Check("references", "failed"))).id == "needs_completion"


def test_a_failed_item_of_information_is_a_remark():
    assert assess(*everything(environment=Check("environment", "failed"))).id == "vetted_with_remarks"


def test_a_check_counts_on_its_last_day_and_not_the_day_after():
    checks = everything(f_tax=Check("f_tax", checked_on=date(2025, 11, 4)))
    assert assess(*checks).id == "vetted"
    status = assess(*checks, today=TODAY + timedelta(days=1))
    assert status.id == "expired"
    assert [item.id for item in status.expired] == ["f_tax"]


def test_an_insurance_that_ends_earlier_ends_the_check():
    ended = Check("liability_insurance", valid_to=TODAY - timedelta(days=1))
    assert assess(*everything(liability_insurance=ended)).id == "expired"


def test_a_warning_comes_thirty_days_before_and_no_earlier():
    checks = everything(vat=Check("vat", valid_to=TODAY + timedelta(days=31)))
    assert assess(*checks).expiring_soon == ()
    assert [item.id for item in assess(*checks, today=TODAY + timedelta(days=1)).expiring_soon] == ["vat"]


def test_the_newest_check_of_an_item_counts():
    old = Check("tax_debt", "failed", TODAY - timedelta(days=10))
    assert assess(old, *everything()).id == "vetted"
    assert assess(*everything(), replace(old, checked_on=TODAY)).id == "under_hearing"


def test_items_about_employees_certificates_and_distance_are_left_out_when_they_do_not_apply():
    without = [
        check
        for check in everything()
        if check.item_id not in ("employer_registered", "licence", "teacher_licence", "distance_learning")
    ]
    assert assess(*without, has_employees=False, gives_certificates=False, gives_distance=False).id == "vetted"
    assert assess(*without).id == "in_review"


def test_an_item_can_be_said_not_to_apply():
    assert assess(*everything(e_invoice=Check("e_invoice", "not_applicable"))).id == "vetted"


def test_an_item_marked_unchecked_again_counts_as_missing():
    again = Check("registered", "not_checked")
    assert [item.id for item in assess(*everything(), again).missing] == ["registered"]


def test_a_paused_provider_is_never_used():
    assert not vetting.may_be_used(assess(*everything(), is_paused=True))


def test_only_approved_and_fresh_excluding_items_let_a_purchase_through():
    assert assess(*everything()).knock_out_problems == ()
    with_remark = assess(*everything(tax_debt=Check("tax_debt", "remark")))
    assert with_remark.knock_out_problems == (ITEMS["tax_debt"]["label_sv"],)


def test_about_crimes_nothing_but_the_result_may_be_kept():
    assert vetting.find_problem(ITEMS["crimes"], result="approved", evidence="utdrag", note=None)[0] == "evidence"
    assert vetting.find_problem(ITEMS["crimes"], result="failed", evidence=None, note=None) is None


def test_a_result_that_needs_a_reason_asks_for_it():
    assert vetting.find_problem(ITEMS["vat"], result="not_applicable", evidence=None, note=None)[0] == "note"
    assert vetting.find_problem(ITEMS["vat"], result="approved", evidence=None, note=None) is None


checks = st.lists(
    st.builds(
        Check,
        item_id=st.sampled_from(sorted(ITEMS)),
        result=st.sampled_from(RESULTS),
        checked_on=st.dates(date(2023, 1, 1), TODAY),
    ),
    max_size=150,
)


@given(checks)
def test_a_provider_that_may_be_used_has_no_failed_missing_or_old_mandatory_item(found):
    status = assess(*everything(), *found)
    if vetting.may_be_used(status):
        assert not status.missing
        assert not status.expired
        assert not [item for item in status.failed if item.is_mandatory or item.is_knock_out]


@given(checks)
def test_no_set_of_checks_rejects_a_provider(found):
    assert assess(*found).id != "rejected"


@given(checks)
def test_every_status_has_reasons_that_a_person_can_read(found):
    status = assess(*found)
    assert status.reasons
    assert all(reason.endswith(".") for reason in status.reasons)


@given(checks, st.sampled_from(sorted(ITEMS)))
def test_approving_an_item_today_never_makes_it_worse(found, item_id):
    if vetting.may_be_used(assess(*everything(), *found)):
        assert vetting.may_be_used(assess(*everything(), *found, Check(item_id)))


@given(checks, st.integers(0, 800))
def test_time_alone_never_makes_a_provider_usable(found, days):
    later = TODAY + timedelta(days=days)
    if vetting.may_be_used(assess(*everything(), *found, today=later)):
        assert vetting.may_be_used(assess(*everything(), *found))
