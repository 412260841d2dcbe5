"""The budget's formulas, its sub-budgets, and the seven checks."""

import math
from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from broker.esf.budgets.arithmetic import (
    BudgetLine,
    BudgetRefusedError,
    CoFinancingLine,
    ProjectPlan,
    compute_budget,
    read_budget_rules,
)
from broker.reference.queries import read_yaml

TEMPLATE = read_yaml("esf_application_form")["budget"]
EXAMPLE = TEMPLATE["worked_example"]
PRICES = {"592": Decimal(592), "482": Decimal(482), "579": Decimal(579), "deltagare": Decimal(290)}
PLAN = ProjectPlan(months=24, participants=360, committed_hours=Decimal(14400))


def rules(model="yrkeskategori", rate="0.46", **call):
    return read_budget_rules(TEMPLATE, model, cofinancing_rate=Decimal(rate), unit_costs=PRICES, **call)


def staff(hours, price, *, persons=1, owner="Lärcentrum", **more):
    return BudgetLine(
        owner,
        "personal",
        f"Roll {price}",
        hours=Decimal(hours),
        unit_cost=Decimal(price),
        rate_id=str(price),
        persons=persons,
        **more,
    )


def cost(kind, amount, owner="Lärcentrum"):
    return BudgetLine(owner, kind, kind, amount=Decimal(amount))


def hours(count, price=290):
    return CoFinancingLine(
        "deltagare", "Deltagarnas tid", hours=Decimal(count), unit_cost=Decimal(price), rate_id="deltagare"
    )


STAFF = [staff(3440, 592), staff(3440, 482, persons=2), staff(688, 579)]
OTHER = [cost("externa_tjanster", 3200000), cost("resor", 90000), cost("deltagarlokaler", 60000)]
FINANCING = [hours(14400)]


def check(result, name):
    return next(row for row in result.checks if row.id == name)


def test_the_worked_example_of_the_template_recalculates_to_the_ore():
    result = compute_budget(STAFF + OTHER, FINANCING, rules(), plan=PLAN)
    letters = {
        "P": result.personnel,
        "I": result.flat_rate_cost,
        "D": result.direct_cost,
        "W": result.in_kind,
        "T": result.total_cost,
        "C": result.cofinancing,
        "K": result.owner_share,
        "S": result.support,
    }
    assert letters == {letter: Decimal(str(EXAMPLE[letter])) for letter in letters}
    # The example names nobody for K.
    assert [row.id for row in result.checks if not row.passed] == ["b2"]


def test_the_hours_missing_until_the_owner_pays_nothing_are_shown():
    result = compute_budget(STAFF + OTHER, FINANCING, rules(), plan=PLAN)
    assert math.ceil(result.hours_needed) == 23667
    assert result.hours_missing == Decimal("9266.35")


def test_adding_the_missing_hours_takes_the_owner_share_to_zero_but_not_below():
    missing = compute_budget(STAFF + OTHER, FINANCING, rules(), plan=PLAN).hours_missing
    result = compute_budget(STAFF + OTHER, [*FINANCING, hours(missing)], rules(), plan=PLAN)
    assert 0 <= result.owner_share < 3


def test_hours_are_missing_also_before_anybody_has_promised_any():
    result = compute_budget(STAFF + OTHER, [], rules(), plan=PLAN)
    assert math.ceil(result.hours_missing) == 23667


def test_total_cost_is_shared_on_participants_and_on_their_hours():
    result = compute_budget(STAFF + OTHER, FINANCING, rules(), plan=PLAN)
    assert (result.cost_per_participant, result.cost_per_hour) == (Decimal("33980.14"), Decimal("849.50"))


def test_the_function_model_covers_everything_with_forty_percent():
    result = compute_budget(STAFF, [], rules("funktion", "0"), plan=PLAN)
    assert result.direct_cost == Decimal("5730076.80")


def test_bought_training_is_stopped_in_the_function_model():
    result = compute_budget(STAFF + OTHER, [], rules("funktion", "0"), plan=PLAN)
    assert not check(result, "b3").passed
    assert "Ta bort" in str(check(result, "b3").sentence)


