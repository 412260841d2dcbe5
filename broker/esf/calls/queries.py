"""Reads the versions of calls, the projects that follow an earlier one, and everything that tells if a call fits."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import ColumnElement, and_, exists, or_, select
from sqlalchemy.orm import aliased, contains_eager, joinedload

from broker import clock
from broker.esf.calls.models import UnitCostTable
from broker.esf.models import Call, GateState, Project
from broker.esf.queries import is_newest
from broker.extensions import db


def list_versions(call: Call) -> list[Call]:
    """List the versions of a call, the newest first."""
    query = select(Call).where(Call.diary_no == call.diary_no).order_by(Call.id.desc())
    return list(db.session.scalars(query))


def get_newest(call: Call) -> Call:
    """Give the newest version of a call."""
    return list_versions(call)[0]


def find_newer(call: Call) -> Call | None:
    """Give the newest version of a call, if this one has been corrected."""
    query = select(Call).where(Call.diary_no == call.diary_no, Call.id > call.id).order_by(Call.id.desc()).limit(1)
    return db.session.scalars(query).one_or_none()


def find_price_table(call: Call) -> UnitCostTable | None:
    """Give the file that the call's unit costs came from, with who read it in."""
    query = select(UnitCostTable).options(joinedload(UnitCostTable.read_by))
    return db.session.scalars(query.where(UnitCostTable.id == call.price_table_id)).one_or_none()


def list_projects_of(call: Call) -> list[Project]:
    """List our projects for a call, whatever version they follow, by their names."""
    query = select(Project).join(Project.call).options(contains_eager(Project.call))
    return list(db.session.scalars(query.where(Call.diary_no == call.diary_no).order_by(Project.name, Project.id)))


def list_outdated(now: datetime) -> list[tuple[Project, Call]]:
    """List our projects for a call that is open and was corrected since, each with the newest version."""
    return list_open(now)[1]


def list_open(now: datetime) -> tuple[list[Call], list[tuple[Project, Call]]]:
    """List the open calls, the next to close first, and our projects that follow an earlier text of one of them."""
    newest, earlier = aliased(Call), aliased(Call)
    is_earlier = and_(earlier.diary_no == newest.diary_no, earlier.id < newest.id)
    query = (
        select(newest, Project)
        .outerjoin(earlier, is_earlier)
        .outerjoin(Project, Project.call_id == earlier.id)
        .where(newest.closes_at > now, is_newest(newest))
        .order_by(newest.closes_at, newest.id, Project.name, Project.id)
    )
    rows = db.session.execute(query).all()
    return list(dict.fromkeys(call for call, _project in rows)), [(row, call) for call, row in rows if row is not None]


def list_to_follow(now: datetime) -> list[tuple[Project, Call]]:
    """List our projects whose call is still open, or whose last day for signatures has not passed, by their closing.

    When a call closes is what its newest text says, whichever version a project follows.
    """
    newest, is_newest_text = _newest_text()
    query = select(Project, newest).join(Call, Call.id == Project.call_id).join(newest, is_newest_text)
    is_waiting = or_(newest.closes_at > now, newest.signing_deadline >= clock.in_sweden(now).date())
    rows = db.session.execute(query.where(is_waiting).order_by(newest.closes_at, Project.id))
    return [(project, call) for project, call in rows]


def list_closing(first: datetime, last: datetime, *, sent: str) -> list[int]:
    """List the projects, of whomever, whose call closes between two moments and that are not recorded as sent in."""
    newest, is_newest_text = _newest_text()
    is_sent = exists().where(GateState.project_id == Project.id, GateState.gate_id == sent, GateState.is_met)
    query = select(Project.id).join(Call, Call.id == Project.call_id).join(newest, is_newest_text)
    is_closing = and_(newest.closes_at > first, newest.closes_at <= last, ~is_sent)
    return list(db.session.scalars(query.where(is_closing).order_by(Project.id)))


def get_any_project(project_id: int) -> Project:
    """Give a project with its call, for the upkeep, which reads over all organisations."""
    query = select(Project).options(joinedload(Project.call)).where(Project.id == project_id)
    return db.session.scalars(query).one()


def newest_call(project: Project) -> Call:
    """Give the newest version of a project's call."""
    return find_newer(project.call) or project.call


def newest_calls_of(projects: Iterable[Project]) -> dict[int, Call]:
    """Give the newest version of the call of each project, by the project."""
    newest, is_newest_text = _newest_text()
    query = select(Project.id, newest).join(Call, Call.id == Project.call_id).join(newest, is_newest_text)
    rows = db.session.execute(query.where(Project.id.in_([row.id for row in projects])))
    return {row[0]: row[1] for row in rows}


def _newest_text() -> tuple[type[Call], ColumnElement[bool]]:
    newest = aliased(Call)
    return newest, and_(newest.diary_no == Call.diary_no, is_newest(newest))


def recorded_gates(project_ids: Iterable[int]) -> dict[int, set[str]]:
    """Give the formal gates that somebody has recorded as met, by project."""
    query = select(GateState).where(GateState.project_id.in_(list(project_ids)), GateState.is_met)
    found: dict[int, set[str]] = defaultdict(set)
    for gate in db.session.scalars(query):
        found[gate.project_id].add(gate.gate_id)
    return found
