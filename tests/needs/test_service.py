"""What people do about needs and cohorts, and what is refused."""

from datetime import timedelta

import pytest
from flask_babel import force_locale
from sqlalchemy import select

from broker import access, audit
from broker.actions import Action
from broker.companies import queries as companies
from broker.errors import RefusedError
from broker.extensions import db
from broker.formatting import say
from broker.needs import queries, service
from broker.needs.models import CohortNeed, CohortStatus, NeedStatus
from broker.needs.queries import NeedFilter
from broker.procurement.models import Purchase
from broker.providers.models import Level, Mode
from broker.sentences import Sentence
from tests import factories
from tests import factories_needs as make


def actions_on(row):
    return [event.action for event in audit.history_of(row)]


def test_a_new_need_is_open_recorded_and_begins_the_relation(scope, user):
    company = factories.company()

    need = make.need(company=company, by=user, women=2, men=5)

    assert (need.status, need.participants) == (NeedStatus.CLARIFIED, 7)
    assert actions_on(need) == [Action.NEED_ADDED]
    assert companies.find_engagement(company.id) is not None


def test_the_preferred_mode_is_always_accepted(scope, user):
    need = make.need(by=user, preferred_mode=Mode.DISTANCE, modes=["blended"])

    assert need.modes == ["blended", "distance"]


def test_a_changed_need_records_old_and_new(scope, user):
    need = make.need(by=user, hours=40)

    service.edit_need(need, make.need_values(hours=32), by=user)
    db.session.commit()

    assert audit.history_of(need)[0].facts["changes"]["hours"] == [40, 32]


def test_saving_a_need_unchanged_records_nothing(scope, user):
    need = make.need(by=user)

    service.edit_need(need, make.need_values(), by=user)
    db.session.commit()

    assert actions_on(need) == [Action.NEED_ADDED]


def test_a_withdrawn_need_keeps_the_reason_and_is_not_open(scope, user):
    need = make.need(by=user)

    service.withdraw_need(need, reason="Löst på annat sätt", by=user)
    db.session.commit()

    assert need.status_reason == "Löst på annat sätt"
    # It can have to be destroyed with the rest of what was said; the history cannot.
    assert audit.history_of(need)[0].facts == {}
    assert queries.count_needs(NeedFilter(status=NeedStatus.CLARIFIED)).needs == 0


def test_a_withdrawn_need_is_not_changed(scope, user):
    need = make.need(by=user)
    service.withdraw_need(need, reason="Inte aktuellt", by=user)

    with pytest.raises(service.NeedLockedError):
        service.edit_need(need, make.need_values(), by=user)


def test_a_cohort_takes_its_needs_and_says_why(scope, user):
    needs = [make.need(by=user, women=2), make.need(by=user, municipality_code="0483")]

    cohort = make.cohort(*needs, by=user)

    assert cohort.participants == 7
    assert {need.status for need in needs} == {NeedStatus.IN_COHORT}
    assert "2 företag" in str(Sentence.of(cohort.reason[0]))
    assert actions_on(cohort) == [Action.COHORT_FORMED]


def test_a_cohort_ends_on_a_friday_within_every_period(scope, user):
    needs = [make.need(by=user), make.need(by=user)]

    cohort = make.cohort(*needs, by=user)

    assert cohort.ends_on.weekday() == 4
    assert cohort.ends_on - cohort.starts_on == timedelta(days=18)


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"women": 1, "men": 0}, "För få deltagare"),
        ({"level": Level.ADVANCED}, "en annan nivå"),
        ({"languages": ["en"]}, "språk"),
        ({"municipality_code": "1280"}, "km dit"),
        ({"topic_id": "T042"}, "ett annat kompetensområde"),
    ],
)
def test_a_cohort_that_breaks_a_rule_is_refused_with_the_reason(scope, user, values, sentence):
    needs = [make.need(by=user, women=1, men=0), make.need(by=user, **({"women": 1, "men": 3} | values))]

    with pytest.raises(service.CohortRefusedError, match=sentence):
        service.form_cohort(make.plan_of(*needs), by=user)


def test_needs_of_one_company_are_no_cohort(scope, user):
    company = factories.company()
    needs = [make.need(by=user, company=company), make.need(by=user, company=company)]

    with pytest.raises(service.CohortRefusedError, match="För få företag"):
        service.form_cohort(make.plan_of(*needs), by=user)


