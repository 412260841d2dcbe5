"""Costs by month: exact to the öre, whatever the days are."""

from dataclasses import fields
from datetime import date
from decimal import Decimal
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from broker.esf.budgets.arithmetic import BudgetLine, CoFinancingLine, compute_budget
from broker.esf.budgets.months import MonthFigures, add_up, compute_months
from broker.esf.budgets.spreading import Period, full_time_hours, spread
from tests.esf.budgets.test_arithmetic import FINANCING, OTHER, PLAN, STAFF, rules

PROJECT = Period(date(2027, 3, 1), date(2029, 2, 28))
days = st.dates(date(2026, 1, 1), date(2030, 12, 31))
periods = st.tuples(days, days).map(lambda pair: Period(*sorted(pair)))
amounts = st.decimals(0, 10**7, places=2)


def test_a_month_begun_is_counted_by_its_days():
    period = Period(date(2027, 3, 1), date(2027, 4, 15))

    assert (period.length, period.share_of(date(2027, 4, 1))) == (Fraction(3, 2), Fraction(1, 2))


def test_full_time_for_two_years_is_the_hours_of_the_worked_example():
    assert full_time_hours(PROJECT, Decimal(1720), Decimal(1), 1) == 3440
    assert full_time_hours(PROJECT, Decimal(1720), Decimal("0.5"), 2) == 3440
    assert full_time_hours(PROJECT, Decimal(1720), Decimal("0.2"), 1) == 688


def test_what_cannot_be_divided_evenly_is_made_up_in_a_later_month():
    quarter = Period(date(2027, 1, 1), date(2027, 3, 31))

    assert list(spread(Decimal("100.00"), quarter).values()) == [Decimal("33.33"), Decimal("33.34"), Decimal("33.33")]


@given(amounts, periods)
def test_the_months_add_up_to_the_amount_and_none_is_an_ore_off(total, period):
    steps = spread(total, period)

    assert sum(steps.values()) == total
    for month, amount in steps.items():
        exact = Fraction(total) * period.share_of(month) / period.length
        assert abs(Fraction(amount) - exact) <= Fraction(1, 100)


some_lines = st.lists(
    st.builds(
        lambda period, **values: BudgetLine(**values, starts_on=period.starts_on, ends_on=period.ends_on),
        period=periods,
        beneficiary=st.sampled_from("AB"),
        cost_type=st.sampled_from(["personal", "resor", "intakter"]),
        title=st.just("Rad"),
        hours=amounts,
        unit_cost=st.decimals(0, 2000, places=2),
        amount=st.none() | amounts,
    ),
    max_size=5,
)


@given(some_lines)
def test_months_add_up_to_the_sub_budgets_and_these_to_the_whole(lines):
    result = compute_budget(lines, FINANCING, rules(), plan=PLAN)
    monthly = compute_months(lines, FINANCING, rules(), project=PROJECT)

    for sub in result.sub_budgets:
        months = add_up(monthly.by_beneficiary[sub.beneficiary].values())
        for name in ("personnel", "flat_rate_cost", "other_costs", "revenue", "direct_cost"):
            assert getattr(months, name) == getattr(sub, name)
    whole = add_up(monthly.total.values())
    assert (whole.direct_cost, whole.in_kind) == (result.direct_cost, result.in_kind)
    assert add_up(monthly.years.values()) == whole


def test_the_worked_example_costs_the_same_in_every_whole_month_to_the_ore():
    monthly = compute_months(STAFF + OTHER, FINANCING, rules(), project=PROJECT)
    costs = {figures.direct_cost for figures in monthly.total.values()}

    assert len(monthly.months) == 24
    assert max(costs) - min(costs) <= Decimal("0.10")
    assert sorted(monthly.years) == [2027, 2028, 2029]
    assert monthly.years[2028].direct_cost == Decimal("4028424.40")


def test_a_line_with_days_of_its_own_costs_nothing_in_other_months():
    course = BudgetLine(
        "Lärcentrum",
        "externa_tjanster",
        "Kurs",
        amount=Decimal(900),
        starts_on=date(2027, 9, 1),
        ends_on=date(2027, 11, 30),
    )
    cash = CoFinancingLine("kontant", "Kontant", amount=Decimal(240))
    monthly = compute_months([course], [cash], rules(), project=PROJECT)

    assert {month for month, figures in monthly.total.items() if figures.other_costs} == {
        date(2027, month, 1) for month in (9, 10, 11)
    }
    assert monthly.total[date(2027, 3, 1)] == MonthFigures(cash=Decimal(10))
    assert {field.name for field in fields(MonthFigures)} >= {"cash", "in_kind"}
