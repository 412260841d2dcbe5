"""The last touch on a plan: every group where it is worth most, and whoever can still join one at a gain."""

import numpy as np

from broker.needs.bundling.block import Block
from broker.needs.bundling.items import Numbers
from broker.needs.bundling.problem import Group, Problem


def polish(block: Block) -> None:
    """Move groups to their best slot and let free items join, until neither gains."""
    todo = sorted(block.groups)
    while todo:
        changed = [key for key in todo if _improved(block, key)]
        # What one group took is gone for the others, and only a changed group can find more.
        todo = sorted(block.groups)[-len(changed) :] if changed else []


def _improved(block: Block, key: int) -> bool:
    problem, group = block.problem, block.groups[key]
    slots, points = common_slots(problem, group.members)
    people = int(problem.people[list(group.members)].sum())
    best = _best_as_is(block, slots, points, people)
    joined = _best_with_one_more(block, group, slots, points)
    if joined is not None and joined[0] > max(best[0], group.points):
        _gain, slot, item = joined
        members = tuple(sorted((*group.members, item)))
        changed = Group(slot, members, problem.points_of(slot, members))
    elif best[0] > group.points:
        changed = Group(best[1], group.members, best[0])
    else:
        return False
    block.remove([key])
    block.add([changed])
    return True


def common_slots(problem: Problem, members: tuple[int, ...]) -> tuple[Numbers, Numbers]:
    """Give the slots where all members can meet, and what they are worth there before any bonus."""
    spans = [(int(problem.pointers[item]), int(problem.pointers[item + 1])) for item in members]
    rows = np.concatenate([problem.rows[first:last] for first, last in spans])
    values = np.concatenate([problem.values[first:last] for first, last in spans])
    slots, inverse, counts = np.unique(rows, return_inverse=True, return_counts=True)
    points = np.bincount(inverse, weights=values).astype(np.int64) - problem.cost[slots]
    is_common = counts == len(members)
    return slots[is_common], points[is_common]


def _best_as_is(block: Block, slots: Numbers, points: Numbers, people: int) -> tuple[int, int]:
    total = points + _bonus(block, slots, people)
    place = int(total.argmax())
    return int(total[place]), int(slots[place])


def _best_with_one_more(block: Block, group: Group, slots: Numbers, points: Numbers) -> tuple[int, int, int] | None:
    """Give the points with the free item that adds most, less what its company's split costs, with slot and item."""
    problem = block.problem
    free = problem.limits.largest - int(problem.people[list(group.members)].sum())
    if free < int(problem.people.min(initial=free + 1)):
        return None
    pairs, counts = problem.pairs_of(slots)
    items, values = problem.slot_view.items[pairs], problem.slot_view.values[pairs]
    which = np.repeat(np.arange(len(slots)), counts)
    fits = block.is_free[items] & (problem.people[items] <= free)
    items, values, which = items[fits], values[fits], which[fits]
    if not len(items):
        return None
    people = problem.limits.largest - free + problem.people[items]
    own = {int(problem.company[item]) for item in group.members}
    fees = {
        item: problem.limits.split
        for item in set(items.tolist())
        if int(problem.company[item]) not in own and block.has_course(item)
    }
    total = points[which] + values + _bonus(block, slots[which], people)
    total = total - np.array([fees.get(item, 0) for item in items.tolist()])
    place = int(total.argmax())
    return int(total[place]), int(slots[which[place]]), int(items[place])


def _bonus(block: Block, slots: Numbers, people: Numbers | int) -> Numbers:
    limits = block.problem.limits
    has_provider = people <= block.problem.capacity[slots]
    lost = -(10**9) if limits.is_provider_required else 0
    return np.where(has_provider, limits.bonus, lost)
