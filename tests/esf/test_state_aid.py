"""De minimis aid, aid for training, and the size of companies."""

from datetime import date
from decimal import Decimal

import pytest

from broker.companies.sizes.ceilings import rules_on
from broker.esf.aid_rules import list_faults, read_aid_rules
from broker.esf.company_size import SizeClass, classify_size
from broker.esf.state_aid import (
    AidStatus,
    EarlierAid,
    ExchangeRate,
    Seats,
    assess_de_minimis,
    assess_training_aid,
    company_aid,
    training_aid_intensity,
)
from broker.reference.queries import read_yaml

DAY = date(2026, 11, 23)
CONTENT = read_yaml("state_aid_rules")
RULES = read_aid_rules(CONTENT).de_minimis_on(DAY)
TRAINING = read_aid_rules(CONTENT).training_on(DAY)
LIMITS = rules_on(DAY)
UNDERTAKING = frozenset({"556677-8899", "5560000001"})


def assess(aid_sek, earlier=(), day=DAY, rate_on=None, undertaking=UNDERTAKING):
    rate = ExchangeRate(Decimal("11.00"), rate_on or day, "Riksbanken")
    return assess_de_minimis(
        Decimal(aid_sek), granted_on=day, undertaking=undertaking, earlier=earlier, rate=rate, rules=RULES
    )


def earlier(amount, granted_on, number="5566778899"):
    return EarlierAid(number, Decimal(amount), granted_on)


def test_the_worked_example_of_twelve_seats_passes():
    aid = company_aid([Seats(12, Decimal(20000))], fee_sek=Decimal(4000))
    verdict = assess(aid, [earlier(60000, date(2025, 3, 1))])
    assert aid == Decimal("236000.00")
    assert (verdict.aid_eur, verdict.left_eur) == (Decimal("21454.55"), Decimal("218545.45"))
    assert verdict.status is AidStatus.PASSED


def test_a_fee_above_the_price_gives_no_aid():
    assert company_aid([Seats(1, Decimal(2000))], fee_sek=Decimal(7000)) == 0


def test_aid_to_the_whole_undertaking_counts_whoever_gave_it():
    rows = [
        earlier(100000, DAY, "556000-0001"),
        earlier(50000, DAY, "165566778899"),
        earlier(90000, DAY, "1"),
    ]
    assert assess(0, rows).earlier_eur == Decimal(150000)


@pytest.mark.parametrize(("granted_on", "counted"), [(date(2023, 11, 23), 0), (date(2023, 11, 24), 1000)])
def test_the_window_rolls_three_years_back_from_the_grant(granted_on, counted):
    assert assess(0, [earlier(1000, granted_on)]).earlier_eur == counted


def test_a_grant_on_the_leap_day_has_a_window_too():
    assert assess(0, [earlier(1000, date(2025, 3, 1))], day=date(2028, 2, 29)).earlier_eur == 1000


@pytest.mark.parametrize(
    ("before", "status"),
    [
        ("239999.99", AidStatus.PASSED),
        ("240000", AidStatus.NEAR_LIMIT),
        ("300000", AidStatus.NEAR_LIMIT),
        ("300000.01", AidStatus.STOPPED),
    ],
)
def test_the_verdict_turns_amber_at_the_share_and_stops_above_the_ceiling(before, status):
    assert assess(0, [earlier(before, DAY)]).status is status


def test_a_stop_says_how_much_to_take_away():
    verdict = assess(1100, [earlier(300000, DAY)])
    assert "Minska stödet med 100,00\xa0euro" in str(verdict.reasons[0])


@pytest.mark.parametrize("day", [date(2023, 12, 31), date(2031, 1, 1)])
def test_a_day_outside_the_regulation_is_refused_with_a_sentence(day):
    verdict = assess(1100, day=day)
    assert verdict.status is AidStatus.REFUSED
    assert "gäller från 2024-01-01 till 2030-12-31" in str(verdict.reasons[0])


def test_a_rate_from_another_day_is_kept_and_pointed_out():
    verdict = assess(1100, rate_on=date(2026, 11, 1))
    assert verdict.rate.rate_on == date(2026, 11, 1)
    assert "Hämta kursen" in str(verdict.reasons[-1])


@pytest.mark.parametrize(
    ("size", "disadvantaged", "percent"),
    [
        ("large", 0, 50),
        ("large", 1, 60),
        ("medium", 0, 60),
        ("medium", 1, 70),
        ("small", 0, 70),
        ("small", 1, 70),
    ],
)
def test_the_intensity_of_training_aid_follows_size_and_group(size, disadvantaged, percent):
    given = training_aid_intensity(SizeClass(size), disadvantaged=bool(disadvantaged), rules=TRAINING)
    assert given == percent


