"""What a planned contact says of its invitation, and what it asks when it has been changed or dropped."""

from flask import url_for

from broker.companies.models import Task
from broker.companies.parts import Part, asks_after_plan, shown_with_plan
from broker.meetings import queries


@shown_with_plan
def invitation_part(task: Task) -> Part | None:
    """Show who is invited, and whether they know what the plan says."""
    invitation = queries.find_invitation(task.id)
    if task.done_at and not (invitation and invitation.guests):
        return None
    return Part("", "meetings/_invitation.html", {"invitation": invitation})


@asks_after_plan
def ask_to_tell_guests(task: Task) -> str | None:
    """Lead to the invitation when its guests know something that is not so any more."""
    invitation = queries.find_invitation(task.id)
    if invitation is None or not invitation.guests or not queries.is_ahead(task):
        return None
    is_wrong = task.done_at is not None or invitation.is_outdated(task)
    return url_for("meetings.invite", task_id=task.id) if is_wrong else None
