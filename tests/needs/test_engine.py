"""The engine's plans keep every rule, do not depend on the order of the data, and are worth having."""

import random

from hypothesis import given, settings
from hypothesis import strategies as st

from broker.needs.bundling.effort import Effort
from broker.needs.bundling.engine import solve
from broker.needs.bundling.exchange import solution_document
from broker.needs.bundling.instance import Solution
from broker.needs.bundling.objective import score
from broker.needs.bundling.rules import Rules
from tests.factories_needs import CONFIG, FLEN, KATRINEHOLM, MALMO, engine_document, engine_instance, engine_need
from tests.needs.checker import broken_rules

REGULAR = settings(max_examples=25, deadline=None, derandomize=True)


@st.composite
def documents(draw):
    rows = []
    for number in range(draw(st.integers(0, 16))):
        preferred = draw(st.integers(0, 2))
        earliest = draw(st.integers(0, 6))
        rows.append(
            engine_need(
                number,
                company=draw(st.integers(0, 9)),
                area=draw(st.integers(0, 1)),
                level=draw(st.integers(0, 2)),
                langs=draw(st.sampled_from([1, 1, 1, 2, 3])),
                pref_mode=preferred,
                modes=1 << preferred | draw(st.sampled_from([0, 1, 2, 4])),
                mun=draw(st.sampled_from([FLEN, KATRINEHOLM, KATRINEHOLM, MALMO])),
                earliest=earliest,
                latest=earliest + draw(st.integers(0, 10)),
                hours=draw(st.sampled_from([8, 8, 10, 40])),
                women=draw(st.integers(0, 4)),
                men=draw(st.sampled_from([1, 2, 5, 20])),
                priority=draw(st.integers(1, 4)),
                max_km=draw(st.sampled_from([0, 20, 40, 600])),
            )
        )
    offering = [
        1,
        draw(st.integers(0, 1)),
        15,
        7,
        3,
        FLEN,
        draw(st.sampled_from([10, 1000])),
        8,
        draw(st.integers(2, 30)),
    ]
    config = CONFIG | {"require_provider": draw(st.booleans()), "min_companies": draw(st.integers(1, 3))}
    return engine_document(*rows, offerings=[offering], config=config)


@REGULAR
@given(documents())
def test_every_plan_keeps_every_rule(document):
    solution = solve(engine_instance(**document))

    assert broken_rules(document, solution_document(solution)["cohorts"]) == []


@REGULAR
@given(documents())
def test_the_rules_that_explain_find_nothing_wrong_with_a_plan(document):
    instance = engine_instance(**document)

    assert Rules(instance).plan_failures(solve(instance)) == []


@REGULAR
@given(documents(), st.randoms(use_true_random=False))
def test_the_order_of_the_rows_does_not_matter(document, shuffler):
    shuffled = {**document, "needs": list(document["needs"]), "offerings": list(document["offerings"])}
    shuffler.shuffle(shuffled["needs"])

    assert solve(engine_instance(**shuffled)) == solve(engine_instance(**document))


@REGULAR
@given(documents())
def test_a_locked_cohort_stays_as_it_is_and_nobody_is_in_two(document):
    first = solve(engine_instance(**document))
    locked = solution_document(first)["cohorts"][:1]

    solution = solve(engine_instance(**{**document, "locked": locked}))

    cohorts = solution_document(solution)["cohorts"]
    assert cohorts[: len(locked)] == locked
    assert "twice" not in broken_rules(document, cohorts)


@REGULAR
@given(documents())
def test_no_cohort_costs_more_than_it_gives(document):
    instance = engine_instance(**document)

    assert score(instance, solve(instance)).objective >= score(instance, Solution(())).objective == 0


def test_two_companies_nearby_learn_together():
    solution = solve(engine_instance(engine_need(1), engine_need(2, mun=KATRINEHOLM)))

    assert [cohort.members for cohort in solution.cohorts] == [((1, 0), (2, 0))]


def test_one_company_alone_is_no_cohort():
    assert solve(engine_instance(engine_need(1, company=7, men=5), engine_need(2, company=7))).cohorts == ()


def test_a_need_larger_than_a_group_is_split_into_equal_parts():
    instance = engine_instance(engine_need(1, women=0, men=12), engine_need(2), engine_need(3))

    placed = sorted(pair for cohort in solve(instance).cohorts for pair in cohort.members)

    assert placed == [(1, 0), (1, 1), (2, 0), (3, 0)]


def test_people_meet_where_the_journeys_are_shortest():
    rows = [engine_need(1), engine_need(2, mun=KATRINEHOLM, men=4)]

    assert solve(engine_instance(*rows)).cohorts[0].place == KATRINEHOLM


def test_the_urgent_are_placed_when_not_everybody_fits():
    rows = [engine_need(number, women=2, men=2, priority=4 if number == 3 else 1) for number in (1, 2, 3)]

    placed = {need_id for cohort in solve(engine_instance(*rows)).cohorts for need_id, _part in cohort.members}

    assert 3 in placed


def test_a_plan_without_time_is_marked_as_incomplete_but_keeps_the_rules():
    document = engine_document(*(engine_need(number) for number in range(12)))
    instance = engine_instance(**document)

    solution = solve(instance, time_limit=0)

    assert not solution.is_complete
    assert Rules(instance).plan_failures(solution) == []


def test_exchanges_beat_filling_the_largest_group_first():
    # The largest group takes both needs that the two small groups cannot do without.
    rows = [
        engine_need(1, mun=FLEN, earliest=0, latest=1, men=1),
        engine_need(2, mun=FLEN, earliest=0, latest=6, men=1),
        engine_need(3, mun=FLEN, earliest=5, latest=6, men=1),
        engine_need(4, mun=FLEN, earliest=0, latest=6, men=1),
    ]

    assert score(engine_instance(*rows), solve(engine_instance(*rows))).needs == 4


def test_a_few_hundred_needs_are_planned_well_above_one_group_per_place():
    chance = random.Random(7)
    rows = [
        engine_need(
            number,
            company=number // 2,
            mun=chance.choice([FLEN, KATRINEHOLM]),
            earliest=(start := chance.randrange(10)),
            latest=start + chance.randrange(3, 12),
            men=chance.randrange(1, 4),
        )
        for number in range(120)
    ]
    instance = engine_instance(*rows)

    assert score(instance, solve(instance, effort=Effort.QUICK)).needs > 110
