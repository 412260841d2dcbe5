"""Reads calls, projects and their rows, and what other features know of a cohort that joins."""

from collections.abc import Sequence
from datetime import date
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, exists, func, select
from sqlalchemy.orm import aliased, joinedload, selectinload

from broker import access, clock
from broker.accounts.models import Organisation
from broker.companies.models import Interaction, Person
from broker.companies.narrowing import reached
from broker.errors import NotFoundError
from broker.esf.application import Application
from broker.esf.budgets.models import BudgetRow, CoFinancingRow, TakenOutCohort
from broker.esf.chain import queries as chain
from broker.esf.chain.models import Cause, FollowUp, GoalEffect, Milestone, Risk, SteeringMeeting, SteeringMember
from broker.esf.models import (
    Activity,
    Actor,
    Answer,
    Call,
    Commitment,
    Contribution,
    GateState,
    Goal,
    Project,
    ProjectFile,
    ProjectMember,
)
from broker.esf.together import by_project, read_together
from broker.extensions import db
from broker.needs.models import Cohort, CohortNeed, CohortStatus, Need
from broker.reference import queries as reference
from broker.reference.models import DocumentKind

_LATEST_PROJECTS = 10
# What an application consists of beside its needs, and what is read along with it.
_PARTS = (Actor, Cause, Goal, Activity, SteeringMember, Risk, FollowUp, CoFinancingRow, GateState, ProjectFile)
_WITH_PARTS = (
    joinedload(Actor.budget_rows),
    joinedload(Cause.need_links),
    joinedload(Goal.cause_links),
    joinedload(Goal.milestones),
    joinedload(Goal.effects),
    joinedload(Activity.goal_links),
    joinedload(Activity.need_links),
    joinedload(GateState.recorded_by),
    joinedload(ProjectFile.uploaded_by),
)
_FORMS: dict[str, dict[str, Any]] = {}
Removable = (
    Goal
    | GoalEffect
    | Activity
    | Actor
    | BudgetRow
    | CoFinancingRow
    | Cause
    | Milestone
    | Risk
    | SteeringMember
    | SteeringMeeting
)
Row = TypeVar("Row", bound=access.ProjectRow)


def list_calls() -> list[Call]:
    """List the calls in their newest versions, the one that closes last first."""
    query = select(Call).where(is_newest()).order_by(Call.closes_at.desc(), Call.id.desc())
    return list(db.session.scalars(query))


def list_open_calls() -> list[Call]:
    """List the calls that can still be applied for, in their newest versions, the next to close first."""
    query = select(Call).where(Call.closes_at > clock.now(), is_newest()).order_by(Call.closes_at, Call.id)
    return list(db.session.scalars(query))


def is_newest(call: type[Call] = Call) -> ColumnElement[bool]:
    """Give the condition that a call has not been corrected by a later version."""
    later = aliased(Call)
    return ~exists().where(later.diary_no == call.diary_no, later.id > call.id)


def get_call(call_id: int) -> Call:
    """Give the call, or raise NotFoundError."""
    call = db.session.scalars(select(Call).where(Call.id == call_id)).one_or_none()
    if call is None:
        raise NotFoundError
    return call


def find_call(diary_no: str, version: str) -> Call | None:
    """Give this version of a call."""
    return db.session.scalars(select(Call).where(Call.diary_no == diary_no, Call.version == version)).one_or_none()


def list_projects() -> list[Project]:
    """List the projects that the organisation is a member of, newest first."""
    query = select(Project).options(joinedload(Project.call), joinedload(Project.owner))
    return list(db.session.scalars(query.order_by(Project.id.desc())))


def get_project(project_id: int) -> Project:
    """Give the project with its call, owner and answers, or raise NotFoundError."""
    query = (
        select(Project)
        .options(joinedload(Project.call), joinedload(Project.owner), joinedload(Project.answers))
        .where(Project.id == project_id)
        .execution_options(populate_existing=True)
    )
    project = db.session.scalars(query).unique().one_or_none()
    if project is None:
        raise NotFoundError
    return project


def list_members(project: Project) -> list[Organisation]:
    """List the organisations of a project in Swedish order."""
    query = (
        select(Organisation)
        .join(ProjectMember, ProjectMember.organisation_id == Organisation.id)
        .where(ProjectMember.project_id == project.id)
    )
    return list(db.session.scalars(query.order_by(Organisation.sort_key, Organisation.id)))


def get_form(version: str) -> dict[str, Any]:
    """Give a version of the application form; a version is never edited, so it is read once."""
    if version not in _FORMS:
        _FORMS[version] = reference.get_document_version(DocumentKind.APPLICATION_FORM, version).content
    return _FORMS[version]


