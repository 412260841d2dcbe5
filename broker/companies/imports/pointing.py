"""What points at companies, relations and people, so that nothing that is used goes away with an undone list."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from typing import Any

from sqlalchemy import func, select, union_all

from broker import access, database
from broker.companies.imports.models import ImportedRow
from broker.companies.merged import WITH_MERGED
from broker.companies.merging.holders import Holder, holders_of
from broker.companies.merging.models import Merge, MergeKind
from broker.companies.models import Company, Engagement, Person, Workplace
from broker.extensions import Base, db

# How many rows of each kind use a thing, by the names that merging/labels.py has words for.
Uses = Mapping[int, Mapping[str, int]]
# What a list brings itself is judged by itself.
_OF_LISTS = (ImportedRow, Person, Workplace)


def uses_of(model: type[Base], keys: Collection[int]) -> Uses:
    """Count our rows that point at these companies, relations or people, besides what lists bring themselves."""
    uses: dict[int, dict[str, int]] = defaultdict(dict)
    if not keys:
        return uses
    holders = holders_of(model)
    for holder in holders.columns:
        if holder.model in _OF_LISTS:
            continue
        for key, count in db.session.execute(_counted(holder, keys)):
            uses[key][holder.name] = count
    for links in holders.links:
        own = links.table.c[links.own]
        for key, count in db.session.execute(select(own, func.count()).where(database.among(own, keys)).group_by(own)):
            uses[key][links.table.name] = count
    return uses


def merged_among(kind: MergeKind, keys: Collection[int]) -> set[int]:
    """Give which of these companies or people have become one with another."""
    sides = [
        select(side).where(Merge.kind == kind, Merge.undone_at.is_(None), database.among(side, keys))
        for side in (Merge.kept_id, Merge.gone_id)
    ]
    return set(db.session.scalars(union_all(*sides)))


def with_rows_of_ours(keys: Collection[int], *, besides: Mapping[type[Base], Collection[int]]) -> set[int]:
    """Give the companies at which we have people or workplaces, besides those that are about to go."""
    found: set[int] = set()
    for model in (Person, Workplace):
        query = select(model.company_id, model.id).where(database.among(model.company_id, keys))
        rows = db.session.execute(query.execution_options(**WITH_MERGED))
        going = besides.get(model, ())
        found.update(company_id for company_id, row_id in rows if row_id not in going)
    return found


def used_by_anybody(keys: Collection[int]) -> set[int]:
    """Give the companies that any row of any organisation points at; not our relations, people and workplaces."""
    found: set[int] = set()
    ours = access.organisation_in_scope()
    if not keys:
        return found
    with access.every_organisation():
        for model, attribute, tied in _columns_at_companies():
            query = select(attribute).where(database.among(attribute, keys), *tied)
            if model in (Engagement, Person, Workplace):
                query = query.where(model.organisation_id != ours)
            found.update(db.session.scalars(query.distinct().execution_options(**WITH_MERGED)))
    return found


def _counted(holder: Holder, keys: Collection[int]) -> Any:
    tied = [holder.model.subject_type == holder.subject] if holder.subject else []
    counted = select(holder.column, func.count(holder.model.id)).where(database.among(holder.column, keys), *tied)
    return counted.group_by(holder.column).execution_options(**WITH_MERGED)


def _columns_at_companies() -> Iterator[tuple[Any, Any, list[Any]]]:
    for holder in holders_of(Company).columns:
        if holder.subject:
            yield holder.model, holder.column, [holder.model.subject_type == holder.subject]
    for mapper in Base.registry.mappers:
        model: Any = mapper.class_
        if model is ImportedRow:
            continue
        for attribute in mapper.column_attrs:
            keys = [key for column in attribute.columns for key in getattr(column, "foreign_keys", ())]
            if any(key.target_fullname == f"{Company.__tablename__}.id" for key in keys):
                yield model, getattr(model, attribute.key), []
