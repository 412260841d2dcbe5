"""Finds many companies at once for an import: by number, by a sole trader's hash, and our relations to them."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import InstrumentedAttribute

from broker.companies.models import Company, Engagement
from broker.extensions import db


def companies_by_number(numbers: Sequence[str]) -> dict[str, Company]:
    """Give the companies with these organisation numbers, by number."""
    found: dict[str, Company] = {}
    for start in range(0, len(numbers), 500):
        query = select(Company).where(Company.organisation_number.in_(numbers[start : start + 500]))
        found.update({str(company.organisation_number): company for company in db.session.scalars(query)})
    return found


def companies_by_identity(hashes: Sequence[str]) -> dict[str, Company]:
    """Give the sole traders with these keyed hashes, by hash."""
    found: dict[str, Company] = {}
    for start in range(0, len(hashes), 500):
        query = select(Company).where(Company.identity_hash.in_(hashes[start : start + 500]))
        found.update({str(company.identity_hash): company for company in db.session.scalars(query)})
    return found


def facts_by_number(numbers: Sequence[str], facts: Sequence[str]) -> dict[str, tuple[Any, ...]]:
    """Give key, source and these facts of the companies with these organisation numbers, by number."""
    return _facts_by(Company.organisation_number, numbers, facts)


def facts_by_identity(hashes: Sequence[str], facts: Sequence[str]) -> dict[str, tuple[Any, ...]]:
    """Give key, source and these facts of the sole traders with these keyed hashes, by hash."""
    return _facts_by(Company.identity_hash, hashes, facts)


def engagements_by_company(company_ids: Sequence[int]) -> dict[int, Engagement]:
    """Give our relations to these companies, by company."""
    found: dict[int, Engagement] = {}
    for start in range(0, len(company_ids), 500):
        query = select(Engagement).where(Engagement.company_id.in_(company_ids[start : start + 500]))
        found.update({engagement.company_id: engagement for engagement in db.session.scalars(query)})
    return found


def _facts_by(
    attribute: InstrumentedAttribute[str | None], keys: Sequence[str], facts: Sequence[str]
) -> dict[str, tuple[Any, ...]]:
    found: dict[str, tuple[Any, ...]] = {}
    columns = [attribute, Company.id, Company.source, *(getattr(Company, fact) for fact in facts)]
    for start in range(0, len(keys), 1000):
        query = select(*columns).where(attribute.in_(keys[start : start + 1000]))
        found.update({row[0]: row[1:] for row in db.session.execute(query)})
    return found
