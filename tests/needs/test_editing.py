"""What an edit by hand does is judged by the same rules and points as a plan."""

from dataclasses import replace

import pytest

from broker.needs.bundling.editing import Editing
from broker.needs.bundling.engine import solve
from broker.needs.bundling.instance import Solution
from broker.needs.bundling.objective import score
from broker.needs.bundling.rules import Rules
from tests.factories_needs import FLEN, KATRINEHOLM, engine_instance, engine_need

INSTANCE = engine_instance(
    *(engine_need(number, mun=(FLEN, KATRINEHOLM)[number % 2]) for number in range(1, 9)),
    engine_need(20, langs=2),
    engine_need(21, men=3, priority=1, hours=7),
)
PLAN = solve(INSTANCE).cohorts
EDITING = Editing(Rules(INSTANCE), PLAN)


def change(after, before):
    rest = [cohort for cohort in PLAN if cohort not in before]
    return score(INSTANCE, Solution((*rest, *after))).objective - score(INSTANCE, Solution(PLAN)).objective


def test_a_need_taken_out_costs_what_the_plan_is_worth_less():
    (first, *_rest) = PLAN
    smaller = replace(first, members=first.members[1:])

    judged = EDITING.evaluate([first], [smaller])

    assert judged.is_allowed
    assert judged.change == change([smaller], [first]) < 0


def test_two_cohorts_made_one_are_judged_together():
    merged = replace(PLAN[0], members=tuple(sorted(PLAN[0].members + PLAN[1].members)))

    judged = EDITING.evaluate(PLAN[:2], [merged])

    assert not judged.is_allowed
    assert any("För många deltagare" in str(failure) for failure in judged.failures[0])
    assert judged.change == change([merged], PLAN[:2])


def test_a_dissolved_cohort_takes_its_points_with_it():
    assert EDITING.evaluate(PLAN[:1], []).change == change([], PLAN[:1])


def test_a_need_of_another_cohort_is_refused():
    taken = replace(PLAN[0], members=(*PLAN[0].members[:1], *PLAN[1].members[:1]))

    assert "finns i två grupper" in str(EDITING.evaluate(PLAN[:1], [taken]).failures[0][0])


def test_an_unknown_need_is_refused():
    assert not EDITING.evaluate([], [replace(PLAN[0], members=((99, 0),))]).is_allowed


def test_who_could_join_is_told_with_the_one_rule_in_the_way():
    smaller = replace(PLAN[0], members=PLAN[0].members[1:])
    editing = Editing(Rules(INSTANCE), [smaller, *PLAN[1:]])

    found = {row.need.id: row for row in editing.candidates(smaller)}

    assert found[PLAN[0].members[0][0]].change == -EDITING.evaluate(PLAN[:1], [smaller]).change
    assert (found[20].rule, found[20].change) == ("language", None)
    assert str(found[20].hinder) == "Deltagarna läser inte på gruppens språk."


@pytest.mark.parametrize("cohort", PLAN)
def test_an_edit_that_changes_nothing_gains_nothing(cohort):
    assert EDITING.evaluate([cohort], [cohort]).change == 0
