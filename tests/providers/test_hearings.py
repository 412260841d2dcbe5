"""What people do after the checks of a provider, through the database."""

from datetime import date, datetime, time, timedelta

import pytest

from broker import access, audit, clock
from broker.errors import NotFoundError
from broker.extensions import db
from broker.mail import OutgoingMail
from broker.providers import queries as providers
from broker.providers import service as register
from broker.providers.hearings import queries, service
from broker.providers.hearings.models import VettingStep
from broker.providers.hearings.registers import look_at_registers
from broker.providers.hearings.service import StepRefusedError
from broker.providers.hearings.standing import Cure, Outcome, StepKind
from broker.providers.models import VettingCheck
from broker.providers.service import Finding
from tests import factories as general
from tests import factories_procurement as factories


@pytest.fixture
def provider(scope, user):
    return factories.vetted_provider(by=user, email="info@svets.example")


def fail(provider, *item_ids, by):
    findings = [Finding(item_id, "failed", note=None if item_id == "crimes" else "Restlängd.") for item_id in item_ids]
    register.record_checks(provider, findings, checked_on=clock.today(), by=by)


def hear(provider, *, by, found="Skulder hos Kronofogden.", days=14):
    answer_by = clock.today() + timedelta(days=days)
    return service.open_hearing(provider, found=found, recipient="info@svets.example", answer_by=answer_by, by=by)


def decide(provider, outcome, *, by, reason="Skulden är betald.", conditions=None, valid_until=None):
    values = {"reason": reason, "conditions": conditions, "valid_until": valid_until}
    return service.decide(provider, outcome, **values, by=by)


def status(provider):
    return providers.status_of(provider, today=clock.today()).id


def shift(days):
    """Let everything so far have been recorded so many days ago."""
    for kind in (VettingCheck, VettingStep):
        for row in db.session.query(kind):
            row.created_at -= timedelta(days=days)
            if kind is VettingStep:
                row.happened_on -= timedelta(days=days)
                row.until = row.until and row.until - timedelta(days=days)
    db.session.commit()


def test_a_provider_is_told_answers_is_judged_and_only_then_decided_on(provider, user):
    fail(provider, "tax_debt", by=user)
    hear(provider, by=user)
    letter = db.session.query(OutgoingMail).one()
    assert (letter.recipient, letter.reply_to) == ("info@svets.example", user.email)
    for words in ("Inga obetalda skatter", "LOU 13 kap. 2 §", "Skulder hos Kronofogden.", "13 kap. 5 §"):
        assert words in letter.body
    with pytest.raises(StepRefusedError, match="Vänta"):
        decide(provider, Outcome.REJECTED, by=user)
    service.note_answer(provider, answered_on=clock.today(), text="Betald i går.", by=user)
    with pytest.raises(StepRefusedError, match="Bedöm"):
        decide(provider, Outcome.REJECTED, by=user)
    service.assess(provider, cure=Cure.ENOUGH, text="Kvitto visat.", by=user)
    assert status(provider) == "under_hearing"
    decide(provider, Outcome.APPROVED, by=user)
    assert status(provider) == "vetted_with_remarks"
    db.session.commit()
    done = [event.action for event in audit.history_of(provider)][:4]
    assert done == ["vetting:decided", "vetting:assessed", "vetting:answered", "vetting:heard"]


def test_about_crimes_no_word_is_kept_or_sent(provider, user):
    fail(provider, "crimes", by=user)
    with pytest.raises(StepRefusedError, match="Lämna fältet tomt") as refusal:
        hear(provider, by=user, found="Dömd för bedrägeri.")
    assert refusal.value.field == "found"
    hear(provider, by=user, found=None)
    with pytest.raises(StepRefusedError, match="Lämna fältet tomt"):
        service.note_answer(provider, answered_on=clock.today(), text="Domen är från 2012.", by=user)
    service.note_answer(provider, answered_on=clock.today(), text=None, by=user)
    service.assess(provider, cure=Cure.UNFOUNDED, text=None, by=user)
    assert [step.text for step in queries.list_steps(provider)] == [None, None, None]


@pytest.mark.parametrize("days", [4, 61])
def test_the_time_to_answer_is_neither_too_short_nor_too_long(provider, user, days):
    fail(provider, "tax_debt", by=user)
    with pytest.raises(StepRefusedError, match="Välj en dag från") as refusal:
        hear(provider, by=user, days=days)
    assert refusal.value.field == "answer_by"


def test_without_a_failed_excluding_item_there_is_nothing_to_hear_about(provider, user):
    with pytest.raises(StepRefusedError, match="inget nytt"):
        hear(provider, by=user)
    with pytest.raises(StepRefusedError, match="Inget yttrande är öppet"):
        service.note_answer(provider, answered_on=clock.today(), text="Hej.", by=user)


