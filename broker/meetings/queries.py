"""Reads invitations, and who at a company can be invited."""

from collections.abc import Collection
from datetime import UTC, date, datetime, time, timedelta

from email_validator import EmailNotValidError, validate_email
from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload

from broker import clock, files
from broker.accounts.models import User
from broker.calendars import USUAL_MINUTES
from broker.companies import queries as companies
from broker.companies.models import Person, Task
from broker.errors import NotFoundError
from broker.extensions import db
from broker.files import Attachment
from broker.meetings.models import ImportedEvent, MeetingGuest, MeetingInvitation

CALENDAR = "text/calendar"


def get_plan(task_id: int) -> Task:
    """Give a planned contact with a company, or raise NotFoundError."""
    task = companies.get_task(task_id)
    if task.kind is None or task.company is None:
        raise NotFoundError
    return task


def find_invitation(task_id: int) -> MeetingInvitation | None:
    """Give the invitation to a planned contact with its guests, if there is one."""
    query = select(MeetingInvitation).where(MeetingInvitation.task_id == task_id)
    query = query.options(joinedload(MeetingInvitation.organizer), selectinload(MeetingInvitation.guests))
    return db.session.scalars(query).one_or_none()


def list_invitable(company_id: int) -> list[Person]:
    """List the people of a company who can be sent an invitation: nobody with a protected identity."""
    return [person for person in companies.list_people(company_id) if is_address(person.email)]


def is_address(text: str | None) -> bool:
    """Tell whether a text is one mail address and nothing more."""
    try:
        validate_email(text or "", check_deliverability=False, test_environment=True)
    except EmailNotValidError:
        return False
    return True


def is_ahead(task: Task) -> bool:
    """Tell whether a planned contact has not begun."""
    if task.starts_at is None:
        return task.due_on >= clock.today()
    return datetime.combine(task.due_on, task.starts_at, tzinfo=clock.SWEDEN) > clock.now()


def ends_at(day: date, starts_at: time, minutes: int | None) -> datetime:
    """Give when a meeting with a time is over."""
    start = datetime.combine(day, starts_at, tzinfo=clock.SWEDEN)
    # Added as time that passes, also in the night when the clocks are changed.
    return clock.in_sweden(start.astimezone(UTC) + timedelta(minutes=minutes or USUAL_MINUTES))


def known_events(keys: Collection[str]) -> set[str]:
    """Give those of these events that have become contacts here already."""
    query = select(ImportedEvent.key).where(ImportedEvent.key.in_(list(keys)))
    return set(db.session.scalars(query))


def get_upload(attachment_id: int, user_id: int) -> Attachment:
    """Give a calendar file that a person has taken in, or raise NotFoundError; nobody else sees it."""
    upload = files.get_attachment(attachment_id)
    is_own = upload.kind == files.UPLOAD and upload.uploaded_by_id == user_id
    if not is_own or upload.subject_type != User.__tablename__ or upload.media_type != CALENDAR:
        raise NotFoundError
    return upload


def list_guests(person_id: int) -> list[MeetingGuest]:
    """List the invitations that a person has."""
    return list(db.session.scalars(select(MeetingGuest).where(MeetingGuest.person_id == person_id)))