def test_a_lump_sum_refuses_personnel_with_a_sentence():
    with pytest.raises(BudgetRefusedError, match="Ta bort personalraderna"):
        compute_budget(STAFF, [], rules("klumpsumma", "0"), plan=PLAN)


def test_a_lump_sum_is_one_amount():
    result = compute_budget([cost("klumpsumma", 400000)], [], rules("klumpsumma", "0"), plan=PLAN)
    assert (result.support, check(result, "b3").passed) == (Decimal(400000), True)


def test_an_unknown_model_names_those_that_exist():
    with pytest.raises(BudgetRefusedError, match="yrkeskategori, funktion, klumpsumma"):
        rules("timpris")


@pytest.mark.parametrize("amount", ["-1", "NaN", "Infinity", "1e16"])
def test_an_impossible_amount_is_refused(amount):
    with pytest.raises(BudgetRefusedError, match="resor"):
        compute_budget([cost("resor", amount)], [], rules(), plan=PLAN)


def test_a_written_flat_rate_line_is_refused_since_it_is_computed():
    with pytest.raises(BudgetRefusedError, match="schablonen"):
        compute_budget([cost("indirekta", 100)], [], rules(), plan=PLAN)


def test_sub_budgets_add_up_to_the_whole():
    lines = [staff(10, 592), staff("10.01", "482", owner="Kommun B"), cost("intakter", "7.77", "Kommun B")]
    result = compute_budget(lines, [], rules(), plan=PLAN)
    assert [sub.beneficiary for sub in result.sub_budgets] == ["Kommun B", "Lärcentrum"]
    assert sum(sub.direct_cost for sub in result.sub_budgets) == result.direct_cost
    assert sum(sub.flat_rate_cost for sub in result.sub_budgets) == result.flat_rate_cost


def test_revenue_lowers_the_cost():
    result = compute_budget([cost("resor", 100), cost("intakter", 30)], [], rules(), plan=PLAN)
    assert result.direct_cost == Decimal(70)


def test_a_planned_owner_share_that_misses_the_rate_says_how_much_to_add():
    short = CoFinancingLine("kontant", "Kontant", amount=Decimal("1451010.45"))
    result = compute_budget(STAFF + OTHER, [*FINANCING, short], rules(), plan=PLAN)
    assert check(result, "b1").passed
    result = compute_budget(STAFF + OTHER, [*FINANCING, replace(short, amount=Decimal(1000000))], rules(), plan=PLAN)
    assert not check(result, "b1").passed
    assert "Öka kontanta pengar eller egen andel med 451\xa0110,45\xa0kr" in str(check(result, "b1").sentence)


def test_an_empty_budget_asks_for_costs():
    result = compute_budget([], [], rules(), plan=PLAN)
    assert "Lägg in" in str(check(result, "b1").sentence)


def test_too_much_in_kind_says_what_to_lower_it_to():
    result = compute_budget([cost("resor", 5400)], [hours(100)], rules(), plan=PLAN)
    assert (check(result, "b2").level, check(result, "b2").passed) == ("stop", False)
    assert "till högst 4\xa0600,00\xa0kr" in str(check(result, "b2").sentence)


def test_money_that_nobody_carries_remains_until_somebody_is_named():
    result = compute_budget(STAFF + OTHER, FINANCING, rules(), plan=PLAN)
    b2 = check(result, "b2")
    assert (b2.level, b2.passed) == ("warn", False)
    assert "Någon ska bära 1\xa0451\xa0110,45\xa0kr" in str(b2.sentence)
    short = CoFinancingLine("kontant", "Kontant", amount=Decimal(1451100))
    b2 = check(compute_budget(STAFF + OTHER, [*FINANCING, short], rules(), plan=PLAN), "b2")
    assert "Någon ska bära 10,45\xa0kr" in str(b2.sentence)
    whole = replace(short, amount=Decimal("1451110.45"))
    b2 = check(compute_budget(STAFF + OTHER, [*FINANCING, whole], rules(), plan=PLAN), "b2")
    assert b2.passed
    assert "De 1\xa0451\xa0110,45\xa0kr" in str(b2.sentence)


@pytest.mark.parametrize(("months", "call", "passed"), [(36, None, True), (37, None, False), (30, 24, False)])
def test_a_project_is_no_longer_than_template_and_call_allow(months, call, passed):
    result = compute_budget(STAFF, [], rules(max_months=call), plan=replace(PLAN, months=months))
    assert check(result, "b4").passed is passed


