"""Reads several applications in as many questions as one takes, for pages that hold them against a call."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import TypeVar

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from broker import clock
from broker.access import ProjectRow
from broker.esf.application import Application
from broker.esf.budgets.models import CoFinancingRow
from broker.esf.chain.models import Cause
from broker.esf.chain.queries import Steering
from broker.esf.models import (
    Activity,
    Actor,
    Commitment,
    Contribution,
    GateState,
    Goal,
    Project,
    ProjectFile,
)
from broker.esf.queries import get_form
from broker.extensions import db

Row = TypeVar("Row", bound=ProjectRow)


def load_applications(projects: Sequence[Project]) -> list[Application]:
    """Give the applications of these projects, in their order."""
    ids = [project.id for project in projects]
    commitments = select(Commitment).options(joinedload(Commitment.company), joinedload(Commitment.earlier_aid))
    promised = _by_project(db.session.scalars(commitments.where(Commitment.project_id.in_(ids))).unique())
    needs = select(Contribution).options(joinedload(Contribution.company))
    brought = _by_project(db.session.scalars(needs.where(Contribution.project_id.in_(ids)).order_by(Contribution.id)))
    actors = select(Actor).options(joinedload(Actor.budget_rows)).where(Actor.project_id.in_(ids), Actor.is_active)
    found = _by_project(db.session.scalars(actors.order_by(Actor.id)).unique())
    money = select(CoFinancingRow).where(CoFinancingRow.project_id.in_(ids), CoFinancingRow.is_active)
    financing = _by_project(db.session.scalars(money))
    goals = _by_project(db.session.scalars(select(Goal).where(Goal.project_id.in_(ids), Goal.is_active)))
    files = _by_project(db.session.scalars(select(ProjectFile).where(ProjectFile.project_id.in_(ids))))
    planned = _by_project(db.session.scalars(select(Activity).where(Activity.project_id.in_(ids), Activity.is_active)))
    # A call says nothing of causes and of who steers.
    causes: list[Cause] = []
    steering = Steering([], [], None)
    gates: dict[str, GateState] = {}
    return [
        Application(
            project=project,
            form=get_form(project.form_version),
            contributions=brought[project.id],
            commitments=promised[project.id],
            actors=found[project.id],
            goals=goals[project.id],
            causes=causes,
            activities=planned[project.id],
            steering=steering,
            cofinancing=financing[project.id],
            gates=gates,
            attachments=files[project.id],
            today=clock.today(),
        )
        for project in projects
    ]


def _by_project(rows: Iterable[Row]) -> dict[int, list[Row]]:
    found: dict[int, list[Row]] = defaultdict(list)
    for row in rows:
        found[row.project_id].append(row)
    return found
