"""What people do with joint plans: begin one, invite, join and leave; contribute a need, renew it, take it back."""

from collections.abc import Collection, Sequence
from typing import Any, cast

from flask_babel import gettext as _

from broker import access, audit, clock, database
from broker.accounts import queries as accounts
from broker.accounts.models import Organisation, User
from broker.actions import Action
from broker.errors import NotAllowedError, RefusedError
from broker.extensions import db
from broker.formatting import in_swedish
from broker.leads.models import LeadGround
from broker.needs import service as needs
from broker.needs.joint import copies, falling, letters, queries
from broker.needs.joint.copies import company_token
from broker.needs.joint.models import (
    NAMED_GROUNDS,
    InvitationState,
    JointCohort,
    JointInvitation,
    JointMember,
    JointNeed,
    JointNeedState,
    JointPlan,
    SharedNeed,
)
from broker.needs.models import Cohort, Need
from broker.sentences import N_, Sentence
from broker.topics.models import national_id


class JointStateError(RefusedError):
    """The invitation, need or group has come further, or less far, than this step takes."""


class GroundError(RefusedError):
    """Nothing is handed to other organisations, or no name, without a recorded ground that allows it."""


def start_plan(*, name: str, topic_ids: Sequence[str], by: User) -> JointPlan:
    """Begin a plan of the organisation in scope, of some national topics or all."""
    own = access.organisation_in_scope()
    plan = JointPlan(owner_id=own, name=name, topic_ids=list(topic_ids), started_by_id=by.id)
    db.session.add(plan)
    db.session.flush()
    # Everything else in a plan is read only by members, so the owner becomes one first.
    db.session.add(JointMember(plan_id=plan.id, organisation_id=own))
    db.session.flush()
    audit.record(Action.JOINT_PLAN_STARTED, plan, by=by, name=name)
    return plan


def invite(plan: JointPlan, organisation: Organisation, *, by: User) -> JointInvitation:
    """Ask another organisation to plan with us, and tell all members; only the owner may, and each is asked once."""
    own = access.organisation_in_scope()
    if plan.owner_id != own:
        raise NotAllowedError(_("Be den som äger samplaneringen att bjuda in."))
    # Two who invite at once must not both find that nobody has.
    database.hold(JointPlan.id, plan.id)
    if organisation.id not in {row.id for row in queries.list_possible_members(plan)}:
        raise RefusedError(_("%(name)s är redan med eller inbjuden.", name=organisation.name))
    invitation = JointInvitation(
        proposer_id=own,
        receiver_id=organisation.id,
        proposer=accounts.get_organisation(own),
        receiver=organisation,
        plan_id=plan.id,
        plan_name=plan.name,
        topic_ids=plan.topic_ids,
        invited_by=by.name,
    )
    db.session.add(invitation)
    db.session.flush()
    # What is contributed already is seen by whoever joins, so those who have contributed are told before.
    tell_members(Action.JOINT_INVITED, plan, by, organisation=organisation.name)
    _tell_parties(Action.JOINT_INVITED, invitation, by)
    letters.tell_of_invitation(invitation)
    return invitation


def withdraw_invitation(invitation: JointInvitation, *, by: User) -> None:
    """Take an invitation back that nobody has answered; only its sender can."""
    if invitation.proposer_id != access.organisation_in_scope():
        raise NotAllowedError(_("Inbjudan är till er. Anta den eller avböj den."))
    _answer(invitation, InvitationState.WITHDRAWN, by)
    _tell_parties(Action.JOINT_INVITATION_WITHDRAWN, invitation, by)


def join_plan(invitation: JointInvitation, *, by: User) -> None:
    """Say yes: from now on we see the plan, and what we contribute is seen by its members."""
    _check_is_ours(invitation)
    _answer(invitation, InvitationState.ACCEPTED, by)
    db.session.flush()
    db.session.add(JointMember(plan_id=invitation.plan_id, organisation_id=invitation.receiver_id))
    db.session.flush()
    tell_members(
        Action.JOINT_PLAN_JOINED, queries.get_plan(invitation.plan_id), by, organisation=invitation.receiver.name
    )


