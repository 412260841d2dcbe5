"""A plan from the relaxation: the groups that it chooses most are fixed, the rest is priced anew, and so on."""

from collections.abc import Callable

import numpy as np

from broker.needs.bundling.block import Block
from broker.needs.bundling.effort import Pace
from broker.needs.bundling.generation import Budget, Generated
from broker.needs.bundling.items import Numbers
from broker.needs.bundling.neighbourhood import Neighbourhood
from broker.needs.bundling.pool import Pool
from broker.needs.bundling.problem import Group

# A group that the relaxation chooses so much is fixed at once, and one that it chooses less than this never.
_NEARLY_WHOLE = 0.9
_HARDLY = 0.02


def dive(block: Block, pool: Pool, items: Numbers, pace: Pace, is_out_of_time: Callable[[], bool]) -> None:
    """Fill a block with groups of some items, which are free."""
    budget = Budget(pace.rounds, tail=5e-4, per_round=100)
    left = items[block.problem.is_placeable[items]]
    while len(left) and not is_out_of_time():
        rest = Neighbourhood(block, left, [])
        if not rest.problem.slot_count:
            break
        fixed = _chosen(rest.find(pool, budget, is_out_of_time), rest.problem.item_count, pace.part)
        if not fixed:
            break
        block.add(rest.outward(fixed))
        left = left[block.is_free[left]]


def _chosen(made: Generated, item_count: int, part: float) -> list[Group]:
    """Give the groups to fix: those nearly whole, and more until a part of the items is in one."""
    free, chosen, covered = np.ones(item_count, bool), list[Group](), 0
    for place in np.argsort(-made.shares, kind="stable").tolist():
        group, share = made.groups[place], made.shares[place]
        is_enough = bool(chosen) and covered >= part * item_count and share < _NEARLY_WHOLE
        if share < _HARDLY or is_enough:
            break
        if free[list(group.members)].all():
            free[list(group.members)] = False
            covered += len(group.members)
            chosen.append(group)
    return chosen