def test_a_need_that_was_taken_meanwhile_is_refused(scope, user):
    needs = [make.need(by=user), make.need(by=user)]
    make.cohort(*needs, by=user)

    with pytest.raises(service.CohortRefusedError, match="inte längre öppet"):
        service.form_cohort(make.plan_of(*needs), by=user)


@pytest.mark.parametrize("changes", [{"topic_id": "T999"}, {"municipality_code": "9999"}])
def test_a_plan_for_an_unknown_topic_or_place_is_refused(scope, user, changes):
    needs = [make.need(by=user), make.need(by=user)]

    with pytest.raises(service.CohortRefusedError):
        service.form_cohort(make.plan_of(*needs, **changes), by=user)


def test_needs_of_another_organisation_are_unknown(scope, user):
    needs = [make.need(by=user), make.need(by=user)]
    other = factories.organisation()

    with access.acting_in(other.id), pytest.raises(service.CohortRefusedError):
        service.form_cohort(make.plan_of(*needs), by=user)


def test_a_large_need_stays_open_until_every_part_has_a_group(scope, user):
    large = make.need(by=user, women=6, men=6)
    first, second = make.need(by=user, women=0, men=2), make.need(by=user, women=0, men=2)

    make.cohort(large, first, by=user, members=((large.id, 0), (first.id, 0)))
    assert large.status is NeedStatus.CLARIFIED

    make.cohort(large, second, by=user, members=((large.id, 1), (second.id, 0)))
    assert large.status is NeedStatus.IN_COHORT
    parts = db.session.scalars(select(CohortNeed).where(CohortNeed.need_id == large.id)).all()
    assert [(part.women, part.men) for part in parts] == [(3, 3), (3, 3)]


def test_a_need_with_a_part_in_a_group_is_not_changed(scope, user):
    large, small = make.need(by=user, women=6, men=6), make.need(by=user, women=0, men=2)
    make.cohort(large, small, by=user, members=((large.id, 0), (small.id, 0)))

    with pytest.raises(service.NeedLockedError, match="En del av behovet"):
        service.edit_need(large, make.need_values(), by=user)


def test_a_dissolved_cohort_gives_its_needs_back(scope, user):
    needs = [make.need(by=user), make.need(by=user)]
    cohort = make.cohort(*needs, by=user)

    service.dissolve_cohort(cohort, reason="För få kom", by=user)
    db.session.commit()

    assert cohort.status is CohortStatus.DISSOLVED
    assert {need.status for need in needs} == {NeedStatus.CLARIFIED}
    assert audit.history_of(cohort)[0].facts["reason"] == "För få kom"
    with pytest.raises(RefusedError, match="redan upplöst"):
        service.dissolve_cohort(cohort, reason="Igen", by=user)


@pytest.mark.parametrize(("state", "is_bound"), [("draft", False), ("cancelled", False), ("contracted", True)])
def test_a_cohort_whose_purchase_has_begun_is_not_dissolved(scope, user, state, is_bound):
    cohort = make.cohort(make.need(by=user), make.need(by=user), by=user)
    purchase = {"title": "Svets", "workflow_version": "1", "route": "direct_award", "values": {}}
    factories.add(Purchase(cohort_id=cohort.id, handler=user, state=state, **purchase))

    if is_bound:
        with pytest.raises(service.CohortBoundError, match="Avbryt inköpet"):
            service.dissolve_cohort(cohort, reason="Ändrat", by=user)
    else:
        service.dissolve_cohort(cohort, reason="Ändrat", by=user)
        assert cohort.status is CohortStatus.DISSOLVED


def test_a_draft_beside_a_contract_does_not_let_a_cohort_go(scope, user):
    cohort = make.cohort(make.need(by=user), make.need(by=user), by=user)
    purchase = {"title": "Svets", "workflow_version": "1", "route": "direct_award", "values": {}, "handler": user}
    for state in ("contracted", "draft"):
        factories.add(Purchase(cohort_id=cohort.id, state=state, **purchase))

    with pytest.raises(service.CohortBoundError, match="Avbryt inköpet"):
        service.dissolve_cohort(cohort, reason="Ändrat", by=user)


def test_a_cohort_formed_by_who_reads_english_is_kept_in_swedish(scope, user):
    with force_locale("en"):
        cohort = make.cohort(make.need(by=user), make.need(by=user), by=user)
        db.session.commit()

        assert say(cohort.reason[0]).startswith("2 companies")
    assert say(cohort.reason[0]).startswith("2 företag")
    assert audit.history_of(cohort)[0].facts["title"] == cohort.title
