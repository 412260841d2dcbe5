"""Makes a plan, area by area; equal data gives an equal plan, whatever its order and however many processes work."""

import multiprocessing
import os
import threading
import time
from collections import defaultdict
from collections.abc import Collection, Sequence
from concurrent.futures import ProcessPoolExecutor
from math import floor
from typing import TYPE_CHECKING

from broker.needs.bundling.effort import WORK, Effort, Work
from broker.needs.bundling.instance import Instance, Need, PlannedCohort, Proof, Solution
from broker.needs.bundling.objective import score
from broker.needs.bundling.rules import Rules

if TYPE_CHECKING:
    from broker.needs.bundling.area import Area, AreaPlan

_ROUNDING = 1e-6
_LOOK_AGAIN = 1.0


def solve(
    instance: Instance, *, effort: Effort = Effort.NORMAL, workers: int = 1, time_limit: float | None = None
) -> Solution:
    """Give a plan that keeps every rule; the locked cohorts stay first in it as they are.

    The areas are planned by so many processes beside this one, or by this one alone if that is what is asked. The
    work is bounded by counts, so the clock changes nothing but where a search with a time limit is cut off, and then
    the plan says that it is not complete.
    """
    end = None if time_limit is None else time.monotonic() + time_limit
    jobs = _Jobs(Rules(instance), WORK[effort], end)
    return _solution(instance, jobs.run(workers))


def replan(instance: Instance, previous: Solution, changed: Collection[int]) -> Solution:
    """Give a plan for needs of which some are new or changed, as near the previous plan as can be.

    `changed` names those needs. Only their neighbourhoods are planned anew, and those of cohorts that no longer keep
    the rules or have lost a member; other areas come back as they were. The bound of an area that was touched is proved
    with its earlier prices, so it may be less near than that of a plan from the beginning.
    """
    rules = Rules(instance)
    taken = {pair for cohort in instance.locked for pair in cohort.members}
    kept, seeds = _sorted_out(rules, previous, frozenset(changed), taken)
    jobs = _Jobs(rules, WORK[Effort.NORMAL], None)
    plans = [jobs.mend(area, kept[area], seeds[area], previous.proofs.get(area)) for area in jobs.areas]
    return _solution(instance, plans)


def _sorted_out(
    rules: Rules, previous: Solution, changed: frozenset[int], taken: set[tuple[int, int]]
) -> tuple[dict[int, list[PlannedCohort]], dict[int, set[tuple[int, int]]]]:
    """Give the cohorts that stay, and the parts of needs around which to plan anew, both by area."""
    kept: dict[int, list[PlannedCohort]] = defaultdict(list)
    seeds: dict[int, set[tuple[int, int]]] = defaultdict(set)
    needs, seen = rules.instance.needs_by_id, set(taken)
    for cohort in previous.cohorts:
        pairs = set(cohort.members)
        is_whole = not pairs & seen and not any(need_id in changed for need_id, _part in pairs)
        if is_whole and not rules.plan_failures(Solution((cohort,))):
            kept[cohort.area].append(cohort)
            seen |= pairs
        else:
            for need_id, part in pairs - taken:
                if need_id in needs:
                    seeds[needs[need_id].area].add((need_id, part))
    for need_id in changed & needs.keys():
        need = needs[need_id]
        seeds[need.area] |= {(need_id, part) for part, _size in enumerate(rules.instance.sizes_of(need))} - taken
    return kept, seeds


class _Jobs:
    """The areas to plan, the largest first, so that several processes end at about the same time."""

    def __init__(self, rules: Rules, work: Work, end: float | None) -> None:
        self._rules, self._work, self._end = rules, work, end
        self._needs: dict[int, list[Need]] = defaultdict(list)
        for need in rules.instance.needs:
            self._needs[need.area].append(need)
        self.areas = sorted(self._needs, key=lambda area: (-len(self._needs[area]), area))

    def run(self, workers: int) -> list["AreaPlan"]:
        """Plan every area, in so many processes."""
        if workers == 1 or not self.areas:
            return [self.plan(area) for area in self.areas]
        # A process with several threads must not be copied: another thread may hold a lock just then.
        context = multiprocessing.get_context("fork" if threading.active_count() == 1 else "spawn")
        count = min(workers, len(self.areas))
        with ProcessPoolExecutor(count, context, initializer=_begin, initargs=(self,)) as pool:
            return list(pool.map(_plan_area, self.areas))

    def plan(self, area: int) -> "AreaPlan":
        """Plan an area from the beginning."""
        return self._area(area).plan(self._work)

    def mend(
        self, area: int, kept: list[PlannedCohort], seeds: set[tuple[int, int]], proof: Proof | None
    ) -> "AreaPlan":
        """Plan an area around the seeds; one without any comes back as it was."""
        from broker.needs.bundling.area import AreaPlan  # noqa: PLC0415

        locked = {cohort.members for cohort in self._rules.instance.locked if cohort.area == area}
        is_same = proof is not None and proof.locked == {pair for members in locked for pair in members}
        if proof is not None and is_same and not seeds:
            return AreaPlan(area, tuple(kept), proof, True)
        return self._area(area).mend(kept, seeds, proof)

    def _area(self, area: int) -> "Area":
        # Only who solves pays for loading the solver.
        from broker.needs.bundling.area import Area  # noqa: PLC0415

        return Area(self._rules, area, self._needs[area], self._is_out_of_time)

    def _is_out_of_time(self) -> bool:
        return self._end is not None and time.monotonic() >= self._end


# What each of several processes was given when it began.
_shared: dict[str, _Jobs] = {}


def _begin(jobs: _Jobs) -> None:
    _shared["jobs"] = jobs
    threading.Thread(target=_end_with, args=(os.getppid(),), daemon=True).start()


def _end_with(parent: int) -> None:
    """End this process when the one that began it is gone, which nobody tells it when that was killed."""
    while os.getppid() == parent:
        time.sleep(_LOOK_AGAIN)
    os._exit(1)


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
        bound=locked + sum(floor(plan.proof.bound + _ROUNDING) for plan in plans),
        proofs={plan.area: plan.proof for plan in plans},
    )


def _order(cohort: PlannedCohort) -> tuple[int, int, tuple[tuple[int, int], ...]]:
    return cohort.area, cohort.start, cohort.members
