"""How long letters wait, and what is left of them afterwards."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from broker import clock, database, files
from broker.audit import AuditEvent
from broker.extensions import db
from broker.incoming import forgetting, queries, service
from broker.incoming.models import IncomingLetter, LetterState
from tests import factories
from tests.factories_letters import BASE, waiting


def tidy():
    db.session.commit()
    with database.writing():
        forgetting.tidy()
    db.session.expire_all()


@pytest.fixture
def row(user, scope):
    return waiting(user)


def age(row, days):
    row.received_at = clock.now() - timedelta(days=days, minutes=1)
    db.session.commit()


@pytest.mark.parametrize(("days", "is_kept"), [(29, True), (30, False)])
def test_a_letter_that_nobody_places_is_thrown_away_after_thirty_days(row, days, is_kept, scope):
    path = files.path_of(row.content_hash)
    age(row, days)
    tidy()

    kept = db.session.scalars(select(IncomingLetter)).one()
    assert (kept.state is LetterState.WAITING, kept.subject is not None, path.exists()) == (is_kept,) * 3
    actions = [event.action for event in db.session.scalars(select(AuditEvent))]
    assert ("letter:expired" in actions) is not is_kept


def test_the_content_goes_as_soon_as_the_letter_is_a_contact(row, user, scope):
    path = files.path_of(row.content_hash)
    letter = service.read_waiting(row, base=BASE)
    service.place_letter(queries.get_waiting(row.id, user.id), letter, factories.company(), by=user)
    tidy()

    assert not path.exists() and db.session.scalars(select(IncomingLetter)).one().content_hash is None


@pytest.mark.parametrize(("hours", "is_kept"), [(23, True), (24, False)])
def test_a_letter_that_is_thrown_away_can_be_taken_back_for_a_day(row, user, scope, hours, is_kept):
    path = files.path_of(row.content_hash)
    service.throw_away(queries.get_waiting(row.id, user.id), by=user)
    row.thrown_at = clock.now() - timedelta(hours=hours, minutes=1)
    tidy()

    kept = db.session.scalars(select(IncomingLetter)).one()
    assert (kept.subject is not None, path.exists()) == (is_kept, is_kept)


def test_that_a_letter_came_is_forgotten_after_sixty_days_and_no_file_stays(row, user, scope):
    path = files.path_of(row.content_hash)
    service.throw_away(queries.get_waiting(row.id, user.id), by=user)
    age(row, 60)
    tidy()
    assert path.exists() and db.session.scalars(select(IncomingLetter)).one().content_hash is not None

    row.thrown_at = clock.now() - timedelta(days=1, minutes=1)
    tidy()

    assert db.session.scalars(select(IncomingLetter)).all() == [] and not path.exists()
