"""What proves that a plan is good: a bound by prices, and for small areas the best plan itself."""

from collections.abc import Collection

import numpy as np

from broker.needs.bundling.block import Block
from broker.needs.bundling.instance import Proof
from broker.needs.bundling.items import Items
from broker.needs.bundling.listing import list_groups
from broker.needs.bundling.master import pack
from broker.needs.bundling.pool import Pool
from broker.needs.bundling.prices import Prices, bound_of, simple_prices
from broker.needs.bundling.pricing import price
from broker.needs.bundling.problem import Problem

_NODES = 200
# Most of what is begun while groups are listed never becomes one.
_BEGUN_PER_GROUP = 50


def prove(block: Block, prices: Prices, bound: float, most: int) -> float:
    """Give a better bound, and make the plan better where that is possible; with more groups than `most` do nothing.

    Of all groups that could be part of a better plan the best choice is made, so what remains is the best plan.
    """
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


def proof_of(items: Items, problem: Problem, prices: Prices, bound: float, locked: frozenset[tuple[int, int]]) -> Proof:
    """Give the proof in the numbers of the instance, so that it outlives its area."""
    rows = [(company, row) for company, row in zip(items.company.tolist(), problem.fee_row.tolist(), strict=True)]
    return Proof(
        bound=bound,
        items=dict(zip(items.keys, prices.items.tolist(), strict=True)),
        companies={company: float(prices.companies[row]) for company, row in rows if row >= 0},
        locked=locked,
    )


def prices_from(proof: Proof | None, items: Items, problem: Problem, changed: Collection[tuple[int, int]]) -> Prices:
    """Give the prices of an earlier proof, and simple ones for what is new or changed."""
    simple = simple_prices(problem)
    if proof is None:
        return simple
    known = [
        simple.items[place] if key in changed else proof.items.get(key, simple.items[place])
        for place, key in enumerate(items.keys)
    ]
    companies = np.zeros(problem.fee_count)
    for company, row in zip(items.company.tolist(), problem.fee_row.tolist(), strict=True):
        if row >= 0:
            companies[row] = min(proof.companies.get(company, 0.0), problem.limits.split)
    return Prices(np.array(known, float), companies)


def priced_bound(problem: Problem, prices: Prices) -> float:
    """Give the bound that prices prove."""
    return bound_of(problem, prices, price(problem, prices).best(problem.slot_count))
