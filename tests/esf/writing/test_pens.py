"""The pen: one person has it, until it is given up, taken over or left behind."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from broker import UPKEEP, clock
from broker.actions import Action
from broker.audit import AuditEvent
from broker.esf.writing import pens
from broker.esf.writing.models import WriterPresence
from broker.esf.writing.rules import writing_rules
from broker.extensions import db
from tests import factories, factories_esf


@pytest.fixture
def project(scope, user):
    return factories_esf.project(scope, user)


@pytest.fixture
def other(project):
    return factories.user(organisation=project.owner, name="Bo Annan")


def take(project, by, *, takes_over=False):
    desk = pens.take_pen(project, "problem", takes_over=takes_over, by=by)
    db.session.commit()
    return desk


def test_the_second_sees_who_has_the_pen_and_does_not_get_it(project, user, other):
    assert take(project, user).is_mine

    desk = take(project, other)

    assert (desk.is_mine, desk.pen.user.name) == (False, user.name)
    assert pens.look_at(project, "problem", by=user).is_mine


def test_who_loses_the_pen_is_told_to_whom(project, user, other):
    take(project, user)
    assert take(project, other, takes_over=True).is_mine

    desk = pens.tell_presence(project, "problem", by=user)

    assert (desk.is_mine, desk.is_others, desk.taken_over_by.name) == (False, True, "Bo Annan")
    assert db.session.scalars(select(AuditEvent.action)).all().count(Action.PEN_TAKEN_OVER) == 1


def test_who_had_a_question_open_is_forgotten_when_it_no_longer_counts(project, user, other, monkeypatch):
    take(project, user)
    real, after = clock.now(), writing_rules(clock.today()).pen_free_after + timedelta(seconds=1)
    monkeypatch.setattr(clock, "now", lambda: real + after)
    pens.tell_presence(project, "problem", by=other)
    db.session.commit()

    pens.tidy()

    assert db.session.scalars(select(WriterPresence.user_id)).all() == [other.id]
    assert pens.tidy in UPKEEP


def test_a_pen_that_was_left_behind_is_free_and_not_kept_by_who_comes_back(project, user, other, monkeypatch):
    take(project, user)
    later = clock.now() + writing_rules(clock.today()).pen_free_after + timedelta(seconds=1)
    monkeypatch.setattr(clock, "now", lambda: later)

    assert pens.look_at(project, "problem", by=other).is_free
    assert not pens.tell_presence(project, "problem", by=user).is_mine
    assert take(project, other).is_mine


def test_who_gives_the_pen_up_leaves_it_free(project, user, other):
    take(project, user)
    pens.give_up_pen(project, "problem", by=user)
    db.session.commit()

    assert pens.look_at(project, "problem", by=other).is_free
    assert pens.look_at(project, "problem", by=other).others == ()


def test_who_else_is_here_is_seen(project, user, other):
    take(project, user)
    pens.tell_presence(project, "problem", by=other)
    db.session.commit()

    assert [row.user.name for row in pens.look_at(project, "problem", by=user).others] == ["Bo Annan"]
