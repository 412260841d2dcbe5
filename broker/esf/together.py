"""Reads rows of several kinds of projects in one question, so that a page asks the database few times."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any, TypeVar

from sqlalchemy import and_, literal, select, union_all

from broker.access import ProjectRow
from broker.esf.models import Project
from broker.extensions import db

Row = TypeVar("Row", bound=ProjectRow)


def read_together(projects: Sequence[Project], kinds: Sequence[type[Any]], *options: Any) -> list[list[Any]]:
    """Give the rows of each kind by their keys, without those that were taken out of the application.

    Each kind is joined to a number of its own, so the answer has as many rows as the kinds have together.
    """
    ids = [project.id for project in projects]
    numbers = union_all(*(select(literal(number).label("number")) for number in range(len(kinds)))).subquery()
    query = select(*kinds).select_from(numbers)
    for number, kind in enumerate(kinds):
        belongs = [numbers.c.number == number, kind.project_id.in_(ids)]
        query = query.outerjoin(kind, and_(*belongs, *([kind.is_active] if hasattr(kind, "is_active") else [])))
    rows = db.session.execute(query.options(*options).execution_options(populate_existing=True)).unique().all()
    found = ({row[place].id: row[place] for row in rows if row[place] is not None} for place in range(len(kinds)))
    return [[known[key] for key in sorted(known)] for known in found]


def by_project(rows: Iterable[Row]) -> dict[int, list[Row]]:
    """Give rows by the key of their project, in the order that they have."""
    found: dict[int, list[Row]] = defaultdict(list)
    for row in rows:
        found[row.project_id].append(row)
    return found
