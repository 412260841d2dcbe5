"""A training of two companies that is over, whose people have answered or not, and others' scores beside it."""

from datetime import time, timedelta

import pytest

from broker import clock
from broker.extensions import db
from broker.needs.courses import delivery
from broker.needs.courses import service as courses
from broker.needs.evaluations import service
from broker.needs.evaluations.models import ScoreLevel, TrainingScore
from broker.needs.states import begin_cohort
from tests import factories, factories_procurement
from tests import factories_needs as make

ADDRESS = "https://broker.example/utvardera/"


@pytest.fixture
def provider(scope, user):
    return factories_procurement.vetted_provider(by=user, email="info@svets.example")


@pytest.fixture
def teach(scope, user, provider):
    """Give a training by the provider of two companies with people enough, over and noted, not yet asked about."""

    def make_one(women=1, men=2):
        companies = [factories.company(name) for name in ("Exempel Ett AB", "Exempel Två AB")]
        factories.person(companies[0], "Karin Exempel", email="karin@ett.example")
        needs = [make.need(by=user, company=company, women=women, men=men) for company in companies]
        cohort = make.cohort(*needs, by=user)
        days = [clock.today() - timedelta(days=7), clock.today()]
        courses.add_sessions(cohort, days, starts_at=time(13), ends_at=time(16), by=user)
        cohort.offering = factories_procurement.offering(provider, by=user, topic_id=cohort.topic_id, title="Svets")
        begin_cohort(cohort, by=user)
        met = {need.id: (delivery.Result.MET, None) for need in delivery.needs_to_judge(cohort)}
        delivery.deliver(cohort, delivery.expected(cohort), met, by=user)
        db.session.commit()
        return cohort

    return make_one


@pytest.fixture
def ask(user):
    """Give the links to a training, made by hand and sent to nobody."""

    def make_links(cohort):
        rows = [
            service.send(cohort, row.company, None, link_of=ADDRESS.__add__, by=user)[0]
            for row in delivery.list_attendance(cohort.id)
        ]
        db.session.commit()
        return rows

    return make_links


@pytest.fixture
def answer():
    def receive(link, good, text=None):
        said = {"good": good, "met": good, "recommend": "yes"} | ({"better": text} if text else {})
        service.receive(link, said)
        db.session.commit()

    return receive


@pytest.fixture
def score(user, provider):
    """Give the score of a training, as if it had been counted."""

    def make_score(*counts, level=ScoreLevel.REACTION, is_by_company=False, months_ago=0, to=None):
        cohort = make.cohort(make.need(by=user), make.need(by=user), by=user)
        taught_on = clock.today() - timedelta(days=30 * months_ago)
        row = TrainingScore(
            cohort_id=cohort.id,
            provider_id=(to or provider).id,
            level=level,
            is_by_company=is_by_company,
            taught_on=taught_on,
            settled_on=taught_on,
            counts=list(counts),
            answers=sum(counts),
            total=sum(step * count for step, count in enumerate(counts, 1)),
        )
        db.session.add(row)
        db.session.commit()
        return row

    return make_score
