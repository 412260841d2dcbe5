"""Reads the sessions of cohorts."""

from collections.abc import Collection, Sequence
from datetime import date

from sqlalchemy import or_, select
from sqlalchemy.orm import selectinload

from broker.errors import NotFoundError
from broker.extensions import db
from broker.needs.courses.models import CourseSession
from broker.needs.models import Cohort, CohortNeed, CohortStatus, Need
from broker.providers.models import Offering


def list_sessions(cohort_id: int) -> list[CourseSession]:
    """List the sessions of a cohort in order of time."""
    query = select(CourseSession).where(CourseSession.cohort_id == cohort_id)
    return list(db.session.scalars(query.order_by(CourseSession.day, CourseSession.starts_at)))


def sessions_of_cohorts(cohort_ids: Collection[int]) -> dict[int, list[CourseSession]]:
    """Give the sessions of each of these cohorts; one query."""
    query = select(CourseSession).where(CourseSession.cohort_id.in_(cohort_ids))
    found: dict[int, list[CourseSession]] = {cohort_id: [] for cohort_id in cohort_ids}
    for session in db.session.scalars(query.order_by(CourseSession.day, CourseSession.starts_at)):
        found[session.cohort_id].append(session)
    return found


def get_session(cohort_id: int, session_id: int) -> CourseSession:
    """Give a session of a cohort, or raise NotFoundError."""
    query = select(CourseSession).where(CourseSession.cohort_id == cohort_id, CourseSession.id == session_id)
    session = db.session.scalars(query).one_or_none()
    if session is None:
        raise NotFoundError
    return session


def list_sessions_of(user_id: int, *, since: date, limit: int) -> list[tuple[CourseSession, Cohort]]:
    """List the sessions from a day on of the cohorts that a person has formed and nobody has dissolved."""
    query = (
        select(CourseSession, Cohort)
        .join(Cohort, Cohort.id == CourseSession.cohort_id)
        .options(selectinload(Cohort.members).joinedload(CohortNeed.need).joinedload(Need.company))
        .where(Cohort.formed_by_id == user_id, Cohort.status != CohortStatus.DISSOLVED, CourseSession.day >= since)
    )
    rows = db.session.execute(query.order_by(CourseSession.day, CourseSession.starts_at).limit(limit))
    return [(row[0], row[1]) for row in rows]


def list_groups_to_teach(offering: Offering, today: date) -> list[Cohort]:
    """List the groups of an offering's topic that begin today or later and have no other offering, with their needs."""
    query = (
        select(Cohort)
        .options(selectinload(Cohort.members).joinedload(CohortNeed.need))
        .where(Cohort.topic_id == offering.topic_id, Cohort.status == CohortStatus.FORMED, Cohort.begun_on.is_(None))
        .where(Cohort.starts_on >= today, or_(Cohort.offering_id.is_(None), Cohort.offering_id == offering.id))
    )
    return list(db.session.scalars(query.order_by(Cohort.starts_on, Cohort.id)))


def minutes_of(sessions: Sequence[CourseSession]) -> int:
    """Give the minutes of teaching of all sessions."""
    return sum(session.minutes for session in sessions)
