"""Which rows of joint projects go along when one of our companies is merged into another."""

from sqlalchemy import ColumnElement, and_, exists, not_
from sqlalchemy.orm import aliased

from broker.access import organisation_in_scope
from broker.companies.merging.holders import moves_in_projects
from broker.esf.models import Actor, Commitment, Contribution, Project


def _is_ours_alone(model: type[Contribution] | type[Commitment] | type[Actor], company_id: int) -> ColumnElement[bool]:
    # What several organisations have brought in about a company stays together, where all of them see it.
    others = aliased(Contribution)
    brought = exists().where(
        others.project_id == model.project_id,
        others.company_id == company_id,
        others.contributed_by_id != organisation_in_scope(),
    )
    return not_(brought)


@moves_in_projects(Contribution)
def own_contributions(company_id: int) -> ColumnElement[bool]:
    """Give the condition for what we have contributed, about a company that nobody else has."""
    return and_(Contribution.contributed_by_id == organisation_in_scope(), _is_ours_alone(Contribution, company_id))


@moves_in_projects(Commitment)
def own_commitments(company_id: int) -> ColumnElement[bool]:
    """Give the condition for the commitments of companies that we brought in and nobody else has."""
    ours = aliased(Contribution)
    brought = exists().where(
        ours.project_id == Commitment.project_id,
        ours.company_id == company_id,
        ours.contributed_by_id == organisation_in_scope(),
    )
    return and_(brought, _is_ours_alone(Commitment, company_id))


@moves_in_projects(Actor)
def own_actors(company_id: int) -> ColumnElement[bool]:
    """Give the condition for the actors of our own projects."""
    is_owner = exists().where(Project.id == Actor.project_id, Project.owner_id == organisation_in_scope())
    return and_(is_owner, _is_ours_alone(Actor, company_id))
