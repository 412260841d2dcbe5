"""A plan is as good as the engine says: small ones are the best there is, and no plan is worth more than its bound."""

import os
import resource
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bench.needs import make_document
from broker.needs.bundling.effort import Effort
from broker.needs.bundling.engine import replan, solve
from broker.needs.bundling.exchange import parse, solution_document
from broker.needs.bundling.rules import Rules
from tests.factories_needs import CONFIG, FLEN, KATRINEHOLM, MALMO, engine_document, engine_instance, engine_need
from tests.needs.checker import best_worth, broken_rules, worth

FEW = settings(max_examples=25, deadline=None, derandomize=True)
MEDIUM = parse(make_document(120, seed=5))


@st.composite
def handfuls(draw):
    """Give an instance so small that every plan can be tried."""
    rows = []
    for number in range(draw(st.integers(2, 6))):
        preferred = draw(st.integers(0, 2))
        earliest = draw(st.integers(0, 4))
        rows.append(
            engine_need(
                number,
                company=draw(st.integers(0, 4)),
                level=draw(st.sampled_from([0, 1, 1, 2])),
                langs=draw(st.sampled_from([1, 1, 3])),
                pref_mode=preferred,
                modes=1 << preferred | draw(st.sampled_from([1, 2, 4])),
                mun=draw(st.sampled_from([FLEN, KATRINEHOLM, KATRINEHOLM, MALMO])),
                earliest=earliest,
                latest=earliest + draw(st.integers(-1, 8)),
                hours=draw(st.sampled_from([8, 8, 10])),
                women=draw(st.integers(0, 2)),
                men=draw(st.sampled_from([1, 2, 4, 5])),
                priority=draw(st.integers(1, 4)),
                max_km=draw(st.sampled_from([0, 20, 40, 600])),
            )
        )
    offering = [
        1,
        0,
        draw(st.sampled_from([15, 2])),
        draw(st.sampled_from([1, 7])),
        3,
        FLEN,
        1000,
        draw(st.integers(4, 8)),
        draw(st.integers(2, 12)),
    ]
    config = CONFIG | {
        "require_provider": draw(st.booleans()),
        "min_companies": draw(st.sampled_from([1, 2, 2, 3])),
        "split_points": draw(st.sampled_from([0, 40, 200])),
        "provider_points": draw(st.sampled_from([40, 500])),
    }
    apart = draw(st.sampled_from([[], [], [[1, 0]], [[0, 1], [1, 2], [0, 3]]]))
    return engine_document(*rows, offerings=[offering], config=config, apart=apart)


@FEW
@given(handfuls())
def test_a_small_plan_is_the_best_of_all_and_says_so(document):
    solution = solve(engine_instance(**document))

    assert solution.value == worth(document, solution_document(solution)["cohorts"]) == best_worth(document)
    assert solution.bound == solution.value


@FEW
@given(handfuls())
def test_what_asks_for_more_never_gets_a_lower_bound(document):
    """Another need, a longer journey or a longer period can only help."""
    position = {name: place for place, name in enumerate(document["columns"])}
    wider = [list(row) for row in document["needs"]]
    for row in wider:
        row[position["max_km"]] += 30
        row[position["latest"]] += 2

    bound = solve(engine_instance(**document)).bound

    assert solve(engine_instance(**{**document, "needs": document["needs"][:-1]})).bound <= bound
    assert solve(engine_instance(**{**document, "needs": wider})).value >= bound


@pytest.mark.parametrize("effort", Effort)
@pytest.mark.parametrize(
    "document",
    [
        engine_document(),
        engine_document(engine_need(1)),
        engine_document(*(engine_need(number, company=1) for number in range(5))),
        engine_document(*(engine_need(number, latest=0) for number in range(5))),
        engine_document(*(engine_need(number, men=100, women=0, company=1) for number in range(2))),
        engine_document(*(engine_need(number) for number in range(5)), venues=[]),
    ],
    ids=["nothing", "one need", "one company", "no time", "one large company", "no venues"],
)
def test_where_no_cohort_is_possible_the_plan_is_empty_and_the_best(document, effort):
    solution = solve(parse(document), effort=effort)

    assert (solution.cohorts, solution.value, solution.is_complete) == ((), 0, True)
    assert effort is Effort.PREVIEW or solution.bound == 0


def test_when_everything_is_locked_nothing_is_left_to_plan():
    document = engine_document(engine_need(1), engine_need(2))
    cohorts = solution_document(solve(parse(document)))["cohorts"]
    instance = parse({**document, "locked": cohorts})

    solution = solve(instance)

    assert solution.cohorts == instance.locked
    assert solution.value == solution.bound == worth(document, cohorts)


