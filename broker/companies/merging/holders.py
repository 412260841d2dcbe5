"""Every row that points at a company or a person, found in the tables themselves, so that none can be forgotten."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import ColumnElement, Table, UniqueConstraint, and_, func, literal, select, true, union_all
from sqlalchemy.orm import InstrumentedAttribute, Mapper, aliased

from broker.access import Private, ProjectRow, organisation_in_scope
from broker.companies.merged import WITH_MERGED
from broker.companies.models import Engagement
from broker.extensions import Base, db

# Which rows of a joint project are ours to move, told by the feature that the table belongs to.
ProjectRule = Callable[[int, int | None], ColumnElement[bool]]
_project_rules: dict[type[Base], ProjectRule] = {}
# Which rows show that we know of what they point at, where not all of a table do.
KnowingRule = Callable[[], ColumnElement[bool]]
_knowing_rules: dict[type[Base], KnowingRule] = {}
# Our relation to a company is one for each: it is merged field by field.
_MERGED_BY_FIELD = (Engagement,)


@dataclass(frozen=True)
class Holder:
    """One column whose rows point at a kind of thing; a file says by name which kind it is tied to."""

    model: Any
    column: InstrumentedAttribute[Any]
    subject: str | None = None

    @property
    def name(self) -> str:
        """Give the name under which the moved rows are remembered."""
        return ".".join(filter(None, [self.model.__tablename__, self.column.key, self.subject]))

    def rows_of(self, key: int, into: int | None = None) -> ColumnElement[bool]:
        """Give the condition for the rows of this thing that are ours, and may point at another one instead."""
        tied = [self.model.subject_type == self.subject] if self.subject else []
        return and_(self.column == key, *tied, self.is_ours(key, into))

    def is_ours(self, key: int, into: int | None = None) -> ColumnElement[bool]:
        """Give the condition for a row to be ours to move."""
        if issubclass(self.model, Private):
            own: ColumnElement[bool] = self.model.organisation_id == organisation_in_scope()
            return own
        return _project_rules[self.model](key, into)


@dataclass(frozen=True)
class Links:
    """A table without a model that ties a kind of thing to others: each pair once."""

    table: Table
    own: str
    other: str


@dataclass(frozen=True)
class Holders:
    """All that points at one kind of thing."""

    columns: Sequence[Holder]
    links: Sequence[Links] = field(default=())


def moves_in_projects(model: type[Base]) -> Callable[[ProjectRule], ProjectRule]:
    """Mark the rule by which rows of a joint project that point at a company are ours to move."""

    def mark(rule: ProjectRule) -> ProjectRule:
        _project_rules[model] = rule
        return rule

    return mark


def shows_that_we_know(model: type[Base]) -> Callable[[KnowingRule], KnowingRule]:
    """Mark the rule by which rows of ours show that we know of what they point at; without one, all of them do."""

    def mark(rule: KnowingRule) -> KnowingRule:
        _knowing_rules[model] = rule
        return rule

    return mark


def holders_of(target: type[Base]) -> Holders:
    """Give all columns and tables that point at companies, at people or at relations."""
    mappers = sorted(Base.registry.mappers, key=lambda mapper: mapper.class_.__name__)
    columns = [holder for mapper in mappers for holder in _columns_of(mapper, target)]
    mapped = {mapper.local_table for mapper in mappers}
    tables = [table for table in Base.metadata.sorted_tables if table not in mapped]
    return Holders(columns, [links for table in tables for links in _links_of(table, target)])


def count_rows(
    holders: Sequence[Holder], keys: Sequence[int], *, into: int | None = None, with_merged: bool = False
) -> dict[int, dict[str, int]]:
    """Count our rows of each of these things, by thing and by column; in one query."""
    asked = [
        select(literal(key), literal(holder.name), func.count(holder.model.id)).where(holder.rows_of(key, into))
        for key in keys
        for holder in holders
    ]
    counted: dict[int, dict[str, int]] = {key: {} for key in keys}
    query = union_all(*asked).execution_options(with_merged=with_merged) if asked else None
    for key, name, count in db.session.execute(query) if query is not None else ():
        counted[key][name] = count
    return counted


def is_known(target: type[Base], key: int) -> bool:
    """Tell whether a row of ours shows that we know of a thing."""
    asked = [
        select(holder.model.id).where(holder.rows_of(key), _knowing_rules.get(holder.model, true)())
        for holder in holders_of(target).columns
    ]
    return bool(asked) and db.session.scalar(union_all(*asked).limit(1)) is not None


def count_links(links: Links, keys: Sequence[int]) -> dict[int, int]:
    """Count what each of these things is tied to."""
    own = links.table.c[links.own]
    query = select(own, func.count()).where(own.in_(keys)).group_by(own)
    return {row[0]: row[1] for row in db.session.execute(query)}


def list_rows(holder: Holder, key: int, into: int | None = None) -> list[int]:
    """List the keys of our rows of this thing, also of those that went into another one: they come along."""
    query = select(holder.model.id).where(holder.rows_of(key, into)).order_by(holder.model.id)
    return list(db.session.scalars(query.execution_options(**WITH_MERGED)))


def list_linked(links: Links, key: int) -> list[int]:
    """List what a thing is tied to."""
    own, other = links.table.c[links.own], links.table.c[links.other]
    return list(db.session.scalars(select(other).where(own == key).order_by(other)))


def find_collision(holders: Sequence[Holder], gone_id: int, kept_id: int) -> Holder | None:
    """Give a column in which both things stand where only one may: nothing can move there before that is settled."""
    for holder in holders:
        for names in _unique_beside(holder):
            theirs = aliased(holder.model)
            same = [getattr(holder.model, name) == getattr(theirs, name) for name in names]
            both = select(holder.model.id).join(theirs, and_(getattr(theirs, holder.column.key) == kept_id, *same))
            if db.session.scalar(both.where(holder.rows_of(gone_id, kept_id)).limit(1)) is not None:
                return holder
    return None


def _columns_of(mapper: Mapper[Any], target: type[Base]) -> Iterator[Holder]:
    model: Any = mapper.class_
    # What is everybody's, such as the changes of a register, stays with the shared company.
    if model in _MERGED_BY_FIELD or not issubclass(model, Private | ProjectRow):
        return
    for attribute in mapper.column_attrs:
        if any(_points_at(column, target) for column in attribute.columns):
            yield Holder(model, getattr(model, attribute.key))
    if "subject_type" in mapper.column_attrs and issubclass(model, Private):
        yield Holder(model, model.subject_id, target.__tablename__)


def _links_of(table: Table, target: type[Base]) -> Iterator[Links]:
    for column in table.columns:
        if _points_at(column, target):
            other = next(each.key for each in table.primary_key if each is not column)
            yield Links(table, str(column.key), str(other))


def _points_at(column: Any, target: type[Base]) -> bool:
    return any(key.target_fullname == f"{target.__tablename__}.id" for key in column.foreign_keys)


def _unique_beside(holder: Holder) -> Iterator[list[str]]:
    table: Any = holder.model.__mapper__.local_table
    unique = [rule.columns for rule in table.constraints if isinstance(rule, UniqueConstraint)]
    unique += [index.columns for index in table.indexes if index.unique]
    for columns in unique:
        names = [column.key for column in columns]
        if holder.column.key in names:
            yield [name for name in names if name != holder.column.key]