def test_an_answer_comes_after_the_letter_and_is_judged_after_it_came(provider, user):
    fail(provider, "tax_debt", by=user)
    hear(provider, by=user)
    with pytest.raises(StepRefusedError, match="Anteckna först"):
        service.assess(provider, cure=Cure.ENOUGH, text="Betalt.", by=user)
    for day in (clock.today() - timedelta(days=1), clock.today() + timedelta(days=1)):
        with pytest.raises(StepRefusedError, match="Ange en dag från"):
            service.note_answer(provider, answered_on=day, text="Hej.", by=user)
    with pytest.raises(StepRefusedError, match="några ord"):
        service.note_answer(provider, answered_on=clock.today(), text=None, by=user)


@pytest.mark.parametrize(
    ("outcome", "values", "field"),
    [
        (Outcome.WITH_CONDITIONS, {"reason": None, "conditions": "Visa avtal."}, "reason"),
        (Outcome.WITH_CONDITIONS, {"conditions": None}, "conditions"),
        (Outcome.REJECTED, {}, "outcome"),
    ],
)
def test_a_decision_says_why_on_what_conditions_and_until_when(provider, user, outcome, values, field):
    with pytest.raises(StepRefusedError) as refusal:
        decide(provider, outcome, by=user, **values)
    assert refusal.value.field == field


def test_a_decision_holds_longer_than_today(provider, user):
    with pytest.raises(StepRefusedError) as refusal:
        decide(provider, Outcome.APPROVED, by=user, valid_until=clock.today())
    assert refusal.value.field == "valid_until"


def test_conditions_stand_with_the_provider(provider, user):
    decide(provider, Outcome.WITH_CONDITIONS, by=user, conditions="Kursplan före start.")
    found = providers.status_of(provider, today=clock.today())
    assert found.id == "vetted_with_remarks"
    assert "Godkänd på villkor" in " ".join(found.reasons)


def test_something_that_has_happened_takes_the_provider_out_until_a_decision(provider, user):
    service.reopen(provider, happened_on=clock.today(), text="Ny ägare.", by=user)
    assert status(provider) == "in_review"
    with pytest.raises(StepRefusedError) as refusal:
        decide(provider, Outcome.APPROVED, by=user, reason=None)
    assert refusal.value.field == "reason"
    decide(provider, Outcome.APPROVED, by=user)
    assert status(provider) == "vetted"


def test_every_past_day_is_shown_as_it_stood_by_what_was_recorded_then(provider, user):
    shift(10)
    fail(provider, "tax_debt", by=user)
    hear(provider, by=user)
    shift(20)
    decide(provider, Outcome.REJECTED, by=user, reason="Inget svar.")
    register.edit_provider(provider, is_paused=True, by=user)
    db.session.commit()

    found = {days: providers.status_on(provider, clock.today() - timedelta(days=days)).id for days in (31, 30, 20, 1)}
    assert found == {31: "new", 30: "vetted", 20: "under_hearing", 1: "under_hearing"}
    assert status(provider) == "paused"
    kinds = [step.kind for step in queries.list_steps(provider, until=clock.today() - timedelta(days=1))]
    assert kinds == [StepKind.HEARD]


def test_a_day_ends_at_midnight_in_sweden(provider, user):
    day = clock.today() - timedelta(days=30)
    service.reopen(provider, happened_on=day, text="Ny ägare.", by=user)
    step = db.session.query(VettingStep).one()
    for check in db.session.query(VettingCheck):
        check.created_at -= timedelta(days=60)
    midnight = datetime.combine(day, time(), tzinfo=clock.SWEDEN) + timedelta(days=1)
    for moment, expected in ((midnight - timedelta(seconds=1), "in_review"), (midnight, "vetted")):
        step.created_at = moment
        db.session.commit()
        assert providers.status_on(provider, day).id == expected


def test_the_steps_of_another_organisation_count_for_nobody_else(provider, user):
    other = general.organisation()
    colleague = general.user(organisation=other)
    with access.acting_in(other.id):
        foreign = factories.vetted_provider(by=colleague)
        service.reopen(foreign, happened_on=clock.today(), text="hemligt-händelse", by=colleague)
        db.session.commit()
        foreign_id = foreign.id
    assert db.session.query(VettingStep).count() == 0
    assert providers._known([foreign_id]) == {}
    with pytest.raises(NotFoundError):
        providers.get_provider(foreign_id)


@pytest.mark.parametrize(
    ("facts", "words"),
    [
        ({"proceedings": ["KK 2026-05-01"]}, "Konkurs 2026-05-01"),
        ({"proceedings": ["OM 2026-05-01"]}, None),
        ({"deregistered_on": date(2026, 5, 1)}, "avregistrerades 2026-05-01"),
    ],
)
def test_what_the_registers_say_opens_the_vetting_once(organisation, user, facts, words):
    general.company(number="5564659414", **facts)
    with access.acting_in(organisation.id):
        provider = factories.vetted_provider(by=user, organisation_number="556465-9414")
        factories.vetted_provider(by=user, name="En annan")
    look_at_registers()
    look_at_registers()
    with access.acting_in(organisation.id):
        texts = [step.text for step in db.session.query(VettingStep)]
        assert len(texts) == (1 if words else 0)
        if words:
            assert words in texts[0]
            decide(provider, Outcome.APPROVED, by=user, reason="Konkursen är upphävd.")
            db.session.commit()
    look_at_registers()
    with access.acting_in(organisation.id):
        assert status(provider) == "vetted"