def test_every_effort_keeps_the_rules_and_more_effort_is_worth_more():
    document = make_document(120, seed=5)
    plans = [solve(MEDIUM, effort=effort) for effort in Effort]

    for plan in plans:
        cohorts = solution_document(plan)["cohorts"]
        assert broken_rules(document, cohorts) == []
        assert plan.value == worth(document, cohorts) <= plan.bound
    assert [plan.value for plan in plans] == sorted(plan.value for plan in plans)
    assert plans[2].gap < 0.01
    assert plans[0].value < plans[2].value


def test_one_more_person_cannot_be_placed_at_a_gain():
    """No need that was left over could join a cohort with room so that the plan is worth more."""
    document = make_document(120, seed=5)
    cohorts = solution_document(solve(MEDIUM, effort=Effort.QUICK))["cohorts"]
    value, placed = worth(document, cohorts), {tuple(pair) for cohort in cohorts for pair in cohort["members"]}

    for need in MEDIUM.needs:
        for number, cohort in enumerate(cohorts):
            if (need.id, 0) not in placed and cohort["area"] == need.area:
                start = max(cohort["start"], need.earliest)
                joined = {**cohort, "members": [*cohort["members"], [need.id, 0]], "start": start}
                if not broken_rules(document, [joined]):
                    assert worth(document, [*cohorts[:number], joined, *cohorts[number + 1 :]]) <= value


def test_no_cohort_would_be_worth_more_at_another_place():
    document = make_document(120, seed=5)
    cohorts = solution_document(solve(MEDIUM, effort=Effort.QUICK))["cohorts"]

    for cohort in cohorts:
        for place in document["venues"] if cohort["mun"] is not None else ():
            moved = {**cohort, "mun": place}
            assert broken_rules(document, [moved]) or worth(document, [moved]) <= worth(document, [cohort])


PROGRAM = """
from bench.needs import make_document
from broker.needs.bundling.engine import solve
from broker.needs.bundling.exchange import parse
document = make_document(60, seed=3)
document["needs"].reverse(), document["offerings"].reverse()
print(solve(parse(document), workers=2).cohorts)
"""


def test_another_process_another_order_and_two_workers_give_the_same_plan():
    expected = str(solve(parse(make_document(60, seed=3))).cohorts)
    root = Path(__file__).parents[2]

    ran = subprocess.run(
        [sys.executable, "-c", PROGRAM],
        env={**os.environ, "PYTHONHASHSEED": "2"},
        cwd=root,
        capture_output=True,
        text=True,
        check=True,
    )

    assert ran.stdout.strip() == expected


def test_a_process_that_has_threads_begins_others_and_gets_the_same_plan():
    instance = parse(make_document(60, seed=3))
    done = threading.Event()
    waiting = threading.Thread(target=done.wait)
    waiting.start()
    try:
        before = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime
        plan = solve(instance, workers=2)
    finally:
        done.set()
        waiting.join()

    assert resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime > before
    assert plan.cohorts == solve(instance).cohorts


def test_without_a_change_the_plan_stays_as_it_is():
    plan = solve(MEDIUM, effort=Effort.QUICK)

    again = replan(MEDIUM, plan, ())

    assert (again.cohorts, again.value, again.bound) == (plan.cohorts, plan.value, plan.bound)


def test_a_changed_need_moves_only_what_is_near():
    plan = solve(MEDIUM, effort=Effort.QUICK)
    gone, moved = plan.cohorts[0].members[0][0], plan.cohorts[-1].members[0][0]
    document = make_document(120, seed=5)
    position = document["columns"].index("latest")
    rows = [row for row in document["needs"] if row[0] != gone]
    changed = {
        **document,
        "needs": [[*row[:position], row[position] + (row[0] == moved), *row[position + 1 :]] for row in rows],
    }

    again = replan(parse(changed), plan, {gone, moved})

    touched = {plan.cohorts[0].area, plan.cohorts[-1].area}
    assert broken_rules(changed, solution_document(again)["cohorts"]) == []
    assert {one for one in plan.cohorts if one.area not in touched} <= set(again.cohorts)
    assert len(set(plan.cohorts) - set(again.cohorts)) <= len(plan.cohorts) // 3
    assert again.value <= again.bound
    assert again.value >= solve(parse(changed)).value * 0.97


def test_a_cohort_that_has_been_formed_is_locked_and_the_rest_stays():
    plan = solve(MEDIUM, effort=Effort.QUICK)
    document = {**make_document(120, seed=5), "locked": solution_document(plan)["cohorts"][:2]}

    again = replan(parse(document), plan, ())

    assert set(again.cohorts) == set(plan.cohorts)
    assert again.value == plan.value <= again.bound


def test_when_a_provider_goes_the_cohorts_that_relied_on_it_are_planned_anew():
    document = make_document(120, seed=5)
    document["config"] = {**document["config"], "require_provider": True}
    plan = solve(parse(document), effort=Effort.QUICK)
    fewer = parse({**document, "offerings": document["offerings"][::2]})

    again = replan(fewer, plan, ())

    assert Rules(fewer).plan_failures(plan)
    assert Rules(fewer).plan_failures(again) == []
