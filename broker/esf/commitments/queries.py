"""Reads links to commitments, what has been signed, and what was exported with it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, exists, select
from sqlalchemy.orm import joinedload

from broker import clock
from broker.companies.models import Engagement, EngagementStatus
from broker.database import among
from broker.errors import NotFoundError
from broker.esf.aid_rules import aid_rules
from broker.esf.application import Application
from broker.esf.commitments.models import CommitmentLink, SignedPaper
from broker.esf.commitments.paper import Situation
from broker.esf.commitments.states import Standing
from broker.esf.models import Activity, Commitment, Contribution, Project
from broker.extensions import db
from broker.reference import queries as reference
from broker.reference.models import DocumentKind


@dataclass(frozen=True)
class CommitmentRules:
    """When a company that has not signed is reminded, its rows of aid, and when what it filled in is forgotten."""

    days_to_reminder: int
    days_before_close: int
    rows_of_aid: int
    days_to_keep_draft: int


def commitment_rules(today: date) -> CommitmentRules:
    """Give the rules that are valid on a day."""
    content = reference.get_document(DocumentKind.COMMITMENT_RULES, on=today).content
    return CommitmentRules(**{name: content[name] for name in CommitmentRules.__annotations__})


def list_standings(application: Application) -> list[Standing]:
    """List where each company of an application stands, in Swedish order; two queries."""
    return standings_of(application.project, application.commitments)


def list_standings_of(project: Project) -> list[Standing]:
    """List where each company of a project stands, without the rest of the application; three queries."""
    query = (
        select(Commitment)
        .options(joinedload(Commitment.company))
        .where(Commitment.project_id == project.id)
        .where(_takes_part())
    )
    return standings_of(project, list(db.session.scalars(query)))


def standings_of(project: Project, commitments: Sequence[Commitment]) -> list[Standing]:
    """Give where each of these companies stands, in Swedish order; two queries."""
    links = {row.commitment_id: row for row in list_links(project)}
    papers, today = list_papers(project), clock.today()
    rows = sorted(commitments, key=lambda row: (row.company.sort_key, row.id))
    return [
        Standing(row, links.get(row.id), [paper for paper in papers if paper.commitment_id == row.id], today)
        for row in rows
    ]


def get_standing(project: Project, commitment_id: int) -> Standing:
    """Give where one company stands, or raise NotFoundError."""
    commitment = get_commitment(project, commitment_id)
    link = next((row for row in list_links(project) if row.commitment_id == commitment.id), None)
    papers = [row for row in list_papers(project) if row.commitment_id == commitment.id]
    return Standing(commitment, link, papers, clock.today())


def get_commitment(project: Project, commitment_id: int, *, to_change: bool = False) -> Commitment:
    """Give a commitment with its company and earlier aid, or raise NotFoundError."""
    query = (
        select(Commitment)
        .options(joinedload(Commitment.company), joinedload(Commitment.earlier_aid))
        .where(Commitment.id == commitment_id, Commitment.project_id == project.id)
        .execution_options(populate_existing=True)
    )
    if to_change:
        query = query.with_for_update(of=Commitment)
    commitment = db.session.scalars(query).unique().one_or_none()
    if commitment is None:
        raise NotFoundError
    return commitment


def list_links(project: Project) -> list[CommitmentLink]:
    """List the links of a project; of other organisations' we do not see whom they went to."""
    query = (
        select(CommitmentLink)
        .options(joinedload(CommitmentLink.person), joinedload(CommitmentLink.organisation))
        .where(CommitmentLink.project_id == project.id)
    )
    return list(db.session.scalars(query.order_by(CommitmentLink.id)))


def find_link(project: Project, commitment_id: int) -> CommitmentLink | None:
    """Give the link of a commitment, if one has been made."""
    return next((row for row in list_links(project) if row.commitment_id == commitment_id), None)


def get_link(link_id: int) -> CommitmentLink:
    """Give a link with its company, project and person, or raise NotFoundError."""
    query = select(CommitmentLink).options(
        joinedload(CommitmentLink.person),
        joinedload(CommitmentLink.project),
        joinedload(CommitmentLink.commitment).joinedload(Commitment.company),
    )
    link = db.session.scalars(query.where(CommitmentLink.id == link_id)).one_or_none()
    if link is None:
        raise NotFoundError
    return link


