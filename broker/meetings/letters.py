"""Writes what guests get: an ordinary letter with the invitation in it, in Swedish."""

from datetime import date, time
from urllib.parse import urlsplit

from flask import current_app
from flask_babel import gettext as _

from broker import clock, mail
from broker.accounts.models import Organisation
from broker.calendars import Entry, Invited, as_invitation
from broker.companies.models import Task
from broker.formatting import day, in_swedish, time_of_day
from broker.meetings import queries
from broker.meetings.models import MeetingInvitation

# Day, time and minutes.
_Time = tuple[date, time | None, int | None]


@in_swedish()
def invite(invitation: MeetingInvitation, task: Task, email: str, *, organisation: Organisation, is_new: bool) -> None:
    """Invite one guest, or tell what has changed."""
    heading = _("Inbjudan") if is_new else _("Ändrad tid eller plats")
    when = (task.due_on, task.starts_at, task.minutes)
    body = _as_text(invitation, when, organisation, heading=f"{heading}: {invitation.title}")
    _write(invitation, task, email, when, subject=f"{heading}: {invitation.title}", body=body, is_off=False)


@in_swedish()
def call_off(invitation: MeetingInvitation, task: Task, email: str, *, organisation: Organisation) -> None:
    """Tell one guest that the meeting is off, by the time that the guest knows, or is not invited any more."""
    heading = _("Avbokat: %(title)s", title=invitation.title)
    when = invitation.time_told(task)
    body = _as_text(invitation, when, organisation, heading=heading)
    _write(invitation, task, email, when, subject=heading, body=body, is_off=True)


def _write(
    invitation: MeetingInvitation, task: Task, email: str, when: _Time, *, subject: str, body: str, is_off: bool
) -> None:
    host = urlsplit(current_app.config["BASE_URL"]).hostname
    day_of, starts_at, minutes = when
    entry = Entry(
        # The same as in the person's own calendar, so that programs see one thing.
        uid=f"uppgift-{task.id}@{host}",
        day=day_of,
        title=invitation.title,
        link="",
        version=invitation.sequence,
        starts_at=starts_at,
        minutes=minutes,
        place=invitation.place or "",
    )
    invited = Invited(invitation.organizer.email, invitation.organizer.name, email)
    text = as_invitation(entry, invited, text=invitation.message or "", is_off=is_off, now=clock.now())
    mail.write(email, subject, body, reply_to=invitation.organizer.email, calendar=text)


def _as_text(invitation: MeetingInvitation, when: _Time, organisation: Organisation, *, heading: str) -> str:
    lines = [heading, _when(*when), _("Var: %(place)s", place=invitation.place) if invitation.place else ""]
    closing = _(
        "%(name)s, %(organisation)s. Svara i din kalender, eller på det här brevet.",
        name=invitation.organizer.name,
        organisation=organisation.name,
    )
    return "\n\n".join(filter(None, ["\n".join(filter(None, lines)), invitation.message, closing])) + "\n"


def _when(day_of: date, starts_at: time | None, minutes: int | None) -> str:
    if starts_at is None:
        return _("När: %(day)s", day=day(day_of))
    until = queries.ends_at(day_of, starts_at, minutes)
    return _(
        "När: %(day)s kl. %(start)s–%(end)s",
        day=day(day_of),
        start=time_of_day(starts_at),
        end=time_of_day(until.time()),
    )
