"""Who reads a project: its member organisations and nobody else."""

import pytest

from broker import access
from broker.errors import NotFoundError
from broker.esf import answer_service, queries, service
from broker.esf.chain import queries as chain_queries
from broker.extensions import db
from tests import factories, factories_esf


def test_a_project_is_not_found_by_an_organisation_outside(scope, user):
    project = factories_esf.joined_project(scope, user)
    other = factories.organisation()

    with access.acting_in(other.id):
        assert queries.list_projects() == []
        with pytest.raises(NotFoundError):
            queries.load_application(project.id)


def test_a_member_reads_all_of_the_project_but_not_the_needs_behind(scope, user):
    project = factories_esf.joined_project(scope, user)
    other = factories.organisation()
    service.add_member(project, other, ground_note="Samtycke", by=user)
    db.session.commit()

    with access.acting_in(other.id):
        application = queries.load_application(project.id)
        assert len(application.contributions) == 2
        assert queries.list_joinable_cohorts(project) == []
        with pytest.raises(NotFoundError):
            queries.get_cohort(application.contributions[0].cohort_id)


def test_a_member_brings_cohorts_of_its_own(scope, user):
    project = factories_esf.joined_project(scope, user)
    other = factories.organisation()
    service.add_member(project, other, ground_note="Samtycke", by=user)
    db.session.commit()

    with access.acting_in(other.id):
        cohort = factories_esf.cohort(user, factories_esf.need(factories_esf.company(), user))
        factories_esf.join(queries.get_project(project.id), cohort, user)

    givers = {row.contributed_by_id for row in queries.list_contributions(project)}
    assert givers == {scope.id, other.id}


def test_rows_of_another_project_are_not_found(scope, user):
    project, other = factories_esf.joined_project(scope, user), factories_esf.project(scope, user)
    activity = chain_queries.list_activities(project)[0]

    with pytest.raises(NotFoundError):
        queries.get_row(type(activity), other, activity.id)


def test_only_open_calls_are_offered(scope, user):
    factories_esf.call(
        user,
        closes_on=factories_esf.TODAY - factories_esf.timedelta(days=1),
        opens_on=factories_esf.TODAY - factories_esf.timedelta(days=9),
    )
    open_call = factories_esf.call(user)

    assert queries.list_open_calls() == [open_call]
    assert len(queries.list_calls()) == 2


def test_a_cohort_that_has_joined_is_not_offered_again(scope, user):
    project = factories_esf.project(scope, user)
    cohort = factories_esf.cohort(user, factories_esf.need(factories_esf.company(), user))
    assert queries.list_joinable_cohorts(project) == [cohort]

    factories_esf.join(project, cohort, user)

    assert queries.list_joinable_cohorts(project) == []


def test_the_answers_of_a_project_come_with_it(scope, user):
    project = factories_esf.project(scope, user)
    answer_service.save_answer(project, "problem", text="Svetsare saknas", by=user)
    db.session.commit()

    assert queries.load_application(project.id).text_of("problem") == "Svetsare saknas"
