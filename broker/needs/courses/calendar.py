"""The sessions of a cohort as calendars read them."""

from collections.abc import Sequence
from urllib.parse import urlsplit

from flask import current_app

from broker import calendars, clock
from broker.needs.courses.models import CourseSession
from broker.needs.models import Cohort


def as_calendar(cohort: Cohort, sessions: Sequence[CourseSession], *, link: str) -> str:
    """Give the sessions as a calendar; it names the topic and the place, no company."""
    entries = [entry(session, cohort, title=cohort.title, link=link) for session in sessions]
    return calendars.as_text(cohort.title, entries, now=clock.now())


def entry(session: CourseSession, cohort: Cohort, *, title: str, link: str) -> calendars.Entry:
    """Give one session as an entry; the same in every calendar, so that programs see one thing."""
    return calendars.Entry(
        uid=f"tillfalle-{session.id}@{urlsplit(current_app.config['BASE_URL']).hostname}",
        day=session.day,
        title=title,
        link=link,
        version=session.version,
        starts_at=session.starts_at,
        minutes=session.length,
        place=", ".join(filter(None, [cohort.venue, cohort.address])),
    )
