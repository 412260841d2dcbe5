"""What a training costs, whichever way its provider counts."""

from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from broker.providers import prices
from broker.providers.prices import PriceModel

AMOUNTS = st.integers(0, 10**10)
PEOPLE = st.integers(1, 500)


def priced(fixed, each):
    return SimpleNamespace(fixed_price_ore=fixed, price_per_participant_ore=each)


@pytest.mark.parametrize(
    ("fixed", "each", "model", "price"),
    [
        (0, 450_000, PriceModel.PER_PARTICIPANT, 4_500_000),
        (3_000_000, 0, PriceModel.PER_GROUP, 3_000_000),
        (1_000_000, 150_000, PriceModel.FIXED_AND_PARTICIPANT, 2_500_000),
        (0, 0, PriceModel.PER_PARTICIPANT, 0),
    ],
)
def test_ten_people_cost_what_the_provider_counts(fixed, each, model, price):
    assert prices.model_of(priced(fixed, each)) is model
    assert prices.price_of(priced(fixed, each), 10) == price


@given(AMOUNTS, AMOUNTS, PEOPLE)
def test_what_each_pays_is_enough_for_all_and_less_than_an_ore_too_much_each(fixed, each, people):
    row = priced(fixed, each)
    collected = prices.price_per_head(row, people) * people
    assert 0 <= collected - prices.price_of(row, people) < people


@given(AMOUNTS, AMOUNTS, st.lists(st.integers(1, 40), min_size=1, max_size=8))
def test_the_shares_of_a_joint_group_are_enough_for_the_whole(fixed, each, parts):
    row, together = priced(fixed, each), sum(parts)
    shares = sum(prices.share_of(row, people, together) for people in parts)
    assert 0 <= shares - prices.price_of(row, together) < len(parts)


@given(AMOUNTS, AMOUNTS, PEOPLE)
def test_one_more_never_costs_less_in_all_nor_more_for_each(fixed, each, people):
    row = priced(fixed, each)
    assert prices.price_of(row, people + 1) >= prices.price_of(row, people)
    assert prices.price_per_head(row, people + 1) <= prices.price_per_head(row, people)


def test_a_group_of_nobody_yet_has_a_price_for_each():
    assert prices.price_per_head(priced(1_000_000, 50_000), 0) == 1_050_000
