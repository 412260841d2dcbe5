"""Tables of the joint ESF project: calls, projects, what companies bring, plans, answers, budget."""

from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from sqlalchemy import JSON, ForeignKey, Numeric, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from broker import clock, files
from broker.access import ProjectRow, SharedProject
from broker.accounts.models import Organisation, User
from broker.companies.models import Company, InteractionKind
from broker.esf.kinds import AidBasis, JoinGround, MethodBasis, Sector
from broker.extensions import Base, Key, Versioned
from broker.needs.models import CauseLevel
from broker.providers.models import Mode
from broker.reference import queries as reference
from broker.topics import queries as topics

if TYPE_CHECKING:
    from broker.esf.budgets.models import BudgetRow
    from broker.esf.chain.models import ActivityGoal, ActivityNeed, GoalCause, GoalEffect, Milestone

_Money = Numeric(14, 2)
_Share = Numeric(6, 4)


class Call(Base):
    """One version of a call for applications, as somebody read it; shared by everybody."""

    __table_args__ = (UniqueConstraint("diary_no", "version"),)

    diary_no: Mapped[str]
    version: Mapped[str]
    title: Mapped[str]
    region: Mapped[str]
    programme_area: Mapped[str]
    specific_objective: Mapped[str | None]
    opens_on: Mapped[date]
    closes_at: Mapped[datetime]
    signing_deadline: Mapped[date | None]
    budget_kr: Mapped[Decimal | None] = mapped_column(_Money)
    cofinancing_rate: Mapped[Decimal] = mapped_column(_Share)
    budget_model: Mapped[str]
    max_months: Mapped[int]
    earliest_start: Mapped[date]
    latest_start: Mapped[date]
    latest_end: Mapped[date]
    attachments: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    state_aid_basis: Mapped[AidBasis]
    unit_costs: Mapped[dict[str, Any]]
    price_table_id: Mapped[int | None] = mapped_column(Key, ForeignKey("unit_cost_table.id"))
    flat_rate: Mapped[Decimal | None] = mapped_column(_Share)
    parts: Mapped[list[str]] = mapped_column(JSON, default=list)
    sectors: Mapped[list[str]] = mapped_column(JSON, default=list)
    priorities: Mapped[list[str]] = mapped_column(JSON, default=list)
    phases: Mapped[list[str]] = mapped_column(JSON, default=list)
    excerpt: Mapped[str | None]
    read_on: Mapped[date]
    source: Mapped[str]

    @property
    def prices(self) -> dict[str, Decimal]:
        """Give the unit costs by id as exact amounts."""
        return {rate_id: Decimal(price) for rate_id, price in self.unit_costs.items()}


class Project(SharedProject, Versioned, Base):
    """A joint project in the making; seen by its member organisations, owned by one of them."""

    owner_id: Mapped[int] = mapped_column(Key, ForeignKey("organisation.id"), index=True)
    call_id: Mapped[int] = mapped_column(Key, ForeignKey("call.id"))
    form_version: Mapped[str]
    name: Mapped[str]
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    sek_per_eur: Mapped[Decimal | None] = mapped_column(Numeric(10, 4))
    rate_on: Mapped[date | None]
    rate_source: Mapped[str | None]
    signatory: Mapped[str | None]
    contact: Mapped[str | None]
    steering_mandate: Mapped[str | None]
    steering_frequency: Mapped[str | None]
    uptake_owner: Mapped[str | None]
    uptake_funding: Mapped[str | None]
    uptake_on: Mapped[date | None]
    started_by_id: Mapped[int] = mapped_column(Key, ForeignKey("user.id"))
    created_at: Mapped[datetime] = mapped_column(default=clock.now)

    owner: Mapped[Organisation] = relationship()
    call: Mapped[Call] = relationship()
    answers: Mapped[list["Answer"]] = relationship(order_by="Answer.id", viewonly=True)

    @property
    def months(self) -> int:
        """Give the length in whole months, a begun month counted as one."""
        months = (self.ends_on.year - self.starts_on.year) * 12 + self.ends_on.month - self.starts_on.month
        return months + (1 if self.ends_on.day >= self.starts_on.day else 0)


class ProjectMember(ProjectRow, Base):
    """An organisation that reads and writes the project."""

    __table_args__ = (UniqueConstraint("project_id", "organisation_id"),)

    organisation_id: Mapped[int] = mapped_column(Key, ForeignKey("organisation.id"), index=True)

    organisation: Mapped[Organisation] = relationship()


