"""Some items of an area with the groups among them, cut out as a problem of their own and packed anew."""

from collections.abc import Callable, Sequence

import numpy as np

from broker.needs.bundling.block import Block
from broker.needs.bundling.generation import Budget, Generated, generate
from broker.needs.bundling.items import Numbers
from broker.needs.bundling.master import pack
from broker.needs.bundling.pool import Pool
from broker.needs.bundling.pricing import SLACK
from broker.needs.bundling.problem import Group

_SMALL_GAP = 1e-4
_BUDGET = Budget(rounds=40, tail=2e-4, per_round=40)


class Neighbourhood:
    """A problem whose items have their numbers in it, the groups of the plan among them, and the way back."""

    def __init__(self, block: Block, items: Numbers, keys: Sequence[int]) -> None:
        self._block, self._keys = block, keys
        self._items = items.tolist()
        self._number = {item: place for place, item in enumerate(self._items)}
        self.problem = block.problem.cut(items, block.outside_of(items, keys))
        self._slot_of = {slot: place for place, slot in enumerate(self.problem.slots.tolist())}
        self.start = self.inward([block.groups[key] for key in keys])

    def inward(self, groups: Sequence[Group]) -> list[Group]:
        """Give groups of the area in the numbers of the neighbourhood."""
        return [self._inward(group) for group in groups]

    def outward(self, groups: Sequence[Group]) -> list[Group]:
        """Give groups of the neighbourhood in the numbers of the area."""
        slots = self.problem.slots
        return [
            Group(int(slots[group.slot]), tuple(self._items[item] for item in group.members), group.points)
            for group in groups
        ]

    def pack_anew(self, pool: Pool, nodes: int) -> bool:
        """Pack the items as well as can be, and change the plan if that is better than it is."""
        problem = self.problem
        before = problem.total(self.start)
        known = self.inward(pool.among(self._items))
        made = generate(problem, [*self.start, *known], _BUDGET)
        if made.bound < before + 1:
            return False
        # A group that loses more than the bound lies above the plan cannot be part of a better one.
        best = Pool()
        best.add(self.start)
        losses = made.prices.losses(problem, made.groups)
        best.add(group for group, loss in zip(made.groups, losses, strict=True) if loss <= made.bound - before + SLACK)
        start = [best.best_of(group) for group in self.start]
        found, _bound = pack(problem, best.groups, start, nodes=nodes, gap=_SMALL_GAP)
        pool.add(self.outward(best.groups))
        if problem.total(found) <= before:
            return False
        self._block.remove(self._keys)
        self._block.add(self.outward(found))
        return True

    def find(self, pool: Pool, budget: Budget, is_out_of_time: Callable[[], bool]) -> Generated:
        """Generate groups for the items, and keep them in the pool."""
        known = self.inward(pool.among(self._items))
        made = generate(self.problem, known, budget, is_out_of_time)
        pool.add(self.outward(made.groups[len(known) :]))
        return made

    def _inward(self, group: Group) -> Group:
        members = tuple(self._number[item] for item in group.members)
        slot = self._slot_of.get(group.slot)
        return Group(self._same_kind(group.slot, members) if slot is None else slot, members, group.points)

    def _same_kind(self, slot: int, members: Sequence[int]) -> int:
        """Give the slot that took the place of one which the cut left out: of its kind, for all these members."""
        problem = self.problem
        slots = np.flatnonzero(problem.kind == self._block.problem.kind[slot])
        for item in members:
            own = problem.rows[problem.pointers[item] : problem.pointers[item + 1]]
            slots = slots[np.isin(slots, own, assume_unique=True)]
        return int(slots[0])
