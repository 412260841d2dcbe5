"""The arithmetic of a value, on every basis that the workflow's file names."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from broker.procurement.labels import alternative_label
from broker.procurement.value.parts import Part, PartKind, parts_of, to_stored
from broker.procurement.value.rules import calculate
from tests.factories_procurement import document

DOCUMENT = document("procurement_workflow")
BASES = DOCUMENT["value_bases"]
AMOUNTS = st.decimals(0, 10**9, places=2)
PARTS = st.lists(
    st.builds(Part, kind=st.sampled_from(PartKind), text=st.just("x"), amount=AMOUNTS, until=st.none() | st.dates()),
    max_size=12,
)


def part(kind, amount):
    return Part(PartKind(kind), kind, Decimal(amount))


def test_every_basis_of_the_field_can_be_reckoned_and_names_only_known_kinds():
    assert set(BASES) == set(DOCUMENT["fields"]["value_basis"]["values"])
    for name, rule in BASES.items():
        assert rule["law"].startswith("LOU 5 kap.")
        assert str(alternative_label("value_basis", name)) != name
        for kinds in ("counts", "subtracts", "at_least"):
            assert {PartKind(kind) for kind in rule.get(kinds, ())} <= set(PartKind)


@pytest.mark.parametrize(
    ("basis", "value"),
    [
        # price 100 + option 40
        ("contract_total", 140),
        # similar 300 + increase 30 − decrease 20; the contract itself is less
        ("recurring_previous_12_months", 310),
        # price 100 + option 40 + coming 200
        ("recurring_next_12_months", 340),
        # 5 a month for 48 months
        ("no_total_price_48_months", 240),
        ("framework_maximum", 140),
    ],
)
def test_each_basis_counts_its_own_parts(basis, value):
    parts = [
        part("price", 100), part("option", 40), part("similar", 300), part("increase", 30), part("decrease", 20),
        part("coming", 200), part("monthly", 5),
    ]  # fmt: skip
    assert calculate(DOCUMENT, basis, parts).value == value


def test_last_years_purchases_never_make_the_value_less_than_the_contract_itself():
    calculation = calculate(
        DOCUMENT, "recurring_previous_12_months", [part("price", 500), part("option", 100), part("similar", 200)]
    )
    assert (calculation.total, calculation.least, calculation.value) == (200, 600, 600)
    assert calculation.is_raised


@given(basis=st.sampled_from(sorted(BASES)), parts=PARTS)
def test_every_part_stands_in_exactly_one_place_and_options_are_never_lost(basis, parts):
    calculation = calculate(DOCUMENT, basis, parts)
    placed = [*calculation.added, *calculation.taken_away, *calculation.left_out]
    assert sorted(map(repr, placed)) == sorted(map(repr, parts))
    own = sum((row.amount for row in parts if row.kind in ("price", "option")), Decimal(0))
    assert calculation.value >= own


@given(basis=st.sampled_from(sorted(BASES)), parts=PARTS, more=AMOUNTS)
def test_a_higher_price_or_one_more_option_never_lowers_the_value(basis, parts, more):
    for kind in (PartKind.PRICE, PartKind.OPTION):
        larger = [*parts, Part(kind, "till", more)]
        assert calculate(DOCUMENT, basis, larger).value >= calculate(DOCUMENT, basis, parts).value


@given(parts=PARTS)
def test_what_is_kept_is_read_back_to_the_ore(parts):
    assert parts_of({"value_parts": to_stored(parts)}) == parts


def test_days_of_an_option_and_the_purchase_of_a_similar_contract_are_kept():
    option = Part(PartKind.OPTION, "Ett år till", Decimal("0.10"), date(2026, 5, 1), date(2027, 5, 1))
    similar = Part(PartKind.SIMILAR, "Truck", Decimal(5), purchase_id=3)
    assert parts_of({"value_parts": to_stored([option, similar])}) == [option, similar]
