"""What a left-over need is told stops it, and what would help."""

import pytest

from broker.needs.bundling.engine import solve
from broker.needs.bundling.explain import why_together
from broker.needs.bundling.leftovers import leftovers
from broker.needs.bundling.rules import Rules
from tests.factories_needs import CONFIG, MALMO, engine_instance, engine_need

DEAR = CONFIG | {"cohort_base": 10_000}


def explained(*rows, **changes):
    instance = engine_instance(*rows, **changes)
    return leftovers(Rules(instance), solve(instance))


def test_a_lonely_need_is_told_that_nobody_shares_it():
    (row,) = explained(engine_need(1))

    assert str(row.stop) == "Inget annat företag har samma behov."


def test_too_few_people_are_counted_with_how_many_more_would_do():
    row = explained(engine_need(1, women=0, men=1), engine_need(2, women=0, men=2))[0]

    assert "3 av minst 4" in str(row.stop)
    assert "Deltagare som fattas: 1." in str(row.helps[0])


@pytest.mark.parametrize(
    ("values", "rule"),
    [
        ({"level": 2}, "level"),
        ({"langs": 2}, "language"),
        ({"modes": 2, "pref_mode": 1}, "mode"),
        ({"hours": 40}, "hours"),
        ({"earliest": 30, "latest": 40}, "window"),
        ({"mun": MALMO}, "travel"),
    ],
)
def test_a_need_is_told_which_rule_parts_it_from_the_others(values, rule):
    row = explained(engine_need(1, **values), engine_need(2, level=1), engine_need(3, level=1))[0]

    assert (row.need.id, row.rule) == (1, rule)


def test_nobody_nearby_is_said_with_the_distance():
    row = explained(engine_need(1, mun=MALMO), engine_need(2), engine_need(3))[0]

    assert str(row.stop) == "Ingen i närheten inom 40 km har samma behov."


def test_a_single_change_that_gives_a_seat_is_offered():
    row = explained(engine_need(1, modes=2, pref_mode=1), engine_need(2), engine_need(3))[0]

    assert "Godta en utbildningsform till, så finns plats i gruppen (Flen)." in map(str, row.helps)


def test_enough_people_of_too_few_companies_is_said_as_it_is():
    row = explained(engine_need(1, company=5), engine_need(2, company=5))[0]

    assert str(row.stop) == "Deltagarna räcker, men de kommer från för få företag."
    assert str(row.helps[0]) == "Ett företag till med samma behov räcker."


def test_a_need_that_others_outbid_is_told_so():
    assert explained(engine_need(1), engine_need(2), config=DEAR)[0].rule == "competition"


def test_needs_that_are_too_many_for_one_group_are_told_so_and_that_one_can_be_divided():
    large, small = explained(engine_need(1, women=0, men=7), engine_need(2, women=0, men=3))

    assert (
        str(large.stop) == "Behovet passar ihop med andras, men tillsammans blir de fler än de 8 som ryms i en grupp."
    )
    assert [str(each) for each in large.helps] == ["Dela behovet, så får upp till 5 deltagare plats med andra."]
    assert small.rule == large.rule == "size"
    # A need of more than a group is planned in parts already: nobody has to divide it.
    parts = explained(engine_need(1, women=0, men=12), engine_need(2, women=0, men=2), config=DEAR)
    assert {row.rule for row in parts} == {"competition"}


def test_no_group_is_blamed_where_none_is_proposed():
    row = explained(engine_need(1), engine_need(2), config=DEAR)[0]

    assert str(row.stop).startswith("Behovet passar ihop med andras, men ingen grupp av dem är föreslagen.")


def test_every_left_over_need_has_one_explanation():
    rows = [engine_need(number, mun=number % 3, level=number % 4, women=1, men=number % 5) for number in range(1, 25)]
    instance = engine_instance(*rows)
    solution = solve(instance)
    placed = {pair[0] for cohort in solution.cohorts for pair in cohort.members}

    told = [row.need.id for row in leftovers(Rules(instance), solution)]

    assert told == [need.id for need in instance.needs if need.id not in placed]


def test_a_cohort_says_why_it_belongs_together():
    instance = engine_instance(engine_need(1), engine_need(2, mun=1))
    (cohort,) = solve(instance).cohorts

    reasons = [str(reason) for reason in why_together(Rules(instance), cohort)]

    assert reasons[0] == "2 företag behöver samma utbildning, tillsammans 4 deltagare."
    assert "Längst är resan på" in reasons[1]


def test_a_cohort_at_a_distance_says_that_nobody_travels():
    instance = engine_instance(engine_need(1, modes=2, pref_mode=1), engine_need(2, modes=2, pref_mode=1, mun=MALMO))
    (cohort,) = solve(instance).cohorts

    assert str(why_together(Rules(instance), cohort)[1]) == "Alla godtar distans, så ingen behöver resa."
