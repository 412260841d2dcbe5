"""Groups packed into projects: no limit broken, as many people as an exhaustive search finds, every no explained."""

from datetime import date, timedelta
from itertools import product
from types import SimpleNamespace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from broker.esf.packing.choosing import Candidate, Limits, pack
from broker.esf.packing.proposals import propose
from broker.esf.packing.queries import Priced
from broker.esf.packing.rules import PackingRules

FIRST = date(2027, 1, 1)
LIMITS = Limits(
    least_kr=100,
    most_kr=300,
    least_companies=3,
    most_topics=2,
    most_projects=2,
    first_start=FIRST,
    last_start=date(2027, 12, 31),
    last_end=date(2028, 12, 31),
    most_months=24,
)


def group(key, *, topic="T001", companies=(1, 2, 3), women=3, men=3, cost=100, start=10, days=30):
    starts_on = FIRST + timedelta(days=start)
    ends_on = starts_on + timedelta(days=days)
    return Candidate(key, topic, frozenset(companies), women, men, 0, cost, starts_on, ends_on)


def is_allowed(groups, limits):
    companies = frozenset().union(*(row.companies for row in groups))
    return (
        limits.least_kr <= sum(row.cost_kr for row in groups) <= limits.most_kr
        and len(companies) >= limits.least_companies
        and len({row.topic_id for row in groups}) <= limits.most_topics
        and min(row.starts_on for row in groups) >= limits.first_start
        and max(row.ends_on for row in groups) <= limits.last_end
    )


def best_by_trying_all(candidates, limits):
    """Give the most people and, with those, the fewest projects, by trying every way to deal the groups out."""
    found = [(0, 0)]
    for places in product(range(limits.most_projects + 1), repeat=len(candidates)):
        projects = [
            [row for row, place in zip(candidates, places, strict=True) if place == wanted]
            for wanted in range(1, limits.most_projects + 1)
        ]
        used = [rows for rows in projects if rows]
        if all(is_allowed(rows, limits) for rows in used):
            found.append((sum(row.people for rows in used for row in rows), -len(used)))
    most, fewest = max(found)
    return most, -fewest


groups = st.lists(
    st.builds(
        group,
        st.just(0),
        topic=st.sampled_from(["T001", "T002", "T003"]),
        companies=st.sets(st.integers(1, 6), min_size=1, max_size=3),
        women=st.integers(0, 6),
        men=st.integers(1, 6),
        cost=st.integers(20, 350),
    ),
    max_size=5,
).map(lambda rows: [Candidate(**{**vars(row), "id": place}) for place, row in enumerate(rows)])


@settings(max_examples=60, deadline=None)
@given(groups, st.randoms(use_true_random=False))
def test_no_choice_within_the_limits_has_more_people_or_as_many_in_fewer_projects(candidates, random):
    shuffled = random.sample(candidates, len(candidates))

    packing = pack(shuffled, LIMITS)

    assert all(is_allowed(package.candidates, LIMITS) for package in packing.packages)
    keys = [row.id for package in packing.packages for row in package.candidates] + [row.id for row in packing.left]
    assert sorted(keys) == [row.id for row in candidates]
    most, fewest = best_by_trying_all(candidates, LIMITS)
    assert (packing.people, len(packing.packages)) == (most, fewest)
    assert packing.is_best
    assert packing == pack(candidates, LIMITS)


def test_women_and_men_are_as_even_as_the_most_people_allow():
    only_women = [group(key, women=6, men=0, cost=100, companies=[key, 9, 10]) for key in (1, 2)]
    only_men = [group(key, women=0, men=6, cost=100, companies=[key, 9, 10]) for key in (3, 4)]
    two_projects = Limits(**{**vars(LIMITS), "most_kr": 200, "least_kr": 200})

    packing = pack(only_women + only_men, two_projects)

    assert [(package.women, package.men) for package in packing.packages] == [(6, 6), (6, 6)]


def test_a_project_is_no_longer_than_the_call_lets_it_be():
    early, late = group(1, start=10), group(2, start=400)
    year = Limits(**{**vars(LIMITS), "most_months": 12, "most_projects": 1, "last_start": date(2028, 6, 1)})

    (package,) = pack([early, late, group(3, start=410, men=9)], year).packages

    assert [row.id for row in package.candidates] == [2, 3]
    assert package.last_day <= package.first_day + timedelta(days=366)


def test_many_groups_are_packed_project_by_project_and_the_bound_is_true():
    many = [
        group(key, topic=f"T{key % 3:03}", companies=[key, key + 1], women=key % 5, cost=40 + key % 60)
        for key in range(150)
    ]

    packing = pack(many, LIMITS)

    assert len(packing.packages) == 2
    assert all(is_allowed(package.candidates, LIMITS) for package in packing.packages)
    assert packing.people <= packing.people_at_most


@pytest.mark.parametrize(
    ("candidate", "reason"),
    [
        (group(9, cost=301), "Gruppen kostar ensam mer än ett projekt får kosta."),
        (group(9, start=-10), "Gruppen börjar 2026-12-22. Projekt i utlysningen börjar tidigast 2027-01-01."),
        (group(9, days=900), "Projekt i utlysningen slutar senast 2028-12-31."),
        (group(9, topic="T009", cost=10, men=1), "I projekt 1 skulle det bli ett område för mycket. De som blir över"),
        (group(9, cost=120, companies=[1, 2]), "Projekt 1 skulle bli 20\xa0kr för dyrt. De som blir över har "),
        (group(9, cost=101, companies=[1, 2]), "tillsammans 2 företag av minst 3."),
        (group(9, cost=99), "De som blir över kostar tillsammans 99\xa0kr av minst 100\xa0kr."),
    ],
)
def test_a_group_that_is_left_out_is_told_why(candidate, reason):
    chosen = [group(1, cost=110, men=9), group(2, topic="T002", cost=90, men=9)]
    one_project = Limits(**{**vars(LIMITS), "most_projects": 1, "most_kr": 298 if candidate.cost_kr == 99 else 300})
    priced = [Priced(SimpleNamespace(id=row.id), row, has_price=True) for row in (*chosen, candidate)]

    board = propose(priced, one_project)

    assert [row.group.candidate.id for row in board.left] == [9]
    assert reason in str(board.left[0].reason)


def test_what_a_project_costs_beside_its_courses_is_added_and_rounded_upwards():
    assert PackingRules(1900, 25, {}).cost_kr(8 * 1900) == 19_000
    assert PackingRules(1900, 25, {}).cost_kr(1) == 2