def training_aid(aid, cost=100000, *, mandatory=False, day=DAY):
    return assess_training_aid(
        Decimal(aid),
        eligible_cost_eur=Decimal(cost),
        size_class=SizeClass.MEDIUM,
        disadvantaged=False,
        mandatory=mandatory,
        granted_on=day,
        rules=TRAINING,
    )


def test_training_aid_up_to_the_intensity_passes_and_a_cent_more_is_stopped():
    assert training_aid(60000).status is AidStatus.PASSED
    assert "Minska stödet med 0,01\xa0euro" in str(training_aid("60000.01").reasons[0])


def test_training_that_the_law_demands_gets_no_aid():
    assert training_aid(1, mandatory=True).status is AidStatus.STOPPED


def test_very_large_training_aid_must_be_notified_first():
    assert "anmälas" in str(training_aid(3000001, 10**8).reasons[-1])


def test_training_aid_after_the_last_day_of_the_regulation_is_refused():
    verdict = training_aid(1, day=date(2027, 1, 1))
    assert (verdict.status, verdict.intensity) == (AidStatus.REFUSED, None)


@pytest.mark.parametrize(
    ("staff", "turnover", "balance", "size"),
    [
        (49, 10_000_000, 99_000_000, SizeClass.SMALL),
        (49, 10_000_001, 10_000_001, SizeClass.MEDIUM),
        (50, 1, 1, SizeClass.MEDIUM),
        (249, 60_000_000, 43_000_000, SizeClass.MEDIUM),
        (249, 50_000_001, 43_000_001, SizeClass.LARGE),
        (250, 1, 1, SizeClass.LARGE),
        (250, None, None, SizeClass.LARGE),
        (10, None, 5_000_000, SizeClass.SMALL),
        (10, 11_000_000, None, None),
        (10, None, None, None),
        (5, None, 2_500_000, SizeClass.SMALL),
    ],
)
def test_size_follows_staff_and_the_better_of_turnover_and_balance(staff, turnover, balance, size):
    figures = [None if figure is None else Decimal(figure) for figure in (turnover, balance)]
    assert classify_size(staff, *figures, LIMITS).size_class is size


def test_the_two_inputs_that_decided_the_size_are_named():
    size = classify_size(32, Decimal(12_000_000), Decimal(8_000_000), LIMITS)
    assert tuple(map(str, size.deciding)) == (
        "32 årsarbetskrafter, under 50",
        "balansomslutning 8\xa0000\xa0000\xa0euro, högst 10\xa0000\xa0000\xa0euro",
    )


def with_row(**changes):
    """Give the rules with one more row of de minimis aid after a gap of a year."""
    (row,) = CONTENT["de_minimis"]
    later = (
        row | {"valid_from": "2032-01-01", "valid_to": None, "ceiling_eur": 400_000, "regulation": "Senare"} | changes
    )
    return CONTENT | {"de_minimis": [row, later]}


@pytest.mark.parametrize(
    ("day", "regulation", "holds"),
    [
        (date(2023, 12, 31), "(EU) 2023/2831", False),
        (date(2024, 1, 1), "(EU) 2023/2831", True),
        (date(2030, 12, 31), "(EU) 2023/2831", True),
        (date(2031, 6, 1), "(EU) 2023/2831", False),
        (date(2032, 1, 1), "Senare", True),
        (date(2099, 1, 1), "Senare", True),
    ],
)
def test_the_day_of_the_grant_chooses_the_rules_and_a_day_without_any_cannot_be_judged(day, regulation, holds):
    rules = read_aid_rules(with_row()).de_minimis_on(day)
    assert (rules.regulation, rules.valid.holds_on(day)) == (regulation, holds)
    rate = ExchangeRate(Decimal("11.00"), day, "Riksbanken")
    verdict = assess_de_minimis(Decimal(1), granted_on=day, undertaking=UNDERTAKING, earlier=(), rate=rate, rules=rules)
    assert (verdict.status is AidStatus.REFUSED) is not holds


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (CONTENT, None),
        (with_row(), None),
        (with_row(valid_from="2030-06-01"), "de_minimis, 2: låt raden börja efter raden före."),
        (with_row(valid_to="2031-01-01"), "de_minimis, 2: skriv en sista dag"),
        (with_row(valid_from="nästa år"), "de_minimis, 2: skriv dagar som"),
        (with_row(ceiling_eur="mycket"), "de_minimis, 2: skriv dagar som"),
        (CONTENT | {"training_aid": []}, "training_aid: skriv minst en rad."),
    ],
)
def test_rules_that_cannot_be_followed_are_told_where(app, content, told):
    with app.test_request_context():
        faults = list_faults(content)
    assert not faults if told is None else len(faults) == 1 and faults[0].startswith(told)
