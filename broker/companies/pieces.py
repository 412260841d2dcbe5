"""SQLite's index of the pieces of companies' names; on PostgreSQL the names have an index of their own kind."""

from collections.abc import Iterable, Sequence

from sqlalchemy import ColumnElement, Connection, column, event, func, insert, literal, select
from sqlalchemy import table as lightweight_table
from sqlalchemy.orm import Mapper
from sqlalchemy.orm.attributes import get_history

from broker.companies.models import Company
from broker.extensions import db

# The index knows three letters in a row and nothing shorter.
PIECE = 3
_FEW = 2_000

index = lightweight_table("company_search", column("rowid"), column("name_key"), column("company_search"))


def learn(chosen: ColumnElement[bool]) -> None:
    """Put the names of these companies in the index, after they were stored without the session's knowledge."""
    if has_index():
        names = select(Company.id, Company.name_key).where(chosen)
        db.session.execute(insert(index).from_select(["rowid", "name_key"], names))


def forget(chosen: ColumnElement[bool]) -> None:
    """Take the names of these companies out of the index, before they are changed without the session's knowledge."""
    if has_index():
        # To the index, a row with this word in the column named after it is an order to delete.
        names = select(literal("delete"), Company.id, Company.name_key).where(chosen)
        db.session.execute(insert(index).from_select(["company_search", "rowid", "name_key"], names))


@event.listens_for(Company, "after_insert")
def _learn_one(mapper: Mapper[Company], connection: Connection, company: Company) -> None:
    if connection.dialect.name == "sqlite":
        connection.execute(insert(index).values(rowid=company.id, name_key=company.name_key))


@event.listens_for(Company, "after_update")
def _learn_anew(mapper: Mapper[Company], connection: Connection, company: Company) -> None:
    if connection.dialect.name == "sqlite" and (before := get_history(company, "name_key").deleted):
        connection.execute(insert(index).values(company_search="delete", rowid=company.id, name_key=before[0]))
        _learn_one(mapper, connection, company)


def has_index() -> bool:
    """Tell whether the index of pieces is a table of its own, as on SQLite."""
    return db.engine.dialect.name == "sqlite"


def are_long_enough(pieces: Iterable[str]) -> bool:
    """Tell whether the index knows any of the pieces."""
    return any(len(piece) >= PIECE for piece in pieces)


def matches(alternatives: Sequence[Sequence[str]]) -> ColumnElement[bool]:
    """Give the condition that SQLite's index has all pieces of one alternative, but for those too short for it."""
    # Folded pieces hold letters, digits and spaces alone, so that no sign in them means anything to the index.
    together = (" AND ".join(f'"{piece}"' for piece in pieces if len(piece) >= PIECE) for pieces in alternatives)
    return index.c.company_search.op("match")(" OR ".join(f"({all_of_them})" for all_of_them in together))


def are_rare(pieces: Sequence[str]) -> bool:
    """Tell whether the index leads to few companies with these pieces."""
    if not are_long_enough(pieces):
        return False
    match = matches([pieces])
    found = select(index.c.rowid).where(match).limit(_FEW).subquery()
    return (db.session.scalar(select(func.count()).select_from(found)) or 0) < _FEW