def decline_invitation(invitation: JointInvitation, *, reason: str, by: User) -> None:
    """Say no, with the reason, which the owner sees."""
    _check_is_ours(invitation)
    invitation.reason = reason
    _answer(invitation, InvitationState.DECLINED, by)
    _tell_parties(Action.JOINT_INVITATION_DECLINED, invitation, by)


def leave_plan(plan: JointPlan, *, by: User) -> None:
    """Leave a plan: what waits of ours is taken back, and we see nothing of it any more; its owner stays."""
    if plan.owner_id == access.organisation_in_scope():
        raise RefusedError(_("Ni äger samplaneringen och kan inte lämna den. Ta tillbaka era behov i stället."))
    for note in queries.own_notes(plan).values():
        joint = queries.find_joint_need(note.joint_need_id)
        if joint is not None and joint.is_waiting:
            _take_back(note, joint, Sentence(N_("%(organisation)s har lämnat samplaneringen."), _own_name()), by)
    own = accounts.get_organisation(access.organisation_in_scope())
    tell_members(Action.JOINT_PLAN_LEFT, plan, by, organisation=own.name)
    member, invitation = queries.get_membership(plan), queries.find_accepted_invitation(plan)
    if invitation is not None:
        invitation.state = InvitationState.LEFT
    # Until now the database lets us write in the plan.
    db.session.flush()
    member.left_at = clock.now()


def contribute(
    plan: JointPlan, need: Need, *, ground: LeadGround, ground_note: str, is_named: bool, by: User
) -> JointNeed:
    """Let the members of a plan see a copy of a need, and note on which ground (OSL 10 and 12 ch.).

    Refuses a ground without its note (consent: whose, when and how; otherwise why the paragraph fits), a name without
    the company's consent, a need that does not wait, is placed in part, is in the plan already or is of another topic.
    """
    if not ground_note.strip():
        raise GroundError(_("Skriv vem som har samtyckt, när och hur, eller varför paragrafen passar."))
    if is_named and ground not in NAMED_GROUNDS:
        raise GroundError(
            _("Namnet får följa med bara om företaget har samtyckt. Välj den grunden, eller låt bli namnet.")
        )
    if need.id not in {row.id for row in queries.list_contributable(plan)}:
        raise JointStateError(
            _("Behovet kan inte bidras: det ska vara klarlagt, utan grupp och inom samplaneringens områden.")
        )
    joint = JointNeed(
        plan_id=plan.id,
        organisation_id=access.organisation_in_scope(),
        **copies.copy_of(need, plan.id, is_named=is_named),
    )
    db.session.add(joint)
    db.session.flush()
    shown = {"ground": ground, "ground_note": ground_note, "is_named": is_named, "shared_by_id": by.id}
    db.session.add(SharedNeed(need_id=need.id, plan_id=plan.id, plan_name=plan.name, joint_need_id=joint.id, **shown))
    members = [row.name for row in queries.list_members(plan) if row.id != joint.organisation_id]
    with in_swedish():
        told = Sentence(str(ground.label)).as_stored()
    named = Sentence(N_("Följer med")) if is_named else Sentence(N_("Följer inte med"))
    audit.record(
        Action.JOINT_NEED_CONTRIBUTED,
        need,
        by=by,
        plan=plan.name,
        ground=told,
        ground_note=ground_note,
        named=named.as_stored(),
        seen_by=", ".join(members),
    )
    _tell_of_need(Action.JOINT_NEED_CONTRIBUTED, plan, joint, by)
    return joint


