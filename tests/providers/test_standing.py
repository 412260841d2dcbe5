"""Whatever is done in whatever order, nobody is refused unheard, and nobody is used while something is open."""

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from broker.providers import vetting
from broker.providers.hearings.queue import find_waiting
from broker.providers.hearings.rules import NextStep, find_objection, list_next
from broker.providers.hearings.standing import Cure, Outcome, StepKind, read_standing
from tests.providers.test_vetting import ITEMS, KNOCK_OUTS, LIST, TODAY, Check

MORNING = datetime(2026, 5, 4, 8, tzinfo=UTC)
ANSWER_DAYS = 14


@dataclass(frozen=True)
class Step:
    kind: StepKind
    happened_on: date
    created_at: datetime
    until: date | None = None
    item_ids: str = ""
    outcome: Outcome | None = None
    cure: Cure | None = None


class Story:
    """A provider with everything approved, to which things happen, each a minute after the other."""

    def __init__(self):
        self.checks = [Check(item_id, created_at=MORNING) for item_id in ITEMS]
        self.steps, self.now = [], MORNING

    @property
    def today(self):
        return self.now.date()

    @property
    def status(self):
        return vetting.assess(
            self.checks,
            LIST,
            today=self.today,
            has_employees=True,
            gives_certificates=True,
            is_paused=False,
            standing=read_standing(self.steps),
        )

    def _step(self, kind, **values):
        self.steps.append(Step(kind, self.today, self.now, **values))

    def wait(self, days):
        self.now += timedelta(days=days)

    def check(self, item_id, result):
        self.checks.append(Check(item_id, result, self.today, created_at=self.now))

    def hear(self):
        if unheard := self.status.unheard:
            until = self.today + timedelta(days=ANSWER_DAYS)
            self._step(StepKind.HEARD, until=until, item_ids=" ".join(item.id for item in unheard))

    def answer(self):
        if self.status.standing.hearing:
            self._step(StepKind.ANSWERED)

    def assess(self, cure):
        if self.status.standing.hearing and self.status.standing.hearing.answered_on:
            self._step(StepKind.ASSESSED, cure=cure)

    def decide(self, outcome, days=None):
        objection = find_objection(outcome, self.status)
        if objection is None:
            self._step(StepKind.DECIDED, outcome=outcome, until=days and self.today + timedelta(days=days))
        return objection

    def reopen(self):
        self._step(StepKind.REOPENED)

    def do(self, name, *values):
        self.now += timedelta(minutes=1)
        return getattr(self, name)(*values)


def story(*acts):
    told = Story()
    for name, *values in acts:
        told.do(name, *values)
    return told


HEARD = (("check", "tax_debt", "failed"), ("hear",))
CURED = (*HEARD, ("answer",), ("assess", Cure.ENOUGH))
REFUSED = (*HEARD, ("answer",), ("assess", Cure.NOT_ENOUGH), ("decide", Outcome.REJECTED))

ITEMS_THAT_FAIL = st.sampled_from(["tax_debt", "crimes", "price_list"])
acts = st.one_of(
    st.tuples(st.just("wait"), st.integers(1, 30)),
    st.tuples(st.just("check"), ITEMS_THAT_FAIL, st.sampled_from(["failed", "approved"])),
    st.tuples(st.just("hear")),
    st.tuples(st.just("answer")),
    st.tuples(st.just("assess"), st.sampled_from(Cure)),
    st.tuples(st.just("decide"), st.sampled_from(Outcome), st.sampled_from([None, 5])),
    st.tuples(st.just("reopen")),
)


@given(st.lists(acts, max_size=25))
def test_nobody_is_used_while_something_is_open(told):
    provider = Story()
    for name, *values in told:
        provider.do(name, *values)
        decided = [step.created_at for step in provider.steps if step.kind is StepKind.DECIDED]
        open_steps = {step.kind for step in provider.steps if not decided or step.created_at > decided[-1]}
        status = provider.status
        if StepKind.HEARD in open_steps:
            assert status.id == "under_hearing"
        if vetting.may_be_used(status):
            assert not {StepKind.HEARD, StepKind.REOPENED} & open_steps
            failed = [item.check for item in status.knock_outs if item.check.result == "failed"]
            assert all(check.created_at < decided[-1] for check in failed)


@given(st.lists(acts, max_size=25))
def test_nobody_is_refused_before_the_answer_is_judged_or_the_time_is_over(told):
    provider = Story()
    for name, *values in told:
        provider.do(name, *values)
    for place, step in enumerate(provider.steps):
        if step.outcome is Outcome.REJECTED:
            kinds = [before.kind for before in provider.steps[:place]]
            letter = len(kinds) - 1 - kinds[::-1].index(StepKind.HEARD)
            assert StepKind.DECIDED not in kinds[letter:]
            is_judged = StepKind.ASSESSED in kinds[letter:]
            assert is_judged or step.happened_on > provider.steps[letter].until


@pytest.mark.parametrize("item_id", KNOCK_OUTS)
def test_every_excluding_item_is_heard_about_before_it_can_lead_to_a_refusal(item_id):
    failed = story(("check", item_id, "failed"))
    assert [item.id for item in failed.status.unheard] == [item_id]
    assert "yttra sig" in failed.do("decide", Outcome.REJECTED)
    failed.do("hear")
    assert "Vänta" in failed.do("decide", Outcome.REJECTED)
    failed.do("wait", ANSWER_DAYS)
    assert "Vänta" in failed.do("decide", Outcome.REJECTED)
    failed.do("wait", 1)
    assert failed.do("decide", Outcome.REJECTED) is None
    assert (failed.status.id, failed.status.label) == ("rejected", "Inte godtagen")


