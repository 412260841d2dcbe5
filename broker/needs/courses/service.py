"""What people do about how a cohort is taught: choose an offering and a venue, and set the sessions."""

from collections.abc import Sequence
from datetime import date, time
from typing import Any

from flask_babel import gettext as _

from broker import audit
from broker.accounts.models import User
from broker.actions import Action
from broker.errors import RefusedError
from broker.extensions import db
from broker.formatting import day, time_of_day
from broker.needs import queries as needs
from broker.needs.courses import offers, queries
from broker.needs.courses.models import CourseSession
from broker.needs.models import Cohort

# More than any training of a group has; a slip in the number of weeks makes no thousand rows.
MOST_SESSIONS = 100


class CourseClosedError(RefusedError):
    """The cohort is dissolved or its training is over."""


class OfferRefusedError(RefusedError):
    """The offering cannot be chosen for the cohort."""


class SessionRefusedError(RefusedError):
    """The session cannot be as it was written."""


def plan_course(cohort: Cohort, values: dict[str, Any], *, by: User) -> None:
    """Set who teaches a cohort, where and what it costs; refuses a provider not vetted until the last day.

    A provider that was chosen earlier stays until somebody chooses another one; the page says what is wrong with it.
    """
    check_open(cohort)
    offering_id = values["offering_id"]
    if offering_id not in (None, cohort.offering_id):
        chosen = next((row for row in offers.list_offers(cohort) if row.offering.id == offering_id), None)
        if chosen is None:
            raise OfferRefusedError(_("Välj en utbildning i gruppens kompetensområde."))
        if chosen.stop is not None:
            raise OfferRefusedError(chosen.stop)
    changed = audit.changes(cohort, values)
    for name, value in values.items():
        setattr(cohort, name, value)
    if changed:
        audit.record(Action.COHORT_PLANNED, cohort, by=by, changes=changed)


def add_sessions(
    cohort: Cohort, days: Sequence[date], *, starts_at: time, ends_at: time, break_minutes: int = 0, by: User
) -> list[CourseSession]:
    """Add a session on each of these days; the first and last of all move the cohort. Refuses what overlaps."""
    needs.lock_cohort(cohort.id)
    check_open(cohort)
    known = queries.list_sessions(cohort.id)
    if not days:
        raise SessionRefusedError(_("Det blev inget tillfälle. Välj andra dagar, eller låt röda dagar vara med."))
    if len(known) + len(days) > MOST_SESSIONS:
        raise SessionRefusedError(_("En grupp har högst %(most)s tillfällen. Minska antalet.", most=MOST_SESSIONS))
    made = [
        CourseSession(cohort_id=cohort.id, day=each, starts_at=starts_at, ends_at=ends_at, break_minutes=break_minutes)
        for each in days
    ]
    for session in made:
        _check(session, known)
    db.session.add_all(made)
    _follow(cohort, [*known, *made])
    first, last = days[0], days[-1]
    audit.record(Action.COHORT_SESSIONS_ADDED, cohort, by=by, sessions=len(made), first_on=first, last_on=last)
    return made


def edit_session(cohort: Cohort, session: CourseSession, values: dict[str, Any], *, by: User) -> None:
    """Move a session or change its length; refuses what overlaps another one."""
    needs.lock_cohort(cohort.id)
    check_open(cohort)
    for name, value in values.items():
        setattr(session, name, value)
    with db.session.no_autoflush:
        known = queries.list_sessions(cohort.id)
    _check(session, [row for row in known if row.id != session.id])
    _follow(cohort, known)
    audit.record(Action.COHORT_SESSION_EDITED, cohort, by=by, first_on=session.day)


def remove_session(cohort: Cohort, session: CourseSession, *, by: User) -> None:
    """Take a session away; the days of the cohort follow those that are left."""
    needs.lock_cohort(cohort.id)
    check_open(cohort)
    left = [row for row in queries.list_sessions(cohort.id) if row.id != session.id]
    cohort.called_off = [*cohort.called_off, session.as_called_off()]
    db.session.delete(session)
    _follow(cohort, left)
    audit.record(Action.COHORT_SESSION_REMOVED, cohort, by=by, first_on=session.day)


def check_open(cohort: Cohort) -> None:
    """Refuse a change of a cohort that is dissolved or over."""
    if not cohort.is_formed:
        raise CourseClosedError(_("Gruppen är upplöst eller genomförd, så upplägget kan inte ändras."))


def _check(session: CourseSession, others: Sequence[CourseSession]) -> None:
    if session.ends_at <= session.starts_at:
        raise SessionRefusedError(_("Sluttiden ska ligga efter starttiden."))
    if session.minutes <= 0:
        raise SessionRefusedError(_("Rasten är lika lång som tillfället eller längre. Skriv en kortare rast."))
    for other in others:
        if other.day == session.day and other.starts_at < session.ends_at and session.starts_at < other.ends_at:
            told = {"day": day(other.day), "start": time_of_day(other.starts_at), "end": time_of_day(other.ends_at)}
            raise SessionRefusedError(_("Gruppen har redan ett tillfälle %(day)s kl. %(start)s–%(end)s.", **told))


def _follow(cohort: Cohort, sessions: Sequence[CourseSession]) -> None:
    if sessions:
        cohort.starts_on = min(session.day for session in sessions)
        cohort.ends_on = max(session.day for session in sessions)