def renew(plan: JointPlan, note: SharedNeed, *, by: User) -> None:
    """Make the copy say what the need says now, as the ground still holds.

    Refuses one that sits in a group, and one that has moved to where few companies are alike: nobody has judged that.
    """
    joint = _waiting_copy(note)
    if note.need.missing or not note.need.is_clarified:
        raise JointStateError(_("Behovet väntar inte längre. Ta tillbaka det ur samplaneringen."))
    if not plan.takes(national_id(note.need.topic_id or "")):
        raise JointStateError(_("Behovet gäller ett annat område än samplaneringen. Ta tillbaka det."))
    database.hold(JointPlan.id, plan.id)
    if queries.list_proposed_groups_with(joint.id):
        raise JointStateError(_("Behovet är med i en grupp som väntar på svar. Svara nej på gruppen först."))
    if _points_out_more(note, joint):
        raise JointStateError(
            _("På den nya platsen kan de andra gissa vilket företag det är. Ta tillbaka behovet och pröva det på nytt.")
        )
    for name, value in copies.copy_of(note.need, plan.id, is_named=note.is_named).items():
        setattr(joint, name, value)
    audit.record(Action.JOINT_NEED_RENEWED, note.need, by=by, plan=plan.name)
    _tell_of_need(Action.JOINT_NEED_RENEWED, plan, joint, by)


def withdraw(plan: JointPlan, note: SharedNeed, *, by: User) -> None:
    """Take a contributed need back; a group that holds it and is not agreed on falls. Refuses one that is placed."""
    joint = _waiting_copy(note)
    _take_back(note, joint, Sentence(N_("%(organisation)s har tagit tillbaka ett behov."), _own_name()), by)


@needs.when_taken
def take_out(taken: Sequence[Need], by: User) -> None:
    """Take needs that we have placed in a cohort of our own, or ended, out of the plans where they wait."""
    take_out_but_of(None, taken, by=by)


def take_out_but_of(plan_id: int | None, taken: Sequence[Need], *, by: User) -> None:
    """Take needs that are placed by one plan out of the others where they wait."""
    for note in queries.list_notes([need.id for need in taken], only_open=True):
        joint = queries.find_joint_need(note.joint_need_id)
        if joint is not None and joint.is_waiting and joint.plan_id != plan_id:
            reason = Sentence(N_("Ett av behoven hos %(organisation)s väntar inte längre."), _own_name())
            _take_back(note, joint, reason, by)


@needs.when_released
def take_out_released(cohort: Cohort, released: Sequence[Need], by: User) -> None:
    """Take needs that leave our part of a joint group out of its plan, so that they can be contributed anew."""
    part = queries.find_joint_cohort(cohort.id)
    if part is None:
        return
    for note in queries.list_notes({need.id for need in released}, only_open=True):
        if note.plan_id == part.plan_id:
            joint = queries.find_joint_need(note.joint_need_id)
            if joint is None:
                # Who has left the plan sees nothing of it any more.
                note.withdrawn_at = clock.now()
            else:
                reason = Sentence(N_("Ett av behoven hos %(organisation)s väntar inte längre."), _own_name())
                _take_back(note, joint, reason, by)


def hold_group(cohort: Cohort) -> None:
    """Let the other organisations of a joint group wait until this transaction ends, and see its size as it is now."""
    part = queries.find_joint_cohort(cohort.id)
    if part is not None:
        with access.every_organisation():
            database.hold(JointCohort.id, *(row.id for row in queries.list_parts_of(part.group_id)))
        db.session.refresh(part)


def resize_part(
    cohort: Cohort, *, people: int, joined: Collection[int] = (), gone: Collection[int] = (), by: User
) -> None:
    """Let everybody in a joint group know its size as our part changes it: so many people more, or less.

    `joined` and `gone` are companies that have come into our part or left it. The others are told, but those who have
    left the plan or dissolved their part.
    """
    part = queries.find_joint_cohort(cohort.id)
    if part is None:
        return
    companies = _count(part, joined) - _count(part, gone)
    if not people and not companies:
        return
    with access.every_organisation():
        parties = [row.organisation_id for row in queries.list_parts_of(part.group_id)]
    for organisation_id in parties:
        # Each side's rows are stored while it is its turn.
        with access.acting_in(organisation_id):
            theirs = queries.find_part_of(part.group_id)
            if theirs is not None:
                # Added up by the database: two organisations may change their parts at once.
                theirs.participants = cast(Any, JointCohort.participants + people)
                theirs.companies = cast(Any, JointCohort.companies + companies)
                db.session.flush()
    db.session.refresh(part)
    _tell_of_size(part, by)


