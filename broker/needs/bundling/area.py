"""The plan of one area, which no other area touches: bound, dive, sweep and polish."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace

import numpy as np

from broker.needs.bundling.block import Block
from broker.needs.bundling.dive import dive
from broker.needs.bundling.effort import Pass, Work
from broker.needs.bundling.generation import Budget, generate
from broker.needs.bundling.greedy import fill
from broker.needs.bundling.instance import Need, PlannedCohort, Proof
from broker.needs.bundling.items import Items, Numbers, items_of
from broker.needs.bundling.neighbourhood import Neighbourhood
from broker.needs.bundling.parting import part
from broker.needs.bundling.polish import common_slots, polish
from broker.needs.bundling.pool import Pool
from broker.needs.bundling.prices import Prices, simple_prices
from broker.needs.bundling.problem import Group, Problem, Slots
from broker.needs.bundling.proof import priced_bound, prices_from, proof_of, prove
from broker.needs.bundling.rules import Rules
from broker.needs.bundling.slots import build
from broker.needs.bundling.sweep import Sweep, is_near

# Within so much of the relaxation the bound is near enough; in a small area, where it costs little, nearer.
_TAIL, _SMALL_TAIL, _PIECE_TAIL, _SMALL = 5e-4, 1e-4, 1e-3, 200
# More items than this are priced piece by piece first.
_MOST_PRICED = 900
# An area with more items than this gets one dive, and each item one neighbourhood in vain.
_LARGE = 900
_AT_LEAST_PER_ROUND = 100
# What is done around each need that changed.
_MENDING = Pass(40, 2, 5)


@dataclass(frozen=True)
class AreaPlan:
    """The cohorts of an area beside the locked ones, what proves how good they are, and if the search ended."""

    area: int
    cohorts: tuple[PlannedCohort, ...]
    proof: Proof
    is_complete: bool


class Area:
    """The free needs of an area, with every slot where they could meet."""

    def __init__(self, rules: Rules, area: int, needs: Sequence[Need], is_out_of_time: Callable[[], bool]) -> None:
        self.rules, self.number, self._is_out_of_time = rules, area, is_out_of_time
        locked = [cohort for cohort in rules.instance.locked if cohort.area == area]
        taken = {pair for cohort in rules.instance.locked for pair in cohort.members}
        outside = {company for cohort in locked for company in rules.companies(cohort)}
        self._locked = frozenset(pair for cohort in locked for pair in cohort.members)
        self.items: Items = items_of(rules.instance, needs, taken)
        self.slots: Slots
        self.problem: Problem
        slots, problem = build(rules, area, self.items, frozenset(outside))
        self.slots, self.problem = (
            part(slots, problem, rules.instance.apart) if rules.instance.apart else (slots, problem)
        )

    def plan(self, work: Work) -> AreaPlan:
        """Make the plan with so much work; cut off in time, it is a whole plan still, only not as good."""
        if not self.problem.slot_count:
            return self._planned(Block(self.problem), simple_prices(self.problem), 0.0)
        pool = Pool()
        is_large = self.problem.item_count > _LARGE
        prices, bound = self._bound(pool, work)
        block = self._begun(pool, bound, work)
        sweep = Sweep(block, pool, prices, bound)
        for one in work.passes:
            fitting = replace(one, cover=1) if is_large else one
            sweep.run(fitting, self.problem.is_placeable, self._is_out_of_time)
        polish(block)
        if not self._is_out_of_time():
            bound = prove(block, prices, bound, work.most_listed)
        return self._planned(block, prices, bound)

    def mend(self, kept: Sequence[PlannedCohort], seeds: Collection[tuple[int, int]], proof: Proof | None) -> AreaPlan:
        """Plan anew only around the seeds, beginning with the cohorts that are kept, which hold none of them."""
        block = Block(self.problem)
        prices = prices_from(proof, self.items, self.problem, seeds)
        if not self.problem.slot_count:
            return self._planned(block, prices, 0.0)
        block.add(self._group(cohort) for cohort in kept)
        self._fill_up(block)
        is_seed = np.array([key in seeds for key in self.items.keys], bool)
        Sweep(block, Pool(), prices, float("inf")).run(_MENDING, is_seed, self._is_out_of_time)
        polish(block)
        mended = self._planned(block, prices, priced_bound(self.problem, prices))
        as_they_were = {cohort.members: cohort for cohort in kept}
        cohorts = [_as_it_was(cohort, as_they_were.get(cohort.members)) for cohort in mended.cohorts]
        return replace(mended, cohorts=tuple(cohorts))

    def _planned(self, block: Block, prices: Prices, bound: float) -> AreaPlan:
        proof = proof_of(self.items, self.problem, prices, bound, self._locked)
        cohorts = tuple(self._cohort(group) for group in block.groups.values())
        return AreaPlan(self.number, cohorts, proof, not self._is_out_of_time())

    def _bound(self, pool: Pool, work: Work) -> tuple[Prices, float]:
        """Give prices and the bound that they prove; in a large area the groups of its pieces are a beginning."""
        problem = self.problem
        if not work.rounds:
            simple = simple_prices(problem)
            return simple, simple.total
        pieces = self._pieces(np.arange(problem.item_count), _MOST_PRICED)
        tail = _SMALL_TAIL if problem.item_count <= _SMALL else _TAIL
        budget = Budget(work.rounds, tail, max(_AT_LEAST_PER_ROUND, problem.item_count))
        if len(pieces) > 1:
            nothing = Block(problem)
            for items in pieces:
                piece_budget = Budget(work.rounds, _PIECE_TAIL, len(items))
                Neighbourhood(nothing, items, []).find(pool, piece_budget, self._is_out_of_time)
            budget = replace(budget, rounds=work.rounds_over_pieces)
        made = generate(problem, pool.groups, budget, self._is_out_of_time)
        pool.add(made.groups)
        return made.prices, made.bound

    def _begun(self, pool: Pool, bound: float, work: Work) -> Block:
        """Give the best of the first plans; a dive that comes near the bound is the last."""
        problem = self.problem
        best = Block(problem)
        best.add(fill(problem, problem.is_placeable))
        for pace in work.paces[:1] if problem.item_count > _LARGE else work.paces:
            if is_near(best.value, bound):
                break
            block = Block(problem)
            for items in self._pieces(np.arange(problem.item_count), work.most_in_a_dive):
                dive(block, pool, items, pace, self._is_out_of_time)
            self._fill_up(block)
            best = max(best, block, key=lambda block: block.value)
        return best

    def _fill_up(self, block: Block) -> None:
        free = np.flatnonzero(block.is_free & block.problem.is_placeable)
        if len(free):
            rest = Neighbourhood(block, free, [])
            block.add(rest.outward(fill(rest.problem, rest.problem.is_placeable)))

    def _pieces(self, items: Numbers, most: int) -> list[Numbers]:
        """Cut items into pieces small enough to be worked on as a whole, each time where they lie furthest apart."""
        if len(items) <= most:
            return [items]
        places = [self.rules.instance.places[place] for place in self.items.place[items].tolist()]
        kilometres = np.array([(place.latitude * 111, place.longitude * 55) for place in places])
        along = kilometres[:, np.argmax(np.ptp(kilometres, axis=0))]
        order = np.argsort(along, kind="stable")
        half = len(items) // 2
        halves = np.sort(items[order[:half]]), np.sort(items[order[half:]])
        return [piece for items_of_half in halves for piece in self._pieces(items_of_half, most)]

    def _cohort(self, group: Group) -> PlannedCohort:
        """Give a group as a cohort that starts as early as its members can."""
        template = self.slots.templates[int(self.slots.template[group.slot])]
        members = list(group.members)
        cohort = PlannedCohort(
            area=self.number,
            level=template.level,
            language=template.language,
            mode=template.mode,
            hours=template.hours,
            place=self.slots.place_of(group.slot),
            start=int(self.items.earliest[members].max()),
            members=tuple(sorted(self.items.keys[item] for item in members)),
        )
        if self.items.level[members].any():
            return cohort
        # Nobody asks for a level, so none is named, unless the provider is one for this level alone.
        of_any_level = replace(cohort, level=0)
        is_as_good = bool(self.rules.providers_for(of_any_level)) == bool(self.rules.providers_for(cohort))
        return of_any_level if is_as_good else cohort

    def _group(self, cohort: PlannedCohort) -> Group:
        """Give a cohort that keeps the rules as a group of its area."""
        position = self.items.position
        members = tuple(sorted(position[pair] for pair in cohort.members))
        slots = [slot for slot in common_slots(self.problem, members)[0].tolist() if self._is_of(slot, cohort)]
        groups = [Group(slot, members, self.problem.points_of(slot, members)) for slot in slots]
        return max(groups, key=lambda group: group.points)

    def _is_of(self, slot: int, cohort: PlannedCohort) -> bool:
        template = self.slots.templates[int(self.slots.template[slot])]
        is_same = (template.language, template.mode, template.hours) == (cohort.language, cohort.mode, cohort.hours)
        return is_same and cohort.level in (0, template.level) and self.slots.place_of(slot) == cohort.place


def _as_it_was(cohort: PlannedCohort, before: PlannedCohort | None) -> PlannedCohort:
    """Give the cohort from before, unless something else than its start or its name of the level is new."""
    if before is None or replace(before, start=cohort.start, level=cohort.level) != cohort:
        return cohort
    return before