@pytest.mark.parametrize(("hours_in_all", "persons", "passed"), [(3440, 1, True), (3441, 1, False), (3441, 2, True)])
def test_nobody_has_more_hours_than_a_full_time_year(hours_in_all, persons, passed):
    result = compute_budget([staff(hours_in_all, 592, persons=persons)], [], rules(), plan=PLAN)
    assert check(result, "b5").passed is passed


def test_hours_of_one_person_on_two_lines_are_added():
    lines = [staff(2000, 592, staff_id="ledare"), staff(2000, 482, staff_id="ledare")]
    assert not check(compute_budget(lines, [], rules(), plan=PLAN), "b5").passed


def test_hours_without_commitments_are_a_warning_with_the_number_to_find():
    result = compute_budget(STAFF, FINANCING, rules(), plan=replace(PLAN, committed_hours=Decimal(14000)))
    b6 = check(result, "b6")
    assert (b6.level, b6.passed) == ("warn", False)
    assert "ytterligare 400 timmar" in str(b6.sentence)


@pytest.mark.parametrize(
    ("lines", "financing", "unjudged"),
    [
        ([cost("resor", 1000)], [CoFinancingLine("kontant", "Pengar", amount=Decimal(500))], {"b5", "b6", "b7"}),
        (STAFF, FINANCING, set()),
    ],
)
def test_a_check_with_nothing_to_look_at_is_not_green(lines, financing, unjudged):
    result = compute_budget(lines, financing, rules(), plan=PLAN)

    assert {row.id for row in result.checks if row.passed is None} == unjudged


def test_a_price_that_is_not_in_the_calls_table_is_named():
    result = compute_budget([staff(10, 600)], FINANCING, rules(), plan=PLAN)
    assert not check(result, "b7").passed
    assert "Roll 600" in str(check(result, "b7").sentence)


amounts = st.decimals(0, 10**7, places=4)
some_lines = st.lists(
    st.builds(
        BudgetLine,
        beneficiary=st.sampled_from("ABC"),
        cost_type=st.sampled_from(["personal", "resor", "externa_tjanster", "intakter"]),
        title=st.just("Rad"),
        hours=amounts,
        unit_cost=st.decimals(0, 2000, places=2),
        amount=st.none() | amounts,
    ),
    max_size=8,
)
some_financing = st.lists(
    st.builds(
        CoFinancingLine,
        kind=st.sampled_from(["deltagare", "annat_an_pengar", "andel_av_kostnad", "kontant"]),
        title=st.just("Rad"),
        hours=amounts,
        unit_cost=st.decimals(0, 2000, places=2),
    ),
    max_size=5,
)
some_rate = st.decimals("0", "0.9", places=3).map(str)


@given(some_lines, some_financing, some_rate)
def test_support_and_owner_share_are_always_the_projects_cost(lines, financing, rate):
    result = compute_budget(lines, financing, rules(rate=rate), plan=PLAN)
    assert result.support + result.owner_share == result.direct_cost
    assert result.support + result.cofinancing == result.total_cost


@given(some_lines, some_financing, some_rate, st.randoms())
def test_the_order_of_the_lines_does_not_matter(lines, financing, rate, random):
    first = compute_budget(lines, financing, rules(rate=rate), plan=PLAN)
    random.shuffle(lines)
    random.shuffle(financing)
    assert compute_budget(lines, financing, rules(rate=rate), plan=PLAN) == first


@given(some_lines, some_financing)
def test_every_amount_is_whole_ore(lines, financing):
    result = compute_budget(lines, financing, rules(), plan=PLAN)
    amounts_given = [
        result.personnel,
        result.direct_cost,
        result.total_cost,
        result.cofinancing,
        result.support,
    ]
    assert all(amount == round(amount, 2) for amount in amounts_given)


@given(some_lines, st.integers(1, 3000))
def test_a_dearer_hour_never_lowers_the_cost(lines, more):
    before = compute_budget(lines, [], rules(), plan=PLAN)
    after = compute_budget([*lines, staff(1, more)], [], rules(), plan=PLAN)
    assert after.direct_cost > before.direct_cost
