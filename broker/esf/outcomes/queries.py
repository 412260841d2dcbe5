"""Reads what a project has come to."""

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from broker.errors import NotFoundError
from broker.esf.models import Project
from broker.esf.outcomes.models import CostMonth, ParticipantMonth, PeriodReport, ResultLink
from broker.extensions import db
from broker.needs.courses.models import Attendance

# What is read along with a cost: the row that it is of. Whose it is the application has read already.
WITH_ROWS = (joinedload(CostMonth.budget_row), joinedload(CostMonth.cofinancing_row))


def list_participant_months(project: Project) -> list[ParticipantMonth]:
    """List who took part, month by month."""
    query = select(ParticipantMonth).options(joinedload(ParticipantMonth.company))
    query = query.where(ParticipantMonth.project_id == project.id)
    return list(db.session.scalars(query.order_by(ParticipantMonth.month, ParticipantMonth.id)))


def list_costs(project: Project) -> list[CostMonth]:
    """List what every row came to, month by month, also of rows that are no longer in the budget."""
    query = select(CostMonth).options(*WITH_ROWS).where(CostMonth.project_id == project.id)
    return list(db.session.scalars(query.order_by(CostMonth.month, CostMonth.id)))


def list_reports(project: Project) -> list[PeriodReport]:
    """List the reports that have been taken out, the latest first."""
    query = select(PeriodReport).where(PeriodReport.project_id == project.id)
    return list(db.session.scalars(query.order_by(PeriodReport.number.desc())))


def get_report(project: Project, report_id: int) -> PeriodReport:
    """Give a report of a project, or raise NotFoundError."""
    query = select(PeriodReport).where(PeriodReport.id == report_id, PeriodReport.project_id == project.id)
    found = db.session.scalars(query).one_or_none()
    if found is None:
        raise NotFoundError
    return found


def list_links(project: Project) -> list[ResultLink]:
    """List the addresses under which results are shown, the latest first."""
    query = select(ResultLink).where(ResultLink.project_id == project.id)
    return list(db.session.scalars(query.order_by(ResultLink.id.desc())))


def find_link(token: str) -> ResultLink | None:
    """Give the address with this secret, if there is one."""
    query = select(ResultLink).where(ResultLink.token == token)
    return db.session.scalars(query).one_or_none()


def our_attendance(cohort_id: int) -> list[Attendance]:
    """List what our own organisation has noted of who came to one of its cohorts."""
    query = select(Attendance).where(Attendance.cohort_id == cohort_id)
    return list(db.session.scalars(query.order_by(Attendance.id)))
