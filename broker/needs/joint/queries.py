"""Reads joint plans as the organisation in scope may see them, and its own notes of what it has contributed."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, ScalarSelect, Select, Text, and_, cast, func, select
from sqlalchemy.orm import joinedload, selectinload

from broker import access
from broker.accounts import queries as accounts
from broker.accounts.models import Organisation
from broker.companies.models import Company
from broker.errors import NotFoundError
from broker.extensions import db
from broker.needs.joint.models import (
    InvitationState,
    JointAnswer,
    JointCohort,
    JointGroup,
    JointGroupNeed,
    JointGroupState,
    JointInvitation,
    JointMember,
    JointNeed,
    JointNeedState,
    JointPlan,
    SharedNeed,
)
from broker.needs.models import Cohort, CohortNeed, CohortStatus, Need, NeedStatus
from broker.reference import queries as reference
from broker.reference.models import DocumentKind
from broker.topics.models import national_id

PAGE = 50
_MOST = 100
# Two digits of an industry's code are its branch.
_BRANCH = 2
_STANDING = (JointGroupState.PROPOSED, JointGroupState.AGREED)


@dataclass(frozen=True)
class NeedPage:
    """A part of the contributed needs, and the key after which the next part begins."""

    rows: list[JointNeed]
    next_after: int | None


@dataclass(frozen=True)
class Hosting:
    """Our part of a joint group, and what its host has answered; nothing when we have left the plan."""

    part: JointCohort
    answer: JointAnswer | None

    @property
    def is_for_us_to_buy(self) -> bool:
        """Tell whether we may buy: as the host, or when the host has dissolved its part."""
        return self.part.is_host or self.has_host_left

    @property
    def has_host_left(self) -> bool:
        """Tell whether another organisation was the host and has dissolved its part."""
        return not self.part.is_host and self.answer is not None and self.answer.dissolved_at is not None

    @property
    def is_seen(self) -> bool:
        """Tell whether we still see the joint group."""
        return self.answer is not None


def smallest_cell(today: date) -> int:
    """Give how many companies of a branch a municipality has at least, for one of them not to be guessed."""
    return int(reference.get_document(DocumentKind.JOINT_RULES, on=today).content["smallest_cell"])


def list_plans() -> list[JointPlan]:
    """List the plans that we have joined, the newest first."""
    query = select(JointPlan).options(joinedload(JointPlan.owner)).order_by(JointPlan.id.desc())
    return list(db.session.scalars(query.limit(_MOST)))


def get_plan(plan_id: int) -> JointPlan:
    """Give a plan that we have joined, or raise NotFoundError."""
    query = select(JointPlan).options(joinedload(JointPlan.owner)).where(JointPlan.id == plan_id)
    plan = db.session.scalars(query).one_or_none()
    if plan is None:
        raise NotFoundError
    return plan


def open_plan(plan_id: int) -> tuple[JointPlan, list[Organisation]]:
    """Give a plan that we have joined and who is in it now, in one query; or raise NotFoundError."""
    query = (
        select(JointPlan, Organisation)
        .join(JointMember, JointMember.plan_id == JointPlan.id)
        .join(Organisation, Organisation.id == JointMember.organisation_id)
        .options(joinedload(JointPlan.owner))
        .where(JointPlan.id == plan_id, JointMember.left_at.is_(None))
        .order_by(Organisation.sort_key)
    )
    rows = db.session.execute(query).all()
    if not rows:
        raise NotFoundError
    return rows[0][0], [row[1] for row in rows]


def list_members(plan: JointPlan) -> list[Organisation]:
    """List the organisations that are in a plan now, in Swedish order."""
    query = (
        select(Organisation)
        .join(JointMember, JointMember.organisation_id == Organisation.id)
        .where(JointMember.plan_id == plan.id, JointMember.left_at.is_(None))
    )
    return list(db.session.scalars(query.order_by(Organisation.sort_key)))


def get_membership(plan: JointPlan) -> JointMember:
    """Give our own membership in a plan, or raise NotFoundError."""
    own = JointMember.organisation_id == access.organisation_in_scope()
    query = select(JointMember).where(JointMember.plan_id == plan.id, own, JointMember.left_at.is_(None))
    member = db.session.scalars(query).one_or_none()
    if member is None:
        raise NotFoundError
    return member


def list_possible_members(plan: JointPlan) -> list[Organisation]:
    """List the organisations that are neither in a plan nor asked, in Swedish order; for its owner."""
    asked = {row.receiver_id for row in list_invitations_of(plan) if row.state in _TAKEN}
    return [row for row in accounts.list_organisations() if row.id not in asked and row.id != plan.owner_id]


_TAKEN = (InvitationState.SENT, InvitationState.ACCEPTED)


def list_invitations_of(plan: JointPlan) -> list[JointInvitation]:
    """List the invitations to a plan that we may see: all for its owner, our own for others; the newest first."""
    query = select(JointInvitation).options(joinedload(JointInvitation.receiver))
    query = query.where(JointInvitation.plan_id == plan.id)
    return list(db.session.scalars(query.order_by(JointInvitation.id.desc()).limit(_MOST)))


def list_invitations() -> list[JointInvitation]:
    """List the invitations that wait for our answer, the newest first."""
    query = select(JointInvitation).options(joinedload(JointInvitation.proposer))
    own = JointInvitation.receiver_id == access.organisation_in_scope()
    query = query.where(own, JointInvitation.state == InvitationState.SENT)
    return list(db.session.scalars(query.order_by(JointInvitation.id.desc()).limit(_MOST)))


def get_invitation(invitation_id: int, *, to_change: bool = False) -> JointInvitation:
    """Give an invitation of ours or to us, or raise NotFoundError; nobody else changes what is read to be changed."""
    parties = joinedload(JointInvitation.proposer), joinedload(JointInvitation.receiver)
    query = select(JointInvitation).options(*parties).where(JointInvitation.id == invitation_id)
    if to_change:
        query = query.with_for_update(of=JointInvitation)
    invitation = db.session.scalars(query).one_or_none()
    if invitation is None:
        raise NotFoundError
    return invitation


def find_accepted_invitation(plan: JointPlan) -> JointInvitation | None:
    """Give the invitation by which we are in a plan; none for its owner."""
    own = JointInvitation.receiver_id == access.organisation_in_scope()
    query = select(JointInvitation).where(JointInvitation.plan_id == plan.id, own)
    return db.session.scalars(query.where(JointInvitation.state == InvitationState.ACCEPTED)).one_or_none()


def list_joint_needs(plan: JointPlan, *, after: int | None = None) -> NeedPage:
    """List what is contributed to a plan and not taken back, the earliest first, from below a key on."""
    query = _joint_needs(plan).where(JointNeed.state != JointNeedState.WITHDRAWN)
    if after is not None:
        query = query.where(JointNeed.id > after)
    rows = list(db.session.scalars(query.limit(PAGE + 1)))
    return NeedPage(rows[:PAGE], rows[PAGE - 1].id if len(rows) > PAGE else None)


def list_waiting(plan: JointPlan, need_ids: Iterable[int] | None = None) -> list[JointNeed]:
    """List the contributed needs that wait for a group, or those of them with these keys."""
    query = _joint_needs(plan).where(JointNeed.state == JointNeedState.WAITING)
    if need_ids is not None:
        query = query.where(JointNeed.id.in_(list(need_ids)))
    return list(db.session.scalars(query))


def list_taken_parts(plan: JointPlan) -> list[JointGroupNeed]:
    """List the parts of needs that sit in groups which wait for answers or are agreed on."""
    query = (
        select(JointGroupNeed)
        .join(JointGroupNeed.group)
        .options(joinedload(JointGroupNeed.group))
        .where(JointGroupNeed.plan_id == plan.id, JointGroup.state.in_(_STANDING))
        .order_by(JointGroupNeed.id)
    )
    return list(db.session.scalars(query))


def own_notes(plan: JointPlan) -> dict[int, SharedNeed]:
    """Give our notes of what we have contributed to a plan and not taken back, by the key of the copy."""
    query = _notes().where(SharedNeed.plan_id == plan.id, SharedNeed.withdrawn_at.is_(None))
    return {row.joint_need_id: row for row in db.session.scalars(query)}


def get_note(plan: JointPlan, joint_need_id: int) -> SharedNeed:
    """Give our note of one contributed need, or raise NotFoundError."""
    query = _notes().where(SharedNeed.plan_id == plan.id, SharedNeed.joint_need_id == joint_need_id)
    note = db.session.scalars(query.where(SharedNeed.withdrawn_at.is_(None))).one_or_none()
    if note is None:
        raise NotFoundError
    return note


def list_notes(need_ids: Iterable[int], *, only_open: bool = False) -> list[SharedNeed]:
    """List our notes of these needs in every plan, the newest first; also those taken back unless told otherwise."""
    query = select(SharedNeed).options(joinedload(SharedNeed.shared_by)).where(SharedNeed.need_id.in_(list(need_ids)))
    if only_open:
        query = query.where(SharedNeed.withdrawn_at.is_(None))
    return list(db.session.scalars(query.order_by(SharedNeed.id.desc())))


def viewers_of(notes: Iterable[SharedNeed]) -> dict[int, list[str]]:
    """Give, for each of our notes, the other organisations that can see the need or could until it was taken back.

    A note of a plan that we have left is left out: what was so when we contributed is in the need's history.
    """
    rows, own = list(notes), access.organisation_in_scope()
    query = select(JointMember).options(joinedload(JointMember.organisation)).order_by(JointMember.id)
    query = query.where(JointMember.plan_id.in_({row.plan_id for row in rows}))
    members = list(db.session.scalars(query)) if rows else []
    others = [row for row in members if row.organisation_id != own]
    seen = {row.plan_id for row in members}
    return {
        note.id: [row.organisation.name for row in others if _could_see(row, note)]
        for note in rows
        if note.plan_id in seen
    }


def _could_see(member: JointMember, note: SharedNeed) -> bool:
    is_late = note.withdrawn_at is not None and member.joined_at > note.withdrawn_at
    return (
        member.plan_id == note.plan_id and not is_late and (member.left_at is None or member.left_at > note.shared_at)
    )


def find_joint_need(joint_need_id: int) -> JointNeed | None:
    """Give a contributed need of a plan that we are in, if it is one."""
    return db.session.scalars(select(JointNeed).where(JointNeed.id == joint_need_id)).one_or_none()


def list_contributable(plan: JointPlan) -> list[Need]:
    """List our clear needs that a plan takes, of which no part is placed and which are not in it already."""
    placed = select(CohortNeed.need_id).join(CohortNeed.cohort).where(Cohort.status != CohortStatus.DISSOLVED)
    shared = select(SharedNeed.need_id).where(SharedNeed.plan_id == plan.id, SharedNeed.withdrawn_at.is_(None))
    query = (
        select(Need)
        .options(joinedload(Need.company))
        .where(Need.status == NeedStatus.CLARIFIED, Need.id.not_in(placed), Need.id.not_in(shared))
        .order_by(Need.id.desc())
    )
    return [need for need in db.session.scalars(query) if plan.takes(national_id(need.topic_id or ""))]


def count_alike(company: Company, municipality_code: str, *, most: int) -> int:
    """Count the register's active companies of a company's branch in a municipality, itself included, up to `most`.

    A company whose branch is not known counts as the only one.
    """
    if not company.industry_codes:
        return 1
    branch = company.industry_codes[0][:_BRANCH]
    is_alike = cast(Company.industry_codes, Text).like(f'["{branch}%')
    is_there = Company.deregistered_on.is_(None), Company.is_active.is_not(False)
    rows = select(Company.id).where(Company.municipality_code == municipality_code, is_alike, *is_there).limit(most)
    return db.session.scalar(select(func.count()).select_from(rows.subquery())) or 0


def list_groups(plan: JointPlan) -> list[JointGroup]:
    """List the groups of a plan with who is in them and what has been answered, the newest first."""
    return list(db.session.scalars(_groups().where(JointGroup.plan_id == plan.id).limit(_MOST)))


def get_group(plan: JointPlan, group_id: int) -> JointGroup:
    """Give a group of a plan, or raise NotFoundError."""
    query = _groups().where(JointGroup.plan_id == plan.id, JointGroup.id == group_id)
    group = db.session.scalars(query).one_or_none()
    if group is None:
        raise NotFoundError
    return group


def list_parts_of(group_id: int) -> list[JointCohort]:
    """List the parts of a group, of the organisations in scope, always in the same order."""
    return list(
        db.session.scalars(select(JointCohort).where(JointCohort.group_id == group_id).order_by(JointCohort.id))
    )


def find_group(group_id: int) -> JointGroup | None:
    """Give a group of a plan that we are in."""
    return db.session.scalars(_groups().where(JointGroup.id == group_id)).one_or_none()


def list_groups_awaiting_us() -> list[JointGroup]:
    """List the groups of all our plans with needs of ours that we have not answered, the newest first."""
    return list(db.session.scalars(_groups().where(*_awaits_us()).limit(_MOST)))


def waiting_count() -> ScalarSelect[int]:
    """Give the question how many groups and invitations wait for our answer."""
    groups = select(func.count(JointGroup.id)).where(*_awaits_us()).scalar_subquery()
    asked = JointInvitation.receiver_id == access.organisation_in_scope(), JointInvitation.state == InvitationState.SENT
    invitations = select(func.count(JointInvitation.id)).where(*asked).scalar_subquery()
    return select(groups + invitations).scalar_subquery()


def _awaits_us() -> tuple[ColumnElement[bool], ...]:
    own = access.organisation_in_scope()
    holding = select(JointGroupNeed.group_id).join(JointGroupNeed.need).where(JointNeed.organisation_id == own)
    answered = select(JointAnswer.group_id).where(JointAnswer.organisation_id == own)
    return JointGroup.state == JointGroupState.PROPOSED, JointGroup.id.in_(holding), JointGroup.id.not_in(answered)


def list_proposed_groups_with(joint_need_id: int) -> list[JointGroup]:
    """List the groups that hold a contributed need and wait for answers."""
    holding = select(JointGroupNeed.group_id).where(JointGroupNeed.need_id == joint_need_id)
    query = _groups().where(JointGroup.id.in_(holding), JointGroup.state == JointGroupState.PROPOSED)
    return list(db.session.scalars(query))


def find_joint_cohort(cohort_id: int) -> JointCohort | None:
    """Tell which part of a joint group a cohort of ours is, if it is one."""
    query = select(JointCohort).options(joinedload(JointCohort.host)).where(JointCohort.cohort_id == cohort_id)
    return db.session.scalars(query).one_or_none()


def people_taught_with(cohort: Cohort) -> int:
    """Give how many people a cohort is taught with: those of the whole group, when it is our part of a joint one."""
    part = find_joint_cohort(cohort.id)
    return part.participants if part else cohort.participants


def find_part_of(group_id: int) -> JointCohort | None:
    """Give our part of a group, if we have one."""
    return db.session.scalars(select(JointCohort).where(JointCohort.group_id == group_id)).one_or_none()


def find_answer(group_id: int) -> JointAnswer | None:
    """Give what we have answered about a group of a plan that we are in."""
    own = JointAnswer.organisation_id == access.organisation_in_scope()
    return db.session.scalars(select(JointAnswer).where(JointAnswer.group_id == group_id, own)).one_or_none()


def find_hosting(cohort_id: int) -> Hosting | None:
    """Give who buys for the joint group that a cohort of ours is a part of, if it is one; one query."""
    return list_hostings([cohort_id]).get(cohort_id)


def list_hostings(cohort_ids: Sequence[int]) -> dict[int, Hosting]:
    """Give who buys for those of our cohorts that are parts of joint groups, by the cohort; one query."""
    is_hosts = and_(JointAnswer.group_id == JointCohort.group_id, JointAnswer.organisation_id == JointCohort.host_id)
    query = select(JointCohort, JointAnswer).outerjoin(JointAnswer, is_hosts).options(joinedload(JointCohort.host))
    rows = db.session.execute(query.where(JointCohort.cohort_id.in_(cohort_ids)))
    return {part.cohort_id: Hosting(part, answer) for part, answer in rows}


def _joint_needs(plan: JointPlan) -> Select[Any]:
    query = select(JointNeed).options(joinedload(JointNeed.organisation)).where(JointNeed.plan_id == plan.id)
    return query.order_by(JointNeed.id)


def _notes() -> Select[Any]:
    return select(SharedNeed).options(joinedload(SharedNeed.need).joinedload(Need.company))


def _groups() -> Select[Any]:
    members = selectinload(JointGroup.members).joinedload(JointGroupNeed.need).joinedload(JointNeed.organisation)
    answers = selectinload(JointGroup.answers).joinedload(JointAnswer.answered_by)
    options = joinedload(JointGroup.host), joinedload(JointGroup.proposer), members, answers
    return select(JointGroup).options(*options).order_by(JointGroup.id.desc())
