"""The best group for one slot: an exact knapsack over the people of the needs that fit there."""

from collections.abc import Sequence
from dataclasses import dataclass

_NOTHING = -(10**12)


@dataclass(frozen=True, slots=True)
class GroupLimits:
    """What a group must keep to, the points that a provider with so much room adds, and those that it must exceed."""

    smallest: int
    largest: int
    companies: int
    capacity: int
    bonus: int
    floor: int = _NOTHING


def best_group(
    sizes: Sequence[int], values: Sequence[int], companies: Sequence[int], limits: GroupLimits
) -> tuple[int, list[int]] | None:
    """Give the most valuable set of needs as (points, positions), or None when no set keeps the limits."""
    if sum(sizes) < limits.smallest or len(set(companies)) < limits.companies:
        return None
    if sum(value for value in values if value > 0) + limits.bonus <= limits.floor:
        return None
    found = _whole_lot(sizes, values, limits) or _best_by_size(sizes, values, limits)
    if found is None or found[0] <= limits.floor:
        return None
    if len({companies[position] for position in found[1]}) >= limits.companies:
        return found
    found = _best_by_companies(sizes, values, companies, limits)
    return None if found is None or found[0] <= limits.floor else found


def _whole_lot(sizes: Sequence[int], values: Sequence[int], limits: GroupLimits) -> tuple[int, list[int]] | None:
    total = sum(sizes)
    if total > limits.largest or min(values) < 0 or (limits.bonus and total > limits.capacity):
        return None
    return sum(values) + limits.bonus, list(range(len(sizes)))


def _best_by_size(sizes: Sequence[int], values: Sequence[int], limits: GroupLimits) -> tuple[int, list[int]] | None:
    points = [0] + [_NOTHING] * limits.largest
    chosen = [0] * (limits.largest + 1)
    for position, (size, value) in enumerate(zip(sizes, values, strict=True)):
        bit = 1 << position
        for before in range(limits.largest - size, -1, -1):
            reached = points[before] + value
            if reached > points[before + size] and points[before] > _NOTHING:
                points[before + size], chosen[before + size] = reached, chosen[before] | bit
    return _best_end(points, chosen, limits)


class _Table:
    """The best points, and the positions chosen, for every number of people."""

    def __init__(self, largest: int) -> None:
        self.points = [_NOTHING] * (largest + 1)
        self.chosen = [0] * (largest + 1)

    def extend(self, source: "_Table", size: int, value: int, bit: int) -> None:
        """Take one more need onto every group of another table, where that is better than what stands here."""
        for before in range(len(self.points) - 1 - size, -1, -1):
            if source.points[before] > _NOTHING and not source.chosen[before] & bit:
                reached, after = source.points[before] + value, before + size
                if reached > self.points[after]:
                    self.points[after], self.chosen[after] = reached, source.chosen[before] | bit

    def take_better(self, other: "_Table") -> None:
        """Take over what is better in another table."""
        for size, points in enumerate(other.points):
            if points > self.points[size]:
                self.points[size], self.chosen[size] = points, other.chosen[size]


def _best_by_companies(
    sizes: Sequence[int], values: Sequence[int], companies: Sequence[int], limits: GroupLimits
) -> tuple[int, list[int]] | None:
    """Do the same with the number of companies as a second dimension; the needs are taken company by company."""
    most = limits.companies
    tables = [_Table(limits.largest) for _count in range(most + 1)]
    tables[0].points[0] = 0
    for company in sorted(set(companies)):
        with_it = [_Table(limits.largest) for _count in range(most + 1)]
        for position in (place for place, other in enumerate(companies) if other == company):
            for table in with_it[1:]:
                table.extend(table, sizes[position], values[position], 1 << position)
            for count in range(most, -1, -1):
                with_it[min(count + 1, most)].extend(tables[count], sizes[position], values[position], 1 << position)
        for table, better in zip(tables, with_it, strict=True):
            table.take_better(better)
    return _best_end(tables[most].points, tables[most].chosen, limits)


def _best_end(points: list[int], chosen: list[int], limits: GroupLimits) -> tuple[int, list[int]] | None:
    best, mask = _NOTHING, 0
    for size in range(limits.smallest, limits.largest + 1):
        if points[size] > _NOTHING:
            total = points[size] + (limits.bonus if size <= limits.capacity else 0)
            if total > best:
                best, mask = total, chosen[size]
    if best == _NOTHING:
        return None
    return best, [position for position in range(mask.bit_length()) if mask >> position & 1]
