"""Reads how ready an application is: nothing but its checks decides."""

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import select

from broker.esf.check_rows import ASK, STOP, Check
from broker.esf.checks import CheckGroup
from broker.esf.gates import AT_SUBMISSION
from broker.esf.models import Project
from broker.esf.readiness.models import ReadyMark
from broker.extensions import db


@dataclass(frozen=True)
class Readiness:
    """How many of the checks are met, and those without which the application cannot be marked as ready."""

    met: int
    total: int
    stops: tuple[Check, ...]

    @property
    def percent(self) -> int:
        """Give the share that is met in whole per cent, rounded down: only what is whole is a hundred."""
        return self.met * 100 // self.total if self.total else 0

    @property
    def is_ready(self) -> bool:
        """Tell whether nothing stops the application."""
        return not self.stops


def readiness_of(groups: Iterable[CheckGroup]) -> Readiness:
    """Count the checks; a formal gate, or a question to a person, that is not met stops the application.

    What only handing it in can meet is not counted, nor a check that has nothing to judge.
    """
    rows = [check for group in groups for check in group.checks if check.id not in AT_SUBMISSION]
    checks = [check for check in rows if not check.is_unjudged]
    return Readiness(
        met=sum(check.passed is True for check in checks),
        total=len(checks),
        stops=tuple(check for check in checks if check.level in (STOP, ASK) and check.is_missing),
    )


def find_mark(project: Project) -> ReadyMark | None:
    """Give the mark that holds, if the application has one."""
    query = select(ReadyMark).where(ReadyMark.project_id == project.id, ReadyMark.withdrawn_at.is_(None))
    return db.session.scalars(query.order_by(ReadyMark.id.desc()).limit(1)).one_or_none()
