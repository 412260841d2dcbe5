"""The best group for one slot: an exact knapsack over the people of the needs that fit there."""

from collections.abc import Sequence
from dataclasses import dataclass

_NOTHING = -(10**12)


@dataclass(frozen=True, slots=True)
class GroupLimits:
    """What a group must keep to, and the points that a provider with so much room adds."""

    smallest: int
    largest: int
    companies: int
    capacity: int
    bonus: int


def best_group(
    sizes: Sequence[int], values: Sequence[int], companies: Sequence[int], limits: GroupLimits
) -> tuple[int, list[int]] | None:
    """Give the most valuable set of needs as (points, positions), or None when no set keeps the limits."""
    if sum(sizes) < limits.smallest or len(set(companies)) < limits.companies:
        return None
    found = _whole_lot(sizes, values, limits) or _best_by_size(sizes, values, limits)
    if found is None or len({companies[position] for position in found[1]}) >= limits.companies:
        return found
    return _best_by_companies(sizes, values, companies, limits)


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


def _best_by_companies(
    sizes: Sequence[int], values: Sequence[int], companies: Sequence[int], limits: GroupLimits
) -> tuple[int, list[int]] | None:
    """Do the same with the number of companies as a second dimension; the needs are taken company by company."""
    width, most = limits.largest + 1, limits.companies
    points = [[_NOTHING] * width for _count in range(most + 1)]
    chosen = [[0] * width for _count in range(most + 1)]
    points[0][0] = 0
    for company in sorted(set(companies)):
        with_it = [[_NOTHING] * width for _count in range(most + 1)]
        chosen_with_it = [[0] * width for _count in range(most + 1)]
        for position in (place for place, other in enumerate(companies) if other == company):
            for count in range(most, -1, -1):
                target = min(count + 1, most)
                _extend(with_it[target], chosen_with_it[target], points[count], chosen[count], sizes, values, position)
            for count in range(1, most + 1):
                _extend(with_it[count], chosen_with_it[count], with_it[count], chosen_with_it[count], sizes, values, position)
        for count in range(1, most + 1):
            for size in range(width):
                if with_it[count][size] > points[count][size]:
                    points[count][size], chosen[count][size] = with_it[count][size], chosen_with_it[count][size]
    return _best_end(points[most], chosen[most], limits)


def _extend(
    points: list[int],
    chosen: list[int],
    from_points: list[int],
    from_chosen: list[int],
    sizes: Sequence[int],
    values: Sequence[int],
    position: int,
) -> None:
    bit = 1 << position
    for before in range(len(points) - 1 - sizes[position], -1, -1):
        if from_points[before] > _NOTHING and not from_chosen[before] & bit:
            reached, after = from_points[before] + values[position], before + sizes[position]
            if reached > points[after]:
                points[after], chosen[after] = reached, from_chosen[before] | bit


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
