"""Makes a plan: the best cohorts first, then exchanges that pay; equal data gives an equal plan."""

import time
from collections.abc import Callable

from broker.needs.bundling.block import Block
from broker.needs.bundling.instance import Instance, PlannedCohort, Solution
from broker.needs.bundling.rules import Rules


def solve(instance: Instance, *, time_limit: float | None = None) -> Solution:
    """Give a plan that keeps every rule; the locked cohorts stay first in it as they are.

    The work is bounded by counts, so the clock changes nothing but where a search with a time limit is cut off, and
    then the plan says that it is not complete.
    """
    rules = Rules(instance)
    is_out_of_time = _deadline(time_limit)
    found: list[PlannedCohort] = []
    blocks = [Block(rules, area) for area in sorted({need.area for need in instance.needs})]
    for block in blocks:
        block.fill()
    is_complete = all(block.improve(is_out_of_time) for block in blocks)
    for block in blocks:
        found += block.cohorts()
    return Solution((*instance.locked, *sorted(found, key=_order)), is_complete)


def _deadline(time_limit: float | None) -> Callable[[], bool]:
    if time_limit is None:
        return lambda: False
    end = time.monotonic() + time_limit
    return lambda: time.monotonic() >= end


def _order(cohort: PlannedCohort) -> tuple[int, int, tuple[tuple[int, int], ...]]:
    return cohort.area, cohort.start, cohort.members
