"""The best groups of every slot at given prices: an exact knapsack over people and companies, all slots at once.

A table holds, for each number of people and each slot, the most points of a group of so many people. There is one table
for groups of one company, one for groups of two, and so on; the last is for groups of enough companies. The items
are taken company by company. Each entry remembers the item that was added last and the entry that it was added to.
"""

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from broker.needs.bundling.items import Flags, Numbers
from broker.needs.bundling.prices import Points, Prices
from broker.needs.bundling.problem import Group, Problem

# Numbers of entries in the log; -1 where a group begins.
Entries = npt.NDArray[np.int32]

NOTHING = -1e12
# What a sum of prices may be off by.
SLACK = 1e-6
# So many groups of one template at one place are taken in a round.
_EACH_KIND = 10


@dataclass
class _Log:
    """Which item each entry of the tables took last, and the entry that was there before."""

    items: list[int] = field(default_factory=list)
    offsets: list[int] = field(default_factory=list)
    parents: list[Entries] = field(default_factory=list)
    size: int = 0

    def add(self, item: int, parents: Entries) -> Entries:
        """Note an item for a whole piece of a table; give the numbers of its entries."""
        numbers = np.arange(self.size, self.size + parents.size, dtype=np.int32).reshape(parents.shape)
        self.items.append(item)
        self.offsets.append(self.size)
        self.parents.append(parents.ravel())
        self.size += parents.size
        return numbers

    def members(self, entries: Entries) -> list[tuple[int, ...]]:
        """Give the items that led to each entry."""
        offsets, items = np.array(self.offsets), np.array(self.items)
        parents = np.concatenate(self.parents) if self.parents else np.zeros(0, np.int32)
        steps = []
        while (entries >= 0).any():
            is_on = entries >= 0
            known = np.where(is_on, entries, 0)
            steps.append(np.where(is_on, items[np.searchsorted(offsets, known, side="right") - 1], -1))
            entries = np.where(is_on, parents[known], -1)
        if not steps:
            return [() for _entry in entries]
        return [tuple(sorted(item for item in row if item >= 0)) for row in np.stack(steps, axis=1).tolist()]


@dataclass(frozen=True)
class Priced:
    """The points of the best group for every number of people and slot, beyond what its members' prices ask."""

    slots: Numbers
    points: Points
    _entries: Entries
    _log: _Log

    def best(self, slot_count: int) -> Points:
        """Give the points of the best group of every slot; nothing where none was worth looking at."""
        best = np.full(slot_count, NOTHING)
        if len(self.slots):
            best[self.slots] = self.points.max(axis=0)
        return best

    def entries(self, most: int, kinds: Numbers) -> Numbers:
        """Give the entries worth most, at most a few of each kind of slot so that they differ."""
        points = self.points.ravel()
        worth = np.flatnonzero(points > SLACK)
        worth = worth[np.argsort(-points[worth], kind="stable")]
        return worth[_varied(kinds[self.slots[worth % max(1, len(self.slots))]], most)]

    def groups(self, chosen: Numbers) -> list[tuple[int, tuple[int, ...]]]:
        """Give slot and members of entries that are chosen by their place in `points`, laid flat."""
        rows, columns = np.unravel_index(chosen, self.points.shape)
        members = self._log.members(self._entries[rows, columns])
        return list(zip(self.slots[columns].tolist(), members, strict=True))


def price(problem: Problem, prices: Prices, *, left: Flags | None = None, slots: Flags | None = None) -> Priced:
    """Give the best groups of the slots in which one could be worth more than its members ask.

    Only items that are left, and only the slots named, are looked at.
    """
    work = _Work(problem, prices, left, slots)
    for start, end in problem.companies:
        work.add_company(start, end)
    return work.result()


