"""Reads analyses and the needs that came of them."""

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from broker.errors import NotFoundError
from broker.extensions import db
from broker.needs.analyses.models import Analysis
from broker.needs.models import Need


def get_analysis(analysis_id: int) -> Analysis:
    """Give the analysis with its company, or raise NotFoundError."""
    query = select(Analysis).options(joinedload(Analysis.company), joinedload(Analysis.added_by))
    analysis = db.session.scalars(query.where(Analysis.id == analysis_id)).one_or_none()
    if analysis is None:
        raise NotFoundError
    return analysis


def list_analyses(company_id: int) -> list[Analysis]:
    """List the analyses of a company, the newest first."""
    query = select(Analysis).options(joinedload(Analysis.added_by)).where(Analysis.company_id == company_id)
    return list(db.session.scalars(query.order_by(Analysis.held_on.desc(), Analysis.id.desc())))


def list_needs_of(analysis_id: int) -> list[Need]:
    """List the needs that came of an analysis, in the order in which they were written."""
    query = select(Need).options(joinedload(Need.company)).where(Need.analysis_id == analysis_id)
    return list(db.session.scalars(query.order_by(Need.id)))
