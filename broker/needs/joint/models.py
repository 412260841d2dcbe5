"""Tables of joint plans: who is in one, copies of needs on a recorded ground, groups proposed and agreed on."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import JSON, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.ext.hybrid import hybrid_property
from sqlalchemy.orm import Mapped, mapped_column, relationship

from broker import clock
from broker.access import Mutual, PlanRow, Private, SharedPlan
from broker.accounts.models import Organisation, User
from broker.extensions import Base, Key, Versioned
from broker.leads.models import LeadGround
from broker.needs.models import Cohort, Need, Priority
from broker.providers.models import Language, Level, Mode
from broker.reference import queries as reference
from broker.sentences import Sentence
from broker.topics import queries as topics

# On these grounds a company's name may be seen by the others: what it is called is not needed to plan a group.
NAMED_GROUNDS = (LeadGround.CONSENT,)
_STILL_THERE, _STILL_SHARED = text("left_at is null"), text("withdrawn_at is null")


def _once(name: str, *columns: str, where: Any) -> Index:
    return Index(name, *columns, unique=True, sqlite_where=where, postgresql_where=where)


class InvitationState(StrEnum):
    """What has been said to an invitation; an organisation that has left answers to a new one."""

    SENT = "sent"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"
    LEFT = "left"

    @property
    def label(self) -> Any:
        """Give the Swedish words."""
        return _INVITATION_LABELS[self]

    @property
    def tone(self) -> str:
        """Give the tone of its tag."""
        return {InvitationState.SENT: "warn", InvitationState.ACCEPTED: "ok"}.get(self, "off")


_INVITATION_LABELS = {
    InvitationState.SENT: _l("Väntar på svar"),
    InvitationState.ACCEPTED: _l("Med"),
    InvitationState.DECLINED: _l("Avböjd"),
    InvitationState.WITHDRAWN: _l("Återtagen"),
    InvitationState.LEFT: _l("Har lämnat"),
}


class JointNeedState(StrEnum):
    """Where a contributed need stands in its plan."""

    WAITING = "waiting"
    PLACED = "placed"
    WITHDRAWN = "withdrawn"

    @property
    def label(self) -> Any:
        """Give the Swedish words."""
        return _NEED_LABELS[self]

    @property
    def tone(self) -> str:
        """Give the tone of its tag."""
        return {JointNeedState.WAITING: "info", JointNeedState.PLACED: "ok"}.get(self, "off")


_NEED_LABELS = {
    JointNeedState.WAITING: _l("Väntar på en grupp"),
    JointNeedState.PLACED: _l("I en grupp"),
    JointNeedState.WITHDRAWN: _l("Taget tillbaka"),
}


class JointGroupState(StrEnum):
    """Where a group of a plan stands: each organisation in it says yes, or one says no."""

    PROPOSED = "proposed"
    AGREED = "agreed"
    FALLEN = "fallen"

    @property
    def label(self) -> Any:
        """Give the Swedish words."""
        return _GROUP_LABELS[self]

    @property
    def tone(self) -> str:
        """Give the tone of its tag."""
        return {JointGroupState.PROPOSED: "warn", JointGroupState.AGREED: "ok"}.get(self, "off")


_GROUP_LABELS = {
    JointGroupState.PROPOSED: _l("Väntar på ja"),
    JointGroupState.AGREED: _l("Överenskommen"),
    JointGroupState.FALLEN: _l("Blev inte av"),
}


class JointPlan(SharedPlan, Versioned, Base):
    """A plan that several organisations make together, of some topics or all; seen by those that have joined."""

    owner_id: Mapped[int] = mapped_column(Key, ForeignKey("organisation.id"), index=True)
    name: Mapped[str]
    topic_ids: Mapped[list[str]] = mapped_column(default=list)
    started_by_id: Mapped[int] = mapped_column(Key, ForeignKey("user.id"))
    created_at: Mapped[datetime] = mapped_column(default=clock.now)

    owner: Mapped[Organisation] = relationship()

    @property
    def topic_labels(self) -> str:
        """Give the topics in words, or say that it is all of them."""
        return ", ".join(topics.topic_label(topic_id) for topic_id in self.topic_ids) or _("Alla områden")

    def takes(self, topic_id: str) -> bool:
        """Tell whether the plan is about a national topic."""
        return not self.topic_ids or topic_id in self.topic_ids


class JointInvitation(Mutual, Versioned, Base):
    """What the owner of a plan has asked another organisation, which sees nothing but this until it says yes."""

    __table_args__ = (Index("ix_joint_invitation_plan", "plan_id", "receiver_id"),)

    plan_id: Mapped[int] = mapped_column(Key, ForeignKey("joint_plan.id"))
    plan_name: Mapped[str]
    topic_ids: Mapped[list[str]] = mapped_column(default=list)
    state: Mapped[InvitationState] = mapped_column(default=InvitationState.SENT)
    invited_by: Mapped[str]
    invited_at: Mapped[datetime] = mapped_column(default=clock.now)
    answered_by: Mapped[str | None]
    answered_at: Mapped[datetime | None]
    reason: Mapped[str | None]

    proposer: Mapped[Organisation] = relationship(foreign_keys="JointInvitation.proposer_id")
    receiver: Mapped[Organisation] = relationship(foreign_keys="JointInvitation.receiver_id")

    @property
    def topic_labels(self) -> str:
        """Give the topics in words, or say that it is all of them."""
        return ", ".join(topics.topic_label(topic_id) for topic_id in self.topic_ids) or _("Alla områden")

    @property
    def is_waiting(self) -> bool:
        """Tell whether it can still be answered."""
        return self.state is InvitationState.SENT


class JointMember(PlanRow, Base):
    """An organisation that has said yes to a plan, until it leaves."""

    __table_args__ = (_once("uq_joint_member_now", "plan_id", "organisation_id", where=_STILL_THERE),)

    organisation_id: Mapped[int] = mapped_column(Key, ForeignKey("organisation.id"), index=True)
    joined_at: Mapped[datetime] = mapped_column(default=clock.now)
    left_at: Mapped[datetime | None]

    organisation: Mapped[Organisation] = relationship()


class JointNeed(PlanRow, Versioned, Base):
    """A copy of what planning takes of one need; the other members read it, only its own organisation writes it.

    Without a name the company is a token: a keyed hash, by which needs of one company are known as such in this plan.
    """

    __table_args__ = (Index("ix_joint_need_state", "plan_id", "state", "id"),)

    organisation_id: Mapped[int] = mapped_column(Key, ForeignKey("organisation.id"), index=True)
    company_token: Mapped[str | None]
    company_name: Mapped[str | None]
    topic_id: Mapped[str]
    level: Mapped[Level]
    women: Mapped[int]
    men: Mapped[int]
    unknown_sex: Mapped[int]
    hours: Mapped[int]
    preferred_mode: Mapped[Mode]
    modes: Mapped[list[str]]
    languages: Mapped[list[str]]
    earliest_on: Mapped[date]
    latest_on: Mapped[date]
    municipality_code: Mapped[str]
    max_km: Mapped[int]
    priority: Mapped[Priority]
    state: Mapped[JointNeedState] = mapped_column(default=JointNeedState.WAITING)
    contributed_at: Mapped[datetime] = mapped_column(default=clock.now)

    organisation: Mapped[Organisation] = relationship()

    @hybrid_property
    def participants(self) -> int:
        """Give how many people the need is for."""
        return self.women + self.men + self.unknown_sex

    @property
    def settled(self) -> tuple[str, date, date]:
        """Give topic, earliest and latest day."""
        return self.topic_id, self.earliest_on, self.latest_on

    @property
    def topic_label(self) -> str:
        """Give the topic in words."""
        return topics.topic_label(self.topic_id)

    @property
    def municipality_name(self) -> str:
        """Give where the people are."""
        return reference.municipality_name(self.municipality_code)

    @property
    def whose(self) -> str:
        """Give whose need it is, as the other members may see it."""
        if self.company_name:
            return self.company_name
        return _("Ett företag i %(place)s", place=self.municipality_name)

    @property
    def mode_labels(self) -> str:
        """Give the accepted modes in words."""
        return ", ".join(str(Mode(mode).label) for mode in self.modes)

    @property
    def language_labels(self) -> str:
        """Give the languages in words."""
        return ", ".join(str(Language(language).label) for language in self.languages)

    @property
    def is_waiting(self) -> bool:
        """Tell whether the need, or a part of it, can be placed in a group."""
        return self.state is JointNeedState.WAITING


class SharedNeed(Private, Versioned, Base):
    """Our own note that a need of ours is seen by others: in which plan, on which ground, by whose decision."""

    __table_args__ = (
        Index("ix_shared_need_plan", "organisation_id", "plan_id"),
        _once("uq_shared_need_now", "plan_id", "need_id", where=_STILL_SHARED),
    )

    need_id: Mapped[int] = mapped_column(Key, ForeignKey("need.id"), index=True)
    plan_id: Mapped[int] = mapped_column(Key, ForeignKey("joint_plan.id"))
    plan_name: Mapped[str]
    joint_need_id: Mapped[int] = mapped_column(Key, ForeignKey("joint_need.id"), unique=True)
    ground: Mapped[LeadGround]
    ground_note: Mapped[str]
    is_named: Mapped[bool]
    shared_by_id: Mapped[int] = mapped_column(Key, ForeignKey("user.id"))
    shared_at: Mapped[datetime] = mapped_column(default=clock.now)
    withdrawn_at: Mapped[datetime | None]

    need: Mapped[Need] = relationship()
    shared_by: Mapped[User] = relationship()


class JointGroup(PlanRow, Versioned, Base):
    """A group of needs of several organisations, proposed by one of them; agreed on when each has said yes."""

    topic_id: Mapped[str]
    level: Mapped[Level]
    language: Mapped[Language]
    mode: Mapped[Mode]
    hours: Mapped[int]
    municipality_code: Mapped[str | None]
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    reason: Mapped[list[Any]] = mapped_column(JSON)
    host_id: Mapped[int] = mapped_column(Key, ForeignKey("organisation.id"))
    state: Mapped[JointGroupState] = mapped_column(default=JointGroupState.PROPOSED)
    state_at: Mapped[datetime] = mapped_column(default=clock.now)
    fell_because: Mapped[Sentence | None]
    proposed_by: Mapped[str]
    proposed_by_organisation_id: Mapped[int] = mapped_column(Key, ForeignKey("organisation.id"))
    proposed_at: Mapped[datetime] = mapped_column(default=clock.now)

    host: Mapped[Organisation] = relationship(foreign_keys=[host_id])
    proposer: Mapped[Organisation] = relationship(foreign_keys=[proposed_by_organisation_id])
    members: Mapped[list["JointGroupNeed"]] = relationship(back_populates="group", order_by="JointGroupNeed.id")
    answers: Mapped[list["JointAnswer"]] = relationship(back_populates="group", order_by="JointAnswer.id")

    @property
    def place(self) -> str:
        """Give where they meet."""
        return reference.municipality_name(self.municipality_code) or str(self.mode.label)

    @property
    def title(self) -> str:
        """Give what the group is called."""
        return f"{topics.topic_label(self.topic_id)}, {self.place}"

    @property
    def participants(self) -> int:
        """Give how many people take part."""
        return sum(member.participants for member in self.members)

    @property
    def company_count(self) -> int:
        """Count the companies; one that two organisations have contributed is one."""
        return len({member.company_token for member in self.members})

    @property
    def organisations(self) -> list[Organisation]:
        """List those with needs in the group, in Swedish order."""
        found = {member.need.organisation_id: member.need.organisation for member in self.members}
        return sorted(found.values(), key=lambda row: row.sort_key)

    @property
    def is_proposed(self) -> bool:
        """Tell whether the group waits for answers."""
        return self.state is JointGroupState.PROPOSED

    @property
    def is_agreed(self) -> bool:
        """Tell whether everybody has said yes."""
        return self.state is JointGroupState.AGREED

    def answer_of(self, organisation_id: int) -> "JointAnswer | None":
        """Give what an organisation has said, if anything."""
        return next((answer for answer in self.answers if answer.organisation_id == organisation_id), None)


class JointGroupNeed(PlanRow, Base):
    """One contributed need, or an equal part of a large one, in a group."""

    __table_args__ = (UniqueConstraint("group_id", "need_id", "part"),)

    group_id: Mapped[int] = mapped_column(Key, ForeignKey("joint_group.id"))
    need_id: Mapped[int] = mapped_column(Key, ForeignKey("joint_need.id"), index=True)
    company_token: Mapped[str]
    part: Mapped[int]
    women: Mapped[int]
    men: Mapped[int]
    unknown_sex: Mapped[int]

    group: Mapped[JointGroup] = relationship(back_populates="members")
    need: Mapped[JointNeed] = relationship()

    @property
    def participants(self) -> int:
        """Give how many people they are."""
        return self.women + self.men + self.unknown_sex


class JointAnswer(PlanRow, Base):
    """That an organisation has said yes to its part of a group; whoever says no lets the group fall."""

    __table_args__ = (UniqueConstraint("group_id", "organisation_id"),)

    group_id: Mapped[int] = mapped_column(Key, ForeignKey("joint_group.id"))
    organisation_id: Mapped[int] = mapped_column(Key, ForeignKey("organisation.id"))
    answered_by_id: Mapped[int] = mapped_column(Key, ForeignKey("user.id"))
    answered_at: Mapped[datetime] = mapped_column(default=clock.now)
    # That it has dissolved its cohort afterwards; the others decide what that means for theirs.
    dissolved_at: Mapped[datetime | None]

    group: Mapped[JointGroup] = relationship(back_populates="answers")
    answered_by: Mapped[User] = relationship()


class JointCohort(Private, Base):
    """That a cohort of ours is our part of a joint group: who buys, and how large the whole is."""

    cohort_id: Mapped[int] = mapped_column(Key, ForeignKey("cohort.id"), unique=True)
    plan_id: Mapped[int] = mapped_column(Key, ForeignKey("joint_plan.id"))
    group_id: Mapped[int] = mapped_column(Key, ForeignKey("joint_group.id"), index=True)
    host_id: Mapped[int] = mapped_column(Key, ForeignKey("organisation.id"))
    participants: Mapped[int]
    companies: Mapped[int]

    cohort: Mapped[Cohort] = relationship()
    host: Mapped[Organisation] = relationship(foreign_keys="JointCohort.host_id")

    @property
    def is_host(self) -> bool:
        """Tell whether it is for us to buy the training."""
        return self.host_id == self.organisation_id
