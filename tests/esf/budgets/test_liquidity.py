"""When support comes, and how much must be carried until then."""

from datetime import date
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from broker.esf.budgets.arithmetic import BudgetLine, CoFinancingLine, compute_budget
from broker.esf.budgets.drawing import draw
from broker.esf.budgets.liquidity import compute_liquidity, read_payment_rules
from broker.esf.budgets.months import compute_months
from broker.esf.budgets.spreading import Period
from tests.esf.budgets.test_arithmetic import FINANCING, OTHER, PLAN, STAFF, TEMPLATE, cost, rules

PROJECT = Period(date(2027, 3, 1), date(2029, 2, 28))
PAYMENT = read_payment_rules(TEMPLATE)


def money(lines, cofinancing, *, rate="0.46", model="yrkeskategori"):
    its_rules = rules(model, rate)
    result = compute_budget(lines, cofinancing, its_rules, plan=PLAN)
    monthly = compute_months(lines, cofinancing, its_rules, project=PROJECT)
    return compute_liquidity(monthly, result.support, PAYMENT, is_lump=its_rules.flat_rate is None), result


def test_a_claim_sent_at_once_is_paid_in_the_third_month_after():
    found, _result = money([cost("resor", 2400)], [], rate="0")
    at_once, _advance, late, _both = found.curves

    assert list(at_once.paid.values())[:5] == [0, 0, 0, Decimal(100), Decimal(100)]
    # March is claimed on the last of May and paid within 80 days, in August.
    assert next(month for month, amount in late.paid.items() if amount) == date(2027, 8, 1)
    assert (at_once.lowest, at_once.lowest_in) == (Decimal(-300), date(2027, 5, 1))
    assert (late.lowest, late.lowest_in) == (Decimal(-500), date(2027, 7, 1))


def test_an_advance_is_half_of_the_support_but_never_more_than_the_rules_allow():
    small, _result = money([cost("resor", 2400)], [], rate="0")
    large, _result = money(STAFF + OTHER, FINANCING)

    assert small.curves[1].advance == Decimal(1200)
    assert small.curves[1].lowest == 0
    assert list(small.curves[1].balance.values())[-1] == 0
    assert large.curves[1].advance == Decimal(400_000)


def test_the_owner_carries_its_own_share_to_the_end():
    found, result = money(STAFF + OTHER, FINANCING)

    assert all(list(curve.balance.values())[-1] == -result.owner_share for curve in found.curves)
    assert found.worst.is_late
    assert found.worst.lowest < -result.owner_share


def test_cash_from_others_lightens_the_load():
    cash = CoFinancingLine("kontant", "Kontant", amount=Decimal(240))
    with_cash, _result = money([cost("resor", 2400)], [cash], rate="0.1")
    without, _result = money([cost("resor", 2400)], [], rate="0.1")

    assert with_cash.worst.lowest > without.worst.lowest


def test_a_lump_sum_is_paid_once_after_the_final_report():
    found, _result = money([cost("klumpsumma", 2400)], [], rate="0", model="klumpsumma")

    assert [amount for amount in found.curves[0].paid.values() if amount] == [Decimal(2400)]
    assert (found.curves[0].lowest, found.curves[0].lowest_in) == (Decimal(-2400), date(2029, 2, 1))


def test_the_picture_lies_within_its_box_and_marks_the_lowest_point():
    found, _result = money(STAFF + OTHER, FINANCING)
    drawing = draw(found)

    heights = [float(point.split(",")[1]) for line in drawing.lines for point in line.points.split()]
    assert len(drawing.lines) == 2
    assert 0 <= drawing.zero_y < min(heights) <= max(heights) <= drawing.height
    assert max(line.lowest_y for line in drawing.lines) == max(heights)


@given(
    st.lists(
        st.builds(
            BudgetLine,
            beneficiary=st.sampled_from("AB"),
            cost_type=st.sampled_from(["resor", "intakter"]),
            title=st.just("Rad"),
            amount=st.decimals(0, 10**6, places=2),
        ),
        max_size=4,
    )
)
def test_in_the_end_all_support_has_come_however_it_is_claimed(lines):
    found, result = money(lines, [])

    if result.direct_cost > 0:
        assert all(sum(curve.paid.values()) == result.support for curve in found.curves)
