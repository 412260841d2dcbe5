"""Corrects the log: changes a contact, takes one back that was logged by mistake, moves one to the right company."""

from collections.abc import Callable

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm.attributes import flag_modified

from broker import audit, clock, files
from broker.accounts.models import User
from broker.actions import Action
from broker.companies import lookups, queries, service
from broker.companies.models import Company, Engagement, EngagementStatus, Interaction, Task
from broker.errors import RefusedError
from broker.extensions import db

# What other features do with their rows about a contact that goes, to another company or for good; they may refuse.
LeavingStep = Callable[[Interaction, Company | None, User], None]
_leaving: list[LeavingStep] = []


def when_contact_leaves(step: LeavingStep) -> LeavingStep:
    """Mark what another feature does when a contact is moved to a company, or to none because it is taken back."""
    _leaving.append(step)
    return step


def edit_interaction(interaction: Interaction, values: dict[str, object], *, by: User) -> None:
    """Correct a logged contact; the history tells which fields, and the relation follows from the log again."""
    changed = [name for name, value in values.items() if getattr(interaction, name) != value]
    for name, value in values.items():
        setattr(interaction, name, value)
    if changed:
        # Who was there stands in tables of its own, and yet is a new version of the contact.
        flag_modified(interaction, "summary")
    db.session.flush()
    if changed:
        service.engage(interaction.company).last_contact_on = queries.find_last_contact_day(interaction.company_id)
        audit.record(Action.INTERACTION_EDITED, interaction, by=by, fields=changed)


def remove_interaction(interaction: Interaction, *, with_steps: bool, by: User) -> set[str]:
    """Take back a contact that was logged by mistake; all that follows from the log is as if it had never been.

    The chain of events says who did it, and which day and company it was, never what was said. Its plan stands again,
    and its next steps stay or are closed. Gives the hashes of contents that may be removed once this is stored.
    Refuses what other features rely on.
    """
    for step in _leaving:
        step(interaction, None, by)
    for task in list_steps_of(interaction) if with_steps else []:
        task.done_at = clock.now()
        audit.record(Action.TASK_CLOSED, task, by=by)
    for task in db.session.scalars(select(Task).where(Task.interaction_id == interaction.id)):
        task.interaction_id = None
    _reopen_plan(interaction, by)
    attachments = files.list_attachments(interaction)
    hashes = {attachment.content_hash for attachment in attachments}
    for attachment in attachments:
        db.session.delete(attachment)
    engagement, logged_by_id = service.engage(interaction.company), interaction.logged_by_id
    # Told of the relation, for the page of the contact with its history is gone.
    audit.record(
        Action.INTERACTION_REMOVED,
        engagement,
        by=by,
        interaction=interaction.id,
        kind=interaction.kind.value,
        happened_on=interaction.happened_on,
    )
    db.session.delete(interaction)
    db.session.flush()
    _follow_log(engagement, logged_by_id)
    return files.unused_among(hashes)


def move_interaction(interaction: Interaction, company: Company, *, by: User) -> None:
    """Let a contact be with another company, with its next steps and files, and the needs that came of it.

    People of the company that it was noted with do not come along, and its plan there stands again. Refuses the same
    company, a letter that is logged there already, and what other features cannot move.
    """
    left = interaction.company
    if company.id == left.id:
        raise RefusedError(_("Kontakten är redan med %(name)s.", name=company.name))
    if interaction.letter_key and lookups.find_letter(company.id, interaction.letter_key):
        raise RefusedError(
            _("Brevet är redan loggat hos %(name)s. Ta bort den här kontakten i stället.", name=company.name)
        )
    for step in _leaving:
        step(interaction, company, by)
    for task in list_steps_of(interaction):
        task.company_id = company.id
    _reopen_plan(interaction, by)
    interaction.company_id, interaction.company, interaction.people = company.id, company, []
    db.session.flush()
    service.follow_contact(interaction)
    audit.record(Action.INTERACTION_MOVED, interaction, by=by, left=left.id, company=company.id)
    _follow_log(service.engage(left), interaction.logged_by_id)


def list_steps_of(interaction: Interaction) -> list[Task]:
    """List what is left to do of what a contact led to."""
    return [
        task for task in queries.list_tasks_of_company(interaction.company_id) if task.interaction_id == interaction.id
    ]


def _reopen_plan(interaction: Interaction, by: User) -> None:
    for plan in db.session.scalars(select(Task).where(Task.logged_as_id == interaction.id)):
        service.reopen_task(plan, by=by)


def _follow_log(engagement: Engagement, logged_by_id: int) -> None:
    """Let a relation follow from the contacts that are left; what somebody has chosen by hand stays."""
    engagement.last_contact_on = queries.find_last_contact_day(engagement.company_id)
    chosen = {name for event in audit.history_of(engagement) for name in event.facts.get("changes", {})}
    if (
        engagement.last_contact_on is None
        and engagement.status is EngagementStatus.CONTACTED
        and "status" not in chosen
    ):
        engagement.status = EngagementStatus.NEW
    is_only_logged = engagement.source is None and "owner_id" not in chosen
    if (
        is_only_logged
        and engagement.owner_id == logged_by_id
        and not queries.list_interactions(engagement.company_id).rows
    ):
        engagement.owner_id = None
