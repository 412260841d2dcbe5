"""What people do about companies, and what follows from it."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from broker import access, audit, clock
from broker.actions import Action
from broker.companies import queries, service
from broker.companies.models import Engagement, EngagementStatus, InteractionKind, Task
from broker.companies.steps import list_not_met
from broker.extensions import db
from tests import factories


def log(company, user, **facts):
    return factories.interaction(company, by=user, **facts)


def test_the_first_contact_begins_the_relation(scope, user):
    company = factories.company()

    log(company, user, happened_on=date(2026, 3, 1))

    engagement = queries.find_engagement(company.id)
    assert (engagement.status, engagement.owner_id) == (EngagementStatus.CONTACTED, user.id)
    assert engagement.last_contact_on == date(2026, 3, 1)


def test_an_older_contact_logged_later_is_not_the_last_one(scope, user):
    company = factories.company()
    log(company, user, happened_on=date(2026, 3, 1))
    log(company, user, happened_on=date(2026, 2, 1))

    assert queries.find_engagement(company.id).last_contact_on == date(2026, 3, 1)


def test_a_next_step_becomes_a_task_of_the_person(scope, user):
    company = factories.company()

    interaction = log(company, user, next_step="Ring om offerten", next_step_on=date(2026, 12, 1))

    task = db.session.scalars(select(Task)).one()
    assert (task.title, task.owner_id, task.interaction_id) == ("Ring om offerten", user.id, interaction.id)


def test_a_logged_contact_is_in_its_history(scope, user):
    interaction = log(factories.company("Exempel Åkeri AB"), user)

    event = audit.history_of(interaction)[0]
    assert (event.action, event.actor_name) == (Action.INTERACTION_LOGGED, user.name)
    assert event.facts == {"company": "Exempel Åkeri AB", "kind": InteractionKind.VISIT}


def test_a_task_is_done_once(scope, user):
    task = service.add_task(title="Ring", due_on=clock.today(), by=user)
    service.finish_task(task, by=user)
    db.session.commit()
    done_at = task.done_at
    service.finish_task(task, by=user)
    db.session.commit()

    assert task.done_at == done_at
    assert len([event for event in audit.history_of(task) if event.action == Action.TASK_DONE]) == 1


def test_a_number_that_is_there_already_leads_to_its_company(scope, user):
    known = factories.company(number="5299304179")

    with pytest.raises(service.DuplicateNumberError) as refusal:
        service.add_company(number="529930-4179", name="Samma", by=user)

    assert refusal.value.company.id == known.id


def test_a_wrong_number_says_what_is_wrong(scope, user):
    with pytest.raises(service.UnknownNumberError, match="siffra"):
        service.add_company(number="529930-4178", name="Fel", by=user)


def test_a_sole_traders_number_is_never_stored(scope, user):
    company = service.add_company(number="189312249833", name="Exempel Snickeri", by=user)
    db.session.commit()

    assert company.organisation_number is None
    assert "9833" not in str(vars(company))


def test_the_history_of_a_person_tells_fields_but_no_details(scope, user):
    person = factories.person(factories.company(), phone="070-1740605")

    service.edit_person(person, {"phone": "070-1740606"}, by=user)
    db.session.commit()

    assert audit.history_of(person)[0].facts == {"fields": ["phone"]}


def test_editing_the_relation_keeps_old_and_new_in_the_history(scope, user):
    engagement = service.engage(factories.company())
    service.edit_engagement(engagement, {"status": EngagementStatus.ACTIVE, "tags": ["bygg"]}, by=user)
    db.session.commit()

    assert audit.history_of(engagement)[0].facts["changes"]["status"] == ["new", "active"]


def test_each_organisation_has_its_own_relation(scope, user):
    company = factories.company()
    log(company, user)
    other = factories.organisation()

    with access.acting_in(other.id):
        assert queries.find_engagement(company.id) is None
        assert queries.list_interactions(company.id).rows == []
        assert db.session.scalars(select(Engagement)).all() == []


def test_companies_not_met_for_long_are_listed_longest_first(scope, user):
    today = date(2026, 11, 25)
    for days in (400, 500, 10):
        company = factories.company()
        log(company, user, happened_on=today - timedelta(days=days))
        queries.find_engagement(company.id).status = EngagementStatus.ACTIVE
    db.session.commit()

    found = list_not_met(today=today, days=365)

    assert [(today - engagement.last_contact_on).days for engagement in found] == [500, 400]