def current_form(on: date) -> dict[str, Any]:
    """Give the application form that is valid on a day, or raise NotFoundError."""
    document = reference.get_document(DocumentKind.APPLICATION_FORM, on=on)
    return _FORMS.setdefault(document.version, document.content)


def load_application(project_id: int) -> Application:
    """Give a project with everything in it, or raise NotFoundError."""
    (application,) = load_applications([get_project(project_id)])
    return application


def load_applications(projects: Sequence[Project]) -> list[Application]:
    """Give these projects with everything in them, in their order; many take no more questions than one."""
    contributions = by_project(_contributions_of(projects))
    parts = [by_project(rows) for rows in read_together(projects, _PARTS, *_WITH_PARTS)]
    return [
        _application(project, contributions[project.id], *(rows[project.id] for rows in parts)) for project in projects
    ]


def _application(project: Project, contributions: list[Contribution], *parts: Any) -> Application:
    actors, causes, goals, activities, members, risks, follow_ups, cofinancing, gates, papers = parts
    return Application(
        project=project,
        form=get_form(project.form_version),
        contributions=contributions,
        commitments=sorted(
            {row.commitment for row in contributions if not row.left_out_reason}, key=lambda row: row.id
        ),
        actors=actors,
        causes=causes,
        goals=chain.in_order(goals),
        activities=chain.by_first_day(activities),
        steering=chain.steering_of(members, risks, follow_ups),
        cofinancing=cofinancing,
        gates={gate.gate_id: gate for gate in gates},
        attachments=papers,
        today=clock.today(),
    )


def list_contributions(project: Project) -> list[Contribution]:
    """List the needs of a project with their companies and what these have promised."""
    return _contributions_of([project])


def _contributions_of(projects: Sequence[Project]) -> list[Contribution]:
    query = (
        select(Contribution)
        .options(
            joinedload(Contribution.company),
            joinedload(Contribution.contributed_by),
            joinedload(Contribution.commitment).joinedload(Commitment.earlier_aid),
        )
        .where(Contribution.project_id.in_([project.id for project in projects]))
        .execution_options(populate_existing=True)
    )
    return list(db.session.scalars(query.order_by(Contribution.id)).unique())


def list_commitments(project: Project) -> list[Commitment]:
    """List what the companies have promised."""
    query = select(Commitment).options(joinedload(Commitment.company)).where(Commitment.project_id == project.id)
    return list(db.session.scalars(query.order_by(Commitment.id)))


def list_actors(project: Project) -> list[Actor]:
    """List the actors of a project with their costs."""
    query = (
        select(Actor)
        .options(joinedload(Actor.budget_rows))
        .where(Actor.project_id == project.id, Actor.is_active)
        .execution_options(populate_existing=True)
    )
    return list(db.session.scalars(query.order_by(Actor.id)).unique())


def get_row(kind: type[Row], project: Project, row_id: int) -> Row:
    """Give one row of a project, or raise NotFoundError."""
    found = db.session.scalars(select(kind).filter_by(id=row_id, project_id=project.id)).one_or_none()
    if found is None:
        raise NotFoundError
    return found


def get_removable(kind: type[Removable], project: Project, row_id: int) -> Removable:
    """Give a row that can be taken out of the application, or raise NotFoundError."""
    query = select(kind).where(kind.id == row_id, kind.project_id == project.id, kind.is_active)
    row: Removable | None = db.session.scalars(query).one_or_none()  # type: ignore[assignment]
    if row is None:
        raise NotFoundError
    return row


def find_answer(project: Project, question_id: str) -> Answer | None:
    """Give the answer to a question, if there is one."""
    query = select(Answer).where(Answer.project_id == project.id, Answer.question_id == question_id)
    return db.session.scalars(query).one_or_none()


def find_gate(project: Project, gate_id: str) -> GateState | None:
    """Give what a person has said of a gate, if anything."""
    query = select(GateState).where(GateState.project_id == project.id, GateState.gate_id == gate_id)
    return db.session.scalars(query).one_or_none()


def find_commitment(project: Project, company_id: int) -> Commitment | None:
    """Give what a company has promised, if anything."""
    query = select(Commitment).where(Commitment.project_id == project.id, Commitment.company_id == company_id)
    return db.session.scalars(query).one_or_none()


def find_actor_of_company(project: Project, company_id: int) -> Actor | None:
    """Give the company's part in the project, if it has one."""
    query = select(Actor).where(Actor.project_id == project.id, Actor.company_id == company_id)
    return db.session.scalars(query).one_or_none()


def find_activity_of(project: Project, cohort_id: int) -> Activity | None:
    """Give the activity that a cohort came with, also one that was taken out; the latest of several."""
    query = select(Activity).where(Activity.project_id == project.id, Activity.cohort_id == cohort_id)
    return db.session.scalars(query.order_by(Activity.id.desc()).limit(1)).one_or_none()