def test_who_has_made_up_for_it_is_not_refused_and_is_approved_with_a_remark():
    cured = story(*CURED)
    assert "LOU 13 kap. 5 §" in cured.do("decide", Outcome.REJECTED)
    assert cured.do("decide", Outcome.APPROVED) is None
    assert cured.status.id == "vetted_with_remarks"
    assert cured.status.knock_out_problems == ()


def test_measures_that_are_not_enough_allow_conditions_but_no_plain_yes():
    judged = story(*HEARD, ("answer",), ("assess", Cure.NOT_ENOUGH))
    assert judged.do("decide", Outcome.APPROVED)
    assert judged.do("decide", Outcome.WITH_CONDITIONS) is None
    assert vetting.may_be_used(judged.status)


def test_what_fails_again_after_the_decision_is_heard_about_again():
    again = story(*CURED, ("decide", Outcome.APPROVED), ("check", "tax_debt", "failed"))
    assert [item.id for item in again.status.unheard] == ["tax_debt"]
    assert not vetting.may_be_used(again.status)


def test_a_finding_during_a_hearing_is_taken_along_in_a_new_letter():
    more = story(*CURED, ("check", "f_tax", "failed"))
    assert "F-skatt" in more.do("decide", Outcome.APPROVED)
    more.do("hear")
    assert set(more.status.standing.hearing.item_ids) == {"tax_debt", "f_tax"}
    assert "Vänta" in more.do("decide", Outcome.APPROVED)


def test_a_finding_that_was_wrong_needs_no_answer():
    wrong = story(*HEARD, ("check", "tax_debt", "approved"))
    assert wrong.status.id == "under_hearing"
    assert wrong.do("decide", Outcome.APPROVED) is None
    assert wrong.status.id == "vetted"


def test_a_refusal_lasts_until_a_new_decision_or_its_last_day():
    refused = story(*REFUSED, ("check", "tax_debt", "approved"))
    assert refused.status.id == "rejected"
    assert refused.do("decide", Outcome.APPROVED) is None
    assert refused.status.id == "vetted"

    for_a_time = story(*REFUSED[:-1], ("decide", Outcome.REJECTED, 5), ("wait", 5))
    assert for_a_time.status.id == "rejected"
    for_a_time.do("wait", 1)
    assert for_a_time.status.id == "under_hearing"


def test_a_yes_for_a_time_runs_out_the_day_after_its_last():
    approved = story(("decide", Outcome.APPROVED, 10), ("wait", 10))
    assert (approved.status.id, approved.status.next_expiry) == ("vetted", TODAY + timedelta(days=10))
    approved.do("wait", 1)
    assert approved.status.id == "expired"
    assert "Beslutet gällde" in approved.status.reasons[0]


def test_what_has_happened_stops_a_provider_until_somebody_has_decided():
    opened = story(("reopen",))
    assert opened.status.id == "in_review"
    assert opened.do("decide", Outcome.APPROVED) is None
    assert opened.status.id == "vetted"


def test_a_yes_needs_every_mandatory_item():
    missing = Story()
    missing.checks = [check for check in missing.checks if check.item_id != "price_list"]
    assert "Aktuell prislista" in missing.do("decide", Outcome.APPROVED)
    missing.checks.append(replace(missing.checks[0], item_id="price_list", result="failed"))
    assert "Aktuell prislista" in missing.do("decide", Outcome.WITH_CONDITIONS)


@pytest.mark.parametrize(
    ("acts_so_far", "step"),
    [
        ((), None),
        (HEARD[:1], NextStep.HEAR),
        ((*HEARD, ("wait", ANSWER_DAYS)), None),
        ((*HEARD, ("wait", ANSWER_DAYS + 1)), NextStep.DECIDE),
        ((*HEARD, ("answer",)), NextStep.ASSESS),
        (CURED, NextStep.DECIDE),
        (REFUSED, None),
        ((("reopen",),), NextStep.DECIDE),
        ((("decide", Outcome.APPROVED, 31),), None),
        ((("decide", Outcome.APPROVED, 30),), NextStep.DECIDE),
        ((("decide", Outcome.APPROVED, 5), ("wait", 6)), NextStep.DECIDE),
    ],
)
def test_the_queue_says_what_a_vetting_waits_for(acts_so_far, step):
    waiting = find_waiting(story(*acts_so_far).status)
    assert (waiting and waiting.step) == step


def test_an_item_is_in_the_queue_from_thirty_days_before_its_last_until_it_is_checked_again():
    short = story(("wait", 153))
    assert find_waiting(short.status) is None
    short.do("wait", 1)
    assert find_waiting(short.status).group_id == "tax"
    short.do("wait", 60)
    assert (short.status.id, find_waiting(short.status).group_id) == ("expired", "tax")


@given(st.lists(acts, max_size=25))
def test_what_waits_first_in_the_queue_is_the_first_thing_that_can_be_done(told):
    status = story(*told).status
    waiting = find_waiting(status)
    if waiting and waiting.step:
        assert waiting.step is list_next(status)[0]