class Contribution(ProjectRow, Versioned, Base):
    """One company's need, brought into the project by its organisation on a recorded ground."""

    __table_args__ = (UniqueConstraint("project_id", "cohort_id", "need_id"),)

    cohort_id: Mapped[int] = mapped_column(Key, ForeignKey("cohort.id"), index=True)
    need_id: Mapped[int] = mapped_column(Key, ForeignKey("need.id"), index=True)
    company_id: Mapped[int] = mapped_column(Key, ForeignKey("company.id"), index=True)
    contributed_by_id: Mapped[int] = mapped_column(Key, ForeignKey("organisation.id"))
    activity_id: Mapped[int | None] = mapped_column(Key, ForeignKey("activity.id"), index=True)
    topic_id: Mapped[str]
    women: Mapped[int]
    men: Mapped[int]
    unknown_sex: Mapped[int] = mapped_column(default=0)
    hours: Mapped[int]
    municipality_code: Mapped[str]
    purpose: Mapped[str | None]
    cause: Mapped[str | None]
    cause_level: Mapped[CauseLevel | None]
    is_cause_within_reach: Mapped[bool | None]
    consequence: Mapped[str | None]
    barriers: Mapped[list[str]] = mapped_column(default=list)
    barrier_note: Mapped[str | None]
    contacted_on: Mapped[date | None]
    contact_kind: Mapped[InteractionKind | None]
    price_per_participant_ore: Mapped[int | None] = mapped_column(Key)
    is_mandatory_training: Mapped[bool] = mapped_column(default=False)
    ground: Mapped[JoinGround]
    ground_note: Mapped[str]
    left_out_reason: Mapped[str | None]
    joined_on: Mapped[date] = mapped_column(default=clock.today)

    company: Mapped[Company] = relationship()
    commitment: Mapped["Commitment"] = relationship(
        primaryjoin=(
            "and_(foreign(Contribution.company_id) == Commitment.company_id,"
            " foreign(Contribution.project_id) == Commitment.project_id)"
        ),
        viewonly=True,
    )
    contributed_by: Mapped[Organisation] = relationship()

    @property
    def participants(self) -> int:
        """Give how many people take part."""
        return self.women + self.men + self.unknown_sex

    @property
    def participant_hours(self) -> int:
        """Give the hours of everybody together."""
        return self.participants * self.hours

    @property
    def topic_label(self) -> str:
        """Give what is to be learnt, in Swedish."""
        return topics.topic_label(self.topic_id)

    @property
    def municipality_name(self) -> str:
        """Give where the people are."""
        return reference.municipality_name(self.municipality_code)

    @property
    def price(self) -> Decimal | None:
        """Give the public price per participant in kronor."""
        ore = self.price_per_participant_ore
        return None if ore is None else Decimal(ore) / 100


class Commitment(ProjectRow, Versioned, Base):
    """What one company has promised the project, and the figures that state aid to it is judged by."""

    __table_args__ = (UniqueConstraint("project_id", "company_id"),)

    company_id: Mapped[int] = mapped_column(Key, ForeignKey("company.id"), index=True)
    signed_on: Mapped[date | None]
    women: Mapped[int] = mapped_column(default=0)
    men: Mapped[int] = mapped_column(default=0)
    hours: Mapped[int] = mapped_column(default=0)
    staff: Mapped[int | None]
    turnover_eur: Mapped[Decimal | None] = mapped_column(_Money)
    balance_eur: Mapped[Decimal | None] = mapped_column(_Money)
    group_numbers: Mapped[list[str]] = mapped_column(default=list)
    fee_kr: Mapped[Decimal] = mapped_column(_Money, default=Decimal(0))
    aid_basis: Mapped[AidBasis]
    is_disadvantaged: Mapped[bool] = mapped_column(default=False)
    certificate_on: Mapped[date | None]

    company: Mapped[Company] = relationship()
    earlier_aid: Mapped[list["DeMinimisAid"]] = relationship(order_by="DeMinimisAid.id", viewonly=True)


class DeMinimisAid(ProjectRow, Base):
    """De minimis aid that a company or its group had before, as its certificate says.

    One told in kronor has no amount in euro before somebody has read the rate of the day of its grant.
    """

    commitment_id: Mapped[int] = mapped_column(Key, ForeignKey("commitment.id"), index=True)
    organisation_number: Mapped[str | None]
    giver: Mapped[str]
    amount_eur: Mapped[Decimal | None] = mapped_column(_Money)
    amount_kr: Mapped[Decimal | None] = mapped_column(_Money)
    sek_per_eur: Mapped[Decimal | None] = mapped_column(Numeric(10, 4))
    rate_source: Mapped[str | None]
    granted_on: Mapped[date]


