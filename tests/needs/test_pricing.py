"""The best groups at given prices are exact, and so is the list of groups that lose little."""

from itertools import combinations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from broker.needs.bundling.listing import list_groups
from broker.needs.bundling.prices import Prices, bound_of
from broker.needs.bundling.pricing import NOTHING, price
from broker.needs.bundling.problem import Group, Limits, Problem

REGULAR = settings(max_examples=60, deadline=None, derandomize=True)


@st.composite
def problems(draw):
    """Give a problem of a few items and slots, with prices."""
    count, slots = draw(st.integers(1, 7)), draw(st.integers(1, 3))
    company = np.array(sorted(draw(st.lists(st.integers(0, 4), min_size=count, max_size=count))))
    fits = [[slot for slot in range(slots) if draw(st.integers(0, 3))] for _item in range(count)]
    rows = np.array([slot for own in fits for slot in own], np.int64)
    smallest = draw(st.integers(1, 4))
    problem = Problem(
        limits=Limits(
            smallest=smallest,
            largest=smallest + draw(st.integers(0, 5)),
            companies=draw(st.integers(1, 3)),
            bonus=40,
            split=40,
            is_provider_required=draw(st.booleans()),
        ),
        items=np.arange(count),
        slots=np.arange(slots),
        people=np.array([draw(st.integers(1, smallest)) for _item in range(count)]),
        company=company,
        is_outside=np.isin(company, draw(st.lists(st.integers(0, 4), max_size=1))),
        cost=np.array([draw(st.integers(50, 150)) for _slot in range(slots)]),
        capacity=np.array([draw(st.integers(0, 9)) for _slot in range(slots)]),
        kind=np.arange(slots),
        pointers=np.cumsum([0, *map(len, fits)]),
        rows=rows,
        values=np.array([draw(st.integers(0, 300)) for _pair in rows], np.int64),
    )
    prices = [float(draw(st.integers(0, 150))) for _item in range(count)]
    return problem, Prices(np.array(prices), np.full(problem.fee_count, float(draw(st.integers(0, 40)))))


def every_group(problem, prices):
    """Give every group that keeps the limits, with what it is worth beyond its prices: slot, members, points, rest."""
    limits, fees = problem.limits, prices.fees(problem)
    for slot in range(problem.slot_count):
        here = [
            item
            for item in range(problem.item_count)
            if slot in problem.rows[slice(*problem.pointers[item : item + 2])]
        ]
        for size in range(1, len(here) + 1):
            for members in combinations(here, size):
                people = problem.people[list(members)].sum()
                companies = {int(problem.company[item]): fees[item] for item in members}
                has_provider = people <= problem.capacity[slot]
                if limits.is_provider_required and not has_provider:
                    continue
                if limits.smallest <= people <= limits.largest and len(companies) >= limits.companies:
                    points = problem.points_of(slot, members)
                    yield slot, members, points, points - prices.items[list(members)].sum() - sum(companies.values())


@REGULAR
@given(problems())
def test_the_best_group_of_every_slot_is_the_one_that_trying_all_finds(case):
    problem, prices = case
    expected = np.full(problem.slot_count, NOTHING)
    for slot, _members, _points, rest in every_group(problem, prices):
        expected[slot] = max(expected[slot], rest)

    priced = price(problem, prices)

    worth = expected > 1e-6
    assert np.allclose(priced.best(problem.slot_count)[worth], expected[worth])
    assert (priced.best(problem.slot_count)[~worth] <= 1e-6).all()


@REGULAR
@given(problems())
def test_the_members_of_a_group_are_worth_what_it_says(case):
    problem, prices = case
    groups = {(slot, members): rest for slot, members, _points, rest in every_group(problem, prices)}
    priced = price(problem, prices)

    found = priced.groups(priced.entries(100, problem.kind))

    worth = priced.points.ravel()[priced.entries(100, problem.kind)]
    assert np.allclose([groups[group] for group in found], worth)


@REGULAR
@given(problems(), st.integers(0, 200))
def test_every_group_that_loses_little_is_listed_and_no_other(case, most_loss):
    problem, prices = case
    expected = {}
    for _slot, members, points, rest in every_group(problem, prices):
        if rest >= -most_loss:
            expected[members] = max(points, expected.get(members, points))

    listed = list_groups(problem, prices, most_loss, 10_000)

    assert {group.members: group.points for group in listed} == expected


@REGULAR
@given(problems())
def test_no_choice_of_groups_is_worth_more_than_the_bound_of_any_prices(case):
    problem, prices = case
    bound = bound_of(problem, prices, price(problem, prices).best(problem.slot_count))
    groups = [Group(slot, members, points) for slot, members, points, _rest in every_group(problem, prices)]

    assert all(problem.total([group]) <= bound + 1e-6 for group in groups)
    for first, second in combinations(groups[:30], 2):
        assert set(first.members) & set(second.members) or problem.total([first, second]) <= bound + 1e-6
