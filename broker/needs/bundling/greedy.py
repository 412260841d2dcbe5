"""A first plan of a problem: the most valuable groups first, as long as one pays."""

import numpy as np

from broker.needs.bundling.items import Flags
from broker.needs.bundling.prices import Prices
from broker.needs.bundling.pricing import SLACK, price
from broker.needs.bundling.problem import Group, Problem

# All groups almost as good as the best are taken in one turn, so that the others are priced anew less often.
_ALMOST = 0.9


def fill(problem: Problem, left: Flags) -> list[Group]:
    """Give groups of the items that are left, none of which costs more than it gives."""
    return _Filling(problem, left & problem.is_placeable).run()


class _Filling:
    def __init__(self, problem: Problem, left: Flags) -> None:
        self._problem, self._left = problem, left
        # A company that has a group pays for the next.
        self._prices = Prices(np.zeros(problem.item_count), np.zeros(problem.fee_count))
        self._best: dict[int, Group] = {}
        self._taken: list[Group] = []

    def run(self) -> list[Group]:
        stale = np.ones(self._problem.slot_count, bool)
        while stale.any():
            self._price(stale)
            stale[:] = False
            stale[self._take()] = True
        return [Group(one.slot, one.members, self._problem.points_of(one.slot, one.members)) for one in self._taken]

    def _price(self, slots: Flags) -> None:
        for slot in np.flatnonzero(slots).tolist():
            self._best.pop(slot, None)
        priced = price(self._problem, self._prices, left=self._left, slots=slots)
        if not len(priced.slots):
            return
        chosen = priced.points.argmax(axis=0) * len(priced.slots) + np.arange(len(priced.slots))
        chosen = chosen[priced.points.ravel()[chosen] > SLACK]
        for (slot, members), points in zip(priced.groups(chosen), priced.points.ravel()[chosen].tolist(), strict=True):
            self._best[slot] = Group(slot, members, round(points))

    def _take(self) -> list[int]:
        """Take the best groups that are free; give the slots whose group is not what it was."""
        order = sorted(self._best.values(), key=lambda group: (-group.points, group.slot))
        charged: set[int] = set()
        for group in order:
            if group.points < order[0].points * _ALMOST:
                break
            if self._is_as_it_was(group, charged):
                self._taken.append(group)
                self._left[list(group.members)] = False
                rows = self._rows(group)
                charged |= {row for row in rows if not self._prices.companies[row]}
                self._prices.companies[list(rows)] = self._problem.limits.split
        return [group.slot for group in order if not self._is_as_it_was(group, charged)]

    def _is_as_it_was(self, group: Group, charged: set[int]) -> bool:
        return bool(self._left[list(group.members)].all()) and not charged & self._rows(group)

    def _rows(self, group: Group) -> set[int]:
        return {int(self._problem.fee_row[item]) for item in group.members} - {-1}
