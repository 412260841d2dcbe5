"""Reads rows of several kinds of one project in one question, so that a page asks the database few times."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import and_, literal, select, union_all

from broker.esf.models import Project
from broker.extensions import db


def read_together(project: Project, kinds: Sequence[type[Any]], *options: Any) -> list[list[Any]]:
    """Give the rows of each kind by their keys, without those that were taken out of the application.

    Each kind is joined to a number of its own, so the answer has as many rows as the kinds have together.
    """
    numbers = union_all(*(select(literal(number).label("number")) for number in range(len(kinds)))).subquery()
    query = select(*kinds).select_from(numbers)
    for number, kind in enumerate(kinds):
        belongs = [numbers.c.number == number, kind.project_id == project.id]
        query = query.outerjoin(kind, and_(*belongs, *([kind.is_active] if hasattr(kind, "is_active") else [])))
    rows = db.session.execute(query.options(*options).execution_options(populate_existing=True)).unique().all()
    found = ({row[place].id: row[place] for row in rows if row[place] is not None} for place in range(len(kinds)))
    return [[known[key] for key in sorted(known)] for known in found]
