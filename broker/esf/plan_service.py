"""What people write into a project: goals, activities, actors, commitments, earlier aid and gates."""

from datetime import date
from decimal import Decimal
from typing import Any, BinaryIO

from flask_babel import gettext as _

from broker import audit, clock, files
from broker.accounts.models import User
from broker.actions import Action
from broker.companies.numbers import InvalidNumberError, parse_number
from broker.errors import NotFoundError, RefusedError
from broker.esf import queries
from broker.esf.budgets.models import BudgetRow, CoFinancingRow
from broker.esf.gates import HUMAN, RECORDED, recorded_sentence
from broker.esf.kinds import OWNER, PARTNER
from broker.esf.models import (
    Activity,
    Actor,
    Commitment,
    Contribution,
    DeMinimisAid,
    GateState,
    Goal,
    Project,
    ProjectFile,
)
from broker.esf.service import save_row
from broker.extensions import db
from broker.file_kinds import refuse_other_kinds
from broker.formatting import day, say
from broker.sentences import Sentence

_REMOVED = {
    Goal: Action.GOAL_SAVED,
    Activity: Action.ACTIVITY_SAVED,
    Actor: Action.ACTOR_SAVED,
    BudgetRow: Action.BUDGET_SAVED,
    CoFinancingRow: Action.BUDGET_SAVED,
}
# Who may own a project or have costs in it: the rule speaks of the form in words and in register codes.
_REFUSED_FORMS = {"E", "HB", "KB", "10", "31"}


class OutsideProjectError(RefusedError):
    """The day of a goal lies outside the project."""


class WrongLegalFormError(RefusedError):
    """A sole trader or a trading partnership may not receive support for own costs."""


def save_goal(project: Project, goal: Goal | None, values: dict[str, Any], *, by: User) -> Goal:
    """Save a goal, new or old; refuses a day outside the project."""
    due_on = values.get("due_on")
    if due_on and not project.starts_on <= due_on <= project.ends_on:
        first, last = day(project.starts_on), day(project.ends_on)
        raise OutsideProjectError(_("Ange en dag inom projektet, %(first)s till %(last)s.", first=first, last=last))
    goal = goal or Goal(project_id=project.id)
    save_row(project, goal, values, action=Action.GOAL_SAVED, by=by)
    return goal


def save_activity(
    project: Project,
    activity: Activity | None,
    values: dict[str, Any],
    *,
    contribution_ids: list[int],
    by: User,
) -> Activity:
    """Save an activity, new or old, and which needs it meets; refuses days in the wrong order."""
    starts_on, ends_on = values.get("starts_on"), values.get("ends_on")
    if starts_on and ends_on and ends_on < starts_on:
        raise RefusedError(_("Ange ett slut som inte ligger före starten."))
    activity = activity or Activity(project_id=project.id)
    save_row(project, activity, values, action=Action.ACTIVITY_SAVED, by=by)
    db.session.flush()
    for row in queries.list_contributions(project):
        if row.id in contribution_ids:
            row.activity_id = activity.id
        elif row.activity_id == activity.id:
            row.activity_id = None
    return activity


def save_actor(project: Project, actor: Actor | None, values: dict[str, Any], *, by: User) -> Actor:
    """Save an actor, new or old; refuses a wrong number, a second owner and a wrong legal form."""
    values = dict(values, organisation_number=_clean_number(values.get("organisation_number")))
    if values["role"] == OWNER and (actor is None or actor.role != OWNER):
        raise RefusedError(_("Projektet har redan en projektägare. Välj en annan roll."))
    if actor is not None and actor.role == OWNER and values["role"] != OWNER:
        raise RefusedError(_("Projektet behöver en projektägare. Behåll rollen."))
    if values["role"] in (OWNER, PARTNER) and values.get("legal_form") in _REFUSED_FORMS:
        raise WrongLegalFormError(
            _("Enskild firma, handelsbolag och kommanditbolag kan inte få stöd. Välj en annan roll.")
        )
    values["is_beneficiary"] = values["role"] in (OWNER, PARTNER)
    actor = actor or Actor(project_id=project.id)
    save_row(project, actor, values, action=Action.ACTOR_SAVED, by=by, name=values["name"])
    return actor


