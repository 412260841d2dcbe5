"""Each hard rule refuses what it should, with its sentence."""

from dataclasses import replace

import pytest

from broker.needs.bundling.instance import DISTANCE, PlannedCohort, Solution
from broker.needs.bundling.rules import Rules
from tests.factories_needs import CONFIG, FLEN, MALMO, engine_instance, engine_need

COHORT = PlannedCohort(0, 1, 1, 1, 8, FLEN, 2, ((1, 0), (2, 0)))


def rules_for(**values):
    return Rules(engine_instance(engine_need(1, **values), engine_need(2)))


@pytest.mark.parametrize(
    ("values", "rule"),
    [
        ({"area": 1}, "area"),
        ({"level": 2}, "level"),
        ({"langs": 2}, "language"),
        ({"modes": 2, "pref_mode": 1}, "mode"),
        ({"hours": 10}, "hours"),
        ({"hours": 5}, "hours"),
        ({"earliest": 3}, "window"),
        ({"latest": 2}, "window"),
        ({"mun": MALMO}, "travel"),
    ],
)
def test_a_need_that_does_not_fit_is_told_which_rule(values, rule):
    rules = rules_for(**values)

    assert list(rules.failures(rules.instance.needs_by_id[1], COHORT)) == [rule]


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"language": 3}, "ett språk"),
        ({"place": None}, "kurslokal"),
        ({"members": ((1, 0),)}, "För få deltagare: 2 av minst 4"),
        ({"members": ((1, 0),)}, "För få företag: 1 av minst 2"),
    ],
)
def test_a_faulty_cohort_is_told_what_is_wrong(changes, sentence):
    found = [str(failure) for failure in rules_for().cohort_failures(replace(COHORT, **changes))]

    assert any(sentence in failure for failure in found)


def test_a_group_that_is_too_large_is_refused():
    found = rules_for(men=7).cohort_failures(COHORT)

    assert [str(failure) for failure in found] == ["För många deltagare: 10, högst 8."]


def test_a_cohort_at_a_distance_has_no_place():
    found = rules_for().cohort_failures(replace(COHORT, mode=DISTANCE))

    assert "En grupp på distans har ingen ort." in [str(failure) for failure in found]


def test_where_a_provider_is_demanded_a_cohort_without_one_is_refused():
    rules = Rules(engine_instance(engine_need(1), engine_need(2), config=CONFIG | {"require_provider": True}))

    assert len(rules.cohort_failures(COHORT)) == 1


@pytest.mark.parametrize("members", [(((1, 0), (2, 0)), ((1, 0), (2, 0))), (((1, 0), (9, 0)),), (((1, 0), (2, 1)),)])
def test_a_plan_with_a_need_twice_or_an_unknown_one_is_refused(members):
    plan = Solution(tuple(replace(COHORT, members=pairs) for pairs in members))

    assert rules_for().plan_failures(plan)


def test_companies_that_are_kept_apart_are_not_taught_together():
    rules = Rules(engine_instance(engine_need(1), engine_need(2), apart=[[2, 1]]))

    assert [str(failure) for failure in rules.cohort_failures(COHORT)] == [
        "Två av företagen ska inte läsa i samma grupp."
    ]
    assert not rules.gets_on(rules.instance.needs_by_id[2], replace(COHORT, members=((1, 0),)))
