"""The size of an enterprise: ceilings, linked and partner enterprises, public owners, two years, missing figures."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from broker.companies.sizes.assessment import assess
from broker.companies.sizes.ceilings import rules_on
from broker.companies.sizes.groups import HolderKind, Holding, Relation, relation_of, structure_of
from broker.companies.sizes.rules import Amount, Category, Span, Sums, classify, over_years
from broker.companies.sizes.years import Case, Figures

DAY = date(2026, 11, 2)
RULES = rules_on(DAY)
MILLION = 1_000_000
MICRO, SMALL, MEDIUM, LARGE = Category


def figures(headcount, turnover, balance=None, *, year=2025, **facts):
    amounts = (None if value is None else Decimal(value) for value in (headcount, turnover, balance))
    return Figures(date(year, 12, 31), *amounts, **facts)


def holding(owner, owned, capital, votes=None, **facts):
    return Holding(owner, owned, Decimal(capital), Decimal(capital if votes is None else votes), **facts)


def judge(own, *holdings, day=DAY, **others):
    """Judge E, whose figures come first; others are given by their keys."""
    known = {"E": own, **others}
    names = {key: key for row in holdings for key in (row.owner, row.owned)} | {key: key for key in known}
    given_figures = {key: row if isinstance(row, list) else [row] for key, row in known.items() if row is not None}
    return assess(Case("E", names, given_figures, holdings), rules_on(day), day)


def told(result):
    return " ".join(str(sentence) for step in result.steps for sentence in step.told)


@pytest.mark.parametrize(
    ("headcount", "turnover", "balance", "category"),
    [
        ("9.9", 2 * MILLION, 99 * MILLION, MICRO),
        (10, 2 * MILLION, 2 * MILLION, SMALL),
        (9, 2 * MILLION + 1, 2 * MILLION + 1, SMALL),
        ("49.99", 99 * MILLION, 10 * MILLION, SMALL),
        (50, 1, 1, MEDIUM),
        ("249.9", 50 * MILLION, 99 * MILLION, MEDIUM),
        (249, 50 * MILLION + 1, 43 * MILLION + 1, LARGE),
        (250, 1, 1, LARGE),
    ],
)
def test_the_ceilings_of_an_autonomous_enterprise(headcount, turnover, balance, category):
    assert judge(figures(headcount, turnover, balance)).category is category


def test_a_linked_enterprise_counts_wholly_and_a_partner_by_its_greater_share():
    result = judge(
        figures(5, MILLION, MILLION),
        holding("L", "E", 51),
        holding("E", "P", 20, 40),
        L=figures(30, 4 * MILLION, 4 * MILLION),
        P=figures(100, 10 * MILLION, 10 * MILLION),
    )

    [year] = result.years
    assert (year.sums.headcount.low, year.sums.turnover.low) == (75, 9 * MILLION)
    assert result.category is MEDIUM
    assert "L har 51\xa0% av kapitalet och 51\xa0% av rösterna i E: anknutna företag, räknas helt." in told(result)
    assert "P, till 40\xa0%: årsarbetskrafter 100" in told(result)


def test_what_is_linked_to_a_partner_comes_with_the_partners_share_and_its_own_partners_do_not():
    result = judge(
        figures(1, 1, 1),
        holding("P", "E", 30),
        holding("Q", "P", 80),
        holding("R", "P", 20),
        holding("S", "Q", 30),
        P=figures(10, 1, 1),
        Q=figures(100, 1, 1),
        R=figures(1000, 1, 1),
        S=figures(1000, 1, 1),
    )

    assert result.years[0].sums.headcount.low == 1 + Decimal("0.3") * 110


def test_partners_of_a_linked_enterprise_count_by_their_share():
    result = judge(
        figures(1, 1, 1),
        holding("L", "E", 100),
        holding("P", "L", 25),
        L=figures(10, 1, 1),
        P=figures(100, 1, 1),
    )

    assert result.years[0].sums.headcount.low == 36


def test_linked_enterprises_hold_together_what_each_holds_a_part_of():
    rows = [holding("A", "B", 100), holding("A", "E", 30), holding("B", "E", 30)]
    assert structure_of("E", rows, RULES).group == {"A", "B", "E"}

    rows = [holding("A", "B", 100), holding("A", "E", 20), holding("B", "E", 20)]
    [partner] = structure_of("E", rows, RULES).partners
    assert (partner.members, partner.share) == ({"A", "B"}, 40)


@pytest.mark.parametrize(
    ("row", "relation"),
    [
        (holding("A", "E", "24.99"), Relation.AUTONOMOUS),
        (holding("A", "E", 25), Relation.PARTNER),
        (holding("A", "E", 0, 25), Relation.PARTNER),
        (holding("A", "E", 50), Relation.PARTNER),
        (holding("A", "E", 60, 50), Relation.PARTNER),
        (holding("A", "E", 10, "50.01"), Relation.LINKED),
        (holding("A", "E", 0, 0, controls=True), Relation.LINKED),
        (holding("A", "E", 40, kind=HolderKind.VENTURE_CAPITAL), Relation.AUTONOMOUS),
        (holding("A", "E", 51, kind=HolderKind.VENTURE_CAPITAL), Relation.LINKED),
        (holding("A", "E", 40, kind=HolderKind.BUSINESS_ANGEL), Relation.AUTONOMOUS),
        (holding("A", "E", 100, kind=HolderKind.PERSON), Relation.AUTONOMOUS),
        (holding("A", "E", 40, kind=HolderKind.PUBLIC_BODY), Relation.PUBLIC),
        (holding("A", "E", 51, kind=HolderKind.SMALL_MUNICIPALITY), Relation.PUBLIC),
    ],
)
def test_what_a_holding_makes_of_two_enterprises(row, relation):
    assert relation_of(row, [row], RULES) is relation


def test_one_person_links_two_enterprises_on_the_same_market_only():
    def rows(*, is_same):
        return [holding("X", owned, 100, kind=HolderKind.PERSON, is_same_market=is_same) for owned in ("E", "F")]

    assert structure_of("E", rows(is_same=True), RULES).group == {"E", "F"}
    assert structure_of("E", rows(is_same=False), RULES).group == {"E"}


def test_a_quarter_in_public_hands_is_no_sme_however_small():
    result = judge(
        figures(2, 1, 1),
        holding("Kommunen", "E", 15, kind=HolderKind.PUBLIC_BODY),
        holding("Regionen", "E", 10, kind=HolderKind.PUBLIC_BODY),
    )

    assert result.category is LARGE
    assert "Kommunen, Regionen kontrollerar 25\xa0% av företaget." in told(result)
    less = judge(figures(2, 1, 1), holding("Kommunen", "E", "24.9", kind=HolderKind.PUBLIC_BODY))
    assert less.category is MICRO


def test_public_hands_reach_through_what_they_control():
    rows = [holding("Kommunen", "Stadshus", 100, kind=HolderKind.PUBLIC_BODY), holding("Stadshus", "E", 30)]
    assert judge(figures(2, 1, 1), *rows, Stadshus=figures(1, 1, 1)).category is LARGE

    rows = [holding("Kommunen", "Bolaget", 40, kind=HolderKind.PUBLIC_BODY), holding("Bolaget", "E", 30)]
    assert judge(figures(2, 1, 1), *rows, Bolaget=figures(1, 1, 1)).category is MICRO


@pytest.mark.parametrize(("share", "category"), [(50, MICRO), (51, LARGE)])
def test_a_small_municipality_leaves_an_enterprise_autonomous_up_to_the_half(share, category):
    row = holding("Kommunen", "E", share, kind=HolderKind.SMALL_MUNICIPALITY)

    assert judge(figures(2, 1, 1), row).category is category


@pytest.mark.parametrize(
    ("row", "category"),
    [
        (holding("Kommunen", "E", 60, 40, kind=HolderKind.SMALL_MUNICIPALITY), MICRO),
        (holding("Kommunen", "E", 30, kind=HolderKind.SMALL_MUNICIPALITY, controls=True), LARGE),
    ],
)
def test_influence_and_not_capital_ends_the_exemption_of_a_small_municipality(row, category):
    assert judge(figures(2, 1, 1), row).category is category


def test_what_a_business_angel_has_the_majority_in_is_linked_whatever_the_market():
    def rows(share):
        return [holding("X", owned, share, kind=HolderKind.BUSINESS_ANGEL) for owned in ("E", "F")]

    assert structure_of("E", rows(51), RULES).group == {"E", "F"}
    assert structure_of("E", rows(50), RULES).group == {"E"}
    assert relation_of(rows(51)[0], rows(51), RULES) is Relation.LINKED
    assert "artikel 3.2" not in told(judge(figures(2, 1, 1), rows(51)[0]))


@pytest.mark.parametrize(
    ("years", "category"),
    [
        ([MICRO, SMALL], MICRO),
        ([MICRO, SMALL, SMALL], SMALL),
        ([MICRO, SMALL, MICRO], MICRO),
        ([MICRO, SMALL, LARGE], SMALL),
        ([LARGE, MEDIUM, SMALL], MEDIUM),
        ([SMALL, SMALL, LARGE, LARGE, MEDIUM], LARGE),
    ],
)
def test_a_ceiling_counts_when_it_has_been_passed_two_years_in_a_row(years, category):
    assert over_years([Span(year, year) for year in years]).category is category


def test_a_year_over_the_ceiling_is_told_and_does_not_count_alone():
    own = [figures(9, 1, 1, year=2024), figures(12, 1, 1, year=2025)]

    result = judge(own)

    assert result.category is MICRO
    assert "räknas först när den har passerats två räkenskapsår i rad" in told(result)


def test_a_new_owner_counts_at_once():
    own = [figures(9, 1, 1, year=2024), figures(9, 1, 1, year=2025)]
    owner = [figures(300, 1, 1, year=2024), figures(300, 1, 1, year=2025)]

    assert judge(own, holding("A", "E", 60), A=owner).category is LARGE


def test_older_years_beyond_a_gap_are_left_out():
    own = [figures(300, 1, 1, year=2020), figures(5, 1, 1, year=2024), figures(5, 1, 1, year=2025)]

    assert judge(own).category is MICRO


def test_what_is_missing_is_asked_for_only_when_it_matters():
    unknown = judge(figures(5, None, None))
    assert unknown.category is None and unknown.span == Span(MICRO, LARGE)
    assert [str(row) for row in unknown.missing] == ["Ange omsättning, balansomslutning för E år 2025."]

    assert judge(figures(5, MILLION, None)).category is MICRO
    assert judge(figures(250, None, None)).category is LARGE
    owner_unknown = judge(figures(5, 1, 1), holding("A", "E", 51))
    assert owner_unknown.category is None
    assert [str(row) for row in owner_unknown.missing] == ["Ange uppgifter om A för år 2025."]
    assert judge(None).missing and judge(None).category is None


def test_consolidated_accounts_hold_the_subsidiaries_already():
    result = judge(
        figures(5, 1, 1),
        holding("A", "E", 100),
        holding("A", "B", 100),
        A=figures(40, 1, 1, is_consolidated=True),
        B=figures(20, 1, 1),
    )

    assert result.years[0].sums.headcount.low == 40 and result.category is SMALL
    assert "koncernredovisningen har dem redan: B, E" in told(result)


def test_a_new_enterprise_is_judged_by_an_estimate_until_it_has_closed_accounts():
    estimate = figures(12, 1, 1, year=2027, is_estimate=True)

    assert judge(estimate).category is SMALL and "uppskattat" in told(judge(estimate))
    assert judge([figures(5, 1, 1), estimate]).category is MICRO


def test_accounts_that_are_not_closed_yet_do_not_count():
    assert judge([figures(5, 1, 1, year=2025), figures(99, 1, 1, year=2026)]).category is MICRO


# What holds for any owners and any figures.
KEYS = "EABCD"
SHARES = st.integers(0, 100)
HOLDINGS = st.lists(
    st.builds(
        Holding,
        st.sampled_from(KEYS),
        st.sampled_from(KEYS),
        SHARES.map(Decimal),
        SHARES.map(Decimal),
        kind=st.sampled_from([HolderKind.ENTERPRISE, HolderKind.ENTERPRISE, HolderKind.PERSON, HolderKind.PUBLIC_BODY]),
        controls=st.booleans(),
        is_same_market=st.booleans(),
    ).filter(lambda row: row.owner != row.owned),
    max_size=8,
)
NUMBERS = st.tuples(st.integers(0, 300), st.integers(0, 60 * MILLION), st.integers(0, 60 * MILLION))
ALL_FIGURES = st.fixed_dictionaries(dict.fromkeys(KEYS, NUMBERS))


def judged(numbers, holdings):
    others = {key: figures(*row) for key, row in numbers.items()}
    return judge(others.pop("E"), *holdings, **others)


@given(ALL_FIGURES, HOLDINGS)
def test_any_tangle_of_owners_comes_to_an_end_with_a_category_and_its_reasons(numbers, holdings):
    result = judged(numbers, holdings)

    assert result.category is not None and result.steps and result.because is not None


@given(ALL_FIGURES, HOLDINGS, st.sampled_from(KEYS), NUMBERS)
def test_more_of_anything_never_makes_an_enterprise_smaller(numbers, holdings, key, more):
    added = numbers | {key: tuple(old + new for old, new in zip(numbers[key], more, strict=True))}

    assert judged(added, holdings).category.rank >= judged(numbers, holdings).category.rank


@given(ALL_FIGURES, HOLDINGS, st.sampled_from("ABCD"), SHARES)
def test_one_more_owner_never_makes_an_enterprise_smaller(numbers, holdings, owner, share):
    more = [*holdings, holding(owner, "E", share)]

    assert judged(numbers, more).category.rank >= judged(numbers, holdings).category.rank


@given(ALL_FIGURES, HOLDINGS)
def test_an_autonomous_enterprise_has_its_own_figures(numbers, holdings):
    alone = [row for row in holdings if "E" not in (row.owner, row.owned)]

    assert judged(numbers, alone).years[0].sums == figures(*numbers["E"]).sums


@given(ALL_FIGURES, HOLDINGS, st.randoms())
def test_the_order_in_which_owners_were_noted_says_nothing(numbers, holdings, random):
    shuffled = random.sample(holdings, len(holdings))

    one, other = judged(numbers, holdings), judged(numbers, shuffled)
    assert (one.category, one.structure) == (other.category, other.structure)


@given(st.lists(st.sampled_from("ABCD"), min_size=1, max_size=12))
def test_what_is_owned_wholly_in_many_ways_is_counted_once(owners):
    ring = [holding(one, other, 100) for one, other in zip(["E", *owners], [*owners, "E"], strict=True) if one != other]

    result = judged(dict.fromkeys(KEYS, (1, 1, 1)), ring)

    assert result.years[0].sums.headcount.low == len({"E", *owners})


@given(st.lists(st.sampled_from(list(Category)), min_size=1, max_size=6))
def test_two_equal_years_at_the_end_decide(years):
    assert over_years([Span(year, year) for year in [*years, years[-1]]]).category is years[-1]


@given(NUMBERS, st.integers(0, 10**9))
def test_a_figure_that_is_missing_lies_inside_the_span(numbers, real):
    headcount, turnover, _balance = (Amount.of(Decimal(value)) for value in numbers)
    span = classify(Sums(headcount, turnover, Amount.of(None)), RULES)
    known = classify(Sums(headcount, turnover, Amount.of(Decimal(real))), RULES).category

    assert span.low.rank <= known.rank <= span.high.rank
