"""What people do about invitations: invite, tell of a change, call off."""

from collections.abc import Sequence

from flask_babel import gettext as _

from broker import audit
from broker.access import Permission, organisation_in_scope
from broker.accounts import queries as accounts
from broker.accounts.models import User
from broker.actions import Action
from broker.companies import service as companies
from broker.companies.models import Person, Task
from broker.errors import RefusedError
from broker.extensions import db
from broker.meetings import letters, queries
from broker.meetings.models import MeetingGuest, MeetingInvitation


def invite(
    task: Task, *, title: str, place: str | None, message: str | None, people: Sequence[Person], with_me: bool, by: User
) -> int:
    """Let exactly these people be invited, and count the letters: to who is new, to all when something has changed.

    Who was invited and is no more gets word that it is off. Sent again without a change it writes to nobody.
    """
    if task.starts_at is None or task.done_at or not queries.is_ahead(task):
        raise RefusedError(_("Sätt en tid som inte har varit på den planerade kontakten först."))
    invitation = queries.find_invitation(task.id)
    if invitation is None:
        invitation = MeetingInvitation(task_id=task.id, organizer=by, title=title, sequence=0, told="")
        db.session.add(invitation)
    else:
        invitation.organizer = organizer_of(invitation, by)
    chosen: dict[str, int | None] = {(person.email or "").lower(): person.id for person in people}
    if with_me:
        chosen.setdefault(invitation.organizer.email, None)
    known = {guest.email for guest in invitation.guests}
    gone = [guest for guest in invitation.guests if guest.email not in chosen]
    # A program takes only what has a higher number than what it has, which may be our own file of the plan.
    sequence = max(invitation.sequence + 1, task.version)
    # Who is not invited any more is told in the words that this person knows it by.
    _call_off(invitation, task, gone, sequence)
    invitation.title, invitation.place, invitation.message = title, place, message
    told = invitation.words_for(task)
    is_changed = told != invitation.told
    new = [email for email in chosen if email not in known]
    if not (gone or new or (is_changed and known)):
        return 0
    invitation.told, invitation.sequence = told, sequence
    invitation.guests += [MeetingGuest(person_id=chosen[email], email=email) for email in new]
    written = [guest for guest in invitation.guests if is_changed or guest.email in new]
    organisation = accounts.get_organisation(organisation_in_scope())
    for guest in written:
        letters.invite(invitation, task, guest.email, organisation=organisation, is_new=guest.email in new)
    db.session.flush()
    audit.record(Action.MEETING_INVITED, task, by=by, people=len(written))
    return len(written) + len(gone)


def call_off(task: Task, *, by: User) -> int:
    """Tell everybody who is invited that it is off, and count them; told once they are invited no more."""
    invitation = queries.find_invitation(task.id)
    if invitation is None or not invitation.guests:
        return 0
    guests = list(invitation.guests)
    invitation.organizer = organizer_of(invitation, by)
    _call_off(invitation, task, guests, max(invitation.sequence + 1, task.version))
    invitation.told = ""
    audit.record(Action.MEETING_CANCELLED, task, by=by, people=len(guests))
    return len(guests)


@companies.when_protected
def forget_guest(person: Person, by: User | None) -> None:
    """Let go of the address of somebody whose identity is protected from now on."""
    for guest in queries.list_guests(person.id):
        db.session.delete(guest)


def organizer_of(invitation: MeetingInvitation | None, by: User) -> User:
    """Give who gets the answers: who invited, or who writes now when that person does not work here any more."""
    if invitation and accounts.may(invitation.organizer_id, organisation_in_scope(), Permission.EDIT):
        return invitation.organizer
    return by


def _call_off(invitation: MeetingInvitation, task: Task, guests: Sequence[MeetingGuest], sequence: int) -> None:
    if not guests:
        return
    invitation.sequence = sequence
    organisation = accounts.get_organisation(organisation_in_scope())
    for guest in guests:
        letters.call_off(invitation, task, guest.email, organisation=organisation)
        invitation.guests.remove(guest)
