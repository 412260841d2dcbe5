"""The comparison of offers keeps what it promises, whatever the offers are."""

from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from broker.procurement.offers.comparison.service import Criterion, check_criteria
from broker.procurement.offers.evaluation import Bid, Quality, SheetModel, compare
from broker.procurement.service import StepRefusedError

PRICES = st.integers(min_value=0, max_value=500_000_000)
POINTS = st.integers(min_value=0, max_value=5)


@st.composite
def sheets(draw):
    """Give a model with criteria whose weights with that of the price are 100, and some offers with their points."""
    model = draw(st.sampled_from(SheetModel))
    count = 0 if model is SheetModel.LOWEST_PRICE else draw(st.integers(1, 4))
    cuts = sorted(draw(st.lists(st.integers(0, 100), min_size=count, max_size=count)))
    weights = [after - before for before, after in zip([0, *cuts], [*cuts, 100], strict=True)]
    worths = draw(st.lists(st.integers(1, 50_000_000), min_size=count, max_size=count))
    qualities = [Quality(key, f"K{key}", weights[key + 1], worths[key]) for key in range(count)]
    bids = [
        Bid(key, f"Anordnare {key}", draw(PRICES), {row.id: draw(POINTS) for row in qualities})
        for key in range(draw(st.integers(1, 5)))
    ]
    return model, weights[0], qualities, bids


def reference(model, price_weight, qualities, bids):
    """Work the totals out in another way: with fractions, rounded at the end of each line."""

    def cents(value):
        whole = Decimal(value.numerator * 100) / Decimal(value.denominator)
        return whole.quantize(Decimal(1), ROUND_HALF_UP) / 100

    lowest = min(bid.price_ore for bid in bids)
    totals = {}
    for bid in bids:
        if model is SheetModel.WEIGHTED:
            share = Fraction(lowest, bid.price_ore) if bid.price_ore else Fraction(1)
            lines = [cents(share * price_weight)]
            lines += [cents(Fraction(bid.points[row.id] * row.weight, 5)) for row in qualities]
        else:
            lines = [cents(Fraction(bid.price_ore, 100))]
            used = qualities if model is SheetModel.DEDUCTION else []
            lines += [-cents(Fraction(row.worth_ore * bid.points[row.id], 500)) for row in used]
        totals[bid.id] = sum(lines)
    return totals


@given(sheets())
def test_the_totals_and_places_are_those_of_a_second_calculation(sheet):
    model, _weight, _qualities, bids = sheet
    result = compare(*sheet)
    totals = {row.bid.id: row.total for row in result.outcomes}
    assert totals == reference(*sheet)
    order = sorted(totals.values(), reverse=model is SheetModel.WEIGHTED)
    assert {row.bid.id: row.place for row in result.outcomes} == {
        bid.id: order.index(totals[bid.id]) + 1 for bid in bids
    }
    assert {bid.id for bid in result.first} == {key for key, total in totals.items() if total == order[0]}


@given(sheets(), st.randoms())
def test_the_order_of_the_offers_changes_nothing(sheet, random):
    model, weight, qualities, bids = sheet
    shuffled = list(bids)
    random.shuffle(shuffled)
    assert compare(model, weight, qualities, bids) == compare(model, weight, qualities, shuffled)


@given(sheets(), st.data())
def test_a_lower_price_never_worsens_an_offer(sheet, data):
    model, weight, qualities, bids = sheet
    chosen = data.draw(st.sampled_from(bids))
    lower = Bid(chosen.id, chosen.name, data.draw(st.integers(0, chosen.price_ore)), chosen.points)
    before, after = (
        next(row.place for row in compare(model, weight, qualities, offers).outcomes if row.bid.id == chosen.id)
        for offers in (bids, [lower if bid is chosen else bid for bid in bids])
    )
    assert after <= before


CRITERIA = st.lists(st.tuples(st.integers(0, 100), st.integers(0, 10**9)), max_size=5)


@given(st.sampled_from(SheetModel), st.integers(0, 100), CRITERIA)
def test_weights_that_are_kept_are_always_a_hundred_together(model, price_weight, rows):
    criteria = [Criterion(f"K{number}", "m", *row) for number, row in enumerate(rows)]
    try:
        kept, kept_rows = check_criteria(model, price_weight, criteria)
    except StepRefusedError:
        is_whole = price_weight + sum(weight for weight, _worth in rows) == 100
        assert not (model is SheetModel.WEIGHTED and is_whole and all(weight for weight, _worth in rows))
    else:
        assert kept + sum(row.weight for row in kept_rows) == 100


@given(sheets())
def test_nobody_gets_more_points_than_there_are(sheet):
    model, weight, qualities, bids = sheet
    best = [Bid(9, "Bäst", 0, {row.id: 5 for row in qualities})]
    if model is SheetModel.WEIGHTED:
        assert compare(model, weight, qualities, best).outcomes[0].total == 100
        assert all(0 <= row.total <= 100 for row in compare(model, weight, qualities, bids).outcomes)


def test_the_arithmetic_of_a_line_is_written_out_and_a_missing_point_stops_the_whole():
    quality = Quality(1, "Lärarnas erfarenhet", 40, 5_000_000)
    bids = [Bid(1, "A", 12_000_000, {1: 3}), Bid(2, "B", 9_000_000, {1: 2})]
    result = compare(SheetModel.WEIGHTED, 60, [quality], bids)
    assert [line.working for line in result.outcomes[1].lines] == [
        "90\xa0000,00\xa0kr ÷ 120\xa0000,00\xa0kr × 60 = 45",
        "3 ÷ 5 × 40 = 24",
    ]
    assert [(row.bid.name, row.total) for row in result.outcomes] == [("B", Decimal(76)), ("A", Decimal(69))]
    deducted = compare(SheetModel.DEDUCTION, 100, [quality], bids)
    assert deducted.outcomes[1].lines[1].working == "− 50\xa0000,00\xa0kr × 3 ÷ 5 = − 30\xa0000,00\xa0kr"
    alike = compare(SheetModel.DEDUCTION, 100, [quality], [bids[1], Bid(3, "C", 10_000_000, {1: 3})])
    assert [row.place for row in alike.outcomes] == [1, 1]
    lacking = compare(SheetModel.WEIGHTED, 60, [quality], [*bids, Bid(3, "C", 1, {})])
    assert (lacking.outcomes, lacking.missing) == ((), (("C", "Lärarnas erfarenhet"),))


def test_offers_that_stand_alike_are_listed_in_swedish_order():
    bids = [Bid(key, name, 100, {}) for key, name in enumerate(["Öst", "Ål", "Zorn"])]
    assert [row.bid.name for row in compare(SheetModel.LOWEST_PRICE, 100, [], bids).outcomes] == ["Zorn", "Ål", "Öst"]
