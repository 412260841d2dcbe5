"""How large a joint group is: everybody in it knows, and no part makes it larger than a group may be."""

import threading
from time import sleep

import pytest
from sqlalchemy import select

from broker import access
from broker.accounts.models import User
from broker.extensions import db
from broker.mail import OutgoingMail
from broker.needs import queries as needs_queries
from broker.needs import service as needs
from broker.needs.cohorts import joining
from broker.needs.confirmations import queries as confirmations
from broker.needs.confirmations import service as confirming
from broker.needs.joint import queries, service
from broker.needs.joint.models import JointNeed, JointNeedState
from tests import factories, factories_joint, factories_needs


def test_a_company_that_says_no_leaves_the_plan_too_and_its_need_can_be_contributed_anew(
    scope, plan, ours, group, neighbour, user, eva
):
    factories_joint.accept(group, neighbour, by=eva)
    cohort = factories_joint.own_cohort(group)
    (part,) = confirmations.list_parts(cohort)
    said_no = confirming.note_answer(cohort, part, {"takes_part": False, "note": None}, by=user)
    confirming.take_out(cohort, said_no, by=user)
    db.session.commit()

    copy = db.session.get(JointNeed, ours[1].id)
    assert (copy.state, copy.company_token) == (JointNeedState.WITHDRAWN, None)
    assert queries.list_contributable(plan) == [ours[0]]
    part = queries.find_joint_cohort(cohort.id)
    assert (part.participants, part.companies) == (3, 1)
    with access.acting_in(neighbour.id):
        theirs = queries.find_part_of(group.id)
        assert (theirs.participants, theirs.companies) == (3, 1)
    [letter] = [row for row in db.session.scalars(select(OutgoingMail)) if "har ändrats" in row.subject]
    assert letter.recipient == eva.email and "är nu 3 deltagare" in letter.body
    assert "hemligt" not in letter.body


def letters_of_size():
    return [row for row in db.session.scalars(select(OutgoingMail)) if "har ändrats" in row.subject]


def taught_together(group, *organisations):
    found = []
    for row in organisations:
        with access.acting_in(row.id):
            part = queries.find_part_of(group.id)
            found.append((part.participants, part.companies))
    return found


def test_a_change_of_sex_alone_changes_no_size_and_writes_no_letter(scope, group, neighbour, user, eva):
    factories_joint.accept(group, neighbour, by=eva)
    cohort = factories_joint.own_cohort(group)
    (part,) = confirmations.list_parts(cohort)
    values = {"takes_part": True, "women": 3, "men": 0, "unknown_sex": 0, "note": None}
    confirming.apply_number(cohort, confirming.note_answer(cohort, part, values, by=user), by=user)

    assert letters_of_size() == []


def test_a_company_of_two_organisations_is_counted_once_in_a_joint_group(scope, plan, neighbour, user, eva):
    company = factories.company("Samma AB")
    factories_joint.contributed(plan, scope, by=user, company=factories.company("Annan AB"))
    factories_joint.contributed(plan, neighbour, by=eva, company=company)
    group = factories_joint.proposed(plan, scope, by=user)
    factories_joint.accept(group, neighbour, by=eva)
    need = factories_needs.need(by=user, company=company, women=1, men=0)

    joining.take_in(factories_joint.own_cohort(group), need.id, 0, by=user)

    assert taught_together(group, scope, neighbour) == [(7, 2), (7, 2)]


def test_the_people_of_a_dissolved_part_are_not_counted_on_and_its_owner_is_left_alone(
    scope, group, neighbour, user, eva
):
    factories_joint.accept(group, neighbour, by=eva)
    with access.acting_in(neighbour.id):
        needs.dissolve_cohort(factories_joint.own_cohort(group), reason="Ingen lokal", by=eva)
        db.session.commit()
    assert queries.people_taught_with(factories_joint.own_cohort(group)) == 3
    assert [letter.recipient for letter in letters_of_size()] == [user.email]

    need = factories_needs.need(by=user, women=1, men=0)
    joining.take_in(factories_joint.own_cohort(group), need.id, 0, by=user)

    assert len(letters_of_size()) == 1


def test_who_has_left_the_plan_is_still_counted_with_and_gets_no_letter(scope, plan, group, neighbour, user, eva):
    factories_joint.accept(group, neighbour, by=eva)
    with access.acting_in(neighbour.id):
        service.leave_plan(queries.get_plan(plan.id), by=eva)
        db.session.commit()
        need = factories_needs.need(by=eva, women=1, men=0)
        joining.take_in(factories_joint.own_cohort(group), need.id, 0, by=eva)
        db.session.commit()
    assert taught_together(group, scope, neighbour) == [(7, 3), (7, 3)]

    need = factories_needs.need(by=user, women=1, men=0)
    joining.take_in(factories_joint.own_cohort(group), need.id, 0, by=user)

    assert taught_together(group, scope, neighbour) == [(8, 4), (8, 4)] and letters_of_size() == []


@pytest.mark.parametrize("database_app", ["postgresql"], indirect=True)
def test_two_organisations_do_not_both_take_the_last_places(database_app, scope, group, neighbour, user, eva):
    factories_joint.accept(group, neighbour, by=eva)
    room = factories_joint.largest_of(group.topic_id) - 6
    mine = factories_needs.need(by=user, women=room, men=0).id
    with access.acting_in(neighbour.id):
        theirs = factories_needs.need(by=eva, women=room, men=0).id
        db.session.commit()
    group_id, results = group.id, []

    def take(organisation_id, user_id, need_id):
        with database_app.app_context(), access.acting_in(organisation_id):
            cohort = needs_queries.get_cohort(queries.find_part_of(group_id).cohort_id)
            start.wait()
            try:
                joining.take_in(cohort, need_id, 0, by=db.session.get(User, user_id))
                # The other one is asking by now.
                sleep(0.2)
                db.session.commit()
                results.append("in")
            except joining.JoinRefusedError:
                db.session.rollback()
                results.append("refused")

    start = threading.Barrier(2, timeout=20)
    both = ((scope.id, user.id, mine), (neighbour.id, eva.id, theirs))
    threads = [threading.Thread(target=take, args=one) for one in both]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)

    assert sorted(results) == ["in", "refused"]
    db.session.expire_all()
    assert queries.people_taught_with(factories_joint.own_cohort(group)) == 6 + room


def test_a_number_that_makes_the_whole_joint_group_too_large_is_refused(scope, group, neighbour, user, eva):
    factories_joint.accept(group, neighbour, by=eva)
    cohort, largest = factories_joint.own_cohort(group), factories_joint.largest_of(group.topic_id)
    (part,) = confirmations.list_parts(cohort)

    def answered(women):
        values = {"takes_part": True, "women": women, "men": 0, "unknown_sex": 0, "note": None}
        return confirming.note_answer(cohort, part, values, by=user)

    with pytest.raises(confirming.NumberRefusedError):
        confirming.apply_number(cohort, answered(largest - 2), by=user)
    confirming.apply_number(cohort, answered(largest - 3), by=user)
    assert queries.people_taught_with(cohort) == largest and cohort.participants == largest - 3
