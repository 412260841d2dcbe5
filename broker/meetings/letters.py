"""Writes what guests get: an ordinary letter with the invitation in it, in Swedish."""

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


@in_swedish()
def invite(invitation: MeetingInvitation, task: Task, email: str, *, organisation: Organisation, is_new: bool) -> None:
    """Invite one guest, or tell what has changed."""
    heading = _("Inbjudan") if is_new else _("Ändrad tid eller plats")
    body = _as_text(invitation, task, organisation, heading=f"{heading}: {invitation.title}")
    _write(invitation, task, email, subject=f"{heading}: {invitation.title}", body=body, is_off=False)


@in_swedish()
def call_off(invitation: MeetingInvitation, task: Task, email: str, *, organisation: Organisation) -> None:
    """Tell one guest that the meeting is off, or that the guest is not invited any more."""
    heading = _("Avbokat: %(title)s", title=invitation.title)
    body = _as_text(invitation, task, organisation, heading=heading)
    _write(invitation, task, email, subject=heading, body=body, is_off=True)


def _write(invitation: MeetingInvitation, task: Task, email: str, *, subject: str, body: str, is_off: bool) -> None:
    host = urlsplit(current_app.config["BASE_URL"]).hostname
    entry = Entry(
        # The same as in the person's own calendar, so that programs see one thing.
        uid=f"uppgift-{task.id}@{host}",
        day=task.due_on,
        title=invitation.title,
        link="",
        version=invitation.sequence,
        starts_at=task.starts_at,
        minutes=task.minutes,
        place=invitation.place or "",
    )
    invited = Invited(invitation.organizer.email, invitation.organizer.name, email)
    text = as_invitation(entry, invited, text=invitation.message or "", is_off=is_off, now=clock.now())
    mail.write(email, subject, body, reply_to=invitation.organizer.email, calendar=text)


def _as_text(invitation: MeetingInvitation, task: Task, organisation: Organisation, *, heading: str) -> str:
    until = queries.ends_at(task)
    lines = [
        heading,
        _("När: %(day)s kl. %(start)s–%(end)s", day=day(task.due_on), start=time_of_day(task.starts_at),
          end=time_of_day(until.time())),
        _("Var: %(place)s", place=invitation.place) if invitation.place else "",
    ]  # fmt: skip
    closing = _(
        "%(name)s, %(organisation)s. Svara i din kalender, eller på det här brevet.",
        name=invitation.organizer.name,
        organisation=organisation.name,
    )
    return "\n\n".join(filter(None, ["\n".join(filter(None, lines)), invitation.message, closing])) + "\n"
