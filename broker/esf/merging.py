"""Which rows of joint projects go along when one of our companies is merged into another."""

from sqlalchemy import ColumnElement, and_, exists, not_, true
from sqlalchemy.orm import aliased

from broker.access import organisation_in_scope
from broker.companies.merging.holders import moves_in_projects
from broker.esf.commitments.models import CommitmentLink
from broker.esf.models import Actor, Commitment, Contribution, Project
from broker.esf.outcomes.models import ParticipantMonth


def _may_move(
    model: type[Contribution | Commitment | ParticipantMonth | Actor], company_id: int, into: int | None
) -> ColumnElement[bool]:
    # What several organisations have brought in about a company stays together, where all of them see it, and so does
    # what two companies have promised the same project: its figures are what somebody has signed.
    others, theirs = aliased(Contribution), aliased(Commitment)
    brought = exists().where(
        others.project_id == model.project_id,
        others.company_id == company_id,
        others.contributed_by_id != organisation_in_scope(),
    )
    promised = exists().where(theirs.project_id == model.project_id, theirs.company_id == into)
    return and_(not_(brought), true() if into is None else not_(promised))


def _we_brought(model: type[Commitment | ParticipantMonth], company_id: int) -> ColumnElement[bool]:
    ours = aliased(Contribution)
    return exists().where(
        ours.project_id == model.project_id,
        ours.company_id == company_id,
        ours.contributed_by_id == organisation_in_scope(),
    )


@moves_in_projects(Contribution)
def own_contributions(company_id: int, into: int | None) -> ColumnElement[bool]:
    """Give the condition for what we have contributed, about a company that nobody else has."""
    return and_(Contribution.contributed_by_id == organisation_in_scope(), _may_move(Contribution, company_id, into))


@moves_in_projects(Commitment)
def own_commitments(company_id: int, into: int | None) -> ColumnElement[bool]:
    """Give the condition for the commitments of companies that we brought in and nobody else has."""
    return and_(_we_brought(Commitment, company_id), _may_move(Commitment, company_id, into))


@moves_in_projects(ParticipantMonth)
def own_months(company_id: int, into: int | None) -> ColumnElement[bool]:
    """Give the condition for who took part from companies that we brought in and nobody else has."""
    return and_(_we_brought(ParticipantMonth, company_id), _may_move(ParticipantMonth, company_id, into))


@moves_in_projects(Actor)
def own_actors(company_id: int, into: int | None) -> ColumnElement[bool]:
    """Give the condition for the actors of our own projects."""
    is_owner = exists().where(Project.id == Actor.project_id, Project.owner_id == organisation_in_scope())
    return and_(is_owner, _may_move(Actor, company_id, into))


@moves_in_projects(CommitmentLink)
def own_links(person_id: int, into: int | None) -> ColumnElement[bool]:
    """Give the condition for the links that we have sent: whom they went to is ours."""
    return CommitmentLink.organisation_id == organisation_in_scope()
