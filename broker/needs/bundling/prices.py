"""Prices of items and companies: what they ask of a group, and the bound on every plan that they prove."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from broker.needs.bundling.items import Numbers
from broker.needs.bundling.problem import Group, Problem

Points = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Prices:
    """What each item asks, and each company that could be split, once for every group that it is in."""

    items: Points
    companies: Points

    @property
    def total(self) -> float:
        """Give the bound when no group is worth more than it is asked for."""
        return float(self.items.sum() + self.companies.sum())

    def mixed(self, other: "Prices", share: float) -> "Prices":
        """Give prices between these and others; `share` is how much of these."""
        return Prices(
            share * self.items + (1 - share) * other.items, share * self.companies + (1 - share) * other.companies
        )

    def fees(self, problem: Problem) -> Points:
        """Give what the company of each item asks of a group, or pays for having one elsewhere."""
        return np.asarray(np.append(self.companies, 0.0)[problem.fee_row] + problem.outside_fee)

    def losses(self, problem: Problem, groups: list[Group]) -> Points:
        """Give how much less each group is worth than it is asked for."""
        fees = self.fees(problem)
        asked = [self._asked(list(group.members), fees, problem.company) for group in groups]
        return np.array(asked) - np.array([group.points for group in groups], float)

    def _asked(self, members: list[int], fees: Points, company: Numbers) -> float:
        once = {int(company[item]): float(fees[item]) for item in members}
        return float(self.items[members].sum()) + sum(once.values())


def simple_prices(problem: Problem) -> Prices:
    """Give prices that no group exceeds: the most an item can be worth, less its share of the cheapest cohort."""
    limits = problem.limits
    bonus = np.where(problem.capacity >= limits.smallest, limits.bonus, 0)
    cost = (problem.cost - bonus)[problem.rows]
    # Each bears a cost as if the group were full, and gets what a bonus leaves over as if it were as small as may be.
    shares = cost * problem.people[problem.item_of] / np.where(cost > 0, limits.largest, limits.smallest)
    items = np.zeros(problem.item_count)
    np.maximum.at(items, problem.item_of, problem.values - shares)
    return Prices(items, np.zeros(problem.fee_count))


def bound_of(problem: Problem, prices: Prices, best: Points) -> float:
    """Give the bound of some prices; where a group is worth more than it is asked for, its people are raised."""
    raised = np.zeros(problem.item_count)
    np.maximum.at(raised, problem.item_of, np.maximum(best, 0.0)[problem.rows])
    return prices.total + float((raised * problem.people).sum()) / problem.limits.smallest
