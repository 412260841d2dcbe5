"""What people write into a project: actors, commitments, earlier aid, gates and files; and what is taken out."""

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
from broker.esf.chain import queries as chain
from broker.esf.chain import service as chain_service
from broker.esf.chain.models import Cause, GoalEffect, Milestone, Risk, SteeringMeeting, SteeringMember
from broker.esf.gates import HUMAN, RECORDED, recorded_sentence
from broker.esf.kinds import OWNER, PARTNER
from broker.esf.legal_forms import REFUSED_FORMS
from broker.esf.models import (
    Activity,
    Actor,
    Commitment,
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
from broker.swedish import search_key

_REMOVED = {
    Cause: Action.CAUSE_SAVED,
    Goal: Action.GOAL_SAVED,
    Milestone: Action.MILESTONE_SAVED,
    GoalEffect: Action.EFFECT_SAVED,
    Activity: Action.ACTIVITY_SAVED,
    Risk: Action.RISK_SAVED,
    SteeringMember: Action.STEERING_SAVED,
    SteeringMeeting: Action.MEETING_SAVED,
    Actor: Action.ACTOR_SAVED,
    BudgetRow: Action.BUDGET_SAVED,
    CoFinancingRow: Action.BUDGET_SAVED,
}


class WrongLegalFormError(RefusedError):
    """A sole trader or a trading partnership may not receive support for own costs."""


def save_actor(project: Project, actor: Actor | None, values: dict[str, Any], *, by: User) -> Actor:
    """Save an actor, new or old.

    Refuses a wrong number, a second owner, a wrong legal form, and a beneficiary with the name of another one.
    """
    values = dict(values, organisation_number=_clean_number(values.get("organisation_number")))
    if values["role"] == OWNER and (actor is None or actor.role != OWNER):
        raise RefusedError(_("Projektet har redan en projektägare. Välj en annan roll."))
    if actor is not None and actor.role == OWNER and values["role"] != OWNER:
        raise RefusedError(_("Projektet behöver en projektägare. Behåll rollen."))
    if values["role"] in (OWNER, PARTNER) and values.get("legal_form") in REFUSED_FORMS:
        raise WrongLegalFormError(
            _("Enskild firma, handelsbolag och kommanditbolag kan inte få stöd. Välj en annan roll.")
        )
    values["is_beneficiary"] = values["role"] in (OWNER, PARTNER)
    if values["is_beneficiary"] and _has_namesake(project, actor, values["name"]):
        # Budget, workbook and exports call a beneficiary by name.
        raise RefusedError(
            _("Projektet har redan en stödmottagare som heter så. Skriv också vilken förvaltning det gäller.")
        )
    actor = actor or Actor(project_id=project.id)
    save_row(project, actor, values, action=Action.ACTOR_SAVED, by=by, name=values["name"])
    return actor


def _has_namesake(project: Project, actor: Actor | None, name: str) -> bool:
    others = (other for other in queries.list_actors(project) if other.is_beneficiary and other is not actor)
    return search_key(name) in {search_key(other.name) for other in others}


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


def remove_file(project: Project, file: ProjectFile, *, by: User) -> None:
    """Take a file out of the application, also its content; what was exported with it before keeps its own."""
    audit.record(Action.FILE_REMOVED, project, by=by, file_name=file.file_name, content_hash=file.content_hash)
    db.session.delete(file)


def remove_row(project: Project, row: queries.Removable, *, by: User) -> None:
    """Take a row out of the application, not out of the history; refuses the owner and actors with costs or goals."""
    if isinstance(row, Actor):
        if row.role == OWNER:
            raise RefusedError(_("Projektet behöver en projektägare. Den kan inte tas bort."))
        if any(cost.is_active for cost in row.budget_rows):
            raise RefusedError(_("Flytta eller ta bort aktörens kostnader i budgeten först."))
        if any(goal.actor_id == row.id for goal in chain.list_goals(project)):
            raise RefusedError(_("Ta bort aktörens egna mål först, eller gör dem till hela projektets."))
    row.is_active = False
    if isinstance(row, Activity):
        chain_service.meet_needs(project, row, ())
    audit.record(_REMOVED[type(row)], project, by=by, removed=_title_of(row))


def _title_of(row: queries.Removable) -> str | None:
    if isinstance(row, SteeringMeeting):
        return day(row.held_on)
    if isinstance(row, SteeringMember):
        # The history is read by every member of the project, also when the person is long gone.
        return row.seat
    names = ("title", "name", "text", "indicator")
    return next((getattr(row, name) for name in names if getattr(row, name, None)), None)


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
