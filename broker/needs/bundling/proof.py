"""The best plan of an area, proved: of all groups that could be part of a better plan the best choice is made."""

from broker.needs.bundling.block import Block
from broker.needs.bundling.listing import list_groups
from broker.needs.bundling.master import pack
from broker.needs.bundling.pool import Pool
from broker.needs.bundling.prices import Prices

_NODES = 200
# Most of what is begun while groups are listed never becomes one.
_BEGUN_PER_GROUP = 50


def prove(block: Block, prices: Prices, bound: float, most: int) -> float:
    """Give a better bound, and make the plan better where that is possible; with more groups than `most` do nothing."""
    if bound < block.value + 1:
        return bound
    listed = list_groups(block.problem, prices, bound - block.value, most * _BEGUN_PER_GROUP)
    if listed is None or len(listed) > most:
        return bound
    current = list(block.groups.values())
    pool = Pool()
    pool.add(current)
    pool.add(listed)
    start = [pool.best_of(group) for group in current]
    found, proved = pack(block.problem, pool.groups, start, nodes=_NODES, gap=0.0)
    if block.problem.total(found) > block.value:
        block.remove(list(block.groups))
        block.add(found)
    return min(bound, max(proved, float(block.value)))