def save_commitment(project: Project, commitment: Commitment, values: dict[str, Any], *, by: User) -> None:
    """Save what a company has promised and the figures that aid to it is judged by."""
    numbers = [_clean_number(number) for number in values.get("group_numbers", [])]
    values = dict(values, group_numbers=[number for number in numbers if number])
    save_row(project, commitment, values, action=Action.STATE_AID_SAVED, by=by, company=commitment.company.name)


def add_earlier_aid(
    project: Project,
    commitment: Commitment,
    *,
    giver: str,
    amount_eur: Decimal,
    granted_on: date,
    organisation_number: str | None = None,
    by: User,
) -> DeMinimisAid:
    """Add de minimis aid that the company or its group had before; refuses an amount of nothing."""
    if amount_eur <= 0:
        raise RefusedError(_("Ange stödets belopp i euro, större än noll."))
    aid = DeMinimisAid(
        project_id=project.id,
        commitment_id=commitment.id,
        organisation_number=_clean_number(organisation_number),
        giver=giver,
        amount_eur=amount_eur,
        granted_on=granted_on,
    )
    db.session.add(aid)
    audit.record(
        Action.STATE_AID_SAVED,
        project,
        by=by,
        company=commitment.company.name,
        giver=giver,
        amount_eur=amount_eur,
        granted_on=granted_on,
    )
    return aid


def gate_rule(project: Project, gate_id: str) -> Sentence:
    """Give what a formal gate or a human check asks, or raise NotFoundError if the form has none such."""
    if gate_id in HUMAN:
        return HUMAN[gate_id]
    if gate_id in RECORDED:
        return recorded_sentence(gate_id, project.call)
    raise NotFoundError


def save_gate(project: Project, gate_id: str, *, is_met: bool, note: str | None, by: User) -> GateState:
    """Record what a person says of a gate or a human check, or raise NotFoundError for none such.

    That it is met needs a note.
    """
    gate_rule(project, gate_id)
    if is_met and not note:
        raise RefusedError(_("Skriv vad du har sett som gör att det är uppfyllt."))
    gate = queries.find_gate(project, gate_id) or GateState(project_id=project.id, gate_id=gate_id)
    gate.is_met, gate.note = is_met, note
    gate.recorded_on, gate.recorded_by_id, gate.recorded_by = clock.today(), by.id, by
    db.session.add(gate)
    audit.record(Action.GATE_SAVED, project, by=by, gate=gate_id, is_met=is_met, note=note)
    return gate


def add_file(
    project: Project, stream: BinaryIO, *, file_name: str, media_type: str, kind: str, by: User
) -> ProjectFile:
    """Keep a file of the application for every member of the project; refuses all but documents."""
    refuse_other_kinds(stream, file_name)
    content_hash, size = files.store(stream)
    row = ProjectFile(
        project_id=project.id,
        kind=kind,
        content_hash=content_hash,
        file_name=files.safe_name(file_name),
        media_type=media_type[:100],
        size=size,
        uploaded_by_id=by.id,
    )
    db.session.add(row)
    audit.record(Action.FILE_ADDED, project, by=by, file_name=row.file_name, kind=kind)
    return row


def remove_row(project: Project, row: queries.Removable, *, by: User) -> None:
    """Take a row out of the application, not out of the history; refuses the owner and actors with costs."""
    if isinstance(row, Actor):
        if row.role == OWNER:
            raise RefusedError(_("Projektet behöver en projektägare. Den kan inte tas bort."))
        if any(cost.is_active for cost in row.budget_rows):
            raise RefusedError(_("Flytta eller ta bort aktörens kostnader i budgeten först."))
    row.is_active = False
    if isinstance(row, Activity):
        _let_go(project, row)
    title = getattr(row, "title", None) or getattr(row, "name", None) or getattr(row, "text", None)
    audit.record(_REMOVED[type(row)], project, by=by, removed=title)


def _let_go(project: Project, activity: Activity) -> None:
    rows: list[Contribution] = queries.list_contributions(project)
    for contribution in rows:
        if contribution.activity_id == activity.id:
            contribution.activity_id = None


def _clean_number(number: str | None) -> str | None:
    if not number:
        return None
    try:
        parsed = parse_number(number)
    except InvalidNumberError as error:
        raise RefusedError(say(error)) from error
    if parsed.is_personal:
        raise RefusedError(_("Numret är ett personnummer. Lämna fältet tomt: ansökan blir allmän handling."))
    return parsed.digits
