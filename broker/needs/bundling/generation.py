"""Column generation: groups and prices in turns, until no group is worth more than it is asked for.

The prices of any round prove a bound on every plan of the problem.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from broker.needs.bundling.master import Master
from broker.needs.bundling.pool import Pool
from broker.needs.bundling.prices import Points, Prices, bound_of, simple_prices
from broker.needs.bundling.pricing import found_at, price
from broker.needs.bundling.problem import Group, Problem

# Prices between the best of earlier rounds and the last need a third fewer rounds than the last alone.
_SHARE_OF_BEST = 0.6
# Groups to begin with come from prices somewhat below those that prove the simple bound.
_FIRST_SHARE = 0.8
_HALF_A_POINT = 0.5
# The relaxation is solved a little more exactly than the bound has to be near it.
_EXACTNESS = 0.5


@dataclass(frozen=True)
class Budget:
    """For how many rounds, until the bound is how near the relaxation, and how many groups each round may add."""

    rounds: int
    tail: float
    per_round: int


@dataclass(frozen=True)
class Generated:
    """The groups met with the share that the relaxation chose of each, the prices of the best bound, and the bound."""

    groups: list[Group]
    shares: Points
    prices: Prices
    bound: float
    rounds: int


def generate(
    problem: Problem, known: Sequence[Group], budget: Budget, is_out_of_time: Callable[[], bool] = lambda: False
) -> Generated:
    """Find groups and prices, beginning with the groups that are known."""
    return _Generation(problem, known, budget).run(is_out_of_time)


class _Generation:
    def __init__(self, problem: Problem, known: Sequence[Group], budget: Budget) -> None:
        self._problem, self._budget = problem, budget
        self._pool, self._master, self._groups = Pool(), Master(problem, budget.tail * _EXACTNESS), list[Group]()
        self._best = simple_prices(problem)
        self._bound = self._best.total
        if not self._add(known):
            below = Prices(self._best.items * _FIRST_SHARE, self._best.companies)
            self._add(found_at(problem, price(problem, below), budget.per_round))

    def run(self, is_out_of_time: Callable[[], bool]) -> Generated:
        rounds = 0
        while True:
            value, last = self._master.solve()
            is_near = self._bound - value < self._budget.tail * value + _HALF_A_POINT
            if is_near or rounds >= self._budget.rounds or is_out_of_time() or not self._find(last):
                break
            rounds += 1
        return Generated(self._groups, self._master.shares(), self._best, self._bound, rounds)

    def _find(self, last: Prices) -> bool:
        """Price between the best prices and the last; where that finds nothing new, at the last alone."""
        return any(self._find_at(self._best.mixed(last, share)) for share in (_SHARE_OF_BEST, 0.0))

    def _find_at(self, prices: Prices) -> bool:
        priced = price(self._problem, prices)
        bound = bound_of(self._problem, prices, priced.best(self._problem.slot_count))
        if bound < self._bound:
            self._bound, self._best = bound, prices
        return self._add(found_at(self._problem, priced, self._budget.per_round))

    def _add(self, groups: Sequence[Group]) -> bool:
        added = self._pool.add(groups)
        self._master.add(added)
        self._groups += added
        return bool(added)
