"""The sessions of a cohort as calendars read them."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, time, timedelta
from urllib.parse import urlsplit

from flask import current_app, url_for
from flask_babel import gettext as _

from broker import calendars, clock
from broker.needs.courses import queries
from broker.needs.courses.models import CourseSession
from broker.needs.models import Cohort
from broker.reminders.feed import shown_in_feed
from broker.reminders.models import ReminderChoice

_KEPT = timedelta(days=31)
_MOST = 500


def as_calendar(cohort: Cohort, sessions: Sequence[CourseSession], *, link: str) -> str:
    """Give the sessions as a calendar, and those that were taken away as off; it names topic and place, no company."""
    entries = [entry(session, cohort, title=cohort.title, link=link) for session in sessions]
    return calendars.as_text(cohort.title, [*entries, *_taken_away(cohort, link)], now=clock.now())


def as_called_off(cohort: Cohort, sessions: Sequence[CourseSession]) -> str:
    """Give the sessions as a calendar that says they are off, newer than any that was sent."""
    link = current_app.config["BASE_URL"]
    entries = [entry(session, cohort, title=cohort.title, link=link) for session in sessions]
    off = [replace(each, version=each.version + 1, is_off=True) for each in entries]
    return calendars.as_text(cohort.title, [*off, *_taken_away(cohort, link)], now=clock.now())


def _taken_away(cohort: Cohort, link: str) -> list[calendars.Entry]:
    return [
        calendars.Entry(
            uid=_uid(row["uid"]),
            day=date.fromisoformat(row["day"]),
            title=cohort.title,
            link=link,
            version=row["version"],
            starts_at=time.fromisoformat(row["starts_at"]),
            minutes=row["minutes"],
            is_off=True,
        )
        for row in cohort.called_off
    ]


def _uid(secret: str) -> str:
    return f"tillfalle-{secret}@{urlsplit(current_app.config['BASE_URL']).hostname}"


def entry(session: CourseSession, cohort: Cohort, *, title: str, link: str) -> calendars.Entry:
    """Give one session as an entry; the same in every calendar, so that programs see one thing."""
    return calendars.Entry(
        uid=_uid(session.uid),
        day=session.day,
        title=title,
        link=link,
        version=session.version,
        starts_at=session.starts_at,
        minutes=session.length,
        place=", ".join(filter(None, [cohort.venue, cohort.address])),
    )


@shown_in_feed
def sessions_of(choice: ReminderChoice) -> list[calendars.Entry]:
    """Give the sessions of the cohorts that a person has formed; titles and companies only as the person chose."""
    rows = queries.list_sessions_of(choice.user_id, since=clock.today() - _KEPT, limit=_MOST)
    return [_feed_entry(session, cohort, choice) for session, cohort in rows]


def _feed_entry(session: CourseSession, cohort: Cohort, choice: ReminderChoice) -> calendars.Entry:
    title = cohort.title if choice.shows_titles else _("Utbildning i Broker")
    if choice.shows_companies:
        names = dict.fromkeys(member.need.company.name_outside for member in cohort.members)
        title = " – ".join([title, ", ".join(names)])
    link = current_app.config["BASE_URL"] + url_for("cohorts.show", cohort_id=cohort.id)
    return entry(session, cohort, title=title, link=link)
