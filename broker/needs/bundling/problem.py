"""A packing problem: items, the slots where they can meet, and what each is worth there.

A whole area is one problem, and so is a neighbourhood cut out of it.
"""

from collections.abc import Collection
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from broker.needs.bundling.items import Flags, Numbers
from broker.needs.bundling.travel import NOWHERE

# Beyond so many pairs of slot and item comparing the slots costs more than it saves.
_MOST_COMPARED = 20_000_000


@dataclass(frozen=True)
class Limits:
    """What every group keeps to, and the points that do not depend on who is in it."""

    smallest: int
    largest: int
    companies: int
    bonus: int
    split: int
    is_provider_required: bool


@dataclass(frozen=True)
class Template:
    """One way of teaching an area."""

    level: int
    language: int
    mode: int
    hours: int
    weeks: int


@dataclass(frozen=True)
class Slots:
    """A template at a place from a week: its cost, and the largest group that a vetted provider can take."""

    templates: tuple[Template, ...]
    template: Numbers
    place: Numbers
    start: Numbers
    cost: Numbers
    capacity: Numbers

    def place_of(self, slot: int) -> int | None:
        """Give the place of a slot; none at a distance."""
        place = int(self.place[slot])
        return None if place == NOWHERE else place


@dataclass(frozen=True)
class Group:
    """Items that meet in a slot, and their points without what split companies cost."""

    slot: int
    members: tuple[int, ...]
    points: int


@dataclass(frozen=True)
class SlotView:
    """The items of each slot, and their values there: those of slot s at `pointers[s]:pointers[s + 1]`."""

    pointers: Numbers
    items: Numbers
    values: Numbers