class _Work:
    """The tables while they grow, over the slots that are worth looking at."""

    def __init__(self, problem: Problem, prices: Prices, left: Flags | None, slots: Flags | None) -> None:
        self._problem = problem
        reduced = problem.values - prices.items[problem.item_of]
        keep = np.ones(len(reduced), bool) if left is None else left[problem.item_of]
        alive = _promising(problem, np.where(keep, reduced, 0.0))
        if slots is not None:
            alive &= slots
        self._slots = np.flatnonzero(alive)
        keep &= alive[problem.rows]
        number = np.cumsum(alive) - 1
        self._rows, self._values = number[problem.rows[keep]], reduced[keep]
        self._pointers = np.concatenate([[0], np.cumsum(keep)])[problem.pointers].tolist()
        self._fees = prices.fees(problem)
        self._depth = problem.limits.companies
        shape = (self._depth + 1, problem.limits.largest + 1, len(self._slots))
        self._tables, self._entries = np.full(shape, NOTHING), np.full(shape, -1, np.int32)
        self._tables[0, 0] = 0.0
        self._log = _Log()

    def add_company(self, start: int, end: int) -> None:
        """Offer the items of one company to every group."""
        pointers = self._pointers
        items = [item for item in range(start, end) if pointers[item + 1] > pointers[item]]
        if len(items) == 1:
            self._add_single(items[0])
        elif items:
            self._add_several(items)

    def result(self) -> Priced:
        """Give the points after the cost of the slot, with the bonus where a provider has room."""
        problem, limits = self._problem, self._problem.limits
        points = self._tables[-1, limits.smallest :] - problem.cost[self._slots].astype(float)
        sizes = np.arange(limits.smallest, limits.largest + 1)[:, None]
        has_provider = sizes <= problem.capacity[self._slots]
        points = np.where(has_provider, points + limits.bonus, NOTHING if limits.is_provider_required else points)
        return Priced(self._slots, points, self._entries[-1, limits.smallest :], self._log)

    def _where(self, item: int) -> tuple[Numbers | slice, Points]:
        first, last = self._pointers[item], self._pointers[item + 1]
        rows, values = self._rows[first:last], self._values[first:last]
        if 2 * len(rows) < len(self._slots):
            return rows, values
        spread = np.full(len(self._slots), NOTHING)
        spread[rows] = values
        return slice(None), spread

    def _add_single(self, item: int) -> None:
        rows, values = self._where(item)
        values = values - self._fees[item]
        people, depth = int(self._problem.people[item]), self._depth
        for count in range(depth, 0, -1):
            if count == 1 and depth > 1:
                self._add_first(item, rows, values, people)
                continue
            table, entries = self._source(count, rows)
            found = table[:-people] + values
            mine = self._tables[count][people:, rows]
            is_better = found > mine
            numbers = self._log.add(item, entries[:-people])
            if isinstance(rows, slice):
                np.copyto(mine, found, where=is_better)
                np.copyto(self._entries[count][people:], numbers, where=is_better)
            else:
                self._tables[count][people:, rows] = np.where(is_better, found, mine)
                self._entries[count][people:, rows] = np.where(is_better, numbers, self._entries[count][people:, rows])

    def _add_first(self, item: int, rows: Numbers | slice, values: Points, people: int) -> None:
        mine, entries = self._tables[1][people, rows], self._entries[1][people, rows]
        is_better = values > mine
        numbers = self._log.add(item, np.full(len(values), -1, np.int32))
        self._tables[1][people, rows] = np.where(is_better, values, mine)
        self._entries[1][people, rows] = np.where(is_better, numbers, entries)

    def _source(self, count: int, rows: Numbers | slice) -> tuple[Points, Entries]:
        """Give the groups that a company may join to make a group of so many companies."""
        fewer, fewer_entries = self._tables[count - 1][:, rows], self._entries[count - 1][:, rows]
        if count < self._depth:
            # The log keeps what it is given, and the table goes on changing.
            return fewer, fewer_entries.copy()
        enough, enough_entries = self._tables[count][:, rows], self._entries[count][:, rows]
        return np.maximum(fewer, enough), np.where(fewer > enough, fewer_entries, enough_entries)

    def _add_several(self, items: list[int]) -> None:
        rows = self._union(items)
        for count in range(self._depth, 0, -1):
            table, entries = self._with_company(items, rows, count)
            mine, mine_entries = self._tables[count][:, rows], self._entries[count][:, rows]
            is_better = table > mine
            self._tables[count][:, rows] = np.where(is_better, table, mine)
            self._entries[count][:, rows] = np.where(is_better, entries, mine_entries)

    def _union(self, items: list[int]) -> Numbers:
        touched = np.zeros(len(self._slots), bool)
        for item in items:
            touched[self._rows[self._pointers[item] : self._pointers[item + 1]]] = True
        return np.flatnonzero(touched)

    def _with_company(self, items: list[int], rows: Numbers, count: int) -> tuple[Points, Entries]:
        source, source_entries = self._source(count, rows)
        source = source - self._fees[items[0]]
        table, entries = np.full(source.shape, NOTHING), np.full(source.shape, -1, np.int32)
        spread = np.full(len(self._slots), NOTHING)
        for item in items:
            first, last = self._pointers[item], self._pointers[item + 1]
            spread[rows] = NOTHING
            spread[self._rows[first:last]] = self._values[first:last]
            people = int(self._problem.people[item])
            base, base_entries = np.maximum(source, table), np.where(source > table, source_entries, entries)
            found = base[:-people] + spread[rows]
            is_better = found > table[people:]
            numbers = self._log.add(item, base_entries[:-people])
            np.copyto(table[people:], found, where=is_better)
            np.copyto(entries[people:], numbers, where=is_better)
        return table, entries


def found_at(problem: Problem, priced: Priced, most: int) -> list[Group]:
    """Give the groups worth most beyond what they are asked for."""
    found = priced.groups(priced.entries(most, problem.kind))
    return [Group(slot, members, problem.points_of(slot, members)) for slot, members in found]


def _varied(kinds: Numbers, most: int) -> Numbers:
    """Give the places of the first few of each kind."""
    order = np.argsort(kinds, kind="stable")
    first = np.flatnonzero(np.diff(kinds[order], prepend=-1))
    rank = np.arange(len(order)) - np.repeat(first, np.diff(np.append(first, len(order))))
    return np.sort(order[rank < _EACH_KIND])[:most]


def _promising(problem: Problem, reduced: Points) -> Flags:
    """Tell in which slots a group could be worth something: even the best people, at their best, pay the cost."""
    gain = np.maximum(reduced, 0.0)
    total = np.bincount(problem.rows, weights=gain, minlength=problem.slot_count)
    density = np.zeros(problem.slot_count)
    np.maximum.at(density, problem.rows, gain / problem.people[problem.item_of])
    most = np.minimum(total, density * problem.limits.largest)
    bonus = np.where(problem.capacity >= problem.limits.smallest, problem.limits.bonus, 0)
    return np.asarray(most - problem.cost + bonus > SLACK)
