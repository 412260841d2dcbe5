"""What if: the budget with something otherwise, beside the budget as it is."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from broker.esf.budgets.arithmetic import BudgetLine, ProjectPlan, compute_budget
from broker.esf.budgets.figures import Budget
from broker.esf.budgets.spreading import Period
from broker.esf.budgets.what_if import WhatIf, compute_if, reckon_costs
from tests.esf.budgets.test_arithmetic import FINANCING, OTHER, STAFF, rules

PLAN = ProjectPlan(months=24, participants=360, committed_hours=Decimal(14400), companies=30)
LINES = tuple(STAFF + OTHER)
RESULT = compute_budget(LINES, FINANCING, rules(), plan=PLAN)
BUDGET = Budget(rules(), LINES, tuple(FINANCING), PLAN, Period(date(2027, 3, 1), date(2029, 2, 28)), RESULT)


def test_nothing_otherwise_is_the_budget_as_it_is():
    assert compute_if(BUDGET, WhatIf()) == RESULT


def test_fewer_companies_bring_fewer_hours_and_the_owner_carries_more():
    found = compute_if(BUDGET, WhatIf(fewer_companies=3))

    assert (found.participants, found.participant_hours) == (324, Decimal(12960))
    assert found.direct_cost == RESULT.direct_cost
    # 1 440 hours at 290 kr less: 46 % of that is still asked for, 54 % more falls on the owner.
    assert found.owner_share - RESULT.owner_share == Decimal("225504.00")


def test_a_price_for_each_participant_follows_those_who_come_and_one_for_a_group_stays():
    seats = BudgetLine("Kommunen", "externa_tjanster", "Kursplatser", amount=Decimal(120_000), row_id=7)
    course = BudgetLine("Kommunen", "externa_tjanster", "Hel kurs", amount=Decimal(80_000), row_id=8)
    lines = (*LINES, seats, course)
    whole = replace(BUDGET, lines=lines, result=compute_budget(lines, FINANCING, rules(), plan=PLAN))

    found = compute_if(whole, WhatIf(fewer_companies=3), {7})

    assert whole.result.other_costs - found.other_costs == 12_000
    told = {row.title: (row.then, row.numbers) for row in reckon_costs(whole, WhatIf(fewer_companies=3), {7})}
    assert told["Hel kurs"] == (80_000, "")
    assert told["Kursplatser"][0] == 108_000 and told["Kursplatser"][1].endswith("× 27 / 30")


def test_the_price_of_the_staff_changes_the_cost_with_its_flat_rate():
    found = compute_if(BUDGET, WhatIf(staff_price_change=Decimal(10)))

    assert found.direct_cost - RESULT.direct_cost == (RESULT.personnel + RESULT.flat_rate_cost) / 10


@pytest.mark.parametrize(
    "change", [WhatIf(staff_price_change=Decimal(10)), WhatIf(participant_price_change=Decimal(-7))]
)
def test_changed_prices_are_taken_to_be_those_of_the_call(change):
    assert next(check for check in compute_if(BUDGET, change).checks if check.id == "b7").passed


def test_without_any_company_nobody_takes_part():
    found = compute_if(BUDGET, WhatIf(fewer_companies=30))

    assert (found.participants, found.participant_hours, found.cost_per_participant) == (0, 0, None)
