"""The plan of one area, which no other area touches: bound, dive, sweep and polish."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from broker.needs.bundling.block import Block
from broker.needs.bundling.dive import dive
from broker.needs.bundling.effort import Work
from broker.needs.bundling.generation import Budget, generate
from broker.needs.bundling.greedy import fill
from broker.needs.bundling.instance import Need, PlannedCohort
from broker.needs.bundling.items import Items, Numbers, items_of
from broker.needs.bundling.neighbourhood import Neighbourhood
from broker.needs.bundling.polish import polish
from broker.needs.bundling.pool import Pool
from broker.needs.bundling.prices import Prices, simple_prices
from broker.needs.bundling.problem import Group, Problem, Slots
from broker.needs.bundling.proof import prove
from broker.needs.bundling.rules import Rules
from broker.needs.bundling.slots import build
from broker.needs.bundling.sweep import Sweep

# Within so much of the relaxation the bound is near enough.
_TAIL = 5e-4
_AT_LEAST_PER_ROUND = 100
# A dive over more items than this is made piece by piece.
_MOST_IN_A_DIVE = 900


@dataclass(frozen=True)
class AreaPlan:
    """The cohorts of an area beside the locked ones, the bound on what they could be worth, and if the search ended."""

    area: int
    cohorts: tuple[PlannedCohort, ...]
    bound: float
    is_complete: bool


class Area:
    """The free needs of an area, with every slot where they could meet."""

    def __init__(self, rules: Rules, area: int, needs: Sequence[Need]) -> None:
        self.rules, self.number = rules, area
        locked = [cohort for cohort in rules.instance.locked if cohort.area == area]
        taken = {pair for cohort in rules.instance.locked for pair in cohort.members}
        outside = {company for cohort in locked for company in rules.companies(cohort)}
        self.items: Items = items_of(rules.instance, needs, taken)
        self.slots: Slots
        self.problem: Problem
        self.slots, self.problem = build(rules, area, self.items, frozenset(outside))

    def plan(self, work: Work, is_out_of_time: Callable[[], bool]) -> AreaPlan:
        """Make the plan with so much work; cut off in time, it is a whole plan still, only not as good."""
        if not self.problem.slot_count:
            return AreaPlan(self.number, (), 0.0, True)
        pool = Pool()
        prices, bound = self._bound(pool, work, is_out_of_time)
        block = self._begun(pool, work, is_out_of_time)
        sweep = Sweep(block, pool, prices, bound)
        for one in work.passes:
            sweep.run(one, self.problem.is_placeable, is_out_of_time)
        polish(block)
        if not is_out_of_time():
            bound = prove(block, prices, bound, work.most_listed)
        return AreaPlan(self.number, self.cohorts(block), bound, not is_out_of_time())

    def cohorts(self, block: Block) -> tuple[PlannedCohort, ...]:
        """Give the groups of a plan as cohorts, each starting as early as its members can."""
        return tuple(self._cohort(group) for group in block.groups.values())

    def _bound(self, pool: Pool, work: Work, is_out_of_time: Callable[[], bool]) -> tuple[Prices, float]:
        problem = self.problem
        if problem.item_count > work.most_items:
            prices = simple_prices(problem)
            return prices, prices.total
        budget = Budget(work.rounds, _TAIL, max(_AT_LEAST_PER_ROUND, problem.item_count))
        made = generate(problem, [], budget, is_out_of_time)
        pool.add(made.groups)
        return made.prices, made.bound

    def _begun(self, pool: Pool, work: Work, is_out_of_time: Callable[[], bool]) -> Block:
        """Give the best of the first plans."""
        problem = self.problem
        first = Block(problem)
        first.add(fill(problem, problem.is_placeable))
        blocks = [first]
        for pace in work.paces:
            block = Block(problem)
            for items in self._pieces(np.arange(problem.item_count)):
                dive(block, pool, items, pace, is_out_of_time)
            self._fill_up(block)
            blocks.append(block)
        return max(blocks, key=lambda block: block.value)

    def _fill_up(self, block: Block) -> None:
        free = np.flatnonzero(block.is_free & block.problem.is_placeable)
        if len(free):
            rest = Neighbourhood(block, free, [])
            block.add(rest.outward(fill(rest.problem, rest.problem.is_placeable)))

    def _pieces(self, items: Numbers) -> list[Numbers]:
        """Cut items into pieces small enough for a dive, each time where they lie furthest apart."""
        if len(items) <= _MOST_IN_A_DIVE:
            return [items]
        places = [self.rules.instance.places[place] for place in self.items.place[items].tolist()]
        kilometres = np.array([(place.latitude * 111, place.longitude * 55) for place in places])
        along = kilometres[:, np.argmax(np.ptp(kilometres, axis=0))]
        order = np.argsort(along, kind="stable")
        half = len(items) // 2
        return [*self._pieces(np.sort(items[order[:half]])), *self._pieces(np.sort(items[order[half:]]))]

    def _cohort(self, group: Group) -> PlannedCohort:
        template = self.slots.templates[int(self.slots.template[group.slot])]
        members = list(group.members)
        return PlannedCohort(
            area=self.number,
            level=template.level,
            language=template.language,
            mode=template.mode,
            hours=template.hours,
            place=self.slots.place_of(group.slot),
            start=int(self.items.earliest[members].max()),
            members=tuple(sorted(self.items.keys[item] for item in members)),
        )