@dataclass(frozen=True)
class Problem:
    """Which item fits which slot, item by item: `rows[pointers[i]:pointers[i + 1]]` are the slots of item i.

    Both items and slots have their numbers in the area, `items` and `slots`.
    """

    limits: Limits
    items: Numbers
    slots: Numbers
    people: Numbers
    company: Numbers
    is_outside: Flags
    cost: Numbers
    capacity: Numbers
    kind: Numbers
    pointers: Numbers
    rows: Numbers
    values: Numbers

    @property
    def item_count(self) -> int:
        """Give the number of items."""
        return len(self.people)

    @property
    def slot_count(self) -> int:
        """Give the number of slots."""
        return len(self.cost)

    @cached_property
    def item_of(self) -> Numbers:
        """Give the item of each pair of item and slot."""
        return np.repeat(np.arange(self.item_count), np.diff(self.pointers))

    @cached_property
    def companies(self) -> list[tuple[int, int]]:
        """Give where the items of each company begin and end."""
        # No company has a negative number.
        starts = np.flatnonzero(np.diff(self.company, prepend=-1)).tolist()
        return list(zip(starts, [*starts, self.item_count][1:], strict=True))

    @cached_property
    def outside_fee(self) -> Numbers:
        """Give what the company of an item pays for a group since it already has one elsewhere."""
        return np.where(self.is_outside, self.limits.split, 0)

    @cached_property
    def fee_row(self) -> Numbers:
        """Give, for each item, the row of its company among those that could be split here, or -1."""
        found = np.full(self.item_count, -1)
        count = 0
        for start, end in self.companies:
            if end - start > 1 and not self.is_outside[start] and self.limits.split:
                found[start:end] = count
                count += 1
        return found

    @property
    def fee_count(self) -> int:
        """Give how many companies could be split here."""
        return int(self.fee_row.max(initial=-1)) + 1

    @cached_property
    def is_placeable(self) -> Flags:
        """Tell which items fit in a slot at all."""
        return np.diff(self.pointers) > 0

    @cached_property
    def slot_view(self) -> "SlotView":
        """Give the pairs slot by slot."""
        order = np.argsort(self.rows, kind="stable")
        counts = np.bincount(self.rows, minlength=self.slot_count)
        return SlotView(np.concatenate([[0], np.cumsum(counts)]), self.item_of[order], self.values[order])

    def pairs_of(self, slots: Numbers) -> tuple[Numbers, Numbers]:
        """Give where the pairs of some slots stand in the view by slot, and how many pairs each slot has."""
        first, counts = self.slot_view.pointers[slots], np.diff(self.slot_view.pointers)[slots]
        before = np.cumsum(counts) - counts
        return np.arange(counts.sum()) + np.repeat(first - before, counts), counts

    def points_of(self, slot: int, members: Collection[int]) -> int:
        """Give what a group is worth in a slot, without what split companies cost."""
        points, people = -int(self.cost[slot]), 0
        for item in members:
            first, last = int(self.pointers[item]), int(self.pointers[item + 1])
            place = first + int(np.searchsorted(self.rows[first:last], slot))
            points += int(self.values[place])
            people += int(self.people[item])
        return points + (self.limits.bonus if people <= self.capacity[slot] else 0)

    def outside_cost(self, members: Collection[int]) -> int:
        """Give what a group costs those of its companies that have a group elsewhere."""
        return self.limits.split * len({int(self.company[item]) for item in members if self.is_outside[item]})

    def splits(self, groups: Collection[Group]) -> int:
        """Give how often a company is split: each group beyond its first, or beyond those it has elsewhere."""
        seen: dict[int, int] = {}
        for group in groups:
            for company in {int(self.company[item]) for item in group.members}:
                seen[company] = seen.get(company, 0) + 1
        outside = set(self.company[self.is_outside].tolist())
        return sum(count - (company not in outside) for company, count in seen.items())

    def total(self, groups: Collection[Group]) -> int:
        """Give what groups are worth together."""
        return sum(group.points for group in groups) - self.limits.split * self.splits(groups)

    def cut(self, chosen: Numbers, is_outside: Flags) -> "Problem":
        """Give the problem of some items alone, which are in rising order, without slots that are of no more use."""
        spans = [(int(self.pointers[item]), int(self.pointers[item + 1])) for item in chosen]
        taken = np.concatenate([np.arange(first, last) for first, last in spans])
        slots, rows = np.unique(self.rows[taken], return_inverse=True)
        local = np.repeat(np.arange(len(chosen)), [last - first for first, last in spans])
        kept = self._useful(slots, local, rows, chosen)
        number = np.full(len(slots), -1)
        number[kept] = np.arange(len(kept))
        is_kept = number[rows] >= 0
        counts = np.bincount(local[is_kept], minlength=len(chosen))
        return Problem(
            limits=self.limits,
            items=self.items[chosen],
            slots=self.slots[slots[kept]],
            people=self.people[chosen],
            company=self.company[chosen],
            is_outside=is_outside,
            cost=self.cost[slots[kept]],
            capacity=self.capacity[slots[kept]],
            kind=self.kind[slots[kept]],
            pointers=np.concatenate([[0], np.cumsum(counts)]),
            rows=number[rows[is_kept]],
            values=self.values[taken][is_kept],
        )

    def _useful(self, slots: Numbers, items: Numbers, rows: Numbers, chosen: Numbers) -> Numbers:
        """Give the places of the slots where enough people could meet, one for each set of items at a place."""
        enough = np.bincount(rows, weights=self.people[chosen][items], minlength=len(slots)) >= self.limits.smallest
        if self.limits.companies > 1:
            # The items are in the order of their companies, so the first and the last of a slot tell if there are two.
            company = self.company[chosen][items]
            first, last = np.zeros(len(slots), np.int64), np.zeros(len(slots), np.int64)
            first[rows[::-1]], last[rows] = company[::-1], company
            enough &= first < last
        places = np.flatnonzero(enough)
        if len(places) * len(chosen) > _MOST_COMPARED:
            return places
        number = np.full(len(slots), -1)
        number[places] = np.arange(len(places))
        sets, is_in = np.zeros((len(chosen), len(places)), bool), number[rows] >= 0
        sets[items[is_in], number[rows[is_in]]] = True
        # The slots of an area are in the order of kind and start, so those of one kind lie side by side.
        kind, capacity = self.kind[slots[places]], self.capacity[slots[places]]
        same = kind[1:] == kind[:-1]
        in_next = same & ~(sets[:, :-1] & ~sets[:, 1:]).any(axis=0) & (capacity[:-1] <= capacity[1:])
        in_last = same & ~(sets[:, 1:] & ~sets[:, :-1]).any(axis=0) & (capacity[1:] <= capacity[:-1])
        useless = np.zeros(len(places), bool)
        useless[:-1] |= in_next & ~in_last
        useless[1:] |= in_last
        return places[~useless]
