"""Counts the words of names anew once a day, at night: until then a changed name leaves its old words."""

from broker import clock, database
from broker.companies.words import queries, service
from broker.extensions import db

_NIGHT_IS_OVER = 3


def renew_daily() -> None:
    """Count the words anew when they were counted before today, from three o'clock on; the upkeep calls it."""
    with database.writing(False):
        counted_on = queries.counted_on()
        db.session.rollback()
    now = clock.in_sweden(clock.now())
    if counted_on is None or counted_on >= now.date() or now.hour < _NIGHT_IS_OVER:
        return
    with database.writing():
        service.renew()
        db.session.commit()
