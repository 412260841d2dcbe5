"""Makes a plan, area by area; equal data gives an equal plan, whatever its order and however many processes work."""

import multiprocessing
import threading
import time
from collections import defaultdict
from collections.abc import Sequence
from math import floor
from typing import TYPE_CHECKING

from broker.needs.bundling.effort import WORK, Effort, Work
from broker.needs.bundling.instance import Instance, Need, PlannedCohort, Solution
from broker.needs.bundling.objective import score
from broker.needs.bundling.rules import Rules

if TYPE_CHECKING:
    from broker.needs.bundling.area import AreaPlan

_ROUNDING = 1e-6


def solve(
    instance: Instance, *, effort: Effort = Effort.NORMAL, workers: int = 1, time_limit: float | None = None
) -> Solution:
    """Give a plan that keeps every rule; the locked cohorts stay first in it as they are.

    The work is bounded by counts, so the clock changes nothing but where a search with a time limit is cut off, and
    then the plan says that it is not complete.
    """
    end = None if time_limit is None else time.monotonic() + time_limit
    jobs = _Jobs(Rules(instance), WORK[effort], end)
    return _solution(instance, jobs.run(workers))


class _Jobs:
    """The areas to plan, the largest first, so that several processes end at about the same time."""

    def __init__(self, rules: Rules, work: Work, end: float | None) -> None:
        self._rules, self._work, self._end = rules, work, end
        self._needs: dict[int, list[Need]] = defaultdict(list)
        for need in rules.instance.needs:
            self._needs[need.area].append(need)

    def run(self, workers: int) -> list["AreaPlan"]:
        order = sorted(self._needs, key=lambda area: (-len(self._needs[area]), area))
        # A process with several threads must not be copied: another thread may hold a lock just then.
        if workers > 1 and len(order) > 1 and threading.active_count() == 1:
            _shared["jobs"] = self
            with multiprocessing.get_context("fork").Pool(workers) as pool:
                found = pool.map(_plan_area, order, chunksize=1)
            del _shared["jobs"]
        else:
            found = [self.plan(area) for area in order]
        return sorted(found, key=lambda plan: plan.area)

    def plan(self, area: int) -> "AreaPlan":
        # Only who solves pays for loading the solver.
        from broker.needs.bundling.area import Area  # noqa: PLC0415

        return Area(self._rules, area, self._needs[area]).plan(self._work, self._is_out_of_time)

    def _is_out_of_time(self) -> bool:
        return self._end is not None and time.monotonic() >= self._end


# What the processes inherit when they are forked.
_shared: dict[str, _Jobs] = {}


def _plan_area(area: int) -> "AreaPlan":
    return _shared["jobs"].plan(area)


def _solution(instance: Instance, plans: Sequence["AreaPlan"]) -> Solution:
    found = sorted((cohort for plan in plans for cohort in plan.cohorts), key=_order)
    cohorts = (*instance.locked, *found)
    locked = score(instance, Solution(instance.locked)).objective
    return Solution(
        cohorts,
        is_complete=all(plan.is_complete for plan in plans),
        value=score(instance, Solution(cohorts)).objective,
        bound=locked + sum(floor(plan.bound + _ROUNDING) for plan in plans),
    )


def _order(cohort: PlannedCohort) -> tuple[int, int, tuple[tuple[int, int], ...]]:
    return cohort.area, cohort.start, cohort.members
