"""The ledger counts each aid once, three years back, over all that hang together; deadlines are working days."""

from datetime import date, timedelta
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from broker.companies.sizes.ceilings import rules_on
from broker.companies.sizes.groups import HolderKind, Holding
from broker.esf.aid_rules import read_aid_rules
from broker.esf.ledger.owners import controlled_with
from broker.esf.ledger.rows import LedgerRow, make_ledger, register_by, undertaking_of
from broker.esf.state_aid import AidStatus
from broker.reference.queries import read_yaml
from broker.sentences import Sentence

DAY = date(2026, 11, 23)
RULES = read_aid_rules(read_yaml("state_aid_rules")).de_minimis_on(DAY)
SOURCE = Sentence("prov")


def row(amount, granted_on=DAY, giver="Almi", company="Verkstad AB", **facts):
    return LedgerRow(company, giver, granted_on, amount if amount is None else Decimal(amount), SOURCE, **facts)


def ledger(*rows, on=DAY):
    return make_ledger(rows, on, RULES)


def test_three_years_roll_back_from_the_day_of_the_grant():
    assert ledger(row(1000, date(2023, 11, 24))).used_eur == 1000
    assert ledger(row(1000, date(2023, 11, 23))).used_eur == 0
    assert ledger(row(1000, DAY + timedelta(days=1))).used_eur == 0
    assert ledger(row(1000, date(2024, 2, 29)), on=date(2027, 2, 28)).used_eur == 1000


def test_the_room_is_judged_at_four_fifths_and_at_the_ceiling():
    cases = {"239999.99": "passed", "240000": "near_limit", "300000": "near_limit", "300000.01": "stopped"}
    assert {amount: ledger(row(amount)).status.value for amount in cases} == cases
    assert ledger(row(1), on=date(2031, 1, 1)).status is AidStatus.REFUSED


def test_an_aid_in_kronor_without_a_rate_leaves_the_room_unjudged():
    unread = ledger(row(None, amount_kr=Decimal(50000)))
    assert (unread.unread, unread.used_eur, unread.status) == (1, 0, AidStatus.REFUSED)


def test_the_same_aid_in_two_certificates_counts_once_and_another_companys_does_not():
    twice = ledger(row(1000), row(1000, giver=" ALMI "), row(1000, company="Syster AB"), row(1000, giver="Region"))
    assert twice.used_eur == 3000


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 2000), st.integers(1, 90000)), max_size=12))
def test_what_is_used_and_what_is_left_are_the_ceiling_and_order_does_not_matter(told):
    rows = [row(amount, DAY - timedelta(days=back), giver=f"Givare {giver}") for giver, back, amount in told]
    forward, backward = ledger(*rows), ledger(*reversed(rows))
    assert forward.used_eur + forward.left_eur == RULES.ceiling_eur
    assert forward.used_eur == backward.used_eur <= sum(one.amount_eur for one in rows)


@given(st.lists(st.tuples(st.sampled_from("abcdef"), st.sampled_from("abcdef")), max_size=10))
def test_all_of_an_undertaking_have_the_same_undertaking(pairs):
    groups = {one: {other for first, other in pairs if first == one} for one in "abcdef"}
    for key in "abcdef":
        whole = undertaking_of(key, groups)
        assert key in whole and all(undertaking_of(other, groups) == whole for other in whole)


_SHARES = st.sampled_from([0, 25, 50, 51, 100])
_ENDS = st.tuples(st.sampled_from("abcde"), st.sampled_from("abcde")).filter(lambda ends: ends[0] != ends[1])
_HELD = st.builds(
    lambda ends, votes, kind: Holding(*ends, Decimal(0), Decimal(votes), kind=kind),
    _ENDS,
    _SHARES,
    st.sampled_from(HolderKind),
)


@given(st.lists(_HELD, max_size=8))
def test_a_majority_ties_two_enterprises_both_ways_and_persons_and_public_bodies_tie_nobody(held):
    rules = rules_on(DAY)
    with_ = {key: controlled_with(key, held, rules) for key in "abcde"}
    for key, group in with_.items():
        assert key in group and all(with_[other] == group for other in group)
    natural = (HolderKind.PERSON, HolderKind.BUSINESS_ANGEL, HolderKind.PUBLIC_BODY, HolderKind.SMALL_MUNICIPALITY)
    for row in held:
        if row.kind not in natural and row.votes > 50:
            assert row.owned in with_[row.owner]
    assert controlled_with("a", [row for row in held if row.kind in natural], rules) == {"a"}


def test_twenty_working_days_leave_out_weekends_and_holidays():
    assert register_by(date(2026, 3, 2), 20) == date(2026, 3, 30)
    # Good Friday, Easter Monday and Ascension Day lie between; of Maundy Thursday nothing is said.
    assert register_by(date(2026, 4, 1), 20) == date(2026, 5, 4)
    assert register_by(date(2026, 12, 23), 1) == date(2026, 12, 28)
