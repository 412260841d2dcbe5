"""The sweep over an area: neighbourhoods are packed anew, those with most to gain first, until none gains."""

from collections.abc import Callable

import numpy as np

from broker.needs.bundling.block import Block
from broker.needs.bundling.effort import Pass
from broker.needs.bundling.items import Flags, Numbers
from broker.needs.bundling.neighbourhood import Neighbourhood
from broker.needs.bundling.pool import Pool
from broker.needs.bundling.prices import Points, Prices

# An item that has been in vain in as many neighbourhoods as it may is so much less near than an untried one.
_TRIED_MATTERS = 0.15
# Nearer the bound than this a plan is as good as the best.
_NEAR_ENOUGH = 3e-4


def is_near(value: int, bound: float) -> bool:
    """Tell whether a plan is so near its bound that looking further is not worth the time."""
    return value >= bound * (1 - _NEAR_ENOUGH)


class Sweep:
    """Packs neighbourhoods of a block anew, guided by the prices of its area."""

    def __init__(self, block: Block, pool: Pool, prices: Prices, bound: float) -> None:
        self._block, self._pool, self._prices, self._bound = block, pool, prices, bound
        self._degree = np.maximum(np.diff(block.problem.pointers), 1)

    def run(self, one: Pass, seeds: Flags, is_out_of_time: Callable[[], bool]) -> None:
        """Begin a neighbourhood with each seed, until the plan is near the bound or every seed was in vain often."""
        problem = self._block.problem
        open_to_try = seeds & problem.is_placeable
        tries = np.where(open_to_try, 0, one.cover)
        value = self._block.value
        while (tries < one.cover).any():
            for seed in self._order(tries < one.cover):
                if is_out_of_time() or is_near(value, self._bound):
                    return
                if tries[seed] >= one.cover:
                    continue
                core = self._with_their_groups(np.array([seed]))
                items = self._grown(core, np.minimum(tries / one.cover, 1.0), one.size)
                if Neighbourhood(self._block, items, self._block.keys_of(items)).pack_anew(self._pool, one.nodes):
                    value = self._block.value
                    tries[items] = np.where(open_to_try[items], 0, one.cover)
                    tries[core] += 1
                else:
                    tries[items] += 1

    def _order(self, is_open: Flags) -> list[int]:
        """Give the open items, those first that lose most against the prices."""
        losses = self._losses()
        items = np.flatnonzero(is_open)
        return [int(item) for item in items[np.argsort(-losses[items], kind="stable")]]

    def _losses(self) -> Points:
        losses = self._prices.items.copy()
        groups = list(self._block.groups.values())
        for group, loss in zip(groups, self._prices.losses(self._block.problem, groups), strict=True):
            losses[list(group.members)] = loss
        return losses

    def _with_their_groups(self, items: Numbers) -> Numbers:
        groups = self._block.groups
        members = [item for key in self._block.keys_of(items) for item in groups[key].members]
        return np.union1d(items, np.array(members, np.int64))

    def _grown(self, core: Numbers, tried: Points, size: int) -> Numbers:
        """Add the nearest items with their groups, ring by ring, since in a thin area one ring is not enough."""
        items = core
        while len(items) < size:
            nearness = self._nearness(items, tried)
            nearness[items] = 0.0
            near = np.flatnonzero(nearness > 0.0)
            inside = set(items.tolist())
            for item in near[np.argsort(-nearness[near], kind="stable")].tolist():
                if len(inside) >= size:
                    break
                key = int(self._block.group_of[item])
                inside.update([item] if key < 0 else self._block.groups[key].members)
            if len(inside) == len(items):
                break
            items = np.array(sorted(inside))
        return items

    def _nearness(self, ring: Numbers, tried: Points) -> Points:
        """Give how large a part of its slots each item shares with a ring, less for those tried before."""
        problem = self._block.problem
        spans = [problem.rows[problem.pointers[item] : problem.pointers[item + 1]] for item in ring.tolist()]
        slots, weights = np.unique(np.concatenate(spans), return_counts=True)
        pairs, counts = problem.pairs_of(slots)
        shared = np.bincount(
            problem.slot_view.items[pairs], weights=np.repeat(weights, counts), minlength=problem.item_count
        )
        nearness = shared / self._degree
        return np.asarray(np.where(shared > 0, nearness - tried * nearness.max(initial=0.0) * _TRIED_MATTERS, 0.0))
