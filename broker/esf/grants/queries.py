"""Reads the decision on a project and what has happened since."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import select

from broker.errors import RefusedError
from broker.esf.application import Application
from broker.esf.grants.models import ChangeRequest, ChangeState, Deviation, Evidence, GrantDecision
from broker.esf.grants.rules import GrantRules
from broker.esf.material_service import build_material
from broker.esf.models import Project
from broker.esf.snapshots.differences import Difference, compare
from broker.esf.snapshots.queries import read_material
from broker.esf.together import read_together
from broker.extensions import db


@dataclass(frozen=True)
class Changed:
    """Where the project no longer says what was granted, and what has been decided of that kind of change."""

    difference: Difference
    kind: str
    requests: Sequence[ChangeRequest]

    @property
    def lacks_decision(self) -> bool:
        """Tell whether it is of a kind that needs a decision and nothing of that kind has been approved."""
        return bool(self.kind) and not any(row.state is ChangeState.APPROVED for row in self.requests)


def find_grant(project: Project) -> GrantDecision | None:
    """Give the decision on a project, if there is one."""
    return db.session.scalars(select(GrantDecision).where(GrantDecision.project_id == project.id)).one_or_none()


def list_changes(project: Project) -> list[ChangeRequest]:
    """List the changes that need a decision, the latest first."""
    query = select(ChangeRequest).where(ChangeRequest.project_id == project.id, ChangeRequest.is_active)
    return list(db.session.scalars(query.order_by(ChangeRequest.id.desc())))


def list_deviations(project: Project) -> list[Deviation]:
    """List the deviations: those that are open first, the latest of each first."""
    query = select(Deviation).where(Deviation.project_id == project.id, Deviation.is_active)
    return open_first(db.session.scalars(query))


def open_first(deviations: Iterable[Deviation]) -> list[Deviation]:
    """Put deviations in order: those that are open first, the latest of each first."""
    latest_first = sorted(deviations, key=lambda row: (row.noticed_on, row.id), reverse=True)
    return sorted(latest_first, key=lambda row: row.settled_on is not None)


def read_since(project: Project) -> tuple[GrantDecision | None, list[ChangeRequest], list[Deviation]]:
    """Give the decision, the changes and the deviations of a project, each as it is listed, in one question."""
    decisions, changes, deviations = read_together([project], (GrantDecision, ChangeRequest, Deviation))
    return next(iter(decisions), None), list(reversed(changes)), open_first(deviations)


def list_evidence(project: Project) -> list[Evidence]:
    """List the papers that prove something, by kind and then the latest first."""
    query = select(Evidence).where(Evidence.project_id == project.id)
    return list(db.session.scalars(query.order_by(Evidence.kind, Evidence.id.desc())))


def find_differences(grant: GrantDecision | None, application: Application) -> list[Difference] | None:
    """List where the project differs from the export that was granted; nothing where its budget cannot be computed.

    Where no export is known there is no difference.
    """
    if grant is None or grant.snapshot is None:
        return []
    try:
        now = build_material(application)
    except RefusedError:
        return None
    return compare(read_material(grant.snapshot), now)


def judge_differences(
    differences: Sequence[Difference], changes: Sequence[ChangeRequest], rules: GrantRules
) -> list[Changed]:
    """Say of each difference from what was granted whether it needs a decision, those that lack one first."""
    found = []
    for difference in differences:
        kind = rules.kind_of(difference)
        found.append(Changed(difference, kind, [row for row in changes if kind and row.kind == kind]))
    return sorted(found, key=lambda row: (not row.lacks_decision, not row.kind))