def _tell_of_size(part: JointCohort, by: User) -> None:
    # Who has left the plan sees its groups no more, and tells nobody of them.
    group = queries.find_group(part.group_id)
    if group is None:
        return
    own = access.organisation_in_scope()
    falling.tell_parties(Action.JOINT_GROUP_RESIZED, group, by, people=part.participants)
    members = {row.id for row in queries.list_members(queries.get_plan(part.plan_id))} - {own}
    left = {answer.organisation_id for answer in group.answers if answer.dissolved_at is not None}
    receivers = [row for row in group.organisations if row.id in members - left]
    letters.tell_of_size(group, part.participants, receivers)


def _count(part: JointCohort, company_ids: Collection[int]) -> int:
    """Count the companies that nobody else in a joint group has people from, as far as we may know."""
    group = queries.find_group(part.group_id) if company_ids else None
    own = access.organisation_in_scope()
    others = {row.company_token for row in group.members if row.need.organisation_id != own} if group else set()
    return len({company_token(company_id, part.plan_id) for company_id in company_ids} - others)


def tell_members(action: Action, plan: JointPlan, by: User, **facts: object) -> None:
    """Write what has been done into every member's log."""
    for member in queries.list_members(plan):
        audit.record(action, plan, by=by, organisation_id=member.id, **facts)


def _take_back(note: SharedNeed, joint: JointNeed, reason: Sentence, by: User) -> None:
    plan = queries.get_plan(joint.plan_id)
    # Nobody proposes a group with the need from here on.
    database.hold(JointPlan.id, plan.id)
    for group in queries.list_proposed_groups_with(joint.id):
        falling.let_fall(group, reason, by=by)
    joint.state, joint.company_name, joint.company_token = JointNeedState.WITHDRAWN, None, None
    note.withdrawn_at = clock.now()
    audit.record(Action.JOINT_NEED_WITHDRAWN, note.need, by=by, plan=note.plan_name)
    _tell_of_need(Action.JOINT_NEED_WITHDRAWN, plan, joint, by)


def _points_out_more(note: SharedNeed, joint: JointNeed) -> bool:
    need = note.need
    if note.is_named or need.municipality_code == joint.municipality_code:
        return False
    least = queries.smallest_cell(clock.today())
    return queries.count_alike(need.company, need.municipality_code, most=least) < least


def _waiting_copy(note: SharedNeed) -> JointNeed:
    joint = queries.find_joint_need(note.joint_need_id)
    if joint is None or not joint.is_waiting:
        raise JointStateError(_("Behovet väntar inte längre i samplaneringen. Ladda om sidan för att se läget."))
    return joint


def _tell_of_need(action: Action, plan: JointPlan, joint: JointNeed, by: User) -> None:
    """Write into every member's log that a need was contributed, changed or taken back, as the members see it."""
    with in_swedish():
        facts = {"topic": joint.topic_label, "people": joint.participants}
    tell_members(action, plan, by, organisation=_own_name()["organisation"], **facts)


def _own_name() -> dict[str, str]:
    return {"organisation": accounts.get_organisation(access.organisation_in_scope()).name}


def _check_is_ours(invitation: JointInvitation) -> None:
    if invitation.receiver_id != access.organisation_in_scope():
        raise NotAllowedError(_("Inbjudan är er egen. %(name)s svarar på den.", name=invitation.receiver.name))


def _answer(invitation: JointInvitation, state: InvitationState, by: User) -> None:
    if not invitation.is_waiting:
        raise JointStateError(_("Inbjudan är redan besvarad eller återtagen. Ladda om sidan för att se läget."))
    invitation.state, invitation.answered_by, invitation.answered_at = state, by.name, clock.now()


def _tell_parties(action: Action, invitation: JointInvitation, by: User) -> None:
    for side, other in (
        (invitation.proposer, invitation.receiver),
        (invitation.receiver, invitation.proposer),
    ):
        facts = {"organisation": other.name, "plan": invitation.plan_name, "reason": invitation.reason}
        audit.record(action, invitation, by=by, organisation_id=side.id, **facts)
