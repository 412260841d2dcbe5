"""A need goes from heard of to met; each step with its day, who and why, and none where it does not belong."""

from datetime import timedelta

import pytest

from broker import access, audit, clock
from broker.actions import Action
from broker.extensions import db
from broker.needs import queries, service, states
from broker.needs.models import NeedStatus
from broker.needs.queries import NeedFilter
from tests import factories
from tests import factories_needs as make

UNKNOWN = {"topic_id": None, "women": 0, "men": 0, "earliest_on": None, "latest_on": None}


def actions_on(row):
    return [event.action for event in audit.history_of(row)]


def heard(user, **values):
    row = service.identify_need(factories.company(), make.need_values(**(UNKNOWN | values)), by=user)
    db.session.commit()
    return row


@pytest.fixture
def begun(scope, user, monkeypatch):
    """Give a cohort whose training has begun, on its first day."""
    cohort = make.cohort(make.need(by=user), make.need(by=user), by=user)
    monkeypatch.setattr(clock, "today", lambda: cohort.starts_on)
    states.begin_cohort(cohort, by=user)
    db.session.commit()
    return cohort


def test_a_need_of_a_few_words_is_identified_and_says_what_is_missing(scope, user):
    need = heard(user, description="Något om svets")

    assert (need.status, need.owner_id) == (NeedStatus.IDENTIFIED, user.id)
    assert len(need.missing) == 4
    with pytest.raises(states.NeedUnclearError, match="kompetensområde, hur många det gäller"):
        states.clarify_need(need, by=user)


def test_what_is_not_clear_is_in_no_proposal_and_no_sum_but_counted_apart(scope, user):
    make.need(by=user)
    heard(user)

    assert len(queries.list_open_needs()) == 1
    assert [row.needs for row in queries.sum_needs()] == [1]
    counted = queries.count_needs(NeedFilter())
    assert (counted.needs, counted.identified) == (2, 1)
    assert queries.count_for_week(user.id, clock.today(), clock.today()) == (0, 1, 1)


def test_a_need_is_clear_once_it_is_filled_in_and_somebody_says_so(scope, user):
    need = heard(user, description="Något om svets")
    service.edit_need(need, make.need_values(), by=user)

    states.clarify_need(need, by=user)
    db.session.commit()

    assert need.status is NeedStatus.CLARIFIED
    assert actions_on(need) == [Action.NEED_CLARIFIED, Action.NEED_EDITED, Action.NEED_ADDED]
    with pytest.raises(states.NeedStateError):
        states.clarify_need(need, by=user)


def test_a_list_is_narrowed_to_who_follows_the_needs(scope, user):
    colleague = factories.user(organisation=scope)
    mine, _theirs = make.need(by=user), make.need(by=user, owner_id=colleague.id)

    assert queries.list_needs(NeedFilter(owner_id=user.id)).rows == [mine]


def test_a_cohort_begins_on_its_first_day_and_its_needs_are_met_one_by_one(begun, user):
    first, second = (member.need for member in begun.members)
    assert {first.status, second.status} == {NeedStatus.IN_DELIVERY}

    states.meet_need(first, by=user)
    service.withdraw_need(second, reason="Två hoppade av", by=user)
    db.session.commit()

    assert (first.status, second.status) == (NeedStatus.MET, NeedStatus.WITHDRAWN)
    assert second.status_reason == "Två hoppade av"
    assert actions_on(first)[:3] == [Action.NEED_MET, Action.NEED_BEGUN, Action.NEED_PLACED]


def test_a_cohort_that_has_begun_does_not_begin_again_nor_is_it_dissolved(begun, user):
    with pytest.raises(states.NeedStateError):
        states.begin_cohort(begun, by=user)
    with pytest.raises(service.CohortBoundError, match="har börjat"):
        service.dissolve_cohort(begun, reason="Ändrat", by=user)


def test_a_cohort_does_not_begin_before_its_day(scope, user):
    cohort = make.cohort(make.need(by=user), make.need(by=user), by=user)

    with pytest.raises(states.NeedStateError, match="Kom tillbaka"):
        states.begin_cohort(cohort, by=user)
    with pytest.raises(states.NeedStateError, match="först när"):
        states.meet_need(cohort.members[0].need, by=user)


def test_a_dissolved_cohort_says_so_in_the_history_of_its_needs(scope, user):
    need = make.need(by=user)
    cohort = make.cohort(need, make.need(by=user), by=user)

    service.dissolve_cohort(cohort, reason="För få kom", by=user)
    db.session.commit()

    assert actions_on(need)[0] == Action.NEED_RELEASED
    assert need.status_at - clock.now() < timedelta(minutes=1)


def test_nobody_else_sees_what_is_identified(scope, user):
    heard(user)

    with access.acting_in(factories.organisation().id):
        assert queries.count_identified() == 0