def list_papers(project: Project) -> list[SignedPaper]:
    """List what has been signed in a project, the newest first."""
    query = (
        select(SignedPaper)
        .options(joinedload(SignedPaper.recorded_by), joinedload(SignedPaper.withdrawn_by))
        .where(SignedPaper.project_id == project.id)
    )
    return list(db.session.scalars(query.order_by(SignedPaper.id.desc())))


def get_paper(project: Project, paper_id: int) -> SignedPaper:
    """Give a signed paper with its company, or raise NotFoundError."""
    query = (
        select(SignedPaper)
        .options(joinedload(SignedPaper.commitment).joinedload(Commitment.company), joinedload(SignedPaper.recorded_by))
        .where(SignedPaper.id == paper_id, SignedPaper.project_id == project.id)
    )
    paper = db.session.scalars(query).one_or_none()
    if paper is None:
        raise NotFoundError
    return paper


def is_latest(paper: SignedPaper) -> bool:
    """Tell whether a company has signed nothing after this paper."""
    later = select(SignedPaper.id).where(SignedPaper.commitment_id == paper.commitment_id, SignedPaper.id > paper.id)
    return db.session.scalars(later.limit(1)).one_or_none() is None


def get_by_token(token: str) -> CommitmentLink:
    """Give the link with this address, open or not, whoever asks; or raise NotFoundError.

    Read over every organisation: nobody acts for one yet, and only the secret address lets a row through.
    """
    promised = joinedload(CommitmentLink.commitment)
    query = select(CommitmentLink).options(
        promised.joinedload(Commitment.company),
        promised.joinedload(Commitment.earlier_aid),
        joinedload(CommitmentLink.organisation),
        joinedload(CommitmentLink.project).joinedload(Project.call),
        joinedload(CommitmentLink.project).joinedload(Project.owner),
    )
    link = db.session.scalars(query.where(CommitmentLink.token == token)).unique().one_or_none()
    if link is None:
        raise NotFoundError
    return link


def situation_of(project: Project, commitment: Commitment) -> Situation:
    """Give what the text that a company signs speaks of; two queries."""
    contributions = (
        select(Contribution)
        .where(Contribution.project_id == project.id, Contribution.company_id == commitment.company_id)
        .where(Contribution.left_out_reason.is_(None))
    )
    activities = select(Activity).where(Activity.project_id == project.id, Activity.is_active)
    return Situation(
        project,
        commitment,
        list(db.session.scalars(contributions.order_by(Contribution.id))),
        list(db.session.scalars(activities.order_by(Activity.id))),
        aid_rules(clock.today()).de_minimis_on(clock.today()),
        clock.today(),
    )


def list_due(today: date) -> list[tuple[int, int]]:
    """List the links whose reminder is due, as (organisation, link): who has signed since is found when it is sent."""
    rules = commitment_rules(today)
    query = (
        select(CommitmentLink)
        .join(Commitment, Commitment.id == CommitmentLink.commitment_id)
        .where(CommitmentLink.is_closed.is_(False), CommitmentLink.open_until >= today)
        .where(CommitmentLink.sent_on.is_not(None), _takes_part())
    )
    rows = db.session.scalars(query.order_by(CommitmentLink.id))
    return [(row.organisation_id, row.id) for row in rows if kind_of_reminder(row, rules, today)]


def kind_of_reminder(link: CommitmentLink, rules: CommitmentRules, today: date) -> str:
    """Give the column that notes the reminder which is due, or nothing: one after a while, a last before the end.

    Nobody gets two letters on one day, and none after the last.
    """
    if link.sent_on is None or link.last_call_on is not None or today in (link.sent_on, link.reminded_on):
        return ""
    if (link.open_until - today).days <= rules.days_before_close:
        return "last_call_on"
    is_time = link.reminded_on is None and (today - link.sent_on).days >= rules.days_to_reminder
    return "reminded_on" if is_time else ""


def _takes_part() -> ColumnElement[bool]:
    """Give the condition that a need of the company is met by the project: who has left promises nothing."""
    return exists().where(
        Contribution.project_id == Commitment.project_id,
        Contribution.company_id == Commitment.company_id,
        Contribution.left_out_reason.is_(None),
    )


def companies_that_decline(company_ids: Sequence[int]) -> set[int]:
    """Give which of these companies have said to us that they do not want to be contacted."""
    query = select(Engagement.company_id).where(
        among(Engagement.company_id, company_ids), Engagement.status == EngagementStatus.DECLINED
    )
    return set(db.session.scalars(query))
