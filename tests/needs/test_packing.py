"""The best group of a slot is exact."""

from itertools import combinations

from hypothesis import given, settings
from hypothesis import strategies as st

from broker.needs.bundling.packing import GroupLimits, best_group

ITEMS = st.lists(st.tuples(st.integers(1, 6), st.integers(-50, 300), st.integers(0, 3)), min_size=1, max_size=8)


def best_by_trying_all(items, limits):
    found = []
    for count in range(1, len(items) + 1):
        for chosen in combinations(items, count):
            size = sum(item[0] for item in chosen)
            if limits.smallest <= size <= limits.largest and len({item[2] for item in chosen}) >= limits.companies:
                found.append(sum(item[1] for item in chosen) + (limits.bonus if size <= limits.capacity else 0))
    return max(found, default=None)


def test_a_group_that_is_not_worth_its_cost_is_none():
    limits = GroupLimits(2, 4, 2, 0, 0, floor=100)

    assert best_group([1, 1], [50, 50], [1, 2], limits) is None
    assert best_group([1, 1], [50, 51], [1, 2], limits) == (101, [0, 1])


@settings(max_examples=200, deadline=None, derandomize=True)
@given(ITEMS, st.integers(1, 6), st.integers(0, 6), st.integers(1, 3), st.integers(0, 12))
def test_the_best_group_is_the_one_that_trying_all_finds(items, smallest, more, companies, capacity):
    limits = GroupLimits(smallest, smallest + more, companies, capacity, 40)

    found = best_group(*zip(*items, strict=True), limits)

    assert (found and found[0]) == best_by_trying_all(items, limits)
    if found is not None:
        chosen = [items[position] for position in found[1]]
        assert (
            best_by_trying_all(chosen, GroupLimits(sum(i[0] for i in chosen), 99, companies, capacity, 40)) == found[0]
        )
