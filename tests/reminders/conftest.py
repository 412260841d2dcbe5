"""A clock that stands still on a Wednesday morning, and somebody with tasks."""

from datetime import date, datetime

import pytest

from broker import clock
from broker.companies import service as companies
from broker.extensions import db
from tests import factories

WEDNESDAY = date(2026, 12, 2)


@pytest.fixture
def at(monkeypatch):
    """Give a function that stops the clock at a moment in Sweden."""

    def stop(day, hour, minute=0):
        moment = datetime(day.year, day.month, day.day, hour, minute, tzinfo=clock.SWEDEN)
        monkeypatch.setattr(clock, "now", lambda: moment)

    return stop


@pytest.fixture
def company(scope):
    return factories.company("Exempel Svets AB")


@pytest.fixture
def add_task(company, user):
    def add(due_on, title="Ring om offerten", *, company=company, by=user):
        task = companies.add_task(title=title, due_on=due_on, company=company, by=by)
        db.session.commit()
        return task

    return add
