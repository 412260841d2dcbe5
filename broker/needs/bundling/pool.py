"""The groups that are known in an area, kept so that what was found in one neighbourhood helps in the next."""

from collections.abc import Iterable

from broker.needs.bundling.problem import Group


class Pool:
    """Each set of members once, in the best slot met so far, in the order in which they were found."""

    def __init__(self) -> None:
        self.groups: list[Group] = []
        self._place: dict[tuple[int, ...], int] = {}
        self._of_first: dict[int, list[int]] = {}

    def add(self, groups: Iterable[Group]) -> list[Group]:
        """Add groups; give those that were not known, or only in a worse slot."""
        added = []
        for group in groups:
            place = self._place.get(group.members)
            if place is None:
                self._place[group.members] = len(self.groups)
                self._of_first.setdefault(group.members[0], []).append(len(self.groups))
                self.groups.append(group)
                added.append(group)
            elif group.points > self.groups[place].points:
                self.groups[place] = group
                added.append(group)
        return added

    def best_of(self, group: Group) -> Group:
        """Give the same members in the best slot met."""
        return self.groups[self._place[group.members]]

    def among(self, items: Iterable[int]) -> list[Group]:
        """Give the groups of which every member is among some items."""
        wanted = set(items)
        places = sorted(place for item in wanted for place in self._of_first.get(item, ()))
        return [self.groups[place] for place in places if wanted.issuperset(self.groups[place].members)]
