"""Companies that are kept apart: a slot that both fit in becomes two, each without one of them.

So every group of a slot keeps the rule, and whoever prices or lists groups need not know of it.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np

from broker.needs.bundling.checks import InstanceError
from broker.needs.bundling.items import Flags, Numbers
from broker.needs.bundling.problem import Problem, Slots

# Pairs that share no company double the slots each, which ends somewhere.
_MOST_SLOTS = 1_000_000


@dataclass(frozen=True)
class _Pairs:
    """Pairs of item and slot while slots are doubled; `origin` tells what slot each came from."""

    items: Numbers
    rows: Numbers
    values: Numbers
    origin: Numbers


def part(slots: Slots, problem: Problem, apart: Iterable[tuple[int, int]]) -> tuple[Slots, Problem]:
    """Give slots and problem in which no slot has two companies that are kept apart."""
    pairs = _Pairs(problem.item_of, problem.rows, problem.values, np.arange(problem.slot_count))
    for one, other in apart:
        pairs = _parted(pairs, problem.company[pairs.items] == one, problem.company[pairs.items] == other)
    order = np.argsort(pairs.origin, kind="stable")
    number = np.empty(len(order), np.int64)
    number[order] = np.arange(len(order))
    origin, rows = pairs.origin[order], number[pairs.rows]
    by_item = np.lexsort((rows, pairs.items))
    counts = np.bincount(pairs.items, minlength=problem.item_count)
    parted = replace(
        slots,
        template=slots.template[origin],
        place=slots.place[origin],
        start=slots.start[origin],
        cost=slots.cost[origin],
        capacity=slots.capacity[origin],
    )
    return parted, replace(
        problem,
        slots=np.arange(len(origin)),
        cost=problem.cost[origin],
        capacity=problem.capacity[origin],
        kind=problem.kind[origin],
        pointers=np.concatenate([[0], np.cumsum(counts)]),
        rows=rows[by_item],
        values=pairs.values[by_item],
    )


def _parted(pairs: _Pairs, is_one: Flags, is_other: Flags) -> _Pairs:
    """Double the slots that both companies fit in: the first keeps one of them, the second the other."""
    count = len(pairs.origin)
    has_one, has_other = np.zeros(count, bool), np.zeros(count, bool)
    has_one[pairs.rows[is_one]], has_other[pairs.rows[is_other]] = True, True
    doubled = np.flatnonzero(has_one & has_other)
    if count + len(doubled) > _MOST_SLOTS:
        raise InstanceError("apart har för många par för att räkna med. Ta bort de par som aldrig möts.")
    number = np.full(count, -1)
    number[doubled] = np.arange(count, count + len(doubled))
    is_doubled = number[pairs.rows] >= 0
    first, second = ~(is_doubled & is_other), is_doubled & ~is_one
    return _Pairs(
        items=np.concatenate([pairs.items[first], pairs.items[second]]),
        rows=np.concatenate([pairs.rows[first], number[pairs.rows[second]]]),
        values=np.concatenate([pairs.values[first], pairs.values[second]]),
        origin=np.concatenate([pairs.origin, pairs.origin[doubled]]),
    )
