"""Every group that could be part of a better plan than one that is known: the best plan can then be proved.

A group that loses more against the prices than their bound lies above the known plan cannot be part of a better one.
"""

from dataclasses import dataclass

import numpy as np

from broker.needs.bundling.items import Numbers
from broker.needs.bundling.pool import Pool
from broker.needs.bundling.prices import Points, Prices
from broker.needs.bundling.pricing import NOTHING, SLACK
from broker.needs.bundling.problem import Group, Problem


@dataclass(frozen=True)
class _Begun:
    """Groups that may still grow: the pair of slot and item that came last, and what they add up to."""

    pair: Numbers
    people: Numbers
    companies: Numbers
    worth: Numbers
    reduced: Points
    members: Numbers


def list_groups(problem: Problem, prices: Prices, most_loss: float, most: int) -> list[Group] | None:
    """Give every group that loses at most so much, each once in its best slot; nothing when there are too many."""
    listing = _Listing(problem, prices, most_loss)
    pool, count = Pool(), 0
    begun = listing.first()
    while len(begun.pair):
        count += len(begun.pair)
        if count > most:
            return None
        pool.add(listing.complete(begun))
        begun = listing.grown(begun)
    return pool.groups


class _Listing:
    def __init__(self, problem: Problem, prices: Prices, most_loss: float) -> None:
        self._problem, self._least = problem, -most_loss - SLACK
        view = problem.slot_view
        self._items, self._values = view.items, view.values
        self._slot = np.repeat(np.arange(problem.slot_count), np.diff(view.pointers))
        self._end = view.pointers[1:][self._slot]
        self._reduced = view.values - prices.items[view.items]
        self._fees = prices.fees(problem)[view.items]
        self._people, self._company = problem.people[view.items], problem.company[view.items]
        self._last = self._ends()
        self._most = self._completions()

    def first(self) -> _Begun:
        """Give the groups of one item that may grow to one that is wanted."""
        pairs = np.arange(len(self._items))
        return self._kept(
            _Begun(
                pair=pairs,
                people=self._people,
                companies=np.ones(len(pairs), np.int64),
                worth=self._values,
                reduced=self._reduced - self._fees,
                members=self._items[:, None],
            )
        )

    def grown(self, begun: _Begun) -> _Begun:
        """Give the groups with one more item, each item later in the slot than the last."""
        counts = self._end[begun.pair] - begun.pair - 1
        old = np.repeat(np.arange(len(counts)), counts)
        pair = np.arange(counts.sum()) - np.repeat(np.cumsum(counts) - counts, counts) + begun.pair[old] + 1
        is_new = self._company[pair] != self._company[begun.pair[old]]
        return self._kept(
            _Begun(
                pair=pair,
                people=begun.people[old] + self._people[pair],
                companies=begun.companies[old] + is_new,
                worth=begun.worth[old] + self._values[pair],
                reduced=begun.reduced[old] + self._reduced[pair] - np.where(is_new, self._fees[pair], 0.0),
                members=np.column_stack([begun.members[old], self._items[pair]]),
            )
        )

    def complete(self, begun: _Begun) -> list[Group]:
        """Give the groups that are wanted as they are."""
        slots = self._slot[begun.pair]
        ends = self._last[slots, begun.people]
        is_wanted = (begun.reduced + ends >= self._least) & (begun.companies >= self._problem.limits.companies)
        points = (begun.worth + ends)[is_wanted].astype(np.int64).tolist()
        members = begun.members[is_wanted].tolist()
        return [
            Group(slot, tuple(row), worth)
            for slot, row, worth in zip(slots[is_wanted].tolist(), members, points, strict=True)
        ]

    def _kept(self, begun: _Begun) -> _Begun:
        """Leave out groups that are too large, or that lose too much however they grow."""
        fits = begun.people <= self._problem.limits.largest
        people = np.where(fits, begun.people, 0)
        most = np.where(fits, begun.reduced + self._after(begun.pair, people), NOTHING)
        kept = most >= self._least
        return _Begun(
            begun.pair[kept],
            begun.people[kept],
            begun.companies[kept],
            begun.worth[kept],
            begun.reduced[kept],
            begun.members[kept],
        )

    def _after(self, pair: Numbers, people: Numbers) -> Points:
        is_last = pair + 1 == self._end[pair]
        following = np.where(is_last, 0, pair + 1)
        return np.where(is_last, self._last[self._slot[pair], people], self._most[following, people])

    def _ends(self) -> Points:
        """Give what is added to a group of so many people when it is complete: cost and bonus of its slot."""
        limits, sizes = self._problem.limits, np.arange(self._problem.limits.largest + 1)
        has_provider = sizes <= self._problem.capacity[:, None]
        without = NOTHING if limits.is_provider_required else 0.0
        ends = np.where(has_provider, float(limits.bonus), without) - self._problem.cost[:, None].astype(float)
        ends[:, : limits.smallest] = NOTHING
        return ends

    def _completions(self) -> Points:
        """Give, for each pair and number of people before it, the most that it and the pairs after it can add."""
        sizes = self._problem.limits.largest + 1
        most = np.full((len(self._items), sizes), NOTHING)
        pairs = self._end[np.flatnonzero(np.diff(self._slot, prepend=-1))] - 1
        first = self._problem.slot_view.pointers[self._slot[pairs]]
        following = self._last[self._slot[pairs]]
        while len(pairs):
            after = np.arange(sizes) + self._people[pairs, None]
            taken = np.take_along_axis(following, np.minimum(after, sizes - 1), axis=1) + self._reduced[pairs, None]
            most[pairs] = np.maximum(following, np.where(after < sizes, taken, NOTHING))
            goes_on = pairs > first
            following, pairs, first = most[pairs][goes_on], pairs[goes_on] - 1, first[goes_on]
        return most
