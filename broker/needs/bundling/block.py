"""The search within one area, which no other area touches: fill slots greedily, then exchange what pays."""

import heapq
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from broker.needs.bundling.instance import PlannedCohort
from broker.needs.bundling.packing import GroupLimits, best_group
from broker.needs.bundling.rules import Rules
from broker.needs.bundling.slots import Slot, items_of, slots_of

# How long the search goes on; counts instead of a clock, so that the plan does not depend on the machine.
_PASSES = 3
_WAYS_TO_PRICE = 2
_TRIES_PER_GROUP = 2
_TRIES_AT_LEAST = 10


@dataclass(frozen=True, slots=True)
class Group:
    """A cohort in the making: a slot, its members, and its points without the cost of split companies."""

    slot: int
    members: tuple[int, ...]
    points: int


class Block:
    """The needs of one area and the groups that they are put into."""

    def __init__(self, rules: Rules, area: int) -> None:
        self._rules, self._area = rules, area
        self._items = items_of(rules, area)
        self._slots = slots_of(rules, area, self._items)
        self._slots_of_item: dict[int, list[int]] = defaultdict(list)
        for number, slot in enumerate(self._slots):
            for index in slot.items:
                self._slots_of_item[index].append(number)
        self._mask_of_company: dict[int, int] = defaultdict(int)
        for index, item in enumerate(self._items):
            self._mask_of_company[item.need.company] |= 1 << index
        self._groups: dict[int, Group] = {}
        self._group_of: dict[int, int] = {}
        self._next_key = 0
        self._courses: Counter[int] = Counter()
        for cohort in rules.instance.locked:
            if cohort.area == area:
                self._courses.update(rules.companies(cohort))
        self._prices: dict[tuple[int, int, int], Group | None] = {}
        self._tried: set[tuple[int, tuple[int, ...], tuple[int, ...]]] = set()

    def fill(self) -> None:
        """Put free needs into groups, the group with most points first, as long as one pays."""
        everything = (1 << len(self._items)) - 1
        for group in self._filled(everything, range(len(self._slots)), self._courses):
            self._add(group)

    def improve(self, is_out_of_time: Callable[[], bool]) -> bool:
        """Exchange groups as long as it pays; tell whether the search came to its end."""
        idle = 0
        for number in range(_PASSES):
            changed = self._exchange(is_out_of_time, is_cost_shared=number % 2 == 0)
            if is_out_of_time():
                return False
            idle = 0 if changed else idle + 1
            if idle == _WAYS_TO_PRICE:
                break
        return True

    def cohorts(self) -> list[PlannedCohort]:
        """Give the groups as planned cohorts, each starting as early as its members can."""
        return [self._planned(group) for group in self._groups.values()]

    def _planned(self, group: Group) -> PlannedCohort:
        slot, members = self._slots[group.slot], [self._items[index] for index in group.members]
        return PlannedCohort(
            area=self._area,
            level=slot.template.level,
            language=slot.template.language,
            mode=slot.template.mode,
            hours=slot.template.hours,
            place=slot.place,
            start=max(item.need.earliest for item in members),
            members=tuple(sorted(item.key for item in members)),
        )

    def _exchange(self, is_out_of_time: Callable[[], bool], *, is_cost_shared: bool) -> bool:
        """Price every slot against what its needs earn where they are, and try the slots that promise a gain.

        When needs bear their share of their group's cost, whole groups are drawn over; when not, single needs are.
        """
        duals = {index: self._dual(index, is_cost_shared) for index in self._group_of}
        promising = []
        for number, slot in enumerate(self._slots):
            found = self._price_against(slot, duals)
            if found is not None:
                promising.append((-found[0], number))
        return self._try_all([number for _gain, number in sorted(promising)], is_out_of_time, is_cost_shared)

    def _try_all(self, numbers: Iterable[int], is_out_of_time: Callable[[], bool], is_cost_shared: bool) -> bool:
        changed, tries = False, _TRIES_AT_LEAST + _TRIES_PER_GROUP * len(self._groups)
        for number in numbers:
            if is_out_of_time() or not tries:
                break
            found = self._price_against(self._slots[number], self._duals_of(self._slots[number], is_cost_shared))
            if found is None:
                continue
            attempt = number, found[1], self._keys_of(found[1])
            if attempt in self._tried:
                continue
            self._tried.add(attempt)
            is_better = self._try(number, found[1])
            changed, tries = changed or is_better, tries if is_better else tries - 1
        return changed

    def _keys_of(self, members: tuple[int, ...]) -> tuple[int, ...]:
        return tuple(sorted({self._group_of[index] for index in members if index in self._group_of}))

    def _try(self, number: int, members: tuple[int, ...]) -> bool:
        keys = self._keys_of(members)
        wanted = self._priced(number, members)
        freed = [index for key in keys for index in self._groups[key].members if index not in members]
        return self._replace(keys, wanted, self._refill(freed, keys, wanted))

    def _replace(self, keys: Sequence[int], wanted: Group, rest: list[Group]) -> bool:
        added = [wanted, *rest]
        gain = sum(group.points for group in added) - sum(self._groups[key].points for key in keys)
        before = self._courses
        after = self._courses_without(keys, added)
        weight = self._rules.instance.weights.split_points
        gain -= weight * (_splits(after) - _splits(before))
        if gain <= 0:
            return False
        for key in keys:
            self._remove(key)
        for group in added:
            self._add(group)
        return True

    def _refill(self, freed: list[int], keys: Sequence[int], wanted: Group) -> list[Group]:
        taken = set(wanted.members)
        free = [index for index in range(len(self._items)) if index not in self._group_of and index not in taken]
        available = sum(1 << index for index in (*free, *freed))
        numbers = sorted({number for index in freed for number in self._slots_of_item[index]})
        return self._filled(available, numbers, self._courses_without(keys, [wanted]))

    def _filled(self, available: int, numbers: Iterable[int], courses: Counter[int]) -> list[Group]:
        """Give groups of available items, the one with most points first; the others are priced anew when touched."""
        found: list[Group] = []
        heap: list[tuple[int, int, int, int, Group]] = []
        fewest = self._rules.instance.weights.min_companies
        learning = sum(self._mask_of_company.get(company, 0) for company, count in courses.items() if count > 0)

        def push(number: int) -> None:
            mask = self._slots[number].mask & available
            group = self._price(number, mask, mask & learning) if mask.bit_count() >= fewest else None
            if group is not None:
                heapq.heappush(heap, (-group.points, number, mask, mask & learning, group))

        for number in numbers:
            push(number)
        while heap:
            _points, number, mask, again, group = heapq.heappop(heap)
            now = self._slots[number].mask & available
            if now != mask or now & learning != again:
                push(number)
                continue
            found.append(group)
            available &= ~sum(1 << index for index in group.members)
            for company in self._companies(group):
                learning |= self._mask_of_company[company]
        return found

    def _price(self, number: int, mask: int, again: int) -> Group | None:
        key = number, mask, again
        if key not in self._prices:
            self._prices[key] = self._price_anew(self._slots[number], number, mask, again)
        return self._prices[key]

    def _price_anew(self, slot: Slot, number: int, mask: int, again: int) -> Group | None:
        split = self._rules.instance.weights.split_points
        pairs = [
            (index, value - (split if again >> index & 1 else 0))
            for index, value in zip(slot.items, slot.values, strict=True)
            if mask >> index & 1
        ]
        found = self._best(slot, pairs)
        return None if found is None else self._priced(number, found[1])

    def _price_against(self, slot: Slot, duals: dict[int, int]) -> tuple[int, tuple[int, ...]] | None:
        return self._best(
            slot, [(index, value - duals.get(index, 0)) for index, value in zip(slot.items, slot.values, strict=True)]
        )

    def _best(self, slot: Slot, pairs: list[tuple[int, int]]) -> tuple[int, tuple[int, ...]] | None:
        if not pairs:
            return None
        items = [self._items[index] for index, _value in pairs]
        found = best_group(
            [item.people for item in items],
            [value for _index, value in pairs],
            [item.need.company for item in items],
            self._limits(slot),
        )
        if found is None:
            return None
        return found[0] - slot.cost, tuple(pairs[position][0] for position in found[1])

    def _limits(self, slot: Slot) -> GroupLimits:
        area, weights = self._rules.instance.areas[self._area], self._rules.instance.weights
        largest = min(area.largest, slot.capacity) if weights.require_provider else area.largest
        bonus = weights.provider_points
        return GroupLimits(area.smallest, largest, weights.min_companies, slot.capacity, bonus, floor=slot.cost)

    def _priced(self, number: int, members: tuple[int, ...]) -> Group:
        slot = self._slots[number]
        value_of = dict(zip(slot.items, slot.values, strict=True))
        points = sum(value_of[index] for index in members) - slot.cost
        if sum(self._items[index].people for index in members) <= slot.capacity:
            points += self._rules.instance.weights.provider_points
        return Group(number, members, points)

    def _duals_of(self, slot: Slot, is_cost_shared: bool) -> dict[int, int]:
        return {index: self._dual(index, is_cost_shared) for index in slot.items if index in self._group_of}

    def _dual(self, index: int, is_cost_shared: bool) -> int:
        """Give what a placed item earns: its share, by people, of the points of its group, with or without the cost."""
        group = self._groups[self._group_of[index]]
        people = sum(self._items[member].people for member in group.members)
        points = group.points if is_cost_shared else group.points + self._slots[group.slot].cost
        return points * self._items[index].people // people

    def _courses_without(self, keys: Sequence[int], added: list[Group]) -> Counter[int]:
        courses = Counter(self._courses)
        for key in keys:
            courses.subtract(self._companies(self._groups[key]))
        for group in added:
            courses.update(self._companies(group))
        return courses

    def _companies(self, group: Group) -> set[int]:
        return {self._items[index].need.company for index in group.members}

    def _add(self, group: Group) -> None:
        self._groups[self._next_key] = group
        self._group_of.update(dict.fromkeys(group.members, self._next_key))
        self._courses.update(self._companies(group))
        self._next_key += 1

    def _remove(self, key: int) -> None:
        group = self._groups.pop(key)
        for index in group.members:
            del self._group_of[index]
        self._courses.subtract(self._companies(group))


def _splits(courses: Counter[int]) -> int:
    return sum(count - 1 for count in courses.values() if count > 1)
