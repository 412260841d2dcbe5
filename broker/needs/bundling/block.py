"""The plan of one area while it is made: its groups, and where each item and company is."""

from collections import Counter
from collections.abc import Iterable, Sequence

import numpy as np

from broker.needs.bundling.items import Flags, Numbers
from broker.needs.bundling.problem import Group, Problem


class Block:
    """The groups of an area."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        self.groups: dict[int, Group] = {}
        self.group_of = np.full(problem.item_count, -1)
        # A company that has a locked cohort counts as having one group already.
        self._courses = Counter(set(problem.company[problem.is_outside].tolist()))
        self._next = 0

    @property
    def value(self) -> int:
        """Give what the groups are worth together."""
        return self.problem.total(list(self.groups.values()))

    @property
    def is_free(self) -> Flags:
        """Tell which items are in no group."""
        return self.group_of < 0

    def add(self, groups: Iterable[Group]) -> None:
        """Add groups of items that are free."""
        for group in groups:
            self.groups[self._next] = group
            self.group_of[list(group.members)] = self._next
            self._courses.update(self._companies(group))
            self._next += 1

    def remove(self, keys: Iterable[int]) -> None:
        """Free the items of some groups."""
        for key in keys:
            group = self.groups.pop(key)
            self.group_of[list(group.members)] = -1
            self._courses.subtract(self._companies(group))

    def keys_of(self, items: Numbers) -> list[int]:
        """Give the groups that some items are in."""
        keys = np.unique(self.group_of[items])
        return [int(key) for key in keys if key >= 0]

    def outside_of(self, items: Numbers, keys: Sequence[int]) -> Flags:
        """Tell whose company has a group that is not among some."""
        inside = Counter(company for key in keys for company in self._companies(self.groups[key]))
        return np.array(
            [self._courses[company] > inside[company] for company in self.problem.company[items].tolist()], bool
        )

    def has_course(self, item: int) -> bool:
        """Tell whether the company of an item has a group."""
        return self._courses[int(self.problem.company[item])] > 0

    def _companies(self, group: Group) -> set[int]:
        return {int(self.problem.company[item]) for item in group.members}