def find_taken_out(project: Project, cohort_id: int) -> TakenOutCohort | None:
    """Give what was kept of a cohort that was taken out of the project, if it was."""
    query = select(TakenOutCohort).where(TakenOutCohort.project_id == project.id, TakenOutCohort.cohort_id == cohort_id)
    return db.session.scalars(query).one_or_none()


def is_member(project: Project, organisation_id: int) -> bool:
    """Tell whether an organisation is a member of a project."""
    query = select(func.count(ProjectMember.id)).where(
        ProjectMember.project_id == project.id, ProjectMember.organisation_id == organisation_id
    )
    return bool(db.session.scalar(query))


def list_joinable_cohorts(project: Project) -> list[Cohort]:
    """List our own cohorts that are not in the project, the next to start first."""
    joined = select(Contribution.cohort_id).where(Contribution.project_id == project.id)
    query = (
        select(Cohort)
        .options(selectinload(Cohort.members))
        .where(Cohort.status == CohortStatus.FORMED, Cohort.id.not_in(joined))
    )
    return list(db.session.scalars(query.order_by(Cohort.starts_on, Cohort.id)))


def list_projects_of_cohort(cohort_id: int) -> list[Project]:
    """List the projects that one of our cohorts has been brought into, the oldest first."""
    joined = select(Contribution.project_id).where(Contribution.cohort_id == cohort_id)
    return list(db.session.scalars(select(Project).where(Project.id.in_(joined)).order_by(Project.id)))


def get_cohort(cohort_id: int) -> Cohort:
    """Give one of our cohorts with its needs and companies, or raise NotFoundError."""
    members = selectinload(Cohort.members).joinedload(CohortNeed.need).joinedload(Need.company)
    cohort = db.session.scalars(select(Cohort).options(members).where(Cohort.id == cohort_id)).one_or_none()
    if cohort is None:
        raise NotFoundError
    return cohort


def find_likely_contact(contribution: Contribution) -> Interaction | None:
    """Give our latest contact with the company up to the day when we noted the need; nothing for another's need."""
    noted_at = db.session.scalar(select(Need.created_at).where(Need.id == contribution.need_id))
    if noted_at is None:
        return None
    query = select(Interaction).where(
        Interaction.company_id == contribution.company_id,
        Interaction.happened_on <= clock.in_sweden(noted_at).date(),
        reached(),
    )
    newest_first = query.order_by(Interaction.happened_on.desc(), Interaction.id.desc())
    return db.session.scalars(newest_first.limit(1)).one_or_none()


def list_other_organisations(project: Project) -> list[Organisation]:
    """List the organisations that are not members of a project, in Swedish order."""
    members = select(ProjectMember.organisation_id).where(ProjectMember.project_id == project.id)
    query = select(Organisation).where(Organisation.id.not_in(members))
    return list(db.session.scalars(query.order_by(Organisation.sort_key, Organisation.id)))


def owns(project: Project) -> bool:
    """Tell whether the organisation in scope owns the project."""
    return project.owner_id == access.organisation_in_scope()


def list_files(project: Project) -> list[ProjectFile]:
    """List the files of a project, oldest first."""
    query = select(ProjectFile).options(joinedload(ProjectFile.uploaded_by)).where(ProjectFile.project_id == project.id)
    return list(db.session.scalars(query.order_by(ProjectFile.id)))


def get_file(project: Project, file_id: int) -> ProjectFile:
    """Give a file of a project, or raise NotFoundError."""
    query = select(ProjectFile).where(ProjectFile.id == file_id, ProjectFile.project_id == project.id)
    found = db.session.scalars(query).one_or_none()
    if found is None:
        raise NotFoundError
    return found


def list_person_keys(project: Project) -> list[str]:
    """List the folded names of everybody whom a member of the project knows at a company that is or was in it.

    This reads past the organisation in scope: a name must be taken out of the export whichever member knows the
    person, also a protected or former one. Otherwise one member's export would name whom another's leaves out.
    Only keys to search texts for leave this function; they are never shown.
    """
    # A company that has left still has its commitment here, and what was written of it may still stand in a text.
    companies = select(Commitment.company_id).where(Commitment.project_id == project.id)
    members = select(ProjectMember.organisation_id).where(ProjectMember.project_id == project.id)
    query = select(Person.name_key).where(Person.company_id.in_(companies), Person.organisation_id.in_(members))
    with access.every_organisation():
        return list(db.session.scalars(query.distinct().order_by(Person.name_key)))


def list_latest_projects() -> list[Project]:
    """List the latest of our projects with their calls: what rates and prices they use is of use elsewhere."""
    query = select(Project).options(joinedload(Project.call)).order_by(Project.id.desc()).limit(_LATEST_PROJECTS)
    return list(db.session.scalars(query))
