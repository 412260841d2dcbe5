"""Reads what other features know of a cohort that joins a project."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from broker.companies.models import Interaction
from broker.esf.models import Call, Contribution, Project
from broker.extensions import db
from broker.needs.models import Cohort, Need
from broker.procurement.models import Purchase
from broker.procurement.workflow import CANCELLED
from broker.providers.models import Offering, Provider
from broker.providers.prices import price_of


def list_rivals(project: Project, cohort: Cohort) -> list[str]:
    """List the names of the other projects for the same call, whatever its version, that a cohort is in."""
    query = (
        select(Project.name)
        .join(Contribution, Contribution.project_id == Project.id)
        .join(Call, Call.id == Project.call_id)
        .where(Contribution.cohort_id == cohort.id, Project.id != project.id, Call.diary_no == project.call.diary_no)
    )
    return list(db.session.scalars(query.distinct().order_by(Project.name)))


def interactions_of(needs: Sequence[Need]) -> dict[int, Interaction]:
    """Give the contacts in which the needs were told, by their id."""
    keys = {need.interaction_id for need in needs if need.interaction_id}
    query = select(Interaction).where(Interaction.id.in_(keys))
    return {row.id: row for row in db.session.scalars(query)} if keys else {}


def find_provider_of(cohort: Cohort) -> Provider | None:
    """Give the provider that the cohort's latest purchase that is not cancelled has chosen, or the planned one."""
    query = (
        select(Provider)
        .join(Purchase, Purchase.provider_id == Provider.id)
        .options(selectinload(Provider.offerings))
        .where(Purchase.cohort_id == cohort.id, Purchase.state != CANCELLED)
    )
    bought = db.session.scalars(query.order_by(Purchase.id.desc()).limit(1)).one_or_none()
    return bought or (cohort.offering.provider if cohort.offering else None)


def find_offering_of(cohort: Cohort, provider: Provider | None) -> Offering | None:
    """Give the training that is planned, if it is this provider's, or else its cheapest in the cohort's topic."""
    if cohort.offering is not None and provider is not None and cohort.offering.provider_id == provider.id:
        return cohort.offering
    fitting = [row for row in (provider.offerings if provider else []) if row.topic_id == cohort.topic_id]
    return min(fitting, key=lambda row: price_of(row, cohort.participants), default=None)