class Actor(ProjectRow, Versioned, Base):
    """An organisation in the project with its role; a beneficiary has costs of its own in the budget."""

    company_id: Mapped[int | None] = mapped_column(Key, ForeignKey("company.id"), index=True)
    role: Mapped[str]
    name: Mapped[str]
    organisation_number: Mapped[str | None]
    legal_form: Mapped[str | None]
    sector: Mapped[Sector]
    municipality_code: Mapped[str | None]
    reason: Mapped[str | None]
    is_beneficiary: Mapped[bool] = mapped_column(default=False)
    is_active: Mapped[bool] = mapped_column(default=True)

    company: Mapped[Company | None] = relationship(lazy="joined")
    budget_rows: Mapped[list["BudgetRow"]] = relationship(
        primaryjoin="and_(Actor.id == BudgetRow.actor_id, BudgetRow.is_active)",
        order_by="BudgetRow.id",
        viewonly=True,
    )

    @property
    def shown_number(self) -> str:
        """Give the number as pages may have it: a sole trader's is personal and only hinted at."""
        return self.organisation_number or (self.company.shown_number if self.company else "")

    @property
    def legal_form_label(self) -> str:
        """Give the legal form in words."""
        return reference.legal_form_name(self.legal_form)

    @property
    def municipality_name(self) -> str:
        """Give the municipality in words."""
        return reference.municipality_name(self.municipality_code)


class Goal(ProjectRow, Versioned, Base):
    """What the project wants to reach, or one of its actors for itself.

    Its milestones say when it has been reached, and its effects what it leads to.
    """

    actor_id: Mapped[int | None] = mapped_column(Key, ForeignKey("actor.id"))
    text: Mapped[str]
    call_part: Mapped[str | None]
    is_active: Mapped[bool] = mapped_column(default=True)

    cause_links: Mapped[list["GoalCause"]] = relationship(order_by="GoalCause.id", viewonly=True)
    milestones: Mapped[list["Milestone"]] = relationship(
        primaryjoin="and_(Goal.id == Milestone.goal_id, Milestone.is_active)",
        order_by="Milestone.due_on, Milestone.id",
        viewonly=True,
    )
    effects: Mapped[list["GoalEffect"]] = relationship(
        primaryjoin="and_(Goal.id == GoalEffect.goal_id, GoalEffect.is_active)",
        order_by="GoalEffect.kind.desc(), GoalEffect.due_on.nulls_last(), GoalEffect.id",
        viewonly=True,
    )


class Activity(ProjectRow, Versioned, Base):
    """Something that the project does, for goals and needs; a joined cohort gives a first draft."""

    cohort_id: Mapped[int | None] = mapped_column(Key, ForeignKey("cohort.id"))
    title: Mapped[str]
    hours: Mapped[int] = mapped_column(default=0)
    mode: Mapped[Mode | None]
    municipality_code: Mapped[str | None]
    provider_name: Mapped[str | None]
    provider_number: Mapped[str | None]
    starts_on: Mapped[date | None]
    ends_on: Mapped[date | None]
    method_basis: Mapped[MethodBasis | None]
    method_reference: Mapped[str | None]
    adjustments: Mapped[str | None]
    is_active: Mapped[bool] = mapped_column(default=True)

    goal_links: Mapped[list["ActivityGoal"]] = relationship(order_by="ActivityGoal.id", viewonly=True)
    need_links: Mapped[list["ActivityNeed"]] = relationship(order_by="ActivityNeed.id", viewonly=True)

    @property
    def place(self) -> str:
        """Give where it takes place."""
        return reference.municipality_name(self.municipality_code) or (str(self.mode.label) if self.mode else "")


class Answer(ProjectRow, Versioned, Base):
    """The text for one question of the form, and where the figures in it come from."""

    __table_args__ = (UniqueConstraint("project_id", "question_id"),)

    question_id: Mapped[str]
    text: Mapped[str | None]
    sources: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list)


class ProjectFile(ProjectRow, Base):
    """A file of the application, stored once under its hash; every member of the project reads it."""

    kind: Mapped[str]
    content_hash: Mapped[str]
    file_name: Mapped[str]
    media_type: Mapped[str]
    size: Mapped[int] = mapped_column(Key)
    uploaded_by_id: Mapped[int] = mapped_column(Key, ForeignKey("user.id"))
    uploaded_at: Mapped[datetime] = mapped_column(default=clock.now)

    uploaded_by: Mapped[User] = relationship()


class GateState(ProjectRow, Versioned, Base):
    """What a person has said of a formal gate, or of a check that only a person can make."""

    __table_args__ = (UniqueConstraint("project_id", "gate_id"),)

    gate_id: Mapped[str]
    is_met: Mapped[bool]
    note: Mapped[str | None]
    recorded_on: Mapped[date]
    recorded_by_id: Mapped[int] = mapped_column(Key, ForeignKey("user.id"))

    recorded_by: Mapped[User] = relationship()


files.count_as_used(ProjectFile.content_hash)
